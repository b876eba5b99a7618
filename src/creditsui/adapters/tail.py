"""Logs of other programs: where they are, and what they got since they were last read. Only ever read."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from errno import ELOOP
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zlib import crc32

from creditsui.adapters.regular import opened
from creditsui.sources.spec import Source

BLOCK = 16 * 1024 * 1024
"""Bytes that are read at a time; a longer line is read as a whole."""
LARGEST_DOCUMENT = 64 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
_CHECKED = 4096
"""Bytes before the place where reading goes on that must still be the same."""
_DEEPEST = 12
_MOST = 200_000
_NOT_THERE = (FileNotFoundError, NotADirectoryError, ValueError)


class Log(NamedTuple):
    """A file as it is now."""

    path: Path
    file: str
    """Which one it is, whatever it is called: device and number."""
    size: int
    changed: int
    """Nanoseconds since 1970; of a database the later of its own and of its write-ahead log's."""


class Part(NamedTuple):
    """Whole lines of a log, and where the next ones begin."""

    data: bytes
    start: int
    offset: int
    check: int
    """Of the bytes before `offset`."""


@dataclass(slots=True)
class Trail:
    """What a look for logs came by."""

    shut: set[Path] = field(default_factory=set)
    """What may not be looked at, so that nobody knows of the logs there."""
    places: set[str] = field(default_factory=set)
    """What decides which logs there are and what is new in them: where all of it is as it was, nothing is."""


def find(
    source: Source, env: Mapping[str, str], home: Path, more: Sequence[str] = (), trail: Trail | None = None
) -> list[Log]:
    """Every log of a source, each real file once, in a settled order. `more` are roots beside the usual ones."""
    found: dict[str, Log] = {}
    trail = Trail() if trail is None else trail
    for root in roots(source, env, home, more, trail):
        seen: set[tuple[int, int]] = set()
        for pattern in source.files:
            for path in _matches(root, tuple(pattern.split("/")), seen, 0, trail):
                database = source.form(path) == "rows"
                log = look(path, database=database, trail=trail)
                trail.places |= {str(path), f"{path}-wal"} if database else {str(path)}
                if log is not None and log.file not in found:
                    found[log.file] = log
                if len(found) >= _MOST:
                    return list(found.values())
            seen.clear()
    return sorted(found.values(), key=lambda log: str(log.path))


def odd(source: Source, env: Mapping[str, str], home: Path, more: Sequence[str] = ()) -> list[Path]:
    """Where a log or a folder of logs should be, and a pipe, a folder or a link that leads to itself is."""
    found = {path: None for path in _named(source, env, home, more) if _other(path, stat.S_ISDIR)}
    for root in roots(source, env, home, more):
        for pattern in source.files:
            paths = _matches(root, tuple(pattern.split("/")), set(), 0, Trail())
            found |= {path: None for path in paths if _other(path)}
    return sorted(found)


def _other(path: Path, kind: Callable[[int], bool] = stat.S_ISREG) -> bool:
    """Whether something else than this kind is there, as far as we may look."""
    try:
        return not kind(path.stat().st_mode)
    except (*_NOT_THERE, PermissionError):
        return False
    except OSError:
        return True


def roots(
    source: Source, env: Mapping[str, str], home: Path, more: Sequence[str] = (), trail: Trail | None = None
) -> list[Path]:
    """Folders that exist, each real one once."""
    found: dict[tuple[int, int], Path] = {}
    for path in _named(source, env, home, more):
        if trail is not None:
            trail.places.add(str(path))
        try:
            status = path.stat()
        except OSError as error:
            _note(path, error, trail)
            continue
        if stat.S_ISDIR(status.st_mode):
            found.setdefault((status.st_dev, status.st_ino), path)
    return list(found.values())


def _named(source: Source, env: Mapping[str, str], home: Path, more: Sequence[str]) -> list[Path]:
    named: list[str] = []
    for variable, default in source.roots:
        told = [part.strip() for part in env.get(variable, "").split(",") if part.strip()] if variable else []
        named += told or ([default] if default else [])
    return [expanded(text, home) for text in (*named, *more) if "\0" not in text]


