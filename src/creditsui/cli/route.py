"""`creditsui route`: who should carry Hermes' work, and its settings changed to say so."""

import argparse
import asyncio
import os
import sys
from dataclasses import replace

from creditsui import config as configuration
from creditsui.cli import failure, progress, shown
from creditsui.cli.codes import FINE, PROBLEM
from creditsui.cli.parser import WrongUse
from creditsui.core import board as boards
from creditsui.core import settings
from creditsui.core.hermes import route as routing
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.outputs import route as outputs
from creditsui.routing.route import Change, Decision, Refused


def run(args: argparse.Namespace) -> int:
    _check(args)
    session = open_session(os.environ)
    settings.config(session)  # a pin that cannot be read must not be passed over
    if args.undo:
        return _undo(session, args)
    trouble = progress.latest(session)  # money decides
    asks = args.apply and not args.yes
    decision = asyncio.run(routing.decide(session, args.profile or "", by_hand=asks))
    change = None
    if not args.json and not args.yes:
        _show(session, decision)
    if args.apply and decision.state == "change" and (args.yes or _agreed(decision)):
        try:
            change = routing.apply(session, decision)
        except Refused as refused:
            decision = replace(decision, state="refused", reason=str(refused))
    _tell(session, args, decision, change)
    if trouble is not None:
        failure.report(trouble)
    return PROBLEM if decision.state == "refused" or trouble is not None else FINE


def _check(args: argparse.Namespace) -> None:
    if args.apply and args.undo:
        raise WrongUse("--apply writes and --undo takes back: take one of them")
    if args.yes and not args.apply:
        raise WrongUse("--yes goes with --apply")
    if args.apply and not args.yes:
        if args.json:
            raise WrongUse("--apply --json asks no question: it needs --yes")
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise WrongUse("without a terminal --apply needs --yes")


def _show(session: Session, decision: Decision) -> None:
    """Everything about it, but why it was refused: that stands on stderr."""
    if decision.state == "refused":
        decision = replace(decision, reason="")
    text = outputs.report(decision, _bands(session), *shown.paper(session))
    if text:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _bands(session: Session) -> outputs.Bands:
    return {view.id: view.band for view in boards.board(session).accounts}


def _agreed(decision: Decision) -> bool:
    sys.stderr.write(f"\nChange {decision.config}? What stands there is kept. [y/N] ")
    sys.stderr.flush()
    agreed = sys.stdin.readline().strip().casefold().startswith("y")
    if not agreed:
        sys.stderr.write("Nothing was written.\n")
    return agreed


def _tell(session: Session, args: argparse.Namespace, decision: Decision, change: Change | None) -> None:
    """What came of it; nothing at all where nothing changes and nobody is there."""
    if args.json:
        sys.stdout.write(outputs.dumps(decision, change, applied=args.apply) + "\n")
    if decision.state == "refused":
        sys.stderr.write(f"{decision.reason}\n")
    elif change is not None and not args.json:
        if args.yes:
            sys.stdout.write(outputs.report(decision, {}, *shown.paper(session), whole=False) + "\n\n")
        sys.stdout.write(f"Written to {change.config}; creditsui route --undo puts back what stood there.\n")
    elif decision.state == "change" and not args.apply and not args.json:
        sys.stderr.write("\nNothing was written; creditsui route --apply does it.\n")


def _undo(session: Session, args: argparse.Namespace) -> int:
    change = routing.undo(session, args.profile or "")
    if args.json:
        sys.stdout.write(outputs.undone(change) + "\n")
        return FINE
    zone = configuration.zone(settings.config(session), session.env)
    at = f"{change.at.astimezone(zone):%Y-%m-%d %H:%M}"
    sys.stdout.write(f"{change.config} is byte for byte what it was before {at}.\n")
    if change.rests_until is not None:
        until = f"{change.rests_until.astimezone(zone):%Y-%m-%d %H:%M}"
        sys.stdout.write(f"Unattended runs leave it alone until {until}; creditsui route --apply does not wait.\n")
    return FINE
