"""`creditsui status`: every account, on paper."""

import argparse
import gc
import os
import sys

from creditsui.cli import failure, named, progress, shown
from creditsui.cli.codes import FINE, NO, PROBLEM
from creditsui.cli.parser import WrongUse
from creditsui.core import board as boards
from creditsui.core import settings
from creditsui.core.start import open_session
from creditsui.domain.board import AccountView, Band, Board

_TOO_LOW = {"low": {Band.LOW, Band.CRITICAL}, "critical": {Band.CRITICAL}}


def run(args: argparse.Namespace) -> int:
    if args.cached and args.force:
        raise WrongUse("--cached never asks and --force asks now: take one of them")
    if args.private and args.html is None:
        raise WrongUse("--private goes with --html")
    if args.json and args.html == "-":
        raise WrongUse("--json and --html - both write to standard output: name a file for the page")
    gc.disable()  # a year of readings are many small things, none of which goes before the end
    session = open_session(os.environ)
    settings.config(session)  # without it there would be a board of nothing, and nobody the wiser
    ids = [account.id for account in named.accounts(session, args.id)]
    refused = None if args.cached else progress.latest(session, ids or None, force=args.force)
    board = boards.board(session)
    if ids:
        board = shown.only(board, ids)
    if args.html is not None:
        from creditsui.cli import report

        report.put(report.html(session, board, ids, private=args.private), session, args.html)
    if args.json:
        from creditsui.outputs.json import dumps

        sys.stdout.write(dumps(board).rstrip("\n") + "\n")
        shown.notices(board)
    elif args.html is not None:
        shown.notices(board)
    else:
        shown.show(session, board)
    counted = [view for view in board.accounts if view.enabled]
    _tell(counted, board)
    if refused is not None and str(refused) not in board.notices:
        failure.report(refused)
    return _code(counted, args.fail_on) or (FINE if refused is None else PROBLEM)


def _tell(views: list[AccountView], board: Board) -> None:
    for view in views:
        shown.problem(view)
        told = view.pool or view.problem or view.read_at or view.spend
        if view.manual and not told:
            sys.stderr.write(f"{view.id}: nothing is known yet. To do: creditsui sync {view.id} AMOUNT\n")
    if not board.accounts:
        sys.stderr.write(
            "No account yet. Set a key in the environment, or: creditsui account add ID. "
            "creditsui providers lists what can be asked, creditsui doctor where keys were looked for.\n"
        )


def _code(views: list[AccountView], fail_on: str | None) -> int:
    problem = any(view.problem is not None for view in views)
    if fail_on == "problem" and problem:
        return NO
    if fail_on in _TOO_LOW and any(view.band in _TOO_LOW[fail_on] for view in views):
        return NO
    return PROBLEM if problem else FINE
