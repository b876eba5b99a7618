"""Traps that lie in wait at several services alike; those of one service stand in the tests of that service."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from creditsui.domain.money import Money, money
from creditsui.providers import catalogue
from creditsui.providers.spec import Get, Provider
from tests.providers.answering import NOW, answer, known, read

INFERENCE = re.compile(r"/(messages|chat/completions|completions|responses|embeddings)$|:generateContent")
OF_BROWSERS = (
    "dashboard/billing", "credit_grants", "/api/v0/", "/v1/billing/subscription", "/v1/billing/usage", "/api/billing/",
    "organizations/balance", "count_tokens", "query_balance", "query-customer-account-report", "/api/trpc", "/rest/",
    "prometheus", "/platform/v1", "oauth/token", "reset-credits", "api/v1/quotas",
)  # fmt: skip
HEADERS = {
    f"{start}{part}{end}": value
    for part, value in (("limit", "100"), ("remaining", "1"), ("reset", "60"))
    for start in ("x-ratelimit-", "ratelimit-", "x-tokenlimit-")
    for end in ("", "-requests", "-tokens", "-req-minute", "-tokens-minute", "-requests-day", "-requests-minute")
} | {
    f"anthropic-ratelimit-{kind}-{part}": value
    for kind in ("requests", "tokens", "input-tokens")
    for part, value in (("limit", "100"), ("remaining", "1"))
}


def gets() -> Iterator[tuple[Provider, Get]]:
    for provider in catalogue().values():
        for ask in provider.asks:
            if isinstance(ask, Get):
                yield provider, ask


def test_whatever_infers_is_a_probe_that_is_opt_in_and_made_every_five_minutes_at_most() -> None:
    found = {
        provider.id: ask
        for provider, ask in gets()
        if ask.method == "POST" and isinstance(ask.path, str) and INFERENCE.search(ask.path)
    }
    assert set(found) == {"anthropic", "openai", "groq", "cerebras", "mistral", "together"}
    for id, ask in found.items():
        assert ask.opt_in == "probe" and ask.every >= timedelta(minutes=5) and ask.credential == ("key",)
        assert known(id).cost_of_asking


@pytest.mark.parametrize("id", ["anthropic", "openai", "groq", "cerebras", "mistral", "together", "google"])
def test_rate_headers_on_a_list_of_models_are_not_believed_for_it_only_proves_the_key(id: str) -> None:
    models: Any = [] if id == "together" else {"data": [], "models": []}
    reading = read(id, models=answer(models, headers=HEADERS))
    assert reading.windows == () and reading.badges == ("key valid",)


def test_pages_that_only_a_browsers_session_may_read_or_that_nobody_documents_are_never_asked() -> None:
    for provider, ask in gets():
        if not provider.url:  # a gateway of one's own, whose own routes have such names
            continue
        path = ask.path if isinstance(ask.path, str) else ""
        assert not any(one in f"{ask.url}{path}{ask.older}" for one in OF_BROWSERS), provider.id
        assert not re.search(r"platform\.deepseek|console\.|admin\.mistral|cookie", f"{provider.url}{ask.url}")


def test_services_that_tell_no_balance_to_any_key_promise_none() -> None:
    silent = ("anthropic openai mistral groq cerebras together google cohere perplexity replicate fireworks bedrock "
              "azure vertex")  # fmt: skip
    assert [id for id in silent.split() if "balance" in known(id).tells] == []


NOT_TOLD = answer(None, 403)
DEBTS: dict[str, dict[str, Any]] = {
    "openrouter": {
        "key": {"data": {"limit": None, "is_free_tier": False, "usage": 13.2}},
        "credits": {"data": {"total_credits": 10, "total_usage": Decimal("13.2")}},
    },
    "moonshot": {"answer": {"code": 0, "status": True, "data": {
        "available_balance": 0, "voucher_balance": 0, "cash_balance": Decimal("-3.2")}}},
    "deepinfra": {"checklist": {"stripe_balance": Decimal("1.2"), "recent": 2, "limit": None, "suspended": False}},
    "venice": {"limits": {"data": {"balances": {"USD": Decimal("-3.2"), "DIEM": None}}}},
    "xai": {"balance": {"changes": [], "total": {"val": "320"}}},
    "kilo": {"answer": {"balance": Decimal("-3.2"), "isDepleted": True}},
    "siliconflow": {"answer": {"code": 20000, "status": True, "data": {
        "totalBalance": "-3.2", "balance": "0", "chargeBalance": "-3.2", "status": "normal"}}},
}  # fmt: skip


@pytest.mark.parametrize("id", DEBTS)
def test_a_negative_balance_is_debt_that_is_shown_and_not_clamped_to_zero(id: str) -> None:
    bodies = {name: answer(one) for name, one in DEBTS[id].items()}
    reading = read(id, **bodies)
    assert [balance.remaining for balance in reading.balances] == [money("-3.2", "USD")]


TEN_DOLLARS: dict[str, dict[str, Any]] = {
    "vercel": {"credits": {"balance": "10.00"}},
    "nanogpt": {"answer": {"usd_balance": "10.00"}},
    "novita": {"answer": {"availableBalance": "100000"}},
    "xai": {"balance": {"changes": [], "total": {"val": "-1000"}}},
    "deepinfra": {"checklist": {"stripe_balance": -10, "recent": 0}},
    "kilo": {"answer": {"balance": 10}},
    "inference-sh": {"answer": {"balance": 1_000_000_000}},
    "cloudflare": {"answer": {"success": True, "result": {"balance": 1000}}},
    "runpod": {"answer": {"data": {"myself": {"clientBalance": 10}}}},
    "siliconflow": {"answer": {"code": 20000, "status": True, "data": {"totalBalance": "10.00", "status": "normal"}}},
    "moonshot": {"answer": {"code": 0, "status": True, "data": {"available_balance": 10}}},
    "deepseek": {"balance": {"balance_infos": [{"currency": "USD", "total_balance": "10.00"}]}},
    "zenmux": {"payg": {"success": True, "data": {"currency": "usd", "total_credits": 10}}},
    "neuralwatt": {"answer": {"balance": {"credits_remaining_usd": 10}}},
    "crof": {"usage": {"credits": 10}},
    "atlascloud": {"answer": {"available": {"value": "10", "currency": "usd"}, "cash": {"value": "10"},
                              "bonus": {"value": "0"}, "frozen": {"value": "0"}}},
    "fal": {"answer": {"credits": {"current_balance": 10, "currency": "USD"}}},
}  # fmt: skip


@pytest.mark.parametrize("id", TEN_DOLLARS)
def test_each_service_has_a_unit_of_its_own_and_ten_dollars_are_ten_dollars_in_all_of_them(id: str) -> None:
    reading = read(id, **{name: answer(one) for name, one in TEN_DOLLARS[id].items()})
    assert [balance.remaining for balance in reading.balances] == [Money(10_000_000, "USD")]


POINTS = {"stability": {"answer": {"credits": 10}}, "aimlapi": {"answer": {"balance": 10}},
          "poe": {"balance": {"current_point_balance": 10}}}  # fmt: skip


@pytest.mark.parametrize("id", POINTS)
def test_points_and_credits_are_no_money(id: str) -> None:
    reading = read(id, **{name: answer(one) for name, one in POINTS[id].items()})
    assert [balance.remaining.currency for balance in reading.balances] != ["USD"]
    assert reading.balances[0].remaining.currency in {"credits", "points"}


@pytest.mark.parametrize("id", [*TEN_DOLLARS, "stability", "aimlapi", "poe"])
@pytest.mark.parametrize("odd", [None, "NaN", "Infinity", "-Infinity", Decimal("NaN"), "", "n/a", True, []], ids=repr)
def test_what_is_no_number_is_unknown_and_never_zero_nor_poison_to_a_total(id: str, odd: object) -> None:
    told = (TEN_DOLLARS | POINTS)[id]

    def spoilt(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: spoilt(one) for key, one in value.items()}
        if isinstance(value, list):
            return [spoilt(one) for one in value]
        return odd if value not in ("USD", "usd", "normal", 0, 20000, True) and value != "0" else value

    try:
        reading = read(id, **{name: answer(spoilt(one)) for name, one in told.items()})
    except Exception:
        return
    assert reading.balances == (), reading.balances


def test_used_of_a_point_balance_has_no_denominator_that_a_provider_did_not_tell() -> None:
    for id in TEN_DOLLARS:
        reading = read(id, **{name: answer(one) for name, one in TEN_DOLLARS[id].items()})
        assert reading.limit is None and reading.windows == () and reading.at == NOW
