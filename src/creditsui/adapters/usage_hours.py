"""Calls in the ledger by the hour, and who made those of a while: for an account that spends too much."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from creditsui.adapters.usage_tables import SLOT, Kind
from creditsui.adapters.usage_told import touched

_QUARTERS = 4
_MOST = 2000
"""Sums that are remembered, about."""


Asked = tuple[tuple[int, ...], int, int, int]
"""Kinds, from when, until when, by which hours."""


@dataclass(slots=True)
class HoursRecall:
    """What was told of hours that were over, for the next time."""

    number: int = 0
    """The last change that is known."""
    first: dict[int, int | None] = field(default_factory=dict)
    """The first slot of each kind."""
    spent: dict[Asked, Mapping[int, int]] = field(default_factory=dict)
    """What ended before `over`."""
    late: dict[Asked, Mapping[int, int]] = field(default_factory=dict)
    """What did not."""
    over: int = 0
    """When that begins of which anything has changed the last time; the last quarter of an hour, as a rule."""

    def renew(self, number: int, changed: int | None) -> None:
        """Forget what has changed from a slot on."""
        self.number = number
        if len(self.spent) > _MOST:
            self.spent = {}
        if changed is not None:
            before, self.over, self.late = self.over, changed * SLOT, {}
            self.first = {kind: slot for kind, slot in self.first.items() if slot is not None and slot < changed}
            if self.over < before:
                self.spent = {asked: found for asked, found in self.spent.items() if asked[2] <= self.over}

    def of(self, until: int) -> dict[Asked, Mapping[int, int]]:
        """Where it is remembered what was spent before an instant."""
        return self.spent if until <= self.over else self.late


class UsageHours:
    """A look at the calls of an open ledger. Instants are milliseconds since 1970."""

    def __init__(self, connection: sqlite3.Connection, kinds: Collection[Kind]) -> None:
        """Inside one transaction, in which there are these kinds of calls."""
        self._connection, self._kinds = connection, kinds

    def renew(self, recall: HoursRecall) -> None:
        """Forget what has changed since the last time; what changes from now on is forgotten the next time."""
        recall.renew(*touched(self._connection, recall.number))

    def kinds(self, accounts: Collection[str], without: Collection[str] = ()) -> dict[str, list[int]]:
        """Kinds of calls that cost money, by currency; those of some sources left out."""
        found: dict[str, list[int]] = {}
        for kind in self._kinds:
            if kind.account in accounts and kind.billing == "metered" and kind.source not in without:
                found.setdefault(kind.currency, []).append(kind.id)
        return found

    def first(self, kinds: Sequence[int], recall: HoursRecall | None = None) -> int | None:
        """The beginning of the quarter of an hour of the first call; None without one."""
        known = recall.first if recall is not None else {}
        for kind in kinds:
            if kind not in known:
                query = "SELECT min(slot) FROM slots WHERE kind = ?"
                (known[kind],) = self._connection.execute(query, (kind,)).fetchone()
        slots = [slot for kind in kinds if (slot := known[kind]) is not None]
        return min(slots) * SLOT if slots else None

    def spent(
        self, kinds: Sequence[int], since: int, until: int, shift: int, recall: HoursRecall | None = None
    ) -> Mapping[int, int]:
        """Micro-units by hours since 1970, each of which begins `shift` quarters before the full hour. `recall` was
        renewed."""
        asked = (tuple(kinds), since, until, shift)
        known = recall.of(until) if recall is not None else {}
        found = known.get(asked)
        if found is None:
            middle = recall.over if recall is not None else 0
            if since < middle < until:  # what has not changed is told as it was, whatever is asked with it
                found = dict(self.spent(kinds, since, middle, shift, recall))
                for hour, cost in self._sums(kinds, middle, until, shift).items():
                    found[hour] = found.get(hour, 0) + cost
            else:
                found = self._sums(kinds, since, until, shift)
            known[asked] = found
        return found

    def _sums(self, kinds: Sequence[int], since: int, until: int, shift: int) -> Mapping[int, int]:
        query = (
            f"SELECT (slot + ?) / {_QUARTERS}, sum(cost) FROM slots WHERE kind IN ({_marks(kinds)})"  # noqa: S608
            " AND slot >= ? AND slot < ? AND cost != 0 GROUP BY 1"
        )
        values = (shift, *kinds, since // SLOT, -(-until // SLOT))
        return dict(self._connection.execute(query, values).fetchall())

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
