from datetime import UTC, datetime
from decimal import Decimal

import pytest

from creditsui.core.accounts.credentials import slot_of
from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Reading
from creditsui.domain.secret import Secret
from creditsui.providers.spec import Answer
from tests.providers.answering import answer, known, read, refused, window

MONEY = {
    "currency": "usd",
    "total_credits": Decimal("482.74"),
    "top_up_credits": 35,
    "bonus_credits": Decimal("447.74"),
}
QUOTA = {"usage_percentage": Decimal("0.0715"), "resets_at": "2026-11-20T21:35:06.000Z", "max_flows": 800}
PLAN = {
    "plan": {"tier": "ultra"}, "account_status": "healthy", "quota_monthly": {"max_flows": 34560},
    "quota_5_hour": QUOTA, "quota_7_day": {**QUOTA, "usage_percentage": Decimal("0.673"), "used_flows": 538},
}  # fmt: skip


def told(subscription: Answer | None = None, **money_changes: object) -> Reading:
    payg = answer({"success": True, "data": {**MONEY, **money_changes}})
    return read("zenmux", subscription=subscription or planned(), payg=payg)


def planned(**changes: object) -> Answer:
    return answer({"success": True, "data": {**PLAN, **changes}})


def test_bonus_and_topped_up_money_are_parts_of_the_total() -> None:
    whole = Balance(money("482.74", "USD"), granted=money("447.74", "USD"), paid=money(35, "USD"))
    assert told().balances == (whole,) and told().plan == "ultra"


def test_usage_percentage_is_a_share_from_0_to_1_and_no_percentage() -> None:
    assert window(told(), "5h").used == pytest.approx(0.0715) and window(told(), "7d").used == pytest.approx(0.673)
    full = planned(quota_5_hour={**QUOTA, "usage_percentage": 1})
    assert window(told(full), "5h").used == 1.0


def test_a_window_counts_flows_and_says_when_it_resets() -> None:
    week = window(told(), "7d")
    assert (week.limit, week.remaining, week.unit, week.seconds) == (800.0, 262.0, "flows", 604800)
    assert week.resets_at == datetime(2026, 11, 20, 21, 35, 6, tzinfo=UTC)


def test_a_window_that_has_not_started_has_no_reset() -> None:
    fresh = planned(quota_5_hour={**QUOTA, "usage_percentage": 0, "resets_at": None})
    assert window(told(fresh), "5h").resets_at is None


def test_the_month_tells_a_cap_but_no_use_and_is_no_window() -> None:
    assert [one.name for one in told().windows] == ["5h", "7d"]


@pytest.mark.parametrize(
    "none",
    [answer({"success": False, "error": {"message": "none"}}), answer(None, 404), answer({"data": None}), answer([])],
)
def test_who_has_no_subscription_has_money_only(none: Answer) -> None:
    reading = told(none)
    assert reading.windows == () and reading.plan is None and reading.balances[0].remaining == money("482.74", "USD")


def test_success_false_in_a_200_is_a_refusal_whatever_stands_beside_it() -> None:
    body = {"success": False, "message": "try later", "data": MONEY}
    with pytest.raises(Refused) as caught:
        read("zenmux", subscription=planned(), payg=answer(body))
    assert caught.value.problem.kind == "unknown" and "“try later”" in caught.value.problem.message


@pytest.mark.parametrize("odd", [{"total_credits": None}, {"total_credits": "n/a"}])
def test_no_total_is_a_changed_answer_never_the_sum_of_its_parts(odd: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        told(planned(), **odd)
    assert caught.value.problem.kind == "changed"


@pytest.mark.parametrize("status", ["suspended", "banned"])
def test_an_account_that_is_closed_is_a_problem_and_no_healthy_bar(status: str) -> None:
    with pytest.raises(Refused) as caught:
        told(planned(account_status=status))
    assert caught.value.problem.message == "ZenMux has closed the account to calls."


def test_an_account_that_is_watched_says_so() -> None:
    assert told(planned(account_status="monitored")).badges == ("monitored",) and told().badges == ()


@pytest.mark.parametrize("status", [401, 403])
def test_any_key_that_is_not_of_management_is_a_wrong_kind(status: int) -> None:
    body = {"error": {"code": str(status), "type": "access_denied", "message": "You have no permission"}}
    problem = refused("zenmux", status, body)
    assert problem.kind == "wrong_kind" and "https://zenmux.ai/platform/management" in problem.message
    assert problem.action == "creditsui key set zenmux"


def test_keys_for_calls_are_known_by_their_beginning_and_never_sent() -> None:
    provider = known("zenmux")
    assert slot_of(provider, "key", Secret("sk-mg-v1-0123456789abcdef")) == "key"
    for beginning in ("sk-ai-v1-", "sk-ss-v1-"):
        with pytest.raises(Refused) as caught:
            slot_of(provider, "key", Secret(f"{beginning}0123456789abcdef"))
        assert caught.value.problem.kind == "wrong_kind"


def test_a_422_is_its_rate_limit() -> None:
    assert refused("zenmux", 422, {"error": {"message": "slow down"}}).kind == "limited"
