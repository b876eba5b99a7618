"""The lanes of the timeline: an account a line, all on one axis; the cursor stands on one."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from creditsui.domain import format as words
from creditsui.domain import grid, timeline
from creditsui.domain.timeline import Lane
from creditsui.tui.ink import Ink, Run
from creditsui.tui.manner import Manner

_LONGEST_NAME, _SHORTEST_NAME = 24, 8
_SHORTEST_AXIS = 12


class Lanes(ScrollView, can_focus=True, inherit_bindings=False):
    """It keeps the cursor by account while lanes change their places."""

    DEFAULT_CSS = """
    Lanes { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    class Moved(Message):
        """The cursor stands on another account."""

    class Opened(Message):
        """The account under the cursor was chosen with the mouse."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor: str | None = None
        self._lanes: Sequence[Lane] = ()
        self._days = 7
        self._manner: Manner | None = None
        self._ink: Ink | None = None
        self._said = ""
        self._strips: list[Strip] = []

    @property
    def current(self) -> Lane | None:
        return next((lane for lane in self._lanes if lane.view.id == self.cursor), None)

    def show(self, lanes: Sequence[Lane], days: int, manner: Manner, ink: Ink, said: str = "") -> None:
        """These lanes over so many days; `said` in their place where there are none."""
        at = self._at()
        self._lanes, self._days, self._manner, self._ink, self._said = lanes, days, manner, ink, said
        if self.current is None:
            self.cursor = lanes[min(at, len(lanes) - 1)].view.id if lanes else None
        self._paint()

    def move(self, by: int) -> None:
        if self._lanes:
            self._select(min(max(self._at() + by, 0), len(self._lanes) - 1))

    def columns(self, width: int) -> tuple[int, int, int]:
        """Cells of the name, of the axis, and of how long each lasts."""
        if self._manner is None or not self._lanes:
            return 0, max(0, width - 2), 0
        time = max(grid.cells(self._lasts(lane, self._manner)) for lane in self._lanes)
        name = min(_LONGEST_NAME, max(grid.cells(self._manner.name(lane.view)) for lane in self._lanes))
        room = width - 2 - 2 - time - 3
        name = max(_SHORTEST_NAME, min(name, room - 2 * _SHORTEST_AXIS))
        axis = room - name
        return name, axis if axis >= _SHORTEST_AXIS else 0, time

    @staticmethod
    def _lasts(lane: Lane, manner: Manner) -> str:
        if lane.refill is not None:
            return manner.plain(lane.dry) or manner.time_left(lane.view)
        return manner.plain(words.runway(lane.view.runway))

    def _at(self) -> int:
        return next((at for at, lane in enumerate(self._lanes) if lane.view.id == self.cursor), 0)

    @property
    def _each(self) -> int:
        """Lines that a lane takes: tall ones, with air between, where all fit."""
        room, ascii = self.size.height, self._manner is not None and self._manner.glyphs.ascii
        return next((each for each in (3, 2) if not ascii and len(self._lanes) * each - (each == 3) <= room), 1)

    def _select(self, at: int) -> None:
        id = self._lanes[at].view.id
        if id != self.cursor:
            self.cursor = id
            self._paint()
            self.post_message(self.Moved())
        self._into_sight()

    def _into_sight(self) -> None:
        at, top, high = self._at() * self._each, self.scroll_offset.y, max(1, self.size.height)
        if not top <= at < top + high:
            self.scroll_to(y=at if at < top else at - high + 1, animate=False)

    def on_resize(self) -> None:
        self._paint()
        self._into_sight()

    def _paint(self) -> None:
        width = self.scrollable_content_region.width
        if self._manner is None or self._ink is None or width <= 0:
            return
        before, self._strips = self._strips, self._lines(self._ink, self._manner, width)
        if len(before) != len(self._strips) or self.virtual_size.width != width:
            self.virtual_size = Size(width, len(self._strips))
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._strips, strict=True)):
            if old != new:
                self.refresh_line(y)

    def _lines(self, ink: Ink, manner: Manner, width: int) -> list[Strip]:
        if not self._lanes:
            return [ink.line([(f" {manner.plain(self._said)}", "text")], width)] if self._said else []
        name, axis, time = self.columns(width)
        found = []
        blank = Strip.blank(width, ink.style("text"))
        for lane in self._lanes:
            here = lane.view.id == self.cursor
            edge = "|" if manner.glyphs.ascii else "▌"
            band = f"glyph:{lane.view.band.value}"
            end = "." if manner.glyphs.ascii else "…"
            runs: list[Run] = [(edge if here else " ", "accent"), (" ", "text")]
            runs += [(words.marker(lane.view, manner.glyphs), band), (" ", "text")]
            runs += [(grid.fit(manner.name(lane.view), name, end=end), "name" if here else "text"), (" ", "text")]
            drawn = timeline.paint(
                lane, self._days, axis, manner.now, manner.zone, manner.glyphs, "row" if self._each == 1 else "upper"
            )
            runs += [(manner.plain(text) if role == "dim" else text, role) for text, role in drawn]
            role = "strong" if lane.low is not None else "dim"
            runs += [("  ", "text"), (grid.fit(self._lasts(lane, manner), time, ">"), role)]
            ground = "ground-cursor" if here else "background"
            found.append(ink.line(runs, width, ground))
            if self._each > 1:
                below = timeline.paint(lane, self._days, axis, manner.now, manner.zone, manner.glyphs, "lower")
                lead: Run = (edge if here else " ", "accent")
                found.append(ink.line([lead, (" " * (4 + name), "text"), *below], width, ground))
                found += [blank] * (self._each - 2)
        return found[:-1] if self._each == 3 else found

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        return self._strips[at] if at < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        at = (event.y + self.scroll_offset.y) // self._each
        if not 0 <= at < len(self._lanes):
            return
        if self._lanes[at].view.id == self.cursor:
            self.post_message(self.Opened())
        self._select(at)
