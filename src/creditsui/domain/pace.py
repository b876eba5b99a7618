"""The pace of a quota: how much of its time is over, and what will be used when it refills, by the readings of this
period alone."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from creditsui.domain.board import Pace
from creditsui.domain.health import counts, length
from creditsui.domain.reading import Recorded, Window

_SECOND = timedelta(seconds=1)
_LEAST = 0.1
"""The share of a period that must have been seen before anything is foretold."""
_HALF_LIFE = 0.25
"""The share of a period after which use counts half."""
_JITTER, _LEAST_JITTER = 0.01, 60.0
"""By how much of its length, and by how many seconds at least, the reset of one period may seem to move."""
_FALL = 0.02
"""A fall of use by more than this is a refill; by less, a provider's rounding."""
_MOST = 120
"""Readings that are looked at; more of them would tell no more."""

Point = tuple[float, float]
"""Seconds before now, never below 0, and the fraction used."""


def paces(windows: Sequence[Window], readings: Sequence[Recorded], now: datetime) -> tuple[Pace, ...]:
    """Of every window that counts, whose length is known, and which says when it refills. `readings`: oldest first."""
    found = (pace(window, readings, now) for window in windows if counts(window))
    return tuple(one for one in found if one is not None)


def pace(window: Window, readings: Sequence[Recorded], now: datetime) -> Pace | None:
    long = length(window)
    if long is None or window.resets_at is None or window.resets_at <= now:
        return None
    rest = (window.resets_at - now) / _SECOND
    over = long - rest
    if over < -max(_JITTER * long, _LEAST_JITTER):
        return None  # it refills later than so long from now: the length is not what it is taken for
    even = min(1.0, max(0.0, over / long))
    points = _points(window, readings, now, long, over)
    seen = points[0][0] - points[-1][0] if points else 0.0
    if seen < _LEAST * long:
        return Pace(window.name, window.unit, even)
    rate = _rate(points, _HALF_LIFE * long)
    last, used = points[-1]
    projected = max(used, used + rate * (rest + last))
    dry = None
    if used < 1 < projected:
        dry = now + max(0.0, (1 - used) / rate - last) * _SECOND
    return Pace(window.name, window.unit, even, projected, dry, rate * 3600, now - points[0][0] * _SECOND)


def _points(window: Window, readings: Sequence[Recorded], now: datetime, long: float, over: float) -> list[Point]:
    """What was used when, in this period, since its last refill; it began with nothing used."""
    points: list[Point] = [(max(0.0, over), 0.0)]
    first = bisect_left(readings, now - max(0.0, over) * _SECOND, key=lambda row: row.until)
    for row in _some(readings, first):
        same = _same(window, row, long)
        if same is None:
            continue
        if same.used < points[-1][1] - _FALL:
            points.clear()
        for at in (row.reading.at, row.until):
            age = max(0.0, (now - at) / _SECOND)
            if age <= over and (not points or age <= points[-1][0]):
                points.append((age, same.used))
    return points if len(points) > 1 else []


def _same(window: Window, row: Recorded, long: float) -> Window | None:
    """The window as it was, where that was the same period of it."""
    for one in row.reading.windows:
        if one.name == window.name and one.unit == window.unit and one.resets_at is not None:
            moved = abs((one.resets_at - (window.resets_at or one.resets_at)) / _SECOND)
            return one if moved <= max(_JITTER * long, _LEAST_JITTER) else None
    return None


def _some(readings: Sequence[Recorded], first: int) -> Iterator[Recorded]:
    """Those from `first` on, or so many of them, evenly, with the last one."""
    count = len(readings) - first
    step = max(1, -(-count // _MOST))
    for back in range((count - 1) // step, -1, -1):
        yield readings[len(readings) - 1 - back * step]


def _rate(points: Sequence[Point], half_life: float) -> float:
    """Use a second, of late more than of long ago; never below nothing."""
    used, time = 0.0, 0.0
    for (before, had), (after, has) in pairwise(points):
        weight = 0.5 ** ((before + after) / 2 / half_life)
        used += weight * (has - had)
        time += weight * (before - after)
    return max(0.0, used / time) if time > 0 else 0.0
