"""The memory of alerts in the ledger: what is remembered of each account, and when somebody last looked.

It is of this machine alone: it is not exported, and imported rows change nothing in it.
"""

import os
import platform
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from creditsui.adapters import process
from creditsui.domain.episodes import Watch
from creditsui.domain.look import Look

_watch = msgspec.json.Decoder(Watch)
_look = msgspec.json.Decoder(Look)


class EpisodeStore:
    """Inside one transaction of the ledger. What a newer version remembers beside is passed over; `sense` says what
    there is to say of rows that make none."""

    def __init__(self, connection: sqlite3.Connection, sense: Callable[..., Any]) -> None:
        self._connection, self._sense = connection, sense

    def watches(self) -> dict[str, Watch]:
        """By account."""
        rows = self._connection.execute("SELECT account, content FROM episodes")
        return {account: self._sense(_watch.decode, content) for account, content in rows}

    def keep(self, watches: Iterable[tuple[str, Watch]]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO episodes(account, content) VALUES(?, ?)",
            [(account, msgspec.json.encode(watch, order="sorted").decode()) for account, watch in watches],
        )

    def last(self) -> Look | None:
        row = self._connection.execute("SELECT content FROM looks").fetchone()
        return None if row is None else self._look(row[0])

    def _look(self, content: str) -> Look:
        found: Look = self._sense(_look.decode, content)
        return found

    def looked(self, look: Look) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO looks(number, content) VALUES(1, ?)", (msgspec.json.encode(look).decode(),)
        )


def myself() -> str:
    """This process, told from a later one of the same number."""
    return f"{platform.node()}/{os.getpid()}/{process.started(os.getpid()) or ''}"


def gone(holders: Iterable[str]) -> frozenset[str]:
    """Those of these processes that are no more; of another machine's nobody knows."""
    here = platform.node()
    dead = set()
    for holder in holders:
        node, pid, began = holder.rsplit("/", 2)
        if node == here and not process.alive(int(pid), int(began) if began else None):
            dead.add(holder)
    return frozenset(dead)
