"""Databases of other programs, read without leaving a trace: short SELECTs, nothing created beside them.

What a program wrote last may stand in its `-wal` file alone. So where that holds anything and the program is at work,
the database is opened as a reader beside it; where it holds nothing, as one that nobody changes; and where neither can
be without creating a file, a private copy is read.
"""

import errno
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from creditsui.adapters.regular import opened
from creditsui.domain.clean import clean

LONGEST = 65_536
"""Of a value, in characters: what is longer is no login."""
PATIENCE = 0.5
"""Seconds to wait for a program that is writing."""
LARGEST_COPY = 256 * 1024 * 1024
_BESIDE = ("-wal", "-journal")
"""Files that hold what was written last, or what was there before."""
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def values(path: Path, table: str, keys: Sequence[str]) -> dict[str, str] | None:
    """The clean texts that `table` (columns `key` and `value`) holds for these keys; keys it lacks are left out.

    None where the database is missing, locked, broken, or no such table is in it.
    """
    if not _NAME.fullmatch(table):
        raise ValueError("no name of a table")
    places = ",".join("?" * len(keys))
    query = f'SELECT key, value FROM "{table}" WHERE key IN ({places}) AND length(value) <= {LONGEST}'  # noqa: S608
    try:
        with reading(path) as connection:
            rows = connection.execute(query, tuple(keys)).fetchmany(len(keys))
    except (OSError, sqlite3.Error, ValueError):
        return None
    texts = {key: value.decode("utf-8", "replace") if isinstance(value, bytes) else value for key, value in rows}
    # A spoilt database may tell of rows that nobody asked for: its index and its table need not agree.
    return {key: clean(text, None) for key, text in texts.items() if key in keys and isinstance(text, str)}


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database for a short read. Raises OSError or sqlite3.Error where it is missing, locked or none, or where
    somebody wrote to it while it was read as one that nobody changes."""
    with opened(path):  # a pipe in its place would block for ever
        pass
    with ExitStack() as stack:
        connection, before = _open(path, stack)
        yield stack.enter_context(closing(connection))
        if before is not None and _written(path) != before:
            raise OSError(errno.EBUSY, "changed while it was read", str(path))


def _open(path: Path, stack: ExitStack) -> tuple[sqlite3.Connection, object]:
    """With what must still hold after it was read; None: SQLite's own locks see to it."""
    before = _written(path)
    try:
        if not any(_size(_beside(path, suffix)) for suffix in _BESIDE):
            return _connection(path, "mode=ro&immutable=1"), before
        if not _size(_beside(path, "-wal")) or _size(_beside(path, "-shm")):
            return _connection(path, "mode=ro"), None
    except sqlite3.OperationalError as error:
        if _code(error) not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            raise
    return _copy(path, stack), None


def _written(path: Path) -> object:
    return path.stat().st_mtime_ns, *(_size(_beside(path, suffix)) for suffix in _BESIDE)


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    # As a URI made from the path: a name with a "?" in it would open another file.
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=PATIENCE)
    try:
        connection.execute("PRAGMA query_only=1")
        connection.execute("SELECT count(*) FROM sqlite_master")  # only now the file is really opened
    except BaseException:
        connection.close()
        raise
    return connection


def _copy(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """A copy for our eyes only, gone with `stack`."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="creditsui-"))
    copy = Path(folder) / "copy.db"
    for suffix in ("", *_BESIDE):
        if suffix and not _size(_beside(path, suffix)):
            continue
        with opened(_beside(path, suffix)) as (source, status), _beside(copy, suffix).open("wb") as target:
            if status.st_size > LARGEST_COPY:
                raise OSError(errno.EFBIG, "too large to be copied", str(path))
            shutil.copyfileobj(source, target)
    return _connection(copy, "mode=rw")  # what was half written is undone first


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _code(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
