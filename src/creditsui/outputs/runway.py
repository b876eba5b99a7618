"""What dies first: the timeline for a terminal, and the JSON of it that scripts rely on."""

import json
from datetime import date, datetime, timedelta, tzinfo
from math import isfinite
from typing import Any

from creditsui.domain import format as words
from creditsui.domain import grid, timeline
from creditsui.domain.bar import PLAIN, UNICODE, Glyphs, Run
from creditsui.domain.board import AccountView, Board
from creditsui.outputs.json import instant
from creditsui.outputs.sgr import Color, paint

SCHEMA = 1
_NARROWEST, _WIDEST = 20, 240
_LONGEST_NAME, _SHORTEST_NAME = 24, 4
_SHORTEST_AXIS = 12


def dumps(board: Board, zone: tzinfo, needs: "dict[str, tuple[date, Any]] | None" = None) -> str:
    """As text in ASCII."""
    return json.dumps(as_json(board, zone, needs), indent=1, allow_nan=False)


def as_json(board: Board, zone: tzinfo, needs: "dict[str, tuple[date, Any]] | None" = None) -> dict[str, Any]:
    """Accounts in the order in which they die. `needs`: by account, the day that was asked for and what must be added
    to last to it, null where nobody can tell."""
    rows = []
    for lane in timeline.lanes(board, zone):
        row = _account(lane.view)
        if needs is not None:
            until, amount = needs.get(lane.view.id, (None, None))
            row["until"] = until.isoformat() if until else None
            row["needed"] = None if amount is None else amount.amount
        rows.append(row)
    return {"schema": SCHEMA, "generated_at": instant(board.generated_at), "accounts": rows}


def _account(view: AccountView) -> dict[str, Any]:
    future, left = view.runway, view.balance.remaining if view.balance else None
    window = words.binding_window(view)
    return {
        "id": view.id,
        "label": view.label,
        "state": future.state,
        "days": _number(future.days),
        "p10": _number(future.p10),
        "p90": _number(future.p90),
        "empty_on": future.empty_on.isoformat() if future.empty_on else None,
        "remaining": None if left is None else left.amount,
        "currency": view.currency if left is None else left.currency,
        "certainty": view.certainty.value,
        "stale": view.stale,
        "burn_per_day": None if view.burn is None else view.burn.amount,
        "resets_at": instant(window.resets_at) if window is not None else None,
    }


def _number(value: float | None) -> float | None:
    return round(value, 4) if value is not None and isfinite(value) else None


def table(board: Board, zone: tzinfo, width: int, color: Color = "none", glyphs: Glyphs = UNICODE) -> str:
    """Lines of at most `width` cells (20 to 240), without a newline at the end: the axis, an account a line, the
    signs. Where there is no room for an axis, only how long each lasts."""
    if color == "none" and not glyphs.ascii:
        glyphs = PLAIN
    width = min(max(width, _NARROWEST), _WIDEST)
    lanes = timeline.lanes(board, zone)
    if not lanes:
        return "no accounts yet - creditsui --help" if glyphs.ascii else "no accounts yet · creditsui --help"
    say = grid.ascii_text if glyphs.ascii else str
    times = [say(lane.dry or words.runway(lane.view.runway)) for lane in lanes]
    ends = [say(end_of(lane.view, board.generated_at, zone)) for lane in lanes]
    name = min(_LONGEST_NAME, max(grid.cells(say(lane.view.label)) for lane in lanes))
    time, end = max(map(grid.cells, times)), max(map(grid.cells, ends))
    shows_end = bool(end) and width - 4 - name - time - end - 4 >= 2 * _SHORTEST_AXIS
    tail = time + 2 + (end + 2 if shows_end else 0)
    name = max(_SHORTEST_NAME, min(name, width - 3 - tail))
    room = width - 3 - name - tail
    room = room if room >= _SHORTEST_AXIS else 0
    days, now, cut = timeline.span(lanes), board.generated_at, "." if glyphs.ascii else "…"
    lines: list[list[Run]] = []
    if room:
        lines.append([(" " * (name + 3), ""), *timeline.axis(days, room, now, zone, glyphs)])
    for lane, lasts, until in zip(lanes, times, ends, strict=True):
        view = lane.view
        runs: list[Run] = [(words.marker(view, glyphs), f"band:{view.band.value}"), (" ", "")]
        runs += [(grid.fit(say(view.label), name, end=cut), "name"), (" ", "")]
        runs += [(say(text), role) for text, role in timeline.paint(lane, days, room, now, zone, glyphs)]
        runs += [("  ", ""), (grid.fit(lasts, time, ">"), "strong" if view.runway.state == "known" else "dim")]
        if shows_end:
            runs += [("  ", ""), (until, "dim")]
        lines.append(runs)
    if room:
        shaded = any(timeline.weekends(days, room, now, zone))
        lines.append(timeline.legend(lanes, glyphs, width, now + timedelta(days=days), weekends=shaded))
    painted = [paint(line, color) for line in lines]
    return "\n".join(line.rstrip() if color == "none" else line for line in painted)


def end_of(view: AccountView, now: datetime, zone: tzinfo) -> str:
    """When it is empty, most likely: `empty Tue 24 Nov`; empty where nobody can tell."""
    today = now.astimezone(zone).date()
    day = view.runway.empty_on
    return f"empty {words.weekday(day, today)}" if view.runway.state == "known" and day is not None else ""
