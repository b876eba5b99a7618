"""The smallest pane: at two lines or fewer, the one-liner that status lines show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditsui.tui.ink import Ink
from creditsui.tui.manner import Manner
from creditsui.tui.widgets.topbar import Line

if TYPE_CHECKING:
    from creditsui.domain.board import Board


class OneLine(Line):
    """Prints what `creditsui line` prints, in the width there is; and what to press where there is no account."""

    def show(self, board: Board, manner: Manner, ink: Ink) -> None:
        if not board.accounts:
            self.paint(ink, [("Nothing to watch yet: ", "text"), manner.key("add", "a"), (" adds an account", "text")])
            return

        from creditsui.outputs.json import as_json
        from creditsui.outputs.line import line

        text = line(as_json(board), manner.now, width=self.size.width, private=manner.hidden)
        self.paint(ink, [(manner.plain(text), "text")])
