"""The text of config.yaml as a tree that knows where each of its values stands. Whatever is not sure is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from creditsui.routing.route import Refused

LARGEST = 256 << 10
"""Bytes; the settings of Hermes with every comment of theirs are a quarter of it."""
MERGE = "tag:yaml.org,2002:merge"
STRING = "tag:yaml.org,2002:str"
_ENDS = "\n\r\x85\u2028\u2029"
_TAB = re.compile(r"(?<=\S)[ \t]*\t[ \t]*(?=#|[\r\n]|\Z)|(?<=:)\t+")
_BREAK = re.compile(f"\r\n|[{_ENDS}]")
"""What ends a line for YAML 1.1."""
_QUOTED = re.compile(r"'[^']*'|[\"'].*[\"']")
_MARK = re.compile(r"'(?:[^\w\s]{1,3}|<[a-z ]+>)'")
"""What YAML itself is made of, which a fault may quote."""


class Alias(yaml.ScalarNode):
    """`*name`, where it stands. Following it would lead to the marks of another place."""

    target: yaml.Node


@dataclass(frozen=True)
class Document:
    """One file: its text, its only document, and where a line can be added to it."""

    text: str
    root: yaml.MappingNode
    shared: frozenset[int]
    """Identities of the nodes that an alias or a merge uses elsewhere, too."""
    end: int

    def source(self, node: yaml.Node) -> str:
        return self.text[node.start_mark.index : node.end_mark.index]

    @cached_property
    def ends_in_break(self) -> bool:
        return bool(self.text) and _BREAK.fullmatch(self.text[-1]) is not None

    def newline(self, at: int) -> str:
        """The line end that is used around a place."""
        before = self.text[:at]
        found = max((before.rfind(end) for end in "\n\r"), default=-1)
        if found < 0:
            found = next((index for index, one in enumerate(self.text) if one in "\n\r"), -1)
        if found < 0:
            return "\n"
        if self.text[found] == "\n":
            return "\r\n" if self.text[found - 1 : found] == "\r" else "\n"
        return "\r\n" if self.text[found + 1 : found + 2] == "\n" else "\r"

    def line_start(self, at: int) -> int:
        """Where the line of a place begins; a byte order mark is on no line."""
        found = max(self.text.rfind(one, 0, at) for one in _ENDS) + 1
        return 1 if not found and self.text.startswith("\ufeff") else found

    def break_before(self, start: int) -> str:
        """What ends the line above one that begins here."""
        return "\r\n" if self.text[start - 2 : start] == "\r\n" else self.text[start - 1 : start]

    def line_end(self, at: int) -> int:
        """Where the line of a place ends, before its break; a block of text has ended with one already."""
        if self.text[at - 1 : at] in set(_ENDS):
            return at - len(self.break_before(at))
        found = _BREAK.search(self.text, at)
        return found.start() if found else len(self.text)

    def after_line(self, at: int) -> int:
        """Where the line after that of a place begins."""
        found = _BREAK.search(self.text, at)
        return found.end() if found else len(self.text)


class _Composer(yaml.SafeLoader):
    def __init__(self, text: str) -> None:
        super().__init__(blanked(text))
        self.shared: dict[int, yaml.Node] = {}

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if not self.check_event(yaml.AliasEvent):
            return super().compose_node(parent, index)
        event = _events(self).peek_event()
        target = super().compose_node(parent, index)
        assert target is not None
        if target.end_mark is None:  # it is not read to its end: Hermes would follow it for ever
            raise Refused("a value holds itself by its alias here.", line(event))
        self.shared[id(target)] = target
        alias = Alias("", event.anchor, event.start_mark, event.end_mark)
        alias.target = target
        return alias


def decoded(data: bytes) -> str:
    """The text. Raises Refused where it is none, or too much."""
    if len(data) > LARGEST:
        raise Refused(f"config.yaml has {len(data) >> 10} KiB; settings of more than {LARGEST >> 10} are left alone.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused("this is no UTF-8 text, so Hermes cannot read it.", line) from None


def blanked(text: str) -> str:
    """With blanks for tabs before values and comments, where Hermes' reader allows what PyYAML's own does not. Within a
    text they count: then the two are of two minds, and the file is refused."""
    return _TAB.sub(lambda found: " " * len(found[0]), text)


def document(data: bytes) -> Document:
    """Raises Refused for what is empty, broken, more than one document, or no mapping."""
    text = decoded(data)
    try:
        composer = _Composer(text)
        try:
            return _document(composer, text)
        finally:
            composer.dispose()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise broken(error) from None


def _events(composer: _Composer) -> Any:
    return composer  # what yields events is not typed


def _document(composer: _Composer, text: str) -> Document:
    events = _events(composer)
    events.get_event()
    if composer.check_event(yaml.StreamEndEvent):
        raise Refused("config.yaml is empty; `hermes setup` fills it.")
    events.get_event()
    root = composer.compose_node(None, None)
    ended = events.get_event()
    if not composer.check_event(yaml.StreamEndEvent):
        raise Refused("a second document begins here, and Hermes reads one.", line(events.peek_event()))
    if not isinstance(root, yaml.MappingNode):
        if isinstance(root, yaml.ScalarNode) and root.tag.endswith(":null"):
            raise Refused("config.yaml says nothing; `hermes setup` fills it.")
        raise Refused("config.yaml is no mapping of names to values.", line(root))
    end = ended.start_mark.index if ended.explicit else len(text)
    return Document(text, root, frozenset(composer.shared), end)


def settings(data: bytes) -> Mapping[str, Any]:
    """The values as Hermes has them: its own loader, and the same text with its line ends made one. Raises Refused."""
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    try:
        found = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # safe as the other one
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise broken(error) from None
    if not isinstance(found, dict):
        raise Refused("config.yaml holds no settings.")
    return found


def broken(error: Exception) -> Refused:
    """A fault of the file in a sentence that quotes none of it."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if "'\\t'" in (error.problem or ""):
            return Refused("a tab stands here where YAML wants blanks.", mark.line + 1 if mark else None)
        what = _QUOTED.sub(_mark, error.problem or error.context or "it is no YAML")
        return Refused(f"Hermes cannot read it: {what}.", mark.line + 1 if mark else None)
    if isinstance(error, RecursionError):
        return Refused("config.yaml is nested too deep to be read.")
    if isinstance(error, yaml.reader.ReaderError):
        return Refused("config.yaml holds a character that YAML does not allow.")
    return Refused("config.yaml holds a value that Hermes cannot read.")


