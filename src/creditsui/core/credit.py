"""Credit that comes in: until when it lasts by its provider's rule, and rises of a balance that nobody booked."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from creditsui import config as configuration
from creditsui.config import ConfigError
from creditsui.core import board, book, configured, settings
from creditsui.core.session import Session
from creditsui.domain.board import AccountView, Board, Proposal
from creditsui.domain.entry import CreditKind, Entry
from creditsui.domain.money import Money

_AUTOMATIC = uuid.UUID("5b4d3cf1-50c4-4d0a-9f3e-6f6c2a1f7d10")
"""In whose name entries that nobody was asked about get their ids: the same rise is never booked twice."""

NO_TOPUP = "no top-up"
"""The note of an entry that says so."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The last day of credit by a provider's known rule."""

    day: date
    provider: str
    """Whose rule it is, by name."""


def usual_end(session: Session, account: str, kind: CreditKind, at: datetime) -> Usual | None:
    """Until when credit that comes in at `at` lasts; None where no rule is known. Gifts have ends of their own, which
    no rule tells."""
    found = settings.account(session, account)
    provider = session.providers().get(found.provider if found is not None else account)
    if provider is None or not provider.credit_lasts_days or kind != "paid":
        return None
    try:
        there = at.astimezone(configuration.zone(configured.current(session), session.env))
        return Usual(there.date() + timedelta(days=provider.credit_lasts_days), provider.name)
    except OverflowError:  # the calendar ends before
        return None


def accept_by_itself(session: Session, shown: Board) -> list[Entry]:
    """Book every confirmed rise, where the settings say so. What was taken back stays taken back."""
    try:
        if configured.config(session).accept != "auto":
            return []
    except ConfigError:  # nobody can say now what is wanted
        return []
    wanted = [(view, one) for view in shown.accounts for one in view.proposals if view.enabled and one.confirmed]
    if not wanted:
        return []
    known = {entry.id for entry in book.entries(session)}
    booked = []
    for view, one in wanted:
        if (id := _id(view, one)) not in known:
            usual = usual_end(session, view.id, one.kind, one.at)
            last = usual.day if usual is not None else None
            with suppress(book.Unbookable):  # the account was removed meanwhile
                booked.append(book.topup(session, view.id, one.amount, expires=last, kind=one.kind, at=one.at, id=id))
    return booked


def automatic(entry: Entry) -> bool:
    """Whether nobody was asked about it."""
    try:
        return uuid.UUID(hex=entry.id).version == 5
    except ValueError:
        return False


def proposed(session: Session, account: str) -> tuple[Proposal, ...]:
    """What could be booked for an account, oldest first."""
    view = board.board(session).account(account)
    return view.proposals if view is not None else ()


def decline(session: Session, account: str, one: Proposal) -> Entry:
    """Book that a rise was no top-up, but a refund or a correction: an adjustment by nothing at its instant. So it can
    be taken back and moves with the ledger like all that was booked."""
    from creditsui.adapters.ledger import open_ledger

    with open_ledger(session.paths.ledger) as ledger:
        nothing = Money(0, one.amount.currency)
        entry = ledger.book("adjust", account, one.at, nothing, now=session.now(), note=NO_TOPUP)
    board.publish(session, board.board(session))
    return entry


def _id(view: AccountView, one: Proposal) -> str:
    return uuid.uuid5(_AUTOMATIC, f"{view.id} {one.amount.currency} {one.at.isoformat()}").hex
