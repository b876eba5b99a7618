from datetime import UTC, date, datetime

import pytest

from creditsui.domain.format import quota
from creditsui.domain.money import Money, money
from creditsui.domain.reading import DaySpend, ProbeCost, Reading
from creditsui.providers.spec import Answers, Get
from tests.providers.answering import NOW, answer, body, headers, known, read, refused, window


def probed(**changes: str) -> Reading:
    told = {**headers("anthropic", "probe"), **{key.replace("_", "-"): value for key, value in changes.items()}}
    return read("anthropic", probe=answer(body("anthropic", "probe"), headers=told))


def costs(*pages: object) -> Reading:
    return read("anthropic", costs=answer(pages[0], credential="admin_key", pages=pages))


def ask(name: str) -> Get:
    found = next(ask for ask in known("anthropic").asks if ask.name == name)
    assert isinstance(found, Get)
    return found


def test_a_plain_key_proves_valid_and_tells_no_money() -> None:
    reading = read("anthropic", models=answer(body("anthropic", "models")))
    assert reading.badges == ("key valid",)
    assert reading.balances == () and reading.windows == () and reading.spend is None and reading.probe is None


def test_rate_limits_of_a_probe() -> None:
    reading = probed()
    names = ["requests/min", "tokens/min", "input tokens/min", "output tokens/min", "fast input tokens/min"]
    assert [quota(window) for window in reading.windows] == names
    tokens = window(reading, "input tokens/min")
    assert (tokens.limit, tokens.remaining, tokens.unit, tokens.seconds) == (50000, 12000, "tokens", 60)
    assert tokens.used == pytest.approx(0.76)
    assert tokens.resets_at == datetime(2026, 11, 20, 19, 41, 40, tzinfo=UTC)
    assert window(reading, "requests/min").unit == "requests"
    assert reading.badges == ("key valid",)


def test_resets_are_rfc_3339_and_the_limit_in_force_on_tokens_stands_beside_those_of_input_and_output() -> None:
    named = {one: window(probed(), f"{one}/min") for one in ("tokens", "input tokens", "output tokens")}
    assert all(one.resets_at is not None and one.resets_at.tzinfo is UTC for one in named.values())
    assert len({one.name for one in named.values()}) == 3


def test_a_probe_is_booked_with_what_it_used() -> None:
    assert probed().probe == ProbeCost("claude-haiku-4-5", 8, 1, Money(13, "USD"))


def test_some_organizations_get_no_rate_headers_and_absent_is_not_zero() -> None:
    reading = read("anthropic", probe=answer(body("anthropic", "probe"), headers={"request-id": "req_1"}))
    assert reading.windows == () and reading.badges == ("key valid",)


@pytest.mark.parametrize("value", ["-1", "NaN", "inf", "many", ""])
def test_a_placeholder_is_no_limit(value: str) -> None:
    names = [quota(window) for window in probed(anthropic_ratelimit_requests_remaining=value).windows]
    assert "requests/min" not in names and "tokens/min" in names
    assert "requests/min" not in [quota(window) for window in probed(anthropic_ratelimit_requests_limit=value).windows]


def test_more_remaining_than_the_limit_is_unused() -> None:
    assert window(probed(anthropic_ratelimit_requests_remaining="51"), "requests/min").used == 0.0


def test_a_probe_costs_and_is_asked_first_so_that_the_free_check_is_saved() -> None:
    probe, models = ask("probe"), ask("models")
    assert (probe.opt_in, probe.every.total_seconds(), probe.failure, probe.method) == ("probe", 300, "soft", "POST")
    assert probe.body["max_tokens"] == 1
    assert [one.name for one in known("anthropic").asks] == ["probe", "models", "costs"]
    assert models.when is not None and models.failure == "soft"
    assert known("anthropic").cost_of_asking


def test_the_cost_report_is_in_cents_and_summed_by_day() -> None:
    reading = costs(body("anthropic", "costs"), body("anthropic", "costs_2"))
    assert reading.spend is not None
    assert reading.spend.since == date(2026, 10, 22)
    assert reading.spend.days == (
        DaySpend(date(2026, 11, 19), money("124.6845", "USD")),
        DaySpend(date(2026, 11, 20), money("0.995", "USD")),
    )
    assert reading.badges == ()


def test_a_page_without_money_is_a_true_nothing() -> None:
    spend = costs({"data": [], "has_more": False}).spend
    assert spend is not None and spend.days == () and spend.since == date(2026, 10, 22) and spend.all is None


@pytest.mark.parametrize("amount", ["NaN", "Infinity", None, "a lot", {}])
def test_an_amount_that_is_none_poisons_no_total(amount: object) -> None:
    bucket = {"starting_at": "2026-11-19T00:00:00Z", "results": [{"currency": "USD", "amount": amount}]}
    with pytest.raises((TypeError, ValueError)):
        costs({"data": [bucket]})


