"""Budgets: purses that the user invents, so much per day, week, month or in all. They refill at the period's end."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from creditsui.domain.account import Budget
from creditsui.domain.board import BudgetUse
from creditsui.domain.money import AmountError, Money, typed_amount
from creditsui.domain.observe import Observed

_TYPED = re.compile(
    r"(?P<amount>[^/]*?)\s*(?:(?:/|\bper\b|\ba\b|\bin\b)\s*(?P<per>day|week|month|total|all))?\s*", re.IGNORECASE
)
_PERIODS: dict[str, Literal["day", "week", "month", "total"]] = {
    "day": "day", "week": "week", "month": "month", "total": "total", "all": "total",
}  # fmt: skip
DAYS = 31
"""Of spend that a budget wants to see: the longest month."""


def typed(text: str, currency: str) -> Budget | None:
    """What a person typed: `50/month`, `$10 a day`, `200 in total`; a month where no period is named. None for `none`
    or nothing: there shall be no budget. Raises AmountError with a sentence."""
    if text.strip().lower() in ("", "none"):
        return None
    found = _TYPED.fullmatch(text)
    try:
        amount = typed_amount(found["amount"], currency) if found else None
    except AmountError:
        amount = None
    if found is None or amount is None:
        raise AmountError("Write a budget like 50/month, 10/day, 25/week or 200/total; none takes it away.")
    if amount.currency != currency:
        raise AmountError(f"The budget is in {currency}, as the account is.")
    if amount.micros <= 0:
        raise AmountError("A budget is more than nothing; none takes it away.")
    return Budget(amount, _PERIODS[(found["per"] or "month").lower()])


def text_of(budget: Budget | None) -> str:
    """As it is typed: `50/month`; empty where there is none."""
    return "" if budget is None else f"{budget.amount.amount:g}/{budget.per}"


def period(per: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Where the period that `now` falls in begins and ends, in UTC; weeks begin on Monday. None: it never ends."""
    today = now.astimezone(zone).date()
    if per == "day":
        first, after = today, today + timedelta(days=1)
    elif per == "week":
        first = today - timedelta(days=today.weekday())
        after = first + timedelta(days=7)
    elif per == "month":
        first = today.replace(day=1)
        after = (first + timedelta(days=DAYS)).replace(day=1)
    else:
        return None
    return _midnight(first, zone), _midnight(after, zone)


def use(
    budget: Budget, spent: Observed, pace: Money | None, unpriced_at: datetime | None, now: datetime, zone: tzinfo
) -> BudgetUse:
    """What became of a budget by what is known of the spend in its currency.

    `spent` reaches back 31 days, `pace` is money a day. `unpriced_at` is the last call without a price, where nothing
    but calls tells what was spent: in its period nobody knows the sum.
    """
    span = period(budget.per, now, zone)
    begin, end = span if span is not None else (None, None)
    amount = _spent(spent, begin, zone)
    if amount is not None and unpriced_at is not None and (begin is None or unpriced_at >= begin):
        amount = None
    projected = None
    if amount is not None and pace is not None and end is not None and pace.currency == amount.currency:
        projected = amount + pace.times((end - now) / timedelta(days=1))
    late = amount is not None and begin is not None and spent.since is not None and spent.since > begin
    return BudgetUse(
        budget.amount,
        budget.per,
        since=begin,
        resets_at=end,
        spent=amount,
        remaining=None if amount is None else budget.amount - amount,
        projected=projected,
        elapsed=None if begin is None or end is None else (now - begin) / (end - begin),
        seen_since=spent.since if late else None,
    )


def _spent(spent: Observed, begin: datetime | None, zone: tzinfo) -> Money | None:
    """What was spent since `begin`, or in all; None where nobody was looking."""
    if begin is None:
        return spent.total()
    first = begin.astimezone(zone).date()
    index = next((at for at, day in enumerate(spent.calendar.days) if day >= first), None)
    if index is None:
        return None
    if not any(spent.covered[index:]) and not any(spent.days[index:]):
        return None
    # A report that begins within the period does not say what was spent before it.
    if spent.reported and (spent.since is None or spent.since > spent.calendar.edges[index]):
        return None
    return Money(sum(spent.days[index:]), spent.currency)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
