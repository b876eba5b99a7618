"""The declarations that the user wrote: their texts, and whether one has changed."""

from collections.abc import Iterator
from pathlib import Path

from creditsui.adapters.regular import opened

LARGEST = 64 * 1024
_MOST = 200


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, times and sizes of the files there; empty where there is no such folder."""
    found = []
    for path in _files(folder):
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(found)


def texts(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Each file and its text; None for one that cannot be read, is no UTF-8 or larger than 64 KiB."""
    for path in _files(folder):
        try:
            with opened(path) as (file, _):
                data = file.read(LARGEST + 1)
            yield path, data.decode("utf-8-sig") if len(data) <= LARGEST else None
        except (OSError, ValueError):
            yield path, None


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.glob("*.toml"))[:_MOST]
    except OSError:
        return []
