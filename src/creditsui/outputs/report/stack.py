"""What was spent, in layers: for each day the dearest accounts or models upon each other, and all others in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from creditsui.domain import grid
from creditsui.domain.money import MICRO
from creditsui.domain.spending import Report, Row
from creditsui.outputs.report.say import Say

SERIES = 7
"""Accounts or models that have a colour of their own; the others share one."""
_DAY = timedelta(days=1)
_UNSEEN = "unseen"
"""What the source of spend is called that no log knows."""

Purse = tuple[str, str]
"""A currency, and whose it is where it is no money: points of two accounts are not the same."""


@dataclass(frozen=True)
class Stack:
    """Amounts of one purse by series and day; the dearest series first."""

    days: tuple[date, ...]
    names: tuple[str, ...]
    amounts: tuple[tuple[int, ...], ...]
    """Micro-units: for each series, of each day."""
    unknown: frozenset[int]
    """Days with calls that no price is known for."""

    def on(self, day: int) -> int:
        return sum(series[day] for series in self.amounts)


def purses(reports: Mapping[str, Report]) -> list[Purse]:
    """Those in which anything was spent, money before points."""
    found: dict[Purse, int] = {}
    for report in reports.values():
        for row in report.rows:
            if row.cost is not None and row.cost.micros > 0:
                found[row.currency, row.purse] = found.get((row.currency, row.purse), 0) + row.calls
    return sorted(found, key=lambda purse: (purse[0].islower(), -found[purse], purse))


def stack(report: Report, by: str, purse: Purse, say: Say) -> Stack:
    days = tuple(report.since + _DAY * at for at in range((report.until - report.since).days + 1))
    sums: dict[str, list[int]] = {}
    unknown: set[int] = set()
    for row in report.rows:
        if (row.currency, row.purse) != purse:
            continue
        at = (date.fromisoformat(row.keys[0]) - report.since).days
        if row.unpriced_tokens:
            unknown.add(at)
        if row.cost is not None and row.cost.micros:
            sums.setdefault(_name(row, by, say), [0] * len(days))[at] += row.cost.micros
    dearest = sorted(sums, key=lambda name: (-sum(sums[name]), name))
    kept = dearest if len(dearest) <= SERIES + 1 else dearest[:SERIES]
    amounts = [tuple(sums[name]) for name in kept]
    if len(dearest) > len(kept):
        rest = dearest[len(kept) :]
        kept = [*kept, f"{len(rest)} others"]
        amounts.append(tuple(map(sum, zip(*(sums[name] for name in rest), strict=True))))
    return Stack(days, tuple(kept), tuple(amounts), frozenset(unknown))


def _name(row: Row, by: str, say: Say) -> str:
    """What a row's series is called; a report by the model has the source beside it."""
    if by == "account":
        return say.name_of(row.keys[1])
    if _UNSEEN in row.keys[2:]:
        return "seen in no log"
    return grid.cut(row.keys[1][:200], 40) or "no model told"


def ceiling(top: int) -> int:
    """The next nice number above: 1, 2, 2.5, 4, 5, 6, 8 or 10 times a power of ten of a hundredth."""
    base = MICRO // 100
    while base * 10 < top:
        base *= 10
    return next(
        (base * tenths // 10 for tenths in (10, 20, 25, 40, 50, 60, 80) if base * tenths // 10 >= top), base * 10
    )
