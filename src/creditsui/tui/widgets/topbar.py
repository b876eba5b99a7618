"""The line at the top, in two widgets."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from creditsui.domain.worst import worst_of as worst_of
from creditsui.tui.ink import Ink, Run, width_of
from creditsui.tui.standing import Standing as Standing
from creditsui.tui.standing import clock_width
from creditsui.tui.standing import topbar as topbar


class Line(Widget):
    """One line, painted from runs; the terminal hears of it only if a cell is different."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strip = Strip.blank(0)
        self._source: tuple[Ink, list[Run]] | None = None

    def paint(self, ink: Ink, runs: list[Run]) -> None:
        self._source = ink, runs
        strip = ink.line(runs, self.size.width)
        if strip != self._strip:
            self._strip = strip
            self.refresh()

    def on_resize(self) -> None:
        if self._source is not None:
            self.paint(*self._source)

    def render_line(self, y: int) -> Strip:
        if self._source is not None and self._strip.cell_length != self.size.width:
            ink, runs = self._source  # the very first frame comes before the first resize
            self._strip = ink.line(runs, self.size.width)
        return self._strip if y == 0 and self._strip.cell_length else Strip.blank(self.size.width, self.rich_style)


class Clock(Line):
    """The right end of the topbar: a widget of its own, so that a tick writes a few cells and not the whole line."""

    DEFAULT_CSS = """
    Clock { width: 0; }
    """

    def show(self, ink: Ink, runs: list[Run], room: int = 0) -> None:
        """At the right edge. With another width the whole screen is laid out and painted anew, so it grows in steps,
        and stays as wide as it was as long as that is no more than `room`."""
        cells, now = width_of(runs), self.styles.width
        wide = int(now.value) if now is not None and cells < now.value <= room else clock_width(cells)
        if now is None or now.value != wide:
            self.styles.width = wide
        self.paint(ink, [(" " * max(0, wide - cells - 1), "text"), *runs])
