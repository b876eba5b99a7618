"""What the user booked: syncs, top-ups, adjustments, and undos of them. Appended, never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from creditsui.domain.money import Money

EntryType = Literal["sync", "topup", "adjust", "undo"]
CreditKind = Literal["paid", "granted", "promo"]
CREDIT_KINDS: tuple[CreditKind, ...] = ("paid", "granted", "promo")
"""How credit came in: bought, given, or given as a promotion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the book. `number` is permanent and counts from 1; `id` is a UUID in hex, the same on every machine.

    `at` is when it took effect (UTC), `booked_at` when it was written. `amount` is the true balance of a sync, the new
    credit of a top-up, the signed change of an adjustment, and None of an undo, whose `undoes` is another entry's id.
    """

    number: int
    id: str
    type: EntryType
    account: str
    at: datetime
    booked_at: datetime
    amount: Money | None
    expires_at: date | None = None
    kind: CreditKind = "paid"
    """Of the credit of a top-up."""
    note: str = ""
    undoes: str | None = None


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that count: neither undone nor undos themselves, oldest effect first.

    An undo that was itself undone (a redo) undoes nothing.
    """
    ordered = sorted(entries, key=lambda entry: entry.number)
    gone: set[str] = set()
    for entry in reversed(ordered):
        if entry.type == "undo" and entry.undoes and entry.id not in gone:
            gone.add(entry.undoes)
    kept = [entry for entry in ordered if entry.type != "undo" and entry.id not in gone]
    return sorted(kept, key=lambda entry: (entry.at, entry.number))
