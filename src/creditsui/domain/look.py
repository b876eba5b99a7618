"""When somebody last looked for alerts, by two clocks, and whether the one on the wall was moved since."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SLACK = timedelta(seconds=90)
"""By how much two clocks may disagree, and looks of several processes may come out of turn."""


@dataclass(frozen=True, slots=True)
class Look:
    at: datetime
    """By the clock on the wall."""
    uptime: float | None = None
    """Seconds since the machine was started, those of its sleep too; None: nobody can say."""
    boot: str = ""
    """Which start that was."""


def jumped(before: Look | None, now: Look) -> bool:
    """Whether the clock on the wall went another way than time did. A machine that slept has lost no time."""
    if before is None:
        return False
    passed = now.at - before.at
    if passed < -SLACK:
        return True
    if before.uptime is None or now.uptime is None or before.boot != now.boot or now.uptime < before.uptime:
        return False
    return abs(passed - timedelta(seconds=now.uptime - before.uptime)) > SLACK
