"""Calls grouped by days of any zone, by weeks, months and names; money, notional money and the unpriced apart."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.money import Money
from creditsui.domain.spending import KEYS, Report, Row, Slot, report, start_of

LONG_AGO, FAR_OFF = date(2020, 1, 1), date(2030, 1, 1)


def slot(at: str, cost: str = "1", **more: Any) -> Slot:
    """A call of 10 tokens at an instant of UTC."""
    usual = {"source": "claude-code", "account": "anthropic", "model": "m-1", "calls": 1, "input": 10}
    fields: dict[str, Any] = usual | more
    return Slot(datetime.fromisoformat(at).replace(tzinfo=UTC), cost_micros=int(Fraction(cost) * 10**6), **fields)


def by(names: str, *slots: Slot, zone: str = "UTC", since: date = LONG_AGO, until: date = FAR_OFF) -> Report:
    return report(slots, names.split(","), since, until, ZoneInfo(zone))


def costs(told: Report) -> dict[str, float | None]:
    return {" ".join(row.keys): row.cost.amount if row.cost else None for row in told.rows}


# ── days of a zone ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_pitfall_18_a_call_belongs_to_the_day_of_the_zone_and_not_of_utc() -> None:
    calls = (slot("2026-11-19T10:45", "1"), slot("2026-11-19T11:00", "2"), slot("2026-11-19T18:15", "4"))
    assert costs(by("day", *calls)) == {"2026-11-19": 7}
    assert costs(by("day", *calls, zone="Pacific/Tongatapu")) == {"2026-11-19": 1, "2026-11-20": 6}, "UTC+13"
    assert costs(by("day", *calls, zone="Asia/Kathmandu")) == {"2026-11-19": 3, "2026-11-20": 4}, "UTC+5:45"
    assert costs(by("day", *calls, zone="America/Los_Angeles")) == {"2026-11-19": 7}


def test_pitfall_18_the_day_that_clocks_go_forward_has_23_hours_and_the_day_they_go_back_25() -> None:
    berlin = "Europe/Berlin"
    spring = (slot("2026-03-28T22:45"), slot("2026-03-28T23:00", "2"), slot("2026-03-29T21:45", "4"))
    later = slot("2026-03-29T22:00", "8")
    assert costs(by("day", *spring, later, zone=berlin)) == {"2026-03-28": 1, "2026-03-29": 6, "2026-03-30": 8}
    autumn = (slot("2026-10-24T21:45"), slot("2026-10-24T22:00", "2"), slot("2026-10-25T22:45", "4"))
    later = slot("2026-10-25T23:00", "8")
    assert costs(by("day", *autumn, later, zone=berlin)) == {"2026-10-24": 1, "2026-10-25": 6, "2026-10-26": 8}


def test_a_day_begins_where_midnight_does_not_exist_and_where_it_comes_twice() -> None:
    santiago, havana = ZoneInfo("America/Santiago"), ZoneInfo("America/Havana")
    assert start_of(date(2026, 9, 6), santiago) == datetime(2026, 9, 6, 4, tzinfo=UTC), "clocks go from 0 to 1"
    assert start_of(date(2026, 11, 1), havana) == datetime(2026, 11, 1, 4, tzinfo=UTC), "the first of two midnights"
    calls = (slot("2026-11-01T03:45"), slot("2026-11-01T04:00", "2"), slot("2026-11-01T05:15", "4"))
    assert costs(by("day", *calls, zone="America/Havana")) == {"2026-10-31": 1, "2026-11-01": 6}


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Tongatapu", "Asia/Kathmandu", "America/St_Johns"])
def test_both_edges_of_the_period_are_whole_days_of_the_zone(zone: str) -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 20)
    begin, end = start_of(first, ZoneInfo(zone)), start_of(date(2026, 11, 21), ZoneInfo(zone))
    quarter = timedelta(minutes=15)
    calls = [slot(f"{at:%Y-%m-%dT%H:%M}") for at in (begin - quarter, begin, end - quarter, end)]
    told = by("day", *calls, zone=zone, since=first, until=last)
    assert costs(told) == {"2026-11-01": 1, "2026-11-20": 1}
    assert told.totals[0].cost == Money(2_000_000, "USD")


def test_a_week_is_told_by_its_monday_also_across_a_new_year() -> None:
    days = ("2026-12-27", "2026-12-28", "2027-01-03", "2027-01-04")
    told = by("week", *(slot(f"{day}T12:00") for day in days))
    assert costs(told) == {"2026-12-21": 1, "2026-12-28": 2, "2027-01-04": 1}


def test_a_month_ends_at_midnight_of_the_zone() -> None:
    calls = (slot("2026-10-31T23:45"), slot("2026-11-01T00:00", "2"), slot("2028-02-29T23:45", "4"))
    assert costs(by("month", *calls)) == {"2026-10": 1, "2026-11": 2, "2028-02": 4}
    assert costs(by("month", *calls, zone="Pacific/Tongatapu")) == {"2026-11": 3, "2028-03": 4}


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_several_names_are_keys_of_the_row_in_the_order_given() -> None:
    calls = (slot("2026-11-19T10:00"), slot("2026-11-19T11:00", model="m-2"), slot("2026-11-20T10:00", source="codex"))
    assert [row.keys for row in by("source,day,model", *calls).rows] == [
        ("claude-code", "2026-11-19", "m-1"),
        ("claude-code", "2026-11-19", "m-2"),
        ("codex", "2026-11-20", "m-1"),
    ]


def test_times_run_from_old_to_new_and_what_cost_most_comes_first() -> None:
    calls = (
        slot("2026-11-20T10:00", "9", model="b"),
        slot("2026-11-19T10:00", "1", model="c"),
        slot("2026-11-19T10:00", "2", model="a"),
    )
    assert list(costs(by("day,model", *calls))) == ["2026-11-19 a", "2026-11-19 c", "2026-11-20 b"]
    assert list(costs(by("model", *calls))) == ["b", "a", "c"]


def test_rows_of_one_name_stay_together_under_what_cost_most_in_all() -> None:
    calls = (
        slot("2026-11-20T10:00", "5", project="web", model="a"),
        slot("2026-11-20T10:00", "4", project="api", model="b"),
        slot("2026-11-20T10:00", "3", project="api", model="a"),
        slot("2026-11-19T10:00", "1", project="api", model="b"),
    )
    assert list(costs(by("project,model", *calls))) == ["api b", "api a", "web a"]
    assert list(costs(by("project,day", *calls))) == ["api 2026-11-19", "api 2026-11-20", "web 2026-11-20"]


def test_what_no_name_is_told_of_is_grouped_under_none() -> None:
    told = by("project,session", slot("2026-11-19T10:00"), slot("2026-11-19T11:00", project="web", session="s-1"))
    assert sorted(row.keys for row in told.rows) == [("", ""), ("web", "s-1")]


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError):
        by("day,colour", slot("2026-11-19T10:00"))


def test_only_what_has_the_wanted_values_is_kept() -> None:
    calls = (slot("2026-11-19T10:00"), slot("2026-11-19T11:00", "2", model="m-2"), slot("2026-11-20T10:00", "4"))
    told = report(calls, ["day"], LONG_AGO, FAR_OFF, UTC, where={"model": "m-1", "month": "2026-11"})
    assert costs(told) == {"2026-11-19": 1, "2026-11-20": 4}
    assert told.totals[0].calls == 2


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_currencies_are_never_added() -> None:
    calls = (slot("2026-11-19T10:00"), slot("2026-11-19T10:00", "7", currency="CNY"))
    told = by("day", *calls)
    assert [(row.keys, row.currency) for row in told.rows] == [(("2026-11-19",), "CNY"), (("2026-11-19",), "USD")]
    assert {row.currency: row.cost for row in told.totals} == {
        "CNY": Money(7_000_000, "CNY"),
        "USD": Money(1_000_000, "USD"),
    }


def test_points_of_two_accounts_are_not_the_same_points() -> None:
    calls = [slot("2026-11-19T10:00", account=name, currency="points") for name in ("a", "b", "b")]
    told = by("day", *calls, slot("2026-11-19T10:00"))
    assert [(row.currency, row.purse, row.cost) for row in told.totals] == [
        ("USD", "", Money(1_000_000, "USD")),
        ("points", "a", Money(1_000_000, "points")),
        ("points", "b", Money(2_000_000, "points")),
    ]
    assert len(told.rows) == 3


def test_what_a_plan_covers_is_notional_and_no_cost() -> None:
    calls = (slot("2026-11-19T10:00"), slot("2026-11-19T10:00", "5", billing="subscription"))
    (row,) = by("day", *calls).rows
    assert (row.cost, row.notional, row.undecided) == (Money(10**6, "USD"), Money(5 * 10**6, "USD"), Money(0, "USD"))


@pytest.mark.parametrize("billing", ["unknown", ""])
def test_what_nobody_knows_who_pays_for_is_neither(billing: str) -> None:
    (row,) = by("day", slot("2026-11-19T10:00", "5", billing=billing)).rows
    assert (row.cost, row.notional, row.undecided) == (Money(0, "USD"), Money(0, "USD"), Money(5 * 10**6, "USD"))


def test_an_unpriced_call_has_no_cost_rather_than_a_cost_of_nothing() -> None:
    (row,) = by("model", slot("2026-11-19T10:00", "0", model="mystery-9000", unpriced_tokens=10)).rows
    assert row.cost is None and row.notional == Money(0, "USD") and row.unpriced_tokens == 10
    (row,) = by("model", slot("2026-11-19T10:00", "0", unpriced_tokens=10, billing="subscription")).rows
    assert row.cost == Money(0, "USD") and row.notional is None


def test_a_free_model_costs_nothing_and_is_not_unpriced() -> None:
    told = by("model", slot("2026-11-19T10:00", "0", model="m:free"))
    assert told.rows[0].cost == Money(0, "USD") and told.unpriced == ()


def test_beside_what_is_priced_the_unpriced_is_told_in_tokens() -> None:
    told = by(
        "day",
        slot("2026-11-19T10:00"),
        slot("2026-11-19T10:00", "0", model="x", unpriced_tokens=10),
        slot("2026-11-20T10:00", "0", model="y", input=40, unpriced_tokens=40),
    )
    assert [(row.cost, row.unpriced_tokens) for row in told.rows] == [(Money(10**6, "USD"), 10), (None, 40)]
    assert told.totals[0].unpriced_tokens == 50
    assert told.unpriced == (("y", 40), ("x", 10))


def test_calls_that_their_log_counts_wrong_are_told() -> None:
    told = by("day", slot("2026-11-19T10:00", low=True), slot("2026-11-19T10:00"))
    assert (told.rows[0].calls, told.rows[0].low_calls) == (2, 1)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 96 * 800),
            st.integers(0, 10**9),
            st.sampled_from(["metered", "subscription", "unknown"]),
            st.sampled_from(["USD", "CNY"]),
            st.sampled_from(["a", "b", ""]),
        ),
        max_size=30,
    ),
    st.sampled_from(["UTC", "Pacific/Tongatapu", "Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe"]),
    st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True),
)
def test_rows_sum_to_the_totals_whatever_they_are_grouped_by(
    drawn: list[tuple[int, int, str, str, str]], zone: str, names: list[str]
) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    slots = [
        Slot(start + timedelta(minutes=15) * at, "s", "a", model=model, billing=billing, calls=1, output=3,
             cost_micros=micros, currency=currency)
        for at, micros, billing, currency, model in drawn
    ]  # fmt: skip
    told = report(slots, names, LONG_AGO, FAR_OFF, ZoneInfo(zone))
    assert sum(row.calls for row in told.rows) == len(slots)
    for total in told.totals:
        rows = [row for row in told.rows if row.currency == total.currency]
        assert sums(rows) == sums([total])
        assert sum(sums([total])) == sum(one.cost_micros for one in slots if one.currency == total.currency)
    assert len({(row.keys, row.currency) for row in told.rows}) == len(told.rows)


def sums(rows: list[Row]) -> tuple[int, int, int]:
    found = [0, 0, 0]
    for row in rows:
        for index, amount in enumerate((row.cost, row.notional, row.undecided)):
            found[index] += amount.micros if amount is not None else 0
    return found[0], found[1], found[2]
