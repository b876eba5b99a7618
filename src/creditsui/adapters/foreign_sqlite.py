"""Databases of other programs, read without leaving a trace: one short SELECT, nothing created beside them.

What a program wrote last may stand in its `-wal` file alone. So where that holds anything and the program is at work,
the database is opened as a reader beside it; where it holds nothing, as one that nobody changes; and where neither can
be without creating a file, a private copy is read.
"""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from creditsui.adapters.regular import opened
from creditsui.domain.clean import clean

LONGEST = 65_536
"""Of a value, in characters: what is longer is no login."""
PATIENCE = 0.5
"""Seconds to wait for a program that is writing."""
LARGEST_COPY = 256 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def values(path: Path, table: str, keys: Sequence[str]) -> dict[str, str] | None:
    """The clean texts that `table` (columns `key` and `value`) holds for these keys; keys it lacks are left out.

    None where the database is missing, locked, broken, or no such table is in it.
    """
    if not _NAME.fullmatch(table):
        raise ValueError("no name of a table")
    try:
        with opened(path):  # a pipe in its place would block for ever
            pass
        if not _size(_beside(path, "-wal")):
            return _read(path, "mode=ro&immutable=1", table, keys)
        return _read(path, "mode=ro", table, keys) if _size(_beside(path, "-shm")) else _from_copy(path, table, keys)
    except sqlite3.OperationalError as error:
        if _code(error) not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            return None
        return _from_copy(path, table, keys)
    except (OSError, sqlite3.Error, ValueError):
        return None


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _code(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _read(path: Path, mode: str, table: str, keys: Sequence[str]) -> dict[str, str]:
    # As a URI made from the path: a name with a "?" in it would open another file.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=PATIENCE)) as connection:
        connection.execute("PRAGMA query_only=1")
        places = ",".join("?" * len(keys))
        query = f'SELECT key, value FROM "{table}" WHERE key IN ({places}) AND length(value) <= {LONGEST}'  # noqa: S608
        rows = connection.execute(query, tuple(keys)).fetchmany(len(keys))
    texts = {key: value.decode("utf-8", "replace") if isinstance(value, bytes) else value for key, value in rows}
    return {key: clean(text, None) for key, text in texts.items() if isinstance(text, str)}


def _from_copy(path: Path, table: str, keys: Sequence[str]) -> dict[str, str] | None:
    try:
        with tempfile.TemporaryDirectory(prefix="creditsui-") as folder:  # for our eyes only
            copy = Path(folder) / "copy.db"
            for suffix in ("", "-wal"):
                if suffix and not _size(_beside(path, suffix)):
                    continue
                with opened(_beside(path, suffix)) as (source, status), _beside(copy, suffix).open("wb") as target:
                    if status.st_size > LARGEST_COPY:
                        return None
                    shutil.copyfileobj(source, target)
            return _read(copy, "mode=ro", table, keys)
    except (OSError, sqlite3.Error, ValueError):
        return None
