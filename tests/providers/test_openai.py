from datetime import date, timedelta
from decimal import Decimal

import pytest

from creditsui.domain.format import quota
from creditsui.domain.money import Money, money
from creditsui.domain.reading import DaySpend, ProbeCost, Reading
from creditsui.providers.spec import Answers, Get
from tests.providers.answering import NOW, answer, body, headers, known, read, refused, window


def costs(*pages: object) -> Reading:
    return read("openai", costs=answer(pages[0], credential="admin_key", pages=pages))


def ask(name: str) -> Get:
    found = next(ask for ask in known("openai").asks if ask.name == name)
    assert isinstance(found, Get)
    return found


def test_a_plain_key_proves_valid_and_tells_no_money() -> None:
    reading = read("openai", models=answer({"object": "list", "data": []}))
    assert reading.badges == ("key valid",) and reading.balances == () and reading.spend is None


def test_rate_limits_of_a_probe_with_resets_as_durations() -> None:
    reading = read("openai", probe=answer(body("openai", "probe"), headers=headers("openai", "probe")))
    assert [quota(window) for window in reading.windows] == ["requests/min", "tokens/min", "project tokens"]
    tokens = window(reading, "tokens/min")
    assert (tokens.limit, tokens.remaining, tokens.seconds) == (150000, 149984, 60)
    assert tokens.resets_at == NOW + timedelta(minutes=6)
    assert window(reading, "requests/min").resets_at == NOW + timedelta(seconds=1)
    project = window(reading, "project tokens")
    assert (project.used, project.unit, project.seconds) == (0.75, "tokens", None)
    assert reading.probe == ProbeCost("gpt-6-luna", 8, 9, Money(6, "USD"))


def test_a_probe_leaves_reasoning_models_their_least() -> None:
    probe = ask("probe")
    assert probe.body["max_completion_tokens"] == 16 and "max_tokens" not in probe.body
    assert (probe.opt_in, probe.failure, probe.every) == ("probe", "soft", timedelta(minutes=5))


def test_costs_are_numbers_or_numeric_strings_in_dollars() -> None:
    spend = costs(body("openai", "costs"), body("openai", "costs_2")).spend
    assert spend is not None and spend.since == date(2026, 10, 22)
    assert spend.days == (DaySpend(date(2026, 11, 19), money("12.56", "USD")),)


@pytest.mark.parametrize("value", ["NaN", Decimal("Infinity"), None, "", True, []])
def test_nan_poisons_no_total(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        costs({"data": [{"start_time": 1795046400, "results": [{"amount": {"value": value, "currency": "usd"}}]}]})


@pytest.mark.parametrize("start", [None, "x", 0, True, 10**15])
def test_a_day_without_a_date_is_a_changed_answer(start: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        costs({"data": [{"start_time": start, "results": [{"amount": {"value": 1, "currency": "usd"}}]}]})


def test_two_currencies_are_never_added() -> None:
    def row(value: int, currency: str) -> dict[str, object]:
        return {"amount": {"value": value, "currency": currency}}

    spend = costs(
        {"data": [{"start_time": 1795046400, "results": [row(1, "usd"), row(9, "eur"), row(2, "usd")]}]}
    ).spend
    assert spend is not None and spend.days == (DaySpend(date(2026, 11, 19), money(9, "EUR")),)


def test_thirty_days_are_asked_for_and_pages_followed_to_the_end() -> None:
    query, following = ask("costs").query, ask("costs").next_page
    assert query is not None and following is not None
    assert query(Answers(NOW, {})) == {"start_time": "1792627200", "bucket_width": "1d", "limit": "31"}
    assert following(body("openai", "costs")) == {"page": "p2"}
    assert following(body("openai", "costs_2")) is None


def test_429_has_two_meanings() -> None:
    quota = {"error": {"type": "insufficient_quota", "code": "insufficient_quota", "message": "You exceeded …"}}
    limit = {"error": {"type": "requests", "code": "rate_limit_exceeded", "message": "Rate limit reached"}}
    assert refused("openai", 429, quota).kind == "out_of_money"
    problem = refused("openai", 429, limit, retry_after="20")
    assert (problem.kind, problem.told, problem.retry_at) == ("limited", True, NOW + timedelta(seconds=20))


def test_costs_by_a_key_that_is_no_admin_key() -> None:
    project = {"error": {"message": "You have insufficient permissions for this operation."}}
    for status in (401, 403):
        assert refused("openai", status, project, "admin_key").kind == "wrong_kind"
    revoked = {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided: sk-a***"}}
    assert refused("openai", 401, revoked, "admin_key").kind == "rejected"
    assert refused("openai", 401, revoked).kind == "rejected"


def test_keys_are_told_by_their_prefix_and_a_foreign_base_is_named() -> None:
    assert known("openai").prefixes["sk-admin-"] == "admin_key"
    assert "OPENAI_BASE_URL" in known("openai").base_env


def test_the_old_billing_pages_are_never_asked() -> None:
    paths = [str(one.path) for one in known("openai").asks if isinstance(one, Get)]
    assert not any("dashboard" in path or "credit_grants" in path or "subscription" in path for path in paths)
    assert "balance" not in known("openai").tells


def test_a_list_of_models_carries_no_limits_even_if_it_has_their_headers() -> None:
    reading = read("openai", models=answer({"data": []}, headers=headers("openai", "probe")))
    assert reading.windows == ()


def test_a_day_without_rows_cost_nothing_and_is_no_hole() -> None:
    spend = costs({"data": [{"start_time": 1795046400, "results": []}]}).spend
    assert spend is not None and spend.days == () and spend.since == date(2026, 10, 22)


def test_a_report_that_goes_on_without_saying_where_is_not_taken_for_the_whole() -> None:
    following = ask("costs").next_page
    assert following is not None
    with pytest.raises(KeyError):
        following({"has_more": True, "next_page": None})


def test_the_currency_is_told_in_small_letters() -> None:
    row = {"amount": {"value": 1, "currency": "usd"}}
    spend = costs({"data": [{"start_time": 1795046400, "results": [row]}]}).spend
    assert spend is not None and spend.days[0].amount.currency == "USD"


def test_placeholders_of_limits_say_nothing() -> None:
    told = {"x-ratelimit-limit-requests": "0", "x-ratelimit-remaining-requests": "-1", **headers("openai", "probe")}
    told |= {"x-ratelimit-limit-tokens": "-1", "x-ratelimit-remaining-requests": "-1"}
    names = [quota(one) for one in read("openai", probe=answer(body("openai", "probe"), headers=told)).windows]
    assert names == ["project tokens"]
