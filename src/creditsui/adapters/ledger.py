"""What was read, booked and used: one SQLite file that many processes share."""

import sqlite3
import threading
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from creditsui.adapters import lease
from creditsui.adapters.instant import micros, utc
from creditsui.adapters.ledger_file import DamagedLedger, LedgerError, NewerLedger, begin, connect, damaged, sentences
from creditsui.adapters.usage_hours import UsageHours
from creditsui.adapters.usage_recall import Recall
from creditsui.adapters.usage_store import UsageStore, key_from, milliseconds, row_of
from creditsui.adapters.usage_told import Kinds
from creditsui.domain.call import Call
from creditsui.domain.money import Money
from creditsui.domain.usage import Usage

if TYPE_CHECKING:  # storing calls, of which there are many, waits for none of these
    from creditsui.adapters.episodes import EpisodeStore
    from creditsui.adapters.ledger_readings import ReadingStore
    from creditsui.adapters.ledger_rows import LedgerRows
    from creditsui.domain.cadence import AskState
    from creditsui.domain.entry import CreditKind, Entry, EntryType
    from creditsui.domain.episodes import Watch
    from creditsui.domain.reading import Reading, Recorded

__all__ = ["Ledger", "LedgerError", "NewerLedger", "open_ledger"]

_IMPORTED = "imported"
_Told = TypeVar("_Told")

_ENTRY = "id, type, account, at, booked_at, amount, currency, expires_at, granted, note, undoes"
_ADD_ENTRY = f"INSERT INTO entries({_ENTRY}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FIND_ENTRY = f"SELECT number, {_ENTRY} FROM entries WHERE id = ?"  # noqa: S608
_ENTRIES = f"SELECT number, {_ENTRY} FROM entries WHERE number >= ? ORDER BY number"  # noqa: S608


_milliseconds = lru_cache(8192)(milliseconds)
"""A board asks for the same instants again and again."""


def open_ledger(path: Path, *, readonly: bool = False) -> "Ledger":
    """The ledger at `path`, made where there is none. Raises LedgerError; NewerLedger unless `readonly`."""
    return Ledger(connect(path, readonly=readonly), path)


