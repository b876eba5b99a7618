"""The views of all accounts → the board: their order, and what they sum to."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from math import inf
from typing import Literal

from creditsui.domain.board import AccountView, Band, Board
from creditsui.domain.facts import Facts
from creditsui.domain.observe import calendar
from creditsui.domain.totals import Share, purses, totals
from creditsui.domain.view import view

__all__ = ["Facts", "Sort", "compose"]

Sort = Literal["worst", "name", "config"]

_BANDS = {Band.CRITICAL: 0, Band.LOW: 1, Band.FAIR: 2, Band.HEALTHY: 3, Band.UNKNOWN: 4}


def compose(
    facts: Sequence[Facts],
    *,
    now: datetime,
    zone: tzinfo,
    interval: timedelta,
    sort: Sort | str = "worst",
    demo: bool = False,
    notices: Sequence[str] = (),
) -> Board:
    """The board at `now` (UTC). Days begin at midnight in `zone`; `interval` lies between two refreshes.

    `facts` come in the order of the config, which is the order of accounts where `sort` is "config".
    """
    days = calendar(now, zone)
    purse_of = purses({one.account.id: one.account.pool for one in facts})
    views: list[AccountView] = []
    shares: list[Share] = []
    for one in facts:
        shown, found = view(one, purse_of[one.account.id], days, zone, max(interval, one.pace))
        views.append(shown)
        shares += [share for share in found if one.account.enabled and share.known]
    upcoming = [one.next_at for one in views if one.next_at is not None]
    return Board(
        generated_at=now,
        accounts=tuple(_ordered(views, sort)),
        totals=totals(shares),
        demo=demo,
        notices=tuple(notices),
        next_at=min(upcoming, default=None),
    )


def _ordered(views: list[AccountView], sort: str) -> list[AccountView]:
    if sort == "config":
        return sorted(views, key=lambda one: not one.enabled)
    if sort == "name":
        return sorted(views, key=lambda one: (not one.enabled, one.label.casefold(), one.id))
    return sorted(views, key=_badness)


def _badness(one: AccountView) -> tuple[bool, int, float, float, str]:
    """Worst first. What is broken and shows no number comes last: it needs a key, not a glance."""
    mute = one.problem is not None and one.band is Band.UNKNOWN and one.balance is None and one.health is None
    days = 0.0 if one.runway.state == "empty" else one.runway.days
    return (
        not one.enabled,
        len(_BANDS) if mute else _BANDS[one.band],
        inf if days is None else days,
        inf if one.health is None else one.health,
        one.id,
    )
