"""The words for a number, the same as in creditsui's own pane."""

from decimal import ROUND_HALF_UP, Decimal
from math import floor

GLYPHS = {"healthy": "●", "fair": "◆", "low": "▲", "critical": "✖", "unknown": "?"}
_SIGNS = {"USD": "$", "CNY": "¥", "EUR": "€", "GBP": "£"}
_CENT = Decimal("0.01")
_MICRO = Decimal("0.000001")
_MANY = 10_000_000


def amount(value: float, currency: str) -> str:
    """`$18.03`, `−$3.20`, `1,234 points`, `12.00 CHF`; `<$0.01` for what is not quite nothing."""
    exact = Decimal(str(value)).quantize(_MICRO)
    size, minus = abs(exact), "−" if exact < 0 else ""
    sign, points = _SIGNS.get(currency, ""), currency.islower()
    if 0 < size < _CENT / 2 and not points:
        return f"{minus}<{sign}0.01" if sign else f"{minus}<0.01 {currency}"
    if points and size >= _MANY:
        return f"{minus}{float(size) / 1e6:,.1f}M {currency}"
    cents = size.quantize(_CENT, ROUND_HALF_UP)
    digits = f"{int(cents):,}" if points and cents == int(cents) else f"{cents:,.2f}"
    return f"{minus}{sign}{digits}" if sign else f"{minus}{digits} {currency}"


def percent(health: float | None, estimated: bool = False) -> str:
    """`10%`, `~60%` when estimated, `?%` when not known; a remnant is `<1%`, and less than all is never `100%`."""
    if health is None:
        return "?%"
    mark = "~" if estimated else ""
    if health <= 0:
        return f"{mark}0%"
    if health < 0.01:
        return "<1%"
    return f"{mark}{100 if health >= 1 else min(99, max(1, floor(health * 100 + 0.5)))}%"


def age(seconds: float) -> str:
    """`10s`, `12m`, `3h`, `2d`, always rounded down."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole // 10 * 10}s"
    if whole < 3600:
        return f"{whole // 60}m"
    return f"{whole // 3600}h" if whole < 86_400 else f"{whole // 86_400}d"


def reset(seconds: float) -> str:
    """Time to a refill: `↻12m`, `↻1h12m`, `↻2d4h`."""
    if seconds <= 0:
        return "↻now"
    minutes = int(seconds) // 60
    if minutes < 1:
        return "↻<1m"
    hours, minutes = divmod(minutes, 60)
    if hours < 1:
        return f"↻{minutes}m"
    days, hours = divmod(hours, 24)
    if days < 1:
        return f"↻{hours}h{minutes:02}m" if minutes else f"↻{hours}h"
    return f"↻{days}d{hours}h" if hours and days < 10 else f"↻{days}d"


def lasts(days: float, p10: float | None, p90: float | None) -> str:
    """Time to empty: `9h`, `4d`, `3–6d`, `30d+`."""
    if p10 is None or p90 is None:
        return _stretch(days)
    low, high = _stretch(p10), _stretch(p90)
    if low == high:
        return low
    unit = low.lstrip("0123456789")
    if unit == high.rstrip("+").lstrip("0123456789"):
        low = low.removesuffix(unit)
    return f"{low}–{high}"


def _stretch(days: float) -> str:
    if round(days) >= 30:
        return "30d+"
    hours = round(days * 24)
    if hours < 24:
        return f"{hours}h" if hours else "<1h"
    return f"{round(days)}d"
