from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from creditsui.domain.account import Account
from creditsui.domain.board import Allowance, Proposal
from creditsui.domain.compose import Facts, compose
from creditsui.domain.entry import Entry
from creditsui.domain.jump import jumps
from creditsui.domain.lot import topups
from creditsui.domain.money import money
from creditsui.domain.observe import calendar, observe
from creditsui.domain.reading import Balance, Reading, Recorded, Window
from creditsui.domain.usage import Usage
from tests.domain.make import DAY, HOUR, MINUTE, NOW, ago, call, entry, history, told, usd

SECOND = timedelta(seconds=1)


def found(
    readings: Sequence[Recorded], entries: Sequence[Entry] = (), usage: Sequence[Usage] = ()
) -> tuple[tuple[Proposal, ...], Allowance | None]:
    return jumps(history(readings, entries, usage), readings, topups(entries, "USD"), NOW)


def proposed(
    readings: Sequence[Recorded], entries: Sequence[Entry] = (), usage: Sequence[Usage] = ()
) -> list[tuple[datetime, float]]:
    return [(one.at, one.amount.amount) for one in found(readings, entries, usage)[0]]


def test_a_rise_that_nobody_booked_is_proposed_at_its_instant() -> None:
    live = [told(ago(9), 20, until=ago(8)), told(ago(8, hours=-1), 45, until=NOW)]
    assert found(live) == ((Proposal(ago(8, hours=-1) - SECOND, usd(25), "paid", True),), None)


def test_a_rise_that_was_just_seen_is_not_confirmed_yet() -> None:
    (one,), _ = found([told(ago(9), 20, until=ago(hours=1)), told(NOW, 45)])
    assert not one.confirmed


def test_top_ups_and_grants_never_look_like_negative_burn() -> None:
    live = [told(ago(9), 20), told(ago(8), 45), told(ago(7), 40, until=NOW)]
    assert proposed(live) == [(ago(8) - SECOND, 25)]
    assert min(observe(history(live), calendar(NOW, UTC)).days) == 0
    assert sum(observe(history(live), calendar(NOW, UTC)).days) == usd(5).micros


def test_what_was_booked_is_not_proposed_whether_before_or_after_the_rise() -> None:
    live = [told(ago(9), 20, until=ago(8, minutes=5)), told(ago(8), 45, until=NOW)]
    for at in (ago(8, hours=5), ago(8, minutes=2), ago(8) - SECOND, ago(8), ago(7, hours=20)):
        assert proposed(live, [entry(1, "topup", 25, at)]) == [], at


def test_booking_a_proposal_as_it_is_ends_it_and_leaves_no_spend() -> None:
    live = [told(ago(9), 20), told(ago(8), 45), told(ago(8, hours=-1), 65), told(ago(7), 60, until=NOW)]
    (first, second), _ = found(live)
    entries = [entry(1, "topup", first.amount, first.at)]
    assert proposed(live, entries) == [(second.at, 20)]
    entries.append(entry(2, "topup", second.amount, second.at))
    assert proposed(live, entries) == []
    assert sum(observe(history(live, entries), calendar(NOW, UTC)).days) == usd(5).micros


def test_an_undone_booking_is_proposed_again() -> None:
    live = [told(ago(9), 20), told(ago(8), 45, until=NOW)]
    assert proposed(live, [entry(1, "topup", 25, ago(8) - SECOND)]) == []
    assert proposed(live, []) == [(ago(8) - SECOND, 25)]


def test_more_came_in_than_was_booked() -> None:
    live = [told(ago(9), 20), told(ago(8), 60, until=NOW)]
    assert proposed(live, [entry(1, "topup", 25, ago(8, hours=1))]) == [(ago(8) - SECOND, 15)]


def test_calls_made_meanwhile_hide_nothing_of_what_came_in() -> None:
    live = [told(ago(9), 20), told(ago(8), 43, until=NOW)]
    assert proposed(live, usage=[call(ago(8, hours=3), 2)]) == [(ago(8) - SECOND, 25)]
    summed = replace(call(ago(8, hours=3), 2), key="")
    assert proposed(live, usage=[summed]) == [(ago(8) - SECOND, 23)]


