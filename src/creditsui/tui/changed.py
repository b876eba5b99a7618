"""Which cells of a line are different, so that the terminal hears of no other: most frames of a motion move an edge."""

from collections.abc import Iterable, Iterator, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

_Run = tuple[str, Style | None]


def regions(before: Sequence[Strip], after: Sequence[Strip]) -> Iterator[Region]:
    """Where lines of the same number and widths differ, at most one region in each."""
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new:
            first, last = span(old, new)
            yield Region(first, y, last - first, 1)


def span(old: Strip, new: Strip) -> tuple[int, int]:
    """The first cell that is different, and the one after the last."""
    width, text = new.cell_length, new.text
    if old.cell_length != width or len(text) != width or len(old.text) != width:
        return 0, width  # characters that are no single cell, which we never draw, count as all of it
    first = _alike(_runs(old), _runs(new))
    if first >= width:
        return 0, width
    return first, width - _alike(_backwards(old), _backwards(new))


def _runs(strip: Iterable[Segment]) -> Iterator[_Run]:
    return ((segment.text, segment.style) for segment in strip)


def _backwards(strip: Strip) -> Iterator[_Run]:
    return ((segment.text[::-1], segment.style) for segment in reversed(list(strip)))


def _alike(one: Iterator[_Run], other: Iterator[_Run]) -> int:
    """How many cells are the same from the beginning."""
    same, mine, theirs = 0, ("", None), ("", None)  # type: tuple[int, _Run, _Run]
    while True:
        mine, theirs = mine if mine[0] else next(one, mine), theirs if theirs[0] else next(other, theirs)
        (text, style), (there, look) = mine, theirs
        long = min(len(text), len(there))
        if not long or style != look:
            return same
        if text[:long] != there[:long]:
            return same + next(at for at in range(long) if text[at] != there[at])
        same, mine, theirs = same + long, (text[long:], style), (there[long:], look)
