"""`creditsui alerts`: what stands, and what is new, told once."""

import argparse
import builtins
import json
import os
import sys

from creditsui import config as configuration
from creditsui.cli import failure, progress, shown
from creditsui.cli.alerts_urls import add as add
from creditsui.cli.alerts_urls import remove as remove
from creditsui.cli.codes import FINE, PROBLEM
from creditsui.cli.parser import WrongUse
from creditsui.core import board as boards
from creditsui.core import settings
from creditsui.core.alerts import watch
from creditsui.core.alerts.settings import alert_settings
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.alert import Alert, Level, as_json
from creditsui.domain.bar import Glyphs
from creditsui.domain.board import Band

_BANDS: dict[Level, Band] = {"critical": Band.CRITICAL, "warning": Band.LOW, "info": Band.HEALTHY}


def list(args: argparse.Namespace) -> int:
    """What stands; with an option, what is new, or a sample."""
    if args.once and args.test:
        raise WrongUse("--once tells what is new and --test a sample: take one of them")
    session = open_session(os.environ)
    settings.config(session)
    if args.test:
        from creditsui.cli.alerts_test import test

        return test(session, alert_settings(session), as_json=args.json)
    return _once(session, args.json) if args.once else _list(session, args.json)


def _once(session: Session, as_lines_of_json: bool) -> int:
    """Not a byte where there is nothing new."""
    chosen = alert_settings(session)
    refused = progress.latest(session)
    new = watch.look(session, boards.board(session), hold=True)
    for alert in new:
        sys.stdout.write(f"{_json(alert) if as_lines_of_json else alert.message}\n")
    sys.stdout.flush()  # whoever reads it may be gone: then it was told to nobody
    failed = []
    if new:
        from creditsui.core.alerts.deliver import deliver

        failed = [one for one in deliver(session, chosen, new) if not one.arrived and one.here]
        watch.handed_on(session, new)
    for one in failed:
        sys.stderr.write(f"{one.reason.rstrip('.')}.\n")
    if refused is not None:
        failure.report(refused)
    return PROBLEM if failed or refused is not None else FINE


def _list(session: Session, as_lines_of_json: bool) -> int:
    found, snoozed = watch.standing(session), watch.snoozed(session)
    if as_lines_of_json:
        for one in found:
            until = snoozed.get(one.alert.account)
            more = {
                "told": one.told,
                "acknowledged": one.acknowledged,
                "snoozed_until": until.isoformat(timespec="seconds").replace("+00:00", "Z") if until else None,
            }
            sys.stdout.write(_json(one.alert, more) + "\n")
        return FINE
    _, _, glyphs = shown.paper(session)
    sys.stdout.writelines(f"{grid.ascii_text(line) if glyphs.ascii else line}\n" for line in _lines(session, glyphs))
    return FINE


def _lines(session: Session, glyphs: Glyphs) -> builtins.list[str]:
    found, snoozed = watch.standing(session), watch.snoozed(session)
    zone, now = configuration.zone(settings.config(session), session.env), session.now()
    lines = []
    for one in found:
        until = snoozed.get(one.alert.account)
        about = [f"snoozed until {words.instant(until, now, zone).removeprefix('at ')}"] if until is not None else []
        about += ["acknowledged"] if one.acknowledged else []
        about += ["not told yet"] if not one.told else []
        since = f"{one.alert.since.astimezone(zone):%Y-%m-%d %H:%M}"
        sign = words.glyph(_BANDS[one.alert.level], glyphs)
        lines.append(" ".join((sign, f"{since} ", one.alert.message, *(f"· {part}" for part in about))))
    lines = lines or ["Nothing is over a line."]
    for account, until in sorted(snoozed.items()):
        if account not in {one.alert.account for one in found}:
            lines.append(f"{account} is snoozed until {words.instant(until, now, zone).removeprefix('at ')}.")
    return lines


def _json(alert: Alert, more: dict[str, bool | str | None] | None = None) -> str:
    return json.dumps({**as_json(alert), **(more or {})}, ensure_ascii=False)
