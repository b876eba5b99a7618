"""Whether an account spends far more than usual, and which sessions do: a look at the ledger by the hour."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from creditsui.core.booked import Booked
from creditsui.domain.account import Account
from creditsui.domain.board import Culprit, Spike
from creditsui.domain.hours import Calls, Falls, Hours, Settled, hour_of, shift
from creditsui.domain.money import Money
from creditsui.domain.reading import Reading, Recorded, Semantics
from creditsui.domain.spike import FAR, NEAR, spike
from creditsui.sources import catalogue

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger
    from creditsui.adapters.usage_hours import HoursRecall, UsageHours

_CULPRITS = 5
_LOOKED_THROUGH = timedelta(days=1)
"""Of a spike's calls: enough to tell who it is, however long it goes on."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What may have spiked."""

    account: Account
    members: Collection[str]
    """Accounts that draw on its purse, itself among them."""
    semantics: Semantics
    readings: Sequence[Recorded]
    """Oldest first."""
    books: Booked
    settled: dict[object, Settled] = field(default_factory=dict)
    """What is known of its hours for good, by what it was read off."""
    recall: "HoursRecall | None" = None
    """What was told of its calls by the hour."""


def last(ledger: "Ledger", one: Watched, now: datetime, zone: tzinfo) -> Spike | None:
    """The last spike of an account, until a day after its end, with those who made it. Raises LedgerError."""
    near, far = hour_of(now - NEAR, zone), now - FAR
    with ledger.hours() as store:
        if one.recall is not None:
            store.renew(one.recall)
        kinds = store.kinds([one.account.id], without=_SUMS)
        for currency in _currencies(one, kinds):
            series: list[Hours] = [*_falls(one, currency, now, far, zone)]
            own = kinds.get(currency, [])
            first = store.first(own, one.recall)
            if first is not None:
                off = shift(now, zone)
                series.append(Calls(_loader(store, own, off, one.recall), _instant(first), near, off))
            found = spike(series, currency, now, zone)
            if found is not None:
                return replace(found, culprits=_culprits(store, one, found))
    return None


_SUMS = tuple(id for id, source in catalogue().items() if source.sums)
"""Their calls are what sums grew by since somebody looked: of how many hours, nobody knows."""


def _currencies(one: Watched, kinds: Mapping[str, object]) -> list[str]:
    """Those that it can spend, the one it is shown in first where that is known."""
    balances = one.readings[-1].reading.balances if one.readings else ()
    told = [balance.remaining.currency for balance in balances]
    own = [one.account.currency] if one.account.currency in told or not told else []
    return list(dict.fromkeys((*own, *told, *kinds)))


def _falls(one: Watched, currency: str, now: datetime, far: datetime, zone: tzinfo) -> Iterator[Falls]:
    """A shared purse is looked at once, where it is."""
    if one.account.pool or not one.readings:
        return
    reading = one.readings[-1].reading
    told = any(balance.remaining.currency == currency for balance in reading.balances)
    if told and one.semantics is not Semantics.COUNTER:
        lapses = one.books.lapses(one.account.id, currency, zone)
        settled = one.settled.setdefault((currency, lapses), Settled())
        yield Falls(one.readings, _balance_in(currency), now, far, lapses, settled)
    elif reading.spend is not None and reading.spend.all is not None and reading.spend.all.currency == currency:
        yield Falls(one.readings, _counter_in(currency), now, far, (), one.settled.setdefault(currency, Settled()))


def _balance_in(currency: str) -> Callable[[Reading], int | None]:
    def told(reading: Reading) -> int | None:
        for balance in reading.balances:
            if balance.remaining.currency == currency:
                return balance.remaining.micros
        return None

    return told


def _counter_in(currency: str) -> Callable[[Reading], int | None]:
    """What a counter grows by, a balance falls by."""

    def told(reading: Reading) -> int | None:
        spent = reading.spend.all if reading.spend is not None else None
        return -spent.micros if spent is not None and spent.currency == currency else None

    return told


def _loader(
    store: "UsageHours", kinds: Sequence[int], off: int, recall: "HoursRecall | None"
) -> Callable[[datetime, datetime | None], Mapping[int, int]]:
    def load(since: datetime, until: datetime | None) -> Mapping[int, int]:
        end = _LAST if until is None else _milliseconds(until)
        return store.spent(kinds, _milliseconds(since), end, off, recall)

    return load


def _culprits(store: "UsageHours", one: Watched, found: Spike) -> tuple[Culprit, ...]:
    """Of all keys on the purse: the balance falls by the calls of each."""
    currency = found.amount.currency
    kinds = store.kinds(one.members).get(currency, [])
    since = max(found.since, found.peak.at - _LOOKED_THROUGH / 2)
    until = since + _LOOKED_THROUGH if found.until is None else min(found.until, since + _LOOKED_THROUGH)
    dearest = store.dearest(kinds, _milliseconds(since), _milliseconds(until), _CULPRITS)
    return tuple(Culprit(model, project, session, Money(cost, currency)) for model, project, session, cost in dearest)


_LAST = 2**62


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1000


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds // 1000, UTC)
