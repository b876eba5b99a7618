"""A line of options of which one is chosen; a click chooses another."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from creditsui.tui.ink import Ink
from creditsui.tui.spent import choices
from creditsui.tui.widgets.topbar import Line


class Options(Line):
    """`key` is the key that goes on to the next one."""

    class Chosen(Message):
        def __init__(self, options: Options, value: str) -> None:
            super().__init__()
            self.options = options
            self.value = value

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places: list[tuple[int, int, str]] = []

    def show(self, ink: Ink, options: Sequence[tuple[str, str]], chosen: str, key: str) -> None:
        """`options` are values and what they are called."""
        runs, self._places = choices(options, chosen, key, self.size.width)
        self.paint(ink, runs)

    def on_click(self, event: events.Click) -> None:
        for start, end, value in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(self, value))
