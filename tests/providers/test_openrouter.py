from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from creditsui.domain.health import counts
from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import DaySpend, Limit, ModelSpend
from creditsui.providers.spec import Answers, Get
from tests.providers.answering import NOW, answer, body, known, read, refused


def key(**changes: object) -> object:
    found = body("openrouter", "key")
    found["data"].update(changes)
    return found


def usd(value: str) -> object:
    return money(value, "USD")


def test_usual_answers() -> None:
    reading = read("openrouter", key=answer(key()), credits=answer(body("openrouter", "credits")))
    assert [balance.remaining for balance in reading.balances] == [usd("74.75")]
    assert reading.limit == Limit(usd("100"), usd("74.5"), "monthly")
    assert reading.spend is not None and reading.spend.all == usd("310")
    assert reading.spend.days == (DaySpend(date(2026, 11, 20), usd("3.12")),)
    assert reading.spend.since == date(2026, 11, 20)
    assert reading.badges == ()
    assert reading.at == NOW


def test_usage_of_the_calendar_week_and_month_is_no_spend_of_7_or_30_days() -> None:
    reading = read("openrouter", key=answer(key(usage_daily=1, usage_weekly=7, usage_monthly=20, usage=310)))
    assert reading.spend is not None and reading.spend.all == usd("310")
    assert reading.spend.days == (DaySpend(date(2026, 11, 20), usd("1")),)
    late = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=-8)))
    reading = read("openrouter", now=late, key=answer(key(usage_daily=1)))
    assert reading.spend is not None and reading.spend.since == date(2026, 11, 21)  # the day of UTC


def test_free_models_are_counted_by_utc_day_and_the_deprecated_rate_limit_is_ignored() -> None:
    (window,) = read("openrouter", key=answer(key()), credits=answer(body("openrouter", "credits"))).windows
    assert (window.name, window.unit, window.limit, window.remaining, window.seconds) == (
        "day",
        "requests",
        1000,
        997,
        86400,
    )
    assert window.used == pytest.approx(0.003)
    assert window.resets_at == datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("count", [None, {}, {"used": 3}, {"limit": 0, "used": 0}, {"limit": "x", "remaining": 1}, []])
def test_free_model_counter_is_optional(count: object) -> None:
    assert read("openrouter", key=answer(key(free_model_daily_requests=count))).windows == ()


def test_free_models_overrun_stays_a_fraction() -> None:
    told = {"used": 60, "limit": 50, "remaining": -10}
    (window,) = read("openrouter", key=answer(key(free_model_daily_requests=told))).windows
    assert (window.used, window.remaining) == (1.0, 0.0)


def test_credits_200_with_zeros_is_not_zero_dollars() -> None:
    reading = read("openrouter", key=answer(key()), credits=answer(body("openrouter", "zeros")))
    assert reading.balances == ()
    assert "balance needs a management key" in reading.badges


def test_credits_200_with_zeros_is_not_zero_dollars_for_an_account_that_paid_but_did_not_use_this_key() -> None:
    reading = read(
        "openrouter", key=answer(key(usage=0, is_free_tier=False)), credits=answer(body("openrouter", "zeros"))
    )
    assert reading.balances == ()


def test_credits_of_a_free_tier_that_never_bought_are_truly_zero() -> None:
    reading = read(
        "openrouter", key=answer(key(usage=0, is_free_tier=True)), credits=answer(body("openrouter", "zeros"))
    )
    assert [balance.remaining for balance in reading.balances] == [usd("0")]
    assert "free tier" in reading.badges


def test_zeros_for_a_management_key_do_not_ask_for_a_management_key() -> None:
    credits = answer(body("openrouter", "zeros"), credential="admin_key")
    reading = read("openrouter", key=answer(key()), credits=credits)
    assert reading.balances == () and "balance not told" in reading.badges


def test_credits_403_with_a_plain_key_says_what_is_missing_and_keeps_the_rest() -> None:
    reading = read("openrouter", key=answer(key()), credits=answer(body("openrouter", "forbidden"), 403))
    assert reading.balances == () and reading.limit is not None
    assert "balance needs a management key" in reading.badges


