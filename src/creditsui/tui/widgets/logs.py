"""How far the reading of agents' logs has come: a message from whoever reads, and a thin line on the screen."""

from __future__ import annotations

from textual.message import Message

from creditsui.domain import format as words
from creditsui.tui.ink import Run, width_of
from creditsui.tui.manner import Manner


class LogsRead(Message):
    """So many bytes of so many are read. To be posted to the app, from any thread; the last has `done == whole`."""

    def __init__(self, done: int, whole: int) -> None:
        super().__init__()
        self.done = done
        self.whole = whole

    @property
    def over(self) -> bool:
        return self.done >= self.whole

    def can_replace(self, message: Message) -> bool:
        """Of several that wait only the last is worth a frame."""
        return isinstance(message, LogsRead)


def logs_line(read: LogsRead, manner: Manner, width: int) -> list[Run]:
    """`reading logs ━━━━━━━───── 34%`; in exactly one line."""
    share = min(max(read.done / read.whole, 0.0), 1.0) if read.whole > 0 else 0.0
    head: list[Run] = [(" reading logs " if width >= 36 else " ", "dim")]
    tail: list[Run] = [(f" {words.percent(share):>4} ", "dim")]
    room = max(0, width - width_of(head) - width_of(tail))
    done, left = ("=", "-") if manner.glyphs.ascii else ("━", "─")
    cells = min(room, int(share * room))
    return [*head, (done * cells, "accent"), (left * (room - cells), "rule"), *tail]
