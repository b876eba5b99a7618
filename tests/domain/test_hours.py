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
            now, far = rows[-1].until + random.choice([1, 200]) * MINUTE, at - random.choice([4, 5, 6]) * DAY
            known = Falls(rows, balance, now, far, lapses, settled)
            fresh = Falls(rows, balance, now, far, lapses)
            hours = list(every_hour(hour_of(far - DAY, UTC), now))
            assert [known.spent(one) for one in hours] == [fresh.spent(one) for one in hours]
            for _try in range(20):
                start = random.choice(hours)
                end = min(start + random.randrange(80) * HOUR, hours[-1])
                spans = [(start, end), *random.sample(sorted(settled.spans), min(5, len(settled.spans)))]
                assert all(tuple(known.seen(*span)) == tuple(fresh.seen(*span)) for span in spans)
    assert len(settled.hours) > 100 and None in {fell for _, fell in settled.hours.values()}
    assert len(settled.spans) > 20 and any(found for _, found in settled.spans.values())


@pytest.mark.parametrize("hours", [-25, -24, -23, -1, 0, 1, 23, 24, 25])
def test_a_fall_is_no_spend_within_a_day_of_when_so_much_credit_ended(hours: int) -> None:
    start = hour_of(NOW, UTC) - 3 * HOUR
    rows = [told(start + minutes * MINUTE, 9 if minutes < 30 else 5) for minutes in range(-60, 180, 10)]
    far = [(start + days * DAY, 9_000_000) for days in (-40, -3, 3, 40)]
    for lapses in (far, [*far, (start + hours * HOUR, 4_000_000)], [*far, (start + hours * HOUR, 3_999_999)]):
        near = abs(hours) < 24 and any(at == start + hours * HOUR and most == 4_000_000 for at, most in lapses)
        spent = Falls(rows, balance, NOW, NOW - 60 * DAY, lapses[::-1]).spent(start)
        assert spent == (None if near else 4_000_000)
