"""Small charts, drawn from zero so that twice as high means twice as much."""

from collections.abc import Sequence
from math import isfinite

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.:-=+*#"


def spark(values: Sequence[float | None], width: int, *, ascii: bool = False) -> str:
    """`values`, oldest first, as one line of exactly `width` cells with the newest at the right."""
    return sparks(values, width, 1, ascii=ascii)[0]


def sparks(values: Sequence[float | None], width: int, height: int, *, ascii: bool = False) -> list[str]:
    """The same in `height` lines, the uppermost first.

    A value that is not known is a blank; nothing spent is the lowest mark, and anything above it stands at least one
    step higher. More values than cells are averaged over those that are known; fewer leave blanks at the left.
    """
    if width <= 0:
        return [""] * height
    known = [value if value is not None and isfinite(value) else None for value in values]
    if len(known) > width:
        size = len(known)
        known = [_mean(known[size * at // width : size * (at + 1) // width]) for at in range(width)]
    marks = _ASCII if ascii else _BLOCKS
    top = max((value for value in known if value is not None), default=0.0)
    levels = [None if value is None else _level(value, top, 8 * height - 1) for value in known]
    return ["".join(_cell(level, y, marks) for level in levels).rjust(width) for y in range(height - 1, -1, -1)]


def _cell(level: int | None, y: int, marks: str) -> str:
    """The cell `y` lines above the ground of a column that reaches up to `level`."""
    return " " if level is None or level < 8 * y else marks[min(level - 8 * y, 7)]


def _level(value: float, top: float, most: int) -> int:
    return 0 if value <= 0 or top <= 0 else min(most, max(1, round(value / top * most)))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    # Halved first, so that no sum of two huge numbers becomes infinite.
    return sum(value / len(known) for value in known) if known else None