def expanded(text: str, home: Path) -> Path:
    return home / text[2:] if text.startswith("~/") else home if text == "~" else Path(text)


def look(path: Path, *, database: bool = False, trail: Trail | None = None) -> Log | None:
    """None for what is no regular file, is not there, or may not be looked at."""
    try:
        status = path.stat()
    except OSError as error:
        _note(path, error, trail)
        return None
    except ValueError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    size, changed = status.st_size, status.st_mtime_ns
    if database:  # what is written there first does not touch the file itself
        try:
            beside = path.with_name(f"{path.name}-wal").stat()
            size, changed = size + beside.st_size, max(changed, beside.st_mtime_ns)
        except OSError:
            pass
    return Log(path, f"{status.st_dev}:{status.st_ino}", size, changed)


def _note(path: Path, error: OSError, trail: Trail | None) -> None:
    """A link that leads to itself is no log, whoever looks; what is not there is nothing."""
    if trail is not None and not isinstance(error, _NOT_THERE) and error.errno != ELOOP:
        trail.shut.add(path)


def whole(path: Path) -> bytes | None:
    """A document; None where it cannot be read or is too large."""
    try:
        with opened(path) as (file, status):
            if status.st_size > LARGEST_DOCUMENT:
                return None
            return file.read(LARGEST_DOCUMENT + 1)
    except (OSError, ValueError):
        return None


def parts(path: Path, offset: int = 0, check: int | None = None) -> Iterator[Part]:
    """The whole lines from `offset` on, a block at a time; a last line without its end waits.

    From the start where the bytes before `offset` are not those that were read (`check`), or where the file is shorter
    now: then the first part's data begins the file. Raises OSError.
    """
    with opened(path) as (file, status):
        before = _before(file, offset) if 0 < offset <= status.st_size else b""
        if offset and (not before or crc32(before) != check):
            offset, before = 0, b""
        file.seek(offset)
        rest = b""
        while True:
            # No larger than what there is: room that is not needed costs more than the reading.
            block = file.read(min(BLOCK, max(1, status.st_size - file.tell())))
            end = block.rfind(b"\n") + 1
            if not block:
                return
            if not end:
                rest += block
                if len(rest) > LONGEST_LINE:  # nothing that we look for is that long
                    offset += len(rest)
                    rest = b""
                continue
            data = rest + block[:end] if rest else block[:end]
            rest = block[end:]
            start, offset = offset, offset + len(data)
            before = data[-_CHECKED:] if len(data) >= _CHECKED else (before + data)[-_CHECKED:]
            yield Part(data, start, offset, crc32(before))


def _before(file: BinaryIO, offset: int) -> bytes:
    start = max(0, offset - _CHECKED)
    file.seek(start)
    return file.read(offset - start)


def _matches(
    folder: Path, pattern: tuple[str, ...], seen: set[tuple[int, int]], depth: int, trail: Trail
) -> Iterator[Path]:
    """What has a fitting path below a folder; links are followed, but no folder is entered twice."""
    if depth > _DEEPEST:
        return
    first, rest = pattern[0], pattern[1:]
    trail.places.add(str(folder))
    try:
        with os.scandir(folder) as entries:
            here = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        _note(folder, error, trail)
        return
    if first == "**":
        yield from _matches(folder, rest, seen, depth, trail)
    for entry in here:
        if entry.is_symlink():
            trail.places.add(entry.path)  # what it leads to may change while the folder stays as it is
        try:
            is_folder = entry.is_dir()
        except OSError as error:  # a link that leads to itself, or to where nobody may look
            _note(Path(entry.path), error, trail)
            is_folder = False
        if is_folder and (first == "**" or (rest and fnmatchcase(entry.name, first))):
            if first == "**":
                try:
                    status = entry.stat()
                except OSError as error:
                    _note(Path(entry.path), error, trail)
                    continue
                if (status.st_dev, status.st_ino) in seen:
                    continue
                seen.add((status.st_dev, status.st_ino))
            yield from _matches(Path(entry.path), pattern if first == "**" else rest, seen, depth + 1, trail)
        elif not rest and fnmatchcase(entry.name, first):
            yield Path(entry.path)
