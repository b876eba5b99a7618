"""The report of `creditsui status --html`: put together, and put where it shall lie."""

import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from creditsui import __version__
from creditsui import config as configuration
from creditsui.core import outside, settings, spending
from creditsui.core.session import Session
from creditsui.domain.board import Board
from creditsui.domain.spending import Report


def put(session: Session, board: Board, ids: Collection[str], place: str, *, private: bool) -> None:
    """Write the page of this board to a file, or to standard output where `place` is "-". `ids`: only these accounts;
    none: all. Raises LedgerError and OSError."""
    from creditsui.outputs.report.page import page

    zone = configuration.zone(settings.config(session), session.env)
    text = page(board, zone, _spent(session, ids), private=private, version=__version__)
    data = text.encode()
    if place == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    outside.write(session, Path(place), data)
    sys.stderr.write(f"Wrote {place}.\n")


def _spent(session: Session, ids: Collection[str]) -> dict[str, Report]:
    """What was spent in the last 30 days, by the day and account, and by the day and model."""
    found = spending.spent(session)
    if ids:
        found = replace(found, slots=tuple(slot for slot in found.slots if slot.account in ids))
    return {"account": found.report(["day", "account"]), "model": found.report(["day", "model", "source"])}
