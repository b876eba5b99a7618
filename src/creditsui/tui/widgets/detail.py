"""Everything about the account under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from creditsui.domain.bar import ROLES
from creditsui.tui.changed import regions

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView
    from creditsui.tui.ink import Ink
    from creditsui.tui.manner import Manner
    from creditsui.tui.motion import Frame
    from creditsui.tui.sheet import Sections


_BAR = frozenset(role.partition(":")[0] for role in ROLES)
Form = Literal["brief", "whole", "portrait"]


class Detail(ScrollView, can_focus=False):
    """The pane. It scrolls when there is more to say than room."""

    class Picked(Message):
        """It was clicked: on a bar, or elsewhere."""

        def __init__(self, bar: bool) -> None:
            super().__init__()
            self.bar = bar

    DEFAULT_CSS = """
    Detail { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Strip] = []
        self._bars: list[bool] = []
        """Whether a line has a part of a bar in it."""
        self._source: tuple[AccountView, Frame, Manner, Ink, Form] | None = None
        self._rest: tuple[AccountView, Manner, tuple[int, int, int], Sections] | None = None
        """What stands still while the bar moves, and for what it was composed."""

    def show(self, view: AccountView | None, frame: Frame | None, manner: Manner, ink: Ink, *, form: Form) -> None:
        """This account in brief, with everything (`whole`), or as a portrait."""
        other = self._source is not None and view is not None and self._source[0].id != view.id
        self._source = None if view is None or frame is None else (view, frame, manner, ink, form)
        self._compose_lines()
        if other:
            self.scroll_home(animate=False)

    def turn(self, frame: Frame | None) -> None:
        """The same in another moment of its motion."""
        if self._source is not None and frame is not None:
            view, _, manner, ink, form = self._source
            self._source = view, frame, manner, ink, form
            self._compose_lines()

    def on_resize(self) -> None:
        self._compose_lines()

    def watch_show_vertical_scrollbar(self) -> None:
        """With the scroll bar a column comes or goes, which is no other size of the whole."""
        self.call_after_refresh(self._compose_lines)

    def _compose_lines(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        strips: list[Strip] = []
        if self._source is not None:
            # With them come the nouns of the board, for which no first frame waits.
            from creditsui.tui import facts, sheet

            view, frame, manner, ink, form = self._source
            if form == "portrait":
                from creditsui.tui.portrait import portrait

                lines = portrait(view, frame, manner, width, self.size.height)
            elif form == "whole":
                stands = facts.standing(view, frame, manner, width)
                lines = sheet.around(stands, self._around(view, manner, width, len(stands)), width)
            else:
                height = max(2, self.size.height - (1 if self.size.height > 4 else 0))
                lines = sheet.brief(view, manner, width, height)
            strips = [ink.line(line, width) for line in lines]
            self._bars = [any(role.partition(":")[0] in _BAR for _, role in line) for line in lines]
        before, self._lines = self._lines, strips
        if len(before) != len(strips) or self.virtual_size.width != width:
            self.virtual_size = Size(width, len(strips))
            self.refresh()
        else:
            above = -self.scroll_offset.y
            for where in regions(before, strips):
                self.refresh(where.translate((0, above)))

    def _around(self, view: AccountView, manner: Manner, width: int, stands: int) -> Sections:
        from creditsui.tui import sheet

        room = width, self.size.height, stands
        known = self._rest
        if known is None or known[0] is not view or known[1] is not manner or known[2] != room:
            known = self._rest = view, manner, room, sheet.rest(view, manner, *room)
        return known[3]

    def on_click(self, event: events.Click) -> None:
        at = event.y + self.scroll_offset.y
        self.post_message(self.Picked(at < len(self._bars) and self._bars[at]))

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        return self._lines[at] if at < len(self._lines) else Strip.blank(self.size.width, self.rich_style)
