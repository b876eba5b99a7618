"""Carrying a balance forward: from the last time that somebody who knows said it, by all that was booked since."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from creditsui.domain.board import Drift
from creditsui.domain.entry import Entry
from creditsui.domain.money import Money
from creditsui.domain.reading import Certainty, Recorded
from creditsui.domain.usage import Usage

SYNC_HOLDS = timedelta(hours=1)
"""How long a user's word counts as the truth."""
DAY = timedelta(days=1)
LAST = 1 << 80
"""Sorts after every amount, so that a search finds the place behind an entry."""

# Thousands of these are walked for every board, so they are bare tuples.
Anchor = tuple[datetime, datetime, int, int]
"""A balance that somebody who knows reported: from this instant, until this one, in micro-units, and the number of the
user's entry, or 0 for a provider's own word."""
Credit = tuple[datetime, int, int]
"""When, the number of the entry, signed micro-units: a top-up or an adjustment."""


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one currency of one account, each oldest first."""

    currency: str
    anchors: Sequence[Anchor] = ()
    credits: Sequence[Credit] = ()
    usage: Sequence[Usage] = ()
    """Metered calls with a price in this currency."""
    unpriced_at: datetime | None = None
    """The last metered call without a price."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A balance as it should be now."""

    remaining: Money
    certainty: Certainty
    at: datetime
    """When the anchor beneath it was last confirmed."""
    by_user: bool
    error: Money | None
    """Half the width of the uncertainty; None: nothing to judge it by."""


def histories(
    readings: Sequence[Recorded], entries: Iterable[Entry], usage: Iterable[Usage], unpriced_at: datetime | None = None
) -> dict[str, History]:
    """What is known by currency, those that have a balance now first, in the order the provider lists them.

    `readings` run from old to new, `entries` are standing, `usage` is metered and priced.
    """
    live: dict[str, list[Anchor]] = {}
    current: tuple[str, ...] = ()
    for recorded in readings:
        reading = recorded.reading
        for balance in reading.balances:
            money = balance.remaining
            anchor = (reading.at, recorded.until, money.micros, 0)
            if money.currency in live:
                live[money.currency].append(anchor)
            else:
                live[money.currency] = [anchor]
    for recorded in reversed(readings):
        if recorded.reading.balances:
            current = tuple(balance.remaining.currency for balance in recorded.reading.balances)
            break

    syncs: dict[str, list[Anchor]] = {}
    credits: dict[str, list[Credit]] = {}
    for entry in entries:
        if entry.amount is None:
            continue
        currency, micros = entry.amount.currency, entry.amount.micros
        if entry.type == "sync":
            syncs.setdefault(currency, []).append((entry.at, entry.at, micros, entry.number))
        elif entry.type in ("topup", "adjust"):
            credits.setdefault(currency, []).append((entry.at, entry.number, micros))
    calls: dict[str, list[Usage]] = {}
    for row in usage:
        if row.cost is not None:
            calls.setdefault(row.cost.currency, []).append(row)

    found: dict[str, History] = {}
    for currency in dict.fromkeys((*current, *syncs, *credits, *calls)):
        told = live.get(currency, ())
        # A currency that the provider no longer lists is gone, unless the user vouches for it.
        anchors = _merged(told if currency in current or currency in syncs else (), syncs.get(currency, ()))
        found[currency] = History(
            currency,
            anchors,
            sorted(credits.get(currency, ())),
            sorted(calls.get(currency, ()), key=lambda row: row.at),
            unpriced_at,
        )
    return found


def _merged(live: Sequence[Anchor], syncs: Sequence[Anchor]) -> Sequence[Anchor]:
    """Both in order. A sync that the provider contradicted before and after, by the same number, is no anchor."""
    if not syncs:
        return live
    starts = [anchor[0] for anchor in live]
    kept = []
    for sync in syncs:
        before = bisect_right(starts, sync[0]) - 1
        if before < 0 or sync[0] >= live[before][1]:
            kept.append(sync)
    return sorted((*live, *kept), key=lambda anchor: (anchor[0], anchor[3]))


def credited(history: History, after: tuple[datetime, int], until: tuple[datetime, int] | None = None) -> int:
    """What was booked between two places (instant, number of the entry), the first excluded, in micro-units."""
    credits = history.credits
    low = bisect_right(credits, (*after, LAST))
    high = len(credits) if until is None else bisect_right(credits, (*until, LAST))
    return sum(micros for _, _, micros in credits[low:high])


def used(history: History, after: datetime, until: datetime | None = None) -> int:
    """What metered calls cost after one instant up to another, in micro-units."""
    rows = history.usage
    low = bisect_right(rows, after, key=lambda row: row.at)
    high = len(rows) if until is None else bisect_right(rows, until, key=lambda row: row.at)
    return sum(row.cost.micros for row in rows[low:high] if row.cost is not None)


def expected(history: History, at: datetime, number: int) -> int | None:
    """What should be left just after the place `at`, `number`, by the anchor before it; None without one."""
    index = bisect_right(history.anchors, (at, number), key=lambda anchor: (anchor[0], anchor[3])) - 1
    return None if index < 0 else _forward(history, index, at, number)


def _forward(history: History, index: int, at: datetime, number: int) -> int:
    _, end, micros, own = history.anchors[index]
    return micros + credited(history, (end, own), (at, number)) - used(history, end, at)


def carry(history: History, now: datetime) -> Carried | None:
    """The balance now; None where nobody ever said one."""
    if not history.anchors:
        return None
    _, at, micros, number = history.anchors[-1]
    booked = credited(history, (at, number))
    spent = used(history, at)
    unpriced = history.unpriced_at is not None and history.unpriced_at > at
    later_credit = bisect_right(history.credits, (at, number, LAST)) < len(history.credits)
    if number == 0:
        sure = not (later_credit or spent or unpriced)
        certainty = Certainty.LIVE if sure else Certainty.ESTIMATED
    else:
        sure = now - at < SYNC_HOLDS and not (spent or unpriced)
        certainty = Certainty.SYNCED if sure else Certainty.ESTIMATED
    error = Money(0, history.currency) if sure else _error(history, now - at)
    return Carried(Money(micros + booked - spent, history.currency), certainty, at, number > 0, error)


def _drifts(history: History) -> list[tuple[int, timedelta, datetime]]:
    """For every sync after another anchor: what went unseen (micro-units), over how long, since when."""
    found = []
    for index, (at, _, micros, number) in enumerate(history.anchors):
        if number and index:
            since = history.anchors[index - 1][1]
            found.append((_forward(history, index - 1, at, number) - micros, max(at - since, timedelta(0)), since))
    return found


def drift(history: History) -> Drift | None:
    """What the last sync showed that the ledger had not seen; positive: more was spent. None before the first pair."""
    found = _drifts(history)
    return Drift(Money(found[-1][0], history.currency), found[-1][2]) if found else None


def _error(history: History, age: timedelta) -> Money | None:
    found = _drifts(history)
    if not found:
        return None
    # Corrections within a day are one observation of at least a day: a typing error must not widen the band for ever.
    span = max(sum((length for _, length, _ in found), timedelta(0)), DAY)
    unseen = sum(abs(amount) for amount, _, _ in found)
    return Money(round(unseen * (max(age, timedelta(0)) / span)), history.currency)


def first_after(history: History, at: datetime, number: int) -> int:
    """The index of the first anchor after the place `at`, `number`; the length if there is none."""
    return bisect_left(history.anchors, (at, number), key=lambda anchor: (anchor[0], anchor[3]))
