"""Carrying a balance forward: from the last time that somebody who knows said it, by all that was booked since."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate, islice, pairwise
from operator import attrgetter, itemgetter

from creditsui.domain.before import Before, Past
from creditsui.domain.board import Basis, Drift
from creditsui.domain.drift import STRETCHES, Learned, Stretch, learn
from creditsui.domain.entry import Entry
from creditsui.domain.money import Money
from creditsui.domain.reading import Certainty, Recorded
from creditsui.domain.usage import Usage

SYNC_HOLDS = timedelta(hours=1)
"""How long a user's word counts as the truth."""
CORRECTED = timedelta(minutes=15)
"""How soon a typing error is put right by another sync."""
GAP = timedelta(hours=1)
"""For longer than this nobody could ask a provider that tells its balance: only the ledger looked."""
_LOOK_BACK = 2000
"""Readings that are looked through for pauses; a provider told a balance every few minutes."""
_UNSETTLED = 100
"""The latest readings, which may still be confirmed or come in from elsewhere."""
_SECOND = timedelta(seconds=1)
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
    before: Before | None = None
    """What came before all this, where it does not begin at the beginning."""
    instants: Sequence[datetime] = field(init=False, repr=False, compare=False)
    """When each call was."""
    sums: Sequence[int] = field(init=False, repr=False, compare=False)
    """What all calls before each one cost, and after the last what all did, in micro-units."""
    taught: dict[int, Learned] = field(init=False, repr=False, compare=False, default_factory=dict)
    """By the index of an anchor, for as long as this history is looked at."""
    turns: list[int] = field(init=False, repr=False, compare=False, default_factory=list)
    """The indexes of anchors before which only the ledger looked."""
    rises: list[Mapping[int, int]] = field(init=False, repr=False, compare=False, default_factory=list)
    """By how much the balance that a provider told rose, by the index of the anchor, once somebody looked."""
    moved: list[Credit] = field(init=False, repr=False, compare=False, default_factory=list)
    """The credits at the rises they made, once somebody looked for them."""

    def __post_init__(self) -> None:
        costs = [row.cost.micros if row.cost is not None else 0 for row in self.usage]
        object.__setattr__(self, "instants", [row.at for row in self.usage])
        object.__setattr__(self, "sums", list(accumulate(costs, initial=0)))
        until, by = None, 0
        for index, (at, end, _, number) in enumerate(self.anchors):
            if until is not None and (number or by or at - until > GAP):
                self.turns.append(index)
            until, by = end, number

    @property
    def logged(self) -> bool:
        """Whether any call with a price is known."""
        return bool(self.usage) or (self.before is not None and self.before.logged)

    def with_credits(self, more: Iterable[Credit]) -> "History":
        """With more of what was booked, or less of it."""
        found = copy(self)
        object.__setattr__(found, "credits", sorted((*self.credits, *more)))
        object.__setattr__(found, "taught", {})
        object.__setattr__(found, "moved", [])
        return found


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
    basis: Basis


