"""Burn and runway: how much goes a day, and how long what is left lasts, as a range."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate
from random import Random

from creditsui.domain.board import Runway
from creditsui.domain.money import Money
from creditsui.domain.observe import Observed

LONGEST = 3650.0
"""Days; further ahead nobody can see."""
GATHERING = 3.0
"""Observed days under which no forecast is made."""
IDLE_AFTER = 7
_HALF_LIFE = 10.0
"""Days after which a day counts half."""
_DRAWS = 200
_SLOTS = 256
_ROUNDING = 1e-6


def burn(observed: Observed) -> Money | None:
    """Money a day, recent days counting more; None under one observed day."""
    if sum(observed.covered) < 1 - _ROUNDING:
        return None
    weights = _weights(observed)
    seen = sum(weight * share for weight, share in zip(weights, observed.covered, strict=True))
    spent = sum(weight * day for weight, day in zip(weights, observed.days, strict=True))
    return Money(round(spent / seen), observed.currency)


def runway(left: Money | None, observed: Observed, now: datetime, zone: tzinfo, *, refills: bool = False) -> Runway:
    """How long `left` lasts at the pace of the observed days.

    `refills`: there is no money to run out, only quotas that come back by themselves.
    """
    if refills:
        return Runway("refills")
    if left is None:
        return Runway("unknown")
    if left.micros <= 0:
        return Runway("empty")
    if left.currency != observed.currency:
        return Runway("unknown")
    seen = sum(observed.covered)
    if seen < GATHERING - _ROUNDING:
        return Runway("gathering")
    if not any(observed.days[-IDLE_AFTER:]) and sum(observed.covered[-IDLE_AFTER - 1 :]) >= IDLE_AFTER - _ROUNDING:
        return Runway("idle")
    if not any(observed.days):
        return Runway("gathering")
    draws = sorted(_draws(left.micros, observed))
    p10, p50, p90 = (draws[round(share * (len(draws) - 1))] for share in (0.1, 0.5, 0.9))
    return Runway("known", p50, p10, p90, (now + timedelta(days=p50)).astimezone(zone).date())


def _weights(observed: Observed) -> list[float]:
    last = len(observed.days) - 1
    return [0.5 ** ((last - index) / _HALF_LIFE) for index in range(last + 1)]


def _draws(left: int, observed: Observed) -> list[float]:
    """Days until empty along paths that repeat observed days at random, recent ones more often.

    A path is as long as the time observed; beyond it, its own pace goes on. So a few days give a wide range, and a
    balance that one bad day can empty shows it. The draws are the same every time: numbers must not flicker.
    """
    days = [index for index, share in enumerate(observed.covered) if share > 0]
    weights = _weights(observed)
    table = [days[index] for index in _spread([weights[index] for index in days])]
    length = len(days)
    picks = Random(length).randbytes(_DRAWS * length)  # noqa: S311 - not a secret
    spent = list(map([observed.days[day] for day in table].__getitem__, picks))
    lasted = list(map([observed.covered[day] for day in table].__getitem__, picks))
    return [
        _empty_after(left, spent[at : at + length], lasted[at : at + length]) for at in range(0, len(picks), length)
    ]


def _spread(weights: Sequence[float]) -> list[int]:
    """A table of indices in which each stands as often as its weight says, so that a random byte picks one."""
    reached, whole = list(accumulate(weights)), sum(weights)
    table, index = [], 0
    for slot in range(_SLOTS):
        while index < len(reached) - 1 and reached[index] <= (slot + 0.5) / _SLOTS * whole:
            index += 1
        table.append(index)
    return table


def _empty_after(left: int, spent: Sequence[int], lasted: Sequence[float]) -> float:
    total = sum(spent)
    if total <= 0:
        return LONGEST
    if total < left:
        return min(LONGEST, left / total * sum(lasted))
    time = 0.0
    for amount, share in zip(spent, lasted, strict=True):
        if amount >= left:
            return min(LONGEST, time + share * left / amount)
        left -= amount
        time += share
    return min(LONGEST, time)
