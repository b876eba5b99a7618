"""The ledger's file: how it is made, recognised, migrated and opened, and what is said when it cannot be."""

import os
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

from creditsui.adapters import lease, usage_store, usage_tables
from creditsui.adapters.turn import in_line
from creditsui.domain.call import Call
from creditsui.paths import ensure

PATIENCE = 5.0
"""Seconds to wait for another process that is writing."""
_OURS = 0x43724C67  # "CrLg", in the file's header: tells our ledger from any other SQLite file
_recognised: dict[Path, tuple[int, int]] = {}
"""Ledgers that this process has looked at, and which file each was."""
_SMALLEST = 512
"""Bytes of the smallest page that SQLite can have."""
_FOREIGN = "is not a ledger of creditsui; it was left as it is. Move it away, or point XDG_DATA_HOME elsewhere."
_MISSHAPEN = re.compile(r"no such table|malformed|Could not decode")
"""What SQLite says of tables that are not as this version left them, and Python of texts."""
_creating = threading.Lock()

Migration = Callable[[sqlite3.Connection], None]


class LedgerError(Exception):
    """The ledger cannot be used; the text is a sentence for the user. Nothing was written."""


class NewerLedger(LedgerError):
    """The ledger was written by a newer version; it can still be opened read-only."""


class DamagedLedger(LedgerError):
    """What stands in the ledger's place is broken, or none of ours: a copy of it may take its place."""


class BusyLedger(LedgerError):
    """Another process has been writing for too long; the next attempt may succeed."""


def _tables(connection: sqlite3.Connection) -> None:
    for statement in (
        "CREATE TABLE readings(number INTEGER PRIMARY KEY, account TEXT NOT NULL, at INTEGER NOT NULL,"
        " until INTEGER NOT NULL, content TEXT NOT NULL)",
        "CREATE INDEX readings_by_account ON readings(account, at)",
        "CREATE TABLE entries(number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,"
        " account TEXT NOT NULL, at INTEGER NOT NULL, booked_at INTEGER NOT NULL, amount INTEGER, currency TEXT,"
        " expires_at TEXT, granted INTEGER NOT NULL, note TEXT NOT NULL, undoes TEXT)",
        "CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries never change'); END",
        "CREATE TRIGGER entries_last BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never lost'); END",
        "CREATE TABLE words(id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
        "CREATE TABLE usage(number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, account INTEGER NOT NULL,"
        " at INTEGER NOT NULL, source INTEGER NOT NULL, model INTEGER NOT NULL, project INTEGER NOT NULL,"
        " session INTEGER NOT NULL, billing INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,"
        " cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, reasoning INTEGER NOT NULL,"
        " cost INTEGER, currency TEXT)",
        "CREATE INDEX usage_by_account ON usage(account, at)",
        "CREATE TABLE states(account TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        lease.TABLE,
    ):
        connection.execute(statement)


def _calls(connection: sqlite3.Connection) -> None:
    """Calls by a number for a key, in a fifth of the room."""
    for statement in (*usage_tables.TABLES, *usage_tables.DAYS):
        connection.execute(statement)
    words = dict(connection.execute("SELECT id, word FROM words"))
    store = usage_store.UsageStore(connection)
    rows = []
    for (
        key,
        account,
        at,
        source,
        model,
        project,
        session,
        billing,
        input,
        output,
        cache_read,
        cache_write,
        reasoning,
        cost,
        currency,
    ) in connection.execute(
        "SELECT key, account, at, source, model, project, session, billing, input, output,"
        " cache_read, cache_write, reasoning, cost, currency FROM usage"
    ).fetchall():
        call = Call(
            usage_store.key_from(key), at // 1000, words[model], input, output, cache_read, cache_write,
            reasoning=reasoning,
        )  # fmt: skip
        kind = store.kind(words[source], call, words[billing], _own, words[account], currency or "USD")
        rows.append(usage_store.row_of(call, kind.id, store.place(words[project], words[session]), cost))
    store.keep(rows)
    connection.execute("DROP TABLE usage")
    connection.execute("DROP TABLE words")


