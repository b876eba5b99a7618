"""Calls in the ledger by the hour, and who made those of a while: for an account that spends too much."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence

from creditsui.adapters.usage_tables import SLOT

_QUARTERS = 4


class UsageHours:
    """A look at the calls of an open ledger. Instants are milliseconds since 1970."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def kinds(self, accounts: Collection[str], without: Collection[str] = ()) -> dict[str, list[int]]:
        """Kinds of calls that cost money, by currency; those of some sources left out."""
        query = (
            f"SELECT currency, id FROM kinds WHERE account IN ({_marks(accounts)}) AND billing = 'metered'"  # noqa: S608
            f" AND source NOT IN ({_marks(without)})"
        )
        found: dict[str, list[int]] = {}
        for currency, id in self._connection.execute(query, (*accounts, *without)):
            found.setdefault(currency, []).append(id)
        return found

    def first(self, kinds: Sequence[int]) -> int | None:
        """The beginning of the quarter of an hour of the first call; None without one."""
        slots = [
            slot
            for kind in kinds
            for (slot,) in self._connection.execute("SELECT min(slot) FROM slots WHERE kind = ?", (kind,))
            if slot is not None
        ]
        return min(slots) * SLOT if slots else None

    def spent(self, kinds: Sequence[int], since: int, until: int, shift: int) -> Mapping[int, int]:
        """Micro-units by hours since 1970, each of which begins `shift` quarters before the full hour."""
        query = (
            f"SELECT (slot + ?) / {_QUARTERS}, sum(cost) FROM slots WHERE kind IN ({_marks(kinds)})"  # noqa: S608
            " AND slot >= ? AND slot < ? AND cost != 0 GROUP BY 1"
        )
        return dict(self._connection.execute(query, (shift, *kinds, since // SLOT, -(-until // SLOT))).fetchall())

    def dearest(self, kinds: Sequence[int], since: int, until: int, most: int) -> list[tuple[str, str, str, int]]:
        """Model, project, session and what that cost, in micro-units."""
        query = (
            "SELECT model, project, session, sum(cost) FROM calls JOIN kinds ON kinds.id = kind"  # noqa: S608
            f" JOIN places ON places.id = place WHERE at >= ? AND at < ? AND kind IN ({_marks(kinds)}) AND cost > 0"
            " GROUP BY model, place ORDER BY 4 DESC, 1, 2, 3 LIMIT ?"
        )
        return self._connection.execute(query, (since, until, *kinds, most)).fetchall()


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
