"""Quota windows, from rate-limit headers and from percentages."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from creditsui.domain.reading import Window
from creditsui.providers.fields import MOST, number
from creditsui.providers.spec import Answer
from creditsui.providers.times import instant

MINUTE, HOUR, DAY = 60, 3600, 86400
_LONGEST = 64
"""Of a header's name that gives a window its own."""
_MONTH = range(28 * DAY, 31 * DAY + 1)


def from_headers(
    answer: Answer | None, pattern: re.Pattern[str], kinds: Mapping[str, tuple[str, int | None]], now: datetime
) -> tuple[Window, ...]:
    """Windows in an answer's headers, in the order of `kinds`, then any other kinds that the pattern finds.

    `pattern` names the groups `part` (`limit`, `remaining`, `reset`) and `kind`; `kinds` gives each kind its window's
    name and length in seconds; a name such as `minute` may stand for requests and for tokens. A kind without a
    positive limit and a remainder of 0 or more is left out: absent headers, and placeholders such as -1, say nothing.
    """
    found: dict[str, dict[str, str]] = {}
    for header, value in answer.headers.items() if answer is not None else ():
        match = pattern.fullmatch(header) if len(header) <= _LONGEST else None
        if match:
            found.setdefault(match["kind"] or "", {})[match["part"]] = value
    at = answer.at if answer is not None and answer.at is not None else now
    windows: dict[tuple[str, str], Window] = {}
    for kind in (*kinds, *(kind for kind in found if kind not in kinds)):
        parts = found.get(kind, {})
        limit, remaining = number(parts.get("limit")), number(parts.get("remaining"))
        if limit is None or remaining is None or limit <= 0 or remaining < 0:
            continue
        name, seconds = kinds.get(kind, (kind.replace("-", " ") or "requests", None))
        unit = "tokens" if "token" in kind else "requests"
        window = Window(
            name=name,
            used=min(max(1 - remaining / limit, 0.0), 1.0),
            limit=limit,
            remaining=remaining,
            unit=unit,
            resets_at=_whole(instant(parts.get("reset"), at)),
            seconds=seconds,
        )
        windows.setdefault((name, unit), window)
    return tuple(windows.values())[:MOST]


def spent(limit: float | None, remaining: float | None) -> float | None:
    """The fraction of a limit that is used, from 0 to 1; None where there is no positive limit, or nothing is known of
    what remains."""
    return None if limit is None or remaining is None or limit <= 0 else min(max(1 - remaining / limit, 0.0), 1.0)


def length(seconds: float | None) -> int | None:
    """A window's length as it is meant: some are told a minute short (299 minutes for 5 hours)."""
    if seconds is None or not 0 < seconds <= 400 * DAY:
        return None
    hours = round(seconds / HOUR)
    return hours * HOUR if hours and abs(seconds - hours * HOUR) <= 2 * MINUTE else round(seconds)


def name(seconds: int) -> str:
    """What a window of that length is called: `minute`, `5h`, `day`, `7d`, `month`."""
    if seconds in _MONTH:
        return "month"
    if seconds % DAY == 0:
        return "day" if seconds == DAY else f"{seconds // DAY}d"
    if seconds % HOUR == 0:
        return f"{seconds // HOUR}h"
    return "minute" if seconds == MINUTE else f"{max(seconds // MINUTE, 1)}m"


def rolled(window: Window, now: datetime) -> Window:
    """The window as it stands now: one whose reset has passed is untouched until somebody says otherwise."""
    if window.resets_at is None or window.resets_at > now:
        return window
    return replace(window, used=0.0, remaining=window.limit, resets_at=None)


def _whole(at: datetime | None) -> datetime | None:
    """Without the fraction: a reset that is told as a duration would wander by milliseconds."""
    return None if at is None else at.replace(microsecond=0) + timedelta(seconds=at.microsecond >= 500_000)
