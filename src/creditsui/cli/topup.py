"""`creditsui topup`: new credit."""

import argparse
import os
import sys

from creditsui import config as configuration
from creditsui.cli import amounts, named, shown
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse
from creditsui.core import board as boards
from creditsui.core import book, settings
from creditsui.core.start import open_session
from creditsui.domain import format as words
from creditsui.domain.entry import CreditKind


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    named.account_or_provider(session, args.id)
    amount = amounts.amount(" ".join(args.words), book.currency(session, args.id))
    if amount.micros <= 0:
        raise WrongUse("a top-up is more than 0; a balance that is lower than shown is booked with creditsui sync")
    at = None
    if args.at is not None:
        zone = configuration.zone(settings.config(session), session.env)
        at = amounts.instant(args.at, session.now(), zone)
    expires = amounts.day(args.expires) if args.expires is not None else None
    kind: CreditKind = "promo" if args.promo else "granted" if args.granted else "paid"
    entry = book.topup(session, args.id, amount, expires=expires, kind=kind, note=args.note, at=at)
    board = shown.only(boards.board(session), {args.id})
    shown.show(session, board)
    sys.stderr.write(f"Booked {words.signed(amount)} as entry {entry.number}; creditsui undo takes it back.\n")
    if all(view.balance is None for view in board.accounts):
        sys.stderr.write(
            f"What was there before is not known yet; enter the balance: creditsui sync {args.id} AMOUNT\n"
        )
    return FINE
