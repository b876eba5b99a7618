"""A routing decision: as lines for every face, and as the JSON that scripts rely on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from textwrap import wrap
from typing import Any

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.band import Band
from creditsui.domain.bar import PLAIN, UNICODE, Bar, Glyphs, Run, paint_row
from creditsui.domain.clean import clean
from creditsui.domain.lasting import stretch, stretches
from creditsui.outputs.sgr import Color, paint
from creditsui.routing.route import Change, Choice, Decision, Rank, Route

SCHEMA = 1
Line = list[Run]
Bands = Mapping[str, Band]
"""Of accounts, by id: they colour the bars."""

_NARROWEST, _WIDEST = 20, 240
_LONGEST_NAME, _SHORTEST_NAME = 24, 6
_BAR, _GOOD_BAR, _LONGEST_BAR = 6, 16, 48
_PLACE = 3
"""Cells before a name: its place and its band."""
_KIND = 12
"""Cells of `delegation` and what follows it."""


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def dumps(decision: Decision, change: Change | None = None, *, applied: bool = False) -> str:
    """As text in ASCII. `applied`: it was asked for, and `change` is what was written, if anything."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "state": decision.state,
        "reason": decision.reason,
        "config": decision.config or None,
        "ranking": [_ranked(rank) for rank in decision.ranking],
        "plan": _route(decision.route),
        "current": _route(decision.current),
        "diff": decision.diff,
        "warnings": list(decision.warnings),
    }
    if applied:
        told |= {"applied": change is not None, "backup": None if change is None else change.backup}
    return json.dumps(told, indent=1, allow_nan=False)


def undone(change: Change) -> str:
    """The JSON of a change that was taken back."""
    told = {"schema": SCHEMA, "state": "change", "undone": True, "config": change.config, "backup": change.backup}
    told["rests_until"] = None if change.rests_until is None else f"{change.rests_until:%Y-%m-%dT%H:%M:%SZ}"
    return json.dumps(told | {"reason": "the bytes from before are back"}, indent=1)


def _ranked(rank: Rank) -> dict[str, Any]:
    it = rank.candidate
    return {
        "provider": it.provider,
        "account": it.account or None,
        "hermes": it.hermes,
        "runway_days": _number(rank.runway_days),
        "runway_state": it.state,
        "p10": _number(it.p10),
        "p90": _number(it.p90),
        "remaining": None if it.remaining is None else it.remaining.amount,
        "currency": None if it.remaining is None else it.remaining.currency,
        "flagship": it.flagship,
        "fast": it.fast,
        "eligible": rank.eligible,
        "why": rank.why,
    }


def _route(route: Route | None) -> dict[str, Any] | None:
    if route is None:
        return None
    return {
        "primary": _choice(route.primary),
        "delegation": _choice(route.delegation),
        "fallbacks": [_choice(one) for one in route.fallbacks],
    }


def _choice(choice: Choice | None) -> dict[str, str] | None:
    return None if choice is None else {"provider": choice.provider, "model": choice.model}


def _number(value: float | None) -> float | None:
    return round(value, 4) if value is not None and abs(value) < float("inf") else None


# ── the ranking ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Columns:
    name: int
    bar: int
    lasts: int
    left: int
    model: int


def ranking(decision: Decision, bands: Bands, width: int, glyphs: Glyphs = UNICODE, *, why: bool = True) -> list[Line]:
    """The best first: a line with a bar for each, as long as its runway, and below it why, as far as that is not
    told by the line.

    A bar is solid for as long as 9 in 10 futures last and hatched up to where 1 in 10 does, or for as long as money
    that nobody spends would carry the work; the longest is full. Who cannot serve is grey.
    """
    ranks = decision.ranking
    if not ranks or width < _NARROWEST:
        return []
    columns = _columns(ranks, width, glyphs)
    longest = _longest([rank for rank in ranks if rank.eligible]) or _longest(ranks) or 1.0
    lines: list[Line] = []
    for place, rank in enumerate(ranks, 1):
        lines.append(_row(rank, str(place) if rank.eligible else "", bands, longest, columns, glyphs))
        if why:
            told = columns.lasts and (columns.left or rank.candidate.remaining is None)
            said = _say(rank.more if told else rank.why, glyphs)
            lines += [[(" " * (_PLACE + 2), ""), (part, "dim")] for part in wrap(said, max(8, width - _PLACE - 2))]
    return lines


def _longest(ranks: Sequence[Rank]) -> float:
    return max((end for rank in ranks if (end := _end(rank)) is not None and end < inf), default=0.0)


