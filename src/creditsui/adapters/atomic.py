"""Replace a file's contents at once: whoever reads it, or whatever is killed, meets the old bytes or the new ones."""

import errno
import os
import re
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from creditsui.adapters import attributes, process, turn
from creditsui.paths import ensure

PATIENCE = 5.0
"""Seconds to wait for another instance that is writing the same file."""
ORPHAN_AGE = 3600
"""Seconds after which a temporary file of ours is nobody's, whatever its process number says."""


class Conflict(Exception):
    """Somebody else changed the file since it was read; nothing was written."""


def replace(
    path: Path, data: bytes, *, mode: int = 0o600, unless_changed: bytes | None = None, lock: Path | None = None
) -> None:
    """Make `data` the contents of `path`, which may be a symbolic link: its target is replaced and keeps its mode, its
    ACL and its other attributes (see `attributes`).

    `mode` is that of a new file; missing folders are made. With `unless_changed`, raises Conflict when the file no
    longer has these bytes (a missing file has none). `lock` is a file of ours whose lock is taken instead of that
    beside `path`: folders of other programs are kept clean of it. Raises OSError, for a file without write permission
    too; then nothing is left behind.
    """
    ensure(path.parent)
    target = Path(os.path.realpath(path))
    before = _checked(target)
    with _lock(lock or path):
        _sweep(target)
        temporary = _written(target, data)
        try:
            if before is None:
                temporary.chmod(mode)
            else:
                with suppress(PermissionError):  # only root may give a file away
                    os.chown(temporary, before.st_uid, before.st_gid)
                attributes.keep(target, temporary)
                temporary.chmod(stat.S_IMODE(before.st_mode))
            if unless_changed is not None and _bytes(target) != unless_changed:
                raise Conflict(f"{path} was changed by somebody else just now")
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)


def _checked(target: Path) -> os.stat_result | None:
    """What is there now; None: nothing. Raises OSError where it must not be replaced."""
    try:
        now = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(now.st_mode):
        raise OSError(errno.EINVAL, "not a file", str(target))
    if not now.st_mode & 0o222 or not os.access(target, os.W_OK):
        # Replacing needs only the folder's permission, but who took the file's away meant it.
        raise PermissionError(errno.EACCES, "read-only", str(target))
    return now


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Keep other instances of ours out. Beside the path as it was given, so no lock file appears among dotfiles."""
    if sys.platform == "win32":  # without such locks: comparing just before replacing has to do
        yield
        return
    try:
        lock = os.open(path.with_name(f".{path.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno == errno.ENOSPC:  # a full disk has no room for a lock; what follows says so or succeeds
            yield
            return
        raise
    try:
        if not turn.wait(lock, PATIENCE):  # without locks, comparing just before replacing has to do
            raise TimeoutError(errno.ETIMEDOUT, "another creditsui is writing", str(path))
        yield
    finally:
        os.close(lock)


def _written(target: Path, data: bytes) -> Path:
    """A new file with `data` beside the target, safely on the disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.{os.getpid()}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _bytes(target: Path) -> bytes:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return b""


def _sweep(target: Path) -> None:
    """Remove what killed instances left: their process is gone, or the file is older than an hour."""
    ours = re.compile(rf"\.{re.escape(target.name)}\.(\d{{1,10}})\.[^.]+\.tmp")
    for orphan in target.parent.iterdir():
        if match := ours.fullmatch(orphan.name):
            with suppress(OSError):
                if time.time() - orphan.stat().st_mtime > ORPHAN_AGE or not process.alive(int(match[1])):
                    orphan.unlink()


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk."""
    if sys.platform == "win32":  # where a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some file systems cannot, and need not
            raise
    finally:
        os.close(descriptor)
