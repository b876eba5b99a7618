"""The folder of a plugin in another program's home: our own files in it are written, nothing else is touched."""

import errno
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from creditsui.adapters.regular import opened

LARGEST = 1 << 20
"""Bytes of a file that is compared with ours."""


def held(folder: Path, names: Mapping[str, bytes] | tuple[str, ...]) -> dict[str, bytes | None]:
    """What these files hold now; None: not there. Raises OSError, also where something else stands in their place."""
    found: dict[str, bytes | None] = {}
    for name in names:
        try:
            with opened(folder / name) as (file, _):
                found[name] = file.read(LARGEST)
        except FileNotFoundError:
            found[name] = None
    return found


def write(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Put them there in this order, each at once; names of those that were not so already. Raises OSError."""
    now = held(folder, files)
    changed = [name for name, data in files.items() if now[name] != data]
    for name in changed:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, files[name])
    return changed


def _replace(path: Path, data: bytes) -> None:
    if path.is_symlink():
        raise OSError(errno.EINVAL, "a symbolic link stands in its place", str(path))
    descriptor, name = tempfile.mkstemp(prefix=".creditsui.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        Path(name).chmod(stat.S_IRUSR | stat.S_IWUSR)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
