"""Reading many logs at once: lines, documents and databases in; calls out. Large amounts take several processes."""

import json
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from creditsui.domain.call import Call
from creditsui.sources import catalogue
from creditsui.sources.spec import Lines, Rows

MUCH = 24 * 1024 * 1024
"""Bytes from which a second process pays."""
_ODD = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, MemoryError)


class Work(NamedTuple):
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


Shared = tuple[str, str, str, bool, str, str, str]
"""What many calls have in common: model, provider, tier, low, billing, project, session."""
Counted = tuple[int, int, int, int, int, int, int, int, int | None, int]
"""What each has of its own: key, at, input, output, cache_read, cache_write, cache_write_1h, reasoning, recorded, and
its group and side as the ledger's `tag`."""


class Result(NamedTuple):
    """What a part of a log told, in plain values, to be passed between processes."""

    identity: str
    size: int
    offset: int
    state: str
    groups: list[tuple[Shared, list[Counted]]]
    skipped: int
    skipped_in_all: int
    read: int
    """Bytes."""
    repeated: int = 0
    """Calls that were left out for a larger one of the same answer."""


Told = tuple[Work, Sequence[Result]]
"""What a log told, part by part in its order; or a part of it."""


@contextmanager
def reading(plan: Sequence[Work]) -> Iterator[Iterator[Told]]:
    """All that the logs tell. Where that is much, others read from now on, and not longer than the block."""
    if sum(work.size for work in plan) < MUCH or len(plan) < 2 or not hasattr(os, "fork"):
        yield ((work, (result,)) for work in plan for result in one(work))
        return
    from creditsui.adapters import forked

    with forked.doing(plan, _plainly, max(2, min(os.cpu_count() or 1, 4))) as told:
        yield ((work, [Result(*result) for result in results]) for work, results in told)


def _plainly(work: Work) -> list[tuple[Any, ...]]:
    return [tuple(result) for result in one(work)]


def one(work: Work) -> Iterator[Result]:
    """Never raises: what cannot be read is skipped, and counted. A log that cannot even be opened is tried again."""
    source = catalogue()[work.source]
    form = source.form(work.path)
    try:
        yield from {"lines": _lines, "document": _document, "rows": _rows}[form](work)
    except OSError:
        yield _unread(work)


def _grouped(calls: Sequence[Call]) -> tuple[list[tuple[Shared, list[Counted]]], int]:
    """Calls by what they share, and how many were left out for a larger one of the same answer."""
    told: Collection[tuple[Shared, Counted]] = [
        ((model, provider, tier, low, billing, project, session),
         (key, at, input, output, read, written, hour if hour < written else written,  # it is a part of them
          reasoning, recorded, (group & 0x7FFFFF) << 1 | side))
        for (key, at, model, input, output, read, written, hour, reasoning, provider, project, session, tier, low,
             side, group, billing, recorded) in calls
    ]  # fmt: skip
    if len({call[0] for call in calls}) < len(calls):
        told = _once(told)
    groups: dict[Shared, list[Counted]] = {}
    for shared, counted in told:
        if shared in groups:
            groups[shared].append(counted)
        else:
            groups[shared] = [counted]
    return list(groups.items()), len(calls) - len(told)


def _once(told: Iterable[tuple[Shared, Counted]]) -> Collection[tuple[Shared, Counted]]:
    """Of what stands several times in one part, as every block of an answer does, the one with most tokens, at the
    first instant. The store would do the same, with more work and in one process alone."""
    once: dict[tuple[int, int], tuple[Shared, Counted]] = {}
    for new in told:
        counted = new[1]
        name = counted[0], counted[9]  # a key and its tag
        old = once.setdefault(name, new)
        if old is not new:
            before = old[1]
            shared, best = new if sum(counted[2:6]) > sum(before[2:6]) else old
            once[name] = shared, (best[0], min(before[1], counted[1]), *best[2:])
    return once.values()


def _unread(work: Work) -> Result:
    """As it was before: what counters stood at must not be forgotten, or they would be counted again."""
    check = int(work.identity.rpartition(":")[2])
    return _result(work._replace(size_now=-1), work.offset, check, work.state, 1, work.skipped)


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
        calls = _called(source.lines, given)
        skipped += given.skipped
        yield _result(work, part.offset, part.check, _json(state), given.skipped, skipped, len(part.data), calls,
                      given.repeated)  # fmt: skip
    if not told:
        yield _result(work, work.offset, check, work.state, 0, skipped)


def _called(form: Callable[[Lines], Sequence[Call]], given: Lines) -> Sequence[Call]:
    try:
        return form(given)
    except _ODD:
        given.skipped += 1
        return []


def _document(work: Work) -> Iterator[Result]:
    from creditsui.adapters import tail

    source = catalogue()[work.source]
    assert source.document is not None
    data = tail.whole(work.path)
    if data is None:
        yield _unread(work)
        return
    given = Lines(data, work.path, json.loads(work.state))
    calls = _called(source.document, given)
    bad = given.skipped
    yield _result(work, 0, 0, _json(given.state), bad, bad, len(data), calls, given.repeated)


def _rows(work: Work) -> Iterator[Result]:
    import sqlite3

    from creditsui.adapters import foreign_sqlite

    source = catalogue()[work.source]
    assert source.rows is not None
    state: dict[str, Any] = json.loads(work.state)
    try:
        with foreign_sqlite.reading(work.path) as connection:
            given = Rows(connection, work.path, state, int(time.time() * 1000))
            calls = source.rows(given)
    except (*_ODD, sqlite3.Error):
        yield _unread(work)
        return
    bad = given.skipped
    yield _result(work, 0, 0, _json(given.state), bad, bad, work.size_now, calls)


def _json(state: dict[str, Any]) -> str:
    return json.dumps(state, separators=(",", ":"))


def _result(
    work: Work,
    offset: int,
    check: int,
    state: str,
    skipped: int,
    skipped_in_all: int,
    read: int = 0,
    calls: Sequence[Call] = (),
    repeated: int = 0,
) -> Result:
    groups, more = _grouped(calls)
    return Result(
        f"{work.file}:{check}", work.size_now, offset, state, groups, skipped, skipped_in_all, read, repeated + more
    )
