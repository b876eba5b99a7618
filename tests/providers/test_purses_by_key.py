"""Neuralwatt, Crof, Runpod, Atlas Cloud, Cloudflare, inference.sh: money that a key tells, in units of their own."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from creditsui.domain.health import health
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Limit, Reading
from creditsui.providers import crof, refusals
from creditsui.providers.declared import load
from creditsui.providers.spec import Answers, Get
from tests.providers.answering import NOW, answer, known, read, refused

ENERGY = {
    "plan": "starter", "status": "active", "kwh_included": 20, "kwh_used": 5, "kwh_remaining": 15,
    "current_period_end": "2026-12-01T00:00:00Z", "in_overage": False,
}  # fmt: skip


def left(reading: Reading) -> list[Money]:
    return [balance.remaining for balance in reading.balances]


def asked(id: str, body: Any, status: int = 200) -> Reading:
    """What the provider's only ask was answered."""
    (ask,) = known(id).asks
    return read(id, **{ask.name: answer(body, status)})


def neuralwatt(credits: Any = 32.5, **more: Any) -> Reading:
    return asked("neuralwatt", {"balance": {"credits_remaining_usd": credits}, **more})


# ── Neuralwatt ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_neuralwatt_energy_that_is_used_up_is_no_knockout_while_credit_pays() -> None:
    used_up = {**ENERGY, "kwh_used": 20, "kwh_remaining": 0, "in_overage": True}
    reading = neuralwatt(subscription=used_up)
    assert reading.windows == () and reading.badges == ("energy used up, credit pays",)
    (window,) = neuralwatt(0, subscription=used_up).windows
    assert window.used == 1.0 and (window.limit, window.remaining, window.unit) == (20, 0, "kwh")


@pytest.mark.parametrize("status", ["past_due", "paused", None])
def test_neuralwatt_a_plan_that_is_not_paid_grants_no_energy(status: str | None) -> None:
    assert neuralwatt(subscription={**ENERGY, "status": status}).windows == ()
    assert len(neuralwatt(subscription={**ENERGY, "status": "canceling"}).windows) == 1


def test_neuralwatt_an_allowance_caps_the_key_and_a_missing_one_does_not() -> None:
    allowance = {"limit_usd": 10, "period": "monthly", "spent_usd": 12, "remaining_usd": -2, "blocked": True}
    reading = neuralwatt(key={"name": "k", "allowance": allowance})
    assert reading.limit == Limit(money(10, "USD"), money(-2, "USD"), "monthly") and "key blocked" in reading.badges
    assert neuralwatt(key={"name": "k", "allowance": None}).limit is None and neuralwatt().limit is None


def test_neuralwatt_a_period_of_another_name_is_no_period() -> None:
    reading = neuralwatt(key={"allowance": {"limit_usd": 10, "period": "lifetime", "remaining_usd": 1}})
    assert reading.limit == Limit(money(10, "USD"), money(1, "USD"))


@pytest.mark.parametrize("body", [{}, {"balance": {}}, {"balance": {"credits_remaining_usd": None}}, [], "32"])
def test_neuralwatt_without_a_balance_has_changed_and_is_not_zero(body: Any) -> None:
    with pytest.raises(Refused) as caught:
        asked("neuralwatt", body)
    assert caught.value.problem.kind == "changed"


# ── Crof ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "resets"),
    [
        (datetime(2026, 11, 20, 19, tzinfo=UTC), datetime(2026, 11, 21, 6, tzinfo=UTC)),
        (datetime(2026, 11, 21, 5, 59, tzinfo=UTC), datetime(2026, 11, 21, 6, tzinfo=UTC)),
        (datetime(2026, 11, 21, 6, tzinfo=UTC), datetime(2026, 11, 22, 6, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 7, 2, 5, tzinfo=UTC)),
        (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 9, 5, tzinfo=UTC)),  # the clocks go forward at 8:00
    ],
)
def test_crof_requests_refill_at_midnight_in_chicago_in_winter_and_in_summer(now: datetime, resets: datetime) -> None:
    body = {"credits": 1, "requests_plan": 1000, "usable_requests": 250}
    (window,) = read("crof", now=now, usage=answer(body)).windows
    assert window.resets_at == resets and window.resets_at.tzinfo is UTC and window.used == 0.75


