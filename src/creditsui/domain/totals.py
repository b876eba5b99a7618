"""Sums over all accounts: by currency, and every purse once however many keys draw on it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from creditsui.domain.board import Spend, Total
from creditsui.domain.money import Money


@dataclass(frozen=True, slots=True)
class Share:
    """What one account has and spends of one currency. `purse` names what it draws on, maybe together with others."""

    purse: str
    currency: str
    remaining: Money | None
    spend: Spend | None
    burn: Money | None
    of_purse: bool
    """Whether spend and burn are those of the whole purse rather than of this account's key."""

    @property
    def known(self) -> bool:
        return self.remaining is not None or self.spend is not None


def purses(pools: Mapping[str, str]) -> dict[str, str]:
    """Account → the purse it draws on in the end, from account → pool ("" for its own)."""
    found = {}
    for account in pools:
        path = [account]
        while (following := pools.get(path[-1], "")) and following not in path:
            path.append(following)
        # Accounts that name each other share one purse too, whichever is met first.
        found[account] = min(path[path.index(following) :]) if following else path[-1]
    return found


def totals(shares: Sequence[Share]) -> tuple[Total, ...]:
    """One row for each currency, money before points, otherwise in the order of first appearance.

    Points and credits of two purses are not the same points: there is no sum of them.
    """
    by_currency: dict[str, list[Share]] = {}
    for share in shares:
        by_currency.setdefault(share.currency, []).append(share)
    return tuple(
        _total(currency, by_currency[currency])
        for currency in sorted(by_currency, key=str.islower)
        if not currency.islower() or len({share.purse for share in by_currency[currency]}) == 1
    )


def _total(currency: str, shares: Sequence[Share]) -> Total:
    groups: dict[str, list[Share]] = {}
    for share in shares:
        groups.setdefault(share.purse, []).append(share)
    spends = [share.spend for share in shares if share.spend is not None]

    def figure(of: Callable[[Spend], Money | None]) -> Money | None:
        return _sum(_once(group, lambda share: of(share.spend) if share.spend else None) for group in groups.values())

    spend = Spend(
        currency,
        today=figure(lambda spend: spend.today),
        week=figure(lambda spend: spend.week),
        month=figure(lambda spend: spend.month),
        all=figure(lambda spend: spend.all),
        source="provider" if spends and all(spend.source == "provider" for spend in spends) else "ledger",
        since=min((spend.since for spend in spends if spend.since), default=None),
        unpriced_tokens=sum(spend.unpriced_tokens for spend in spends),
        notional=_sum(spend.notional for spend in spends),
    )
    return Total(
        currency,
        _sum(_largest(share.remaining for share in group) for group in groups.values()),
        spend,
        _sum(_once(group, lambda share: share.burn) for group in groups.values()),
    )


def _once(group: Iterable[Share], of: Callable[[Share], Money | None]) -> Money | None:
    """A figure of one purse: the keys' own figures add up, but each that saw the whole purse saw the same."""
    members = list(group)
    whole = _largest(of(share) for share in members if share.of_purse)
    return _largest((whole, _sum(of(share) for share in members if not share.of_purse)))


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    return reduce(add, known) if known else None


def _largest(amounts: Iterable[Money | None]) -> Money | None:
    return max((amount for amount in amounts if amount is not None), key=lambda amount: amount.micros, default=None)