def _row(rank: Rank, place: str, bands: Bands, longest: float, columns: _Columns, glyphs: Glyphs) -> Line:
    it, end = rank.candidate, "." if glyphs.ascii else "…"
    band = bands.get(it.account, Band.UNKNOWN)
    line: Line = [
        (grid.fit(place, 2, ">") + " ", "strong"),
        (words.glyph(band, glyphs), f"band:{band.value}"),
        (" ", ""),
    ]
    line.append((grid.fit(_say(it.label, glyphs), columns.name, end=end), "name" if rank.eligible else "dim"))
    if columns.bar:
        line += [("  ", ""), *paint_row(_bar(rank, band, longest), columns.bar, glyphs)]
    if columns.lasts:
        line += [("  ", ""), (grid.fit(_lasts(rank, glyphs), columns.lasts, ">"), "strong" if rank.eligible else "dim")]
    if columns.left:
        line += [("  ", ""), (grid.fit(_left(rank, glyphs), columns.left, ">"), "dim")]
    if columns.model:
        line += [("  ", ""), (grid.fit(_say(it.flagship or "", glyphs), columns.model, end=end), "dim")]
    return line


def _columns(ranks: Sequence[Rank], width: int, glyphs: Glyphs) -> _Columns:
    """Name, bar, how long it lasts, what is left, the model: the last give way first."""
    name = min(_LONGEST_NAME, max(grid.cells(_say(rank.candidate.label, glyphs)) for rank in ranks))
    lasts = max(grid.cells(_lasts(rank, glyphs)) for rank in ranks)
    left = max(grid.cells(_left(rank, glyphs)) for rank in ranks)
    model = max(grid.cells(_say(rank.candidate.flagship or "", glyphs)) for rank in ranks)

    def room() -> int:
        taken = sum(cells + 2 for cells in (lasts, left, model) if cells)
        return width - _PLACE - 2 - name - taken - 2

    model = model if room() >= _GOOD_BAR else 0
    left = left if room() >= _GOOD_BAR // 2 else 0
    while name > _SHORTEST_NAME and room() < _BAR:
        name -= 1
    lasts = lasts if room() >= 0 else 0
    bar = min(room(), _LONGEST_BAR)
    return _Columns(name, bar if bar >= _BAR else 0, lasts, left, model)


def _bar(rank: Rank, band: Band, longest: float) -> Bar:
    it = rank.candidate
    if it.state == "empty" or (it.remaining is not None and it.remaining.micros <= 0):
        return Bar(0.0, band=band, state="empty")
    end = _end(rank)
    if end is None:
        return Bar(None, state="none")
    share = min(end / longest, 1.0) if end < inf else 1.0
    sure = 0.0 if it.state == "idle" else it.days if it.p10 is None else it.p10
    hatch = share * (1 - min(sure or 0.0, end) / end) if 0 < end < inf else share
    return Bar(share, band=band, hatch=hatch, stale=not rank.eligible)


def _end(rank: Rank) -> float | None:
    """Days to the end of its bar; None: it has none."""
    it = rank.candidate
    if it.state == "idle" and rank.eligible:
        return rank.lasting
    return max(it.days, it.p90 or 0.0) if it.state == "known" and it.days is not None else None


def _lasts(rank: Rank, glyphs: Glyphs) -> str:
    it = rank.candidate
    if it.state == "known" and it.days is not None:
        between = it.p10 is not None and it.p90 is not None
        return _say(stretches(it.p10 or 0.0, it.p90 or 0.0) if between else stretch(it.days), glyphs)
    return _say(words.NOTHING if it.state in ("known", "unknown") else it.state, glyphs)


def _left(rank: Rank, glyphs: Glyphs) -> str:
    it = rank.candidate
    if it.remaining is None:
        return ""
    mark = "~" if it.estimated else ""
    return mark + _say(words.amount(it.remaining), glyphs)


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan(decision: Decision, width: int, glyphs: Glyphs = UNICODE) -> list[Line]:
    """Who carries the work, who helps, who stands behind: as it would be, beside what it is now where that differs."""
    now = decision.current
    route = (decision.route or now) if decision.state == "change" else (now or decision.route)
    if route is None:
        return []
    before = now.fallbacks if now is not None else ()
    primary, helper = (now.primary, now.delegation) if now is not None else (Choice("", ""), None)
    lines = _step("primary", primary, route.primary, width, glyphs)
    lines += _step("delegation", helper, route.delegation, width, glyphs)
    for at, one in enumerate((*route.fallbacks, *_kept(decision))):
        new = one not in before
        head = "fallbacks" if at == 0 else ""
        mark = ("+ " if new else "  ") if decision.state == "change" else ""
        text = f"{mark}{at + 1} {_named(one, glyphs)}"
        role = "gain" if new and decision.state == "change" else ""
        lines.append([(f"{head:<{_KIND}}", "dim"), (_cut(text, width - _KIND, glyphs), role)])
    return lines


