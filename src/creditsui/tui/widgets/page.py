"""A page of text: it scrolls, and has no cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.strip import Strip

from creditsui.tui.ink import Ink, Run
from creditsui.tui.widgets.strips import Strips

Draw = Callable[[int], Sequence[Sequence[Run]]]
"""The lines for so many columns."""


class Page(Strips):
    """Shows what it is told to."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source: tuple[Ink, Draw] | None = None

    def show(self, ink: Ink, draw: Draw) -> None:
        self._source = ink, draw
        self.paint()

    def move(self, by: int) -> None:
        """So many lines on."""
        self.scroll_to(y=min(max(0, self.scroll_offset.y + by), self.max_scroll_y), animate=False)

    def draw(self, width: int) -> list[Strip]:
        if self._source is None:
            return []
        ink, draw = self._source
        return [ink.line(line, width) for line in draw(width)]
