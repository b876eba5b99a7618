import pytest

from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.providers.spec import Get
from tests.providers.answering import answer, body, known, read, refused


def told(*entries: tuple[str, str], available: bool = True) -> Reading:
    infos = [{"currency": currency, "total_balance": total} for currency, total in entries]
    return read("deepseek", balance=answer({"is_available": available, "balance_infos": infos}))


def left(reading: Reading) -> list[tuple[float, str]]:
    return [(balance.remaining.amount, balance.remaining.currency) for balance in reading.balances]


def test_usual_answer_strings_with_their_own_currency_and_parts() -> None:
    reading = read("deepseek", balance=answer(body("deepseek", "balance")))
    assert reading.balances == (Balance(money("110", "CNY"), granted=money("10", "CNY"), paid=money("100", "CNY")),)
    assert reading.badges == ()


def test_an_empty_dollar_purse_before_the_one_with_the_money() -> None:
    assert left(read("deepseek", balance=answer(body("deepseek", "two")))) == [(71.1, "CNY")]


def test_every_currency_that_is_not_zero_is_kept_and_never_added() -> None:
    assert left(told(("CNY", "5.00"), ("USD", "2.50"))) == [(2.5, "USD"), (5.0, "CNY")]
    assert left(told(("USD", "-0.40"), ("CNY", "5.00"))) == [(5.0, "CNY"), (-0.4, "USD")]


def test_nothing_left_is_a_true_zero_and_asks_for_credits() -> None:
    reading = read("deepseek", balance=answer(body("deepseek", "empty")))
    assert left(reading) == [(0.0, "CNY")] and reading.badges == ("add credits",)


def test_not_available_with_money_left_is_no_empty_purse() -> None:
    assert told(("USD", "0.02"), available=False).badges == ("not available for calls",)


def test_empty_balance_infos_is_unknown_not_zero() -> None:
    reading = told()
    assert reading.balances == () and reading.badges == ("balance not told",)


def test_parts_that_are_missing_are_unknown() -> None:
    (balance,) = told(("USD", "1.00")).balances
    assert balance.granted is None and balance.paid is None


@pytest.mark.parametrize("total", ["NaN", "", None, "Infinity", True, "1e400"])
def test_an_amount_that_is_none_is_a_changed_answer(total: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        told(("USD", total))  # type: ignore[arg-type]


def test_refusals() -> None:
    assert refused("deepseek", 401, {"error": {"message": "Authentication Fails"}}).kind == "rejected"
    assert refused("deepseek", 402, {"error": {"message": "Insufficient Balance"}}).kind == "out_of_money"
    assert refused("deepseek", 503).kind == "busy"


def test_the_currency_is_the_accounts_own_not_the_hosts() -> None:
    assert known("deepseek").regions == {}
    assert [left(told((code, "1")))[0][1] for code in ("CNY", "USD")] == ["CNY", "USD"]


def test_rate_headers_are_neither_expected_nor_believed() -> None:
    headers = {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "3"}
    reading = read("deepseek", balance=answer(body("deepseek", "balance"), headers=headers))
    assert reading.windows == () and known("deepseek").tells == ("balance",)


def test_is_available_false_is_no_problem_of_the_account() -> None:
    assert left(told(("USD", "0.02"), available=False)) == [(0.02, "USD")]


def test_402_is_met_at_inference_which_is_never_asked() -> None:
    assert [ask.path for ask in known("deepseek").asks if isinstance(ask, Get)] == ["/user/balance"]
