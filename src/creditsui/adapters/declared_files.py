"""The declarations that the user wrote: their texts, and whether one has changed."""

from collections.abc import Iterator
from pathlib import Path

from creditsui.adapters.regular import opened

LARGEST = 64 * 1024
_MOST = 200
Stamp = tuple[tuple[str, int, int, int], ...]


def stamp(folder: Path) -> Stamp:
    """Names, numbers, times and sizes of the files there; empty where there is no such folder."""
    found = []
    for path in _files(folder):
        try:
            status = path.stat()
        except OSError:  # a link that leads nowhere
            found.append((path.name, 0, 0, 0))
        else:
            found.append((path.name, status.st_ino, status.st_mtime_ns, status.st_size))
    return tuple(found)


def texts(folder: Path) -> Iterator[tuple[Path, str | None, str]]:
    """Each file and its text, or None and why it has none."""
    for path in _files(folder):
        text, why = read(path)
        yield path, text, why


def read(path: Path) -> tuple[str | None, str]:
    """The text of a file, or None and why it has none. Waits for nothing, whatever stands there."""
    try:
        with opened(path) as (file, _):
            data = file.read(LARGEST + 1)
    except OSError as error:
        return None, f"it cannot be read ({error.strerror or 'no file'})."
    if len(data) > LARGEST:
        return None, "it is larger than 64 KiB."
    try:
        return data.decode("utf-8-sig"), ""
    except ValueError:
        return None, "a character is not UTF-8; save the file as UTF-8."


def _files(folder: Path) -> list[Path]:
    """Without hidden ones, which editors leave behind."""
    try:
        return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))[:_MOST]
    except OSError:
        return []
