"""`creditsui export`: everything the ledger keeps, as lines of JSON."""

import argparse
import os
import sys
from pathlib import Path

from creditsui.cli import failure, progress
from creditsui.cli.codes import FINE
from creditsui.core import transfer
from creditsui.core.session import Session
from creditsui.core.start import open_session


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    _read_logs(session)
    if args.path == "-":
        with progress.Bar("exporting") as bar:
            done = transfer.export(session, sys.stdout.buffer, bar.tell)
    else:
        path = Path(args.path)
        if os.path.realpath(path) in _own(session):
            raise failure.Failed(f"{path} is a file of creditsui itself; name another one to export to.")
        with progress.Bar("exporting") as bar:
            done = transfer.to_file(session, path, bar.tell)
    said = f"{several(done.readings, 'reading')}, {several(done.entries, 'entry')}, {several(done.calls, 'call')}"
    nothing = "" if done.readings or done.entries or done.calls else " Nothing was read or booked yet."
    sys.stderr.write(f"Exported {said}.{nothing}\n")
    return FINE


def _read_logs(session: Session) -> None:
    """So that nothing is missing that agents wrote until now; what the ledger holds is exported all the same."""
    try:
        progress.ingest(session)
    except Exception as error:
        if not failure.expected(error):
            raise
        failure.report(error)


def _own(session: Session) -> set[str]:
    paths = session.paths
    own = (paths.config, paths.keys, paths.ledger, paths.status, paths.claude_status, paths.log)
    return {os.path.realpath(path) for path in own}


def several(count: int, what: str) -> str:
    if count == 1:
        return f"1 {what}"
    return f"{count:,} {what.removesuffix('y')}ies" if what.endswith("y") else f"{count:,} {what}s"