def test_a_currency_that_is_none_is_a_changed_answer() -> None:
    bucket = {"starting_at": "2026-11-19T00:00:00Z", "results": [{"currency": 1, "amount": "5"}]}
    with pytest.raises(ValueError):
        costs({"data": [bucket]})


def test_thirty_days_are_asked_for_and_pages_followed_to_the_end() -> None:
    query, following = ask("costs").query, ask("costs").next_page
    assert query is not None and following is not None
    assert query(Answers(NOW, {})) == {"starting_at": "2026-10-22T00:00:00Z", "bucket_width": "1d", "limit": "31"}
    assert following(body("anthropic", "costs")) == {"page": "page_2"}
    assert following(body("anthropic", "costs_2")) is None
    assert following({"has_more": False, "next_page": "page_3"}) is None


def test_keys_are_told_by_their_prefix() -> None:
    prefixes = known("anthropic").prefixes
    assert prefixes["sk-ant-admin"] == "admin_key" and prefixes["sk-ant-api"] == "key"
    assert "login token" in prefixes["sk-ant-oat"]


def test_an_admin_refusal_is_soft() -> None:
    assert ask("costs").failure == "soft" and ask("costs").credential == ("admin_key",)


def refusal(status: int, type: str, message: str, credential: str = "key", **headers: str) -> tuple[str, bool]:
    told = {"type": "error", "error": {"type": type, "message": message}}
    problem = refused("anthropic", status, told, credential, **headers)
    return problem.kind, problem.told


def test_out_of_credit_is_said_with_400() -> None:
    message = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."
    assert refusal(400, "invalid_request_error", message)[0] == "out_of_money"
    assert refusal(402, "billing_error", "…")[0] == "out_of_money"
    assert refusal(400, "invalid_request_error", "max_tokens: too large")[0] == "unknown"


def test_429_of_the_monthly_spend_cap_is_not_worth_a_retry() -> None:
    assert refusal(429, "rate_limit_error", "… enforced_spend_limit_reached …")[0] == "out_of_money"
    assert refusal(429, "rate_limit_error", "slow down", retry_after="12") == ("limited", True)


def test_refusals() -> None:
    assert refusal(401, "authentication_error", "invalid x-api-key")[0] == "rejected"
    assert refusal(403, "permission_error", "no")[0] == "forbidden"
    assert refusal(529, "overloaded_error", "Overloaded")[0] == "busy"


def test_an_individual_account_has_no_cost_report() -> None:
    individual = refused("anthropic", 404, None, "admin_key")
    assert individual.kind == "unsupported" and "organizations only" in individual.message
    assert refusal(403, "permission_error", "no", "admin_key")[0] == "wrong_kind"
    assert "admin key" in refused("anthropic", 401, None, "admin_key").message


def test_no_key_tells_a_balance() -> None:
    assert "balance" not in known("anthropic").tells
    assert not any("balance" in str(one.path) for one in known("anthropic").asks if isinstance(one, Get))


def test_a_refused_probe_tells_no_limits_whatever_its_headers_say() -> None:
    told = answer({"type": "error"}, 400, headers("anthropic", "probe"))
    assert read("anthropic", probe=told, models=answer({"data": []})).windows == ()


def test_the_windows_of_a_subscription_are_not_the_limits_of_a_key() -> None:
    names = [quota(one) for one in probed(anthropic_ratelimit_unified_7d_utilization="0.97").windows]
    assert not any("unified" in name for name in names)


def test_counting_tokens_has_a_pool_of_its_own_and_is_no_probe() -> None:
    assert not any("count_tokens" in str(one.path) for one in known("anthropic").asks if isinstance(one, Get))


def test_a_probe_of_one_model_says_nothing_of_another_so_it_names_its_own() -> None:
    assert ask("probe").body["model"] in (known("anthropic").cost_of_asking or "")


def test_seven_days_are_the_default_so_the_limit_is_said() -> None:
    query = ask("costs").query
    assert query is not None and int(query(Answers(NOW, {}))["limit"]) == 31


def test_a_report_that_goes_on_without_saying_where_is_not_taken_for_the_whole() -> None:
    following = ask("costs").next_page
    assert following is not None
    with pytest.raises(KeyError):
        following({"has_more": True, "next_page": None})


def test_rows_without_a_description_are_spend_too() -> None:
    row = {"currency": "USD", "amount": "12345.00", "description": None, "model": None, "workspace_id": None}
    spend = costs({"data": [{"starting_at": "2026-11-19T00:00:00Z", "results": [row]}]}).spend
    assert spend is not None and spend.days[0].amount == money("123.45", "USD")
