"""Who does what on this machine: names that one process holds until it lets go, dies, or its time is over."""

import platform
import sqlite3
from collections.abc import Collection

from creditsui.adapters import process
from creditsui.adapters.instant import Micros

TABLE = """
CREATE TABLE leases(
    name TEXT PRIMARY KEY, holder TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, started INTEGER,
    until INTEGER NOT NULL
) WITHOUT ROWID
"""


def claim(
    connection: sqlite3.Connection, names: Collection[str], holder: str, pid: int, now: Micros, until: Micros
) -> set[str]:
    """Take the names that are free, renew those that `holder` has, and say which these are. Needs a write transaction.

    A name is free when nobody has it, its time is over, or the process that took it is gone.
    """
    taken = {name: whose for name, whose in _held(connection, now).items() if whose[0] != holder}
    mine = {name for name in names if name not in taken}
    row = (holder, platform.node(), pid, process.started(pid), until)
    connection.executemany(
        "INSERT OR REPLACE INTO leases(name, holder, host, pid, started, until) VALUES(?, ?, ?, ?, ?, ?)",
        [(name, *row) for name in mine],
    )
    return mine


def release(connection: sqlite3.Connection, names: Collection[str], holder: str) -> None:
    """Let go of what `holder` has of these names. Needs a write transaction."""
    connection.executemany("DELETE FROM leases WHERE name = ? AND holder = ?", [(name, holder) for name in names])


def holders(connection: sqlite3.Connection, now: Micros) -> dict[str, Micros]:
    """The names that are held, and until when at most."""
    return {name: until for name, (_, until) in _held(connection, now).items()}


def _held(connection: sqlite3.Connection, now: Micros) -> dict[str, tuple[str, Micros]]:
    here = platform.node()
    rows = connection.execute("SELECT name, holder, host, pid, started, until FROM leases WHERE until > ?", (now,))
    return {
        name: (holder, until)
        for name, holder, host, pid, start, until in rows
        if host != here or process.alive(pid, start)  # a process of another host cannot be looked at from here
    }
