"""`creditsui runway`: what dies first, and how much lasts to a day."""

import argparse
import os
import sys

from creditsui import config as configuration
from creditsui.cli import amounts, named, shown
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse
from creditsui.core import advise, settings
from creditsui.core import board as boards
from creditsui.core.start import open_session
from creditsui.outputs import runway as outputs


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    zone = configuration.zone(settings.config(session), session.env)
    until = None if args.until is None else amounts.day(args.until)
    if until is not None and until < session.now().astimezone(zone).date():
        raise WrongUse(f"{until} is over; take a day to come")
    ids = [account.id for account in named.accounts(session, args.id)]
    board = boards.board(session)
    if ids:
        board = shown.only(board, ids)
    advice = [] if until is None else advise.advise(session, until, [view.id for view in board.accounts])
    if args.json:
        needs = None if until is None else {one.account: (until, one.amount) for one in advice}
        sys.stdout.write(outputs.dumps(board, zone, needs) + "\n")
        shown.notices(board)
        return FINE
    width, color, glyphs = shown.paper(session)
    sys.stdout.write(outputs.table(board, zone, width, color, glyphs) + "\n")
    if until is not None:
        sys.stdout.write("\n" + "".join(f"{one.sentence}\n" for one in advice))
    shown.notices(board)
    return FINE
