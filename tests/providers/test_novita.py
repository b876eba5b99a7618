import pytest

from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Reading
from tests.providers.answering import answer, read, refused


def told(**fields: object) -> Reading:
    return read("novita", answer=answer(fields))


def test_strings_in_ten_thousandths_of_a_dollar() -> None:
    reading = told(availableBalance="1000001", cashBalance="1000001", creditLimit="0", outstandingInvoices="0")
    assert reading.balances == (Balance(money("100.0001", "USD"), paid=money("100.0001", "USD")),)
    assert reading.badges == ()


def test_a_credit_line_can_be_spent_but_was_not_paid_in() -> None:
    reading = told(availableBalance="1000000", cashBalance="800000", creditLimit="200000", outstandingInvoices="0")
    assert reading.balances == (Balance(money(100, "USD"), paid=money(80, "USD")),)
    assert reading.badges == ("with a credit line",)


def test_debt_within_the_credit_line_is_seen_in_what_was_paid() -> None:
    reading = told(availableBalance="150000", cashBalance="-50000", creditLimit="200000", outstandingInvoices="50000")
    assert reading.balances == (Balance(money(15, "USD"), paid=money(-5, "USD")),)
    assert reading.badges == ("with a credit line", "invoices outstanding")


def test_parts_that_are_missing_are_unknown_and_make_no_badge() -> None:
    reading = told(availableBalance="-10000")
    assert reading.balances == (Balance(money(-1, "USD")),) and reading.badges == ()


@pytest.mark.parametrize("odd", [{}, {"availableBalance": None}, {"availableBalance": "n/a"}])
def test_no_available_balance_is_a_changed_answer_never_the_cash(odd: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        told(cashBalance="800000", **odd)
    assert caught.value.problem.kind == "changed"


def test_refusals() -> None:
    assert refused("novita", 403, {"code": 403, "reason": "INVALID_API_KEY", "message": "no"}).kind == "rejected"
    assert refused("novita", 403, {"code": 403, "reason": "API_NOT_ALLOWED", "message": "no"}).kind == "forbidden"
    assert refused("novita", 401).kind == "rejected"
