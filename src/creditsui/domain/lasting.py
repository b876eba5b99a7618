"""How long it lasts, in words: money until it is gone, a quota until it refills."""

from creditsui.domain.times import span

TYPE_CHECKING = False  # a status line has no time to load typing
if TYPE_CHECKING:
    from creditsui.domain.board import Pace, Runway

NOTHING = "–"
"""In the place of what is not known."""

_FAR = 30
_YEAR, _MONTHS_FROM, _YEARS_FROM, _FAR_YEARS = 365.0, 100.0, 3.0, 10.0


def runway(it: "Runway") -> str:
    """How long until empty: `9h`, `4d`, `3–6d` where P10 and P90 differ when rounded, `30d+`, or the state's word."""
    if it.state != "known" or it.days is None:
        return NOTHING if it.state in ("known", "unknown") else it.state
    return time_to_empty(it.days, it.p10, it.p90)


def time_to_empty(days: float, p10: float | None = None, p90: float | None = None) -> str:
    """The same from the bare numbers, in days."""
    if p10 is None or p90 is None:
        return _days(days)
    return _between(_days(p10), _days(p90))


def stretches(low: float, high: float) -> str:
    """From one number of days to another: `3–6d`, `80d–14mo`, `2–10y+`; one where they are the same when rounded."""
    return _between(stretch(low), stretch(high))


def stretch(days: float) -> str:
    """A number of days, however many: `9h`, `4d`, `14mo`, `3y`, `10y+`."""
    years = days / _YEAR
    if years >= _FAR_YEARS:
        return "10y+"
    hours = round(days * 24)
    if hours < 24:
        return f"{hours}h" if hours else "<1h"
    if days < _MONTHS_FROM:
        return f"{round(days)}d"
    return f"{round(years * 12)}mo" if years < _YEARS_FROM else f"{round(years)}y"


def projected(pace: "Pace") -> str:
    """What will be used of a window when it refills: `120%`; past all reckoning `>999%`."""
    share = round((pace.projected or 0.0) * 100)
    return f"{share}%" if share < 1000 else ">999%"


def dry_in(seconds: float) -> str:
    """`dry in 50m`, or `dry by now` where that was reckoned from an old reading."""
    return f"dry in {span(seconds)}" if seconds > 0 else "dry by now"


def _days(days: float) -> str:
    return f"{_FAR}d+" if round(days) >= _FAR else stretch(days)


def _between(low: str, high: str) -> str:
    if low == high:
        return low
    unit = low.lstrip("0123456789")
    if unit == high.rstrip("+").lstrip("0123456789"):
        low = low.removesuffix(unit)
    return f"{low}–{high}"
