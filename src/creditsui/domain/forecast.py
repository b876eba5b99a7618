"""What will be spent: the pace of the days observed, how restless it is, and how sure anybody can be of it.

Spend never goes backwards, so money is gone by an instant just when as much or more was spent by then. One description
of the spend up to an instant, a gamma distribution of this mean and this variance, therefore answers both “how long” and
“how much until”, without a draw of dice: the same facts give the same numbers, and a minute more moves them by a minute.

The mean is the pace, recent days counting more, shaped by the weekday once three weeks were seen. The variance has
three parts: the restlessness of days (bursts are large grains of spend), what so few days tell of the pace, and that a
pace changes, the more the further ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist

from creditsui.domain.observe import Observed

LONGEST = 3650.0
"""Days; further ahead nobody can see."""
HALF_LIFE = 10.0
"""Days after which a day counts half."""
_RESTLESS, _RESTLESS_DAYS = 0.6, 3.0
"""How much a day differs from the next before anything is known, as a share of it, and how many days that counts as."""
_DOUBT, _DOUBT_A_DAY, _MOST_DOUBT = 0.02, 0.006, 1.0
"""Squared shares: how far a pace may have changed already, and changes in a day, and at most."""
_WEEKS = (18.0, 21.0)
"""Observed days from which weekdays begin to differ, and from which they do so in full."""
_WEEKEND_DAYS, _WEEKDAY_DAYS = 3.0, 3.0
"""How many days of the usual pace a weekend, and then each weekday, is mixed with before it differs from it."""
_SAME = 1e-5
_DAY = timedelta(days=1)
_NORMAL = NormalDist()
_STEPS = 44
EVEN = (1.0,) * 7


@dataclass(frozen=True, slots=True)
class Forecast:
    """Spend from an instant on; amounts in micro-units."""

    pace: float
    """A day."""
    week: tuple[float, ...]
    """What each day of a week takes of it, around 1, from the day of the calendar's last one on."""
    grain: float
    """Variance of spend by its mean: about as much as what is spent at once."""
    doubt: float
    """Variance of the pace as a squared share of it, now."""
    start: float
    """Where it begins, in days after the beginning of the calendar's last day; below 0: before it."""

    def mean(self, days: float) -> float:
        """What is spent in the next `days` days."""
        return self.pace * (self._worth(self.start + days) - self._worth(self.start))

    def spent(self, days: float, share: float) -> float:
        """What the spend of the next `days` days stays below in `share` of all cases."""
        mean = self.mean(days)
        if mean <= 0:
            return 0.0
        doubt = min(_MOST_DOUBT, self.doubt + _DOUBT_A_DAY * days)
        ninth = (self.grain / mean + doubt) / 9
        # Wilson and Hilferty: the cube root of a gamma variate is very nearly normal.
        return mean * max(0.0, 1 - ninth + _NORMAL.inv_cdf(share) * sqrt(ninth)) ** 3

    def lasts(self, left: float, share: float) -> float:
        """Days within which `left` is gone in `share` of all cases."""
        if self.spent(LONGEST, 1 - share) < left:
            return LONGEST
        low, high = 0.0, 1.0
        while self.spent(high, 1 - share) < left:
            low, high = high, min(2 * high, LONGEST)
        for _step in range(_STEPS):
            middle = (low + high) / 2
            if self.spent(middle, 1 - share) < left:
                low = middle
            else:
                high = middle
        return high

    def unsure(self, share: float) -> "Forecast":
        """With a further doubt, as a share of the amount that is asked about."""
        return replace(self, doubt=self.doubt + min(1.0, share) ** 2)

    def _worth(self, day: float) -> float:
        weeks, rest = divmod(day, 7)
        whole = int(rest)
        return weeks * 7 + sum(self.week[:whole]) + (rest - whole) * self.week[min(whole, 6)]


def weights(observed: Observed) -> list[float]:
    """How much each observed day counts, by its age."""
    edges, now = observed.calendar.edges, observed.calendar.now
    return [0.5 ** (max(0.0, (now - edge) / _DAY - 0.5) / HALF_LIFE) for edge in edges[:-1]]


def forecast(observed: Observed, at: datetime) -> Forecast | None:
    """Of the spend after `at`, the instant of the balance; None where nothing was spent."""
    weight = weights(observed)
    days = [index for index, share in enumerate(observed.covered) if share > 0]
    seen = sum(weight[i] * observed.covered[i] for i in days)
    pace = sum(weight[i] * observed.days[i] for i in days) / seen if seen > 0 else 0.0
    if pace <= 0:
        return None
    week = _week(observed, days, weight, pace)
    first = observed.calendar.days[-1].weekday()
    worth = [observed.covered[i] * week[observed.calendar.days[i].weekday()] for i in range(len(observed.days))]
    pace = sum(weight[i] * observed.days[i] for i in days) / sum(weight[i] * worth[i] for i in days)
    grain = _grain(observed, days, weight, worth, pace)
    known = sum(weight[i] * worth[i] for i in days)
    spread = grain * sum(weight[i] ** 2 * worth[i] for i in days) / (pace * known**2)
    start = (at - observed.calendar.edges[-2]) / _DAY
    return Forecast(pace, week[first:] + week[:first], grain, spread + _DOUBT, start)


def _week(observed: Observed, days: Sequence[int], weight: Sequence[float], pace: float) -> tuple[float, ...]:
    """What each weekday, from Monday on, takes of a day's pace, on average 1."""
    low, high = _WEEKS
    ready = min(1.0, max(0.0, (sum(observed.covered) - low) / (high - low)))
    if not ready:
        return EVEN
    spent, seen = [0.0] * 7, [0.0] * 7
    for i in days:
        day = observed.calendar.days[i].weekday()
        spent[day] += weight[i] * observed.days[i] / pace
        seen[day] += weight[i] * observed.covered[i]
    scale = sum(observed.covered) / sum(seen)
    shape = [0.0] * 7
    for group in (range(5), range(5, 7)):
        of_group = (sum(spent[d] for d in group) * scale + _WEEKEND_DAYS) / (
            sum(seen[d] for d in group) * scale + _WEEKEND_DAYS
        )
        for d in group:
            shape[d] = (spent[d] * scale + _WEEKDAY_DAYS * of_group) / (seen[d] * scale + _WEEKDAY_DAYS)
    mean = sum(shape) / 7
    return tuple(1 + ready * (one / mean - 1) for one in shape)


def _grain(
    observed: Observed, days: Sequence[int], weight: Sequence[float], worth: Sequence[float], pace: float
) -> float:
    """Variance by mean. Days of the very same pace are one observation that was spread over them."""
    blocks: list[tuple[float, float, float]] = []
    """Spent, expected, weight."""
    before: float | None = None
    for i in days:
        rate = observed.days[i] / observed.covered[i]
        expected = pace * worth[i]
        if before and abs(rate - before) <= _SAME * rate and blocks:
            spent, mean, heavy = blocks[-1]
            blocks[-1] = spent + observed.days[i], mean + expected, max(heavy, weight[i])
        else:
            blocks.append((observed.days[i], expected, weight[i]))
        before = rate
    off = sum(heavy * (spent - mean) ** 2 for spent, mean, heavy in blocks)
    whole = sum(heavy * mean for _, mean, heavy in blocks)
    count = sum(heavy for *_, heavy in blocks) ** 2 / sum(heavy**2 for *_, heavy in blocks)
    found = off / whole * count if whole > 0 else 0.0
    return (found + _RESTLESS_DAYS * _RESTLESS**2 * pace) / (max(count - 1, 0.0) + _RESTLESS_DAYS)
