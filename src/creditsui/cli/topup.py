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
    entry = book.topup(session, args.id, amount, expires=expires, granted=args.granted, note=args.note, at=at)
    shown.show(session, shown.only(boards.board(session), {args.id}))
    sys.stderr.write(f"Booked {words.signed(amount)} as entry {entry.number}; creditsui undo takes it back.\n")
    return FINE
