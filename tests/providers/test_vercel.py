from decimal import Decimal

import pytest

from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from tests.providers.answering import answer, body, known, read, refused


def test_usual_answer_strings_in_dollars() -> None:
    reading = read("vercel", credits=answer(body("vercel", "credits")))
    assert [balance.remaining for balance in reading.balances] == [money("95.50", "USD")]
    assert reading.spend is not None and reading.spend.all == money("4.5", "USD") and reading.spend.since is None


def test_numbers_instead_of_strings_and_debt() -> None:
    reading = read("vercel", credits=answer({"balance": Decimal("-0.25")}))
    assert reading.balances[0].remaining == money("-0.25", "USD") and reading.spend is None


@pytest.mark.parametrize("odd", [{}, {"balance": None}, {"balance": "n/a"}, {"balance": "NaN"}, [], "95.50"])
def test_no_balance_is_a_changed_answer_never_zero(odd: object) -> None:
    with pytest.raises(Refused, match="another form"):
        read("vercel", credits=answer(odd))


def test_every_name_that_tools_use_for_the_key() -> None:
    names = ("AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_KEY", "VERCEL_OIDC_TOKEN")
    assert known("vercel").env == names


def test_refusals() -> None:
    assert refused("vercel", 401).kind == "rejected"
    assert refused("vercel", 402).kind == "out_of_money"


def test_lifetime_use_is_no_spend_of_today() -> None:
    spend = read("vercel", credits=answer(body("vercel", "credits"))).spend
    assert spend is not None and spend.days == ()


def test_there_is_no_currency_in_the_answer_so_it_is_dollars_and_nothing_resets() -> None:
    reading = read("vercel", credits=answer({"balance": "1", "currency": "EUR"}))
    assert reading.balances[0].remaining.currency == "USD" and reading.limit is None and reading.windows == ()
