"""At most eight hints, taken from the bindings in force, so that a remapped key shows as it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.message import Message

from creditsui.tui.ink import Ink, Run, width_of
from creditsui.tui.widgets.topbar import Line

MOST = 8


@dataclass(frozen=True, slots=True)
class Hint:
    key: str
    words: str
    action: str


def hints(bindings: Iterable[Binding], display: "dict[str, str]") -> list[Hint]:
    """One hint for each action that wants to be shown, by its first key. `display` says how a key is written."""
    found: dict[str, Hint] = {}
    for binding in bindings:
        if binding.show and binding.description and binding.action not in found:
            found[binding.action] = Hint(display.get(binding.key, binding.key), binding.description, binding.action)
    return list(found.values())[:MOST]


def footer(shown: list[Hint], last: Hint | None, width: int) -> tuple[list[Run], list[tuple[int, int, Hint]]]:
    """The line, and where each hint stands on it. Where they do not fit, those before the last one give way to it, for
    it tells all the others; `last` stands at the right where it is in nobody's way."""
    end: list[Run] = [] if last is None else [(last.key, "dim"), (" " + last.words, "dim"), (" ", "text")]
    kept = list(shown)
    while len(kept) > 1 and _needed(kept) > width:
        del kept[-2]
    if last is not None and _needed(shown) + 2 + width_of(end) > width:
        end, last = [], None
    runs: list[Run] = [(" ", "text")]
    places: list[tuple[int, int, Hint]] = []
    for hint in kept:
        start = width_of(runs)
        piece: list[Run] = [(hint.key, "accent"), (" " + hint.words, "dim")]
        runs += [*piece, ("  ", "text")]
        places.append((start, start + width_of(piece), hint))
    if last is not None:
        start = width - width_of(end)
        runs += [(" " * (start - width_of(runs)), "text"), *end]
        places.append((start, width, last))
    return runs, places


def _needed(shown: list[Hint]) -> int:
    return sum(width_of([(hint.key, ""), (hint.words, "")]) + 3 for hint in shown) - 1


class Footer(Line):
    """The line itself; a click on a hint does what its key does."""

    class Chosen(Message):
        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places: list[tuple[int, int, Hint]] = []

    def show(self, ink: Ink, shown: list[Hint], last: Hint | None) -> None:
        runs, self._places = footer(shown, last, self.size.width)
        self.paint(ink, runs)

    def on_click(self, event: events.Click) -> None:
        for start, end, hint in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(hint.action))
