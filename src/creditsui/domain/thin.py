"""Readings of long ago in few rows: of an hour the first and the last one stay, and whatever tells more than a fall.

What stays is as it was told. Sums by the hour and by the day are the same without the others, and so are the newest
falls, what came in, and the times in which nobody asked.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from creditsui.domain.condense import Span
from creditsui.domain.hours import HOUR, hour_of
from creditsui.domain.observe import levels
from creditsui.domain.reading import Reading, Recorded
from creditsui.domain.reconcile import GAP

_RISE = 500_000
"""Micro-units of a rise that may be credit: what happens an hour around it stays."""
_SHIFT = timedelta(minutes=1)
"""By so much the time of a refill moves when a provider reckons it anew for every answer."""


def edge(now: datetime, zone: tzinfo, whole: timedelta) -> datetime:
    """Before it an hour of `zone` is over that is longer ago than `whole`."""
    return hour_of(now - whole, zone)


def telling(
    rows: Sequence[Recorded], since: datetime, until: datetime, zone: tzinfo, around: Sequence[Span] = ()
) -> list[Recorded]:
    """Those of `rows`, oldest first, that began from `since` on and before `until` and have to stay. Both are where an
    hour of `zone` begins. `around` are times around which every row stays."""
    first, end = (bisect_left(rows, at, key=_at) for at in (since, until))
    if first == end:
        return []
    kept = {first, end - 1}
    for begin, over in around:
        low = bisect_left(rows, begin, lo=first, hi=end, key=_at)
        kept |= set(range(low - 2, bisect_right(rows, over, lo=first, hi=end, key=_at) + 2))
    # What rose just before or after matters as well.
    low, high = max(1, first - 1), min(end + 1, len(rows))
    hour = hour_of(rows[low - 1].reading.at, zone) + HOUR
    for index in range(low, high):
        row, before = rows[index], rows[index - 1]
        if row.reading.at >= hour:
            kept |= {index - 1, index}
            hour = hour_of(row.reading.at, zone) + HOUR
        elif row.reading.at - before.until > GAP or not _goes_on(before.reading, row.reading):
            kept |= {index - 2, index - 1, index}
    for at in _rises(rows, since - HOUR, until + HOUR):
        kept |= set(range(bisect_left(rows, at - HOUR, key=_at) - 1, bisect_right(rows, at + HOUR, key=_at) + 1))
    return [rows[index] for index in sorted(kept) if first <= index < end]


def _goes_on(before: Reading, after: Reading) -> bool:
    """Whether nothing happened but that something was spent, or nothing at all."""
    was, now = levels(before), levels(after)
    if was.keys() != now.keys() or any(level > was[name] for name, level in now.items()):
        return False
    if (before.plan, before.badges, before.certainty) != (after.plan, after.badges, after.certainty):
        return False
    caps = [(one.limit.amount, one.limit.resets) if one.limit is not None else None for one in (before, after)]
    if caps[0] != caps[1] or len(before.windows) != len(after.windows):
        return False
    return all(
        (a.name, a.unit, a.limit, a.seconds) == (b.name, b.unit, b.limit, b.seconds)
        and b.used >= a.used
        and (a.resets_at is None) == (b.resets_at is None)
        and (a.resets_at is None or b.resets_at is None or abs(b.resets_at - a.resets_at) <= _SHIFT)
        for a, b in zip(before.windows, after.windows, strict=True)
    )


def _rises(rows: Sequence[Recorded], since: datetime, until: datetime) -> list[datetime]:
    """When a balance rose by what may be credit."""
    first, end = max(1, bisect_left(rows, since, key=_at)), bisect_left(rows, until, key=_at)
    found, was = [], levels(rows[first - 1].reading) if rows else {}
    for row in rows[first:end]:
        now = levels(row.reading)
        if any(level - was.get(name, level) >= _RISE for name, level in now.items()):
            found.append(row.reading.at)
        was = now
    return found


def _at(row: Recorded) -> datetime:
    return row.reading.at
