"""How long it lasts, in words: the forecast with its figures, and why there is none where there is none."""

from datetime import datetime, timedelta

from creditsui.domain import format as show
from creditsui.domain.board import AccountView, Outlook, Runway
from creditsui.domain.forecast import LONGEST
from creditsui.domain.health import counts
from creditsui.domain.runway import GATHERING

_SMALL = 0.005
"""A trend below half a percent a day is none."""
_MANY = 100.0
"""Days from which on no tenth of one is told."""


def runway(view: AccountView, now: datetime) -> list[str]:
    it = view.runway
    if it.state == "known" and it.days is not None:
        return _known(view, it, it.days, now)
    said = {
        "gathering": _gathering(view),
        "idle": "Nothing was spent for seven days, so there is no end in sight.",
        "refills": "This refills by itself; it does not run dry for good. “windows” tells what each is on course for.",
        "empty": _empty(view),
    }.get(it.state)
    return [said or _unknown(view)]


def _known(view: AccountView, it: Runway, days: float, now: datetime) -> list[str]:
    if days >= LONGEST:
        lines = [f"At least {_long(LONGEST)} until empty: further ahead nobody can see."]
    else:
        lines = [f"{_long(days)} until empty, in the middle of what may happen."]
    look = it.outlook
    left = view.balance.remaining if view.balance is not None else view.limit.remaining if view.limit else None
    pace = look.pace if look is not None else view.burn
    if left is not None and pace is not None and pace.micros > 0:
        expected = ", as it is expected to go on" if look is not None else ""
        lines.append(f"{show.amount(left)} left at {show.amount(pace)} a day{expected}.")
    if it.p10 is not None and it.p90 is not None:
        low = f"{it.p10:.1f}" if it.p90 < _MANY else _long(it.p10)
        lines.append(f"Eight times in ten between {low} and {_long(it.p90)}.")
    if it.empty_on is not None:
        lines.append(f"Most likely empty around {show.weekday(it.empty_on, now.date())}, in your time zone.")
    if look is not None:
        lines += _rests_on(view, look)
    lines += _ending(view, it, now)
    lines.append("It supposes that habits go on as observed. Top-ups to come are not counted on.")
    return lines


def _ending(view: AccountView, it: Runway, now: datetime) -> list[str]:
    last = now.date() + timedelta(days=it.p90 if it.p90 is not None else 0.0)
    soon = [lot for lot in view.lots if lot.expires_at is not None and lot.expires_at <= last]
    if not soon or soon[0].expires_at is None:
        return []
    first = f"{show.amount(soon[0].remaining)} after {show.short_day(soon[0].expires_at, now.date())}"
    return [f"What ends before it is spent is not counted on: {first}{', and more' if len(soon) > 1 else ''}."]


def _rests_on(view: AccountView, look: Outlook) -> list[str]:
    lines = [f"It rests on {look.days:.1f} observed days of the last {len(view.days) or 30}; recent ones count more."]
    if abs(look.trend) >= _SMALL:
        way = "rises" if look.trend > 0 else "falls"
        lines.append(f"The pace {way} by {abs(look.trend):.1%} a day; that is followed for some days, not for ever.")
    lines.append(
        f"One day is off from the usual by about ±{look.swing:.0%}, "
        f"and the pace itself may be off by ±{look.doubt:.0%}: that makes the range."
    )
    if look.quiet is not None:
        lines.append(f"A day of a weekend takes {look.quiet:.0%} of a day's usual.")
    if look.gone >= timedelta(minutes=30):
        lines.append(
            f"The balance was last known {show.span(look.gone.total_seconds())} ago; "
            "what was probably spent since is taken off."
        )
    if view.error is not None and view.error.micros:
        lines.append(f"That the balance may be off by ±{show.amount(view.error)} is in the range too.")
    return lines


def _empty(view: AccountView) -> str:
    if view.balance is not None and view.balance.remaining.micros < 0:
        return f"It is empty now, and {show.amount(-view.balance.remaining)} in debt."
    if view.binding == "problem":
        return "It is empty now: the provider says that nothing can be spent."
    return "It is empty now."


def _unknown(view: AccountView) -> str:
    spend = view.spend
    if view.balance is not None and spend is not None and spend.unpriced_tokens:
        return (
            f"Not known: {spend.unpriced_tokens:,} tokens of the last {len(view.days) or 30} days have no known price. "
            "They cost something, however few they are, and nobody but the log tells what is spent here; "
            "“creditsui spend --unpriced” lists them."
        )
    if view.balance is None and any(counts(window) for window in view.windows):
        return "Not known: there is no balance to run out; “windows” tells what each is on course for."
    return "Not known: there is no balance, or no spend, to reckon with."


def _gathering(view: AccountView) -> str:
    seen = view.runway.seen or 0.0
    if seen >= GATHERING:
        return "Not known yet: nothing was spent in the days observed."
    so_far = f" So far it is {'under a tenth of one' if seen < 0.1 else f'{seen:.1f}'}." if seen else ""
    return f"Not known yet: fewer than three days were observed.{so_far}"


def _long(days: float) -> str:
    """`4.4 days`; from a hundred days on as the rows of a year would say it."""
    if days >= LONGEST:
        return "10 years"
    return f"{days:.1f} days" if days < _MANY else show.stretch(days)
