"""Boards on standard output: as wide, colourful and Unicode as what reads them."""

import os
import shutil
import sys
from collections.abc import Collection
from dataclasses import replace

from creditsui.cli import failure
from creditsui.config import ConfigError, Display
from creditsui.core import board as boards
from creditsui.core import settings, terminal
from creditsui.core.session import Session
from creditsui.domain import format as words
from creditsui.domain.bar import ASCII, UNICODE, Glyphs
from creditsui.domain.board import AccountView, Board
from creditsui.outputs.sgr import Color
from creditsui.outputs.table import table

_NARROWEST = 20


def only(board: Board, ids: Collection[str]) -> Board:
    """The board of these accounts alone. It has no totals: sums of a part would pass for the whole."""
    return replace(board, accounts=tuple(one for one in board.accounts if one.id in ids), totals=())


def show(session: Session, board: Board) -> None:
    """Print the table, and on stderr what there is to notice."""
    sys.stdout.write(table(board, *paper(session)).rstrip("\n") + "\n")
    notices(board)


def paper(session: Session) -> tuple[int, Color, Glyphs]:
    """How wide, colourful and Unicode standard output is."""
    color = terminal.colors(os.environ) if sys.stdout.isatty() else "none"
    width = max(_NARROWEST, shutil.get_terminal_size((80, 24)).columns)
    return width, color, ASCII if _ascii(session) else UNICODE


def publish(session: Session) -> None:
    """Let status lines see at once what the settings changed. A ledger that cannot be read is no matter here."""
    try:
        boards.publish(session, boards.board(session))
    except Exception as error:
        if not failure.expected(error):
            raise


def problem(view: AccountView) -> None:
    """Say on stderr what is wrong with an account and what to do, if anything is."""
    if view.problem is not None:
        todo = words.problem_action(view.problem, view.id)
        sys.stderr.write(f"{view.id}: {view.problem.message.rstrip('.')}. To do: {todo}\n")


def notices(board: Board) -> None:
    """Say on stderr what there is to notice about the whole board."""
    for notice in board.notices:
        sys.stderr.write(f"creditsui: {notice}\n")


def _ascii(session: Session) -> bool:
    try:
        display = settings.current(session).display
    except ConfigError:
        display = Display()
    return display.glyphs == "ascii" or (display.glyphs == "auto" and not terminal.utf8(os.environ))
