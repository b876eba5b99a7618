"""Small charts of one line, drawn from zero so that twice as high means twice as much."""

from collections.abc import Sequence
from math import isfinite

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.:-=+*#"


def spark(values: Sequence[float | None], width: int, *, ascii: bool = False) -> str:
    """`values`, oldest first, as exactly `width` cells with the newest at the right.

    A value that is not known is a blank; nothing spent is the lowest mark, and anything above it stands at least one
    step higher. More values than cells are averaged over those that are known; fewer leave blanks at the left.
    """
    if width <= 0:
        return ""
    known = [value if value is not None and isfinite(value) else None for value in values]
    if len(known) > width:
        size = len(known)
        known = [_mean(known[size * at // width : size * (at + 1) // width]) for at in range(width)]
    marks = _ASCII if ascii else _BLOCKS
    top = max((value for value in known if value is not None), default=0.0)
    return "".join(" " if value is None else marks[_level(value, top)] for value in known).rjust(width)


def _level(value: float, top: float) -> int:
    return 0 if value <= 0 or top <= 0 else min(7, max(1, round(value / top * 7)))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    # Halved first, so that no sum of two huge numbers becomes infinite.
    return sum(value / len(known) for value in known) if known else None