def test_crof_credit_is_dollars_and_a_plan_is_not_invented() -> None:
    reading = asked("crof", {"credits": Decimal("12.345678")})
    assert left(reading) == [money("12.345678", "USD")] and reading.windows == () and reading.badges == ()
    assert asked("crof", {"credits": 1, "usable_requests": 2872.5}).badges == ("2,872 requests left today",)


def test_crof_requests_that_are_used_up_stop_only_who_has_no_credit() -> None:
    for credit, stopped in ((5, False), (0, True)):
        reading = asked("crof", {"credits": credit, "requests_plan": 1000, "usable_requests": 0})
        assert reading.windows[0].used == 1.0 and reading.windows[0].counts is stopped
        assert health(left(reading)[0], money(5, "USD"), None, reading.windows)[0] == (0.0 if stopped else 1.0)


def test_crof_on_a_machine_without_time_zones_says_no_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(key: str) -> None:
        raise crof.ZoneInfoNotFoundError(key)

    monkeypatch.setattr(crof, "ZoneInfo", unknown)
    (window,) = asked("crof", {"credits": 1, "requests_plan": 10, "usable_requests": 5}).windows
    assert window.resets_at is None and window.remaining == 5


# ── Runpod ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_runpod_errors_in_a_200_are_told_and_no_balance_is_zero() -> None:
    with pytest.raises(Refused) as caught:
        asked("runpod", {"errors": [{"message": "Boom."}], "data": {"myself": None}})
    assert (caught.value.problem.kind, caught.value.problem.message) == ("unknown", "Runpod refused: “Boom”.")
    with pytest.raises(Refused) as caught:
        asked("runpod", {"errors": [{"message": "?", "extensions": {"code": "UNAUTHENTICATED"}}], "data": None})
    assert caught.value.problem.kind == "rejected"


@pytest.mark.parametrize("id", ["runpod", "cloudflare", "firecrawl"])
def test_an_error_in_the_body_takes_nothing_from_what_a_status_says(id: str) -> None:
    body = {"success": False, "error": "no", "errors": [{"message": "no"}], "data": None}
    kinds = {status: refused(id, status, body).kind for status in (401, 402, 429, 500)}
    assert kinds == {401: "rejected", 402: "out_of_money", 429: "limited", 500: "busy"}


def test_a_declared_error_of_no_kind_leaves_a_refusal_to_its_status() -> None:
    text = """
url = "https://api.acme.ai"
ask = [{ path = "/credits" }]
error = [{ when = "ok == false", quotes = "why" }, { when = "why == 'broke'", kind = "out_of_money" }]
balance = [{ remaining = "left", currency = "USD" }]
"""
    acme = load(text, "acme", "acme.toml")
    told = [refusals.problem(acme, answer({"ok": False, "why": why}, status)).kind for status, why in
            ((401, "x"), (429, "x"), (429, "broke"))]  # fmt: skip
    assert told == ["rejected", "limited", "out_of_money"]
    with pytest.raises(Refused) as caught:
        acme.parse(Answers(NOW, {"answer": answer({"ok": False, "why": "x"})}))
    assert caught.value.problem.message == "acme refused: “x”."


def test_runpod_an_error_beside_the_balance_does_not_hide_it() -> None:
    body = {"data": {"myself": {"clientBalance": 1.5}}, "errors": [{"message": "no spendLimit for you"}]}
    assert left(asked("runpod", body)) == [money("1.5", "USD")]


