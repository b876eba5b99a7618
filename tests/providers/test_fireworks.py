from datetime import date
from typing import Any

import pytest

from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import DaySpend, Limit, Reading, ReportedSpend
from creditsui.providers.spec import Answer, Answers, Get
from tests.core.conftest import SessionOf, clock, session_of
from tests.providers.answering import NOW, answer, known, read, refused
from tests.servers import Server

__all__ = ["clock", "session_of"]

SINCE = date(2026, 10, 22)
ONE = answer({"accounts": [{"name": "accounts/acme"}]})


def item(units: Any = "1", nanos: Any = 33292280, currency: str = "USD") -> dict[str, Any]:
    parts = {"units": units, "nanos": nanos}
    cost = {"currencyCode": currency, **{name: part for name, part in parts.items() if part is not None}}
    return {"category": "LLM output tokens", "series": "SERVERLESS", "totalCost": cost}


def bucket(day: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"startTime": f"{day}T00:00:00Z", "endTime": "", "lineItems": list(items)}


def costs(*buckets: Any, items: list[Any] | None = None, **more: Answer) -> Reading:
    told = answer({"lineItems": items or [], "usageBuckets": list(buckets)})
    return read("fireworks", **{"accounts": ONE, "costs": told, **more})


def path(accounts: Answer, **params: str) -> str:
    ask = next(ask for ask in known("fireworks").asks if ask.name == "costs")
    assert isinstance(ask, Get) and callable(ask.path)
    return ask.path(Answers(NOW, {"accounts": accounts}, params=params))


def seen(*slugs: str) -> Answer:
    return answer({"accounts": [{"name": f"accounts/{slug}"} for slug in slugs]})


def test_money_is_whole_units_as_text_and_billionths() -> None:
    assert costs(bucket("2026-11-20", item(), item("0", 500_000_000))).spend == ReportedSpend(
        (DaySpend(date(2026, 11, 20), money("1.53329228", "USD")),), SINCE
    )
    for units, nanos, total in (("2", None, "2"), (None, 250_000_000, "0.25"), ("-1", -500_000_000, "-1.5")):
        spend = costs(bucket("2026-11-20", item(units, nanos))).spend
        assert spend is not None and spend.days[0].amount == money(total, "USD")


def test_units_that_are_no_number_and_money_without_a_currency_are_a_changed_answer() -> None:
    for broken in (item("one"), {"totalCost": {"units": "1"}}, {"totalCost": "1"}):
        with pytest.raises((KeyError, TypeError, ValueError)):
            costs(bucket("2026-11-20", broken))


def test_two_currencies_are_never_added() -> None:
    reading = costs(bucket("2026-11-20", item("3", 0), item("2", 0, "EUR")))
    assert reading.spend is not None and reading.spend.days == (DaySpend(date(2026, 11, 20), money(3, "USD")),)
    assert reading.badges == ("also €2.00 in 30d",)


def test_items_without_a_rate_cost_nothing_and_break_nothing() -> None:
    spend = costs(bucket("2026-11-20", item("3", 0), {"category": "free"}, {"totalCost": None})).spend
    assert spend is not None and spend.days[0].amount == money(3, "USD")


def test_a_sum_of_30_days_without_days_is_said_and_put_on_no_day() -> None:
    reading = costs(items=[item(), item("2", 0, "EUR")])
    assert reading.spend is None and reading.badges == ("$1.03 in 30d", "€2.00 in 30d")


def test_an_empty_answer_is_no_spend_only_of_an_account_that_the_key_sees() -> None:
    assert costs().spend == ReportedSpend(since=SINCE)
    assert costs(accounts=answer({}, 403)).spend is None


def test_today_is_inside_of_the_range_whose_end_is_not_included() -> None:
    ask = next(ask for ask in known("fireworks").asks if ask.name == "costs")
    assert isinstance(ask, Get) and ask.query is not None
    assert ask.query(Answers(NOW, {})) == {
        "startTime": "2026-10-22T00:00:00Z", "endTime": "2026-11-21T00:00:00Z", "granularity": "DAILY",
    }  # fmt: skip