class Ledger:
    """An open ledger; a context manager. Every method is one transaction, may be called from any thread, and raises
    LedgerError with a sentence. Instants are aware and come back in UTC."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._turn = threading.RLock()
        self._kinds = Kinds(connection)
        self._looking = False
        """Whether a transaction is open in which nothing is written."""

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._turn:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is read and written inside happens at once or not at all, whatever other processes do."""
        with self._turn, sentences(self._path):
            if self._looking:
                raise RuntimeError("Nothing is written at a moment that is only looked at.")
            if self._connection.in_transaction:
                yield
                return
            begin(self._connection, self._path)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    # Readings

    def record(self, account: str, reading: "Reading") -> None:
        """Append a reading. The same content as the last one only confirms that; one older than the last is ignored."""
        store = self._readings()
        with self.transaction():
            store.record(account, reading)

    def readings(self, account: str, since: datetime | None = None) -> "list[Recorded]":
        """Oldest first, starting with the one that was the last known at `since`, or a little before it where another
        machine's came in: what these say late is left out."""
        merged = bool(self.imported())
        with self._turn, sentences(self._path):
            return self._readings().told(account, since, merged=merged)

    def take_in(self, readings: "Iterable[tuple[str, Recorded]]") -> int:
        """Keep what another ledger recorded, and say how many are new: one that is known only holds until the later of
        both."""
        store = self._readings()
        with self.transaction():
            new = store.take_in(readings)
            if new:
                self.set_meta(_IMPORTED, uuid.uuid4().hex)
        return new

    def imported(self) -> str:
        """Another word after every import of readings: they may be older than all that were known."""
        return self.meta(_IMPORTED) or ""

    def latest(self) -> "dict[str, Recorded]":
        """The last reading of every account that has one."""
        with self._turn, sentences(self._path):
            return self._readings().latest()

    def _readings(self) -> "ReadingStore":
        from creditsui.adapters.ledger_readings import ReadingStore

        return ReadingStore(self._connection, self._told)

    # Entries

    def book(
        self,
        type: "EntryType",
        account: str,
        at: datetime,
        amount: Money | None,
        *,
        now: datetime,
        expires_at: date | None = None,
        kind: "CreditKind" = "paid",
        note: str = "",
        undoes: str | None = None,
        id: str | None = None,
    ) -> "Entry":
        """Append an entry and return it with its number; on the disk when this returns.

        An `id` that is booked already returns what was booked then, so a repeated attempt counts once.
        """
        from creditsui.adapters import ledger_texts
        from creditsui.domain.entry import CREDIT_KINDS

        id = id or uuid.uuid4().hex
        row = (
            id, type, account, micros(at), micros(now), amount.micros if amount else None,
            amount.currency if amount else None, expires_at.isoformat() if expires_at else None,
            CREDIT_KINDS.index(kind), note, undoes,
        )  # fmt: skip
        with self.transaction():
            booked = self._connection.execute(_FIND_ENTRY, (id,)).fetchone()
            if booked is None:
                self._connection.execute(_ADD_ENTRY, row)
                booked = self._connection.execute(_FIND_ENTRY, (id,)).fetchone()
        return ledger_texts.entry(booked)

    def entries(self, since: int = 0) -> "list[Entry]":
        """Those from a number on, by number."""
        return [self._entry(row) for row in self._rows(_ENTRIES, (since,))]

    # Usage

    def book_usage(self, calls: Sequence[Usage]) -> int:
        """Keep calls by their key and say how many are new. One met again replaces the kept one only if it grew."""
        with self.transaction():
            store = UsageStore(self._connection)
            rows = []
            for call in calls:
                bare = Call(
                    key_from(call.key), milliseconds(call.at), call.model, call.input, call.output, call.cache_read,
                    call.cache_write, 0, call.reasoning, billing=call.billing,
                )  # fmt: skip
                currency = call.cost.currency if call.cost is not None else "USD"
                kind = store.kind(call.source, bare, call.billing, lambda kind: kind.own, call.account, currency)
                place = store.place(call.project, call.session)
                rows.append(row_of(bare, kind.id, place, None if call.cost is None else call.cost.micros))
            return store.keep(rows).new

    def usage(self, account: str, since: datetime | None = None) -> list[Usage]:
        """Calls of an account at or after `since`, oldest first."""
        with self.glance() as store:
            return store.calls(account, milliseconds(since) if since is not None else -(2**62))

    def summed_usage(
        self,
        account: str,
        edges: Sequence[datetime],
        exact: Sequence[datetime],
        spans: Sequence[tuple[datetime, datetime]] = (),
        *,
        by_day: bool = True,
        since: datetime | None = None,
        recall: Recall | None = None,
    ) -> list[Usage]:
        """Calls of an account for a board, oldest first: the newest one by one, older ones summed by the days between
        `edges`, but never across the `exact` instants, at which a balance was known, and one by one where they are few
        in `spans`. Without `by_day` what lies before `edges` is one sum: nothing was known of a balance then.
        `since` and `recall`: as `UsageTold.summed`."""
        days = list(map(_milliseconds, edges))
        instants = (
            recall.milliseconds_of(exact, _milliseconds) if recall is not None else list(map(milliseconds, exact))
        )
        close = [(_milliseconds(since), _milliseconds(until)) for since, until in spans]
        with self.glance() as store:
            begin = None if since is None else milliseconds(since)
            return store.summed(account, days, instants, close, by_day=by_day, since=begin, recall=recall)

    @contextmanager
    def calls(self) -> Iterator[UsageStore]:
        """The store of calls, inside one transaction."""
        with self.transaction():
            yield UsageStore(self._connection)

    @contextmanager
    def glance(self) -> Iterator[UsageStore]:
        """The store of calls as it is at one moment, for reading alone: nobody who writes has to wait."""
        with self.moment():
            kinds = self._kinds.now() if self._looking else None  # what is being written may yet be taken back
            yield UsageStore(self._connection, kinds, self._kinds.hours if self._looking else None)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """What is read inside is all as it is at one moment; nobody who writes has to wait."""
        with self._turn, sentences(self._path):
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            self._looking = True
            try:
                yield
            finally:
                self._looking = False
                self._connection.execute("ROLLBACK")

    def check(self) -> None:
        """Raises DamagedLedger where the file is damaged, whatever part of it is read."""
        with self.rows() as rows:
            if not rows.whole():
                raise DamagedLedger(damaged(self._path))
        self.states()
        self.watches()

    @contextmanager
    def hours(self) -> Iterator[UsageHours]:
        """The calls by the hour, as they are at one moment, for reading alone."""
        with self.glance() as store:
            yield UsageHours(self._connection, store.kinds())

    @contextmanager
    def rows(self) -> "Iterator[LedgerRows]":
        """Everything that is kept, as it is at one moment, for reading alone."""
        from creditsui.adapters.ledger_rows import LedgerRows

        with self.glance():
            yield LedgerRows(self._connection, lambda *row: self._told((row,))[0], self._entry)

    # States, leases, facts

    def state(self, account: str) -> "AskState | None":
        from creditsui.adapters import ledger_texts

        rows = self._rows("SELECT content FROM states WHERE account = ?", (account,))
        return self._sense(ledger_texts.state, *rows[0]) if rows else None

    def states(self) -> "dict[str, AskState]":
        from creditsui.adapters import ledger_texts

        return {
            account: self._sense(ledger_texts.state, content)
            for account, content in self._rows("SELECT account, content FROM states")
        }

    def save_state(self, state: "AskState") -> None:
        from creditsui.adapters import ledger_texts

        content = ledger_texts.of_state(state)
        with self.transaction():
            self._connection.execute("INSERT OR REPLACE INTO states VALUES(?, ?)", (state.account, content))

    def claim(self, names: Collection[str], holder: str, pid: int, now: datetime, until: datetime) -> set[str]:
        """Take, for the process `pid`, the names that are free; `holder` renews its own. Returns what it has now."""
        with self.transaction():
            return lease.claim(self._connection, names, holder, pid, micros(now), micros(until))

    def release(self, names: Collection[str], holder: str) -> None:
        with self.transaction():
            lease.release(self._connection, names, holder)

    def holders(self, now: datetime) -> dict[str, datetime]:
        """The names that somebody holds, and until when at most."""
        with self._turn, sentences(self._path):
            return {name: utc(until) for name, until in lease.holders(self._connection, micros(now)).items()}

    # Alerts

    @contextmanager
    def episodes(self) -> "Iterator[EpisodeStore]":
        """What is remembered of alerts, inside one transaction: of all processes one alone changes it."""
        from creditsui.adapters.episodes import EpisodeStore

        with self.transaction():
            yield EpisodeStore(self._connection, self._sense)

    def watches(self) -> "dict[str, Watch]":
        """What is remembered of alerts, by account, for reading alone."""
        from creditsui.adapters.episodes import EpisodeStore

        with self._turn, sentences(self._path):
            return EpisodeStore(self._connection, self._sense).watches()

    def meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        with self.transaction():
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, value))

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with self._turn, sentences(self._path):
            return self._connection.execute(query, values).fetchall()

    def _told(self, rows: "Iterable[Sequence[Any]]", *, again: bool = False) -> "list[Recorded]":
        """`again`: where they may have been asked for a moment ago."""
        from creditsui.adapters.ledger_texts import recorded, recorded_again

        read = recorded_again if again else recorded
        return self._sense(lambda: [read(*row) for row in rows])

    def _entry(self, row: tuple[Any, ...]) -> "Entry":
        from creditsui.adapters import ledger_texts

        return self._sense(ledger_texts.entry, row)

    def _sense(self, read: Callable[..., _Told], *kept: object) -> _Told:
        try:
            return read(*kept)
        except (msgspec.DecodeError, ValueError, OverflowError) as error:
            raise DamagedLedger(
                f"The ledger {self._path} holds a row that makes no sense to this version: update creditsui, or put the"
                " last sound copy in its place (creditsui doctor --restore)."
            ) from error
