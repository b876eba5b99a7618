"""Rises of a live balance that nobody booked: credit that came in, to be booked, or that comes again and again."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from creditsui.domain.board import Allowance, Proposal
from creditsui.domain.entry import CreditKind, Entry
from creditsui.domain.history import LAST, Anchor, Credit, History
from creditsui.domain.money import MICRO, Money
from creditsui.domain.reading import Recorded
from creditsui.domain.settled import settled

LOOK_BACK = timedelta(days=30)
"""Older rises are not asked about."""
_LEAST = MICRO // 2
"""Of a unit: less is a refund, or rounding between two currencies."""
_LEAST_SHARE = 100
"""One part in so many of the balance before: less is no top-up of it either."""
_PROVISIONAL = timedelta(hours=1)
"""How long a provider may hold a charge that it gives back."""
_AROUND = timedelta(days=1)
"""How long before the balance shows it a top-up may be booked."""
_ALIKE = 0.02
_OFTEN = 3
"""Times that make a cadence."""
_TRIED = 8
"""The newest rises, of which one may be regular."""
_PERIODS = (1, 7)
"""Days after which providers give again; what comes more rarely is a purchase that somebody repeats."""
_JITTER = timedelta(minutes=15)
_ENDED = 2.5
"""Periods after which what was regular has ended."""
_JUST_BEFORE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Rise:
    index: int
    """Of the anchor that showed it."""
    before: datetime
    """When the balance was last seen without it."""
    seen: datetime
    micros: int
    """What came in, as far as was not booked."""
    level: int
    """The balance after it."""

    @property
    def at(self) -> datetime:
        return max(self.before, self.seen - _JUST_BEFORE)


def jumps(
    history: History, readings: Sequence[Recorded], booked: Sequence[Entry], now: datetime
) -> tuple[tuple[Proposal, ...], Allowance | None]:
    """What the user could book, oldest first; or, where it comes by itself, what comes how often.

    `booked` are the top-ups in this currency. What came before the last of them is settled: the user saw the balance.
    So is a rise at which an adjustment by nothing stands: the user said that it is no top-up.
    """
    rises = [rise for rise in _rises(history, now) if not _refill(history, rise, readings)]
    regular, period = _regular(rises)
    last = booked[-1].at if booked else None
    found = tuple(
        _proposal(history, rise, readings)
        for rise in rises
        if rise not in regular and (last is None or rise.at > last) and not _declined(history, rise)
    )
    if not regular or now - regular[-1].at > timedelta(days=_ENDED * period):
        return found, None
    size = Money(round(median(rise.micros for rise in regular)), history.currency)
    return found, Allowance(size, period, regular[-1].at)


def _rises(history: History, now: datetime) -> list[_Rise]:
    """Unbooked rises of the last days, oldest first, without noise."""
    anchors = history.anchors
    first = max(bisect_left(anchors, now - LOOK_BACK, key=lambda anchor: anchor[0]), 1)
    steps = [index for index, micros in history.rises.items() if index >= first and micros >= _LEAST]
    if not steps:
        return []
    credits = [credit for credit in sorted(settled(history)) if credit[2] > 0]
    found, counted = [], 0
    for index in steps:
        (_, before, was, _), (start, _, level, _) = anchors[index - 1], anchors[index]
        floor = max(_LEAST, abs(was) // _LEAST_SHARE)
        if level - was < floor or _returned(anchors, index):
            continue
        part, counted = _booked(credits, counted, before, start)
        came = level - was + _hidden(history, before, start) - part
        if came >= max(floor, part // 10):
            found.append(_Rise(index, before, start, came, level))
    return found


def _declined(history: History, rise: _Rise) -> bool:
    return any(micros == 0 and rise.before <= at <= rise.seen for at, _, micros in history.credits)


def _returned(anchors: Sequence[Anchor], index: int) -> bool:
    """Whether the rise only takes back what the balance lost within the hour before, or is taken back itself."""
    start, _, level, _ = anchors[index]
    was = anchors[index - 1][2]
    low = bisect_left(anchors, start - _PROVISIONAL, hi=index, key=lambda anchor: anchor[1])
    if any(anchor[2] >= level for anchor in anchors[low:index]):
        return True
    high = bisect_right(anchors, start + _PROVISIONAL, key=lambda anchor: anchor[0])
    return any(anchor[3] == 0 and (anchor[2] - was) * 10 <= level - was for anchor in anchors[index + 1 : high])


def _booked(credits: Sequence[Credit], counted: int, before: datetime, start: datetime) -> tuple[int, int]:
    """What was booked for a rise between two instants or in the day before, and the first credit not counted yet."""
    low = max(counted, bisect_left(credits, (before - _AROUND, 0, 0)))
    high = bisect_right(credits, (start, 0, LAST))
    return sum(micros for _, _, micros in credits[low:high]), max(counted, high)


def _refill(history: History, rise: _Rise, readings: Sequence[Recorded]) -> bool:
    """Whether a quota in this very currency began anew then: its credits are a part of the balance."""
    start = history.anchors[rise.index - 1][0]
    place = bisect_left(readings, start, key=lambda row: row.reading.at)
    windows = readings[place].reading.windows if place < len(readings) else ()
    return any(
        window.unit.lower() == history.currency.lower()
        and window.resets_at is not None
        and rise.before - _JITTER <= window.resets_at <= rise.seen + _JITTER
        for window in windows
    )


def _hidden(history: History, before: datetime, start: datetime) -> int:
    """What the calls between two readings cost, which the balance lost again of what came in. Calls that are known only
    as the sum of a day tell nothing of an hour."""
    rows = history.usage
    low = bisect_right(rows, before, key=lambda row: row.at)
    high = bisect_right(rows, start, key=lambda row: row.at)
    between = rows[low:high]
    return sum(row.cost.micros for row in between if row.cost is not None) if all(row.key for row in between) else 0


def _regular(rises: Sequence[_Rise]) -> tuple[list[_Rise], int]:
    """The same rise, or one to the same level, that came at least three times at one hour of the day or the week, and
    that period in days; purchases of one size come at any hour."""
    for one in rises[: -_TRIED - 1 : -1]:
        for alike in (
            [rise for rise in rises if _same(rise.micros, one.micros)],
            [rise for rise in rises if _same(rise.level, one.level)],
        ):
            for days in _PERIODS:
                period = timedelta(days=days)
                regular = [rise for rise in alike if _may_be_at(rise, one.seen, period)]
                if sum(rise.seen - rise.before < period / 2 for rise in regular) >= _OFTEN:
                    return regular, days
    return [], 0


def _may_be_at(rise: _Rise, phase: datetime, period: timedelta) -> bool:
    """Whether it may have come a whole number of periods before or after `phase`; when exactly, nobody saw."""
    return (rise.seen + _JITTER - phase) % period <= rise.seen - rise.before + 2 * _JITTER


def _same(one: int, other: int) -> bool:
    return abs(one - other) <= max(abs(one), abs(other)) * _ALIKE


def _proposal(history: History, rise: _Rise, readings: Sequence[Recorded]) -> Proposal:
    start, until, _, _ = history.anchors[rise.index]
    confirmed = until > start or rise.index + 1 < len(history.anchors)
    amount = Money(rise.micros, history.currency)
    return Proposal(rise.at, amount, _kind(history, rise, readings), confirmed)


def _kind(history: History, rise: _Rise, readings: Sequence[Recorded]) -> CreditKind:
    """Granted where the provider's own granted share rose by it."""
    start = history.anchors[rise.index][0]
    place = bisect_left(readings, start, key=lambda row: row.reading.at)
    shares = [
        next((one.granted for one in row.reading.balances if one.remaining.currency == history.currency), None)
        for row in readings[max(place - 1, 0) : place + 1]
    ]
    if len(shares) == 2 and shares[0] is not None and shares[1] is not None:
        return "granted" if (shares[1] - shares[0]).micros * 10 >= rise.micros * 9 else "paid"
    return "paid"
