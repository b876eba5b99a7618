from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.money import Money
from creditsui.domain.observe import UNSEEN, UNSEEN_BY_LEDGER, Observed, calendar, covered, observe, split
from creditsui.domain.reading import Recorded
from creditsui.domain.usage import Usage
from tests.domain.make import DAY, HOUR, NOW, ago, call, entry, history, told, usd

LOCAL = calendar(NOW, UTC)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"]


def spent(observed: Observed) -> Money:
    total = observed.total()
    assert total is not None
    return total


def seen(readings: list[Recorded], *rest: list) -> Observed:  # type: ignore[type-arg]
    return observe(history(readings, *rest), LOCAL)


# The calendar


def test_days_begin_at_midnight_in_the_zone() -> None:
    days = calendar(datetime(2026, 11, 20, 1, 0, tzinfo=UTC), ZoneInfo("America/New_York"))
    assert days.days[-1] == date(2026, 11, 19)
    assert days.edges[-2:] == (datetime(2026, 11, 19, 5, tzinfo=UTC), datetime(2026, 11, 20, 5, tzinfo=UTC))
    assert len(days.days) == 30
    assert days.days[0] == date(2026, 10, 21)


def test_a_day_may_have_23_or_25_hours() -> None:
    for now, hours in (((2026, 3, 29), 23), ((2026, 10, 25), 25)):
        edges = calendar(datetime(*now, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin")).edges
        assert edges[-1] - edges[-2] == hours * HOUR


def test_a_midnight_that_does_not_exist_is_when_the_clock_jumps() -> None:
    edges = calendar(datetime(2026, 9, 6, 12, tzinfo=UTC), ZoneInfo("America/Santiago")).edges
    assert edges[-2] == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert edges[-1] - edges[-2] == 23 * HOUR


@given(
    st.integers(0, 10**15),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.sampled_from(ZONES),
)
def test_parts_of_days_sum_to_the_whole(
    amount: int, now: datetime, before: timedelta, length: timedelta, zone: str
) -> None:
    edges = calendar(now, ZoneInfo(zone)).edges
    start = now - before
    parts = split(amount, start, start + length, edges)
    assert sum(part for _, part in parts) == amount
    assert all(part >= 0 for _, part in parts)
    assert all(-1 <= day <= len(edges) - 2 for day, _ in parts)
    assert [day for day, _ in parts] == sorted({day for day, _ in parts})


def test_parts_are_in_proportion_to_time() -> None:
    assert split(24_000, LOCAL.edges[4] + 18 * HOUR, LOCAL.edges[6] + 6 * HOUR, LOCAL.edges) == [
        (4, 4_000),
        (5, 16_000),
        (6, 4_000),
    ]
    assert split(10, LOCAL.edges[0] - 9 * DAY, LOCAL.edges[0] + DAY, LOCAL.edges) == [(-1, 9), (0, 1), (1, 0)]


def test_coverage_is_a_share_of_each_day() -> None:
    shares = covered(LOCAL.edges[-4] + 12 * HOUR, LOCAL.edges[-2] + 6 * HOUR, LOCAL.edges)
    assert shares[-4:] == (0, 0.5, 1, 0.25)


# Balances that fall


def test_a_drop_is_spend_and_a_rise_is_not() -> None:
    found = seen([told(ago(hours=4), 10), told(ago(hours=3), 8), told(ago(hours=2), 50), told(ago(hours=1), 49)])
    assert spent(found) == found.last(1) == usd(3)
    assert found.since == ago(hours=4)


def test_a_drop_is_net_of_what_was_booked() -> None:
    topup = entry(1, "topup", 20, ago(hours=2))
    assert spent(seen([told(ago(hours=3), 50), told(ago(hours=1), 45)], [topup])) == usd(25)
    assert spent(seen([told(ago(hours=3), 10), told(ago(hours=1), 25)], [topup])) == usd(5)
    fee = entry(1, "adjust", -2, ago(hours=2))
    assert spent(seen([told(ago(hours=3), 10), told(ago(hours=1), 7)], [fee])) == usd(1)


@pytest.mark.parametrize("hours", [4.5, 3.5, 2.5, 1.5, 0.5])
def test_a_top_up_booked_early_or_late_is_not_spent(hours: float) -> None:
    live = [
        told(ago(hours=5), 11),
        told(ago(hours=4), "10.50", until=ago(hours=3.2)),
        told(ago(hours=3), 40),
        told(ago(hours=2), 39),
        told(ago(hours=1), 38, until=NOW),
    ]
    assert spent(seen(live, [entry(1, "topup", 30, ago(hours=hours))])) == usd("3")


def test_two_top_ups_of_one_amount_take_a_rise_each() -> None:
    live = [told(ago(hours=4), 10), told(ago(hours=3), 9), told(ago(hours=2), 29), told(ago(hours=1), 48)]
    booked = [entry(1, "topup", 20, ago(hours=3.5)), entry(2, "topup", 20, ago(hours=0.5))]
    assert spent(seen(live, booked)) == usd(2)


def test_a_purchase_and_its_bonus_that_are_booked_later_are_one_rise() -> None:
    live = [told(ago(hours=4), 20), told(ago(hours=3), 40), told(ago(hours=2), 39), told(NOW, 39)]
    booked = [entry(1, "topup", 12, ago(hours=1)), entry(2, "topup", 8, ago(hours=0.5))]
    assert spent(seen(live, booked)) == usd(1)


def test_a_bonus_that_is_booked_later_than_its_purchase_is_not_spent() -> None:
    live = [told(ago(hours=4), 20), told(ago(hours=3), 40), told(ago(hours=2), 39), told(NOW, 39)]
    booked = [entry(1, "topup", 12, ago(hours=3.5)), entry(2, "topup", 8, ago(hours=0.5))]
    assert spent(seen(live, booked)) == usd(1)


def test_a_part_of_a_rise_that_is_booked_later_is_not_spent() -> None:
    live = [told(ago(hours=4), 20), told(ago(hours=3), 40), told(ago(hours=2), 39), told(NOW, 39)]
    assert spent(seen(live, [entry(1, "topup", 12, ago(hours=1))])) == usd(1)


def test_a_top_up_finds_the_rise_that_is_its_own_before_a_part_of_a_larger_one() -> None:
    live = [
        told(ago(hours=5), 10),
        told(ago(hours=4), 30),
        told(ago(hours=3), 29),
        told(ago(hours=2), 79),
        told(NOW, 78),
    ]
    booked = [entry(1, "topup", 20, ago(hours=0.5)), entry(2, "topup", 50, ago(hours=0.4))]
    assert spent(seen(live, booked)) == usd(2)


def test_a_long_silence_is_spread_over_its_days() -> None:
    found = seen([told(LOCAL.edges[26] + 12 * HOUR, 10), told(LOCAL.edges[28] + 12 * HOUR, 6)])
    assert dict(found.series())[LOCAL.days[26]] == usd(1)
    assert found.days[26:29] == (1_000_000, 2_000_000, 1_000_000)
    assert found.covered[26:29] == (0.5, 1.0, 0.5)
    assert dict(found.series())[LOCAL.days[25]] is None
    assert found.last(1) is None
    assert found.last(7) == usd(4)


def test_what_came_before_the_month_counts_in_all_only() -> None:
    found = seen([told(ago(60), 100), told(ago(50), 70), told(ago(2), 70), told(ago(1), 65)])
    assert (found.last(30), spent(found), found.earlier) == (usd(5), usd(35), 30_000_000)


def test_a_balance_that_stands_still_was_watched() -> None:
    still = seen([told(ago(2), 10, until=NOW)])
    assert (still.last(1), spent(still), still.since) == (usd(0), usd(0), ago(2))
    once = seen([told(NOW, 10)])
    assert (once.last(1), once.total(), once.since) == (None, None, None)
    assert not any(once.covered)
    assert seen([]).total() is None


# Calls and balances


def test_calls_explain_a_drop_and_are_not_counted_again() -> None:
    calls = [call(ago(hours=2.5), "1.50", model="big", project="web-app"), call(ago(hours=2.2), "0.30")]
    found = seen([told(ago(hours=3), 10), told(ago(hours=2), 8)], [], calls)
    assert spent(found) == usd(2)
    assert [(hit.amount, hit.cause) for hit in found.hits] == [(usd(2), "big · web-app")]


def test_a_drop_tells_what_each_model_and_project_had_in_it_and_what_went_unseen() -> None:
    calls = [
        call(ago(hours=2.8), "0.20", model="small"),
        call(ago(hours=2.6), "0.90", model="big", project="web-app"),
        call(ago(hours=2.4), "0.15", model="small"),
        call(ago(hours=2.2), 0, model="free"),
    ]
    found = seen([told(ago(hours=3), 10), told(ago(hours=2), 8)], [], calls)
    assert [(part.cause, part.amount) for part in found.hits[0].parts] == [
        ("big · web-app", usd("0.90")),
        ("small", usd("0.35")),
        (UNSEEN, usd("0.75")),
    ]


def test_a_drop_of_unseen_spend_alone_has_no_parts() -> None:
    found = seen([told(ago(hours=3), 10), told(ago(hours=2), 8)], [], [call(ago(hours=2.5), 0)])
    assert [(hit.amount, hit.parts) for hit in found.hits] == [(usd(2), ())]


def test_calls_and_top_ups_each_belong_to_their_own_interval() -> None:
    live = [told(ago(hours=4), 10), told(ago(hours=3), 8), told(ago(hours=2), 26), told(ago(hours=1), 25)]
    topup, calls = entry(1, "topup", 20, ago(hours=2.5)), [call(ago(hours=3.5), 1, model="big")]
    found = seen(live, [topup], calls)
    assert [(hit.amount, hit.cause) for hit in found.hits] == [(usd(1), UNSEEN), (usd(2), UNSEEN), (usd(2), "big")]


def test_a_drop_that_nobody_explains_is_unseen() -> None:
    found = seen([told(ago(hours=3), 10), told(ago(hours=2), 8)])
    assert [(hit.at, hit.amount, hit.cause) for hit in found.hits] == [(ago(hours=2), usd(2), UNSEEN)]


def test_calls_since_the_last_balance_count_until_it_is_told_again() -> None:
    live = [told(ago(hours=3), 10), told(ago(hours=2), 8)]
    calls = [call(ago(hours=1), "0.50")]
    assert spent(seen(live, [], calls)) == usd("2.50")
    assert spent(seen([*live, told(NOW, "7.50")], [], calls)) == usd("2.50")


def test_calls_while_a_balance_stood_still_explain_its_next_drop() -> None:
    live = [told(ago(hours=3), 10, until=ago(hours=2)), told(ago(hours=1), 8, until=NOW)]
    found = seen(live, [], [call(ago(hours=2.5), 2, model="slow to bill")])
    assert spent(found) == usd(2)
    assert found.hits[0].cause == "slow to bill"


def test_calls_dearer_than_the_drop_are_cut_to_it() -> None:
    live = [told(LOCAL.edges[27], 10), told(LOCAL.edges[29], 7)]
    calls = [call(LOCAL.edges[27] + HOUR, 4), call(LOCAL.edges[28] + HOUR, 2)]
    found = seen(live, [], calls)
    assert found.days[27:] == (2_000_000, 1_000_000, 0)


def test_calls_that_cost_a_balance_nothing_are_no_spend() -> None:
    found = seen([told(ago(hours=3), 10), told(ago(hours=1), 10)], [], [call(ago(hours=2), "1.25")])
    assert (spent(found), found.hits) == (usd(0), ())


def test_of_a_rise_only_the_calls_tell_what_was_spent() -> None:
    found = seen([told(ago(hours=3), 10), told(ago(hours=1), 40)], [], [call(ago(hours=2), "1.25")])
    assert spent(found) == usd("1.25")


def test_calls_alone_are_spend_where_nobody_ever_said_a_balance() -> None:
    found = seen([], [], [call(ago(40), 5), call(ago(2), 3, model="m", project="p"), call(ago(hours=1), 1)])
    assert (found.last(1), found.last(7), spent(found)) == (usd(1), usd(4), usd(9))
    assert found.since == ago(40)
    assert not found.of_purse
    assert [hit.cause for hit in found.hits] == ["m-1", "m · p", "m-1"]
    assert found.covered[:-1] == (1.0,) * 29


def test_a_manual_account_spends_what_was_seen_and_what_syncs_show_was_not() -> None:
    entries = [
        entry(1, "sync", 45, ago(hours=6)),
        entry(2, "topup", 20, ago(hours=4)),
        entry(3, "sync", 60, ago(hours=1)),
    ]
    calls = [call(ago(hours=5), "3"), call(ago(hours=2), "1.20", model="late"), call(ago(minutes=5), "0.50")]
    found = seen([], entries, calls)
    # 0.80 beside 4.20 went unseen before the last sync; half of that share, of one lesson, counts since.
    assert spent(found) == usd("5.547619")
    assert [(hit.amount, hit.cause) for hit in found.hits] == [
        (usd("0.50"), "m-1"),
        (usd("0.80"), UNSEEN_BY_LEDGER),
        (usd("1.20"), "late"),
        (usd("3"), "m-1"),
    ]


def test_a_sync_above_what_was_expected_is_no_negative_spend() -> None:
    entries = [entry(1, "sync", 45, ago(hours=6)), entry(2, "sync", 60, ago(hours=1))]
    assert spent(seen([], entries)) == usd(0)
    assert spent(seen([], entries, [call(ago(hours=2), 4)])) == usd(4)


def test_at_most_eight_hits_the_newest_first() -> None:
    found = seen([told(ago(hours=20 - hour), 100 - hour) for hour in range(20)])
    assert len(found.hits) == 8
    assert [hit.at for hit in found.hits] == [ago(hours=hour) for hour in range(1, 9)]


# By property

instants = st.integers(0, 60 * 24 * 3600).map(lambda seconds: NOW - timedelta(seconds=seconds))
amounts = st.integers(-(10**9), 10**9)


@st.composite
def series(draw: st.DrawFn) -> list[Recorded]:
    at = sorted(draw(st.lists(instants, min_size=0, max_size=16, unique=True)))
    return [
        told(start, Money(draw(amounts), "USD"), until=until) for start, until in zip(at[::2], at[1::2], strict=False)
    ]


calls_made = st.lists(st.tuples(instants, st.integers(0, 10**8)), max_size=8).map(
    lambda rows: [call(at, Money(micros, "USD")) for at, micros in rows]
)
books = st.lists(st.tuples(st.sampled_from(["sync", "topup", "adjust"]), instants, amounts), max_size=6).map(
    lambda rows: sorted(
        (entry(n, type, Money(micros, "USD"), at) for n, (type, at, micros) in enumerate(rows, 1)),  # type: ignore[arg-type]
        key=lambda one: (one.at, one.number),
    )
)


@given(series(), books, calls_made, st.sampled_from(ZONES))
def test_spend_is_never_negative_on_any_day(readings: list, entries: list, usage: list[Usage], zone: str) -> None:  # type: ignore[type-arg]
    found = observe(history(readings, entries, usage), calendar(NOW, ZoneInfo(zone)))
    assert min(found.days) >= 0 and found.earlier >= 0
    assert all(0 <= share <= 1 for share in found.covered)
    assert all(hit.amount.micros > 0 for hit in found.hits)
    assert all(hit.amount.micros == sum(part.amount.micros for part in hit.parts) for hit in found.hits if hit.parts)
    assert [hit.at for hit in found.hits] == sorted((hit.at for hit in found.hits), reverse=True)


@given(series(), st.sampled_from(ZONES))
def test_spend_of_a_balance_is_the_sum_of_its_drops(readings: list[Recorded], zone: str) -> None:
    levels = [recorded.reading.balances[0].remaining.micros for recorded in readings]
    drops = sum(max(0, before - after) for before, after in pairwise(levels))
    found = observe(history(readings), calendar(NOW, ZoneInfo(zone)))
    assert found.earlier + sum(found.days) == drops


@given(series(), calls_made)
def test_calls_between_balances_that_fall_add_nothing(readings: list[Recorded], usage: list[Usage]) -> None:
    level = 10**10
    falling = []
    for recorded in readings:
        level -= abs(recorded.reading.balances[0].remaining.micros)
        falling.append(told(recorded.reading.at, Money(level, "USD"), until=recorded.until))
    if not falling:
        return
    first, last = falling[0].reading.at, falling[-1].until
    within = [row for row in usage if first < row.at <= last]
    with_calls, without = (observe(history(falling, [], rows), LOCAL) for rows in (within, []))
    assert with_calls.earlier + sum(with_calls.days) == without.earlier + sum(without.days)


@given(calls_made)
def test_calls_alone_sum_to_their_prices(usage: list[Usage]) -> None:
    found = observe(history([], [], usage), LOCAL)
    assert found.earlier + sum(found.days) == sum(row.cost.micros for row in usage if row.cost)
