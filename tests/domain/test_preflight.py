"""Go only on numbers: the low end of what is left covers the need, and what nobody knows is no."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditsui.domain.board import AccountView, BudgetUse, Pace, Runway
from creditsui.domain.money import Money, money
from creditsui.domain.observe import Observed, calendar
from creditsui.domain.preflight import Known, Unfit, Verdict, preflight
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Certainty, Limit, Window
from creditsui.domain.runway import runway
from tests.domain.make import DAY, HOUR, MINUTE, NOW, cny, usd


def spending(*days: float) -> Observed:
    """So much on each of the last days up to now."""
    local = calendar(NOW, UTC)
    idle = 30 - len(days)
    return Observed(
        currency="USD",
        calendar=local,
        days=(*(0,) * idle, *(round(day * 1_000_000) for day in days)),
        covered=(*(0.0,) * idle, *(1.0,) * (len(days) - 1), (NOW - local.edges[-2]) / DAY) if days else (0.0,) * 30,
        since=local.edges[idle] if days else None,
    )


STEADY = spending(*(4.0,) * 20)


def purse(left: Money | None, seen: Observed = STEADY, **more: Any) -> AccountView:
    usual: dict[str, Any] = {
        "certainty": Certainty.LIVE,
        "error": None if left is None else Money(0, left.currency),
        "balance": None if left is None else Balance(left),
        "purse": left,
        "runway": runway(left, seen, NOW, UTC) if left is not None else Runway(),
        "read_at": NOW - timedelta(seconds=12),
        "currency": "USD" if left is None else left.currency,
    }
    return AccountView(id="a", provider="a", label="Acme", **(usual | more))


def asked(view: AccountView, need: Money | float, seen: Observed = STEADY, **more: Any) -> Verdict:
    until = more.pop("until", None)
    known = Known(spent=seen, **({"since": view.read_at or NOW} | more))
    return preflight(view, need, known, NOW, UTC, until)


def test_what_is_left_now_covers_it_or_does_not() -> None:
    yes, no = asked(purse(usd("41.20")), usd(3)), asked(purse(usd("41.20")), usd("41.21"))
    assert (yes.go, yes.reason, yes.confidence) == (True, "41.20 USD covers 3.00", 0.99)
    assert (no.go, no.reason, no.confidence) == (False, "41.20 USD does not cover 41.21", 0.01)
    assert asked(purse(usd("41.20")), usd("41.20")).go


def test_the_uncertainty_of_an_estimate_is_taken_off() -> None:
    view = purse(usd(18), error=usd(2), certainty=Certainty.ESTIMATED)
    assert asked(view, usd(16), since=NOW).go
    found = asked(view, usd("16.01"), since=NOW)
    assert not found.go and found.low == usd(16) and found.reason == "only 16.00 of 18.00 USD is sure, not 16.01"
    assert found.confidence is not None and 0.85 < found.confidence < 0.9
    assert asked(view, usd(18), since=NOW).confidence == pytest.approx(0.5, abs=0.02)


def test_what_will_probably_be_spent_until_then_is_taken_off() -> None:
    view, later = purse(usd(20)), NOW + 2 * DAY
    now, then = asked(view, usd(11)), asked(view, usd(11), until=later)
    assert now.go and not then.go
    assert isinstance(then.low, Money) and isinstance(then.spent, Money)
    assert usd(8) < then.spent < usd(12) and then.low + then.spent == usd(20), "more than two usual days"
    assert "is sure on 2026-11-22 at 19:41, not 11.00" in then.reason
    assert asked(view, then.low, until=later).go


def test_where_the_pace_is_not_known_nobody_says_go_for_later() -> None:
    new = spending()
    view = purse(usd(20), new)
    assert view.runway.state == "gathering"
    assert asked(view, usd(11), new).go
    found = asked(view, usd(11), new, until=NOW + HOUR)
    assert not found.go and found.confidence is None and found.low is None and "too little spend" in found.reason
    certain = asked(view, usd(21), new, until=NOW + HOUR)
    assert not certain.go and certain.confidence == 0.01, "what is too little now is too little then"


def test_where_nothing_was_spent_for_a_week_nothing_is_expected() -> None:
    quiet = spending(*(1.0,) * 5, *(0.0,) * 10)
    view = purse(usd(20), quiet)
    assert view.runway.state == "idle" and asked(view, usd(20), quiet, until=NOW + 9 * DAY).go


def test_a_stale_number_must_cover_it_twice_and_what_was_spent_since() -> None:
    view = purse(usd(20), read_at=NOW - 3 * HOUR, stale=True)
    far, near = asked(view, usd(7)), asked(view, usd(11))
    assert far.go and far.stale and "3h old" in far.reason
    assert not near.go and near.reason == "20.00 USD (3h old) does not cover 11.00 twice, as a number that old should"
    new = spending()
    unknown = asked(purse(usd(20), new, read_at=NOW - 3 * HOUR, stale=True), usd(1), new)
    assert not unknown.go and unknown.confidence is None


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ({"enabled": False}, "account"),
        ({"problem": Problem("rejected", "Acme rejected the key.")}, "problem"),
        (
            {"problem": Problem("out_of_money", "Acme says that the credit is used up."), "binding": "problem"},
            "problem",
        ),
        ({"error": None}, "balance"),
        ({"windows": (Window("day", 1.0, resets_at=NOW + HOUR),)}, "day"),
    ],
)
def test_what_forbids_it_whatever_is_left(change: dict[str, Any], by: str) -> None:
    found = asked(purse(usd(99), **change), usd(1))
    assert not found.go and found.by == by and found.left == usd(99) and found.reason


def test_a_failure_that_leaves_a_fresh_number_forbids_nothing() -> None:
    assert asked(purse(usd(9), problem=Problem("limited", "Slow down.")), usd(1)).go


def test_calls_without_a_price_since_the_balance_was_known_make_it_unknown() -> None:
    found = asked(purse(usd(99), certainty=Certainty.ESTIMATED), usd(1), unpriced=True)
    assert not found.go and "price" in found.reason


def test_nothing_known_is_no_with_the_next_step() -> None:
    found = asked(purse(None, read_at=None), usd(1))
    assert (found.go, found.left, found.age) == (False, None, None)
    assert found.reason == "what is left is not known yet: creditsui sync a"
    keyless = asked(purse(None, problem=Problem("no_key", "No key was found.")), usd(1))
    assert keyless.reason == "No key was found: creditsui key set a"


def test_two_currencies_are_never_compared() -> None:
    for need in (cny(1), money(1, "points"), money(1, "EUR")):
        with pytest.raises(Unfit, match="counted in USD"):
            asked(purse(usd(99)), need)


def test_a_budget_and_a_cap_count_like_purses() -> None:
    used = BudgetUse(usd(50), "month", NOW - DAY, NOW + DAY, usd(45), usd(5), None, 0.5, None)
    assert asked(purse(usd(99), budget=used), usd(5)).go
    over = asked(purse(usd(99), budget=used), usd(6))
    assert not over.go and over.by == "budget" and over.reason == "5.00 USD of its budget does not cover 6.00"
    dark = asked(purse(usd(99), budget=replace(used, spent=None, remaining=None)), usd(1))
    assert not dark.go and dark.by == "budget"
    tomorrow = asked(purse(usd(99), budget=used), usd(5), until=NOW + 9 * HOUR)
    assert not tomorrow.go and tomorrow.by == "budget"
    capped = asked(purse(usd(2), purse=usd(99), limit=Limit(usd(10), usd(2), "monthly")), usd(3))
    assert not capped.go and capped.by == "limit"
    alone = asked(purse(None, limit=Limit(usd(10), usd(2), "monthly")), usd(1))
    assert alone.go and alone.left == usd(2)


def test_credit_that_ends_before_then_is_not_counted() -> None:
    quiet = spending(*(1.0,) * 5, *(0.0,) * 10)
    ends = ((NOW + HOUR, usd(15).micros),)
    view = purse(usd(20), quiet)
    assert asked(view, usd(20), quiet, ends=ends).go
    assert asked(view, usd(5), quiet, ends=ends, until=NOW + 2 * HOUR).go
    assert not asked(view, usd(6), quiet, ends=ends, until=NOW + 2 * HOUR).go


FIVE = Window("5h", 0.56, resets_at=NOW + HOUR, seconds=18_000)
WEEK = Window("7d", 0.31, resets_at=NOW + 3 * DAY, seconds=604_800)


def plan(*windows: Window, paces: Sequence[Pace] = (), **more: Any) -> AccountView:
    return purse(None, windows=windows, paces=tuple(paces), runway=Runway("refills"), **more)


def test_money_is_no_need_of_a_plan() -> None:
    with pytest.raises(Unfit, match="10%"):
        asked(plan(FIVE), usd(3))


def test_a_share_must_be_left_of_every_quota_that_counts() -> None:
    yes, no = asked(plan(FIVE, WEEK), 0.4), asked(plan(FIVE, WEEK), 0.5)
    assert (yes.go, yes.by, yes.left) == (True, "5h", pytest.approx(0.44))
    assert yes.reason == "44% of its 5h quota covers 40%"
    assert no.reason == "44% of its 5h quota does not cover 50%; it refills at 20:41"
    assert asked(plan(FIVE, replace(WEEK, used=1.0, counts=False)), 0.4).go


def test_a_quota_is_on_course_until_then_but_not_past_its_refill() -> None:
    pace = Pace("5h", "fraction", 0.8, 0.7, None, 0.2, NOW - 4 * HOUR)
    view = plan(FIVE, paces=[pace])
    assert asked(view, 0.24, until=NOW + 50 * MINUTE).go and not asked(view, 0.3, until=NOW + 50 * MINUTE).go
    assert asked(view, 0.23, until=NOW + 9 * HOUR).go
    blind = asked(plan(FIVE), 0.01, until=NOW + HOUR)
    assert not blind.go and blind.confidence is None and "pace" in blind.reason


def test_a_quota_that_was_guessed_to_be_full_again_counts_as_stale() -> None:
    full = Window("5h", 0.0, seconds=18_000)
    assert asked(plan(full, certainty=Certainty.ESTIMATED, read_at=NOW - MINUTE), 0.6).go
    old = asked(plan(full, certainty=Certainty.ESTIMATED, read_at=NOW - HOUR), 0.6)
    assert not old.go and old.stale


def test_a_share_is_one_of_the_money_too_where_there_are_both() -> None:
    view = purse(usd(2), capacity=usd(50), windows=(FIVE,))
    found = asked(view, 0.1)
    assert (found.go, found.by, found.need, found.left) == (False, "balance", usd(5), usd(2))
    assert asked(view, 0.04).go and not asked(purse(usd(50), capacity=usd(50), windows=(FIVE,)), 0.5).go
    assert asked(purse(usd(50), capacity=usd(50), windows=(FIVE,)), 0.5).by == "5h"
    assert asked(purse(usd(0), windows=(FIVE,)), 0.4).go, "credits beside a plan that nobody ever bought"


def test_a_share_of_a_balance_is_that_of_a_full_bar() -> None:
    assert asked(purse(usd(5), capacity=usd(50)), 0.1).go and not asked(purse(usd(5), capacity=usd(50)), 0.11).go
    assert asked(purse(usd(5), capacity=usd(50)), 0.1).need == usd(5)
    found = asked(purse(usd(5)), 0.1)
    assert not found.go and "full bar" in found.reason, "no invented denominator"


@settings(deadline=None)
@given(
    left=st.integers(-5_000_000, 50_000_000),
    error=st.integers(0, 20_000_000),
    need=st.integers(1, 60_000_000),
    hours=st.one_of(st.none(), st.floats(0.01, 900)),
    age=st.floats(0, 400),
    stale=st.booleans(),
    days=st.lists(st.floats(0, 9), max_size=29),
)
def test_go_is_just_where_it_is_covered_in_9_cases_of_10(
    left: int, error: int, need: int, hours: float | None, age: float, stale: bool, days: list[float]
) -> None:
    seen = spending(*days)
    at = NOW - timedelta(hours=age)
    view = purse(Money(left, "USD"), seen, error=Money(error, "USD"), read_at=at, stale=stale)
    until = None if hours is None else NOW + timedelta(hours=hours)
    found = asked(view, Money(need, "USD"), seen, until=until)
    if found.go:
        assert isinstance(found.low, Money) and found.confidence is not None
        assert need * (2 if stale else 1) <= found.low.micros <= left - error
        assert found.confidence >= 0.9 - 1e-6
        assert asked(view, Money(max(1, need // 2), "USD"), seen, until=until).go, "less is a go too"
    elif found.confidence is not None:
        assert found.confidence <= 0.9 + 1e-6
    assert "\n" not in found.reason and found.reason
