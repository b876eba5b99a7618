"""Budgets: purses that the user invents, so much per day, week, month or in all. They refill at the period's end."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from creditsui.domain.account import Budget
from creditsui.domain.board import BudgetUse
from creditsui.domain.money import Money
from creditsui.domain.observe import Observed

DAYS = 31
"""Of spend that a budget wants to see: the longest month."""


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
