"""Reading many logs at once: lines, documents and databases in; calls out. Large amounts take two processes."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditsui.domain.call import Call
from creditsui.sources import catalogue
from creditsui.sources.spec import Lines, Rows

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

_MUCH = 24 * 1024 * 1024
"""Bytes from which a second process pays."""
_ODD = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, MemoryError)

_KEY, _AT, _SIDE, _GROUP = (Call._fields.index(name) for name in ("key", "at", "side", "group"))
_TOKENS = slice(Call._fields.index("input"), Call._fields.index("cache_write") + 1)


@dataclass(frozen=True, slots=True)
class Work:
    """One log that is to be read, and how far it was read before."""

    source: str
    path: Path
    file: str
    size_now: int
    changed: int
    offset: int
    identity: str
    state: str
    size: int
    """Bytes that are new, about."""
    skipped: int = 0
    """Lines before `offset` that could not be read."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a part of a log told."""

    source: str
    path: Path
    identity: str
    size: int
    changed: int
    offset: int
    version: int
    state: dict[str, Any]
    calls: Sequence[tuple[Any, ...]]
    """As the fields of a Call."""
    skipped: int
    skipped_in_all: int
    read: int
    """Bytes."""
    repeated: int = 0
    """Calls that were left out for a larger one of the same answer."""


def read(plan: Sequence[Work]) -> Iterator[Result]:
    """The results of all, part by part; those of one log in its order."""
    if sum(work.size for work in plan) < _MUCH or len(plan) < 2 or not hasattr(os, "fork"):
        return (result for work in plan for result in one(work))
    import multiprocessing

    pool = multiprocessing.get_context("fork").Pool(max(2, min(os.cpu_count() or 1, 4)))
    return _drained(pool, pool.imap_unordered(_all, plan))


def _drained(pool: "Pool", results: Iterator[list[Result]]) -> Iterator[Result]:
    with pool:
        for told in results:
            yield from told


def _all(work: Work) -> list[Result]:
    return list(one(work))


def one(work: Work) -> Iterator[Result]:
    """Never raises: what cannot be read is skipped, and counted. A log that cannot even be opened is tried again."""
    source = catalogue()[work.source]
    form = source.form(work.path)
    try:
        yield from {"lines": _lines, "document": _document, "rows": _rows}[form](work)
    except (OSError, sqlite3.Error):
        yield _unread(work)


def _once(calls: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Of what stands several times in one part, as every block of an answer does: the one with most tokens, at the
    first instant. The store would do the same, with more work and in one process alone."""
    found: dict[tuple[int, int, bool], tuple[Any, ...]] = {}
    for call in calls:
        name = call[_KEY], call[_GROUP], call[_SIDE]
        old = found.get(name)
        if old is None:
            found[name] = tuple(call)
        else:
            at = min(old[_AT], call[_AT])
            best = call if sum(call[_TOKENS]) > sum(old[_TOKENS]) else old
            found[name] = best if best[_AT] == at else (best[_KEY], at, *best[_AT + 1 :])
    return list(found.values())


def _unread(work: Work) -> Result:
    """As it was before: what counters stood at must not be forgotten, or they would be counted again."""
    check = int(work.identity.rpartition(":")[2])
    return _result(replace(work, size_now=-1), work.offset, check, json.loads(work.state), [], 1, work.skipped, 0)


def _lines(work: Work) -> Iterator[Result]:
    from creditsui.adapters import tail

    source = catalogue()[work.source]
    assert source.lines is not None
    state: dict[str, Any] = json.loads(work.state)
    check = int(work.identity.rpartition(":")[2])
    told, skipped = False, work.skipped
    for part in tail.parts(work.path, work.offset, check):
        if not told and part.start != work.offset:
            state, skipped = {}, 0
        told = True
        given = Lines(part.data, work.path, state)
        try:
            calls = source.lines(given)
        except _ODD:
            calls, given.skipped = [], given.skipped + 1
        skipped += given.skipped
        once = _once(calls)
        told_calls = _result(work, part.offset, part.check, state, once, given.skipped, skipped, len(part.data))
        yield replace(told_calls, repeated=len(calls) - len(once))
    if not told:
        yield _result(work, work.offset, check, state, [], 0, skipped, 0)


def _document(work: Work) -> Iterator[Result]:
    from creditsui.adapters import tail

    source = catalogue()[work.source]
    assert source.document is not None
    data = tail.whole(work.path)
    if data is None:
        yield _unread(work)
        return
    given = Lines(data, work.path, json.loads(work.state))
    try:
        calls = source.document(given)
    except _ODD:
        calls, given.skipped = [], given.skipped + 1
    bad = given.skipped
    yield _result(work, 0, 0, given.state, [tuple(call) for call in calls], bad, bad, len(data))


def _rows(work: Work) -> Iterator[Result]:
    from creditsui.adapters import foreign_sqlite

    source = catalogue()[work.source]
    assert source.rows is not None
    state: dict[str, Any] = json.loads(work.state)
    with foreign_sqlite.reading(work.path) as connection:
        given = Rows(connection, work.path, state, int(time.time() * 1000))
        try:
            calls = source.rows(given)
        except _ODD:
            yield _unread(work)
            return
    bad = given.skipped
    yield _result(work, 0, 0, given.state, [tuple(call) for call in calls], bad, bad, work.size_now)


def _result(
    work: Work,
    offset: int,
    check: int,
    state: dict[str, Any],
    calls: list[tuple[Any, ...]],
    skipped: int,
    skipped_in_all: int,
    read: int,
) -> Result:
    return Result(
        work.source, work.path, f"{work.file}:{check}", work.size_now, work.changed, offset,
        catalogue()[work.source].version, state, calls, skipped, skipped_in_all, read,
    )  # fmt: skip
