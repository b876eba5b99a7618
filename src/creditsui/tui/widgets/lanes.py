"""The lanes of the timeline: an account a line, all on one axis; the cursor stands on one."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from textual.strip import Strip

from creditsui.domain import format as words
from creditsui.domain import grid, timeline
from creditsui.domain.timeline import Lane
from creditsui.tui.ink import Ink, Run
from creditsui.tui.manner import Manner
from creditsui.tui.widgets.listing import Listing

_LONGEST_NAME, _SHORTEST_NAME = 24, 8
_SHORTEST_AXIS = 12


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
        kept = max(_SHORTEST_NAME, min(name, room - 2 * _SHORTEST_AXIS))
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
        """Tall lanes, with air between, where all fit."""
        room, ascii = self.size.height, self._pen is not None and self._pen[1].glyphs.ascii
        return next((each for each in (3, 2) if not ascii and len(self.items) * each - (each == 3) <= room), 1)

    def draw_items(self, ink: Ink, manner: Manner, width: int) -> list[Strip]:
        if not self.items:
            return [
                ink.line([(f" {line}", "text")], width) for line in wrap(manner.plain(self._said), max(8, width - 1))
            ]
        name, axis, time = self.columns(width)
        found, each = [], self.each
        gap: list[Run] = [(" " * (5 + name), "text")]
        gap += timeline.paint_gap(self._days, axis, manner.now, manner.zone)
        blank = ink.line(gap, width)
        for lane in self.items:
            edge, ground = self.edge(lane), self.ground(lane)
            here = lane.view.id == self.cursor
            band = f"glyph:{lane.view.band.value}"
            end = "." if manner.glyphs.ascii else "…"
            runs: list[Run] = [edge, (" ", "text")]
            runs += [(words.marker(lane.view, manner.glyphs), band), (" ", "text")]
            runs += [(grid.fit(manner.name(lane.view), name, end=end), "name" if here else "text"), (" ", "text")]
            drawn = timeline.paint(
                lane, self._days, axis, manner.now, manner.zone, manner.glyphs, "row" if each == 1 else "upper"
            )
            runs += [(manner.plain(text) if role == "dim" else text, role) for text, role in drawn]
            role = "strong" if lane.low is not None else "dim"
            runs += [("  ", "text"), (grid.fit(self._lasts(lane, manner), time, ">"), role)]
            found.append(ink.line(runs, width, ground))
            if each > 1:
                below = timeline.paint(lane, self._days, axis, manner.now, manner.zone, manner.glyphs, "lower")
                found.append(ink.line([edge, (" " * (4 + name), "text"), *below], width, ground))
                found += [blank] * (each - 2)
        return found[:-1] if each == 3 else found
