"""What a purse lost beyond the calls that the logs know: spend that nobody logged, by the day."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from creditsui.domain.entry import Entry
from creditsui.domain.lot import stock, topups
from creditsui.domain.metered import metered
from creditsui.domain.observe import UNSEEN, Calendar, Observed, calendar
from creditsui.domain.reading import Recorded, Semantics
from creditsui.domain.reconcile import History, histories
from creditsui.domain.spend import best, reported_in
from creditsui.domain.spending import Slot, start_of
from creditsui.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one account that draws on a purse, oldest first."""

    account: str
    readings: Sequence[Recorded] = ()
    entries: Sequence[Entry] = ()
    """Standing ones."""
    usage: Sequence[Usage] = ()
    semantics: Semantics = Semantics.BALANCE


def unseen(members: Sequence[Known], now: datetime, zone: tzinfo, days: int) -> list[Slot]:
    """Of one purse, over the last `days` days of `zone`: slots of source `unseen`, one for each day that has any.

    A provider's own days are days of UTC, and are told by the same date in `zone`.
    """
    every = sorted((call for one in members for call in one.usage), key=lambda call: call.at)
    whole: dict[str, list[list[Slot]]] = {}
    own: dict[str, list[Slot]] = {}
    for one in members:
        dated = any(row.reading.spend is not None and row.reading.spend.days for row in one.readings)
        local = calendar(now, UTC if dated else zone, days)
        for observed, calls in _observed(one, every, local, zone):
            found = _slots(one.account, observed, calls, zone)
            if observed.of_purse:
                whole.setdefault(observed.currency, []).append(found)
            else:
                own.setdefault(observed.currency, []).extend(found)
    # Every key that tells the balance of a purse tells the same one; what keys tell of themselves adds up to that.
    kept: list[Slot] = []
    for currency in dict.fromkeys((*whole, *own)):
        kept += max((*whole.get(currency, ()), own.get(currency, [])), key=_sum)
    return kept


def _observed(
    one: Known, every: Sequence[Usage], days: Calendar, zone: tzinfo
) -> Iterator[tuple[Observed, Sequence[Usage]]]:
    """Spend of an account by currency, and the calls that are a part of it."""
    reports = [row.reading.spend for row in one.readings if row.reading.spend is not None]
    told = [currency for report in reports if (currency := reported_in(report))]
    for usage in (every, one.usage):
        used = metered(usage, days.edges[0])
        found = histories(one.readings, one.entries, used.priced, used.unpriced_at)
        for currency in dict.fromkeys((*found, *told)):
            history = found.get(currency, History(currency))
            history = stock(history, topups(one.entries, currency), days.now, zone).history
            observed = best(history, one.readings, one.semantics, days)
            # A balance falls by the calls of every key on the purse, what a key tells of itself by its own.
            if observed.of_purse == (usage is every):
                yield observed, history.usage


def _slots(account: str, observed: Observed, calls: Iterable[Usage], zone: tzinfo) -> list[Slot]:
    edges = observed.calendar.edges
    logged = [0] * len(observed.days)
    for call in calls:
        index = bisect_right(edges, call.at) - 1
        if 0 <= index < len(logged) and call.cost is not None:
            logged[index] += call.cost.micros
    slots, before = [], 0
    for day, spent, known in zip(observed.calendar.days, observed.days, logged, strict=True):
        rest = spent - known
        # A call from just before midnight may be billed just after it.
        missing, before = rest - before, max(0, -rest)
        if missing > 0:
            slots.append(
                Slot(start_of(day, zone), UNSEEN, account, model=UNSEEN, project=UNSEEN, session=UNSEEN,
                     cost_micros=missing, currency=observed.currency)
            )  # fmt: skip
    return slots


def _sum(slots: Iterable[Slot]) -> int:
    return sum(slot.cost_micros for slot in slots)
