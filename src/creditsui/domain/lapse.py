"""Money that ends before it is spent: how long what is left lasts where a part of it has a last day."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from math import inf

from creditsui.domain.board import Lot
from creditsui.domain.forecast import Forecast

End = tuple[datetime, int]
"""The first instant without a lot, and what is left of it now, in micro-units."""
_DAY = timedelta(days=1)


def ends(held: Sequence[Lot], zone: tzinfo) -> tuple[End, ...]:
    """The ends of the lots that have one, soonest first."""
    found = []
    for lot in held:
        if lot.expires_at is not None:
            after = lot.expires_at + _DAY
            at = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
            found.append((at, lot.remaining.micros))
    return tuple(sorted(found))


def lasts(ahead: Forecast, left: int, share: float, ends: Sequence[tuple[float, int]]) -> float:
    """Days within which `left` is spent or over in `share` of all cases.

    `ends`: in how many days of the forecast how much of it ends, soonest first; that is also spent first.
    """
    over = reached = 0.0
    for days, amount in ends:
        reached += amount
        over += max(0.0, reached - over - (ahead.spent(days, 1 - share) if days > 0 else 0.0))
        if over >= left:
            return max(0.0, days)
    return ahead.lasts(left - over, share)


def lost(ahead: Forecast, share: float, ends: Sequence[tuple[float, int]], until: float = inf) -> int:
    """What ends unspent by `until` (days of the forecast), at the spend that `share` of all cases stay below."""
    over = reached = 0.0
    for days, amount in ends:
        if days > until:
            break
        reached += amount
        over += max(0.0, reached - over - (ahead.spent(days, share) if days > 0 else 0.0))
    return round(over)
