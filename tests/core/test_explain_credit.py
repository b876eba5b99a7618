"""Lots, what ends, what came in, and budgets, explained with their figures."""

from datetime import UTC, date, datetime, timedelta

from creditsui.domain.board import AccountView, Allowance, BudgetUse, Expired, Expiring, Lot, Proposal, Spend
from tests.core.test_explain import NOW, said, usd, view


def with_budget(**changes: object) -> AccountView:
    usual: dict[str, object] = {
        "amount": usd(50),
        "per": "month",
        "since": datetime(2026, 11, 1, tzinfo=UTC),
        "resets_at": datetime(2026, 12, 1, tzinfo=UTC),
        "spent": usd(38),
        "remaining": usd(12),
        "projected": usd(79),
        "elapsed": 0.66,
        "seen_since": None,
    }
    return view(budget=BudgetUse(**(usual | changes)), burn=usd(4.1))  # type: ignore[arg-type]


def test_a_budget_is_explained_by_spend_pace_and_end() -> None:
    text = said("budget", with_budget())
    for part in (
        "$12.00 left: $50.00 a month, less $38.00 spent this month",
        "66% of the time is over; an even pace would have spent $33.00",
        "At $4.10 a day it will be $79.00 by the end, more than the budget",
        "starts anew at 1 Dec 00:00 UTC",
    ):
        assert part in text
    assert "$3.00 over" in said("budget", with_budget(remaining=usd(-3)))
    assert "before 11 Nov 09:00 UTC" in said("budget", with_budget(seen_since=datetime(2026, 11, 11, 9, tzinfo=UTC)))
    assert "$12.00 left of the budget, $50.00 a month" in said("health", with_budget())


def test_a_budget_that_is_unknown_says_why_and_one_that_is_not_there_how_to_set_it() -> None:
    unknown = with_budget(spent=None, remaining=None, projected=None)
    assert "not known" in said("budget", unknown) and "has seen the whole" in said("budget", unknown)
    unpriced = view(budget=unknown.budget, spend=Spend("USD", unpriced_tokens=1200))
    assert "1,200 tokens" in said("budget", unpriced)
    assert "creditsui account set openrouter budget=50/month" in said("budget")


def test_what_ends_ended_and_came_in_is_explained_with_its_figures() -> None:
    soon = NOW.date() + timedelta(days=7)
    one = view(
        lots=(Lot(usd(12), "promo", soon),),
        expiring=Expiring(usd(12), soon, 7, 7),
        expired=(Expired(usd(5), "granted", date(2026, 11, 3)),),
        proposals=(Proposal(datetime(2026, 11, 12, 9, tzinfo=UTC), usd(25), "paid", True),),
        allowance=Allowance(usd(1), 1, NOW),
    )
    assert "$12.00 promo, expires 27 Nov" in said("lots", one)
    assert "$12.00 expires in 7d, if it is not spent before: on Fri 27 Nov" in said("expiring", one)
    assert "$5.00 granted, after 3 Nov" in said("expired", one) and "no spend" in said("expired", one)
    assert "+$25.00 paid on 12 Nov 09:00 UTC" in said("proposals", one)
    assert "creditsui topup openrouter" in said("proposals", one)
    assert "+$1.00 a day" in said("allowance", one)
    assert "within 30 days" in said("expiring", view(lots=(Lot(usd(12), "paid", date(2027, 12, 3)),)))


def test_the_runway_says_that_credit_which_ends_first_is_not_counted_on() -> None:
    soon = NOW.date() + timedelta(days=4)
    assert "not counted on: $12.00 after 24 Nov." in said("runway", view(lots=(Lot(usd(12), "paid", soon),)))
    far = date(2027, 12, 3)
    assert "not counted on:" not in said("runway", view(lots=(Lot(usd(12), "paid", far),)))
