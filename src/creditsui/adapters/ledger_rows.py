"""All rows of a ledger, one after the other: what moves it between machines."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from creditsui.adapters.instant import micros, utc
from creditsui.adapters.usage_store import UsageStore
from creditsui.adapters.usage_tables import Kind
from creditsui.adapters.usage_told import CallRow
from creditsui.domain.entry import Entry
from creditsui.domain.reading import Recorded

CallTold = tuple[CallRow, Kind, str, str]
"""A row of `calls`, its kind, project and session."""

_AT_ONCE = 200
_ENTRIES = (
    "SELECT number, id, type, account, at, booked_at, amount, currency, expires_at, granted, note, undoes"
    " FROM entries ORDER BY number"
)
_READINGS = "SELECT account, at, until, content FROM readings ORDER BY account, at, number"
_BETWEEN = (
    "SELECT number, at, until, content FROM readings WHERE account = ? AND at >= ? AND at < ? ORDER BY at, number"
)
_AROUND = timedelta(hours=2)
_CALLS = "SELECT calls.*, project, session FROM calls JOIN places ON places.id = place ORDER BY at, key"


class LedgerRows:
    """A look at everything that an open ledger keeps, as it is at one moment."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        recorded: Callable[[int, int, str], Recorded],
        entry: Callable[[tuple[Any, ...]], Entry],
    ) -> None:
        """`recorded` makes a reading of its instants and content, `entry` an entry of its row, as they are kept."""
        self._connection, self._recorded, self._entry = connection, recorded, entry

    def count(self) -> int:
        """Of all rows."""
        (sum_,) = self._connection.execute(
            "SELECT (SELECT count(*) FROM readings) + (SELECT count(*) FROM entries) + (SELECT count(*) FROM calls)"
        ).fetchone()
        return int(sum_)

    def whole(self) -> bool:
        """Whether every row can be read and makes sense. Raises LedgerError too where one does not."""
        ((found, *_),) = self._connection.execute("PRAGMA integrity_check(1)").fetchall()
        if found != "ok":
            return False
        try:
            deque(chain(self.entries(), self.readings(), self.calls()), maxlen=0)
        except (KeyError, TypeError):
            return False
        return True

    def entries(self, *, backwards: bool = False) -> Iterator[Entry]:
        """By number, each read when it is its turn: those before a damaged place come out."""
        for row in self._connection.execute(f"{_ENTRIES} DESC" if backwards else _ENTRIES):
            yield self._entry(row)

    def readings(self) -> Iterator[tuple[str, Recorded]]:
        """By account, oldest first."""
        for account, *row in _each(self._connection.execute(_READINGS)):
            yield account, self._recorded(*row)

    def thin(
        self,
        account: str,
        since: datetime,
        until: datetime,
        staying: Callable[[Sequence[Recorded]], Iterable[Recorded]],
    ) -> int:
        """Drop the readings of an account that began from one instant on and before another, but for those `staying`;
        it is told the ones around, too. Says how many went. Needs a write transaction."""
        rows = [
            (number, at, self._recorded(at, end, content))
            for number, at, end, content in self._connection.execute(
                _BETWEEN, (account, micros(since - _AROUND), micros(until + _AROUND))
            )
        ]
        stay = set(map(id, staying([told for *_, told in rows])))
        first, last = micros(since), micros(until)
        gone = [(number,) for number, at, told in rows if first <= at < last and id(told) not in stay]
        self._connection.executemany("DELETE FROM readings WHERE number = ?", gone)
        return len(gone)

    def began(self) -> datetime | None:
        """The instant of the oldest reading of all."""
        (at,) = self._connection.execute("SELECT min(at) FROM readings").fetchone()
        return None if at is None else utc(at)

    def calls(self) -> Iterator[CallTold]:
        """Oldest first."""
        kinds = {kind.id: kind for kind in UsageStore(self._connection).kinds()}
        for *row, project, session in _each(self._connection.execute(_CALLS)):
            yield tuple(row), kinds[row[2]], project, session


def same_instant(connection: sqlite3.Connection, account: str, at: int) -> list[tuple[int, int, str]]:
    """Number, until and content of the readings of an account at just that instant."""
    return connection.execute(
        "SELECT number, until, content FROM readings WHERE account = ? AND at = ?", (account, at)
    ).fetchall()


def _each(cursor: sqlite3.Cursor) -> Iterator[Any]:
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows
