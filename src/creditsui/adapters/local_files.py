"""Logins and caches of other tools, and what they pipe to us. Only ever read, always bounded, never waited for."""

import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from creditsui.adapters.regular import opened
from creditsui.domain.clean import clean_lines, decode_json
from creditsui.providers.spec import Answer, File

LARGEST_JSON = 8 * 1024 * 1024
LONGEST_STRING = 65_536
"""A login's token is longer than anything that is shown, and must stay whole."""
_MOST_MATCHES = 20_000
_TORN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Match:
    path: Path
    changed: float


def find(ask: File, env: Mapping[str, str], home: Path) -> Answer | None:
    """What the newest files of an ask hold; None when there is none that can be read.

    `at` is the last change of the newest one (UTC). Waits a moment, once, for a JSON file that is just being written.
    """
    matches = sorted(set(_matches(ask, env, home)), key=lambda match: match.changed, reverse=True)
    if ask.format == "tail":
        return _tails(matches[: ask.newest], ask.tail_bytes)
    found = (_look(ask, match) for match in matches[: ask.newest])
    return next((answer for answer in found if answer is not None), None)


def _look(ask: File, match: _Match) -> Answer | None:
    if ask.format == "sqlite":
        from creditsui.adapters import foreign_sqlite

        values = foreign_sqlite.values(match.path, ask.table, ask.keys)
        return None if values is None else Answer(body=values, at=_instant(match.changed))
    return _text(match.path) if ask.format == "text" else feed(match.path)


def _text(path: Path) -> Answer | None:
    """A whole file, each line clean; None when it is missing, unreadable or over 8 MiB."""
    read = _read(path, LARGEST_JSON + 1)
    if read is None or len(read[0]) > LARGEST_JSON:
        return None
    return Answer(body=clean_lines(read[0].decode("utf-8", "replace")), at=_instant(read[1]))


def feed(path: Path) -> Answer | None:
    """One JSON file, decoded and clean; None when it is missing, unreadable, over 8 MiB, or not JSON."""
    for patience in (_TORN_SECONDS, 0.0):
        read = _read(path, LARGEST_JSON + 1)
        if read is None or len(read[0]) > LARGEST_JSON:
            return None
        try:
            return Answer(body=decode_json(read[0], LONGEST_STRING), at=_instant(read[1]))
        except ValueError:
            time.sleep(patience)
    return None


def _tails(matches: list[_Match], size: int) -> Answer | None:
    texts = []
    newest = None
    for match in matches:
        read = _read(match.path, size, from_end=True)
        if read is not None:
            texts.append(clean_lines(read[0].decode("utf-8", "replace")))
            newest = newest or read[1]
    return Answer(body=tuple(texts), at=_instant(newest)) if newest is not None else None


def _matches(ask: File, env: Mapping[str, str], home: Path) -> Iterator[_Match]:
    for root in _roots(ask, env, home):
        for path in _glob(root, ask.glob):
            try:
                status = path.stat()
            except (OSError, ValueError):
                continue
            if stat.S_ISREG(status.st_mode):
                yield _Match(path, status.st_mtime)


def _glob(root: Path, pattern: str) -> Iterator[Path]:
    try:
        yield from islice(root.glob(pattern), _MOST_MATCHES)
    except (OSError, RuntimeError, ValueError):
        # A folder went away, may not be listed, or links to itself: what was found so far still counts.
        return


def _roots(ask: File, env: Mapping[str, str], home: Path) -> Iterator[Path]:
    for variable, default in ask.roots:
        told = [part.strip() for part in env.get(variable, "").split(",") if part.strip()] if variable else []
        for text in told or [default]:
            if "\0" not in text:
                yield home / text[2:] if text.startswith("~/") else home if text == "~" else Path(text)


def _read(path: Path, size: int, *, from_end: bool = False) -> tuple[bytes, float] | None:
    """Up to `size` bytes and the time of the last change; from the end without the line that was cut."""
    try:
        with opened(path) as (file, status):
            start = max(0, status.st_size - size) if from_end else 0
            # One byte more, to see whether the tail begins with a line.
            file.seek(max(0, start - 1))
            data = file.read(size + (1 if start else 0))
    except (OSError, ValueError):
        return None
    return (data.partition(b"\n")[2] if start else data), status.st_mtime


def _instant(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
