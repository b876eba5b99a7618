"""Walking a history from old to new: what balances lost, when, and by which calls."""

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import accumulate, islice, pairwise

from creditsui.domain.before import Struck
from creditsui.domain.board import Hit, HitPart
from creditsui.domain.drift import NOTHING, Learned
from creditsui.domain.history import LAST, Credit, History
from creditsui.domain.money import Money
from creditsui.domain.reading import Reading, Recorded
from creditsui.domain.reconcile import learned
from creditsui.domain.settled import settled
from creditsui.domain.usage import Usage

DAYS = 30
HITS = 8
UNSEEN = "unseen"
UNSEEN_BY_LEDGER = "unseen by the ledger"
_LOOKED = 2000
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The last days of a zone, oldest first, and the UTC instants where each begins and the last one ends."""

    days: tuple[date, ...]
    edges: tuple[datetime, ...]
    now: datetime


def calendar(now: datetime, zone: tzinfo, days: int = DAYS) -> Calendar:
    """The `days` days of `zone` up to the one that `now` falls in."""
    return Calendar(*_days(now.astimezone(zone).date(), zone, days), now)


@lru_cache(64)
def _days(today: date, zone: tzinfo, days: int) -> tuple[tuple[date, ...], tuple[datetime, ...]]:
    dates = [today - timedelta(days=back) for back in range(days - 1, -2, -1)]
    return tuple(dates[:-1]), tuple(
        datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) for day in dates
    )


def split(amount: int, start: datetime, end: datetime, edges: Sequence[datetime]) -> list[tuple[int, int]]:
    """`amount` spread over the days between `edges` in proportion to time: (index of the day, its part).

    Index -1 is all that lies before the first edge. The parts sum to the amount exactly.
    """
    last = len(edges) - 2
    first_day, last_day = (min(bisect_right(edges, instant) - 1, last) for instant in (start, end))
    if first_day >= last_day:
        return [(last_day, amount)]
    whole, given = (end - start) // _TICK, 0
    parts = []
    for day in range(first_day, last_day + 1):
        reached = amount if day == last_day else amount * ((edges[day + 1] - start) // _TICK) // whole
        parts.append((day, reached - given))
        given = reached
    return parts


def covered(start: datetime, end: datetime, edges: Sequence[datetime]) -> tuple[float, ...]:
    """How much of each day between `edges` lies between two instants, from 0 to 1."""
    return tuple(
        max(timedelta(0), min(end, after) - max(start, begin)) / (after - begin) for begin, after in pairwise(edges)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Spend of one currency as far as somebody was looking; amounts in micro-units, days by the calendar's index."""

    currency: str
    calendar: Calendar
    days: tuple[int, ...]
    covered: tuple[float, ...]
    """How much of each day was seen, 0 to 1."""
    earlier: int = 0
    """What was spent before the calendar begins."""
    since: datetime | None = None
    """The first instant that was seen; None: nothing was."""
    hits: tuple[Hit, ...] = ()
    """Newest first."""
    of_purse: bool = False
    """True where it was read off a balance, which every key on the same purse drains alike."""
    reported: bool = False
    """True where the days are the provider's own figures alone."""
    all: int | None = None
    """The lifetime total where a provider tells it."""

    def series(self) -> tuple[tuple[date, Money | None], ...]:
        """Day by day, None where nobody was looking."""
        return tuple(
            (day, Money(spent, self.currency) if share > 0 or spent else None)
            for day, spent, share in zip(self.calendar.days, self.days, self.covered, strict=True)
        )

    def last(self, days: int) -> Money | None:
        """The sum of the last `days` days; None where it is not known.

        A report counts only where it reaches back far enough; what we saw ourselves counts from where it began.
        """
        if not any(self.covered[-days:]) and not any(self.days[-days:]):
            return None
        if self.reported and (self.since is None or self.since > self.calendar.edges[-days - 1]):
            return None
        return Money(sum(self.days[-days:]), self.currency)

    def total(self) -> Money | None:
        if self.all is not None:
            return Money(self.all, self.currency)
        return None if self.since is None else Money(self.earlier + sum(self.days), self.currency)


