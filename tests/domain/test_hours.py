"""What a balance lost by the hour: what is known for good is the same as what is looked up again."""

from datetime import timedelta
from random import Random

import pytest

from creditsui.domain.hours import Falls, Settled, every_hour, hour_of
from creditsui.domain.reading import Reading, Recorded
from tests.domain.make import DAY, HOUR, MINUTE, NOW, UTC, told


def balance(reading: Reading) -> int | None:
    return reading.balances[0].remaining.micros if reading.balances else None


@pytest.mark.parametrize("seed", range(12))
def test_what_is_known_for_good_of_hours_makes_no_difference(seed: int) -> None:
    random, settled, rows = Random(seed), Settled(), list[Recorded]()
    lapses = [(NOW - 3 * DAY, 400_000)] if seed % 2 else []
    at, left = NOW - 12 * DAY, 90.0
    while at < NOW:
        left += random.choice([0, -0.2, -0.2, 0.1 if random.random() < 0.1 else 0, 40 if random.random() < 0.01 else 0])
        stands = random.choice([0, 5, 5, 10, 60 * 30 if random.random() < 0.02 else 0])
        rows.append(told(at, round(left, 6), until=at + stands * MINUTE))
        at += (stands + 10) * MINUTE + (random.random() * 5 * HOUR if random.random() < 0.02 else timedelta(0))
        if random.random() < 0.02:
            now, far = rows[-1].until + MINUTE, at - random.choice([4, 5, 6]) * DAY
            known = Falls(rows, balance, now, far, lapses, settled)
            fresh = Falls(rows, balance, now, far, lapses)
            hours = list(every_hour(hour_of(far - DAY, UTC), now))
            assert [known.spent(one) for one in hours] == [fresh.spent(one) for one in hours]
    assert len(settled) > 100 and None in {fell for _, fell in settled.values()}
