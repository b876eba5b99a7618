"""How often the true time to empty lies between P10 and P90, over invented histories with a known future.

Bounds: 80 % ± 5 of all, and 2 ms a forecast. The forecast's constants were found on seed 1. Beside it stand the
width of the range, and an interval score (the lower the better: the width, and ten times what lies outside, on a
logarithmic scale) against a naive range around what is left ÷ mean burn, as wide as makes it hold 80 % too.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from math import exp, log

from creditsui.domain.metered import metered
from creditsui.domain.money import Money
from creditsui.domain.observe import Observed, calendar
from creditsui.domain.reconcile import carry, histories
from creditsui.domain.runway import runway
from creditsui.domain.spend import best
from creditsui.domain.view import view
from tests.benchmarks.home import show
from tests.histories import FAMILIES, Story, stories

SEED, COUNT, ROUNDS = 20261120, 900, 200
_LEAST = 0.25
"""Days; whether it is one hour or three matters to nobody."""

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tried:
    """A forecast and what became of it, in days."""

    family: str
    low: float
    middle: float
    high: float
    naive: float
    true: float

    @property
    def held(self) -> bool:
        return self.low <= self.true <= self.high


def main(seed: int = SEED, count: int = COUNT) -> None:
    told = list(stories(seed, count))
    tried = [one for story in told if (one := attempt(story)) is not None]
    factor = exp(_quantile([abs(log(max(one.true, _LEAST) / one.naive)) for one in tried], 0.8))
    ours = score(tried, lambda one: (one.low, one.high))
    theirs = score(tried, lambda one: (one.naive / factor, one.naive * factor))
    show(
        "forecast",
        f"{_share(tried):.1%} within P10–P90",
        "80 % ± 5",
        0.75 <= _share(tried) <= 0.85,
        seed=seed,
        histories=len(tried),
        without=count - len(tried),
        families={name: round(_share([one for one in tried if one.family == name]), 3) for name in FAMILIES},
        early=round(sum(one.true < one.low for one in tried) / len(tried), 3),
        late=round(sum(one.true > one.high for one in tried) / len(tried), 3),
    )
    show(
        "forecast, width",
        f"{statistics.median((one.high - one.low) / max(one.middle, _LEAST) for one in tried):.2f} × P50",
        "none",
        None,
        score=round(ours, 2),
        naive=round(theirs, 2),
        naive_range=f"÷ and × {factor:.2f}",
    )
    left, observed = known(next(story for story in told if story.family == "mixed"))
    start = time.perf_counter()
    for _round in range(ROUNDS):
        runway(left, observed, observed.calendar.now, UTC)
    took = (time.perf_counter() - start) / ROUNDS * 1000
    show("forecast, time", f"{took:.2f} ms", "≤ 2 ms", took <= 2)


def attempt(story: Story) -> Tried | None:
    """What the board says of a story; None where it says no number."""
    days = calendar(story.now, UTC)
    found, _ = view(story.facts, "a", days, UTC, timedelta(minutes=5))
    it = found.runway
    if it.state != "known" or it.days is None or it.p10 is None or it.p90 is None:
        return None
    left, observed = known(story)
    naive = left.micros / (sum(observed.days) / sum(observed.covered))
    return Tried(story.family, it.p10, it.days, it.p90, max(naive, _LEAST), story.lasts)


def known(story: Story) -> tuple[Money, Observed]:
    """What is left, and the spend observed."""
    days, facts = calendar(story.now, UTC), story.facts
    used = metered(facts.usage, days.edges[0])
    history = histories(facts.readings, facts.entries, used.priced, used.unpriced_at)["USD"]
    carried = carry(history, story.now)
    assert carried is not None
    return carried.remaining, best(history, facts.readings, facts.semantics, days)


def score(tried: Sequence[Tried], range_of: Callable[[Tried], Range]) -> float:
    """The mean interval score of ranges of 80 %, in logarithms of days, of which a quarter is the least."""
    total = 0.0
    for one in tried:
        low, high, true = (log(max(value, _LEAST)) for value in (*range_of(one), one.true))
        total += high - low + 10 * max(0.0, low - true, true - high)
    return total / len(tried)


def _share(tried: Sequence[Tried]) -> float:
    return sum(one.held for one in tried) / max(1, len(tried))


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[round(share * (len(values) - 1))]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
