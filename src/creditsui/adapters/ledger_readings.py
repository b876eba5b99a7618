"""The readings that an open ledger keeps. Loaded by who asks for them, as what decodes them."""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Protocol

from creditsui.adapters import ledger_texts
from creditsui.adapters.instant import micros
from creditsui.adapters.ledger_rows import same_instant
from creditsui.domain.echo import LATE, SETTLED, without_echoes
from creditsui.domain.reading import Reading, Recorded, apart

# The newest row of every account, jumping from account to account through the index instead of walking all rows.
_LATEST = """
WITH RECURSIVE accounts(account) AS (
    SELECT min(account) FROM readings
    UNION ALL
    SELECT (SELECT min(account) FROM readings WHERE account > accounts.account)
    FROM accounts WHERE account IS NOT NULL
)
SELECT readings.account, at, until, content FROM accounts JOIN readings ON number = (
    SELECT number FROM readings WHERE account = accounts.account ORDER BY at DESC, number DESC LIMIT 1
)
"""
_ALL = "SELECT at, until, content FROM readings WHERE account = ? ORDER BY at, number"
_SINCE = """
SELECT at, until, content FROM readings WHERE account = ? AND at >= coalesce(
    (SELECT max(at) FROM readings WHERE account = ? AND at <= ?), ?
) ORDER BY at, number
"""


class Decoded(Protocol):
    """Makes readings of their rows; `again`: where they may have been asked for a moment ago."""

    def __call__(self, rows: Iterable[Sequence[Any]], *, again: bool = False) -> list[Recorded]: ...


class ReadingStore:
    """What is written belongs to the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, decoded: Decoded) -> None:
        self._connection, self._decoded = connection, decoded

    def record(self, account: str, reading: Reading) -> None:
        """As `Ledger.record`."""
        at, content = micros(reading.at), ledger_texts.of_reading(reading)
        last = self._connection.execute(
            "SELECT number, until, content FROM readings WHERE account = ? ORDER BY at DESC, number DESC LIMIT 1",
            (account,),
        ).fetchone()
        if last is not None and at < last[1]:
            return
        if last is not None and content == last[2]:
            self._connection.execute("UPDATE readings SET until = ? WHERE number = ?", (at, last[0]))
        else:
            self._keep(account, at, at, content)

    def take_in(self, readings: Iterable[tuple[str, Recorded]]) -> int:
        """As `Ledger.take_in`."""
        new = 0
        for account, recorded in readings:
            at, until = micros(recorded.reading.at), micros(recorded.until)
            for number, end, content in same_instant(self._connection, account, at):
                if self._decoded(((at, end, content),))[0].reading == recorded.reading:
                    if end < until:
                        self._connection.execute("UPDATE readings SET until = ? WHERE number = ?", (until, number))
                    break
            else:
                new += 1
                self._keep(account, at, until, ledger_texts.of_reading(recorded.reading))
        return new

    def told(self, account: str, since: datetime | None, *, merged: bool) -> list[Recorded]:
        """As `Ledger.readings`; `merged`: of several machines."""
        if not merged:
            return apart(self._decoded(self._rows(account, since), again=since is not None))
        first = None if since is None else since - SETTLED
        # What is an echo is told by what comes before it, too. Which of two of one instant came in first says nothing.
        rows = sorted(self._rows(account, None if first is None else first - 2 * LATE), key=itemgetter(0, 2))
        told = without_echoes(self._decoded(rows, again=since is not None))
        early = 0 if first is None else bisect_right(told, first, key=lambda row: row.reading.at) - 1
        return apart(told[max(0, early) :])

    def latest(self) -> dict[str, Recorded]:
        """As `Ledger.latest`."""
        return {account: self._decoded((row,))[0] for account, *row in self._connection.execute(_LATEST).fetchall()}

    def _rows(self, account: str, since: datetime | None) -> list[Any]:
        if since is None:
            return self._connection.execute(_ALL, (account,)).fetchall()
        return self._connection.execute(_SINCE, (account, account, micros(since), micros(since))).fetchall()

    def _keep(self, account: str, at: int, until: int, content: str) -> None:
        self._connection.execute(
            "INSERT INTO readings(account, at, until, content) VALUES(?, ?, ?, ?)", (account, at, until, content)
        )
