"""Credit in words: what is left of each lot, what ends when, what ended, and what came in that nobody booked."""

from datetime import datetime

from creditsui.domain import format as show
from creditsui.domain.board import AccountView


def lots(view: AccountView, now: datetime) -> list[str]:
    if not view.lots:
        return ["No lots are known: nothing was topped up here, or the provider does not tell."]
    lines = []
    for lot in view.lots:
        end = "never expires" if lot.expires_at is None else f"expires {show.short_day(lot.expires_at, now.date())}"
        lines.append(f"{show.amount(lot.remaining)} {lot.kind}, {end}")
    return [*lines, "What expires first is spent first.", *_last_day(view)]


def expiring(view: AccountView, now: datetime) -> list[str]:
    if view.expiring is None:
        dated = any(lot.expires_at is not None for lot in view.lots)
        return ["Nothing within 30 days." if dated else "Nothing: no credit with an end is known."]
    return [
        f"{show.expiring(view)}, if it is not spent before: on {show.weekday(view.expiring.on, now.date())}.",
        "It is said from 30 days before the end, and more plainly from 7 days and from 1 day.",
        *_last_day(view),
    ]


def expired(view: AccountView, now: datetime) -> list[str]:
    if not view.expired:
        return ["Nothing is known to have expired."]
    lines = [
        f"{show.amount(one.amount)} {one.kind}, after {show.short_day(one.on, now.date())}" for one in view.expired[:8]
    ]
    return [
        *lines,
        "It left the balance and is no spend. What had been spent by then was taken off what expires first.",
        "Where the provider tells its balance, it says by its own fall what was left.",
    ]


def proposals(view: AccountView, now: datetime) -> list[str]:
    if not view.proposals:
        return ["Nothing: all that came in within 30 days is booked, or came before your last top-up."]
    lines = [
        f"{show.signed(one.amount)} {one.kind} on {show.short_day(one.at.date(), now.date())} {one.at:%H:%M} UTC"
        for one in view.proposals
    ]
    return [
        *lines,
        "So much did the balance rise by, with what was spent meanwhile, and nobody booked it.",
        "Under half a unit or one part in a hundred it would be rounding or a refund.",
        f"To book it: creditsui topup {view.id}; if it is none: creditsui topup {view.id} --ignore",
    ]


def allowance(view: AccountView, now: datetime) -> list[str]:
    if view.allowance is None:
        return ["No credit is known that comes by itself."]
    return [
        f"{show.allowance(view.allowance)}: the balance rose so at least three times, at one hour.",
        "So it is no top-up that you would have to book, and not spend either.",
    ]


def _last_day(view: AccountView) -> list[str]:
    return ["The last day is one of your time zone."] if any(lot.expires_at is not None for lot in view.lots) else []
