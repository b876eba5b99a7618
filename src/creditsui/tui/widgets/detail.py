"""Everything about the account under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView
    from creditsui.tui.ink import Ink
    from creditsui.tui.manner import Manner
    from creditsui.tui.motion import Frame


class Detail(ScrollView, can_focus=False):
    """The pane. It scrolls when there is more to say than room."""

    DEFAULT_CSS = """
    Detail { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Strip] = []
        self._source: tuple[AccountView, Frame, Manner, Ink, bool] | None = None

    def show(self, view: AccountView | None, frame: Frame | None, manner: Manner, ink: Ink, *, whole: bool) -> None:
        """This account, with everything (`whole`) or in brief."""
        self._source = None if view is None or frame is None else (view, frame, manner, ink, whole)
        self._compose_lines()

    def on_resize(self) -> None:
        self._compose_lines()

    def _compose_lines(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        strips: list[Strip] = []
        if self._source is not None:
            from creditsui.tui import sheet  # with it come the nouns of the board, for which no first frame waits

            view, frame, manner, ink, whole = self._source
            height = max(2, self.size.height - (1 if self.size.height > 4 else 0))
            lines = sheet.full(view, frame, manner, width) if whole else sheet.brief(view, manner, width, height)
            strips = [ink.line(line, width) for line in lines]
        before, self._lines = self._lines, strips
        if len(before) != len(strips) or self.virtual_size.width != width:
            self.virtual_size = Size(width, len(strips))
            self.refresh()
        else:
            for y, (old, new) in enumerate(zip(before, strips, strict=True)):
                if old != new:
                    self.refresh_line(y)

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        return self._lines[at] if at < len(self._lines) else Strip.blank(self.size.width, self.rich_style)