def falls(readings: Sequence[Recorded], most: int = HITS) -> list[tuple[datetime, datetime]]:
    """When the newest drops of balances, and growths of counters, came about: between these two instants. Newest
    first; of the last `_LOOKED` readings."""
    found: list[tuple[datetime, datetime]] = []
    later: tuple[Recorded, dict[object, int]] | None = None
    for recorded in islice(reversed(readings), _LOOKED):
        here = levels(recorded.reading)
        if not here:
            continue
        if later is not None and any(level > later[1].get(name, level) for name, level in here.items()):
            found.append((recorded.until, later[0].reading.at))
            if len(found) == most:
                break
        later = recorded, here
    return found


def levels(reading: Reading) -> dict[object, int]:
    """What falls when something is spent."""
    found: dict[object, int] = {one.remaining.currency: one.remaining.micros for one in reading.balances}
    if reading.spend is not None and reading.spend.all is not None:
        found["all", reading.spend.all.currency] = -reading.spend.all.micros
    return found


def observe(history: History, calendar: Calendar) -> Observed:
    """Spend from a history: what balances lost net of what was booked, and metered calls where no balance tells.

    A rise is credit that came in, never negative spend. Between two balances the metered calls say when and on what,
    the balances say how much. After the last balance the share that usually goes unseen counts as spent too, so that
    balance and spend agree; the next balance replaces it by what it was.
    """
    tally, anchors, rows, before = _tallied(history, calendar), history.anchors, history.usage, history.before

    # A balance covers the time until it was last confirmed, a log that is being read the time until now.
    bounds = [anchors[0][0], anchors[-1][1]] if anchors else []
    bounds += [rows[0].at, calendar.now] if rows else []
    seen = bool(rows) or len(anchors) > 1 or (bool(anchors) and anchors[0][0] < anchors[0][1])
    if before is not None:
        bounds += [before.since] if before.since is not None else []
        bounds += [calendar.now] if before.logged else []
        seen = seen or before.seen
    return Observed(
        currency=history.currency,
        calendar=calendar,
        days=tuple(tally.days[:-1]),
        covered=covered(min(bounds), max(bounds), calendar.edges) if seen else (0.0,) * len(calendar.days),
        earlier=tally.days[-1],
        since=min(bounds) if seen else None,
        hits=tally.newest(),
        of_purse=bool(anchors),
    )


def tallied(history: History) -> tuple[int, tuple[Struck, ...]]:
    """What was spent in all of a history, and its newest hits in the order in which they came."""
    tally = _tallied(history, Calendar((), (datetime.max.replace(tzinfo=UTC),), datetime.max.replace(tzinfo=UTC)))
    return tally.days[-1], tally.struck


def _tallied(history: History, calendar: Calendar) -> "_Tally":
    anchors, rows, before = history.anchors, history.usage, history.before
    tally = _Tally(history, calendar)
    row = bisect_right(history.instants, before.place[0]) if before is not None else 0
    if anchors:
        row = _walk(history, row, tally)
    tally.calls(rows[row:], learned(history) if anchors else NOTHING)
    return tally


@dataclass(frozen=True, slots=True)
class Walked:
    """What was tallied by one calendar of the anchors of a stem, and of what came between them."""

    credits: Sequence[Credit]
    """As they were settled then; with others it is worth nothing."""
    row: int
    """The first call that was none of it."""
    credit: int
    """The first credit that was none."""
    days: Sequence[int]
    hits: Sequence[Struck]
    day: int
    """That of the last fall."""


