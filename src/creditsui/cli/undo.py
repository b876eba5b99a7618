"""`creditsui undo`: take an entry back."""

import argparse
import os
import sys

from creditsui.cli import shown
from creditsui.cli.codes import FINE
from creditsui.core import board as boards
from creditsui.core import book
from creditsui.core.start import open_session
from creditsui.domain import format as words


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    _, target = book.undo(session, args.number)
    shown.show(session, shown.only(boards.board(session), {target.account}))
    what = {"sync": "the balance", "topup": "the top-up"}.get(target.type, "the change")
    amount = f" of {words.amount(target.amount)}" if target.amount is not None else ""
    if target.type == "adjust" and target.amount is not None and not target.amount.micros:
        what, amount = "no top-up, as", ""
    sys.stderr.write(f"Took back entry {target.number}: {what}{amount} booked for {target.account}.\n")
    return FINE
