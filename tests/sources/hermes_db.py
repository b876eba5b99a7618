"""A `state.db` with the columns that count, of any release of Hermes, and how a look at it goes."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from creditsui.adapters.foreign_sqlite import reading
from creditsui.domain.call import Call
from creditsui.sources.hermes import SOURCE
from creditsui.sources.spec import Rows

NOW = 1_789_200_000_000
"""12 September 2026, 8:00 UTC."""
START = NOW / 1000 - 86_400
ROUTE = {"model": "claude-opus-4-8", "billing_provider": "anthropic", "billing_base_url": "https://api.anthropic.com"}
_ROUTE = "model TEXT, billing_provider TEXT, billing_base_url TEXT, billing_mode TEXT"
_COUNTS = (
    "input_tokens INTEGER DEFAULT 0, output_tokens INTEGER DEFAULT 0, cache_read_tokens INTEGER DEFAULT 0,"
    "cache_write_tokens INTEGER DEFAULT 0, reasoning_tokens INTEGER DEFAULT 0, estimated_cost_usd REAL,"
    "actual_cost_usd REAL, cost_status TEXT"
)
SESSIONS = f"CREATE TABLE sessions(id TEXT PRIMARY KEY, started_at REAL, ended_at REAL, cwd TEXT, {_ROUTE}, {_COUNTS})"
USAGE = (
    f"CREATE TABLE session_model_usage(session_id TEXT, {_ROUTE}, task TEXT NOT NULL DEFAULT '', {_COUNTS},"
    "first_seen REAL, last_seen REAL)"
)
MESSAGES = "CREATE TABLE messages(id INTEGER PRIMARY KEY, session_id TEXT, content TEXT, timestamp REAL)"
ALL = (SESSIONS, USAGE, MESSAGES)


class Hermes:
    """The program that writes: one connection that stays open, as a live gateway's does."""

    def __init__(self, path: Path, *tables: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        for table in tables or ALL:
            self.connection.execute(table)

    def put(self, table: str, **values: Any) -> None:
        places = ", ".join("?" * len(values))
        self.connection.execute(f"INSERT INTO {table}({', '.join(values)}) VALUES({places})", tuple(values.values()))

    def session(self, id: str = "s1", **values: Any) -> None:
        self.put("sessions", id=id, **{"started_at": START, "cwd": "/srv/shop"} | ROUTE | values)

    def usage(self, id: str = "s1", **values: Any) -> None:
        self.put(
            "session_model_usage", session_id=id, **{"first_seen": START, "last_seen": START + 60} | ROUTE | values
        )

    def do(self, statement: str, *values: Any) -> None:
        self.connection.execute(statement, values)

    def close(self) -> None:
        self.connection.close()


class Reader:
    """Looks again and again; what it remembers goes through JSON, as in the ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = "{}"
        self.skipped = 0

    def look(self) -> Sequence[Call]:
        assert SOURCE.rows is not None
        with reading(self.path) as connection:
            rows = Rows(connection, self.path, json.loads(self.state), NOW)
            calls = SOURCE.rows(rows)
        self.state, self.skipped = json.dumps(rows.state), rows.skipped
        return calls


def tokens(calls: Sequence[Call]) -> tuple[int, int, int, int]:
    return tuple(sum(call[index] for call in calls) for index in (3, 4, 5, 6))  # type: ignore[return-value]
