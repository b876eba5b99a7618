"""What an alert says: one sentence with its numbers, without a full stop."""

from datetime import date, datetime, tzinfo

from creditsui.domain import format as words
from creditsui.domain.board import AccountView, Band, Runway, Spike
from creditsui.domain.money import Money
from creditsui.domain.problem import Kind
from creditsui.domain.reading import Certainty

_UNITS = {"h": "hour", "d": "day", "mo": "month", "y": "year"}


def band(view: AccountView, now: datetime, floor: str, *, empty: bool = False) -> str:
    """`Anthropic is critical: $9.02 of $45.00, about 2 days`. `floor`: whether one in `amount` or `days` did it."""
    if view.band is Band.UNKNOWN:
        return f"{view.label} is above its floor again"
    again = " again" if view.band in (Band.HEALTHY, Band.FAIR) else ""
    what = _floored(view, floor) if floor else _binding(view, now)
    word = "empty" if empty else f"{view.band.value}{again}"
    return f"{view.label} is {word}{f': {what}' if what else ''}"


def key(view: AccountView, kind: Kind) -> str:
    what = _key(view)
    return f"{view.label} {f'rejects {what}' if kind == 'rejected' else f'no longer lets {what} read what is left'}"


def key_again(view: AccountView) -> str:
    return f"{view.label} takes {_key(view)} again"


def _key(view: AccountView) -> str:
    return "the login" if view.key_from == "login" else "the key"


def drift(view: AccountView) -> str:
    known = "" if view.purse is None else f": {words.amount(view.purse)} ± {words.amount(view.error)}"
    return f"{view.label} is uncertain{known}, time to sync it"


def lot(view: AccountView, micros: int, on: date, today: date) -> str:
    amount = words.amount(Money(micros, view.purse.currency)) if view.purse is not None else "credit"
    days = (on - today).days
    when = (
        "today" if not days else f"tomorrow, {_date(on, today)}" if days == 1 else f"in {days} days, {_date(on, today)}"
    )
    return f"{view.label}: {amount} expires {when}"


def runway(view: AccountView, until: date) -> str:
    left = [words.amount(view.balance.remaining)] if view.balance is not None else []
    what = ", ".join([*left, *([found] if (found := lasting(view.runway)) else [])])
    return (
        f"{view.label} will probably not last through {words.weekday(until)} {until.year}{f': {what}' if what else ''}"
    )


def budget(view: AccountView, share: float) -> str:
    it = view.budget
    if it is None or it.spent is None:
        return ""
    return f"{view.label} spent {int(share * 100)}% of its budget: {words.amount(it.spent)} of {words.budget(it)}"


def spike(view: AccountView, one: Spike, now: datetime, zone: tzinfo) -> str:
    since = words.clock(one.since, zone)
    if one.since.astimezone(zone).date() != now.astimezone(zone).date():
        since = f"{words.weekday(one.since.astimezone(zone).date())} {since}"
    return f"{view.label} spends {words.times_usual(one)} the usual: {words.amount(one.amount)} since {since}"


def window(view: AccountView, name: str, dry: datetime, resets: datetime, now: datetime, zone: tzinfo) -> str:
    at = f"at {words.clock(dry, zone)}"
    if dry.astimezone(zone).date() != now.astimezone(zone).date():
        at = f"on {words.weekday(dry.astimezone(zone).date())} {at}"
    early = words.span((resets - dry).total_seconds())
    return f"{view.label}: {name} is on course to run out {at}, {early} before it refills"


def refilled(view: AccountView, name: str, used: float) -> str:
    return f"{view.label}: {name} lasts again, {words.percent(1 - used)} left"


def lasting(it: Runway) -> str:
    """`about 2 days`, `2–4 days`, `9 hours to 2 days`; empty where it is not known."""
    if it.state == "empty":
        return "nothing left to spend"
    if it.state != "known" or it.days is None:
        return ""
    low, high = (words.stretch(it.days if one is None else one) for one in (it.p10, it.p90))
    if low == high:
        return f"about {_spelled(low)}"
    number, unit = _split(low)
    if unit == _split(high)[1] and number.isdigit():
        return f"{number}–{_spelled(high)}"
    return f"{_spelled(low)} to {_spelled(high)}"


def _binding(view: AccountView, now: datetime) -> str:
    """What the health comes from, and how long it lasts."""
    quota, limit, it = words.binding_window(view), view.limit, view.budget
    if view.binding == "problem":
        return "it says itself that the credit is used up"
    if quota is not None:
        wait = None if quota.resets_at is None else (quota.resets_at - now).total_seconds()
        refills = "" if wait is None or wait <= 0 else f", refills in {words.span(wait)}"
        return f"{words.percent(1 - quota.used)} of {words.quota(quota)} left{refills}"
    if view.binding == "budget" and it is not None and it.spent is not None:
        return f"{words.amount(it.spent)} spent of its budget of {words.budget(it)}"
    if view.binding == "limit" and limit is not None:
        return f"{words.amount(limit.remaining)} left of its cap of {words.amount(limit.amount)}"
    return ", ".join(part for part in (_money(view), lasting(view.runway)) if part)


def _money(view: AccountView) -> str:
    left, full = view.purse, view.capacity
    if left is None:
        return ""
    about = "about " if view.certainty is Certainty.ESTIMATED else ""
    of = f" of {words.amount(full)}" if full is not None and full.currency == left.currency else ""
    return f"{about}{words.amount(left)}{of}"


def _floored(view: AccountView, floor: str) -> str:
    left = "" if view.balance is None else words.amount(view.balance.remaining)
    time = lasting(view.runway)
    if floor == "amount":
        edge = f"under the floor of {view.thresholds.amount:,.2f}"
        return ", ".join(part for part in (f"{left} {edge}", time) if part)
    edge = f"under the floor of {view.thresholds.days:g} day{'' if view.thresholds.days == 1 else 's'}"
    return ", ".join(part for part in (left, f"{time} {edge}") if part)


def _date(on: date, today: date) -> str:
    return f"on {words.weekday(on, today)}"


def _spelled(short: str) -> str:
    """`4d` → `4 days`, `<1h` → `under an hour`."""
    if short == "<1h":
        return "under an hour"
    number, unit = _split(short)
    return f"{number} {_UNITS.get(unit.rstrip('+'), unit)}{'' if number == '1' else 's'}"


def _split(short: str) -> tuple[str, str]:
    """`14mo` → `14` and `mo`; `10y+` → `10+` and `y`."""
    number = short.rstrip("abcdefghijklmnopqrstuvwxyz+")
    unit = short[len(number) :]
    return (number + "+", unit.rstrip("+")) if unit.endswith("+") else (number, unit)
