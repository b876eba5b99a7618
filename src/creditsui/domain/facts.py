"""What is known about one account before any rule was applied, and its money by currency: where all rules begin."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from creditsui.domain.account import Account
from creditsui.domain.before import Known, Past
from creditsui.domain.begun import Begun, Of, Trail, after
from creditsui.domain.board import Spike
from creditsui.domain.cadence import AskState
from creditsui.domain.entry import Entry
from creditsui.domain.lot import Stock, stock
from creditsui.domain.metered import Metered, metered
from creditsui.domain.observe import Calendar, Observed
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Recorded, Semantics
from creditsui.domain.reconcile import Carried, History, carry, histories
from creditsui.domain.spend import best, reported_in
from creditsui.domain.topups import TopUps
from creditsui.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about one account before any rule was applied."""

    account: Account
    provider_name: str = ""
    console_url: str | None = None
    semantics: Semantics = Semantics.BALANCE
    tells: Sequence[str] = ()
    """What the provider can tell: `balance spend limit windows plan`."""
    probe_cost: str | None = None
    credit_lasts_days: int = 0
    can_ask: bool = False
    """Whether there is a credential, a file or a feed to ask with."""
    local: bool = False
    """Whether files or feeds tell about it, which are read at every interval whatever the network says."""
    pace: timedelta = timedelta(0)
    """The shortest time between two asks that the provider stands; longer than the interval for some."""
    readings: Sequence[Recorded] = ()
    """Oldest first."""
    told: Sequence[Recorded] = ()
    """The same, condensed where that makes no difference to what was spent; empty: as they are."""
    entries: tuple[Entry, ...] = ()
    """Standing ones of this account, oldest effect first."""
    usage: Sequence[Usage] = ()
    past: Past | None = None
    """What came before `usage`; readings and entries are all there, but looked at from its beginning on only."""
    known: Known | None = None
    money: "Purse | None" = None
    """What was reckoned from all this already."""
    spike: Spike | None = None
    state: AskState | None = None
    fault: Problem | None = None
    """Why it is not asked at all; more pressing than what the last round met."""
    key_from: str | None = None
    key_hint: str | None = None
    refreshing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """An account's money: what is known by currency, and the currency it is shown in."""

    currency: str
    stocks: Mapping[str, Stock]
    carried: Mapping[str, Carried]
    """The balances there are."""
    used: Metered
    spent: Observed
    """Of the currency it is shown in."""
    topups: TopUps
    told: Sequence[Recorded] = ()
    """Readings by which it was reckoned."""
    begun: Begun | None = field(default=None, compare=False)
    """What these begin with."""
    past: Past | None = None

    @property
    def held(self) -> Stock:
        return self.stocks.get(self.currency) or Stock(self.history(self.currency))

    def history(self, code: str) -> History:
        return _history(code, self.stocks, self.past)

    def spent_in(self, code: str, semantics: Semantics, days: Calendar) -> Observed:
        """The best that is known of what was spent in a currency."""
        counted = self.past.counters.get(code) if self.past is not None else None
        return best(self.history(code), self.told, semantics, days, counted, self.begun)

    @property
    def main(self) -> Carried | None:
        return self.carried.get(self.currency)

    @property
    def histories(self) -> dict[str, History]:
        return {code: held.history for code, held in self.stocks.items()}


def purse(facts: Facts, days: Calendar, zone: tzinfo, trail: Trail | None = None) -> Purse:
    """The money of an account at the end of `days`; credit expires at midnight in `zone`. With a `trail`, what was
    known of the last time is gone on with."""
    now, past, usage = days.now, facts.past, facts.usage
    told, entries, begun = facts.told or facts.readings, _since(facts.entries, past), Begun()
    if past is not None:
        told = told[bisect_left(told, past.begin, key=lambda row: row.reading.at) :]
        of = Of(past, facts.known, facts.entries, days.edges, zone)
        begun = trail.goes_on(of, told, usage) if trail is not None else after(past)
    used = begun.used.and_(metered(usage[len(begun.usage) :], days.edges[0]))
    all_of = histories(told, entries, used.priced, used.unpriced_at, past, begun)
    topups = trail.topups(facts.entries) if trail is not None else TopUps(facts.entries)
    stocks = {code: stock(one, _since(topups.all(code), past), now, zone, facts.known) for code, one in all_of.items()}
    carried = {code: found for code, held in stocks.items() if (found := carry(held.history, now))}
    currency = _main(facts, [*stocks, *used.notional], carried)
    counted = past.counters.get(currency) if past is not None else None
    spent = best(_history(currency, stocks, past), told, facts.semantics, days, counted, begun)
    return Purse(
        currency=currency,
        stocks=stocks,
        carried=carried,
        used=used,
        spent=spent,
        topups=topups,
        told=told,
        begun=begun,
        past=past,
    )


def _since(entries: Sequence[Entry], past: Past | None) -> Sequence[Entry]:
    return entries if past is None else entries[bisect_left(entries, past.begin, key=lambda entry: entry.at) :]


def _history(code: str, stocks: Mapping[str, Stock], past: Past | None) -> History:
    if code in stocks:
        return stocks[code].history
    return History(code, before=past.balances.get(code) if past is not None else None)


def _main(facts: Facts, others: Sequence[str], carried: Mapping[str, Carried]) -> str:
    """The currency an account is shown in: the user's where there is any of it, else the first with money in it."""
    own = facts.account.currency
    filled = [currency for currency, found in carried.items() if found.remaining.micros]
    for choice in (filled, list(carried)):
        if choice:
            return own if own in choice else choice[0]
    reports = (recorded.reading.spend for recorded in reversed(facts.told or facts.readings))
    reported = next((code for spend in reports if spend is not None and (code := reported_in(spend))), None)
    return reported or next(iter(others), own)
