"""Lines longer than their place: they scroll as a whole, and the terminal hears only of those that are different."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Strips(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws itself for whatever width it has. The column of the scroll bar is kept free: how many lines there are is
    known only when they are drawn, and then nothing may move."""

    DEFAULT_CSS = """
    Strips { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: list[Strip] = []

    def draw(self, width: int) -> list[Strip]:
        """All the lines, for so many columns."""
        raise NotImplementedError

    def move(self, by: int) -> None:
        """Down by so many lines, or what stands on them; up where it is less than 0."""
        raise NotImplementedError

    def page(self, by: int) -> None:
        """As far as is in sight."""
        self.move(by * max(1, self.size.height - 1))

    def paint(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        before, self._strips = self._strips, self.draw(width)
        if len(before) != len(self._strips) or self.virtual_size.width != width:
            self.virtual_size = Size(width, len(self._strips))
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._strips, strict=True)):
            if old != new:
                self.refresh_line(y)

    def resized(self) -> None:
        self.paint()

    def on_resize(self) -> None:
        self.resized()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        return self._strips[at] if at < len(self._strips) else Strip.blank(self.size.width, self.rich_style)
