"""What was spent by the hour: by the calls that were logged, or by what a balance lost."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Protocol

from creditsui.domain.reading import Reading, Recorded

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOOKED = timedelta(minutes=90)
"""What a balance lost between two looks that are further apart cannot be told by the hour."""


_UNSETTLED = timedelta(hours=6)
"""How long before the last row another one may still change what is known of an hour."""
_ALWAYS = datetime.max.replace(tzinfo=UTC)
_NEARBY = 16
"""Rows."""


@dataclass(slots=True)
class Settled:
    """What was spent in hours that are over: for good, as long as it is told by the same rows and lapses."""

    hours: dict[datetime, tuple[datetime, int | None]] = field(default_factory=dict)
    """With when the row begins that their first moment was told by."""
    spans: dict[tuple[datetime, datetime], tuple[datetime, Sequence[int]]] = field(default_factory=dict)
    """The same of hours from one to before another, with when the first of these rows begins."""


class Hours(Protocol):
    """What was spent by the hour."""

    def spent(self, start: datetime) -> int | None:
        """In the hour that begins then, in micro-units; None where nobody was looking."""

    def seen(self, start: datetime, end: datetime) -> Sequence[int]:
        """The same of every hour from one to before another, without those in which nobody was looking."""


def every_hour(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += HOUR


def hour_of(at: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) at which the hour of `zone` that `at` lies in begins."""
    there = at.astimezone(zone)
    return (at - timedelta(minutes=there.minute, seconds=there.second, microseconds=there.microsecond)).astimezone(UTC)


class Calls:
    """Metered calls by the hour in which they were made, whenever they were read."""

    def __init__(
        self,
        load: Callable[[datetime, datetime | None], Mapping[int, int]],
        first: datetime,
        near: datetime,
        shift: int,
    ) -> None:
        """`load` tells sums by `hour_number` from one instant on to before another; the first call was at `first`.
        What lies before `near`, where an hour begins, is loaded only where somebody asks for it."""
        self._load, self._near, self._shift = load, near, shift
        self._first = hour_number(first, shift)
        self._recent = load(near, None)
        self._known: dict[datetime, int] = {}

    def spent(self, start: datetime) -> int | None:
        hour = hour_number(start, self._shift)
        if hour < self._first:
            return None
        if start >= self._near:
            return self._recent.get(hour, 0)
        if start not in self._known:
            self._known[start] = self._load(start, start + HOUR).get(hour, 0)
        return self._known[start]

    def seen(self, start: datetime, end: datetime) -> Sequence[int]:
        known = self._load(start, end)
        first = max(hour_number(start, self._shift), self._first)
        return [known.get(hour, 0) for hour in range(first, hour_number(end, self._shift))]


def shift(now: datetime, zone: tzinfo) -> int:
    """Quarters of an hour by which the clocks of a zone are off the full hour of UTC."""
    offset = now.astimezone(zone).utcoffset() or timedelta(0)
    return offset % HOUR // QUARTER


def hour_number(at: datetime, shift: int) -> int:
    """Hours since 1970, by the clock of a zone."""
    return ((at - _EPOCH) // QUARTER + shift) // 4


class Falls:
    """What a balance lost by the hour, as far as somebody looked often enough. A rise is credit that came in."""

    def __init__(
        self,
        rows: Sequence[Recorded],
        of: Callable[[Reading], int | None],
        now: datetime,
        far: datetime,
        lapses: Sequence[tuple[datetime, int]] = (),
        settled: Settled | None = None,
    ) -> None:
        """`rows` run from old to new and count from after `far` on; `of` tells the balance, in micro-units.

        `lapses` are when credit expires and how much at most: what falls by no more a day around is no spend.
        `settled` keeps what is known for good from one look to the next, as long as it is of the same rows and lapses.
        """
        self._settled = Settled() if settled is None else settled
        self._sure = rows[-1].reading.at - _UNSETTLED if rows else now
        self._begin, self._far = rows[0].reading.at if rows else now, far
        self._rows, self._low = rows, bisect_right(rows, far, key=_at)
        self._of, self._now, self._lapses = of, now, sorted(lapses)
        self._known: dict[datetime, int | None] = {}
        self._last = len(rows)
        self._stood: dict[datetime, tuple[int, int] | None] = {}

    def spent(self, start: datetime) -> int | None:
        settled = self._settled.hours.get(start)
        if settled is not None and settled[0] > self._far:
            return settled[1]
        if start not in self._known:
            self._known[start] = self._fell(start)
        return self._known[start]

    def seen(self, start: datetime, end: datetime) -> Sequence[int]:
        settled = self._settled.spans.get((start, end))
        if settled is not None and settled[0] > self._far:
            return settled[1]
        hours = list(every_hour(start, end))
        found = tuple(spent for at in hours if (spent := self.spent(at)) is not None)
        known = self._settled.hours
        first = min((known[at][0] if at in known else self._far for at in hours), default=self._far)
        if first > self._far:
            self._settled.spans[start, end] = first, found
        return found

    def _fell(self, start: datetime) -> int | None:
        before, after = self._at(start), self._at(min(start + HOUR, self._now))
        if before is None or after is None:
            looked = self._low < len(self._rows) and self._rows[self._low].reading.at <= start
            if start <= self._sure and (looked or start < self._begin):  # nobody ever will have looked then
                self._settled.hours[start] = _ALWAYS, None
            return None
        fell = before[1] - after[1]
        if fell < 0:
            stood = [self._of(row.reading) for row in self._rows[before[0] : after[0] + 1]]
            fell = sum(max(0, a - b) for a, b in pairwise(stood) if a is not None and b is not None)
        lapsed = fell and any(abs(at - start) < DAY and fell <= micros for at, micros in self._lapses_near(start))
        found = None if lapsed else fell
        if start <= self._sure:
            self._settled.hours[start] = self._rows[before[0]].reading.at, found
        return found

    def _lapses_near(self, at: datetime) -> Sequence[tuple[datetime, int]]:
        low, high = bisect_left(self._lapses, (at - DAY,)), bisect_left(self._lapses, (at + DAY,))
        return self._lapses[low:high]

    def _at(self, at: datetime) -> tuple[int, int] | None:
        """The row that told the balance of an instant, and the balance; None where nobody looked around then."""
        if at not in self._stood:
            rows, index = self._rows, self._place(at) - 1
            known = None
            if index >= self._low:
                until = rows[index].until
                following = rows[index + 1].reading.at if index + 1 < len(rows) else at
                if at <= until or following - until <= _LOOKED:
                    known = self._of(rows[index].reading)
            self._stood[at] = None if known is None else (index, known)
        return self._stood[at]

    def _place(self, at: datetime) -> int:
        """How many rows begin until then. Hours are asked for in turn, so it is near the last one that was."""
        rows = self._rows
        low, high = max(self._low, self._last - _NEARBY), min(len(rows), self._last + _NEARBY)
        if low > self._low and _at(rows[low - 1]) > at:
            low = self._low
        if high < len(rows) and _at(rows[high]) <= at:
            high = len(rows)
        self._last = bisect_right(rows, at, lo=low, hi=high, key=_at)
        return self._last


def _at(row: Recorded) -> datetime:
    return row.reading.at
