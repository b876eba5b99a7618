from decimal import Decimal

import pytest

from creditsui.domain.money import money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Balance, Limit, Reading
from creditsui.providers.spec import Answer, Answers, Get
from tests.providers.answering import NOW, answer, known, read, refused

WHOLE = {
    "email": True, "payment_method": False, "suspended": False, "stripe_balance": Decimal("-25.0"),
    "recent": Decimal("3.2"), "limit": None, "suspend_reason": None,
}  # fmt: skip


def told(**changes: object) -> Reading:
    return read("deepinfra", checklist=answer({**WHOLE, **changes}))


def suspended(**changes: object) -> Problem:
    with pytest.raises(Refused) as caught:
        told(suspended=True, **changes)
    return caught.value.problem


def months(*costs: tuple[str, object], first: str) -> dict[str, object]:
    listed = [{"period": period, "items": [], "total_cost": cost} for period, cost in costs]
    return {"months": listed, "initial_month": first}


def test_a_negative_stripe_balance_is_credit_less_what_was_used_since_the_last_invoice() -> None:
    assert told().balances == (Balance(money("21.8", "USD")),)
    assert told(stripe_balance=Decimal("-99.75"), recent=Decimal("3.94")).balances[0].remaining == money("95.81", "USD")


def test_a_positive_stripe_balance_is_debt_and_stays_negative() -> None:
    assert told(stripe_balance=Decimal("2.75"), recent=7).balances[0].remaining == money("-9.75", "USD")


def test_recent_use_may_outrun_the_credit() -> None:
    assert told(stripe_balance=-1, recent=Decimal("1.5")).balances[0].remaining == money("-0.5", "USD")


def test_who_pays_afterwards_is_told_apart_from_who_has_run_dry() -> None:
    assert told(stripe_balance=0, payment_method=True).badges == ("paid afterwards",)
    assert told(stripe_balance=0, payment_method=False).badges == ()
    assert told(payment_method=True).badges == ()


def test_a_failed_automatic_top_up_is_said() -> None:
    assert told(topup=True, topup_failed=True).badges == ("top-up failed",)


@pytest.mark.parametrize(
    "odd", [{"stripe_balance": None}, {"recent": None}, {"recent": "n/a"}, {"stripe_balance": True}]
)
def test_without_the_balance_or_what_is_not_yet_billed_nothing_is_known(odd: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        told(**odd)


def test_a_limit_is_used_up_by_what_is_not_yet_billed() -> None:
    assert told(limit=20).limit == Limit(money(20, "USD"), money("16.8", "USD"))


@pytest.mark.parametrize("none", [None, 0, -1, "none"])
def test_a_limit_that_is_null_or_not_positive_is_not_set(none: object) -> None:
    assert told(limit=none).limit is None


@pytest.mark.parametrize(
    ("reason", "kind", "why"),
    [
        ("balance", "out_of_money", "the credit is used up"),
        ("limit-reached", "out_of_money", "the spending limit is reached"),
        ("overdue-invoices", "out_of_money", "invoices are overdue"),
        ("admin", "unknown", "it says “admin”"),
        (None, "unknown", "it does not say why"),
    ],
)
def test_a_suspended_account_is_a_problem_and_no_healthy_bar(reason: str | None, kind: str, why: str) -> None:
    problem = suspended(suspend_reason=reason)
    assert problem.kind == kind and problem.message == f"DeepInfra has suspended the account: {why}."
    assert problem.action == "see https://deepinfra.com/dash/billing" and not problem.lasts


def test_usage_in_cents_is_summed_over_every_month_there_was() -> None:
    usage = answer(months(("2026.11", 320), first="2026.09"))
    history = answer(months(("2026.09", 1234), ("2026.10", 0), ("2026.11", 320), first="2026.09"))
    reading = read("deepinfra", checklist=answer(WHOLE), usage=usage, history=history)
    assert reading.spend is not None and reading.spend.all == money("15.54", "USD")
    assert reading.spend.days == () and reading.spend.since is None


def test_the_first_month_is_the_whole_lifetime() -> None:
    reading = read("deepinfra", checklist=answer(WHOLE), usage=answer(months(("2026.11", 320), first="2026.11")))
    assert reading.spend is not None and reading.spend.all == money("3.2", "USD")


@pytest.mark.parametrize(
    "history",
    [
        None,
        answer(None, 403),
        answer(months(("2026.10", 5), ("2026.11", 320), first="2026.09")),
        answer(months(("2026.09", 5), first="2026.09")),
        answer(months(("2026.09", "n/a"), ("2026.11", 320), first="2026.09")),
        answer(["?"]),
    ],
)
def test_spend_of_some_months_only_is_not_told_as_all_of_it(history: Answer | None) -> None:
    answers = {"checklist": answer(WHOLE), "usage": answer(months(("2026.11", 320), first="2026.09"))}
    if history is not None:
        answers["history"] = history
    reading = known("deepinfra").parse(Answers(NOW, answers))
    assert reading.spend is None and reading.balances == (Balance(money("21.8", "USD")),)


def test_earlier_months_are_asked_for_only_where_there_are_some() -> None:
    ask = next(one for one in known("deepinfra").asks if one.name == "history")
    assert isinstance(ask, Get) and ask.when is not None and ask.query is not None
    new, old = (
        Answers(NOW, {"usage": answer(months(("2026.11", 1), first=first))}) for first in ("2026.11", "2026.07")
    )
    assert not ask.when(new) and not ask.when(Answers(NOW, {})) and ask.when(old)
    assert ask.query(old) == {"from": "2026.07", "to": "current"}


def test_what_is_owed_is_computed_and_the_month_is_the_current_one() -> None:
    asks = [one for one in known("deepinfra").asks if isinstance(one, Get)]
    sent = [ask.query(Answers(NOW, {})) for ask in asks[:2] if ask.query is not None]
    assert sent == [{"compute_owed": "true"}, {"from": "current"}]


def test_a_key_that_may_not_read_billing_is_not_a_wrong_one() -> None:
    assert refused("deepinfra", 403, {"detail": "no"}).kind == "forbidden"
    assert refused("deepinfra", 401, {"detail": "no"}).kind == "rejected"
