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


def html(session: Session, board: Board, ids: Collection[str] = (), *, private: bool = False) -> str:
    """The page of this board. `ids`: what was spent by these accounts only; none: all. Raises LedgerError."""
    from creditsui.outputs.report.page import page

    zone = configuration.zone(settings.config(session), session.env)
    return page(board, zone, _spent(session, ids), private=private, version=__version__)


def put(text: str, session: Session, place: str) -> None:
    """Write a page to a file, or to standard output where `place` is "-". Raises OSError."""
    if place == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        outside.write(session, Path(place), text.encode())
        sys.stderr.write(f"Wrote {place}.\n")


def _spent(session: Session, ids: Collection[str]) -> dict[str, Report]:
    """What was spent in the last 30 days, by the day and account, and by the day and model."""
    found = spending.spent(session)
    if ids:
        found = replace(found, slots=tuple(slot for slot in found.slots if slot.account in ids))
    return {"account": found.report(["day", "account"]), "model": found.report(["day", "model", "source"])}
