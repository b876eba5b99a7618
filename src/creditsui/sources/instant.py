"""When a call was, as fast as its line is decoded."""

from datetime import UTC, datetime

_TIMES = range(1_000_000_000_000, 4_102_444_800_000)
"""From 2001 to 2100: what is outside is no time of a call."""


def instant(when: datetime | None) -> int:
    """Milliseconds since 1970, of a time in UTC where it names no zone. ValueError where nobody can tell when."""
    if when is None:
        raise ValueError
    at = round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    if at not in _TIMES:
        raise ValueError
    return at
