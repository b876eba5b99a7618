"""All rows of a ledger, one after the other: what moves it between machines."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from creditsui.adapters.usage_store import UsageStore
from creditsui.adapters.usage_tables import Kind
from creditsui.adapters.usage_told import CallRow
from creditsui.domain.reading import Recorded

CallTold = tuple[CallRow, Kind, str, str]
"""A row of `calls`, its kind, project and session."""

_AT_ONCE = 2_000
_READINGS = "SELECT account, at, until, content FROM readings ORDER BY account, at, number"
_CALLS = "SELECT calls.*, project, session FROM calls JOIN places ON places.id = place ORDER BY at, key"


class LedgerRows:
    """A look at everything that an open ledger keeps, as it is at one moment."""

    def __init__(self, connection: sqlite3.Connection, recorded: Callable[[int, int, str], Recorded]) -> None:
        """`recorded` makes a reading of its instants and content, as they are kept."""
        self._connection, self._recorded = connection, recorded

    def count(self) -> int:
        """Of all rows."""
        (sum_,) = self._connection.execute(
            "SELECT (SELECT count(*) FROM readings) + (SELECT count(*) FROM entries) + (SELECT count(*) FROM calls)"
        ).fetchone()
        return int(sum_)

    def readings(self) -> Iterator[tuple[str, Recorded]]:
        """By account, oldest first."""
        for account, *row in _each(self._connection.execute(_READINGS)):
            yield account, self._recorded(*row)

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
