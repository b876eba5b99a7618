"""A long past in few readings: whatever is reckoned from them is the same as from all of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from creditsui.domain.condense import Condensed, marks
from creditsui.domain.entry import Entry
from creditsui.domain.jump import jumps
from creditsui.domain.lot import stock, topups
from creditsui.domain.observe import calendar
from creditsui.domain.reading import Reading, Recorded, Semantics, Window
from creditsui.domain.reconcile import carry, histories
from creditsui.domain.spend import best
from creditsui.domain.usage import Usage
from tests.domain.make import DAY, HOUR, MINUTE, NOW, call, cny, entry, report, told, usd

BERLIN = ZoneInfo("Europe/Berlin")


def past(seed: int, days: int = 12, *, counter: bool = False) -> list[Recorded]:
    """Asked every ten minutes but for a night or two, with top-ups, refunds, a second purse for some days, charges that
    were given back, and windows that move while nothing is spent."""
    random, rows = Random(seed), []
    at, left, spent = NOW - days * DAY, 80.0, 0.0
    while at < NOW:
        step = random.random()
        fall = step * 0.2 if 8 <= at.hour < 20 else 0.0
        left, spent = left - fall, spent + fall
        left += 40 if left < 20 else 0.3 if step < 0.004 else 0
        held = 5 if step > 0.99 else 0
        purses = [usd(round(left - held, 6)), *([cny(3)] if at.day * 7 % 100 > 90 else [])]
        row = told(at, *purses, spend=report(None, all=round(spent, 6)) if counter else None,
                   windows=[Window("5h", round(step, 3))])  # fmt: skip
        rows.append(replace(row, until=at + random.randrange(3) * 3 * MINUTE))
        at += 10 * MINUTE
        at += 5 * HOUR if random.random() < 0.003 else timedelta(0)
    return rows


def booked(seed: int, days: int = 12) -> list[Entry]:
    random = Random(seed)
    entries = []
    for number in range(1, 13):
        at = NOW - random.random() * days * DAY
        kind, amount = ("sync", 50) if number % 4 == 0 else ("topup", 40)
        expires = (at + random.randrange(1, 9) * DAY).date() if kind == "topup" and number % 2 else None
        entries.append(entry(number, kind, amount, at, expires=expires))  # type: ignore[arg-type]
    return sorted(entries, key=lambda one: (one.at, one.number))


def logged(seed: int, days: int = 12) -> list[Usage]:
    random = Random(seed)
    return sorted(
        (call(NOW - random.random() * days * DAY, round(random.random() / 4, 6), model=f"m-{n}") for n in range(200)),
        key=lambda one: one.at,
    )


def condensed(rows: Sequence[Recorded], entries: Sequence[Entry] = (), zone: tzinfo = UTC) -> list[Recorded]:
    return Condensed(marks(entries, zone), zone).all(rows)


def reckoned(
    rows: Sequence[Recorded], all: Sequence[Recorded], entries: Sequence[Entry], usage: Sequence[Usage], zone: tzinfo
) -> list[object]:
    """What a board tells of the money, from some rows; windows and the like come from all."""
    found: list[object] = []
    for currency, history in histories(rows, entries, usage).items():
        held = stock(history, topups(entries, currency), NOW, zone)
        days = calendar(NOW, zone)
        for semantics in (Semantics.BALANCE, Semantics.COUNTER):
            found.append(best(held.history, rows, semantics, days))
        found += [carry(held.history, NOW), held.expired, held.opened]
        found.append(jumps(held.history, all, topups(entries, currency), NOW))
    return found


@pytest.mark.parametrize("zone", [UTC, BERLIN, ZoneInfo("Asia/Kathmandu")])
@pytest.mark.parametrize("seed", range(6))
def test_it_makes_no_difference_to_any_number(seed: int, zone: tzinfo) -> None:
    rows, entries, usage = past(seed, counter=seed % 2 == 0), booked(seed), logged(seed)
    for some in ([], entries):
        for calls in ([], usage):
            few = condensed(rows, some, zone)
            assert reckoned(few, rows, some, calls, zone) == reckoned(rows, rows, some, calls, zone)
    assert len(condensed(rows, [], zone)) < len(rows) / 2


@pytest.mark.parametrize("seed", range(3))
def test_what_grew_with_the_readings_is_what_is_made_of_all_at_once(seed: int) -> None:
    rows, entries = past(seed), booked(seed)
    where = marks(entries, BERLIN)
    held = Condensed(where, BERLIN)
    for upto in range(50, len(rows), 37):
        assert held.fits(rows[:upto], where, BERLIN)
        whole = Condensed(where, BERLIN).all(rows[:upto])
        assert held.all(rows[:upto]) == whole
        since = rows[upto * 7 % len(rows)].reading.at
        assert held.all(rows[:upto], since=since) == [row for row in whole if row.reading.at >= since]
        confirmed = [*rows[: upto - 1], Recorded(rows[upto - 1].reading, rows[upto - 1].until + MINUTE)]
        assert held.all(confirmed)[-1] == confirmed[-1], "the newest ones are as they are"


def test_another_past_zone_or_booking_begins_anew() -> None:
    rows = past(1)
    held = Condensed([(NOW, NOW)], UTC)
    held.all(rows)
    assert held.fits(rows, [(NOW, NOW)], UTC)
    assert not held.fits(rows, [(NOW, NOW)], BERLIN)
    assert not held.fits(rows, [], UTC)
    assert not held.fits(rows[:5], [(NOW, NOW)], UTC)
    assert not held.fits([told(NOW - 90 * DAY, 5), *rows], [(NOW, NOW)], UTC), "an import brought older ones"


def test_few_readings_are_left_alone() -> None:
    rows = past(1)[:90]
    assert condensed(rows) == rows
    assert condensed([]) == []
    bare = [Recorded(Reading(at=NOW - index * MINUTE), NOW - index * MINUTE) for index in range(300, 0, -1)]
    assert condensed(bare)[-1] == bare[-1], "nor do readings without money break it"


def test_a_time_in_which_nobody_asked_stays_one() -> None:
    rows = past(2)
    few = condensed(rows)

    def pauses(some: Sequence[Recorded]) -> list[tuple[datetime, datetime]]:
        return [(a.until, b.reading.at) for a, b in pairwise(some) if b.reading.at - a.until > HOUR]

    assert pauses(few) == pauses(rows) and pauses(rows)


def test_no_row_ends_after_the_next_begins() -> None:
    few = condensed(past(3), booked(3))
    assert all(a.until < b.reading.at for a, b in pairwise(few))
