"""The lanes of the timeline: an account a line, all on one axis; the cursor stands on one."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from textual.strip import Strip

from creditsui.domain import format as words
from creditsui.domain import grid, timeline
from creditsui.domain.timeline import Lane, Part
from creditsui.tui.ink import Ink, Run
from creditsui.tui.manner import Manner
from creditsui.tui.widgets.listing import Listing

_LONGEST_NAME, _SHORTEST_NAME = 24, 8
_SHORTEST_AXIS, _GOOD_AXIS = 12, 20
_THICK: tuple[Part, ...] = ("upper", "body", "lower")
_PARTS: dict[int, tuple[Part, ...]] = {1: ("row",), 2: ("upper", "lower"), 3: ("upper", "lower"), 5: _THICK}
"""The lines of a lane's bar, by how many a lane has with what stands below it."""


class Lanes(Listing[Lane, str]):
    """The cursor stays on its account."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._days = 7
        self._said = ""

    def show(self, lanes: Sequence[Lane], days: int, manner: Manner, ink: Ink, said: str = "") -> None:
        """These lanes over so many days; `said` in their place where there are none."""
        self._days, self._said = days, said
        self.put(lanes, manner, ink)

    def place(self, item: Lane) -> str:
        return item.view.id

    def columns(self, width: int) -> tuple[int, int, int]:
        """Cells of the name, of the axis, and of how long each lasts."""
        if self._pen is None or not self.items:
            return 0, max(0, width - 2), 0
        _, manner = self._pen
        time = max(grid.cells(self._lasts(lane, manner)) for lane in self.items)
        name = min(_LONGEST_NAME, max(grid.cells(manner.name(lane.view)) for lane in self.items))
        room = width - 2 - 2 - time - 3
        kept = max(_SHORTEST_NAME, min(name, room - _GOOD_AXIS))
        if room - kept < _SHORTEST_AXIS:
            return max(0, min(name, room)), 0, time
        return kept, room - kept, time

    @staticmethod
    def _lasts(lane: Lane, manner: Manner) -> str:
        if lane.refill is not None:
            return manner.plain(lane.dry) or manner.time_left(lane.view)
        return manner.plain(words.runway(lane.view.runway))

    @property
    def each(self) -> int:
        """Tall lanes, with what comes below them, where all fit; thick ones where there is much room."""
        room, ascii = self.size.height, self._pen is not None and self._pen[1].glyphs.ascii
        return next((each for each in (5, 3, 2) if not ascii and len(self.items) * each <= room), 1)

    def draw_items(self, ink: Ink, manner: Manner, width: int) -> list[Strip]:
        if not self.items:
            return [
                ink.line([(f" {line}", "text")], width) for line in wrap(manner.plain(self._said), max(8, width - 1))
            ]
        name, axis, time = self.columns(width)
        found: list[Strip] = []
        parts = _PARTS[self.each]
        first = (len(parts) - 1) // 2
        begin: Run = (" " * (5 + name), "text")
        on = (self._days, axis, manner.now, manner.zone)
        for lane in self.items:
            edge, ground = self.edge(lane), self.ground(lane)
            for at, part in enumerate(parts):
                bare = lane.low is None and at != first  # its words stand on one line
                drawn = timeline.paint_gap(*on) if bare else self._bar(lane, part, manner, axis)
                if at == first:
                    runs = [edge, *self._head(lane, manner, name), *drawn, *self._end(lane, manner, time)]
                else:
                    runs = [edge, (begin[0][1:], "text"), *drawn]
                found.append(ink.line(runs, width, ground))
            if self.each > 2:
                signs = timeline.paint_signs(lane, *on, manner.glyphs)
                found.append(ink.line([begin, *((manner.figures(text), role) for text, role in signs)], width))
            if self.each > 4:
                found.append(ink.line([begin, *timeline.paint_gap(*on)], width))
        return found

    def _bar(self, lane: Lane, part: Part, manner: Manner, axis: int) -> list[Run]:
        drawn = timeline.paint(
            lane, self._days, axis, manner.now, manner.zone, manner.glyphs, part, signs=self.each <= 2
        )
        return [(manner.plain(text) if role == "dim" else text, role) for text, role in drawn]

    def _head(self, lane: Lane, manner: Manner, name: int) -> list[Run]:
        end = "." if manner.glyphs.ascii else "…"
        said = grid.fit(manner.name(lane.view), name, end=end)
        sign = words.marker(lane.view, manner.glyphs)
        role = "name" if lane.view.id == self.cursor else "text"
        return [(" ", "text"), (sign, f"glyph:{lane.view.band.value}"), (" ", "text"), (said, role), (" ", "text")]

    def _end(self, lane: Lane, manner: Manner, time: int) -> list[Run]:
        role = "strong" if lane.low is not None else "dim"
        return [("  ", "text"), (grid.fit(self._lasts(lane, manner), time, ">"), role)]
