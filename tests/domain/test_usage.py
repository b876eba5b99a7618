"""Sums of several models in one row tell the same as a row for each, and which of them spent it is told of hits."""

from dataclasses import replace
from datetime import UTC
from random import Random

import pytest

from creditsui.domain.metered import metered
from creditsui.domain.observe import calendar, observe
from creditsui.domain.reconcile import histories
from creditsui.domain.usage import Usage, together
from tests.domain.make import DAY, HOUR, NOW, call, told

DAYS = calendar(NOW, UTC)


@pytest.mark.parametrize("seed", range(12))
def test_sums_of_several_models_in_one_row_observe_the_same_as_a_row_for_each(seed: int) -> None:
    random, left, readings, rows = Random(seed), 400.0, [], []
    for back in range(300, 0, -1):
        left += random.choice([0, 0, -0.4, -3, -0.01, 20 if back % 90 == 0 else 0])
        readings.append(told(NOW - back * HOUR, left))
        at, single = NOW - back * HOUR + random.random() * HOUR, random.random() < 0.3
        for model in range(random.choice([0, 0, 1, 5])):
            one = call(at, round(random.random(), 3), model=f"m{model}")
            rows.append(replace(one, key=f"{back} {model}" if single else "", billing=random.choice(PAID)))
            rows.append(replace(rows[-1], key=f"{back} {model}?" if single else "", cost=None))
    fewer = together(rows)
    assert len(fewer) < len(rows)
    for some in (rows, rows[: len(rows) // 2]):
        plain, summed = (metered(them, DAYS.edges[0]) for them in (some, together(some)))
        assert (plain.unpriced_at, plain.unpriced_tokens) == (summed.unpriced_at, summed.unpriced_tokens)
        assert plain.notional == summed.notional
        one, other = (
            observe(histories(readings, (), used.priced, used.unpriced_at)["USD"], DAYS) for used in (plain, summed)
        )
        assert one == other and one.hits


PAID = ("metered", "metered", "subscription")


def test_what_has_a_key_or_stands_alone_stays_as_it_is() -> None:
    rows = [call(NOW - DAY, 1.0), call(NOW - DAY, 2.0, model="b"), replace(call(NOW, 1.0), key="")]
    assert together(rows) == rows
    one = together([*rows, rows[-1]])[-1]
    assert isinstance(one, Usage) and one.parts == (rows[-1], rows[-1]) and one.cost == rows[1].cost
