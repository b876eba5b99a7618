"""A wheel that turns while something is waited for, and leaves no timer behind."""

from __future__ import annotations

from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer

_SECONDS = 0.12


class Wheel:
    """`draw` is called at every step; `step` counts them, and goes on from where it stood."""

    def __init__(self, node: MessagePump, draw: Callable[[], object]) -> None:
        self.step = 0
        self._node = node
        self._draw = draw
        self._timer: Timer | None = None

    def start(self) -> None:
        if self._timer is None:
            self._timer = self._node.set_interval(_SECONDS, self._turn, name="wheel")

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _turn(self) -> None:
        self.step += 1
        self._draw()