def _mark(quoted: re.Match[str]) -> str:
    return quoted[0] if _MARK.fullmatch(quoted[0]) else "…"


def line(node: Any) -> int:
    """The line of a node or an event, from 1."""
    return int(node.start_mark.line) + 1


def member(mapping: yaml.MappingNode, name: str) -> tuple[yaml.ScalarNode, yaml.Node] | None:
    """A key with its value; None: it is not there. Raises Refused where it is there twice, or by way of an alias."""
    found: tuple[yaml.ScalarNode, yaml.Node] | None = None
    for key, value in mapping.value:
        told = key.target if isinstance(key, Alias) else key
        if not isinstance(told, yaml.ScalarNode) or told.value != name or told.tag != STRING:
            continue
        if isinstance(key, Alias):
            raise Refused(f"the name {name} is an alias here.", line(key))
        if found is not None:
            raise Refused(f"{name} is there twice, first in line {line(found[0])}.", line(key))
        found = key, value
    return found


def unmerged(mapping: yaml.MappingNode, name: str) -> None:
    """Raises Refused where values of other places are merged in."""
    for key, _ in mapping.value:
        if key.tag == MERGE:
            raise Refused(f"{name} merges in (<<) what stands elsewhere.", line(key))


def text_of(value: Any) -> str:
    """A setting as Hermes takes it where it wants text."""
    return str(value or "").strip()


def section(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of the settings; empty where there is none."""
    found = values.get(name)
    return found if isinstance(found, dict) else {}