def test_runpod_spend_limit_is_of_an_hour_and_not_of_the_purse() -> None:
    reading = asked("runpod", {"data": {"myself": {"clientBalance": 435.85, "currentSpendPerHr": 0, "spendLimit": 80}}})
    assert reading.limit is None and reading.badges == () and left(reading) == [money("435.85", "USD")]
    (ask,) = known("runpod").asks
    assert isinstance(ask, Get) and ask.method == "POST" and "clientBalance" in ask.body["query"]


# ── Atlas Cloud ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_atlas_cloud_amounts_are_strings_with_a_currency_in_small_letters() -> None:
    parts = {"cash": {"value": "20", "currency": "usd"}, "bonus": {"value": "4.81", "currency": "usd"}}
    (balance,) = asked("atlascloud", {"available": {"value": "24.810000", "currency": "usd"}, **parts}).balances
    assert balance.remaining == money("24.81", "USD") and balance.remaining.currency == "USD"
    assert (balance.paid, balance.granted) == (money(20, "USD"), money("4.81", "USD"))


def test_atlas_cloud_an_amount_without_a_currency_is_no_amount() -> None:
    for available in ({"value": "24.81"}, {"value": "24.81", "currency": None}, {"currency": "usd"}, None):
        with pytest.raises(Refused) as caught:
            asked("atlascloud", {"available": available})
        assert caught.value.problem.kind == "changed"


def test_atlas_cloud_what_is_frozen_is_said_and_not_added() -> None:
    body = {"available": {"value": "1", "currency": "usd"}, "frozen": {"value": "2.5", "currency": "usd"}}
    reading = asked("atlascloud", body)
    assert left(reading) == [money(1, "USD")] and reading.badges == ("2.5 frozen",)


# ── Cloudflare ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cloudflare_the_balance_is_in_cents() -> None:
    assert left(asked("cloudflare", {"success": True, "result": {"balance": Decimal("640.19")}})) == [
        money("6.4019", "USD")
    ]


def test_cloudflare_a_failure_in_a_200_is_no_balance_and_a_failed_top_up_is_said() -> None:
    with pytest.raises(Refused) as caught:
        asked("cloudflare", {"success": False, "errors": [{"code": 1, "message": "later"}], "result": None})
    assert caught.value.problem.message == "Cloudflare AI Gateway refused: “later”."
    body = {"result": {"balance": 1, "topup_config": {"error": "card_declined"}}}
    assert asked("cloudflare", body).badges == ("auto top-up failed",)


def test_cloudflare_each_refusal_has_its_own_next_step() -> None:
    told = {
        (status, code): refused("cloudflare", status, {"success": False, "errors": [{"code": code, "message": "x"}]})
        for status, code in ((404, 7003), (400, 6003), (403, 10000), (401, 1000))
    }
    assert [problem.kind for problem in told.values()] == ["unsupported", "rejected", "forbidden", "rejected"]
    assert all(problem.action for problem in told.values())


def test_cloudflare_takes_no_token_that_was_meant_for_something_else() -> None:
    provider = known("cloudflare")
    assert "CLOUDFLARE_API_TOKEN" not in provider.env and provider.params["account"].required


@pytest.mark.parametrize("id", ["atlascloud", "cloudflare", "inference-sh"])
def test_a_web_page_in_between_says_nothing_of_the_key(id: str) -> None:
    assert refused(id, 403, "<html>", content_type="text/html").kind == "busy"


# ── inference.sh ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("told", "dollars"), [(250_000_000, "2.5"), (0, "0"), (-100_000_000, "-1"), (100, "0.000001")])
def test_inference_sh_a_dollar_is_a_hundred_million_microcents(told: int, dollars: str) -> None:
    assert left(asked("inference-sh", {"balance": told})) == [money(dollars, "USD")]


def test_inference_sh_a_key_without_the_billing_scope_is_told_so() -> None:
    problem = refused("inference-sh", 403, {"error": "x"})
    assert (problem.kind, problem.action) == ("forbidden", "make a key with billing:read")
    assert refused("inference-sh", 401, {}).kind == "rejected"
