"""The title of the window, seen while the pane is not: it names who is critical, and is put back at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from creditsui.domain import escape
from creditsui.domain import format as words
from creditsui.domain.band import Band
from creditsui.domain.worst import worst_of
from creditsui.tui.manner import Manner

if TYPE_CHECKING:
    from creditsui.domain.board import Board

_NAME = "creditsui"


def title(board: Board | None, manner: Manner) -> str:
    """`✖ xAI 10%` while somebody is critical; a name that shall not be seen is not."""
    worst = worst_of(board) if board is not None else None
    said = _NAME
    if worst is not None and worst.band is Band.CRITICAL:
        said = f"{words.glyph(worst.band, manner.glyphs)} {manner.name(worst)} {words.percent(worst.health)}"
    return f"{said} · demo" if board is not None and board.demo else said


class Title:
    """What this run made of the title. `write` takes sequences to the terminal."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._said = ""

    def say(self, text: str) -> None:
        if text != self._said:
            self._write(("" if self._said else escape.KEEP_TITLE) + escape.title(text))
            self._said = text

    def give_back(self) -> None:
        """As it was before. Nothing, where nothing was said."""
        if self._said:
            self._said = ""
            self._write(escape.GIVE_TITLE_BACK)