def test_the_only_account_is_found_by_itself_by_any_of_its_names() -> None:
    assert path(seen("acme")) == "/v1/accounts/acme/billing/summary"
    for one in ({"accountId": "acme"}, {"id": "acme"}, {"accountId": "", "name": "accounts/acme"}):
        assert path(answer({"accounts": [one]})) == "/v1/accounts/acme/billing/summary"
    assert path(seen("../x?y")) == "/v1/accounts/x%3Fy/billing/summary"


def test_of_several_accounts_the_user_says_which() -> None:
    with pytest.raises(Refused) as caught:
        path(seen("acme", "other"))
    assert caught.value.problem.action == "creditsui account set fireworks account=…"
    assert "acme, other" in caught.value.problem.message
    assert path(seen("acme", "other"), account="other") == "/v1/accounts/other/billing/summary"
    assert path(seen("acme", "other"), account="accounts/other") == "/v1/accounts/other/billing/summary"


async def test_a_second_account_is_named_in_its_own_next_step(session_of: SessionOf) -> None:
    with Server({("GET", "/v1/accounts"): {"accounts": [{"name": "accounts/a"}, {"name": "accounts/b"}]}}) as server:
        table = f'[accounts.work]\nprovider = "fireworks"\nkey = "env:WORK"\nbase_url = "{server.url}"\n'
        session = session_of(config=table, env={"WORK": "fw_0123456789abcdef"}, real=True)
        await refresh(session, force=True)
        (view,) = boards.board(session).accounts
    assert view.problem is not None and view.problem.action == "creditsui account set work account=…"


def test_accounts_on_later_pages_are_seen_too() -> None:
    pages = tuple({"accounts": [{"name": f"accounts/{slug}"}]} for slug in ("acme", "other"))
    with pytest.raises(Refused):
        path(answer(pages[0], pages=pages))
    ask = known("fireworks").asks[0]
    assert isinstance(ask, Get) and ask.next_page is not None
    assert ask.next_page({"nextPageToken": "t"}) == {"pageToken": "t"} and ask.next_page({"nextPageToken": ""}) is None


def test_a_slug_that_the_key_does_not_see_is_never_taken_for_one_that_spent_nothing() -> None:
    with pytest.raises(Refused) as caught:
        path(seen("acme"), account="acne")
    assert caught.value.problem.kind == "forbidden" and "acme" in caught.value.problem.message
    with pytest.raises(Refused) as caught:
        path(seen())
    assert caught.value.problem.kind == "forbidden"
    assert refused("fireworks", 404, {"error": {"message": "not found"}}).action


def test_a_list_of_accounts_that_is_refused_leaves_what_the_user_said() -> None:
    assert path(answer({}, 403), account="acme") == "/v1/accounts/acme/billing/summary"
    for status, kind in ((401, "rejected"), (403, "forbidden")):
        with pytest.raises(Refused) as caught:
            path(answer({}, status), **({"account": "acme"} if status == 401 else {}))
        assert caught.value.problem.kind == kind


def test_the_months_spend_limit_is_a_cap_unless_it_says_that_there_is_none() -> None:
    def limit(**quota: Any) -> Limit | None:
        name = "accounts/acme/quotas/monthly-spend-usd"
        return costs(quotas=answer({"quotas": [{"name": "x/quotas/rpm", "value": "9"}, {"name": name, **quota}]})).limit

    assert limit(value="50", usage=12.5) == Limit(money(50, "USD"), money("37.5", "USD"), "monthly")
    assert limit(value="50") == Limit(money(50, "USD"), None, "monthly")
    assert limit(value="9999999", usage=1) is None and limit(value="0") is None and limit() is None
    assert costs(quotas=answer({}, 403)).limit is None and costs().limit is None
