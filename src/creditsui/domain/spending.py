"""What was spent on what: sums of calls by day, week, month, model, project, session, source and account."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from creditsui.domain.money import Money

TIMES = ("day", "week", "month")
KEYS = (*TIMES, "model", "project", "session", "source", "account")
"""What rows can be grouped by. A week is told by its Monday."""
_KINDS = {"metered": 0, "subscription": 1}
"""By who pays; any other word: nobody knows."""


class Slot(NamedTuple):
    """Calls of one kind within a quarter of an hour, summed. No zone's day begins at another moment, so slots can be
    grouped by the days of any. Tokens are disjoint; output includes reasoning. Made by the hundred thousand."""

    at: datetime
    """When it begins, UTC."""
    source: str
    account: str
    provider: str = ""
    model: str = ""
    tier: str = ""
    billing: str = "metered"
    """`metered`, `subscription`, or anything else where nobody knows."""
    project: str = ""
    session: str = ""
    calls: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0
    cost_micros: int = 0
    """Of those with a known price."""
    unpriced_tokens: int = 0
    """Tokens of those without."""
    currency: str = "USD"
    low: bool = False
    """Whether the log is known to count wrong here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Sums of one currency."""

    keys: tuple[str, ...] = ()
    """One for each name the report is by: `2026-11-19`, `2026-11` for a month, else the name; "" where none is told."""
    currency: str
    purse: str = ""
    """Whose points or credits they are: those of two accounts are not the same. Empty for money."""
    calls: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0
    cost: Money | None = None
    """Metered money; None: there were such calls, but no price is known for any of them."""
    notional: Money | None = None
    """What the tokens of a flat-rate plan would have cost; None in the same case."""
    undecided: Money | None = None
    """What calls would cost of which nobody knows whether a plan covers them; None in the same case."""
    unpriced_tokens: int = 0
    low_calls: int = 0
    """How many calls are from logs that are known to count wrong."""

    @property
    def tokens(self) -> int:
        return self.input + self.output + self.cache_read + self.cache_write


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    by: tuple[str, ...]
    since: date
    until: date
    """The last day, included."""
    zone: str
    rows: tuple[Row, ...] = ()
    """Times from old to new, names by what cost most, each with all of its own rows; one currency after the other."""
    totals: tuple[Row, ...] = ()
    """One for each currency."""
    unpriced: tuple[tuple[str, int], ...] = ()
    """Models without a known price and their tokens, most first; "" where the log names no model."""
    span: tuple[date, date] | None = None
    """The first and the last day that the ledger knows calls of; None: it knows none."""
    prices: str = ""
    """The table of prices and its date."""


def report(
    slots: Iterable[Slot],
    by: Sequence[str],
    since: date,
    until: date,
    zone: tzinfo,
    *,
    where: Mapping[str, str] | None = None,
    span: tuple[date, date] | None = None,
    prices: str = "",
) -> Report:
    """Slots of the days of `zone` from `since` to `until`, both included, as rows by the names in `by`.

    `where` keeps only what has these values. Raises KeyError for a name that is none of KEYS.
    """
    wanted = where or {}
    of_row, of_filter = _grouping(by, zone), _grouping(tuple(wanted), zone)
    values = tuple(wanted.values())
    first, end = start_of(since, zone), start_of(until + timedelta(days=1), zone)
    rows: dict[tuple[tuple[str, ...], str, str], _Sums] = {}
    totals: dict[tuple[str, str], _Sums] = {}
    unpriced: dict[str, int] = {}
    for slot in slots:
        if not first <= slot.at < end or (values and of_filter(slot) != values):
            continue
        purse = slot.account if slot.currency.islower() else ""
        key = (of_row(slot), slot.currency, purse)
        if key not in rows:
            rows[key] = _Sums()
        rows[key].add(slot)
        if key[1:] not in totals:
            totals[key[1:]] = _Sums()
        totals[key[1:]].add(slot)
        if slot.unpriced_tokens:
            unpriced[slot.model] = unpriced.get(slot.model, 0) + slot.unpriced_tokens
    return Report(
        by=tuple(by),
        since=since,
        until=until,
        zone=str(zone),
        rows=_ordered([sums.row(*key) for key, sums in rows.items()], by),
        totals=_ordered([sums.row((), *key) for key, sums in totals.items()], ()),
        unpriced=tuple(sorted(unpriced.items(), key=lambda item: (-item[1], item[0]))),
        span=span,
        prices=prices,
    )


def start_of(day: date, zone: tzinfo) -> datetime:
    """The UTC instant at which a day of `zone` begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _grouping(by: Sequence[str], zone: tzinfo) -> Callable[[Slot], tuple[str, ...]]:
    """What tells the values of a slot. Many share an instant, so its day is reckoned once."""
    periods = [_period(name) if name in TIMES else None for name in by]
    if unknown := [name for name in by if name not in KEYS]:
        raise KeyError(unknown[0])
    places = [Slot._fields.index(name) if name not in TIMES else -1 for name in by]
    known: dict[datetime, date] = {}

    def values(slot: Slot) -> tuple[str, ...]:
        found = []
        for period, place in zip(periods, places, strict=True):
            if period is None:
                found.append(str(slot[place]))
                continue
            day = known.get(slot.at)
            if day is None:
                day = known[slot.at] = slot.at.astimezone(zone).date()
            found.append(period(day))
        return tuple(found)

    return values