def _own(kind: usage_tables.Kind) -> str:
    return kind.own


def _days(connection: sqlite3.Connection) -> None:
    """Sums by the day, so that nobody has to go through a year of quarters of an hour."""
    for statement in usage_tables.DAYS:
        connection.execute(statement)
    usage_store.UsageStore(connection).roll()


def _episodes(connection: sqlite3.Connection) -> None:
    """What is remembered of alerts, by account, and when somebody last looked for them."""
    connection.execute("CREATE TABLE episodes(account TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID")
    connection.execute("CREATE TABLE looks(number INTEGER PRIMARY KEY CHECK(number = 1), content TEXT NOT NULL)")


def _slots(connection: sqlite3.Connection) -> None:
    """From which quarter of an hour on calls have changed, so that nobody goes through a whole day for each."""
    if "slot" not in {name for _, name, *_ in connection.execute("PRAGMA table_info(touched)")}:
        connection.execute("ALTER TABLE touched ADD COLUMN slot INTEGER")


MIGRATIONS: tuple[Migration, ...] = (_tables, _calls, _days, _episodes, _slots)
"""Step N turns version N into N + 1. Only ever append to them."""


def connect(path: Path, *, readonly: bool = False, migrations: Sequence[Migration] = MIGRATIONS) -> sqlite3.Connection:
    """A connection to a ledger of this version, made or migrated where needed. Raises LedgerError, NewerLedger.

    Explicit transactions only. A newer ledger opens with `readonly`; then nothing is ever written, not even made.
    """
    with sentences(path), _folder_sentences(path):
        exists = _look(path)
        if readonly:
            return _readonly(path, exists)
        if not exists:
            ensure(path.parent)
            _create(path)
        _recognise(path)
        connection = _connection(path, "rw")
        try:
            connection.execute("PRAGMA synchronous = FULL")
            _check(connection, path, len(migrations))
            if _version(connection) < len(migrations):
                _migrate(connection, path, migrations)
            journal(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def begin(connection: sqlite3.Connection, path: Path) -> None:
    """Begin a transaction that may write, when it is this connection's turn."""
    with in_line(path.parent, PATIENCE):
        connection.execute("BEGIN IMMEDIATE")


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a LedgerError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _kind(error)(_sentence(error, path)) from error
    except UnicodeDecodeError as error:  # what SQLite itself says of a broken page may quote it
        raise DamagedLedger(damaged(path)) from error


def _kind(error: sqlite3.Error) -> type[LedgerError]:
    code = _code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyLedger
    return DamagedLedger if code == sqlite3.SQLITE_NOTADB or _broken(error) else LedgerError


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _broken(error: sqlite3.Error) -> bool:
    code = _code(error)
    return code == sqlite3.SQLITE_CORRUPT or (code <= sqlite3.SQLITE_ERROR and bool(_MISSHAPEN.search(str(error))))


@contextmanager
def _folder_sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LedgerError(f"The ledger {path} cannot be used ({error.strerror}); check it and its folder.") from error


def journal(connection: sqlite3.Connection) -> str:
    """Switch to the write-ahead log where the file system can, and say which journal is used."""
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    end = time.monotonic() + PATIENCE
    while mode != "wal":
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            break  # what it says now is what this file system can do
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
                break
            time.sleep(0.01)  # SQLite's own patience does not cover this switch
    return str(mode)


def _look(path: Path) -> bool:
    """Whether there is a file. Never opens it: closing it again would drop the locks of this process on it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(found.st_mode):
        raise DamagedLedger(f"The ledger {path} is not a file; move it away.")
    if not os.access(path, os.R_OK):
        raise LedgerError(f"The ledger {path} cannot be read; check its owner and mode.")
    if 0 < found.st_size < _SMALLEST:  # SQLite would take it for an empty one
        raise DamagedLedger(f"{path} {_FOREIGN}")
    return True


def _create(path: Path) -> None:
    with _creating:  # nobody in this process has it open between its making and this closing
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    with _creating:
        return sqlite3.connect(
            f"{_uri(path.absolute())}?mode={mode}",
            uri=True, isolation_level=None, timeout=PATIENCE, check_same_thread=False,
        )  # fmt: skip


@lru_cache(8)
def _uri(path: Path) -> str:
    return path.as_uri()


def _recognise(path: Path) -> None:
    """Refuse a database of another program without a lock, a journal or a changed byte.

    One look at a file is enough: whatever is copied over it later is met by the check of the real opening.
    """
    found = path.stat()
    if _recognised.get(path) == (found.st_dev, found.st_ino):
        return
    try:
        with closing(_connection(path, "ro&immutable=1")) as connection:
            application, tables = _application(connection)
    except sqlite3.Error:
        return  # being written just now, or broken: the real opening tells
    if application != _OURS and (application or tables):
        raise DamagedLedger(f"{path} {_FOREIGN}")
    if application == _OURS:
        _recognised[path] = found.st_dev, found.st_ino


def _check(connection: sqlite3.Connection, path: Path, newest: int) -> None:
    application, tables = _application(connection)
    if application != _OURS and (application or tables):
        raise DamagedLedger(f"{path} {_FOREIGN}")
    if (version := _version(connection)) > newest:
        raise NewerLedger(
            f"The ledger was written by a newer creditsui (version {version} of it, this one knows {newest}):"
            " update creditsui. Until then nothing is booked."
        )


def _application(connection: sqlite3.Connection) -> tuple[int, int]:
    """Whose file it says it is, and how many tables if it is not ours; at one moment, while others may be making it."""
    if connection.execute("PRAGMA application_id").fetchone() == (_OURS,):
        return _OURS, 0
    connection.execute("BEGIN")
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        connection.execute("ROLLBACK")
    return application, tables


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _readonly(path: Path, exists: bool) -> sqlite3.Connection:
    if not exists:
        raise LedgerError(f"There is no ledger at {path} yet.")
    _recognise(path)
    for mode in ("ro", "ro&immutable=1"):  # the second for a folder that cannot be written
        connection = _connection(path, mode)
        try:
            if _version(connection) < len(MIGRATIONS):  # older, or empty because its maker was killed
                connect(path).close()
            connection.execute("PRAGMA query_only = 1")
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            full = _code(error) in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL) and not _logged(path)
            if not full and _code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            refused = error
        except BaseException:
            connection.close()
            raise
    raise refused


def _logged(path: Path) -> bool:
    """Whether anything may stand in the log alone."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    begin(connection, path)
    try:
        version = _version(connection)  # another process may have been faster
        if 0 < version < len(migrations):
            _back_up(path, version)
        for step in migrations[version:]:
            step(connection)
        if version < len(migrations):
            connection.execute(f"PRAGMA application_id = {_OURS}")
            connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _back_up(path: Path, version: int) -> None:
    target = path.with_name(f"{path.name}.bak-v{version}")
    temporary = path.with_name(f".{target.name}.{os.getpid()}.tmp")
    os.close(os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    try:
        with closing(_connection(path, "ro")) as source, closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sentence(error: sqlite3.Error, path: Path) -> str:
    code = _code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "Another program has been writing to the ledger for 5 seconds; nothing was booked. Try again."
    if code == sqlite3.SQLITE_FULL:
        return "The disk is full, so nothing was booked. Free some space and try again."
    if code == sqlite3.SQLITE_IOERR:
        return f"The disk of the ledger {path} fails or is full, so nothing was booked. Check it and try again."
    if code == sqlite3.SQLITE_NOTADB:
        return f"{path} {_FOREIGN}"
    if _broken(error):
        return damaged(path)
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return f"The ledger {path} cannot be written; check the owner and mode of it and of its folder."
    return f"The ledger {path} cannot be used ({error})."


def damaged(path: Path) -> str:
    return (
        "The ledger is damaged; it was left as it is. To do: creditsui doctor --restore puts the last sound copy in the"
        f" place of {path} and keeps the damaged one beside it."
    )
