"""Long ago in two readings an hour: whatever is reckoned from them is the same as from all of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from creditsui.domain.condense import marks
from creditsui.domain.entry import Entry
from creditsui.domain.hours import Falls, every_hour
from creditsui.domain.observe import falls
from creditsui.domain.reading import Reading, Recorded, Window
from creditsui.domain.thin import edge, telling
from tests.domain import test_condense
from tests.domain.make import DAY, HOUR, MINUTE, NOW, told, usd
from tests.domain.test_condense import BERLIN, booked, logged, reckoned

KATHMANDU = ZoneInfo("Asia/Kathmandu")


def past(seed: int, days: int = 12, *, counter: bool = False) -> list[Recorded]:
    """Without windows that move by chance, which tell something with every row."""
    rows = test_condense.past(seed, days, counter=counter)
    return [Recorded(replace(row.reading, windows=()), row.until) for row in rows]


def thinned(
    rows: Sequence[Recorded], entries: Sequence[Entry] = (), zone: tzinfo = UTC, *, steps: int = 1
) -> list[Recorded]:
    """All but the last twelve hours; in so many steps, as time goes on."""
    found = list(rows)
    since = edge(rows[0].reading.at, zone, 0 * HOUR)
    for step in range(1, steps + 1):
        until = edge(rows[0].reading.at + (NOW - rows[0].reading.at) * step / steps, zone, 12 * HOUR)
        newest = falls([row for row in found if row.reading.at < until + 12 * HOUR])
        stay = telling(found, since, until, zone, [*marks(entries, zone), *newest])
        found = [row for row in found if row.reading.at < since] + stay + [r for r in found if r.reading.at >= until]
        since = until
    return found


def money(row: Recorded) -> int | None:
    return row.reading.balances[0].remaining.micros if row.reading.balances else None


@pytest.mark.parametrize("zone", [UTC, BERLIN, KATHMANDU])
@pytest.mark.parametrize("seed", range(4))
def test_it_makes_no_difference_to_any_number(seed: int, zone: tzinfo) -> None:
    rows, entries, usage = past(seed, counter=seed % 2 == 0), booked(seed), logged(seed)
    for some, calls, steps in (([], [], 1), (entries, [], 9), ([], usage, 9), (entries, usage, 1)):
        few = thinned(rows, some, zone, steps=steps)
        assert reckoned(few, few, some, calls, zone) == reckoned(rows, rows, some, calls, zone)
    assert len(thinned(rows, [], zone)) < len(rows) * 2 / 3


@pytest.mark.parametrize("zone", [UTC, KATHMANDU])
def test_what_every_hour_took_is_the_same(zone: tzinfo) -> None:
    rows = past(5)
    few = thinned(rows, zone=zone)
    begin = edge(rows[0].reading.at, zone, 0 * HOUR)

    def hours(some: Sequence[Recorded]) -> list[int | None]:
        held = Falls(some, lambda reading: money(Recorded(reading, reading.at)), NOW, begin - HOUR)
        return [held.spent(at) for at in every_hour(begin, NOW)]

    assert hours(few) == hours(rows) and len(few) < len(rows) * 2 / 3


def test_a_minute_a_row_becomes_two_rows_an_hour() -> None:
    begin = NOW - DAY
    rows = [told(begin + n * MINUTE, usd(90 - n / 1000)) for n in range(24 * 60)]
    few = thinned(rows)
    old = [row for row in few if row.reading.at < edge(NOW, UTC, 12 * HOUR)]
    assert 12 * 2 <= len(old) <= 12 * 2 + 1, "and the one before the last hours, which may still be reckoned with"
    assert few[len(old) :] == rows[-(len(few) - len(old)) :], "the last hours are whole"
    assert {id(row) for row in few} <= {id(row) for row in rows}, "what stays is as it was told"


def test_what_tells_more_than_a_fall_stays() -> None:
    begin = datetime(2026, 11, 18, 9, tzinfo=UTC)

    def windows(n: int) -> list[Window]:
        refilled = n >= 31
        return [
            Window("5h", (n - 31 * refilled) / 100, resets_at=begin + (5 if refilled else 0.5) * HOUR, seconds=18_000)
        ]

    rows = [told(begin + n * MINUTE, usd(50 - n / 100), windows=windows(n)) for n in range(60)]
    refill = [row.reading.at.minute for row in telling(rows, begin, begin + HOUR, UTC)]
    assert refill == [0, 29, 30, 31, 59]
    rows = [
        Recorded(Reading(at=begin + n * MINUTE, balances=(), plan="pro" if n < 20 else "max"), begin + n * MINUTE)
        for n in range(60)
    ]
    assert [row.reading.at.minute for row in telling(rows, begin, begin + HOUR, UTC)] == [0, 18, 19, 20, 59]


def test_a_time_in_which_nobody_asked_stays_one_and_none_is_made() -> None:
    rows = past(2)
    few = thinned(rows)

    def pauses(some: Sequence[Recorded]) -> list[tuple[datetime, datetime]]:
        return [(a.until, b.reading.at) for a, b in pairwise(some) if b.reading.at - a.until > HOUR]

    assert pauses(few) == pauses(rows) and pauses(rows)


def test_nothing_is_made_of_nothing() -> None:
    assert telling([], NOW - DAY, NOW, UTC) == []
    assert telling([told(NOW - 2 * HOUR, 5)], NOW - HOUR, NOW, UTC) == []
    one = [told(NOW - HOUR, 5)]
    assert telling(one, NOW - DAY, NOW, UTC) == one
