"""Carrying a balance forward: from the last time that somebody who knows said it, by all that was booked since."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from operator import attrgetter

from creditsui.domain.before import Past
from creditsui.domain.begun import Begun, paid_in
from creditsui.domain.board import Basis, Drift
from creditsui.domain.drift import STRETCHES, Learned, Stretch, learn
from creditsui.domain.entry import Entry
from creditsui.domain.history import GAP as GAP
from creditsui.domain.history import LAST as LAST
from creditsui.domain.history import Anchor as Anchor
from creditsui.domain.history import Credit as Credit
from creditsui.domain.history import History as History
from creditsui.domain.history import first_at, place
from creditsui.domain.money import Money
from creditsui.domain.reading import Certainty, Recorded
from creditsui.domain.usage import Usage

SYNC_HOLDS = timedelta(hours=1)
"""How long a user's word counts as the truth."""
CORRECTED = timedelta(minutes=15)
"""How soon a typing error is put right by another sync."""
_LOOK_BACK = 2000
"""Readings that are looked through for pauses; a provider told a balance every few minutes."""
_UNSETTLED = 100
"""The latest readings, which may still be confirmed or come in from elsewhere."""
_SECOND = timedelta(seconds=1)


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
    usage: Sequence[Usage],
    unpriced_at: datetime | None = None,
    past: Past | None = None,
    begun: Begun | None = None,
    *,
    slips: bool = False,
) -> dict[str, History]:
    """What is known by currency, those that have a balance now first, in the order the provider lists them.

    `readings` run from old to new, `entries` are standing, `usage` is metered and priced; where the `past` is known,
    all of them since its beginning. What they begin with may have been `begun` already. With `slips`, what the user put
    right at once is an anchor all the same.
    """
    begun = begun or Begun()
    late = begun.late(readings)
    current: tuple[str, ...] = ()
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
    calls = paid_in(usage[len(begun.used.priced) :])

    order = dict.fromkeys((*current, *syncs, *credits, *begun.calls, *calls))
    if past is not None:
        known = (*current, *past.syncs, *syncs, *past.credits, *credits, *past.calls)
        order = dict.fromkeys((*known, *begun.calls, *calls))
    found: dict[str, History] = {}
    for currency in order:
        # A currency that the provider no longer lists is gone, unless the user vouches for it.
        counted = currency in current or currency in syncs
        own, before = syncs.get(currency, []), past.balances.get(currency) if past is not None else None
        first = begun.stem(currency, own, before, counted=counted)
        anchors = [*first.anchors, *begun.later(currency, late.get(currency, ()), own, before, counted=counted)]
        booked = sorted(credits.get(currency, ()))
        if before is not None:
            booked = booked[bisect_right(booked, (*before.place, LAST)) :]
            own = own[bisect_left(own, before.place, key=place) :]
        rows = [*first.usage, *sorted(calls.get(currency, ()), key=attrgetter("at"))]
        history = History(currency, anchors, booked, rows, unpriced_at, before, first)
        found[currency] = history if slips else _without_slips(history, own)
    return found


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
        index = bisect_left(history.anchors, (one[0], one[3]), key=place) - 1
        while index >= 0 and history.anchors[index] in slips:
            index -= 1
        if index >= 0:
            away, near = (_forward(history, index, *place(sync)) - sync[2] for sync in (one, after))
            if not slipped(away, near):
                continue
        slips.add(one)
    if before is not None:
        history = replace(history, before=before)
    return history.without(frozenset(slips)) if slips else history


def slipped(away: int, near: int) -> bool:
    """Whether a sync so far below what was expected was a slip where the one after it is so far below it."""
    return 4 * abs(near) < abs(away) and (away < 0 or near >= 0)


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
    index = first_at(history.anchors, at, number + 1) - 1
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
    known = history.stretched
    for at in reversed(history.turns[: bisect_right(history.turns, last)]):
        if at not in known:
            known[at] = _stretch(history, at)
        if (found := known[at]) is not None:
            yield at, found


def _stretch(history: History, at: int) -> Stretch | None:
    (start, _, micros, own), (_, since, had, before) = history.anchors[at], history.anchors[at - 1]
    lost = had + credited(history, (since, before), (start, own)) - micros
    seen = used(history, since, start)
    told = own or before or (seen and lost >= 0)
    return Stretch(seen, lost, max(0, (start - since) // _SECOND)) if told else None


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
    return first_at(history.anchors, at, number)
