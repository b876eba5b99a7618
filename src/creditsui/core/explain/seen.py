"""What is drawn of the past, in words: falls of the balance and what made them, days of spend, and top-ups."""

from datetime import datetime

from creditsui.core.explain.numbers import age, utc
from creditsui.domain import format as show
from creditsui.domain.board import AccountView, Hit
from creditsui.domain.money import total
from creditsui.domain.observe import UNSEEN

_TOLD = 5


def hits(view: AccountView, now: datetime) -> list[str]:
    if not view.hits:
        return ["No fall of the balance was seen, and no call that costs."]
    lines = [line for hit in view.hits[:_TOLD] for line in _hit(hit, now)]
    lines.append("A fall of the balance is told with the calls that agents logged in its time, the dearest first.")
    if any(UNSEEN in (hit.cause, *(part.cause for part in hit.parts)) for hit in view.hits):
        lines.append("What it fell by beyond all of them is unseen.")
    return [*lines, *age(view, now)]


def _hit(hit: Hit, now: datetime) -> list[str]:
    """With its parts, where there are several."""
    cause = hit.parts[0].cause if hit.parts else hit.cause
    lines = [f"{show.signed(-hit.amount)} by {utc(hit.at, now)}{': ' + cause if cause else ''}"]
    return [*lines, *(f"  {show.amount(part.amount)} {part.cause}" for part in hit.parts if len(hit.parts) > 1)]


def days(view: AccountView, now: datetime) -> list[str]:
    seen = [(day, spent) for day, spent in view.days if spent is not None]
    if not seen:
        return ["Not known: no day of spend was observed."]
    sums = " + ".join(show.amount(one) for one in total([spent for _, spent in seen]).values())
    lines = [f"{sums} on {len(seen)} of the last {len(view.days)} days, each from midnight in your time zone."]
    dearest = sorted(seen, key=lambda one: -one[1].micros)[:3]
    each = [f"{show.amount(spent)} on {show.weekday(day, now.date())}" for day, spent in dearest if spent.micros]
    lines += [f"The dearest: {', '.join(each)}."] if each else []
    if missing := len(view.days) - len(seen):
        many = "1 day is blank: nobody was" if missing == 1 else f"{missing} days are blank: nobody was"
        lines.append(f"{many} looking. That is not known, not zero.")
    if view.spend is not None and view.spend.source == "provider":
        lines.append("The provider itself reports this, by its own days (UTC).")
    return lines


def topups(view: AccountView, now: datetime) -> list[str]:
    if not view.topups:
        return ["No top-up is booked."]
    lines = [f"{show.signed(one.amount)} on {utc(one.at, now)}" for one in view.topups[:_TOLD]]
    return [*lines, "So you booked it, or let it be booked by itself; “lots” tells what is left of each."]
