"""The reasons that a preflight gives: what covers a need, or does not, in one sentence without a full stop."""

from datetime import datetime, tzinfo
from decimal import Decimal
from math import floor

from creditsui.domain.money import MICRO, Money
from creditsui.domain.reading import Window
from creditsui.domain.times import coarse

MARGIN = 2
"""How many times a stale number must cover the need: it is old, and nobody knows why nobody answers."""
_CENT = MICRO // 100
_TINY = 1e-9
_TWICE = "twice, as a number that old should"


def money_words(by: str, left: Money, low: Money, need: Money, then: str, stale: float | None) -> str:
    """`stale`: how many seconds old, where it is; None: it is not."""
    go = low.micros >= need.micros * (MARGIN if stale is not None else 1)
    of = {"budget": " of its budget", "limit": " under its cap"}.get(by, "")
    whole, sum_ = f"{_figure(left)} {left.currency}{of}", _exact(need)
    old = "" if stale is None else f" ({coarse(stale)} old)"
    same = _figure(low) == _figure(left)
    if go:
        return f"{whole}{old} covers {sum_}" if same else f"at least {_figure(low)} of {whole}{old}{then} covers {sum_}"
    if low >= need:
        return f"{whole}{old} does not cover {sum_} {_TWICE}"
    if same:
        return f"{whole}{old} does not cover {sum_}"
    return f"only {_figure(max(low, Money(0, low.currency)))} of {whole}{old} is sure{then}, not {sum_}"


def quota_words(
    window: Window, low: float, need: float, then: str, stale: float | None, now: datetime, zone: tzinfo
) -> str:
    """Of one quota; what is left is rounded down, so that nothing is promised."""
    left, share = f"{floor(low * 100 + _TINY)}% of its {window.name} quota{then}", f"{need * 100:.6g}%"
    old = "" if stale is None else f" ({coarse(stale)} old)"
    if low >= need * (MARGIN if stale is not None else 1):
        return f"{left}{old} covers {share}"
    again = f"; it refills {when(window.resets_at, now, zone)}" if window.resets_at is not None else ""
    return f"{left}{old} does not cover {share}{f' {_TWICE}' if low >= need else ''}{again}"


def by_then(until: datetime | None, now: datetime, zone: tzinfo) -> str:
    return f" {when(until, now, zone)}" if until is not None else ""


def when(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`at 19:40`, or with its day where that is not today."""
    there = at.astimezone(zone)
    return f"at {there:%H:%M}" if there.date() == now.astimezone(zone).date() else f"on {there:%Y-%m-%d at %H:%M}"


def _figure(money: Money) -> str:
    """In hundredths, rounded down; what is less than one is told exactly."""
    return _exact(money) if 0 < money.micros < _CENT else f"{Decimal(money.micros // _CENT) / 100:.2f}"


def _exact(money: Money) -> str:
    """With as many digits as it has, at least two after the point."""
    text = f"{Decimal(money.micros) / MICRO:.6f}"
    return text[:-4] + text[-4:].rstrip("0")
