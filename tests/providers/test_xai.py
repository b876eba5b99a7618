from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Certainty, DaySpend, Limit, Reading
from creditsui.providers.spec import Answer, Answers, Get
from tests.providers.answering import NOW, answer, known, read, refused

PURCHASE = {"changeOrigin": "PURCHASE", "amount": {"val": "-5000"}, "createTime": "2026-11-02T15:28:02.308840Z"}
OCTOBER = {"changeOrigin": "SPEND", "amount": {"val": "1000"}, "spendBpKeyYear": 2026, "spendBpKeyMonth": 10}


def usd(value: str) -> Money:
    return money(value, "USD")


def ledger(val: object = "-4000", *changes: object) -> Answer:
    return answer({"changes": list(changes) or [PURCHASE, OCTOBER], "total": {"val": val}})


def preview(credit: object = "-4000", drawn: object = "-300", limit: object = "0", **more: object) -> Answer:
    invoice = {"prepaidCredits": {"val": credit}, "prepaidCreditsUsed": {"val": drawn}, "amountAfterVat": "0"}
    return answer({"coreInvoice": invoice | more, "effectiveSpendingLimit": limit})


def usage(*points: tuple[str, object], reached: bool = False) -> Answer:
    data = [{"timestamp": f"{day}T00:00:00Z", "values": [cost]} for day, cost in points]
    return answer({"timeSeries": [{"group": [], "dataPoints": data}], "limitReached": reached})


NO = answer({"error": "no access"}, 403)
BUSY = answer(None, 503)


def left(reading: Reading) -> list[Money]:
    return [one.remaining for one in reading.balances]


def get(name: str) -> Get:
    found = next(ask for ask in known("xai").asks if ask.name == name)
    assert isinstance(found, Get)
    return found


def path(name: str, params: dict[str, str] | None = None, **answers: Answer) -> str:
    wanted = get(name).path
    assert callable(wanted)
    return wanted(Answers(NOW, answers, params=params or {}))


def test_the_posted_ledger_is_in_cents_with_its_sign_turned_round() -> None:
    assert left(read("xai", balance=ledger("-1000"), preview=NO, usage=NO)) == [usd("10")]
    assert left(read("xai", balance=ledger("250"), preview=NO, usage=NO)) == [usd("-2.5")]
    assert left(read("xai", balance=ledger("0"), preview=NO, usage=NO)) == [usd("0")]


