"""What several machines saw of one purse is one story: late words are neither spend nor credit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditsui.domain.echo import LATE, without_echoes
from creditsui.domain.observe import calendar, observe
from creditsui.domain.reading import Reading, Recorded, Window, apart
from creditsui.domain.reconcile import histories
from tests.domain.make import DAY, HOUR, MINUTE, NOW, report, told

Truth = Callable[[datetime], float]


def story(*levels: float, every: float = 4) -> list[Recorded]:
    return [told(NOW + place * every * MINUTE, level) for place, level in enumerate(levels)]


def left(rows: list[Recorded]) -> list[float]:
    return [row.reading.balances[0].remaining.amount for row in rows]


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ((100, 98, 100, 95, 98, 95), (100, 98, 95, 95)),
        ((100, 98, 99.2, 96, 97.2, 94), (100, 98, 96, 94)),
        ((98, 99, 98.8, 98.5, 97.9), (98, 97.9)),
        ((70, 100, 70, 99.5, 99.8, 98), (70, 100, 99.5, 98)),
        ((100, 98, 98, 95), (100, 98, 98, 95)),
        ((100, 98, 100, 98, 100, 98, 97), (100, 98, 98, 98, 97)),
        ((100, 98, 128, 127), (100, 98, 128, 127)),
        ((100, 98, 100), (100, 98, 100)),
        ((10.2, 9.9, 29.9, 29), (10.2, 9.9, 29.9, 29)),
        ((50, 20, 48), (50, 20, 48)),
        ((50, 20, 30, 29), (50, 20, 30, 29)),
    ],
)
def test_a_late_word_goes_and_what_happened_stays(said: tuple[float, ...], stays: tuple[float, ...]) -> None:
    """A top-up, the newest word, and credit that comes in for what was spent are no echoes."""
    assert left(without_echoes(story(*said))) == list(stays)


def test_what_lies_further_apart_than_clocks_may_differ_stays() -> None:
    rows = story(100, 98, 100, 95, every=LATE / MINUTE + 1)
    assert without_echoes(rows) == rows


def test_counters_and_quotas_echo_too() -> None:
    grows = [Recorded(Reading(at=NOW + place * MINUTE, spend=report(None, all=all)), NOW + place * MINUTE)
             for place, all in enumerate((5, 6, 5.5, 7))]  # fmt: skip
    assert [row.reading.spend.all.amount for row in without_echoes(grows)] == [5, 6, 7]  # type: ignore[union-attr]
    used = [told(NOW + place * MINUTE, windows=[Window("5h", share, seconds=18_000)])
            for place, share in enumerate((0.9, 0.0, 0.9, 0.02, 0.03))]  # fmt: skip
    assert [row.reading.windows[0].used for row in without_echoes(used)] == [0.9, 0.0, 0.02, 0.03]


def seen(truth: Truth, first: datetime, every: float, skew: float, late: float, until: datetime) -> list[Recorded]:
    """By a machine whose clock is `skew` minutes ahead and whose answers are `late` minutes old; a row holds until the
    number changes, as ledgers keep it."""
    rows: list[Recorded] = []
    at = first
    while at < until:
        amount, stamp = round(truth(at - late * MINUTE), 2), at + skew * MINUTE
        if rows and left(rows[-1:]) == [amount]:
            rows[-1] = Recorded(rows[-1].reading, stamp)
        else:
            rows.append(told(stamp, amount))
        at += every * MINUTE
    return rows


def spent(rows: list[Recorded]) -> float:
    history = histories(apart(rows), (), ())["USD"]
    total = observe(history, calendar(NOW + DAY, UTC)).total()
    return total.amount if total is not None else 0.0


@settings(deadline=None)
@given(
    seed=st.integers(0, 10**6),
    every=st.tuples(st.sampled_from([2, 5, 7, 30]), st.sampled_from([5, 11, 60])),
    skew=st.floats(-9, 9),
    late=st.floats(0, 4),
    bursts=st.booleans(),
)
def test_two_machines_see_no_more_than_was_spent_and_no_less_than_one_alone(
    seed: int, every: tuple[int, int], skew: float, late: float, bursts: bool
) -> None:
    random = Random(seed)
    steps = [(NOW + random.uniform(0, 600) * MINUTE, random.choice([0.5, 1.25, 4]) if bursts else 0.05)
             for _ in range(30 if bursts else 500)]  # fmt: skip
    credit = NOW + random.uniform(120, 480) * MINUTE

    def truth(at: datetime) -> float:
        return 100 - sum(amount for when, amount in steps if when <= at) + (60 if at >= credit else 0)

    end = NOW + 11 * HOUR
    one = seen(truth, NOW - HOUR, every[0], 0, 0, end)
    two = seen(truth, NOW - HOUR + 90 * timedelta(seconds=1), every[1], skew, late, end)
    merged = without_echoes(sorted([*one, *two], key=lambda row: (row.reading.at, left([row]))))
    told_by_one = max(spent(one), spent(two))
    assert told_by_one - 4.01 <= spent(merged) <= sum(amount for _, amount in steps) + 4.01
    rises = [after - before for before, after in zip(left(merged), left(merged)[1:], strict=False) if after > before]
    assert sum(rise > 30 for rise in rises) == 1, "credit came in once"


def test_without_it_they_would_not() -> None:
    def truth(at: datetime) -> float:
        return 100 - (at - NOW) / HOUR * 3

    rows = [*seen(truth, NOW, 5, 0, 0, NOW + 9 * HOUR), *seen(truth, NOW + 2 * MINUTE, 5, 7, 0, NOW + 9 * HOUR)]
    rows.sort(key=lambda row: row.reading.at)
    assert spent(rows) > 40 > 28 > spent(without_echoes(rows)) > 26
