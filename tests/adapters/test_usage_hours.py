"""Calls by the hour: what is remembered of days that are over is what is summed anew."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.adapters.usage_hours import HoursRecall
from creditsui.domain.money import Money
from creditsui.domain.usage import Usage

NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
HOUR = 3_600_000


@pytest.mark.parametrize("seed", range(4))
def test_what_is_remembered_of_hours_makes_no_difference(tmp_path: Path, seed: int) -> None:
    random, recall, told = Random(seed), HoursRecall(), 0
    shift = seed % 4  # where an hour of the zone lies on two days of UTC
    end = int(NOW.timestamp()) // 3600 * HOUR
    asked = [
        (end - back * HOUR, end - (back - long) * HOUR)
        for back, long in ((90, 1), (90, 60), (40, 1), (3, 2**40), (40, 2**40))
    ]
    with open_ledger(tmp_path / "ledger.db") as ledger:
        for number in range(60):
            back = random.choice([random.random(), random.random(), 100 * random.random(), 12 + random.random() / 4])
            ledger.book_usage(
                [
                    Usage(
                        key=f"{number}", source="s", account="a", at=NOW - back * timedelta(hours=1),
                        model=f"m{random.randrange(2)}", cost=Money(random.randrange(9), "USD"),
                    )
                ]
            )  # fmt: skip
            if random.random() < 0.2:
                with ledger.calls() as store:
                    store.reprice(random.choice(store.kinds()), lambda call: random.choice([None, 7]))
            with ledger.hours() as hours:
                hours.renew(recall)
                told += len(recall.spent)
                kinds = hours.kinds(["a"])["USD"]
                assert hours.first(kinds, recall) == hours.first(kinds)
                for since, until in asked:
                    assert hours.spent(kinds, since, until, shift, recall) == hours.spent(kinds, since, until, shift)
    assert told > 20