@pytest.mark.parametrize("val", [None, "", "much", "NaN", True, [], {}])
def test_a_total_that_is_no_number_is_a_changed_answer_never_0(val: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read("xai", balance=ledger(val), preview=preview(), usage=usage())
    with pytest.raises((KeyError, TypeError, ValueError)):
        read("xai", balance=answer({"changes": []}), preview=preview(), usage=usage())


@pytest.mark.parametrize("drawn", ["-11666", "11666"])
def test_what_is_left_now_is_the_credit_of_the_cycle_less_its_draw_and_not_the_posted_ledger(drawn: str) -> None:
    reading = read("xai", balance=ledger("-51749"), preview=preview("-16847", drawn), usage=usage())
    assert left(reading) == [usd("51.81")] and reading.certainty is Certainty.LIVE and reading.badges == ()


@pytest.mark.parametrize("drawn", [None, "", "much"])
def test_the_credit_of_the_cycle_without_its_draw_is_no_answer(drawn: object) -> None:
    spent = usage(("2026-11-05", 1))
    assert left(read("xai", balance=ledger(), preview=preview(drawn=drawn), usage=spent)) == [usd("39")]


def test_spend_that_is_not_posted_is_subtracted_from_the_ledger_in_dollars() -> None:
    spent = usage(("2026-10-31", 9), ("2026-11-01", Decimal("0.75973725")), ("2026-11-20", Decimal("1.5")))
    reading = read("xai", balance=ledger(), preview=NO, usage=spent)
    assert left(reading) == [usd("37.740263")] and reading.certainty is Certainty.LIVE


def test_a_cycle_that_is_over_but_not_posted_yet_is_subtracted_too() -> None:
    september = {**OCTOBER, "spendBpKeyMonth": 9}
    spent = usage(("2026-09-30", 5), ("2026-10-31", 9), ("2026-11-01", 1))
    assert left(read("xai", balance=ledger("-4000", september), preview=NO, usage=spent)) == [usd("30")]
    december = {**OCTOBER, "spendBpKeyYear": 2025, "spendBpKeyMonth": 12}
    january = datetime(2026, 1, 15, tzinfo=UTC)
    spent = usage(("2025-12-31", 5), ("2026-01-01", 1))
    reading = read("xai", now=january, balance=ledger("-4000", december), preview=NO, usage=spent)
    assert left(reading) == [usd("39")]


def test_before_the_first_posted_cycle_all_usage_since_the_first_purchase_is_subtracted() -> None:
    spent = usage(("2026-11-01", 7), ("2026-11-02", 1))
    assert left(read("xai", balance=ledger("-5000", PURCHASE), preview=NO, usage=spent)) == [usd("49")]


def test_where_usage_does_not_reach_back_to_what_was_posted_what_is_known_is_subtracted_and_the_rest_said() -> None:
    old = {**OCTOBER, "spendBpKeyMonth": 7}
    reading = read("xai", balance=ledger("-4000", old), preview=NO, usage=usage(("2026-10-01", 2), ("2026-11-01", 7)))
    assert left(reading) == [usd("31")] and reading.certainty is Certainty.ESTIMATED
    assert reading.badges == ("earlier spend may not be subtracted",)


def test_of_a_ledger_without_dates_the_cycle_that_runs_is_subtracted_because_it_is_never_posted() -> None:
    undated = {"changeOrigin": "PURCHASE", "amount": {"val": "-4000"}}
    spent = usage(("2026-10-31", 2), ("2026-11-01", 7))
    reading = read("xai", balance=ledger("-4000", undated), preview=NO, usage=spent)
    assert left(reading) == [usd("33")] and reading.certainty is Certainty.ESTIMATED
    assert reading.badges == ("earlier spend may not be subtracted",)


def test_if_usage_is_refused_the_posted_balance_is_shown_with_a_badge() -> None:
    reading = read("xai", balance=ledger(), preview=NO, usage=NO)
    assert left(reading) == [usd("40")] and reading.certainty is Certainty.ESTIMATED and reading.spend is None
    assert reading.badges == ("this cycle's spend not subtracted",)


def test_partial_usage_is_neither_subtracted_nor_told_as_spend() -> None:
    reading = read("xai", balance=ledger(), preview=NO, usage=usage(("2026-11-05", 1), reached=True))
    assert left(reading) == [usd("40")] and reading.spend is None
    assert reading.badges == ("spend told in part only", "this cycle's spend not subtracted")


def test_a_passing_failure_does_not_make_the_posted_balance_look_like_a_top_up() -> None:
    before = Reading(at=NOW, balances=(Balance(usd("12")),))
    for answers in ({"preview": BUSY, "usage": BUSY}, {"preview": NO, "usage": BUSY}, {"preview": NO}, {"usage": NO}):
        with pytest.raises(Refused) as caught:
            read("xai", before, balance=ledger(), **answers)
        assert caught.value.problem.kind == "busy"
    assert left(read("xai", balance=ledger(), preview=BUSY, usage=BUSY)) == [usd("40")]


def test_spend_is_told_by_day_over_all_series() -> None:
    series = [
        {"groupLabels": ["Chat grok-4"], "dataPoints": [{"timestamp": "2026-11-19T00:00:00Z", "values": [1]}]},
        {"groupLabels": ["Image"], "dataPoints": [{"timestamp": "2026-11-19T00:00:00Z", "values": [Decimal("0.25")]}]},
    ]
    told = answer({"timeSeries": series, "limitReached": False})
    spend = read("xai", balance=ledger(), preview=preview(), usage=told).spend
    assert spend is not None and spend.days == (DaySpend(date(2026, 11, 19), usd("1.25")),)
    assert spend.since == date(2026, 10, 22)


@pytest.mark.parametrize(
    "odd", [None, [], {}, {"timeSeries": {}}, {"timeSeries": [{"dataPoints": [{"timestamp": "x"}]}]}]
)
def test_usage_of_another_form_costs_no_balance(odd: object) -> None:
    reading = read("xai", balance=ledger(), preview=preview(), usage=answer(odd))
    assert left(reading) == [usd("37")] and reading.spend is None and reading.badges == ("spend not understood",)


def test_usage_is_asked_for_whole_days_of_utc_back_to_the_cycle_before_this_one() -> None:
    body = get("usage").body
    assert callable(body)
    asked: Any = body(Answers(NOW, {}))["analyticsRequest"]
    zone = "Etc/GMT"
    assert asked["timeRange"] == {
        "startTime": "2026-10-01 00:00:00",
        "endTime": "2026-11-20 19:41:00",
        "timezone": zone,
    }
    assert get("usage").method == "POST" and asked["timeUnit"] == "TIME_UNIT_DAY"


def test_a_limit_on_the_invoice_comes_on_top_of_the_credit_and_does_not_bound_it() -> None:
    reading = read("xai", balance=ledger(), preview=preview(limit="20000"), usage=usage())
    assert reading.limit == Limit(usd("200"), None, "monthly") and left(reading) == [usd("37")]
    assert read("xai", balance=ledger(), preview=preview(limit="0"), usage=usage()).limit is None
    assert read("xai", balance=ledger(), preview=preview(limit="x"), usage=usage()).limit is None


def test_a_team_that_pays_afterwards_has_no_ledger_but_a_limit() -> None:
    told = preview("0", "0", "5000", amountAfterVat="1250")
    reading = read("xai", balance=answer(None, 404), preview=told, usage=usage(("2026-11-05", 1)))
    assert reading.balances == () and reading.limit == Limit(usd("50"), usd("37.5"), "monthly")
    assert reading.badges == ("PAYG",) and reading.spend is not None


def test_404_for_ledger_and_invoice_is_a_wrong_team() -> None:
    with pytest.raises(Refused) as caught:
        read("xai", balance=answer(None, 404), preview=answer(None, 404))
    assert (caught.value.problem.kind, caught.value.problem.action) == (
        "unsupported",
        "creditsui account set xai team=…",
    )


def test_the_team_is_what_the_user_said_else_the_scope_or_the_deprecated_id_of_the_key() -> None:
    where = "/v1/billing/teams/{}/prepaid/balance"
    scoped = answer({"scope": "SCOPE_TEAM", "scopeId": "t/1", "teamId": "old"})
    assert path("balance", team=scoped) == where.format("t%2F1")
    assert path("balance", {"team": "mine"}, team=scoped) == where.format("mine")
    assert path("balance", team=answer({"scopeId": None, "teamId": "t2"})) == where.format("t2")
    other = {"scope": "SCOPE_ORGANIZATION", "scopeId": "org", "teamId": "t3"}
    assert path("balance", team=answer(other)) == where.format("t3")
    when = get("team").when
    assert when is not None and when(Answers(NOW, {})) and not when(Answers(NOW, {}, params={"team": "mine"}))


@pytest.mark.parametrize("key", [{}, {"scopeId": None, "teamId": None}, {"scopeId": " "}, {"scopeId": 5}])
def test_a_key_that_names_no_team_is_a_problem_with_a_next_step(key: object) -> None:
    with pytest.raises(Refused) as caught:
        path("balance", team=answer(key))
    assert (caught.value.problem.kind, caught.value.problem.action) == ("no_key", "creditsui account set xai team=…")


def test_after_a_refusal_nothing_more_is_asked_with_the_same_key() -> None:
    when = get("preview").when
    assert when is not None
    said = [when(Answers(NOW, {"balance": answer(None, status)})) for status in (200, 404, 401, 403, 500)]
    assert said == [True, True, False, False, False] and not when(Answers(NOW, {}))


def test_401_and_403_and_a_team_that_is_no_uuid() -> None:
    assert refused("xai", 401, {"message": "Invalid bearer token"}).kind == "rejected"
    assert "inference key" in refused("xai", 401).message
    assert refused("xai", 403).kind == "forbidden"
    assert refused("xai", 400, {"message": "Invalid uuid"}).action == "creditsui account set xai team=…"
    assert refused("xai", 400, {"message": "no"}).kind == "unknown"
    assert refused("xai", 429, retry_after="7").kind == "limited"


def test_an_inference_key_is_known_by_its_variable_and_is_never_sent() -> None:
    provider = known("xai")
    assert set(provider.useless_env) == {"XAI_API_KEY"} and "XAI_API_KEY" not in provider.env
    assert provider.url == "https://management-api.x.ai"
    assert all(not ask.url for ask in provider.asks if isinstance(ask, Get))
