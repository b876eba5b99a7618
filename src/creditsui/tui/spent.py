"""What the spend screen says, as lines of runs: totals, the chart by the day, and what no price is known for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.columns import Column, paint_columns, pitch
from creditsui.domain.money import Money
from creditsui.domain.spending import Report, Row
from creditsui.tui.ink import Run, width_of
from creditsui.tui.manner import Manner

Line = list[Run]
Purse = tuple[str, str]
"""A currency, and whose it is where it is no money."""

PERIOD_WORDS = {"today": "today", "7d": "7 days", "30d": "30 days", "all": "all time"}
NOT_TOLD = "not told"
MOST = 200
"""Rows of one purse that are listed."""
_PRIVATE = {"project", "session", "account"}
_NAMED = 3
_DOT: Run = (" · ", "dim")


def purse_of(row: Row) -> Purse:
    return row.currency, row.purse


def ordered(report: Report) -> list[Row]:
    """The rows, currency by currency, the one with most calls first; in each as the report has them."""
    calls = {purse_of(total): total.calls for total in report.totals}
    return sorted(report.rows, key=lambda row: -calls.get(purse_of(row), 0))


def foremost(rows: Sequence[Row]) -> list[Row]:
    """The first rows of each purse: nobody reads thousands, and every key would wait for them."""
    seen: dict[Purse, int] = {}
    kept = []
    for row in rows:
        purse = purse_of(row)
        seen[purse] = seen.get(purse, 0) + 1
        if seen[purse] <= MOST:
            kept.append(row)
    return kept


def name(by: str, value: str, manner: Manner) -> str:
    """What a row is called; where the log does not tell, that."""
    if manner.hidden and by in _PRIVATE and value:
        return "••••" if not manner.glyphs.ascii else "****"
    return manner.plain(value) or NOT_TOLD


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def totals(report: Report, manner: Manner) -> list[Line]:
    """What was spent, what plans covered, and what nobody knows who pays for: a part for each that is anything."""
    rows = sorted(report.totals, key=lambda row: -row.calls)
    costs = [row.cost for row in rows if row.cost is not None]
    costs = [money for money in costs if money.micros] or costs[:1]
    said = _sum(costs, manner) or ("?" if rows else "nothing")
    parts: list[Line] = [[(said, "strong"), (" spent", "dim")]]
    for amounts, what in (
        ([row.notional for row in rows], " covered by plans"),
        ([row.undecided for row in rows], " nobody knows who pays for"),
    ):
        known = [money for money in amounts if money is not None and money.micros]
        if known or None in amounts:
            parts.append([(_sum(known, manner) or "?", "bright"), (what, "dim")])
    unpriced = sum(row.unpriced_tokens for row in rows)
    if unpriced:
        parts.append([(manner.figures(words.tokens(unpriced)), "warn"), (" tokens unpriced", "dim")])
    return parts


def _sum(amounts: Sequence[Money], manner: Manner) -> str:
    return " + ".join(manner.amount(money) for money in amounts)


def days_of(report: Report) -> str:
    """`22 Oct – 20 Nov`, or one day."""
    last = words.short_day(report.until)
    return last if report.since == report.until else f"{words.short_day(report.since, report.until)} – {last}"


def remarks(report: Report, manner: Manner) -> list[Line]:
    """What the figures leave out: models without a known price, calls that logs count wrong; the table of prices."""
    lines: list[Line] = []
    if report.unpriced:
        named = [f"{model or NOT_TOLD} ({words.tokens(count)})" for model, count in report.unpriced[:_NAMED]]
        if len(report.unpriced) > _NAMED:
            named.append(f"{len(report.unpriced) - _NAMED} more")
        lines.append([(" no known price, in tokens: ", "warn"), (manner.plain(", ".join(named)), "warn")])
    low = sum(row.low_calls for row in report.totals)
    if low:
        lines.append([(f" {low:,} call{' comes' if low == 1 else 's come'} from logs known to count wrong", "warn")])
    if report.prices:
        lines.append([(f" prices: {manner.plain(report.prices)}", "dim")])
    return lines


def shorter(line: Line, width: int) -> Line:
    """A remark without its last words, as far as it has to: no date is cut in two."""
    *first, (text, role) = line
    while ", " in text and width_of([*first, (text, role)]) > width:
        text = text.rpartition(", ")[0]
    return [*first, (text, role)]


def sums(line: Line, width: int) -> Line:
    """The line at the top in a narrow pane: without its word, and without the sums that do not fit in whole."""
    *first, (text, role) = [run for run in line if run[1] != "dim"]
    kept = text
    while " + " in kept and width_of([*first, (text, role)]) > width:
        kept = kept.rpartition(" + ")[0]
        text = f"{kept} + …"
    return [*first, (text, role)]


def nothing(report: Report, period: str, w: str) -> list[str]:
    """Why there is no row, and what to do about it. `w` is the key of the period."""
    if report.span is not None:
        first, last = (words.short_day(day, report.until) for day in report.span)
        when = f"on {first}" if first == last else f"from {first} to {last}"
        return [
            f"Nothing was spent here: {PERIOD_WORDS[period]}.",
            f"Calls are known {when}; {w} shows another period.",
        ]
    return [
        "Nothing is known to be spent yet.",
        "",
        "Coding agents keep logs of every call, and creditsui reads them by itself:",
        "Claude Code, Codex, Hermes, OpenCode, Gemini CLI and others, where they are installed.",
        "",
        "Logs elsewhere: paths in [sources.NAME] of config.toml. creditsui ingest reads them now.",
        "Balances tell too: whatever one loses without a call in a log is listed as unseen.",
    ]


# ── the chart ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Bucket:
    first: date
    column: Column


def buckets(days: Report, purse: Purse, room: int) -> list[Bucket]:
    """Days, or weeks, months, years where days are more than `room`; the last ones where even years are."""
    found: dict[date, Row] = {date.fromisoformat(row.keys[0]): row for row in days.rows if purse_of(row) == purse}
    length = (days.until - days.since).days + 1
    for begin, longest in ((_day, 1), (_week, 7), (_month, 31), (_year, 366)):
        if length > longest * room and begin is not _year:
            continue
        sums: dict[date, tuple[float, float, bool]] = {}
        day = days.since
        while day <= days.until:
            start = begin(day)
            solid, pale, unknown = sums.get(start, (0.0, 0.0, False))
            row = found.get(day)
            if row is not None:
                solid += _units(row.cost)
                pale += _units(row.notional) + _units(row.undecided)
                unknown = unknown or row.unpriced_tokens > 0
            sums[start] = solid, pale, unknown
            day += timedelta(days=1)
        if len(sums) <= room:
            break
    return [Bucket(first, Column(*parts)) for first, parts in sums.items()][-max(1, room) :]


def chart(days: Report, purse: Purse, manner: Manner, width: int, height: int, *, one_day: bool) -> list[Line]:
    """Columns with the highest amount at the left and the days below; `one_day`: all but the last are looked past."""
    if height < 3 or width < 12:
        return []
    shown = buckets(days, purse, width - 10)
    top = max((bucket.column.whole for bucket in shown), default=0.0)
    scale = [manner.amount(_money(top, purse)), manner.amount(_money(top / 2, purse))]
    left = max(map(grid.cells, scale)) + 2
    room = width - left - 1
    shown = shown if len(shown) <= room else buckets(days, purse, room)
    high = height - 1
    step, _ = pitch(len(shown), room)
    past = step * (len(shown) - 1) if one_day else 0
    lines: list[Line] = []
    for y, runs in enumerate(paint_columns([bucket.column for bucket in shown], room, high, manner.glyphs)):
        said = scale[0] if y == 0 and top else scale[1] if top and high >= 6 and y == high // 2 else ""
        lines.append([(grid.fit(said, left - 1, ">") + " ", "dim"), *_past(runs, past)])
    return [*lines, [(" " * left, "text"), *_axis(shown, step, room, days.until)]]


def _axis(shown: Sequence[Bucket], step: int, room: int, until: date) -> Line:
    """The first day of columns under them where it fits; the last one ends with today."""
    cells = [" "] * room
    end = min(room, step * len(shown))
    last = "today"
    at = max(0, end - len(last))
    cells[at : at + len(last)] = last[: room - at]
    free = 0
    for index, bucket in enumerate(shown):
        text, start = words.short_day(bucket.first, until), index * step
        if start >= free and start + len(text) + 2 <= at:
            cells[start : start + len(text)] = text
            free = start + len(text) + max(6, room // 5)
    return [("".join(cells)[:room], "dim")]


def _past(runs: Sequence[Run], cells: int) -> Line:
    """The first cells dimmed."""
    found: Line = []
    for text, role in runs:
        here = max(0, min(len(text), cells))
        cells -= len(text)
        past = "█" * here if role == "column-on-pale" else text[:here]  # in one tone nothing stands upon anything
        found += [(part, kind) for part, kind in ((past, "column-past"), (text[here:], role)) if part]
    return found


def _units(money: Money | None) -> float:
    return 0.0 if money is None else max(0.0, money.amount)


def _money(amount: float, purse: Purse) -> Money:
    return Money(round(amount * 1e6), purse[0])


def _day(day: date) -> date:
    return day


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)


def _year(day: date) -> date:
    return day.replace(month=1, day=1)


# ── choices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def choices(
    options: Sequence[tuple[str, str]], chosen: str, key: str, width: int
) -> tuple[Line, list[tuple[int, int, str]]]:
    """The options side by side, the chosen one marked, and where each stands: (first cell, after the last, value).

    Where there is no room, only the chosen one.
    """
    for kept in (options, [option for option in options if option[0] == chosen]):
        runs: Line = [(" ", "text"), (key, "accent"), (" ", "text")]
        places: list[tuple[int, int, str]] = []
        for value, said in kept:
            start = width_of(runs)
            runs += [(f"[{said}]" if value == chosen else f" {said} ", "strong" if value == chosen else "dim")]
            places.append((start, width_of(runs), value))
        if width_of(runs) <= width:
            break
    return runs, places
