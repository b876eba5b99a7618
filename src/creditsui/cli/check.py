"""`creditsui check`: may this be spent?"""

import argparse
import gc
import os
import sys
from datetime import date, datetime, timedelta, tzinfo

from creditsui import config as configuration
from creditsui.cli import amounts, failure, named, progress
from creditsui.cli.codes import FINE, NO
from creditsui.cli.parser import WrongUse
from creditsui.core import check, settings
from creditsui.core.start import open_session
from creditsui.domain.preflight import Unfit
from creditsui.outputs import preflight as outputs


def run(args: argparse.Namespace) -> int:
    if args.need is None:
        raise WrongUse("say how much is needed: --need 3.00, or --need 10% of a quota")
    gc.disable()  # a year of readings are many small things, none of which goes before the end
    session = open_session(os.environ)
    zone = configuration.zone(settings.config(session), session.env)
    account = named.account(session, args.id)
    until = None if args.until is None else moment(args.until, session.now(), zone)
    if args.fresh:
        refused = progress.latest(session, [account.id, *([account.pool] if account.pool else [])], force=True)
        if refused is not None:
            failure.report(refused)
    try:
        verdict = check.check(session, account.id, args.need, until)
    except Unfit as wrong:
        raise WrongUse(str(wrong)) from None
    sys.stdout.write(outputs.dumps(verdict) + "\n")
    return FINE if verdict.go else NO


def moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """`18:00`, `2026-11-24T18:00`, or a day, through its end. Raises WrongUse for what is over."""
    at = amounts.instant(text, now, zone)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        after = day + timedelta(days=1) if day < date.max else day
        at = datetime(after.year, after.month, after.day, tzinfo=zone)
    if at <= now:
        raise WrongUse("--until is over; take a time to come")
    return at