def _period(name: str) -> Callable[[date], str]:
    if name == "month":
        return lambda day: day.isoformat()[:7]
    if name == "week":
        return lambda day: (day - timedelta(days=day.weekday())).isoformat()
    return date.isoformat


def _ordered(rows: Sequence[Row], by: Sequence[str]) -> tuple[Row, ...]:
    """Leading times from old to new, then money before points; below that what cost most first, with all of its own
    rows, and times from old to new again."""
    lead = next((index for index, name in enumerate(by) if name not in TIMES), len(by))
    weights: dict[tuple[object, ...], list[int]] = {}
    for row in rows:
        parts = [money.micros if money else 0 for money in (row.cost, row.notional, row.undecided)]
        parts += [row.unpriced_tokens, row.tokens]
        for upto in range(lead, len(by)):
            place = (row.currency, row.purse, row.keys[: upto + 1])
            weights[place] = [a + b for a, b in zip(weights.get(place, [0] * 5), parts, strict=True)]

    def key(row: Row) -> tuple[object, ...]:
        found: list[object] = [row.keys[:lead], row.currency.islower(), row.currency, row.purse]
        for index in range(lead, len(by)):
            if by[index] not in TIMES:
                found.append([-weight for weight in weights[row.currency, row.purse, row.keys[: index + 1]]])
            found.append(row.keys[index])
        return tuple(found)

    return tuple(sorted(rows, key=key))


class _Sums:
    """What becomes a row."""

    __slots__ = ("amounts", "low", "priced", "seen", "tokens", "unpriced")

    def __init__(self) -> None:
        self.tokens = [0] * 6
        self.amounts, self.seen, self.priced = [0] * 3, [False] * 3, [False] * 3
        self.unpriced = self.low = 0

    def add(self, slot: Slot) -> None:
        sums = self.tokens
        sums[0] += slot.calls
        sums[1] += slot.input
        sums[2] += slot.output
        sums[3] += slot.cache_read
        sums[4] += slot.cache_write
        sums[5] += slot.reasoning
        kind = _KINDS.get(slot.billing, 2)
        self.amounts[kind] += slot.cost_micros
        tokens = slot.input + slot.output + slot.cache_read + slot.cache_write
        self.seen[kind] |= slot.unpriced_tokens > 0
        self.priced[kind] |= slot.cost_micros != 0 or tokens > slot.unpriced_tokens
        self.unpriced += slot.unpriced_tokens
        self.low += slot.calls if slot.low else 0

    def row(self, keys: tuple[str, ...], currency: str, purse: str) -> Row:
        cost, notional, undecided = (
            Money(amount, currency) if priced or not seen else None
            for amount, seen, priced in zip(self.amounts, self.seen, self.priced, strict=True)
        )
        calls, input, output, cache_read, cache_write, reasoning = self.tokens
        return Row(
            keys=keys,
            currency=currency,
            purse=purse,
            calls=calls,
            input=input,
            output=output,
            cache_read=cache_read,
            cache_write=cache_write,
            reasoning=reasoning,
            cost=cost,
            notional=notional,
            undecided=undecided,
            unpriced_tokens=self.unpriced,
            low_calls=self.low,
        )
