"""`creditsui topup`: new credit, as told or as a rise of the balance tells it."""

import argparse
import os
import sys
from dataclasses import replace
from datetime import date

from creditsui import config as configuration
from creditsui.cli import amounts, named, shown
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse
from creditsui.core import board as boards
from creditsui.core import book, credit, settings
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain import format as words
from creditsui.domain.board import Proposal
from creditsui.domain.entry import CreditKind, Entry


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    named.account_or_provider(session, args.id)
    if args.ignore:
        return _ignore(session, args)
    kind: CreditKind | None = "promo" if args.promo else "granted" if args.granted else None
    wanted = [_told(session, args)] if args.words else _unbooked(session, args)
    if args.expires not in (None, "never"):
        amounts.day(args.expires)
    booked = []
    for one in wanted:
        one = replace(one, kind=kind or one.kind)
        last, why = _end(session, args, one)
        entry = book.topup(session, args.id, one.amount, expires=last, kind=one.kind, note=args.note, at=one.at)
        booked.append((entry, why))
    board = shown.only(boards.board(session), {args.id})
    shown.show(session, board)
    for entry, why in booked:
        sys.stderr.write(_said(session, entry, why, dated=not args.words))
    if all(view.balance is None for view in board.accounts):
        sys.stderr.write(
            f"What was there before is not known yet; enter the balance: creditsui sync {args.id} AMOUNT\n"
        )
    return FINE


def _ignore(session: Session, args: argparse.Namespace) -> int:
    if args.words:
        raise WrongUse("--ignore goes without an amount: it is the rise of the balance that is no top-up")
    for one in _unbooked(session, args):
        entry = credit.decline(session, args.id, one)
        sys.stderr.write(
            f"{words.signed(one.amount)} is no top-up, by entry {entry.number}; creditsui undo takes that back.\n"
        )
    return FINE


def _told(session: Session, args: argparse.Namespace) -> Proposal:
    amount = amounts.amount(" ".join(args.words), book.currency(session, args.id))
    if amount.micros <= 0:
        raise WrongUse("a top-up is more than 0; a balance that is lower than shown is booked with creditsui sync")
    at = session.now()
    if args.at is not None:
        at = amounts.instant(args.at, at, configuration.zone(settings.config(session), session.env))
    return Proposal(at, amount, "paid", True)


def _unbooked(session: Session, args: argparse.Namespace) -> list[Proposal]:
    """What the balance rose by. Raises WrongUse where it did not."""
    found = credit.proposed(session, args.id)
    if not found:
        raise WrongUse(f"no rise of its balance is unbooked; say how much came in: creditsui topup {args.id} AMOUNT")
    if args.at is not None:
        raise WrongUse("--at goes with an amount; a rise of the balance has its own time")
    return [*found]


def _end(session: Session, args: argparse.Namespace, one: Proposal) -> tuple[date | None, str]:
    """The last day of the credit, and whose rule says so where nobody did."""
    if args.expires is not None:
        return (None, "") if args.expires == "never" else (amounts.day(args.expires), "")
    usual = credit.usual_end(session, args.id, one.kind, one.at)
    return (None, "") if usual is None else (usual.day, usual.provider)


def _said(session: Session, entry: Entry, rule: str, *, dated: bool) -> str:
    amount = words.signed(entry.amount) if entry.amount is not None else ""
    zone = configuration.zone(settings.config(session), session.env)
    when = f" of {entry.at.astimezone(zone):%Y-%m-%d %H:%M}" if dated else ""
    text = f"Booked {amount}{when} as entry {entry.number}; creditsui undo takes it back.\n"
    if entry.expires_at is not None and rule:
        text += f"It expires {entry.expires_at}, as credit of {rule} does; --expires never denies that.\n"
    return text
