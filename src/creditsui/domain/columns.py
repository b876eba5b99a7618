"""Charts of upright columns, drawn from zero so that twice as high means twice as much: runs of (text, role)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from creditsui.domain.bar import UNICODE, Glyphs, Run

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WIDEST = 6

#: Every role that the painter may return.
ROLES = ("column", "column-pale", "column-on-pale", "column-unknown", "track-none")


@dataclass(frozen=True, slots=True)
class Column:
    """Amounts, none below zero: `pale` stands upon `solid`. `unknown`: there is something, nobody knows how much."""

    solid: float = 0.0
    pale: float = 0.0
    unknown: bool = False

    @property
    def whole(self) -> float:
        return self.solid + self.pale


def pitch(count: int, width: int) -> tuple[int, int]:
    """How many cells one of `count` columns takes of `width`, and how many of them it fills; (0, 0): no room."""
    if count <= 0 or width < count:
        return (0, 0)
    step = min(width // count, _WIDEST + 1)
    return (step, step - 1 if step > 1 else 1)


def paint_columns(columns: Sequence[Column], width: int, height: int, glyphs: Glyphs = UNICODE) -> list[list[Run]]:
    """`height` lines from the top, each of exactly `width` cells, the first column at the left.

    Anything above nothing is seen, if only as the lowest mark. Without room for every column, or without a column, the
    lines are blank.
    """
    if width <= 0 or height <= 0:
        return [[] for _ in range(max(0, height))]
    step, wide = pitch(len(columns), width)
    top = max((_known(column.whole) for column in columns), default=0.0)
    drawn = [_column(column, top, height, glyphs) for column in columns] if step else []
    lines: list[list[Run]] = []
    for y in range(height - 1, -1, -1):
        line: list[Run] = []
        for cells in drawn:
            character, role = cells[y]
            line += [(character * wide, role), (" " * (step - wide), "track-none")]
        line.append((" " * (width - step * len(drawn)), "track-none"))
        lines.append(_merged(line))
    return lines


def _column(column: Column, top: float, height: int, glyphs: Glyphs) -> list[Run]:
    """Its cells from the bottom."""
    solid = _eighths(column.solid, top, height)
    end = max(solid, _eighths(column.whole, top, height)) if column.pale > 0 else solid
    if not end and column.unknown:
        return [("?", "column-unknown"), *[(" ", "track-none")] * (height - 1)]
    if glyphs.tick or glyphs.ascii:
        return _plain(solid, end, height, glyphs)
    cells: list[Run] = []
    for y in range(height):
        low, pale = min(max(solid - 8 * y, 0), 8), min(max(end - 8 * y, 0), 8)
        if low == 8 or (low and pale < 8):
            cells.append((_EIGHTHS[low], "column"))
        elif low:
            cells.append((_EIGHTHS[low], "column-on-pale"))
        else:
            cells.append((_EIGHTHS[pale], "column-pale" if pale else "track-none"))
    return cells


def _plain(solid: int, end: int, height: int, glyphs: Glyphs) -> list[Run]:
    """Where characters alone tell the two parts apart: what is pale takes whole cells."""
    full, half, pale = ("#", "=", "-") if glyphs.ascii else ("█", "", "▒")
    over = max(-(-solid // 8) + 1, round(end / 8)) if end > solid else 0
    cells: list[Run] = []
    for y in range(height):
        low = min(max(solid - 8 * y, 0), 8)
        if low:
            part = full if low == 8 else ("." if low < 4 else half) if glyphs.ascii else _EIGHTHS[low]
            cells.append((part, "column"))
        else:
            cells.append((pale, "column-pale") if y < over else (" ", "track-none"))
    return cells


def _eighths(value: float, top: float, height: int) -> int:
    if _known(value) <= 0 or top <= 0:
        return 0
    return min(8 * height, max(1, round(value / top * 8 * height)))


def _known(value: float) -> float:
    return value if isfinite(value) else 0.0


def _merged(runs: Sequence[Run]) -> list[Run]:
    found: list[Run] = []
    for text, role in runs:
        if not text:
            continue
        if found and found[-1][1] == role:
            found[-1] = (found[-1][0] + text, role)
        else:
            found.append((text, role))
    return found
