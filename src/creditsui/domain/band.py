"""The five bands of health. A module of its own, so that a status line need not load the whole board."""

from enum import StrEnum


class Band(StrEnum):
    """Health against the thresholds, worst last except for unknown."""

    HEALTHY = "healthy"
    FAIR = "fair"
    LOW = "low"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
