"""What will be spent: the pace of the days observed, how restless it is, and how sure anybody can be of it.

Spend never goes backwards, so money is gone by an instant just when as much or more was spent by then. One
description of the spend up to an instant, a gamma distribution of this mean and this variance, therefore answers both
“how long” and “how much until”, without a throw of dice: the same facts give the same numbers, and a minute more moves
them by a minute.

The mean is the pace, recent days counting more, following a trend with caution, and by the weekday once three weeks
were seen. The variance has what days differ by (bursts are large grains of spend) and a doubt of the pace itself: that
few days tell little of it, and that it changes. `python -m tests.benchmarks forecast` tells how often that is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from math import exp, sqrt
from statistics import NormalDist

from creditsui.domain.observe import Calendar, Observed

LONGEST = 3650.0
"""Days; further ahead nobody can see."""
HALF_LIFE = 10.0
"""Days after which a day counts half."""
_FADES = 5.0
"""Days before the end of the calendar in which the oldest fade out, so that none of them leaves with a jump."""
_WEEKS = (18.0, 21.0)
"""Observed days from which weekdays begin to differ, and from which they do so in full."""
_LIKE_ALL, _LIKE_KIN = 4.0, 4.0
"""How many days like any other are mixed into those of a weekend, and like its kin into those of one weekday."""

# Found on one half of the invented histories, judged on the other.
_RESTLESS, _RESTLESS_DAYS = 0.5, 0.5
"""How much days differ, as a share of the pace, where nothing is known yet, and for how many days that counts."""
_HEAVY = 1.4
"""The largest day to come is larger than the largest one seen."""
_DOUBT = 0.015
"""Squared share: how much any pace may have changed by now."""
_TREND, _AHEAD, _TWIST = 0.014, 5.0, 1.5
"""How far a pace may drift in a day, as a share of it; for how many days to come that is believed; how much the doubt
grows with it."""
_MOST = 0.7
"""The furthest that a trend may carry a pace, as a logarithm: to its double or its half."""
_HOURS = 0.25
"""Days; on a shorter way it matters at what hours money is spent, which is not known."""
_SAME = 1e-5
_DAY = timedelta(days=1)
_NORMAL = NormalDist()
_STEPS, _NEAR = 60, 1e-9
"""How often a day is sought at most, and how near, as a share of it, is near enough."""
_SHORTEST = 1e-6
"""Days."""
EVEN = (1.0,) * 7


@dataclass(frozen=True, slots=True)
class Forecast:
    """Spend from an instant on; amounts in micro-units."""

    pace: float
    """A day, on average over the days observed."""
    week: tuple[float, ...]
    """What each day of a week takes of it, 1 on average, beginning with the weekday of the calendar's last day."""
    grain: float
    """Variance of spend by its mean: about as much as what is spent at once."""
    doubt: float
    """Variance of the pace as a squared share of it."""
    trend: float
    """By what share of it the pace grows in a day."""
    behind: float
    """How old the days observed are on average, in days."""
    start: float
    """Where it begins, in days after the beginning of the calendar's last day; below 0: before it."""

    @property
    def pace_now(self) -> float:
        """The pace that the trend has led to by now."""
        return self.pace * exp(self._moved(0.0))

    def spent(self, days: float, share: float) -> float:
        """What the spend of the next `days` days stays below in `share` of all cases."""
        return self._spent(days, _NORMAL.inv_cdf(share), _sums(self.week), self._worth(self.start))

    def _spent(self, days: float, away: float, sums: Sequence[float], begun: float) -> float:
        """By how many deviations `away` from the middle that is, sums over the week, and what came before the start."""
        weeks, rest = divmod(self.start + days, 7)
        whole = int(rest) if rest < 7 else 6
        mean = self.pace * (weeks * 7 + sums[whole] + (rest - whole) * self.week[whole] - begun)
        if mean <= 0:
            return 0.0
        moved = self._moved(_AHEAD * (1 - exp(-days / 2 / _AHEAD)))
        doubt = self.doubt + _TWIST * moved**2
        mean *= exp(moved) * (1 + doubt)
        ninth = (self.grain / mean + doubt + _HOURS**2 / (days**2 + _HOURS**2)) / 9
        # Wilson and Hilferty: the cube root of a gamma variate is very nearly normal.
        return mean * max(0.0, 1 - ninth + away * sqrt(ninth)) ** 3

    def lasts(self, left: float, share: float) -> float:
        """Days within which `left` is gone in `share` of all cases, at most `LONGEST`."""
        away, sums, begun = _NORMAL.inv_cdf(1 - share), _sums(self.week), self._worth(self.start)
        low, high = 0.0, min(max(left / self.pace, _SHORTEST), LONGEST)
        short, over = left, self._spent(high, away, sums, begun) - left
        while over < 0:
            if high >= LONGEST:
                return LONGEST
            low, short, high = high, -over, min(2 * high, LONGEST)
            over = self._spent(high, away, sums, begun) - left
        side = 0
        for _step in range(_STEPS):
            if high - low <= _NEAR * high:
                break
            # Where a straight line says, and on from there as Illinois does: an end that stays counts half.
            days = low + (high - low) * short / (short + over)
            if not low < days < high:
                days = (low + high) / 2
            off = self._spent(days, away, sums, begun) - left
            if off < 0:
                low, short, over = days, -off, over / 2 if side < 0 else over
                side = -1
            else:
                high, over, short = days, off, short / 2 if side > 0 else short
                side = 1
        return high

    def unsure(self, share: float) -> "Forecast":
        """With a further doubt, as a share of the amount that is asked about."""
        return replace(self, doubt=self.doubt + min(1.0, share) ** 2)

    def _moved(self, days: float) -> float:
        """How far the trend carries the pace until so many days from now, as a logarithm."""
        moved = self.trend * (self.behind + days)
        return -_MOST if moved < -_MOST else _MOST if moved > _MOST else moved

    def _worth(self, day: float) -> float:
        weeks, rest = divmod(day, 7)
        whole = min(int(rest), 6)
        return weeks * 7 + _sums(self.week)[whole] + (rest - whole) * self.week[whole]


