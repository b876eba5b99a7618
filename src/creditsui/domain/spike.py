"""Spikes: hours that cost far more than the same hour of the same weekday usually does.

The usual is the median of what was seen before the hour, how far hours stray from it the median deviation of their
logarithms: what an account costs in an hour varies by a factor, not by an amount. Nothing here depends on when it is
asked, so an episode keeps its beginning, and with it its identity, for as long as it is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from math import exp, log
from statistics import median
from typing import Literal

from creditsui.domain.board import Spike, SpikeHour
from creditsui.domain.hours import DAY, HOUR, Hours, hour_of
from creditsui.domain.money import MICRO, Money

TOLD = DAY
"""How long a spike is told after its end."""
LONGEST = timedelta(days=14)
"""What goes on for longer is no spike but another habit."""
WEEKS = 6
"""How far back the same hour of the same weekday is looked for."""
_PACE = (timedelta(weeks=1), timedelta(weeks=4))
"""By how much of the past an account is known: a week tells all its hours, but nobody spends on holiday."""
_CALM = 2
"""Hours after which an episode is over."""
NEAR = TOLD + (_CALM + 2) * HOUR
"""How far back is always looked at."""
FAR = timedelta(weeks=WEEKS) + LONGEST + TOLD + DAY
"""How far back may be looked at where something happened."""
_SAME_WEEKDAY, _SAME_HOUR, _BUSY = 4, 7, 5
"""The least of each that can be judged by."""
_FAR = 3.0
"""Usual deviations, and at least times the usual, that an hour must lie above it."""
_NORMAL = 1.4826
"""Turns a median deviation into that of a normal distribution."""
_LEAST = MICRO
"""One dollar, or whatever the currency: less is no spike, however calm it was before."""
_OF_A_DAY = 1 / 8
"""Nor is an hour that takes less than this of what a day costs."""

Against = Literal["weekday", "hour", "busy"]


def spike(series: Sequence[Hours], currency: str, now: datetime, zone: tzinfo) -> Spike | None:
    """The last episode in any of the series, each held against its own past; None where it is over for a day."""
    judges = [_Judge(hours, zone) for hours in series]
    this = start = hour_of(now, zone)
    above: list[SpikeHour] = []
    while start > now - LONGEST:
        found = [one for judge in judges if (one := judge.above(start, currency)) is not None]
        if found:
            above.append(max(found, key=lambda one: one.amount.micros))
        elif above and above[-1].at - start >= _CALM * HOUR:
            break
        elif not above and this - start > TOLD:
            return None
        start -= HOUR
    if not above:
        return None
    first, last = above[-1].at, above[0].at
    over = this - last > _CALM * HOUR
    if over and now - (last + HOUR) > TOLD:
        return None
    spans = [judge.span(first, last) for judge in judges]
    amount, usual = max(spans)
    peak = max(above, key=lambda one: one.amount.micros)
    return Spike(first, last + HOUR if over else None, Money(amount, currency), Money(usual, currency), peak)


def during(spike: Spike | None, at: datetime) -> bool:
    """Whether an instant lies in it."""
    return spike is not None and spike.since <= at and (spike.until is None or at < spike.until)


@dataclass(frozen=True, slots=True)
class _Pace:
    """How an account spends, by the week before a day; micro-units."""

    day: float
    """What a day of being looked at costs."""
    busy: float
    """What an hour with spend costs, in the middle."""
    hours: int
    """How many hours had spend."""
    factor: float
    """How many times the usual an hour must cost to be far above it."""


class _Judge:
    """Holds the hours of one series against those before them."""

    def __init__(self, hours: Hours, zone: tzinfo) -> None:
        self._spent, self._seen, self._zone = hours.spent, hours.seen, zone
        self._paces: dict[datetime, _Pace | None] = {}
        self._known: dict[datetime, tuple[float, Against, int] | None] = {}

    def above(self, start: datetime, currency: str) -> SpikeHour | None:
        """The hour, where it is far above the usual."""
        spent = self._spent(start)
        if spent is None or spent < _LEAST:
            return None
        pace = self._pace(start)
        if pace is None or spent < pace.day * _OF_A_DAY:
            return None
        found = self._usual(start, pace)
        if found is None:
            return None
        usual, against, seen = found
        limit = max(usual * pace.factor, pace.day * _OF_A_DAY, _LEAST)
        if spent <= limit:
            return None
        told, middle, edge = (Money(round(micros), currency) for micros in (spent, usual, limit))
        return SpikeHour(start, told, middle, edge, against, seen)

    def span(self, first: datetime, last: datetime) -> tuple[int, int]:
        """What the hours from one to another cost, and usually do."""
        amount, usual, start = 0, 0.0, first
        while start <= last:
            amount += self._spent(start) or 0
            pace = self._pace(start)
            found = self._usual(start, pace) if pace is not None else None
            usual += found[0] if found is not None else 0.0
            start += HOUR
        return amount, round(usual)

    def _usual(self, start: datetime, pace: _Pace) -> tuple[float, Against, int] | None:
        """What such an hour costs in the middle, by what, and by how many; None: too little was seen."""
        if start not in self._known:
            self._known[start] = self._middle(start, pace)
        return self._known[start]

    def _middle(self, start: datetime, pace: _Pace) -> tuple[float, Against, int] | None:
        against: Against = "weekday"
        seen = self._same(start, 7, WEEKS)
        if len(seen) < _SAME_WEEKDAY:
            against, seen = "hour", self._same(start, 1, WEEKS * 7)
            if len(seen) < _SAME_HOUR:
                return None
        middle = float(median(seen))
        return (middle, against, len(seen)) if middle > 0 else (pace.busy, "busy", pace.hours)

    def _same(self, start: datetime, step: int, count: int) -> list[int]:
        """What the same hour of the clock cost every `step` days before."""
        hours = _same_hours(start, self._zone, step, count)
        return [spent for at in hours if (spent := self._spent(at)) is not None]

    def _pace(self, start: datetime) -> _Pace | None:
        """By the week before the day of an hour, or the weeks; None: too little was seen."""
        there = start.astimezone(self._zone)
        day = start - timedelta(hours=there.hour)
        if day not in self._paces:
            found = (_paced(tuple(self._seen(day - long, day))) for long in _PACE)
            self._paces[day] = next((pace for pace in found if pace is not None), None)
        return self._paces[day]


@lru_cache(512)
def _same_hours(start: datetime, zone: tzinfo, step: int, count: int) -> tuple[datetime, ...]:
    """When the same hour of a zone's clock began every `step` days before; one that a clock left out is no other."""
    there = start.astimezone(zone)
    walls = (there - timedelta(days=back) for back in range(step, step * count + 1, step))  # by the clock on the wall
    hours = (wall.astimezone(UTC) for wall in walls)
    return tuple(at for at in hours if at.astimezone(zone).hour == there.hour)


@lru_cache(512)
def _paced(seen: tuple[int, ...]) -> _Pace | None:
    busy = [spent for spent in seen if spent > 0]
    if len(busy) < _BUSY:
        return None
    logs = [log(spent) for spent in busy]
    middle = median(logs)
    strays = _NORMAL * median([abs(one - middle) for one in logs])
    return _Pace(sum(seen) / len(seen) * 24, exp(middle), len(busy), max(_FAR, exp(_FAR * strays)))
