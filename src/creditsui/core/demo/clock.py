"""The demo's clock: even within a beat, and from one beat to the next it may leap to where something happens."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Lock

LOOP = 8
"""Beats after which the story begins again."""
TOPUP, REFILL, EXPIRY, REJECTED = 4, 5, 6, 7
"""What happens at which beat of a loop; all that is spent is in the purses' own plots."""
_DAY = timedelta(days=1)
_AFTER = timedelta(seconds=30)
"""How long after an instant it is seen that it is over."""


def place(beat: int) -> int:
    """Which beat of its loop a beat is, from 1; 0 before the first."""
    return (beat - 1) % LOOP + 1 if beat > 0 else 0


class Calendar:
    """When each beat begins. The nights that are leapt over are nights of the demo: with each, credit may end."""

    def __init__(self, start: datetime, length: timedelta, refill: Callable[[datetime], datetime]) -> None:
        """`refill` says when the plan's window is full again next."""
        self.start, self.length = start, length
        self._refill = refill
        self._begins = [start]
        self._lock = Lock()

    def now(self, passed: timedelta) -> datetime:
        """The demo's time after so much of its time without the leaps."""
        beat, rest = divmod(max(passed, timedelta(0)), self.length)
        return self.begins(beat) + rest

    def begins(self, beat: int) -> datetime:
        with self._lock:
            while len(self._begins) <= beat:
                last, here = self._begins[-1], place(len(self._begins))
                there = self._refill(last) if here == REFILL else _midnight(last) if here == EXPIRY else last
                self._begins.append(max(there + _AFTER, last + self.length))
        return self._begins[beat]

    def beat(self, at: datetime) -> int:
        """The beat under way at an instant."""
        while self._begins[-1] <= at:
            self.begins(len(self._begins))
        return max(0, bisect_right(self._begins, at) - 1)

    def night(self, number: int) -> date:
        """The day that ends with the night of a loop, from 1."""
        return self.begins((number - 1) * LOOP + EXPIRY).date() - _DAY


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
