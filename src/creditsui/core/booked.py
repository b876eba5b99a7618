"""What the user booked, decoded once: entries are only ever appended."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, datetime, tzinfo
from typing import TYPE_CHECKING

from creditsui.domain.entry import Entry, standing
from creditsui.domain.lot import end_of

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger

Lapses = tuple[tuple[datetime, int], ...]
"""When credit expires, and how much of it at most, in micro-units."""


@dataclass(frozen=True, slots=True)
class Booked:
    """The entries of a ledger as they were at one moment."""

    all: Sequence[Entry] = ()
    """By number."""
    standing: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    """Those that count, by account, oldest effect first."""
    _told: dict[str, tuple[datetime, ...]] = field(default_factory=dict)
    _lapses: dict[tuple[str, str, tzinfo], Lapses] = field(default_factory=dict)

    def of(self, account: str) -> tuple[Entry, ...]:
        return self.standing.get(account, ())

    def told(self, account: str) -> tuple[datetime, ...]:
        """When a balance was known for certain: what calls came before and after must not be mixed. Balances that a
        provider tells every few minutes say themselves what was spent between them."""
        if account not in self._told:
            self._told[account] = tuple(entry.at for entry in self.of(account))
        return self._told[account]

    def lapses(self, account: str, currency: str, zone: tzinfo) -> Lapses:
        """Of credit that was booked, at midnight in a zone. After the last day there is, nothing expires."""
        key = account, currency, zone
        if key not in self._lapses:
            self._lapses[key] = tuple(
                (end_of(entry.expires_at, zone), entry.amount.micros)
                for entry in self.of(account)
                if entry.expires_at is not None and entry.expires_at.year < MAXYEAR
                if entry.amount is not None and entry.amount.currency == currency
            )
        return self._lapses[key]


def booked(ledger: "Ledger", before: Booked | None = None) -> Booked:
    """The entries now, of which those that were known `before` are not read again. Raises LedgerError."""
    known = before.all if before is not None else ()
    fresh = ledger.entries(since=known[-1].number if known else 0)
    if before is not None and known and fresh == [known[-1]]:
        return before
    if known and fresh[:1] == [known[-1]]:
        fresh = [*known[:-1], *fresh]
    elif known:  # another ledger is in its place
        fresh = ledger.entries()
    by_account: dict[str, list[Entry]] = {}
    for entry in standing(fresh):
        by_account.setdefault(entry.account, []).append(entry)
    return Booked(fresh, {account: tuple(some) for account, some in by_account.items()})