@pytest.mark.parametrize(("was", "now"), [("20.00", "20.30"), ("200", "201.50"), ("-10.00", "-9.60"), ("0", "0.49")])
def test_rounding_and_small_refunds_are_no_top_up(was: str, now: str) -> None:
    assert proposed([told(ago(9), was), told(ago(8), now, until=NOW)]) == []


def test_a_provisional_charge_that_is_given_back_is_no_top_up() -> None:
    live = [
        told(ago(8, minutes=90), 20, until=ago(8, minutes=40)),
        told(ago(8, minutes=30), 12, until=ago(8, minutes=5)),
        told(ago(8), "19.10", until=NOW),
    ]
    assert proposed(live) == []


def test_a_number_that_was_wrong_for_a_moment_is_no_top_up() -> None:
    assert proposed([told(ago(8, hours=1), 20), told(ago(8), 2000), told(ago(8) + 5 * MINUTE, 20, until=NOW)]) == []


def test_a_users_own_syncs_are_no_rises() -> None:
    assert proposed([], [entry(1, "sync", 20, ago(9)), entry(2, "sync", 45, ago(8))]) == []
    assert proposed([told(ago(9), 20)], [entry(2, "sync", 45, ago(8))]) == []


def test_old_rises_are_not_asked_about() -> None:
    assert proposed([told(ago(40), 20), told(ago(31), 45, until=NOW)]) == []
    live = [told(ago(9), 20), told(ago(8), 45), told(ago(5), 30), told(ago(4), 60, until=NOW)]
    assert proposed(live, [entry(1, "topup", 30, ago(4))]) == []


def daily(days: Sequence[int], level: float | None = None) -> list[Recorded]:
    """A balance that gets $1 on some days, or is filled up to a level, always at one hour, and is spent from."""
    spent, left, rows = Random(1), 5.0, []
    for day in days:
        rows.append(told(ago(day, minutes=6), f"{left:.2f}"))
        left = left + 1 if level is None else level
        rows.append(told(ago(day), f"{left:.2f}", until=ago(day, hours=-2)))
        left -= 0.6 + 0.3 * spent.random()
        rows.append(told(ago(day, hours=-8), f"{left:.2f}", until=ago(day, hours=-20)))
    return rows


@pytest.mark.parametrize("days", [range(9, -1, -1), [9, 8, 6, 5, 2, 1], [2, 1, 0]])
def test_a_daily_gift_is_said_once_and_never_proposed(days: Sequence[int]) -> None:
    proposals, allowance = found(daily([*days]))
    assert proposals == ()
    assert allowance == Allowance(usd(1), 1, ago(days[-1]) - SECOND)


def test_a_daily_gift_that_was_seen_late_is_one_too() -> None:
    rows = [row for row in daily(range(9, -1, -1)) if not ago(5, hours=2) < row.reading.at < ago(5, hours=-3)]
    proposals, allowance = found(rows)
    assert proposals == () and allowance is not None


def test_credit_that_is_filled_up_to_a_level_every_day_is_not_proposed() -> None:
    proposals, allowance = found(daily(range(9, -1, -1), level=2))
    assert proposals == () and allowance is not None and allowance.every == 1


def test_a_purchase_among_daily_gifts_is_proposed() -> None:
    bought = ago(4, hours=-3)
    rows = [
        row
        if row.reading.at < bought
        else told(row.reading.at, row.reading.balances[0].remaining + usd(25), until=row.until)
        for row in daily(range(9, -1, -1))
    ]
    rows.append(
        told(
            bought,
            rows[next(i for i, row in enumerate(rows) if row.reading.at > bought) - 1].reading.balances[0].remaining
            + usd(25),
        )
    )
    rows.sort(key=lambda row: row.reading.at)
    proposals, allowance = found(rows)
    assert [(one.at, one.amount) for one in proposals] == [(bought - SECOND, usd(25))]
    assert allowance is not None and allowance.amount == usd(1)


