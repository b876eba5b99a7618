"""Reading the logs of agents into the ledger: what is new since the last time, each call once, priced."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from creditsui import __version__
from creditsui.adapters import seen
from creditsui.core.logs.reading import MUCH, Result, Told, Work, reading
from creditsui.core.logs.report import Progress, Report
from creditsui.core.logs.settings import Settings, settings
from creditsui.core.session import Session
from creditsui.paths import ensure
from creditsui.sources import catalogue
from creditsui.sources.spec import Source

if TYPE_CHECKING:
    from creditsui.adapters import tail
    from creditsui.adapters.ledger import Ledger
    from creditsui.adapters.usage_store import UsageStore
    from creditsui.adapters.usage_tables import FileState, Kept

__all__ = ["Progress", "Report", "SourceCheck", "checks", "ingest", "pending", "roots", "stamp"]

_SETTLED = "settled"
_AT_ONCE = 20_000
"""Calls in one transaction, about."""
_LEAST, _MOST = 1_000, 5_000
"""Calls that are kept, about, before it is looked whether more were read meanwhile."""
_EACH = 100_000
"""Bytes of all logs for one of them: of small amounts little must be left to keep when the last log was read."""
_LONGEST = 1.0
"""Seconds, about, that others who write may have to wait."""


def ingest(
    session: Session,
    *,
    rebuild: bool = False,
    progress: Callable[[Progress], None] | None = None,
    table: bool = True,
) -> Report:
    """Read what is new. `rebuild` reads every log again, and keeps the calls of those that are gone.

    Raises LedgerError; without `table` NeedsTable where something must be priced that was never priced before: then
    what was not kept yet is read again by who may load the price table.
    """
    started, began = time.monotonic(), time.time_ns()
    same = None if rebuild else seen.unchanged(str(session.paths.seen), session.env)
    if same is not None:
        session.unlisted.clear()
        return Report(files=same[0], seconds=_since(started))
    config = _written(session.paths.config)
    chosen = settings(session)
    logs, places = _logs(session, chosen)
    report = Report(files=len(logs), unlisted=len(session.unlisted))
    if not logs and not session.paths.ledger.exists():
        return report  # nothing is made where there is nothing to keep
    if rebuild:
        _forget(session)
    plan, before, ahead = _plan(session, logs)
    all_read = True
    if plan or before != _settled(session, config):
        with reading(plan) as told, _opened(session) as ledger:  # read while this is loaded and made
            from creditsui.core.logs.keeping import Keeper
            from creditsui.core.logs.priced import Prices

            prices = Prices(session, table=table)
            keeper = Keeper(session, chosen, prices)
            with ledger.calls() as store:
                keeper.settle(store)
                store.roll()
                store.set_meta(_SETTLED, _settled(session, config))
            whole = sum(work.size for work in plan)
            parts = _parts(told, min(max(whole // _EACH, _LEAST), _MOST))
            for first in parts:
                until, kept = time.monotonic() + _LONGEST, 0
                with ledger.calls() as store:
                    if whole > MUCH:
                        store.expect_many()
                    for part in chain([first], parts):
                        results = [result for _, results in part for result in results]
                        report = _more(report, keeper.keep(store, part), results)
                        all_read = all_read and all(result.size >= 0 for result in results)
                        kept += _many(part)
                        if kept >= _AT_ONCE or time.monotonic() > until:
                            break
                if progress is not None:
                    progress(Progress(min(report.read_bytes, whole), whole))
            with ledger.glance() as store:
                ahead = _ahead(store)
        prices.keep()
    if all_read and not session.unlisted:
        _remember(session, len(logs), places, began, plain=not ahead)
    return report._replace(seconds=_since(started))


def _opened(session: Session) -> "Ledger":
    from creditsui.adapters.ledger import open_ledger

    return open_ledger(session.paths.ledger)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


def _ahead(store: "UsageStore") -> bool:
    """Whether there are calls that are dated after now, which somebody may have to be told."""
    return bool(store.after(time.time_ns() // 1_000_000))


def _remember(session: Session, logs: int, places: set[str], began: int, *, plain: bool) -> None:
    """Nothing is new while what we met now is as it is, and the settings and prices that it was kept with."""
    from creditsui import places as folders
    from creditsui.config import ConfigError
    from creditsui.core import configured
    from creditsui.pricing import table

    try:
        told = configured.config(session).rest.get("sources")
    except ConfigError:
        return  # it has to be said
    paths = session.paths
    with suppress(OSError):
        ensure(paths.seen.parent)
    seen.keep(
        str(paths.seen),
        session.env,
        logs=logs,
        plain=plain and not told,  # what is set there may mean nothing
        variables={*folders.VARIABLES, *(name for source in catalogue().values() for name, _ in source.roots)},
        places=[*sorted(places), str(paths.config), *table.files()],
        ours=[str(paths.ledger), f"{paths.ledger}-wal"],
        began=began,
    )


def _more(report: Report, kept: "Kept", results: Sequence[Result]) -> Report:
    return report._replace(
        read_bytes=report.read_bytes + sum(result.read for result in results),
        new=report.new + kept.new,
        duplicates=report.duplicates + kept.duplicates + sum(result.repeated for result in results),
        skipped_lines=report.skipped_lines + sum(result.skipped for result in results),
    )


def _forget(session: Session) -> None:
    """All that logs told before, but for where sums stood, which they would count again."""
    if session.paths.ledger.exists():
        with _opened(session) as ledger, ledger.calls() as store:
            for id, source in catalogue().items():
                if not source.sums:
                    store.forget_files(id)


def _settled(session: Session, config: str) -> str:
    """What is different whenever earlier calls may be somebody else's, or cost something else: settings, prices, or
    this program."""
    from creditsui.core.logs.priced import Prices

    return f"{__version__} {config} {Prices(session).fingerprint}"


def _written(config: Path) -> str:
    try:
        status = config.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size}"


def unchanged(session: Session) -> bool:
    """Whether all is as it was when every log had been read, settings and prices too: a look at each file, no more."""
    return seen.unchanged(str(session.paths.seen), session.env) is not None


def pending(session: Session) -> int:
    """Bytes that logs got since they were last read. Reads none of them."""
    if unchanged(session):
        return 0
    logs, _ = _logs(session, settings(session))
    plan, _, _ = _plan(session, logs)
    return sum(work.size for work in plan)


def _logs(session: Session, chosen: Mapping[str, Settings]) -> "tuple[list[tuple[Source, tail.Log]], set[str]]":
    """Every log there is, and the places that decide that; `session.unlisted` says where there may be others."""
    from creditsui.adapters import tail

    found, unlisted, places = [], [], set[str]()
    for id, source in catalogue().items():
        if chosen[id].enabled:
            trail = tail.Trail()
            logs = tail.find(source, session.env, session.paths.home, chosen[id].paths, trail)
            found += [(source, log) for log in logs]
            unlisted += [(id, str(path)) for path in sorted(trail.shut)]
            places |= trail.places
    session.unlisted[:] = unlisted
    return found, places


def stamp(session: Session) -> object:
    """What is different whenever a log is. Looks at names, sizes and times only."""
    logs, _ = _logs(session, settings(session))
    return hash(tuple((log.file, log.size, log.changed) for _, log in logs))


def _plan(session: Session, logs: "Sequence[tuple[Source, tail.Log]]") -> tuple[list[Work], str | None, bool]:
    """What is to be read, the largest first; what was settled when the ledger was last written; whether it holds calls
    that are dated after now."""
    known: dict[str, dict[str, FileState]] = {source.id: {} for source, _ in logs}
    settled, ahead = None, False
    if session.paths.ledger.exists():
        with _opened(session) as ledger, ledger.glance() as store:
            known = {id: store.files(id) for id in known}
            settled, ahead = store.meta(_SETTLED), _ahead(store)
    plan = []
    for source, log in logs:
        before = known[source.id]
        work = _work(source, log, before.get(str(log.path)) or _moved(source, log, before))
        if work is not None:
            plan.append(work)
    plan.sort(key=lambda work: -work.size)
    return plan, settled, ahead


def _moved(source: Source, log: Any, known: "Mapping[str, FileState]") -> "FileState | None":
    """What is known of a file of sums under its earlier name; other logs are read again, and tell the same calls."""
    names = known.values() if source.sums else ()
    return next((one for one in names if one.identity.rpartition(":")[0] == log.file), None)


def _work(source: Source, log: Any, before: "FileState | None") -> Work | None:
    """What is to be read of a log; None: nothing."""
    same = before is not None and before.identity.rpartition(":")[0] == log.file and before.version == source.version
    if before is None or not (same or source.sums):
        return Work(source.id, log.path, log.file, log.size, log.changed, 0, f"{log.file}:0", "{}", log.size)
    if same and (before.size, before.changed) == (log.size, log.changed):
        return None
    size = max(log.size - before.offset, 0) or log.size
    return Work(
        source.id, log.path, log.file, log.size, log.changed, before.offset, before.identity, before.state, size,
        before.skipped,
    )  # fmt: skip


def _parts(told: Iterator[Told], size: int) -> Iterator[list[Told]]:
    part: list[Told] = []
    many = 0
    for one in told:
        part.append(one)
        many += _many([one])
        if many >= size:
            yield part
            part, many = [], 0
    if part:
        yield part


def _many(part: Sequence[Told]) -> int:
    """Calls of it."""
    return sum(len(calls) for _, results in part for result in results for _, calls in result.groups)


def roots(session: Session) -> dict[str, Sequence[Path]]:
    """Folders that are looked at, by source, as far as they exist."""
    from creditsui.adapters import tail

    chosen = settings(session)
    return {
        id: tail.roots(source, session.env, session.paths.home, chosen[id].paths) for id, source in catalogue().items()
    }


class SourceCheck(NamedTuple):
    """What was found of one source."""

    id: str
    name: str
    found: bool
    files: int
    note: str
    enabled: bool = True


def checks(session: Session) -> list[SourceCheck]:
    """Every source: whether its logs are there, how many, and what could not be read of them."""
    from creditsui.adapters import tail
    from creditsui.adapters.ledger import LedgerError, open_ledger

    chosen = settings(session)
    skipped: dict[str, int] = {}
    if session.paths.ledger.exists():
        with suppress(LedgerError), open_ledger(session.paths.ledger) as ledger, ledger.calls() as store:
            for id in catalogue():
                skipped[id] = sum(file.skipped for file in store.files(id).values())
    found = []
    for id, source in catalogue().items():
        trail = tail.Trail()
        logs = tail.find(source, session.env, session.paths.home, chosen[id].paths, trail)
        shut = len(trail.shut)
        notes = [] if chosen[id].enabled else ["switched off"]
        notes += [f"{shut:,} folder{'' if shut == 1 else 's'} may not be looked into"] if shut else []
        bad = skipped.get(id, 0)
        notes += [f"{bad:,} line{'' if bad == 1 else 's'} could not be read"] if bad else []
        notes += [source.note] if source.note and logs else []
        found.append(SourceCheck(id, source.name, bool(logs), len(logs), "; ".join(notes), chosen[id].enabled))
    return found
