"""Tables of another program's database, whatever its release: only columns that are there are asked for."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # readers of lines begin before it is loaded
    import sqlite3


@contextmanager
def one_moment(connection: "sqlite3.Connection") -> "Iterator[sqlite3.Connection]":
    """All tables as of one moment; a text that is no UTF-8 costs its odd letters, not its table."""
    connection.text_factory = _text
    if not connection.in_transaction:
        connection.execute("BEGIN")
    try:
        yield connection
    finally:
        connection.rollback()


def columns(connection: "sqlite3.Connection", table: str) -> Collection[str]:
    """None of them where there is no such table."""
    return [str(column[1]) for column in connection.execute(f"PRAGMA table_info({table})")]


def table(connection: "sqlite3.Connection", name: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """Every row, as far as its columns are there; nothing where the first is not."""
    there = columns(connection, name)
    if wanted[0] not in there:
        return []
    known = [column for column in wanted if column in there]
    found = connection.execute(f"SELECT {', '.join(known)} FROM {name}").fetchall()  # noqa: S608
    return [dict(zip(known, row, strict=True)) for row in found]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