def test_purchases_of_one_size_every_few_days_are_no_gifts() -> None:
    live = [told(ago(25), 5)]
    for days, hours in ((21, 3), (16, 9), (11, 1), (6, 14), (1, 5)):
        live += [
            told(ago(days, hours=hours), 5, until=ago(days, hours=hours - 1)),
            told(ago(days, hours=hours - 1), 30),
        ]
    proposals, allowance = found(live)
    assert len(proposals) == 5 and allowance is None


def test_gifts_that_ended_are_no_longer_told() -> None:
    proposals, allowance = found(daily(range(20, 9, -1)))
    assert (proposals, allowance) == ((), None)


def test_a_quota_that_refills_within_the_balance_is_no_top_up() -> None:
    def row(at: datetime, left: int, resets_at: datetime, until: datetime, unit: str = "credits") -> Recorded:
        month = Window("month", 0.5, unit=unit, resets_at=resets_at)
        return told(at, money(left, "credits"), windows=(month,), until=until)

    def proposals(anew: datetime, unit: str = "credits") -> int:
        rows = [row(ago(9), 200, anew, ago(8), unit), row(ago(8, minutes=-5), 1000, ago(-20), NOW, unit)]
        return len(jumps(history(rows, currency="credits"), rows, [], NOW)[0])

    assert proposals(ago(8, minutes=-2)) == 0
    assert proposals(ago(3)) == 1
    assert proposals(ago(8, minutes=-2), unit="requests") == 1


def test_purchases_of_one_size_seen_once_a_day_are_no_gifts_either() -> None:
    live = [told(ago(25), 5)]
    for days in (21, 16, 11, 6, 1):
        live += [told(ago(days, hours=20), 5), told(ago(days, hours=days % 7), 30)]
    proposals, allowance = found(live)
    assert len(proposals) == 5 and allowance is None


def test_what_came_into_a_shared_purse_is_proposed_once_where_the_purse_is() -> None:
    live = (told(ago(9), 20), told(ago(8), 45, until=NOW))
    both = [
        Facts(account=Account(id=id, provider="p", label=id, pool=pool), readings=live, can_ask=True)
        for id, pool in (("own", ""), ("key", "own"))
    ]
    shown = compose(both, now=NOW, zone=UTC, interval=5 * MINUTE)
    assert {one.id: len(one.proposals) for one in shown.accounts} == {"own": 1, "key": 0}


def test_what_the_provider_calls_granted_is_proposed_as_a_gift() -> None:
    def row(at: datetime, granted: float, paid: float) -> Recorded:
        balance = Balance(usd(granted) + usd(paid), usd(granted), usd(paid))
        return Recorded(Reading(at=at, balances=(balance,)), at + HOUR)

    (one,), _ = found([row(ago(9), 2, 20), row(ago(8), 7, 20)])
    assert (one.amount, one.kind) == (usd(5), "granted")
    (one,), _ = found([row(ago(9), 2, 20), row(ago(8), 2, 25)])
    assert (one.amount, one.kind) == (usd(5), "paid")


def test_a_year_of_readings_every_five_minutes_is_looked_through_in_a_moment() -> None:
    from time import perf_counter

    at, left, rows, random = NOW - 40 * DAY, 100.0, [], Random(2)
    while at < NOW:
        left = left - 0.01 if left > 5 else left + 50
        rows.append(told(at, f"{left:.4f}"))
        at += 5 * MINUTE + SECOND * random.randrange(5)
    one = history(rows)
    best = min(_timed(lambda: jumps(one, rows, [], NOW), perf_counter) for _ in range(5))
    assert best < 0.02  # of 5 ms a busy machine may make some more


def _timed(act, clock) -> float:  # type: ignore[no-untyped-def]
    start = clock()
    act()
    return float(clock() - start)


def test_a_rise_that_is_no_top_up_is_not_proposed_until_that_is_taken_back() -> None:
    live = [told(ago(9), 20), told(ago(8), 45), told(ago(8, hours=-1), 65), told(ago(7), 60, until=NOW)]
    (first, second), _ = found(live)
    declined = entry(1, "adjust", 0, second.at)
    assert proposed(live, [declined]) == [(first.at, 25)]
    assert found(live, [])[0] == (first, second)
    before, after = observe(history(live), calendar(NOW, UTC)), observe(history(live, [declined]), calendar(NOW, UTC))
    assert before == after  # it changes no number
