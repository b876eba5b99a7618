"""Where each value stands in the text of a TOML file, so that a fault has a line and a change touches nothing else.

`scan` expects text that tomllib accepts; it does not judge.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

Key = tuple[str | int, ...]
"""A path from the root: names of tables and keys, numbers of elements."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}#\r\n]*")
_STRINGS = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|\'\'\'(?:[^\']|\'{1,2}(?!\'))*\'{3,5}'
    r'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A header and what follows it. The first one is the root, which has no header."""

    path: Key
    start: int
    """Of the header's bracket."""
    end: int
    """After the header's last bracket."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """`key = value`, or an element of an array (which has no key of its own)."""

    path: Key
    section: int
    """Index of the section it stands in."""
    key_start: int
    start: int
    """Of the value."""
    end: int
    """After the value."""
    inside: int | None
    """Start of the inline table or array that it stands in; None: it has a line of its own."""


@dataclass(frozen=True, slots=True)
class Scan:
    sections: tuple[Section, ...]
    assignments: tuple[Assignment, ...]

    def exact(self, path: Sequence[str]) -> Assignment | None:
        wanted = tuple(path)
        return next((one for one in self.assignments if one.path == wanted), None)


def scan(text: str) -> Scan:
    """All headers and assignments in the order of the text; offsets are in characters."""
    return _Scanner(text).run()


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line (from 1) of a key or table, or of the nearest thing above it; None when nothing of it is there."""
    found = scan(text)
    wanted = tuple(path)
    places = [(one.path, one.key_start) for one in found.assignments]
    places += [(one.path, one.start) for one in found.sections[1:]]
    while wanted:
        starts = [start for path, start in places if path == wanted]
        starts = starts or [start for path, start in places if path[: len(wanted)] == wanted]
        if starts:
            return text.count("\n", 0, min(starts)) + 1
        wanted = wanted[:-1]
    return None


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.sections = [Section((), 0, 0)]
        self.assignments: list[Assignment] = []
        self.lengths: dict[Key, int] = {}
        """How many elements each array of tables has so far."""

    def run(self) -> Scan:
        self.skip(_GAP)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self.header()
            else:
                self.assignment(self.sections[-1].path, None)
            self.skip(_GAP)
        return Scan(tuple(self.sections), tuple(self.assignments))

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def header(self) -> None:
        start = self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        names = self.key()
        self.at += 2 if array else 1
        path: Key = ()
        for depth, name in enumerate(names, 1):
            path += (name,)
            if array and depth == len(names):
                self.lengths[path] = self.lengths.get(path, 0) + 1
            if path in self.lengths:
                path += (self.lengths[path] - 1,)
        self.sections.append(Section(path, start, self.at))

    def key(self) -> tuple[str, ...]:
        names = []
        while True:
            self.skip(_BLANK)
            quoted = self.text[self.at] in "\"'"
            raw = self.skip(_STRINGS if quoted else _BARE)
            names.append(tomllib.loads(f"k = {raw}")["k"] if quoted else raw)
            self.skip(_BLANK)
            if self.text[self.at] != ".":
                return tuple(names)
            self.at += 1

    def assignment(self, above: Key, inside: int | None) -> None:
        key_start = self.at
        path = above + self.key()
        self.at += 1  # the equals sign
        self.skip(_BLANK)
        self.value(path, key_start, inside)

    def value(self, path: Key, key_start: int, inside: int | None) -> None:
        start, place = self.at, len(self.assignments)
        first = self.text[start]
        if first in "\"'":
            self.skip(_STRINGS)
        elif first == "[":
            self.elements(path, start)
        elif first == "{":
            self.members(path, start)
        else:
            self.at = start + len(self.skip(_SCALAR).rstrip(" \t"))
        section = len(self.sections) - 1
        self.assignments.insert(place, Assignment(path, section, key_start, start, self.at, inside))

    def elements(self, path: Key, start: int) -> None:
        number = 0
        self.at += 1
        self.skip(_GAP)
        while self.text[self.at] != "]":
            self.value((*path, number), self.at, start)
            number += 1
            self.comma()
        self.at += 1

    def members(self, path: Key, start: int) -> None:
        self.at += 1
        self.skip(_GAP)
        while self.text[self.at] != "}":
            self.assignment(path, start)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        self.skip(_GAP)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(_GAP)