def test_a_passing_failure_of_credits_does_not_wipe_the_last_good_balance() -> None:
    before = read("openrouter", key=answer(key()), credits=answer(body("openrouter", "credits")))
    with pytest.raises(Refused) as caught:
        read("openrouter", before, key=answer(key()), credits=answer(None, 503))
    assert caught.value.problem.kind == "busy"
    with pytest.raises(Refused):
        read("openrouter", before, key=answer(key()))
    assert read("openrouter", key=answer(key()), credits=answer(None, 503)).balances == ()


def test_a_negative_balance_is_shown() -> None:
    credits = answer({"data": {"total_credits": 5, "total_usage": Decimal("6.689")}})
    assert read("openrouter", key=answer(key()), credits=credits).balances[0].remaining == usd("-1.689")


def test_an_uncapped_key_is_pay_as_you_go_not_unlimited() -> None:
    reading = read("openrouter", key=answer(body("openrouter", "uncapped")))
    assert reading.limit is None
    assert {"PAYG", "no key cap", "BYOK"} <= set(reading.badges)


def test_a_resetting_cap_does_not_subtract_the_lifetime_usage() -> None:
    for period, left in (("daily", "96.88"), ("weekly", "88.6"), ("monthly", "74.5")):
        limit = read("openrouter", key=answer(key(limit_reset=period, limit_remaining=None))).limit
        assert limit == Limit(usd("100"), usd(left), period)


def test_a_cap_for_life_subtracts_the_lifetime_usage() -> None:
    limit = read("openrouter", key=answer(key(limit_reset=None, limit_remaining=None, limit=400))).limit
    assert limit == Limit(usd("400"), usd("90"), None)


def test_own_keys_count_to_the_cap_only_if_it_says_so() -> None:
    changes = {"limit_remaining": None, "byok_usage_monthly": 10, "byok_usage": 50}
    counted = read("openrouter", key=answer(key(include_byok_in_limit=True, **changes)))
    assert counted.limit == Limit(usd("100"), usd("64.5"), "monthly")
    assert "BYOK counts to the cap" in counted.badges
    apart = read("openrouter", key=answer(key(include_byok_in_limit=False, **changes)))
    assert apart.limit == Limit(usd("100"), usd("74.5"), "monthly")


def test_limit_reset_is_a_word_not_a_time() -> None:
    limit = read("openrouter", key=answer(key(limit_reset="2026-12-01T00:00:00Z", limit_remaining=None))).limit
    assert limit == Limit(usd("100"), None, None)


def test_a_management_key_tells_the_account_not_itself() -> None:
    credits = answer(body("openrouter", "credits"), credential="admin_key")
    reading = read("openrouter", key=answer(body("openrouter", "management"), credential="admin_key"), credits=credits)
    assert reading.balances[0].remaining == usd("74.75")
    assert reading.badges == ("management key",)
    assert reading.spend is not None and reading.spend.all == usd("25.75") and reading.spend.days == ()


def test_an_expired_key_says_so() -> None:
    assert "key expired" in read("openrouter", key=answer(key(expires_at="2026-11-20T19:40:59Z"))).badges
    assert "key expired" not in read("openrouter", key=answer(key(expires_at="2026-11-20T19:41:01Z"))).badges


def test_missing_figures_are_unknown_not_zero() -> None:
    reading = read("openrouter", key=answer({"data": {}}), credits=answer({"data": {"total_credits": 5}}))
    assert reading.balances == () and reading.limit is None and reading.spend is None and reading.windows == ()


def test_usage_of_nan_is_unknown() -> None:
    reading = read("openrouter", key=answer(key(usage="NaN", usage_daily="NaN")))
    assert reading.spend is None


