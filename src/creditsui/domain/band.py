"""The five bands of health. A module of its own, so that a status line need not load the whole board."""

from enum import StrEnum
from math import floor


class Band(StrEnum):
    """Health against the thresholds, worst last except for unknown."""

    HEALTHY = "healthy"
    FAIR = "fair"
    LOW = "low"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


SIGNS = ("●", "◆", "▲", "✖", "?")
"""One cell each, in the order of the bands."""


def percent(health: float | None, *, estimated: bool = False) -> str:
    """`10%`, `~60%` when estimated, `?%` when not known. A remnant is `<1%`, and less than all is never `100%`."""
    if health is None:
        return "?%"
    mark = "~" if estimated else ""
    if health <= 0:
        return f"{mark}0%"
    if health < 0.01:
        return "<1%"
    return f"{mark}{100 if health >= 1 else min(99, max(1, floor(health * 100 + 0.5)))}%"
