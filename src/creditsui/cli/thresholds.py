"""`creditsui thresholds`: where a bar turns fair, low and critical."""

import argparse
import math
import os
import sys
from dataclasses import replace

from creditsui.cli import named, shown
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse, say
from creditsui.core import settings
from creditsui.core.accounts import detect
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain.account import Thresholds

_NAMES = ("healthy", "warning", "critical", "days", "amount")


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    words: list[str] = args.words
    id = words[0] if words and "=" not in words[0] else None
    changes = _changes(words[1:] if id is not None else words)
    before = settings.config(session).thresholds if id is None else named.account(session, id).thresholds
    if changes:
        if fault := replace(before, **changes).fault():
            raise WrongUse(fault.rstrip("."))
        settings.set_thresholds(session, id, changes)
        shown.publish(session)
    _print(session, id)
    return FINE


def _changes(words: list[str]) -> dict[str, float]:
    changes: dict[str, float] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in _NAMES:
            raise WrongUse(f"{say(name)} is not a threshold; write {'=, '.join(_NAMES)}= and a number")
        try:
            value = float(text.removesuffix("%").replace(",", "."))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise WrongUse(f"{name} is a number, such as {name}=10")
        changes[name] = value
    return changes


def _print(session: Session, id: str | None) -> None:
    config = settings.config(session)
    rows: list[tuple[str, Thresholds]] = [] if id is not None else [("(all)", config.thresholds)]
    for account in detect.accounts(session, config):
        if id == account.id or (id is None and account.thresholds != config.thresholds):
            rows.append((account.id, account.thresholds))
    width = max(len(name) for name, _ in rows)
    sys.stdout.write(f"{'':<{width}}  " + "  ".join(f"{name:>8}" for name in _NAMES) + "\n")
    for name, edges in rows:
        values = (f"{getattr(edges, one):g}" for one in _NAMES)
        sys.stdout.write(f"{name:<{width}}  " + "  ".join(f"{value:>8}" for value in values) + "\n")
