"""Quiet hours: when nothing is told, by the clock on the user's wall."""

import re
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one time of day up to, without, another; over midnight where it ends before it begins."""

    begin: time
    end: time

    def holds(self, at: datetime, zone: tzinfo) -> bool:
        """Whether it is quiet at an instant. An hour that a clock repeats is quiet both times."""
        there = at.astimezone(zone).time()
        if self.begin < self.end:
            return self.begin <= there < self.end
        return there >= self.begin or there < self.end


def quiet(text: str) -> Quiet | None:
    """From `22:00-07:00`; None for nothing. Raises ValueError for anything else, and for hours that are all or none."""
    if not text.strip():
        return None
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError("not a span of hours")
    first, second, third, fourth = map(int, found.groups())
    begin, end = time(first, second), time(third, fourth)
    if begin == end:
        raise ValueError("begins when it ends")
    return Quiet(begin, end)
