"""Some lines painted from runs; the terminal hears only of those that are different."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from creditsui.tui.ink import Ink, Run

Draw = Callable[[int, int], Sequence[Sequence[Run]]]
"""The lines for so many columns and rows."""


class Lines(Widget):
    """Draws itself for whatever room it has."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: list[Strip] = []
        self._source: tuple[Ink, Draw] | None = None

    def show(self, ink: Ink, draw: Draw) -> None:
        self._source = ink, draw
        width, height = self.size
        before, self._strips = self._strips, [ink.line(line, width) for line in draw(width, height)[:height]]
        if len(before) != len(self._strips):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._strips, strict=True)):
            if old != new:
                self.refresh(Region(0, y, width, 1))

    def on_resize(self) -> None:
        if self._source is not None:
            self._strips = []
            self.show(*self._source)

    def render_line(self, y: int) -> Strip:
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)
