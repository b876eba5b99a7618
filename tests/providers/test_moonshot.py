import pytest

from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Reading
from creditsui.providers import spec
from creditsui.providers.spec import Answers
from tests.providers.answering import NOW, answer, known, refused


def told(base: str = "", **data: object) -> Reading:
    body = {"code": 0, "data": data, "scode": "0x0", "status": True}
    provider = known("moonshot")
    return provider.parse(Answers(NOW, {"answer": answer(body)}, base_url=base, regions=provider.regions))


def whole(base: str = "") -> Reading:
    return told(base, available_balance=49.58894, voucher_balance=46.58893, cash_balance=3.00001)


@pytest.mark.parametrize(
    "base", ["https://api.moonshot.ai", "https://api.moonshot.ai/v1", "https://gateway.example", ""]
)
def test_dollars_at_the_international_host_and_at_hosts_that_nobody_knows(base: str) -> None:
    (balance,) = whole(base).balances
    assert balance == Balance(money("49.58894", "USD"), granted=money("46.58893", "USD"), paid=money("3.00001", "USD"))


@pytest.mark.parametrize("base", ["https://api.moonshot.cn", "https://api.moonshot.cn/v1"])
def test_yuan_at_the_chinese_host(base: str) -> None:
    (balance,) = whole(base).balances
    assert balance.remaining == money("49.58894", "CNY")
    assert {part.currency for part in (balance.granted, balance.paid) if part is not None} == {"CNY"}
    assert spec.currency(known("moonshot").regions, base, known("moonshot").currency) == "CNY"


def test_negative_cash_is_debt_and_what_can_be_spent_is_the_voucher() -> None:
    reading = told(available_balance=5, voucher_balance=5, cash_balance=-1.25)
    assert reading.balances == (Balance(money(5, "USD"), granted=money(5, "USD"), paid=money("-1.25", "USD")),)
    assert reading.badges == ("cash in debt",)


def test_debt_without_a_voucher_is_debt_and_no_zero() -> None:
    reading = told(available_balance=0, voucher_balance=0, cash_balance=-3.5)
    assert reading.balances[0].remaining == money("-3.5", "USD")


def test_nothing_left_is_a_true_zero() -> None:
    assert told(available_balance=0, voucher_balance=0, cash_balance=0).balances[0].remaining == money(0, "USD")


@pytest.mark.parametrize("odd", [{}, {"available_balance": None}, {"available_balance": "n/a", "cash_balance": 3}])
def test_no_balance_is_a_changed_answer_never_zero(odd: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        told("", **odd)
    assert caught.value.problem.kind == "changed"


def test_parts_that_are_missing_are_unknown() -> None:
    assert told(available_balance=2).balances == (Balance(money(2, "USD")),)


@pytest.mark.parametrize(
    "body",
    [
        {"code": 5, "message": "no such user", "scode": "0x5", "status": False},
        {"code": 0, "data": {"available_balance": 9}, "message": "no such user", "status": False},
        {"code": 7, "data": {"available_balance": 9}, "message": "no such user"},
    ],
)
def test_a_code_in_a_200_is_a_refusal_whatever_stands_beside_it(body: object) -> None:
    with pytest.raises(Refused) as caught:
        known("moonshot").parse(Answers(NOW, {"answer": answer(body)}))
    assert caught.value.problem.kind == "unknown" and "“no such user”" in caught.value.problem.message


def test_a_429_for_an_exceeded_quota_is_out_of_money_and_any_other_is_a_rate() -> None:
    quota = {"error": {"message": "You exceeded your current quota", "type": "exceeded_current_quota_error"}}
    assert refused("moonshot", 429, quota).kind == "out_of_money"
    rate = {"error": {"message": "Too fast", "type": "rate_limit_reached_error"}}
    limited = refused("moonshot", 429, rate, retry_after="3")
    assert limited.kind == "limited" and limited.retry_at is not None


def test_a_401_says_that_keys_work_at_one_of_two_hosts_only() -> None:
    problem = refused("moonshot", 401, {"code": 1, "error": {"message": "Invalid Authentication"}, "status": False})
    assert problem.kind == "rejected" and "https://api.moonshot.cn" in problem.message
    assert problem.action == "creditsui key set moonshot"


def test_a_code_in_another_status_does_not_hide_what_the_status_means() -> None:
    assert refused("moonshot", 404, {"code": 5, "error": "url.not_found", "status": False}).kind == "unsupported"
    assert refused("moonshot", 503, {"code": 9, "status": False}).kind == "busy"