def _walk(history: History, row: int, tally: "_Tally") -> int:
    """Tally what happened up to the last anchor, from the call `row` on; the first call after it."""
    credits, anchors, stem = sorted(settled(history)), history.anchors, history.stem
    first, known = 1, len(stem.anchors) if stem is not None else 0
    held = stem.walked.get(tally.edges) if stem is not None else None
    if held is not None and held.credits == credits:
        tally.restore(held)
        first, row, credit = known, held.row, held.credit
    else:
        begun = max(row, bisect_right(history.instants, anchors[0][0]))
        for call in history.usage[row:begun]:
            tally.call(call)
        row, credit = begun, bisect_right(credits, (*anchors[0][1::2], LAST))
        if stem is not None and known:
            row, credit = _between(history, credits, (1, known), row, credit, tally)
            stem.walked[tally.edges] = tally.walked(credits, row, credit)
            first = known
    row, _ = _between(history, credits, (first, len(anchors)), row, credit, tally)
    return max(row, bisect_right(history.instants, anchors[-1][1]))


def _between(
    history: History, credits: Sequence[Credit], span: tuple[int, int], row: int, credit: int, tally: "_Tally"
) -> tuple[int, int]:
    """Tally what happened before the anchors from one index to before another; the first call and the first credit
    that were none of it."""
    instants = history.instants
    _, since, last, _ = history.anchors[span[0] - 1]
    quiet_until = _next(instants, row, credits, credit)
    for start, over, micros, number in history.anchors[span[0] : span[1]]:
        if quiet_until is None or start < quiet_until:
            if last > micros:
                tally.fall(last - micros, since, start, number)
        else:
            booked, calls = bisect_right(credits, (start, number, LAST), credit), bisect_right(instants, start, row)
            spent = last - micros + sum([amount for _, _, amount in credits[credit:booked]])
            tally.change(spent, since, start, number, row, calls)
            # What was booked while the balance stood still had no part in it.
            row, credit = calls, bisect_right(credits, (over, number, LAST), booked)
            quiet_until = _next(instants, row, credits, credit)
        since, last = over, micros
    return row, credit


def _next(instants: Sequence[datetime], row: int, credits: Sequence[Credit], credit: int) -> datetime | None:
    """When something happens next that the balances alone do not tell."""
    if row < len(instants) and credit < len(credits):
        return min(instants[row], credits[credit][0])
    if row < len(instants):
        return instants[row]
    return credits[credit][0] if credit < len(credits) else None