@pytest.mark.parametrize("odd", [None, [], "", {"data": None}, {"data": []}, {}])
def test_another_shape_is_a_changed_answer(odd: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read("openrouter", key=answer(odd))


def test_a_rejected_key() -> None:
    problem = refused("openrouter", 401, {"error": {"code": 401, "message": "User not found."}})
    assert (problem.kind, problem.action) == ("rejected", "creditsui key set openrouter")


def test_402_for_calls_under_way_is_no_empty_purse() -> None:
    flight = {"error": {"code": 402, "message": "…", "metadata": {"limit_source": "openrouter_in_flight_budget"}}}
    assert refused("openrouter", 402, flight, retry_after="7").kind == "limited"
    credits = {"error": {"code": 402, "message": "…", "metadata": {"limit_source": "openrouter_credits"}}}
    assert refused("openrouter", 402, credits).kind == "out_of_money"


def test_an_account_with_only_a_management_key_is_fine() -> None:
    asks = {ask.name: ask for ask in known("openrouter").asks}
    assert asks["key"].credential == ("key", "admin_key")
    assert asks["credits"].credential == ("admin_key", "key") and asks["credits"].failure == "quiet"


def row(day: str, model: str, usage: object, **more: object) -> dict[str, object]:
    usual = {"endpoint_id": f"{model}-endpoint", "provider_name": "OpenAI", "byok_usage_inference": 0, "requests": 5}
    return {"date": day, "model": model, "usage": usage, **usual, **more}


def active(*past: object, rows: object = None, **more: object) -> dict[str, object]:
    """Answers to a management key that told the balance and the activity."""
    return {
        "key": answer(body("openrouter", "management"), credential="admin_key"),
        "credits": answer(body("openrouter", "credits"), credential="admin_key"),
        "activity": answer({"data": list(past)}, credential="admin_key"),
        "today": answer({"data": [] if rows is None else rows}, credential="admin_key"),
    } | more


def asked(name: str, **answers: object) -> bool:
    get = next(ask for ask in known("openrouter").asks if ask.name == name)
    assert isinstance(get, Get) and get.when is not None
    return get.when(Answers(NOW, answers))  # type: ignore[arg-type]


def test_activity_tells_completed_days_and_a_second_call_fills_in_today() -> None:
    past = [row("2026-11-19", "openai/gpt-4.1", Decimal("0.25")), row("2026-11-18 00:00:00", "z-ai/glm-5", 2)]
    spend = read("openrouter", **active(*past, rows=[row("2026-11-20", "openai/gpt-4.1", "0.50")])).spend  # type: ignore[arg-type]
    assert spend is not None and spend.since == date(2026, 10, 22) and spend.all == usd("25.75")
    assert [(one.day.day, one.amount) for one in spend.days] == [(18, usd("2")), (19, usd("0.25")), (20, usd("0.5"))]
    assert spend.models == (ModelSpend("z-ai/glm-5", usd("2")), ModelSpend("openai/gpt-4.1", usd("0.75")))


def test_a_day_that_both_calls_tell_is_counted_once() -> None:
    same = row("2026-11-20", "a/b", 3)
    past = [row("2026-11-20 00:00:00", "a/b", 2), row("2026-11-19", "a/b", 1), row("2026-11-19", "a/b", 1), same]
    spend = read("openrouter", **active(*past, rows=[same, row("2026-11-19", "a/b", 1)])).spend  # type: ignore[arg-type]
    assert spend is not None and [one.amount for one in spend.days] == [usd("1"), usd("3")]
    assert spend.models == (ModelSpend("a/b", usd("4")),)


def test_a_date_that_was_not_heeded_is_no_day_without_spend() -> None:
    past = [row("2026-11-19", "a/b", 1)]
    spend = read("openrouter", **active(*past, rows=past)).spend  # type: ignore[arg-type]
    assert spend is not None and [one.day.day for one in spend.days] == [19]
    assert spend.late == timedelta(hours=19, minutes=41)


@pytest.mark.parametrize("other", [{"endpoint_id": "x"}, {"provider_name": "Azure"}, {"workspace_id": "w2"}])
def test_another_endpoint_provider_or_workspace_is_another_row(other: dict[str, object]) -> None:
    rows = [row("2026-11-19", "a/b", 1), row("2026-11-19", "a/b", 1, **other)]
    spend = read("openrouter", **active(*rows)).spend  # type: ignore[arg-type]
    assert spend is not None and [one.amount for one in spend.days] == [usd("2")]


def test_byok_estimates_are_not_spend() -> None:
    spend = read("openrouter", **active(row("2026-11-19", "a/b", 0, byok_usage_inference=9))).spend  # type: ignore[arg-type]
    assert spend is not None and [one.amount for one in spend.days] == [usd("0")] and spend.models == ()


def test_the_dearest_models_come_first_and_only_so_many() -> None:
    rows = [row("2026-11-19", f"m{n:02}", n) for n in range(1, 40)] + [row("2026-10-21", "old", 99)]
    spend = read("openrouter", **active(*rows)).spend  # type: ignore[arg-type]
    assert spend is not None and len(spend.models) == 24
    assert spend.models[0] == ModelSpend("m39", usd("39"))


@pytest.mark.parametrize("today", [answer(None, 400), answer(None, 503)])
def test_without_today_the_report_ends_with_yesterday(today: object) -> None:
    spend = read("openrouter", **active(row("2026-11-19", "a/b", 1), today=today)).spend  # type: ignore[arg-type]
    assert spend is not None and [one.amount for one in spend.days] == [usd("1")] and spend.all == usd("25.75")
    assert spend.late == timedelta(hours=19, minutes=41)


@pytest.mark.parametrize(
    "odd", [{"data": None}, {}, [], {"data": [row("soon", "a", 1)]}, {"data": [row("2026-11-19", "a", None)]}]
)
def test_an_activity_of_another_form_costs_no_balance(odd: object) -> None:
    reading = read("openrouter", **active(activity=answer(odd)))  # type: ignore[arg-type]
    assert reading.balances[0].remaining == usd("74.75") and "activity not understood" in reading.badges
    assert reading.spend is not None and reading.spend.days == ()


def test_a_plain_key_never_asks_for_activity() -> None:
    plain, credits = answer(key()), answer(body("openrouter", "credits"))
    assert not asked("activity", key=plain, credits=credits)
    assert not asked("activity", key=plain, credits=answer(body("openrouter", "forbidden"), 403))
    zeros = answer(body("openrouter", "zeros"), credential="admin_key")
    assert not asked("activity", key=plain, credits=zeros)
    assert not asked("activity", key=answer([]), credits=answer([]))
    assert not asked("today", key=plain, credits=credits)


def test_a_management_key_asks_for_activity_wherever_it_was_put() -> None:
    manages = answer(body("openrouter", "management"))
    assert asked("activity", key=manages, credits=answer(body("openrouter", "credits")))
    beside = answer(body("openrouter", "credits"), credential="admin_key")
    assert asked("activity", key=answer(key()), credits=beside)
    assert asked("today", activity=answer({"data": []}))


@pytest.mark.parametrize(
    ("told", "slot"),
    [({"is_management_key": True}, "admin_key"), ({"is_provisioning_key": True}, "admin_key"), ({}, "key")],
)
def test_a_pasted_key_says_itself_which_kind_it_is(told: dict[str, object], slot: str) -> None:
    provider = known("openrouter")
    assert provider.slot_told is not None
    assert provider.slot_told(Answers(NOW, {"key": answer(key(**told))})) == slot
    assert provider.slot_told(Answers(NOW, {})) is None


def test_a_used_up_free_quota_does_not_count_for_an_account_that_has_paid() -> None:
    told = {"used": 50, "limit": 50, "remaining": 0}
    for paid in ({"is_free_tier": False}, {"is_free_tier": True}, {"is_free_tier": None}):
        credits = answer(body("openrouter", "credits"))
        (window,) = read("openrouter", key=answer(key(free_model_daily_requests=told, **paid)), credits=credits).windows
        assert window.used == 1.0 and not counts(window)
    (window,) = read("openrouter", key=answer(key(free_model_daily_requests=told, is_free_tier=False))).windows
    assert not counts(window)
    (window,) = read("openrouter", key=answer(key(free_model_daily_requests=told, is_free_tier=True, usage=0))).windows
    assert counts(window)
