"""Burn and runway: how much goes a day, and how long what is left lasts, as a range."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import sqrt
from typing import Literal

from creditsui.domain.board import Outlook, Runway
from creditsui.domain.forecast import EVEN, LONGEST, Forecast, forecast, weights
from creditsui.domain.lapse import End, lasts, lost
from creditsui.domain.money import Money
from creditsui.domain.observe import Observed

GATHERING = 3.0
"""Observed days under which no forecast is made."""
IDLE_AFTER = 7
_WITHIN = 1.4
"""The half width of a range that holds the truth in five of six cases, in standard deviations."""
_ROUNDING = 1e-6
_DAY = timedelta(days=1)


def burn(observed: Observed) -> Money | None:
    """Money a day, recent days counting more; None under one observed day."""
    if sum(observed.covered) < 1 - _ROUNDING:
        return None
    weight = weights(observed.calendar)
    seen = sum(weight * share for weight, share in zip(weight, observed.covered, strict=True))
    spent = sum(weight * day for weight, day in zip(weight, observed.days, strict=True))
    return Money(round(spent / seen), observed.currency) if seen > 0 else None


def runway(
    left: Money | None,
    observed: Observed,
    now: datetime,
    zone: tzinfo,
    *,
    at: datetime | None = None,
    error: Money | None = None,
    refills: bool = False,
    ends: Sequence[End] = (),
) -> Runway:
    """How long `left` lasts at the pace of the observed days.

    `at`: when that much was left, where it is longer ago: what was probably spent since is gone. `error`: half the
    width of the uncertainty of `left`. `refills`: there is no money to run out, only quotas that come back by
    themselves. `ends`: what of it ends when, soonest first: that cannot be spent any more, and is spent first.
    """
    if refills:
        return Runway("refills")
    if left is None:
        return Runway("unknown")
    if left.micros <= 0:
        return Runway("empty")
    if left.currency != observed.currency:
        return Runway("unknown")
    if (state := _silent(observed)) is not None:
        return Runway(state, seen=sum(observed.covered) if state == "gathering" else None)
    since = min(at or now, now)
    ahead = forecast(observed, since)
    if ahead is None:
        return Runway("gathering", seen=sum(observed.covered))
    ahead = _unsure(ahead, error, left, left.micros)
    gone = (now - since) / _DAY
    over = [((end - since) / _DAY, micros) for end, micros in ends]
    p10, p50, p90 = (max(0.0, lasts(ahead, left.micros, share, over) - gone) for share in (0.1, 0.5, 0.9))
    empty_on = (now + timedelta(days=p50)).astimezone(zone).date() if p50 < LONGEST - gone else None
    return Runway("known", p50, p10, p90, empty_on, _outlook(ahead, observed, now - since))


def needed(
    left: Money,
    observed: Observed,
    until: date,
    zone: tzinfo,
    *,
    share: float = 0.8,
    gone: timedelta = timedelta(0),
    error: Money | None = None,
    ends: Sequence[End] = (),
) -> Money | None:
    """How much to add to `left` so that it lasts through the day `until` of `zone` in `share` of all cases.

    Nothing where it does anyway; None where there is no forecast, or the day is over. Of debt, all is needed too, and
    what `ends` before it is spent. `gone`: how long ago that much was left; `error`: half the width of the uncertainty
    of it; both as in `runway`.
    """
    now = observed.calendar.now
    since = now - max(gone, timedelta(0))
    end = (datetime(until.year, until.month, until.day, tzinfo=zone) + _DAY).astimezone(UTC)
    if end <= now or left.currency != observed.currency or _silent(observed) is not None:
        return None
    ahead = forecast(observed, since)
    if ahead is None:
        return None
    days = (end - since) / _DAY
    ahead = _unsure(ahead, error, left, max(float(left.micros), ahead.spent(days, 0.5)))
    over = lost(ahead, share, [((end - since) / _DAY, micros) for end, micros in ends], days)
    return Money(max(0, round(ahead.spent(days, share)) + over - left.micros), left.currency)


def _unsure(ahead: Forecast, error: Money | None, left: Money, asked: float) -> Forecast:
    """With the uncertainty of what is left, where so many micro-units are asked about."""
    if error is None or error.currency != left.currency or asked <= 0:
        return ahead
    return ahead.unsure(error.micros / asked / _WITHIN)


def _silent(observed: Observed) -> Literal["gathering", "idle"] | None:
    """Why the days observed say nothing of those to come: `gathering` or `idle`."""
    if sum(observed.covered) < GATHERING - _ROUNDING:
        return "gathering"
    if not any(observed.days[-IDLE_AFTER:]) and sum(observed.covered[-IDLE_AFTER - 1 :]) >= IDLE_AFTER - _ROUNDING:
        return "idle"
    return None if any(observed.days) else "gathering"


def _outlook(ahead: Forecast, observed: Observed, gone: timedelta) -> Outlook:
    today = observed.calendar.days[-1].weekday()
    weekend = [ahead.week[(name - today) % 7] for name in (5, 6)]
    return Outlook(
        pace=Money(round(ahead.pace_now), observed.currency),
        trend=ahead.trend,
        swing=sqrt(ahead.grain / ahead.pace),
        doubt=sqrt(ahead.doubt),
        days=sum(observed.covered),
        quiet=None if ahead.week == EVEN else sum(weekend) / 2,
        gone=gone,
    )
