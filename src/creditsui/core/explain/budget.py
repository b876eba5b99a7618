"""A budget in words: what is left of it, by which spend, and where the pace leads."""

from datetime import datetime

from creditsui.core.explain.numbers import utc
from creditsui.domain import format as show
from creditsui.domain.board import AccountView

_WHEN = {"day": "today", "week": "this week, since Monday", "month": "this month", "total": "in all"}


def budget(view: AccountView, now: datetime) -> list[str]:
    it = view.budget
    if it is None:
        return [f"No budget is set. To set one: creditsui account set {view.id} budget=50/month"]
    whole = show.budget(it)
    if it.spent is None or it.remaining is None:
        return [f"{whole}. What was spent of it is not known, so neither is what is left.", *_why(view)]
    left = f"{show.amount(it.remaining)} left" if it.remaining.micros >= 0 else f"{show.amount(-it.remaining)} over"
    lines = [f"{left}: {whole}, less {show.amount(it.spent)} spent {_WHEN[it.per]}."]
    if it.seen_since is not None:
        lines.append(f"Not covered: what was spent before {utc(it.seen_since, now)}, when the ledger began to look.")
    if it.elapsed is not None:
        even = it.amount.times(it.elapsed)
        lines.append(
            f"{show.percent(it.elapsed)} of the time is over; an even pace would have spent {show.amount(even)}."
        )
    if it.projected is not None and view.burn is not None and view.burn.currency == it.amount.currency:
        lines.append(
            f"At {show.amount(view.burn)} a day it will be {show.amount(it.projected)} by the end,"
            f" {_against(it.projected.micros - it.amount.micros)}."
        )
    if it.resets_at is not None:
        lines.append(f"It starts anew at {utc(it.resets_at, now)}, midnight in your time zone.")
    if view.spend is not None and view.spend.source == "provider":
        lines.append("The provider itself reports the spend, by its own days (UTC).")
    return [*lines, "Credit that came in or expired does not touch it."]


def _against(over: int) -> str:
    return "more than the budget" if over > 0 else "within the budget"


def _why(view: AccountView) -> list[str]:
    if view.spend is not None and view.spend.unpriced_tokens:
        return [f"{view.spend.unpriced_tokens:,} tokens are of models without a known price."]
    return ["Neither the provider nor the ledger has seen the whole of it."]
