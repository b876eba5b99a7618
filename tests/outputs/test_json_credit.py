"""The JSON of credit that ends, ended or came in unbooked, and of budgets. Keys are a promise."""

from datetime import UTC, date, datetime
from typing import Any

from creditsui.domain.board import AccountView, Allowance, Board, BudgetUse, Expired, Expiring, Proposal
from creditsui.outputs.json import as_json
from tests.domain.make import NOW, usd


def told(**known: Any) -> dict[str, Any]:
    (row,) = as_json(Board(generated_at=NOW, accounts=(AccountView(id="a", provider="a", label="A", **known),)))[
        "accounts"
    ]
    return dict(row)


def test_credit_that_ends_ended_or_came_in_has_its_promised_keys() -> None:
    row = told(
        expiring=Expiring(usd(12), date(2026, 11, 27), 7, 7),
        expired=(Expired(usd(5), "promo", date(2026, 11, 3)),),
        proposals=(Proposal(datetime(2026, 11, 12, 9, tzinfo=UTC), usd(25), "paid", True),),
        allowance=Allowance(usd(1), 1, NOW),
    )
    assert row["expiring"] == {"amount": 12.0, "currency": "USD", "on": "2026-11-27", "days": 7}
    assert row["expired"] == [{"amount": 5.0, "currency": "USD", "kind": "promo", "on": "2026-11-03"}]
    assert row["proposals"] == [
        {"at": "2026-11-12T09:00:00Z", "amount": 25.0, "currency": "USD", "kind": "paid", "confirmed": True}
    ]
    assert row["allowance"] == {
        "amount": 1.0,
        "currency": "USD",
        "every_days": 1,
        "last_at": "2026-11-20T19:41:00Z",
    }


def test_a_budget_has_its_promised_keys_and_is_null_where_it_is_not_known() -> None:
    begin, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    known = BudgetUse(usd(50), "month", begin, end, usd(53), usd(-3), usd(79), 0.66, None)
    assert told(budget=known)["budget"] == {
        "amount": 50.0,
        "per": "month",
        "spent": 53.0,
        "remaining": -3.0,
        "currency": "USD",
        "since": "2026-11-01T00:00:00Z",
        "resets_at": "2026-12-01T00:00:00Z",
        "projected": 79.0,
        "seen_since": None,
    }
    unknown = told(budget=BudgetUse(usd(50), "total", None, None, None, None, None, None, None))["budget"]
    assert {key: unknown[key] for key in ("spent", "remaining", "resets_at", "projected")} == dict.fromkeys(
        ("spent", "remaining", "resets_at", "projected")
    )
    row = told()
    assert (row["budget"], row["expiring"], row["allowance"]) == (None, None, None)
    assert row["expired"] == row["proposals"] == []
