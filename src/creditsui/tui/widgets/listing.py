"""A list with a cursor, which stays on its item while items change their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from creditsui.tui.ink import Ink, Run
from creditsui.tui.manner import Manner
from creditsui.tui.widgets.strips import Strips

Item = TypeVar("Item")
Place = TypeVar("Place")


class Listing(Strips, Generic[Item, Place]):
    """An item is known by its place: whatever tells it from the others, wherever it stands."""

    class Moved(Message):
        """The cursor stands on another item."""

    class Opened(Message):
        """The item under the cursor was chosen with the mouse."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor: Place | None = None
        self.items: Sequence[Item] = ()
        self._pen: tuple[Ink, Manner] | None = None

    def place(self, item: Item) -> Place:
        raise NotImplementedError

    def draw_items(self, ink: Ink, manner: Manner, width: int) -> list[Strip]:
        """`each` lines an item, and what stands after the last."""
        raise NotImplementedError

    @property
    def each(self) -> int:
        """Lines that an item takes."""
        return 1

    @property
    def current(self) -> Item | None:
        return next((item for item in self.items if self.place(item) == self.cursor), None)

    def put(self, items: Sequence[Item], manner: Manner, ink: Ink) -> None:
        """Show these. Where the one under the cursor is gone, another in its place takes the cursor."""
        at = self._at()
        self.items, self._pen = items, (ink, manner)
        if self.current is None:
            self.cursor = self.place(items[min(at, len(items) - 1)]) if items else None
        self.paint()

    def move(self, by: int) -> None:
        if self.items:
            self._select(min(max(self._at() + by, 0), len(self.items) - 1))

    def draw(self, width: int) -> list[Strip]:
        return [] if self._pen is None else self.draw_items(*self._pen, width)

    def edge(self, item: Item) -> Run:
        """The first cell of an item: it marks the one under the cursor."""
        ascii = self._pen is not None and self._pen[1].glyphs.ascii
        return ("|" if ascii else "▌") if self.place(item) == self.cursor else " ", "accent"

    def ground(self, item: Item) -> str:
        return "ground-cursor" if self.place(item) == self.cursor else "background"

    def moved(self, before: int, at: int) -> None:
        """Draw anew what the cursor left and what it came to."""
        self.paint()

    def _at(self) -> int:
        return next((at for at, item in enumerate(self.items) if self.place(item) == self.cursor), 0)

    def _select(self, at: int) -> None:
        place = self.place(self.items[at])
        if place != self.cursor:
            before, self.cursor = self._at(), place
            self.moved(before, at)
            self.post_message(self.Moved())
        self._into_sight()

    def _into_sight(self) -> None:
        at, top, high = self._at(), self.scroll_offset.y, max(1, self.size.height)
        first = at * self.each
        last = len(self._strips) - 1 if at == len(self.items) - 1 else first  # with the last what stands after it
        if first < top or last >= top + high:
            self.scroll_to(y=first if first < top else min(first, last - high + 1), animate=False)

    def resized(self) -> None:
        super().resized()
        self._into_sight()

    def on_click(self, event: events.Click) -> None:
        at = (event.y + self.scroll_offset.y) // self.each
        if not 0 <= at < len(self.items):
            return
        if self.place(self.items[at]) == self.cursor:
            self.post_message(self.Opened())
        self._select(at)
