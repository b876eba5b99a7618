"""The words that every face shows for a time: lengths, ages, instants and days."""

from datetime import date, datetime, tzinfo
from math import ceil

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def coarse(seconds: float) -> str:
    """An age that changes rarely: `0s`, `10s` … `50s`, then `12m`, `3h`, `2d`; always rounded down."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole // 10 * 10}s"
    if whole < 3600:
        return f"{whole // 60}m"
    return f"{whole // 3600}h" if whole < 86_400 else f"{whole // 86_400}d"


def ago(seconds: float) -> str:
    """`just now`, `10s ago`, `12m ago`, `3h ago`, `2d ago`."""
    return "just now" if seconds < 10 else f"{coarse(seconds)} ago"


def old(seconds: float) -> str:
    """`2h old`, for a number that should have been renewed."""
    return f"{coarse(seconds)} old"


def countdown(seconds: float) -> str:
    """Time to wait, rounded up: `0:10` … `0:50` in steps of ten seconds, then `1m`, `2h`, `3d`; `now` when over."""
    whole = ceil(seconds)
    if whole <= 0:
        return "now"
    tens = ceil(whole / 10) * 10
    if tens < 60:
        return f"0:{tens:02}"
    minutes = ceil(whole / 60)
    if minutes < 60:
        return f"{minutes}m"
    hours = ceil(minutes / 60)
    return f"{hours}h" if hours < 48 else f"{ceil(hours / 24)}d"


def span(seconds: float) -> str:
    """A length of time in at most two units: `<1m`, `12m`, `1h12m`, `2d4h`, `12d`."""
    minutes = max(0, int(seconds)) // 60
    if minutes < 1:
        return "<1m"
    hours, minutes = divmod(minutes, 60)
    if hours < 1:
        return f"{minutes}m"
    days, hours = divmod(hours, 24)
    if days < 1:
        return f"{hours}h{minutes:02}m" if minutes else f"{hours}h"
    return f"{days}d{hours}h" if hours and days < 10 else f"{days}d"


def reset(seconds: float) -> str:
    """Time to a refill: `↻1h12m`."""
    return "↻now" if seconds <= 0 else f"↻{span(seconds)}"


def clock(at: datetime, zone: tzinfo) -> str:
    """The time of day in `zone`: `19:40`."""
    return at.astimezone(zone).strftime("%H:%M")


def instant(at: datetime, now: datetime, zone: tzinfo) -> str:
    """When something was or will be, without a ticking clock: `at 19:40` today, else `Tue 24 Nov`."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    return f"at {there:%H:%M}" if there.date() == here.date() else weekday(there.date(), here.date())


def weekday(day: date, today: date | None = None) -> str:
    """`Tue 24 Nov`; with the year where that is not `today`'s."""
    return f"{_DAYS[day.weekday()]} {short_day(day, today)}"


def short_day(day: date, today: date | None = None) -> str:
    """`3 Dec`; with the year where that is not `today`'s."""
    year = f" {day.year}" if today is not None and day.year != today.year else ""
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"
