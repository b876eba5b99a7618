"""Keys in the order in which they were typed, each where it belongs, however fast they come."""

from __future__ import annotations

from collections import deque

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen

_SOON = 0.02
_LOST = 2.0
"""Seconds after which the next key goes on whatever became of the one before."""


class KeysInOrder(App[int]):
    """Hands over the next key once the one before has done what it does.

    By itself Textual gives a burst of keys to whatever has the focus when it comes: of `/low` the letters would still
    go to the list, and of `t20` the digits to no field. Here a mark follows each key on its way through the widgets;
    the next key waits until the mark is back and the focus has gone where the key sent it.
    """

    class Passed(Message):
        """What follows a key. It makes two trips, since a key may cause a message that does the work."""

        def __init__(self, trips: int, screen: Screen[object]) -> None:
            super().__init__()
            self.trips = trips
            self.screen = screen

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._under_way = 0
        """The number of the key that is on its way; 0: none."""
        self._handed = 0

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._under_way or self._held(event):
            self._typed.append(event)
            if not self._under_way:
                self._look_again()
            elif len(self._typed) == 1:
                self._go_on_at_last()
        else:
            await self._hand_over(event)

    def _held(self, event: events.Key | events.Paste) -> bool:
        """Whether an act that ends in a moment will close the modal: what is typed now is meant for what lies below."""
        escapes = isinstance(event, events.Key) and event.key in ("escape", "ctrl+c", "ctrl+q")
        return not escapes and bool(getattr(self.screen, "holds_keys", False))

    async def _hand_over(self, event: events.Key | events.Paste) -> None:
        self._handed += 1
        self._under_way = self._handed
        await super().on_event(event)
        self._follow(2)
        if self._typed:
            self._go_on_at_last()

    @property
    def _leaving(self) -> bool:
        """Whether the screens are gone already: the marks of the last keys come home to an app that closes."""
        return not self.is_running or not self.screen_stack

    def _follow(self, trips: int) -> None:
        if self._leaving:
            return
        mine, screen = self._under_way, self.screen
        if not (self.focused or screen).post_message(self.Passed(trips, screen)):
            self.call_later(self._go_on, mine)

    def on_keys_in_order_passed(self, event: Passed) -> None:
        event.stop()
        if not self._under_way or self._leaving:
            return
        if event.screen is not self.screen:
            self._follow(2)  # another screen is on top now, and gets its focus first
        elif event.trips > 1:
            self._follow(event.trips - 1)
        else:
            self.call_later(self._go_on, self._under_way)  # after the focus that was asked for on the way

    async def _go_on(self, after: int) -> None:
        if after != self._under_way or self._leaving:
            return
        self._under_way = 0
        if self._typed:
            if self._held(self._typed[0]):
                self._look_again()
            else:
                await self._hand_over(self._typed.popleft())

    def _go_on_at_last(self) -> None:
        """A mark that went under with its widget must not hold up the keyboard."""
        mine = self._under_way
        self.set_timer(_LOST, lambda: self._go_on(mine), name="keys")

    def _look_again(self) -> None:
        self._handed += 1
        mine = self._under_way = self._handed
        self.set_timer(_SOON, lambda: self._go_on(mine), name="keys")
