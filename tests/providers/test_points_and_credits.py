"""Poe, ElevenLabs, Stability, Tavily and Firecrawl: points and credits, which are not money and not each other."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from creditsui.domain.health import health
from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import DaySpend, Reading, ReportedSpend, Window
from creditsui.providers.spec import Get
from tests.providers.answering import NOW, answer, known, read, refused

TODAY = NOW.date()
MICRO = 1_000_000


def asked(id: str, body: Any) -> Reading:
    (ask,) = known(id).asks
    return read(id, **{ask.name: answer(body)})


def query(id: str, at: datetime, points: Any, unit: int = MICRO) -> dict[str, Any]:
    return {"query_id": id, "creation_time": int(at.timestamp() * unit), "bot_name": "b", "cost_points": points}


def poe(*pages: Any, points: Any = 1500) -> Reading:
    balance = answer({"current_point_balance": points})
    return read("poe", balance=balance, **({"history": answer(pages[0], pages=pages)} if pages else {}))


def points(count: int) -> Any:
    return money(count, "points")


# ── Poe ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_poe_points_are_points_and_a_zero_is_a_zero() -> None:
    assert poe().balances[0].remaining == points(1500) and poe(points=0).balances[0].remaining == points(0)
    assert known("poe").currency == "points"
    for body in ({}, {"current_point_balance": None}, {"current_point_balance": "many"}, []):
        with pytest.raises((KeyError, TypeError, ValueError)):
            read("poe", balance=answer(body))


@pytest.mark.parametrize("unit", [1, 1000, MICRO])
def test_poe_instants_in_seconds_milliseconds_and_microseconds_fall_on_the_same_day(unit: int) -> None:
    page = {"has_more": False, "data": [query("a", NOW, 120, unit), query("b", NOW - timedelta(days=1), 30, unit)]}
    assert poe(page).spend == ReportedSpend(
        (DaySpend(TODAY - timedelta(days=1), points(30)), DaySpend(TODAY, points(120))), date(2026, 10, 22)
    )


def test_poe_a_whole_history_makes_30_days_whole() -> None:
    assert poe({"has_more": False, "data": []}).spend == ReportedSpend(since=date(2026, 10, 22))


def test_poe_where_more_follows_only_days_after_the_oldest_one_read_are_whole() -> None:
    first = {"has_more": True, "data": [query("a", NOW, 120), query("b", NOW - timedelta(days=1), 30)]}
    last = {"has_more": True, "data": [query("c", NOW - timedelta(days=2), 7)]}
    assert poe(first, last).spend == ReportedSpend(
        (DaySpend(TODAY - timedelta(days=1), points(30)), DaySpend(TODAY, points(120))), TODAY - timedelta(days=1)
    )
    assert poe({"has_more": True, "data": [query("a", NOW, 120)]}).spend is None


def test_poe_a_query_that_was_met_twice_counts_once() -> None:
    page = {"has_more": False, "data": [query("a", NOW, 120), query("a", NOW, 120)]}
    spend = poe(page).spend
    assert spend is not None and spend.days == (DaySpend(TODAY, points(120)),)


@pytest.mark.parametrize(
    "row",
    [{}, query("", NOW, 1), query("a", NOW, None), query("a", NOW, "few"), {**query("a", NOW, 1), "creation_time": 0}],
)
def test_poe_a_sum_without_one_query_would_be_too_small_and_is_not_told(row: dict[str, Any]) -> None:
    reading = poe({"has_more": False, "data": [row, query("b", NOW, 5)]})
    assert reading.spend is None and reading.balances[0].remaining == points(1500)


def test_poe_pages_follow_the_last_query_until_the_end() -> None:
    ask = next(ask for ask in known("poe").asks if ask.name == "history")
    assert isinstance(ask, Get) and ask.next_page is not None and ask.partial and ask.failure == "quiet"
    assert ask.next_page({"has_more": True, "data": [{"query_id": "x"}, {"query_id": "y"}]}) == {"starting_after": "y"}
    assert ask.next_page({"has_more": False, "data": [{"query_id": "x"}]}) is None
    assert ask.next_page({"has_more": True, "data": []}) is None


def test_poe_says_when_the_points_are_gone() -> None:
    assert refused("poe", 402, {}).kind == "out_of_money" and refused("poe", 401, {}).kind == "rejected"


# ── ElevenLabs ───────────────────────────────────────────────────────────────────────────────────────────────────────


def elevenlabs(used: int, **more: Any) -> Reading:
    return asked("elevenlabs", {"tier": "creator", "character_count": used, "character_limit": 100_000, **more})


def test_elevenlabs_credits_refill_so_they_are_a_window_and_no_purse() -> None:
    reading = elevenlabs(25_000, next_character_count_reset_unix=1_796_083_200)
    assert reading.balances == () and reading.plan == "creator"
    assert reading.windows == (Window("month", 0.25, 100_000, 75_000, "credits", datetime(2026, 12, 1, tzinfo=UTC)),)
    assert health(None, None, None, reading.windows) == (0.75, "month")


def test_elevenlabs_a_count_past_the_limit_clamps_the_bar_and_not_the_number() -> None:
    reading = elevenlabs(120_000)
    assert (reading.windows[0].used, reading.windows[0].remaining) == (1.0, -20_000) and reading.badges == ("overage",)
    assert elevenlabs(1, current_overage={"amount": "0", "currency": "usd"}).badges == ()
    assert elevenlabs(1, current_overage={"amount": "2.50", "currency": "usd"}).badges == ("overage",)


def test_elevenlabs_a_period_that_is_no_month_is_not_called_one() -> None:
    assert elevenlabs(1, character_refresh_period="annual_period").windows[0].name == "period"
    assert elevenlabs(1, character_refresh_period="monthly_period").windows[0].name == "month"
    assert len(elevenlabs(1).windows) == 1


def test_elevenlabs_a_key_with_scopes_of_its_own_is_valid_but_may_not_read_the_user() -> None:
    missing = {"detail": {"status": "missing_permissions", "message": "missing the permission user_read"}}
    for status in (401, 403):
        problem = refused("elevenlabs", status, missing)
        assert (problem.kind, problem.action) == ("forbidden", "allow User: Read for the key")
    assert refused("elevenlabs", 401, {"detail": {"status": "invalid_api_key"}}).kind == "rejected"


def test_elevenlabs_wants_its_key_in_a_header_of_its_own() -> None:
    (ask,) = known("elevenlabs").asks
    assert isinstance(ask, Get) and ask.auth("k") == {"xi-api-key": "k"}


# ── Stability ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_stability_credits_have_a_fraction_and_are_no_dollars() -> None:
    (balance,) = asked("stability", {"credits": Decimal("0.6336833840314097")}).balances
    assert balance.remaining == money("0.633683", "credits") and known("stability").currency == "credits"
    with pytest.raises(Refused):
        asked("stability", {"credits": None})


# ── Tavily ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def tavily(key: dict[str, Any] | None = None, **account: Any) -> Reading:
    return asked("tavily", {"key": key or {"usage": 1, "limit": None}, "account": account})


def test_tavily_the_keys_limit_and_the_accounts_plan_are_two_quotas() -> None:
    reading = tavily({"usage": 150, "limit": 1000}, plan_usage=500, plan_limit=15_000, paygo_usage=0, paygo_limit=0)
    assert [(one.name, one.remaining, one.unit) for one in reading.windows] == [
        ("month", 14_500, "credits"), ("key", 850, "credits"),
    ]  # fmt: skip


def test_tavily_a_plan_that_is_used_up_is_no_knockout_where_pay_as_you_go_goes_on() -> None:
    reading = tavily(plan_usage=1000, plan_limit=1000, paygo_usage=25, paygo_limit=100)
    assert (reading.windows[0].limit, reading.windows[0].remaining) == (1100, 75)
    assert reading.badges == ("pay as you go",)
    assert tavily(plan_usage=1000, plan_limit=1000, paygo_usage=0, paygo_limit=0).windows[0].used == 1.0


def test_tavily_no_limit_is_no_quota_and_no_zero() -> None:
    reading = tavily(plan_usage=5, plan_limit=None, current_plan="Enterprise")
    assert reading.windows == () and reading.badges == ("no limit told",) and reading.plan == "Enterprise"


def test_tavily_is_not_asked_more_often_than_it_allows() -> None:
    (ask,) = known("tavily").asks
    assert isinstance(ask, Get) and ask.every >= timedelta(minutes=1)


# ── Firecrawl ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [
        {"remainingCredits": 1000, "planCredits": 4000, "billingPeriodEnd": "2026-12-01T00:00:00Z"},
        {"remaining_credits": 1000, "plan_credits": 4000, "billing_period_end": "2026-12-01T00:00:00Z"},
    ],
)
def test_firecrawl_both_spellings_of_the_same_answer(data: dict[str, Any]) -> None:
    reading = asked("firecrawl", {"success": True, "data": data})
    assert reading.windows == (Window("month", 0.75, 4000, 1000, "credits", datetime(2026, 12, 1, tzinfo=UTC)),)
    assert reading.balances == ()


def test_firecrawl_bought_credits_come_on_top_of_the_plans_and_are_not_cut_off() -> None:
    (window,) = asked("firecrawl", {"data": {"remainingCredits": 5200, "planCredits": 500}}).windows
    assert (window.used, window.limit, window.remaining) == (0.0, 500, 5200)


def test_firecrawl_credits_without_a_plan_are_a_purse_that_nothing_refills() -> None:
    reading = asked("firecrawl", {"data": {"remainingCredits": 300, "planCredits": 0}})
    assert reading.windows == () and reading.balances[0].remaining == money(300, "credits")


def test_firecrawl_a_failure_in_a_200_is_told() -> None:
    with pytest.raises(Refused) as caught:
        asked("firecrawl", {"success": False, "error": "Not today."})
    assert caught.value.problem.message == "Firecrawl refused: “Not today”."