@lru_cache(256)
def _sums(week: tuple[float, ...]) -> tuple[float, ...]:
    """What the days of a week before each one take."""
    return tuple(sum(week[:whole]) for whole in range(len(week)))


@lru_cache(16)
def weights(calendar: Calendar) -> tuple[float, ...]:
    """How much each day of it counts, by its age."""
    edges, now = calendar.edges, calendar.now
    whole, ages = len(edges) - 1, [(now - edge) / _DAY for edge in edges[:-1]]
    fading = [min(1.0, max(0.0, whole - age) / _FADES) for age in ages]
    return tuple(fades * 0.5 ** (age / HALF_LIFE) for age, fades in zip(ages, fading, strict=True))


def forecast(observed: Observed, at: datetime) -> Forecast | None:
    """Of the spend after `at`; None where nothing was spent yet."""
    weight = weights(observed.calendar)
    days = [index for index, share in enumerate(observed.covered) if share > 0 and weight[index] > 0]
    spent = sum(weight[i] * observed.days[i] for i in days)
    if spent <= 0:
        return None
    week = _week(observed, days, weight)
    names = [day.weekday() for day in observed.calendar.days]
    worth = [share * week[name] for share, name in zip(observed.covered, names, strict=True)]
    known = sum(weight[i] * worth[i] for i in days)
    pace = spent / known
    grain = _grain(observed, days, weight, [pace * one for one in worth], pace)
    doubt = grain / pace * sum(weight[i] ** 2 * worth[i] for i in days) / known**2
    trend, behind = _trend(observed, days, weight, worth, pace, grain)
    start = (at - observed.calendar.edges[-2]) / _DAY
    return Forecast(pace, week[names[-1] :] + week[: names[-1]], grain, doubt + _DOUBT, trend, behind, start)


def _week(observed: Observed, days: Sequence[int], weight: Sequence[float]) -> tuple[float, ...]:
    """What each weekday, from Monday on, takes of a day's pace, 1 on average."""
    first, full = _WEEKS
    ready = min(1.0, max(0.0, (sum(observed.covered) - first) / (full - first)))
    if not ready:
        return EVEN
    spent, seen = [0.0] * 7, [0.0] * 7
    for i in days:
        name = observed.calendar.days[i].weekday()
        spent[name] += weight[i] * observed.days[i]
        seen[name] += weight[i] * observed.covered[i]
    # Weights are scaled so that they sum to the days they stand for.
    scale = sum(observed.covered) / sum(seen)
    pace = sum(spent) / sum(seen)
    shape = [0.0] * 7
    for kin in (range(5), range(5, 7)):
        spent_by_all, seen_by_all = (
            sum(spent[name] for name in kin) / pace * scale,
            sum(seen[name] for name in kin) * scale,
        )
        usual = (spent_by_all + _LIKE_ALL) / (seen_by_all + _LIKE_ALL)
        for name in kin:
            shape[name] = (spent[name] / pace * scale + _LIKE_KIN * usual) / (seen[name] * scale + _LIKE_KIN)
    mean = sum(shape) / 7
    return tuple(1 + ready * (one / mean - 1) for one in shape)


def _grain(
    observed: Observed, days: Sequence[int], weight: Sequence[float], expected: Sequence[float], pace: float
) -> float:
    """Variance by mean. Days of the very same pace are one observation that was spread over them."""
    blocks: list[tuple[float, float, float]] = []  # spent, expected, weight
    before = 0.0
    for i in days:
        rate, heavy = observed.days[i] / observed.covered[i], weight[i] * observed.covered[i]
        if before and abs(rate - before) <= _SAME * rate:
            spent, mean, most = blocks[-1]
            blocks[-1] = spent + observed.days[i], mean + expected[i], max(most, heavy)
        else:
            blocks.append((observed.days[i], expected[i], heavy))
        before = rate
    off = sum(heavy * (spent - mean) ** 2 for spent, mean, heavy in blocks)
    whole = sum(heavy * mean for _, mean, heavy in blocks)
    count = sum(heavy for *_, heavy in blocks) ** 2 / sum(heavy**2 for *_, heavy in blocks)
    found = _HEAVY * off / whole * count if whole > 0 else 0.0
    return (found + _RESTLESS_DAYS * _RESTLESS**2 * pace) / (max(count - 1, 0.0) + _RESTLESS_DAYS)


def _trend(
    observed: Observed,
    days: Sequence[int],
    weight: Sequence[float],
    worth: Sequence[float],
    pace: float,
    grain: float,
) -> tuple[float, float]:
    """By what share the pace grows in a day, as far as more than chance tells it, and the mean age of the days."""
    edges, now = observed.calendar.edges, observed.calendar.now
    ages = [max(0.0, (now - edge) / _DAY - 0.5) for edge in edges[:-1]]
    known = sum(weight[i] * worth[i] for i in days)
    behind = sum(weight[i] * worth[i] * ages[i] for i in days) / known
    square = sum(weight[i] * worth[i] * (ages[i] - behind) ** 2 for i in days)
    if square <= 0:
        return 0.0, behind
    slope = sum(weight[i] * (observed.days[i] / pace - worth[i]) * (behind - ages[i]) for i in days) / square
    chance = grain / pace * sum(weight[i] ** 2 * worth[i] * (ages[i] - behind) ** 2 for i in days) / square**2
    return slope * _TREND**2 / (_TREND**2 + chance), behind
