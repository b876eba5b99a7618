"""Where a balance stood over the last thirty days: what throws its shadow behind the bar of a portrait."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from creditsui.domain import format as words
from creditsui.domain.band import Band
from creditsui.domain.bar import merged
from creditsui.domain.health import band
from creditsui.tui.runs import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from creditsui.domain.board import AccountView
    from creditsui.domain.money import Money
    from creditsui.tui.manner import Manner
    from creditsui.tui.runs import Run

Line = list["Run"]

WEEK = 7
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LEAST = 2
"""Days that were known, from which there is something to see."""


def ghost(view: AccountView) -> float | None:
    """The share of the bar that was full a week ago; None where nobody knew, or where the bar is of something else."""
    if len(view.levels) <= WEEK or view.binding not in (None, "balance") or not _measured(view):
        return None
    then = view.levels[-1 - WEEK]
    return None if then is None or view.capacity is None else min(1.0, max(0.0, then / view.capacity))


def shadow(view: AccountView, manner: Manner, width: int, height: int) -> list[Line]:
    """`height` lines of columns, one for each day, as high as the balance stood at its end, in the tone of its band;
    below them the days on which it rose or fell at once, and the dates. Empty where too little is known."""
    known = [one for one in view.levels if one is not None]
    if len(known) < _LEAST or height < 1 or width < WEEK:
        return []
    top = max([*(one.micros for one in known), view.capacity.micros if _measured(view) and view.capacity else 0])
    if top <= 0:
        return []
    edges = [round(at * width / len(view.levels)) for at in range(len(view.levels) + 1)]
    columns = [(end - start, *_column(view, at, top, height)) for at, (start, end) in enumerate(pairwise(edges))]
    lines = [
        list(merged((_cell(full, y, manner) * cells, role) for cells, full, role in columns)) for y in range(height)
    ]
    lines.reverse()
    return [*lines, *_below(view, manner, edges)]


def _column(view: AccountView, at: int, top: int, height: int) -> tuple[int | None, str]:
    """How many eighths it is high, and its role."""
    level = view.levels[at]
    if level is None:
        return None, "none"
    today = at == len(view.levels) - 1
    tone = _tone(view, level) if not today else view.band if view.binding in (None, "balance") else Band.UNKNOWN
    full = 0 if level.micros <= 0 else min(8 * height, max(1, round(level.micros * 8 * height / top)))
    return full, f"{'fill' if today and not view.stale else 'tick-fill'}:{tone.value}"


def _tone(view: AccountView, level: Money) -> Band:
    if view.capacity is None or not _measured(view):
        return Band.UNKNOWN
    return band(min(1.0, max(0.0, level / view.capacity)), view.thresholds, level)


def _measured(view: AccountView) -> bool:
    whole, purse = view.capacity, view.purse
    return whole is not None and whole.micros > 0 and (purse is None or purse.currency == whole.currency)


def _cell(full: int | None, y: int, manner: Manner) -> str:
    """A cell of a column, `y` cells above the ground."""
    if full is None:
        return manner.plain("·") if y == 0 else " "
    here = min(max(full - 8 * y, 0), 8)
    if manner.glyphs.ascii:
        return "#" if here == 8 else "=" if here > 3 else "." if here else " "
    return _EIGHTHS[here]


def _below(view: AccountView, manner: Manner, edges: Sequence[int]) -> list[Line]:
    """`▲` where something was booked, `▼` where it fell at once, and the dates beneath."""
    width, dates = edges[-1], [day for day, _ in view.days]
    if len(dates) != len(view.levels):
        return []
    places = {day: (edges[at] + edges[at + 1] - 1) // 2 for at, day in enumerate(dates)}
    cells: list[Run] = [(" ", "text")] * width
    for hit in view.hits:
        _put(cells, places, hit.at.astimezone(manner.zone).date(), ("v" if manner.glyphs.ascii else "▼", "loss"))
    up = "^" if manner.glyphs.ascii else "▲"
    booked = {mark.at.astimezone(manner.zone).date(): mark for mark in reversed(view.topups)}
    for day in booked:
        _put(cells, places, day, (up, "gain"))
    for day, mark in booked.items():
        said = f" {manner.signed(mark.amount).replace('.00', '')} "
        start = places.get(day, width) + 1
        if start + len(said) <= width and all(text == " " for text, _ in cells[start : start + len(said)]):
            cells[start : start + len(said)] = [(letter, "gain") for letter in said]
    first, end = words.short_day(dates[0]), "today"
    span: Line = [(first, "dim"), (" " * (width - len(first) - len(end)), "text"), (end, "dim")]
    marks = list(merged(cells))
    return [*([marks] if any(text.strip() for text, _ in marks) else []), *([span] if width_of(span) == width else [])]


def _put(cells: list[Run], places: dict[date, int], day: date, run: Run) -> None:
    at = places.get(day)
    if at is not None:
        cells[at] = run
