"""Copies of the ledger: one a day, a few of them, and the last sound one back into its place."""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from creditsui.adapters import atomic
from creditsui.adapters.instant import micros
from creditsui.adapters.ledger import Ledger, LedgerError, open_ledger
from creditsui.adapters.ledger_file import DamagedLedger, connect, sentences
from creditsui.domain.entry import Entry

KEPT = 5
"""Copies that stay: a mistake is noticed within days, and a ledger may be large."""
_SPARE = 16 * 1024 * 1024
"""Bytes that must stay free on the disk: a copy is worth less than room for the next entry."""
_BESIDE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    copy: Path
    aside: Path | None
    """Where the damaged ledger is kept, untouched; None: there was none."""
    saved: int
    """Entries that were booked after the copy was made and could still be read."""


def due(path: Path, day: date) -> bool:
    """Whether there is a ledger without a copy of this day."""
    return path.exists() and not _named(path, day).exists()


def back_up(path: Path, day: date) -> Path | None:
    """Copy the ledger, for its owner alone, and drop all but the newest copies. None where the disk is too full.

    A damaged ledger is not copied, and pushes no sound copy out. Raises LedgerError, OSError.
    """
    target = _named(path, day)
    size = sum(_size(path, suffix) for suffix in ("", "-wal"))
    if shutil.disk_usage(path.parent).free - size < max(size, _SPARE):
        return None
    with _temporary(target) as temporary:
        with (
            sentences(path),
            closing(connect(path, readonly=True)) as source,
            closing(sqlite3.connect(temporary)) as to,
        ):
            source.backup(to)  # as it is at one moment; whoever writes meanwhile need not wait
        verify(temporary)
        with sentences(temporary), closing(sqlite3.connect(temporary)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # one file, whole without another beside it
        _sync(temporary)
        temporary.replace(target)
    atomic.sync_folder(path.parent)
    for old in [one for one in copies(path) if one != target][KEPT - 1 :]:
        old.unlink(missing_ok=True)
    return target


def copies(path: Path) -> list[Path]:
    """Of days, newest first; those that a new version made of an old ledger are left out."""
    name = re.compile(rf"{re.escape(path.name)}\.bak-\d{{4}}-\d\d-\d\d")
    try:
        found = [one for one in path.parent.iterdir() if name.fullmatch(one.name)]
    except OSError:
        return []
    return sorted(found, key=lambda one: one.name, reverse=True)


def verify(path: Path) -> None:
    """Raises LedgerError where the ledger cannot be read in whole; DamagedLedger where a copy would help."""
    with open_ledger(path, readonly=True) as ledger:
        ledger.check()


def missing(path: Path) -> int:
    """Entries of the newest sound copy that a sound ledger lacks. None is ever deleted, so it was lost or replaced."""
    copy = _newest_sound(path)
    return len(_ids(copy) - _ids(path)) if copy is not None else 0


def restore(path: Path, now: datetime) -> Restored:
    """Put the newest sound copy in the place of a ledger that is damaged, gone or lacks entries. What stood there is
    moved aside as it is; what was booked in it since comes along.

    Raises LedgerError where the ledger is sound, cannot be used for another reason, or where no copy is sound.
    """
    sound = False
    if path.exists():
        with suppress(DamagedLedger):
            verify(path)
            sound = True
    if sound and not missing(path):
        raise LedgerError("The ledger is sound, so nothing was restored.")
    copy = _newest_sound(path)
    if copy is None:
        raise LedgerError(f"There is no sound copy of the ledger beside {path}, so it was left as it is.")
    with _temporary(path) as temporary:
        shutil.copyfile(copy, temporary)
        saved = _save(path, temporary, sound=sound)
        _sync(temporary)
        aside = _aside(path, now)
        # Not over another: a process that met no ledger may have begun one just now.
        path.hardlink_to(temporary)
    atomic.sync_folder(path.parent)
    return Restored(copy, aside, saved)


def _named(path: Path, day: date) -> Path:
    return path.with_name(f"{path.name}.bak-{day.isoformat()}")


def _size(path: Path, suffix: str) -> int:
    try:
        return path.with_name(path.name + suffix).stat().st_size
    except OSError:
        return 0


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """A name for a file in the making, which is gone afterwards, as are those of killed processes."""
    for orphan in target.parent.glob(f".{target.name.partition('.bak-')[0]}.*.copy*"):
        pid = orphan.name.rpartition(".copy")[0].rpartition(".")[2]
        if not pid.isdecimal() or not Path(f"/proc/{pid}").exists():
            orphan.unlink(missing_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.copy")
    os.close(os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    try:
        yield temporary
    finally:
        for suffix in _BESIDE:
            temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _newest_sound(path: Path) -> Path | None:
    for copy in copies(path):
        with suppress(LedgerError):
            verify(copy)
            return copy
    return None


def _ids(path: Path) -> set[str]:
    with open_ledger(path, readonly=True) as ledger:
        return {entry.id for entry in ledger.entries()}


def _save(path: Path, target: Path, *, sound: bool) -> int:
    """Book in `target` the entries of the ledger that it lacks, and say how many."""
    with open_ledger(target) as ledger:
        known = ledger.entries()
        ids, last = {entry.id for entry in known}, known[-1].number if known else 0
        # In a damaged one a number that the copy has is an entry that the copy has, whatever became of its id.
        lost = [one for one in _readable(path) if one.id not in ids and (sound or one.number > last)]
        for entry in lost:
            ledger.book(
                entry.type, entry.account, entry.at, entry.amount, now=entry.booked_at, expires_at=entry.expires_at,
                kind=entry.kind, note=entry.note, undoes=entry.undoes, id=entry.id,
            )  # fmt: skip
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return len(lost)


def _readable(path: Path) -> list[Entry]:
    """The entries of a damaged ledger that lie in sound pages; read from a copy, so that the ledger stays untouched."""
    if not path.is_file():
        return []
    found: dict[int, Entry] = {}
    with _temporary(path.with_name(f"{path.name}.damaged")) as temporary:
        for suffix in ("", "-wal"):
            with suppress(OSError):
                shutil.copyfile(path.with_name(path.name + suffix), temporary.with_name(temporary.name + suffix))
        with suppress(LedgerError), open_ledger(temporary, readonly=True) as ledger:
            for entry in _each(ledger):
                found[entry.number] = entry
    return sorted(found.values(), key=lambda entry: entry.number)


def _each(ledger: Ledger) -> Iterator[Entry]:
    """From both ends, up to what is broken."""
    for backwards in (False, True):
        with suppress(LedgerError), ledger.rows() as rows:
            yield from rows.entries(backwards=backwards)


def _aside(path: Path, now: datetime) -> Path | None:
    """Move away what stands there, with what belongs to it. The ledger first: its log alone says nothing."""
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.damaged-{micros(now) // 1_000_000}")
    for suffix in _BESIDE:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    return aside
