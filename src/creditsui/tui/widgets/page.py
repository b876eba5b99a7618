"""A page of lines that is longer than its place: it scrolls as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from creditsui.tui.ink import Ink, Run

Draw = Callable[[int], Sequence[Sequence[Run]]]
"""The lines for so many columns."""


class Page(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws itself for whatever width it has; the terminal hears only of lines that are different."""

    DEFAULT_CSS = """
    Page { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source: tuple[Ink, Draw] | None = None
        self._strips: list[Strip] = []

    def show(self, ink: Ink, draw: Draw) -> None:
        self._source = ink, draw
        self._paint()

    def move(self, by: int) -> None:
        """So many lines on."""
        self.scroll_to(y=min(max(0, self.scroll_offset.y + by), self.max_scroll_y), animate=False)

    def on_resize(self) -> None:
        self._paint()

    def _paint(self) -> None:
        width = self.scrollable_content_region.width
        if self._source is None or width <= 0:
            return
        ink, draw = self._source
        before, self._strips = self._strips, [ink.line(line, width) for line in draw(width)]
        if len(before) != len(self._strips) or self.virtual_size.width != width:
            self.virtual_size = Size(width, len(self._strips))
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._strips, strict=True)):
            if old != new:
                self.refresh_line(y)

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        return self._strips[at] if at < len(self._strips) else Strip.blank(self.size.width, self.rich_style)