class _Tally:
    """Sums by day and the newest hits."""

    def __init__(self, history: History, calendar: Calendar) -> None:
        self._currency, self.edges, before = history.currency, calendar.edges, history.before
        self._rows, self._instants, self._sums = history.usage, history.instants, history.sums
        self.days = [0] * (len(calendar.days) + 1)
        """The last slot, which is also index -1, is all that came before the first day."""
        self._hits: deque[Struck] = deque(maxlen=HITS)
        if before is not None:
            self.days[-1] = before.spent
            self._hits.extend(before.hits)
        self._day, self._begin, self._end = -1, datetime.min.replace(tzinfo=UTC), self.edges[0]

    def walked(self, credits: Sequence[Credit], row: int, credit: int) -> Walked:
        return Walked(credits, row, credit, tuple(self.days), tuple(self._hits), self._day)

    def restore(self, held: Walked) -> None:
        self.days[:] = held.days
        self._hits.clear()
        self._hits.extend(held.hits)
        if held.day >= 0:
            self._day, self._begin, self._end = held.day, self.edges[held.day], self.edges[held.day + 1]

    @property
    def struck(self) -> tuple[Struck, ...]:
        return tuple(map(_caused, self._hits))

    def newest(self) -> tuple[Hit, ...]:
        hits = sorted(self.struck, key=lambda hit: hit[0], reverse=True)
        return tuple(
            Hit(at, Money(amount, self._currency), cause, self._parts(amount, calls, shares))
            for at, amount, cause, calls, shares in hits
        )

    def _parts(self, amount: int, calls: Sequence[Usage], shares: Sequence[int]) -> tuple[HitPart, ...]:
        sums: dict[str, int] = {}
        for call, share in zip(calls, shares, strict=True):
            if share:
                sums[_cause(call)] = sums.get(_cause(call), 0) + share
        parts = sorted(sums.items(), key=lambda part: -part[1])
        rest = amount - sum(shares)
        if parts and rest:
            parts.append((UNSEEN, rest))
        return tuple(HitPart(cause, Money(part, self._currency)) for cause, part in parts)

    def call(self, call: Usage) -> None:
        """A metered call that no balance speaks of."""
        if (cost := _cost(call)) > 0:
            self._add(cost, call.at, call.at)
            if call.key:
                self._hits.append((call.at, cost, _cause(call), (call,), (cost,)))

    def calls(self, calls: Sequence[Usage], taught: Learned) -> None:
        """Calls after the last balance, and what was probably spent beside them, as the balance is carried forward."""
        seen = unseen = 0
        for call in calls:
            self.call(call)
            seen += _cost(call)
            more, unseen = taught.unseen(seen) - unseen, taught.unseen(seen)
            if more:
                self._add(more, call.at, call.at)

    def fall(self, spent: int, since: datetime, at: datetime, number: int) -> None:
        """A balance lost `spent`, more than nothing, between two instants; `number` is 0 where the provider said so."""
        self._add(spent, since, at)
        self._hits.append((at, spent, UNSEEN_BY_LEDGER if number else UNSEEN, (), ()))

    def change(self, spent: int, since: datetime, at: datetime, number: int, first: int, end: int) -> None:
        """A balance lost `spent` net of what was booked, and the calls from `first` to before `end` were seen
        meanwhile."""
        if spent < 0:  # credit came in unbooked: only the calls tell what was spent
            for call in self._rows[first:end]:
                self.call(call)
            return
        seen = min(spent, self._sums[end] - self._sums[first])
        if first < end and self._begin <= self._instants[first] and self._instants[end - 1] < self._end:
            self.days[self._day] += seen
        else:
            self._each(spent, first, end)
        if number:
            calls = self._rows[first:end]
            for call, part in zip(calls, _shares(spent, calls), strict=True):
                if part and call.key:
                    self._hits.append((call.at, part, _cause(call), (call,), (part,)))
            if spent > seen:
                self.fall(spent - seen, since, at, number)
        elif spent:
            self._add(spent - seen, since, at)
            # By whom is asked of the newest alone.
            self._hits.append((at, spent, "" if first < end else UNSEEN, self._rows[first:end], ()))

    def _each(self, spent: int, first: int, end: int) -> None:
        calls = self._rows[first:end]
        for call, part in zip(calls, _shares(spent, calls), strict=True):
            self._add(part, call.at, call.at)

    def _add(self, amount: int, start: datetime, end: datetime) -> None:
        if self._begin <= start and end < self._end:  # nearly always within the same day as the one before
            self.days[self._day] += amount
            return
        for day, part in split(amount, start, end, self.edges):
            self.days[day] += part
        if day > self._day:
            self._day, self._begin, self._end = day, self.edges[day], self.edges[day + 1]


def _shares(spent: int, calls: Sequence[Usage]) -> list[int]:
    """What each call had of `spent`: its price, or less where the prices sum to more than the balance lost."""
    costs = [call.cost.micros if call.cost is not None else 0 for call in calls]
    metered = sum(costs)
    if metered <= spent:
        return costs
    edges = [spent * part // metered for part in accumulate(costs, initial=0)]
    return [after - before for before, after in pairwise(edges)]


def _caused(hit: Struck) -> Struck:
    """With its cause, and with every model in the sums."""
    at, amount, cause, calls, _ = hit
    if cause:
        return hit
    calls = [one for call in calls for one in call.parts or (call,)]
    return at, amount, _cause(max(calls, key=_cost)), calls, _shares(amount, calls)


def _cost(call: Usage) -> int:
    return call.cost.micros if call.cost is not None else 0


def _cause(call: Usage) -> str:
    return f"{call.model} · {call.project}" if call.project else call.model
