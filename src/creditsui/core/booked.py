"""What the user booked, decoded once: entries are only ever appended."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from creditsui.domain.entry import Entry, standing

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Booked:
    """The entries of a ledger as they were at one moment."""

    all: Sequence[Entry] = ()
    """By number."""
    standing: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    """Those that count, by account, oldest effect first."""

    ending: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    """Of these, credit that ends some day."""

    def of(self, account: str) -> tuple[Entry, ...]:
        return self.standing.get(account, ())

    def ending_of(self, account: str) -> tuple[Entry, ...]:
        return self.ending.get(account, ())


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
    return Booked(
        fresh,
        {account: tuple(some) for account, some in by_account.items()},
        {account: tuple(one for one in some if one.expires_at is not None) for account, some in by_account.items()},
    )
