"""What is known about one account before any rule was applied, and its money by currency: where all rules begin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from creditsui.domain.account import Account
from creditsui.domain.board import Spike
from creditsui.domain.cadence import AskState
from creditsui.domain.entry import Entry
from creditsui.domain.lot import Stock, stock, topups
from creditsui.domain.metered import Metered, metered
from creditsui.domain.observe import Calendar, Observed
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Recorded, Semantics
from creditsui.domain.reconcile import Carried, History, carry, histories
from creditsui.domain.spend import best, reported_in
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
    usage: tuple[Usage, ...] = ()
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

    @property
    def held(self) -> Stock:
        return self.stocks.get(self.currency, Stock(History(self.currency)))

    @property
    def main(self) -> Carried | None:
        return self.carried.get(self.currency)

    @property
    def histories(self) -> dict[str, History]:
        return {code: held.history for code, held in self.stocks.items()}


def purse(facts: Facts, days: Calendar, zone: tzinfo) -> Purse:
    """The money of an account at the end of `days`; credit expires at midnight in `zone`."""
    now = days.now
    used = metered(facts.usage, days.edges[0])
    told = facts.told or facts.readings
    all_of = histories(told, facts.entries, used.priced, used.unpriced_at)
    stocks = {code: stock(one, topups(facts.entries, code), now, zone) for code, one in all_of.items()}
    carried = {code: found for code, held in stocks.items() if (found := carry(held.history, now))}
    currency = _main(facts, [*stocks, *used.notional], carried)
    history = stocks[currency].history if currency in stocks else History(currency)
    spent = best(history, told, facts.semantics, days)
    return Purse(currency=currency, stocks=stocks, carried=carried, used=used, spent=spent)


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
