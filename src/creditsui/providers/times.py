"""Instants as providers write them: RFC 3339, epoch seconds or milliseconds, seconds from now, `6m0s`."""

import math
import re
from datetime import UTC, datetime, timedelta

from creditsui.providers.fields import number
from creditsui.providers.spec import Json

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_EPOCH_SECONDS = 1e9
_EPOCH_MILLISECONDS = 1e12


def instant(value: Json, now: datetime) -> datetime | None:
    """The instant that `value` names, in UTC; None where it names none.

    Numbers (also as text) above 10^12 are milliseconds since 1970, above 10^9 seconds since 1970, others seconds from
    `now`; 0 and less say nothing. A timestamp without a zone is UTC.
    """
    figure = number(value)
    try:
        if figure is not None:
            if figure > _EPOCH_MILLISECONDS:
                return datetime.fromtimestamp(figure / 1000, UTC)
            if figure > _EPOCH_SECONDS:
                return datetime.fromtimestamp(figure, UTC)
            return now + timedelta(seconds=figure) if figure > 0 else None
        if not isinstance(value, str):
            return None
        seconds = duration(value)
        if seconds is not None:
            return now + timedelta(seconds=seconds)
        stamp = datetime.fromisoformat(value.strip())
        return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def coming(value: Json, now: datetime) -> datetime | None:
    """The instant that `value` names, if it is yet to come: a reset that had passed when it was told is none."""
    found = instant(value, now)
    return found if found is not None and found > now else None


def duration(text: str) -> float | None:
    """Seconds in `6m0s`, `2m59.56s`, `17ms`, `45.837906927s`; None for anything else."""
    text = text.strip()
    parts = _PART.findall(text)
    if not parts or len(text) > 40 or "".join(figure + unit for figure, unit in parts) != text:
        return None
    seconds = sum(float(figure) * _UNITS[unit] for figure, unit in parts)
    return seconds if math.isfinite(seconds) else None


def midnight(now: datetime) -> datetime:
    """The start of the day in UTC, which is the calendar of every provider's daily figures."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
