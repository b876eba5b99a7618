import pytest

from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Reading
from tests.providers.answering import answer, known, read, refused


def told(**fields: object) -> Reading:
    return read("aimlapi", answer=answer(fields))


def test_whole_credits_are_no_dollars() -> None:
    reading = told(balance=551564495, lowBalance=False, lowBalanceThreshold=10000, status="current")
    assert reading.balances == (Balance(money(551564495, "credits")),) and reading.badges == ()
    assert known("aimlapi").currency == "credits"


def test_a_low_balance_and_another_status_are_said() -> None:
    assert told(balance=9000, lowBalance=True, status="current").badges == ("low balance",)
    assert told(balance=9000, lowBalance=False, status="delayed").badges == ("delayed",)
    assert told(balance=9000).badges == ()


def test_the_threshold_is_no_measure_of_a_full_purse() -> None:
    assert told(balance=5, lowBalanceThreshold=10000).limit is None


@pytest.mark.parametrize("odd", [{}, {"balance": None}, {"balance": "n/a"}, {"balance": True}])
def test_no_balance_is_a_changed_answer_never_zero(odd: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        told(lowBalance=True, **odd)
    assert caught.value.problem.kind == "changed"


def test_a_403_that_speaks_of_credits_is_an_empty_account_and_any_other_is_quoted_and_asked_again() -> None:
    problem = refused("aimlapi", 403, {"message": "You have run out of credits.", "statusCode": 403})
    assert problem.kind == "out_of_money" and problem.action == "top up at https://aimlapi.com/app/billing"
    problem = refused("aimlapi", 403, {"message": "Complete verification first.", "statusCode": 403})
    assert problem.message == "AI/ML API refused: “Complete verification first”." and not problem.lasts


def test_refusals() -> None:
    assert refused("aimlapi", 401, {"message": "Unauthorized"}).kind == "rejected"
    assert refused("aimlapi", 429).kind == "limited"
