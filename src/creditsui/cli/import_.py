"""`creditsui import`: the lines of an export, taken into the ledger."""

import argparse
import os
import sys
from pathlib import Path

from creditsui.cli import progress
from creditsui.cli.codes import FINE, PROBLEM
from creditsui.cli.export import several
from creditsui.core import transfer
from creditsui.core.start import open_session
from creditsui.core.transfer import Imported

_TOLD = 20


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    standard = args.path == "-"
    with progress.Bar("importing") as bar:
        done = transfer.from_file(session, None if standard else Path(args.path), bar.tell)
    name = "standard input" if standard else args.path
    for number, why in done.bad[:_TOLD]:
        sys.stderr.write(f"line {number:,}: {why}\n")
    if done.bad_in_all > _TOLD:
        sys.stderr.write(f"… and {done.bad_in_all - _TOLD:,} more lines that are no rows\n")
    if done.broken:
        sys.stderr.write(f"{done.broken}; what came before it was taken in.\n")
    if done.bad_in_all and not done.rows:
        sys.stderr.write(f"{name} is no export of creditsui; nothing was taken in.\n")
    else:
        sys.stdout.write(f"Imported {_news(done)}\n")
    return PROBLEM if done.bad_in_all or done.broken else FINE


def _news(done: Imported) -> str:
    said = f"{several(done.readings, 'reading')}, {several(done.entries, 'entry')}, {several(done.calls, 'call')}"
    return said + (f"; {several(done.known, 'row')} known already." if done.known else ".")
