"""The disk is not waited for: what a test keeps need not outlive a loss of power, and the waiting took half the time.

It holds in the process that calls `install`, and in copies of it. A program that a test starts waits as ever.
"""

import os
import sqlite3
from typing import Any

CONNECT = sqlite3.connect
"""The real one, for a test that asks how the ledger is kept."""


class _Connection(sqlite3.Connection):
    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return super().execute("PRAGMA synchronous = OFF" if sql == "PRAGMA synchronous = FULL" else sql, *values)


def install() -> None:
    sqlite3.connect = _connect
    os.fsync = _fsync


def _connect(*where: Any, **how: Any) -> sqlite3.Connection:
    return CONNECT(*where, **{"factory": _Connection, **how})


def _fsync(file: Any) -> None:
    """A write that failed has said so already."""
