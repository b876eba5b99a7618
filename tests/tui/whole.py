"""What must hold of a frame, whatever it shows: nothing in it is cut where it would tell something else."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

_NUMBER = re.compile(r"(?<![\w.])[$¥€]?\d(?:[\d.,:–-]*\d)?(?:[smhdkMB%]|(?![\w.–-]*\w))")
_WORD = re.compile(r"[^\W\d_]{3,}")
_BROKEN = re.compile(r"\bNone\b|\bnan\b|\binf\b|\bTraceback\b|\bError\b|[{}]|<[a-z]+ object|\bAccountView\b")
_CUT_SHORT = re.compile(r"(?:^|[\s(│·+])([~−+±↻–]*[$¥€]?[\d.,:]*[\d.,:$¥€])…")

Frames = Mapping[tuple[int, int], str]


def faults(frames: Frames) -> list[str]:
    """What is wrong in the frames of one screen at all its sizes; those with most room say what is whole."""
    roomy = [frame for (width, height), frame in frames.items() if width >= 80 and height >= 24]
    numbers = {number for frame in roomy for number in _NUMBER.findall(frame)}
    words = {word for frame in roomy for word in _WORD.findall(frame)}
    found = []
    for (width, height), frame in frames.items():
        for kind, what in (*_strange(frame), *_cut(frame, numbers), *_broken(frame, words)):
            found.append(f"{width}x{height}: {kind}: {what}")
    return found


def _strange(frame: str) -> Iterator[tuple[str, str]]:
    """Words of a program that show through."""
    for match in _BROKEN.finditer(frame):
        yield "no words for a user", match.group()


def _cut(frame: str, whole: set[str]) -> Iterator[tuple[str, str]]:
    """Numbers that end where their room does. One that is nowhere whole, but begins like one that is, was cut."""
    for line in frame.splitlines():
        if _CUT_SHORT.search(line):
            yield "a number is cut", line.strip()
        for match in _NUMBER.finditer(line):
            number, end = match.group(), line[match.end() : match.end() + 2].strip()
            at_edge = not end or end[0] in "│╮╯▄▂▇▆▅▃▁"
            if at_edge and number not in whole and any(one.startswith(number) for one in whole):
                yield "a number is cut", line.strip()


def _broken(frame: str, whole: set[str]) -> Iterator[tuple[str, str]]:
    """Words of which the rest stands on the next line."""
    lines = [line.strip(" │") for line in frame.splitlines()]
    for line, after in pairwise(lines):
        head, tail = re.search(r"([^\W\d_]+)$", line), re.match(r"[^\W\d_]+", after)
        if head and tail and head.group() not in whole and head.group() + tail.group() in whole:
            yield "a word is broken", f"{line} / {after}"