def histories(
    readings: Sequence[Recorded],
    entries: Iterable[Entry],
    usage: Iterable[Usage],
    unpriced_at: datetime | None = None,
    past: Past | None = None,
    *,
    slips: bool = False,
) -> dict[str, History]:
    """What is known by currency, those that have a balance now first, in the order the provider lists them.

    `readings` run from old to new, `entries` are standing, `usage` is metered and priced; where the `past` is known,
    all of them since its beginning. With `slips`, what the user put right at once is an anchor all the same.
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
            if row.cost.currency in calls:
                calls[row.cost.currency].append(row)
            else:
                calls[row.cost.currency] = [row]

    found: dict[str, History] = {}
    if past is None:
        order = dict.fromkeys((*current, *syncs, *credits, *calls))
    else:
        order = dict.fromkeys((*current, *past.syncs, *syncs, *past.credits, *credits, *past.calls, *calls))
    for currency in order:
        told = live.get(currency, ())
        # A currency that the provider no longer lists is gone, unless the user vouches for it.
        anchors = _merged(told if currency in current or currency in syncs else (), syncs.get(currency, ()))
        booked, own = sorted(credits.get(currency, ())), syncs.get(currency, [])
        before = past.balances.get(currency) if past is not None else None
        if before is not None:
            anchors = anchors[bisect_left(anchors, before.place, key=_place) :]
            booked = booked[bisect_right(booked, (*before.place, LAST)) :]
            own = own[bisect_left(own, before.place, key=_place) :]
        rows = sorted(calls.get(currency, ()), key=attrgetter("at"))
        history = History(currency, anchors, booked, rows, unpriced_at, before)
        found[currency] = history if slips else _without_slips(history, own)
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
    return sorted((*live, *kept), key=itemgetter(0, 3))


def _without_slips(history: History, syncs: Sequence[Anchor]) -> History:
    """Without syncs that the user put right at once by another: what was far from all that was known is no anchor where
    what replaced it is near. A first one has nothing to be near to. A sync of 0 is no slip of the finger, and where a
    balance was low and soon is higher than was known, credit came in meanwhile."""
    soon = [one for one, after in pairwise(syncs) if after[0] - one[0] <= CORRECTED]
    if not soon:
        return history
    slips: set[Anchor] = set()
    before = history.before
    if before is not None:  # what was taught then was taught by slips as well
        history = replace(history, before=replace(before, stretches=before.mistaken))
    for one, after in pairwise(syncs):
        between = credited(history, (one[0], one[3]), (after[0], after[3]))
        if after[0] - one[0] > CORRECTED or between or not one[2]:
            continue
        index = bisect_left(history.anchors, (one[0], one[3]), key=_place) - 1
        while index >= 0 and history.anchors[index] in slips:
            index -= 1
        if index >= 0:
            away, near = (_forward(history, index, *_place(sync)) - sync[2] for sync in (one, after))
            if not slipped(away, near):
                continue
        slips.add(one)
    anchors = [one for one in history.anchors if one not in slips] if slips else history.anchors
    return replace(history, anchors=anchors, before=before) if slips or before is not None else history


def slipped(away: int, near: int) -> bool:
    """Whether a sync so far below what was expected was a slip where the one after it is so far below it."""
    return 4 * abs(near) < abs(away) and (away < 0 or near >= 0)


def _place(anchor: Anchor) -> tuple[datetime, int]:
    return anchor[0], anchor[3]


def credited(history: History, after: tuple[datetime, int], until: tuple[datetime, int] | None = None) -> int:
    """What was booked between two places (instant, number of the entry), the first excluded, in micro-units."""
    credits = history.credits
    low = bisect_right(credits, (*after, LAST))
    high = len(credits) if until is None else bisect_right(credits, (*until, LAST))
    return sum(micros for _, _, micros in credits[low:high])


def used(history: History, after: datetime, until: datetime | None = None) -> int:
    """What metered calls cost after one instant up to another, in micro-units."""
    instants = history.instants
    low = bisect_right(instants, after)
    high = len(instants) if until is None else bisect_right(instants, until)
    return history.sums[max(low, high)] - history.sums[low]


def expected(history: History, at: datetime, number: int) -> int | None:
    """What should be left just after the place `at`, `number`, by the anchor before it and what was learned up to then;
    None without one."""
    index = bisect_right(history.anchors, (at, number), key=_place) - 1
    return None if index < 0 else _forward(history, index, at, number)


def _forward(history: History, index: int, at: datetime, number: int) -> int:
    _, end, micros, own = history.anchors[index]
    seen = used(history, end, at)
    unseen = learned(history, index).unseen(seen) if seen else 0
    return micros + credited(history, (end, own), (at, number)) - seen - unseen


def carry(history: History, now: datetime) -> Carried | None:
    """The balance now; None where nobody ever said one."""
    if not history.anchors:
        return None
    _, at, micros, number = history.anchors[-1]
    booked = credited(history, (at, number))
    seen = used(history, at)
    taught = learned(history)
    unseen = taught.unseen(seen)
    unpriced = history.unpriced_at is not None and history.unpriced_at > at
    later_credit = bisect_right(history.credits, (at, number, LAST)) < len(history.credits)
    if number == 0:
        sure = not (later_credit or seen or unpriced)
        certainty = Certainty.LIVE if sure else Certainty.ESTIMATED
    else:
        sure = now - at < SYNC_HOLDS and not (seen or unpriced)
        certainty = Certainty.SYNCED if sure else Certainty.ESTIMATED
    half = 0 if sure else taught.half_width(seen, (now - at).total_seconds())

    def money(amount: int) -> Money:
        return Money(amount, history.currency)

    basis = Basis(
        anchor=money(micros),
        at=at,
        by_user=number > 0,
        credited=money(booked),
        seen=money(seen),
        unseen=money(unseen),
        share=taught.share if taught.pairs else None,
        spread=taught.spread,
        pairs=taught.pairs,
        rate=None if taught.rate is None else money(round(taught.rate)),
    )
    left = money(micros + booked - seen - unseen)
    return Carried(left, certainty, at, number > 0, None if half is None else money(half), basis)


def learned(history: History, index: int | None = None) -> Learned:
    """What the stretches up to the anchor of that index, by default the last, teach."""
    last = len(history.anchors) - 1 if index is None else index
    if last not in history.taught:
        found = list(islice(stretches(history, last), STRETCHES))
        history.taught[last] = _learn(tuple(found[::-1]))
    return history.taught[last]


_learn = lru_cache(1024)(learn)
"""Every board asks what the same stretches taught."""


def drift(history: History) -> Drift | None:
    """What the last stretch showed that nobody had expected; positive: more was spent. None before the first."""
    at, _ = next(_stretches(history, len(history.anchors) - 1), (None, None))
    if at is None:
        known, taught = history.before.drift if history.before is not None else None, learned(history)
        return known and replace(known, share=taught.share if taught.pairs else None, pairs=taught.pairs)
    start, _, reported, number = history.anchors[at]
    forward, taught = _forward(history, at - 1, start, number), learned(history)
    return Drift(
        Money(forward - reported, history.currency),
        history.anchors[at - 1][1],
        Money(forward, history.currency),
        Money(reported, history.currency),
        taught.share if taught.pairs else None,
        taught.pairs,
    )


def stretches(history: History, last: int) -> Iterator[Stretch]:
    """Those up to the anchor of that index, newest first."""
    for _, stretch in _stretches(history, last):
        yield stretch
    if history.before is not None:
        yield from history.before.stretches


def _stretches(history: History, last: int) -> Iterator[tuple[int, Stretch]]:
    """The anchors up to that index which end a stretch, newest first: where the user told a balance or had told the one
    before, and where nobody could ask a provider for long and calls were seen. What rose meanwhile tells of none."""
    anchors = history.anchors
    for at in reversed(history.turns[: bisect_right(history.turns, last)]):
        (start, _, micros, own), (_, since, had, before) = anchors[at], anchors[at - 1]
        lost = had + credited(history, (since, before), (start, own)) - micros
        seen = used(history, since, start)
        if own or before or (seen and lost >= 0):
            yield at, Stretch(seen, lost, max(0, (start - since) // _SECOND))


def gaps(readings: Sequence[Recorded]) -> list[datetime]:
    """The beginnings and ends of the latest times in which nobody could ask: no sum of calls may reach across one."""
    return Gaps().latest(readings)


@dataclass(slots=True)
class Gaps:
    """The same as readings grow: what was looked through is not looked through again."""

    taken: int = 0
    """How many readings were looked through; the latest are none of them, since they may still change."""
    last: Recorded | None = None
    """The last of those."""
    ended: list[int] = field(default_factory=list)
    """The places of readings before which nobody could ask."""

    def latest(self, readings: Sequence[Recorded]) -> list[datetime]:
        if self.taken and (self.taken > len(readings) or readings[self.taken - 1] is not self.last):
            self.taken, self.ended = 0, []
        least, settled = max(0, len(readings) - _LOOK_BACK), max(0, len(readings) - _UNSETTLED)
        self.ended += _ended(readings, max(self.taken, least + 1), settled)
        self.taken, self.last = settled, readings[settled - 1] if settled else None
        found = [*self.ended, *_ended(readings, max(settled, least + 1), len(readings))]
        latest = [at for at in found[-STRETCHES:] if at > least]
        return [one for at in reversed(latest) for one in (readings[at].reading.at, readings[at - 1].until)]


def _ended(readings: Sequence[Recorded], first: int, end: int) -> list[int]:
    return [at for at in range(first, end) if readings[at].reading.at - readings[at - 1].until > GAP]


def first_after(history: History, at: datetime, number: int) -> int:
    """The index of the first anchor after the place `at`, `number`; the length if there is none."""
    return bisect_left(history.anchors, (at, number), key=_place)