def _kept(decision: Decision) -> list[Choice]:
    """The user's own fallbacks, which stay behind those of the plan: what stands there and does not go."""
    if decision.current is None or decision.route is None or decision.state != "change":
        return []
    gone = [line for line in decision.diff.splitlines() if line.startswith("-")]
    others = (one for one in decision.current.fallbacks if one not in decision.route.fallbacks)
    return [one for one in others if not any(one.model in line for line in gone)]


def _step(kind: str, now: Choice | None, then: Choice | None, width: int, glyphs: Glyphs) -> list[Line]:
    head: Run = (f"{kind:<{_KIND}}", "dim")
    old, new, room = _named(now, glyphs), _named(then, glyphs), width - _KIND
    if now == then:
        return [[head, (_cut(new, room, glyphs), "")]]
    arrow = " -> " if glyphs.ascii else " → "
    if grid.cells(old + arrow + new) <= room:
        return [[head, (old, "loss"), (arrow, "dim"), (new, "gain")]]
    lead = f"{arrow.strip():>{_KIND - 1}} "
    return [[head, (_cut(old, room, glyphs), "loss")], [(lead, "dim"), (_cut(new, room, glyphs), "gain")]]


def _named(choice: Choice | None, glyphs: Glyphs) -> str:
    if choice is None:
        return "as the primary"
    return _say(" · ".join(filter(None, (clean(choice.provider), clean(choice.model)))) or "nobody", glyphs)


def named(choice: Choice | None, glyphs: Glyphs = UNICODE) -> str:
    """`gemini · gemini-3.1-pro-preview`."""
    return _named(choice, glyphs)


# ── the diff ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_DIFF = {"+": "gain", "-": "loss", "@": "accent"}


def diff(decision: Decision, glyphs: Glyphs = UNICODE) -> list[Line]:
    """Each line in the colour of what it does; not cut."""
    lines: list[Line] = []
    for text in decision.diff.splitlines():
        role = "dim" if text.startswith(("---", "+++")) else _DIFF.get(text[:1], "")
        lines.append([(_say(text, glyphs), role)])
    return lines


def changed_lines(decision: Decision) -> int:
    """How many lines of the file would be other ones."""
    lines = decision.diff.splitlines()
    added = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
    removed = sum(line.startswith("-") and not line.startswith("---") for line in lines)
    return max(added, removed)


# ── all of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def report(
    decision: Decision, bands: Bands, width: int, color: Color = "none", glyphs: Glyphs = UNICODE, *, whole: bool = True
) -> str:
    """The decision for a terminal, without a newline at the end; `whole` False: without the ranking and the diff."""
    if color == "none" and not glyphs.ascii:
        glyphs = PLAIN
    width = min(max(width, _NARROWEST), _WIDEST)
    parts: list[list[Line]] = [[[(part, "strong")] for part in wrap(_say(decision.reason, glyphs), width)]]
    parts.append(ranking(decision, bands, width, glyphs) if whole else [])
    parts.append(plan(decision, width, glyphs))
    parts.append(diff(decision, glyphs) if whole else [])
    parts.append(warnings(decision, width, glyphs))
    lines: list[Line] = []
    for part in filter(None, parts):
        lines += [[], *part] if lines else part
    painted = [paint(line, color) for line in lines]
    return "\n".join(line.rstrip() if color == "none" else line for line in painted)


def warnings(decision: Decision, width: int, glyphs: Glyphs = UNICODE) -> list[Line]:
    """What to know before it is written."""
    lines: list[Line] = []
    for sentence in decision.warnings:
        for at, part in enumerate(wrap(_say(sentence, glyphs), max(8, width - 2))):
            lines.append([("! " if at == 0 else "  ", "warn"), (part, "warn")])
    return lines


def _cut(text: str, width: int, glyphs: Glyphs) -> str:
    return grid.cut(text, max(0, width), end="." if glyphs.ascii else "…")


def _say(text: str, glyphs: Glyphs) -> str:
    return grid.ascii_text(text) if glyphs.ascii else text
