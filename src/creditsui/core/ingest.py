"""Reading the logs of agents into the ledger: what is new since the last time, each call once, priced."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from creditsui import __version__
from creditsui.core import configured, reading
from creditsui.core.reading import Work
from creditsui.core.session import Session
from creditsui.domain.call import Call
from creditsui.domain.clean import clean
from creditsui.sources import catalogue
from creditsui.sources.spec import Source

if TYPE_CHECKING:
    from creditsui.adapters import tail
    from creditsui.adapters.usage_store import UsageStore
    from creditsui.adapters.usage_tables import FileState, Kept, Kind
    from creditsui.core.priced import Prices
    from creditsui.pricing.unit import UnitPrice

_SETTLED = "settled"
_AT_ONCE = 20_000
"""Calls in one transaction."""
_Flat = tuple[int, int, int, int, int]
"""As the first prices of a UnitPrice."""


@dataclass(frozen=True, slots=True)
class Report:
    files: int = 0
    """Logs there are."""
    read_bytes: int = 0
    new: int = 0
    duplicates: int = 0
    skipped_lines: int = 0
    unlisted: int = 0
    """Folders that may not be looked into: whatever was logged there is missing."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user said about one source."""

    enabled: bool = True
    paths: tuple[str, ...] = ()
    account: str = ""
    billing: str = "auto"
    """`auto`, `metered` or `subscription`."""


class Progress(NamedTuple):
    done: int
    whole: int
    """Bytes."""


def settings(session: Session) -> dict[str, Settings]:
    """By source; a value that means nothing is left at its default."""
    told = configured.current(session).rest.get("sources", {})
    found: dict[str, Settings] = {}
    for id in catalogue():
        given = told.get(id) if isinstance(told, Mapping) else None
        given = given if isinstance(given, Mapping) else {}
        paths = given.get("paths", [])
        billing = given.get("billing", "auto")
        account = given.get("account", "")
        found[id] = Settings(
            enabled=given.get("enabled", True) is not False,
            paths=tuple(one for one in paths if isinstance(one, str)) if isinstance(paths, list) else (),
            account=account if isinstance(account, str) else "",
            billing=billing if billing in ("metered", "subscription") else "auto",
        )
    return found


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
    from creditsui.adapters.ledger import open_ledger

    started = time.monotonic()
    chosen = settings(session)
    if not session.paths.ledger.exists() and not _logs(session, chosen):
        return Report(unlisted=len(session.unlisted))  # nothing is made where there is nothing to keep
    report = Report()
    with open_ledger(session.paths.ledger) as ledger:
        with ledger.calls() as store:
            if rebuild:
                for id, source in catalogue().items():
                    if not source.sums:
                        store.forget_files(id)
            plan, report = _plan(session, store, chosen)
            settled = _settled(session)
            if not plan and store.meta(_SETTLED) == settled:
                return replace(report, seconds=round(time.monotonic() - started, 3))
        from creditsui.core.priced import Prices

        results = reading.read(plan)  # begins at once, while what follows is loaded
        whole, done = sum(work.size for work in plan), 0
        keeper = _Keeper(session, chosen, Prices(session, table=table))
        with ledger.calls() as store:
            keeper.settle(store)
            store.set_meta(_SETTLED, settled)
        for batch in _batches(results):
            with ledger.calls() as store:
                kept = keeper.keep(store, batch)
            done += sum(result.read for result in batch)
            report = replace(
                report,
                read_bytes=done,
                new=report.new + kept.new,
                duplicates=report.duplicates + kept.duplicates + sum(result.repeated for result in batch),
                skipped_lines=report.skipped_lines + sum(result.skipped for result in batch),
            )
            if progress is not None:
                progress(Progress(min(done, whole), whole))
    return replace(report, seconds=round(time.monotonic() - started, 3))


def _settled(session: Session) -> str:
    """What is different whenever earlier calls may be somebody else's, or cost something else: settings, or this
    program. A newer price table is noticed with the next call."""
    try:
        status = session.paths.config.stat()
    except OSError:
        return __version__
    return f"{__version__} {status.st_mtime_ns} {status.st_size}"


def pending(session: Session) -> int:
    """Bytes that logs got since they were last read. Reads none of them."""
    from creditsui.adapters.ledger import open_ledger

    with open_ledger(session.paths.ledger) as ledger, ledger.calls() as store:
        plan, _ = _plan(session, store, settings(session))
    return sum(work.size for work in plan)


def _logs(session: Session, chosen: Mapping[str, Settings]) -> "list[tuple[Source, tail.Log]]":
    """Every log there is; `session.unlisted` says where there may be others."""
    from creditsui.adapters import tail

    found, unlisted = [], []
    for id, source in catalogue().items():
        if chosen[id].enabled:
            shut: set[Path] = set()
            logs = tail.find(source, session.env, session.paths.home, chosen[id].paths, shut)
            found += [(source, log) for log in logs]
            unlisted += [(id, str(path)) for path in sorted(shut)]
    session.unlisted[:] = unlisted
    return found


def stamp(session: Session) -> object:
    """What is different whenever a log is. Looks at names, sizes and times only."""
    return hash(tuple((log.file, log.size, log.changed) for _, log in _logs(session, settings(session))))


def _plan(session: Session, store: "UsageStore", chosen: Mapping[str, Settings]) -> tuple[list[Work], Report]:
    plan: list[Work] = []
    logs = _logs(session, chosen)
    known = {id: store.files(id) for id in {source.id for source, _ in logs}}
    for source, log in logs:
        before = known[source.id]
        work = _work(source, log, before.get(str(log.path)) or _moved(source, log, before))
        if work is not None:
            plan.append(work)
    plan.sort(key=lambda work: -work.size)
    return plan, Report(files=len(logs), unlisted=len(session.unlisted))


def _moved(source: Source, log: Any, known: "Mapping[str, FileState]") -> "FileState | None":
    """What is known of a file of sums under its earlier name; other logs are read again, and tell the same calls."""
    names = known.values() if source.sums else ()
    return next((one for one in names if one.identity.rpartition(":")[0] == log.file), None)


def _work(source: Source, log: Any, before: "FileState | None") -> Work | None:
    """What is to be read of a log; None: nothing."""
    from creditsui.adapters.usage_tables import FileState

    same = before is not None and before.identity.rpartition(":")[0] == log.file and before.version == source.version
    if before is None or not (same or source.sums):
        before = FileState(str(log.path), f"{log.file}:0", 0, 0, 0, source.version, "{}")
    elif same and (before.size, before.changed) == (log.size, log.changed):
        return None
    size = max(log.size - before.offset, 0) or log.size
    return Work(
        source.id, log.path, log.file, log.size, log.changed, before.offset, before.identity, before.state, size,
        before.skipped,
    )  # fmt: skip


def _batches(results: "Iterator[reading.Result]") -> "Iterator[list[reading.Result]]":
    batch: list[reading.Result] = []
    calls = 0
    for result in results:
        batch.append(result)
        calls += len(result.calls)
        if calls >= _AT_ONCE:
            yield batch
            batch, calls = [], 0
    if batch:
        yield batch


class _Keeper:
    """Whose calls are, who pays for them, and what they cost: settled once for a run."""

    def __init__(self, session: Session, chosen: Mapping[str, Settings], prices: "Prices") -> None:
        self._chosen = chosen
        self._billing = {id: _billing(session, source, chosen[id]) for id, source in catalogue().items()}
        from creditsui.core import detect

        accounts = detect.accounts(session, configured.current(session))
        self._of_provider: dict[str, str] = {}
        for account in accounts:
            if account.id == account.provider or account.provider not in self._of_provider:
                self._of_provider[account.provider] = account.id
        self._prices = prices

    def settle(self, store: "UsageStore") -> None:
        """Say anew whose earlier calls are and what they cost, where settings or the price table changed."""
        store.reattribute(self.account)
        self._prices.settle(store)

    def account(self, kind: "Kind") -> str:
        source = catalogue().get(kind.source)
        if source is None:
            return kind.account or kind.source
        if self._chosen[source.id].account:
            return self._chosen[source.id].account
        if kind.billing == "subscription" and source.plan and kind.provider in {"", source.account}:
            return self._of_provider.get(source.plan, source.plan)
        from creditsui.pricing.table import maker

        provider = kind.provider or maker(kind.model) or source.account or source.id
        return self._of_provider.get(provider, provider)

    def _paid_by(self, id: str, call: Call) -> str:
        """A plan is one vendor's: models of others that the same agent calls are paid for elsewhere."""
        source, billing = catalogue()[id], self._billing[id]
        from creditsui.pricing.table import maker

        foreign = call.provider or maker(call.model)
        if billing == "subscription" and self._chosen[id].billing == "auto" and foreign not in {"", source.account}:
            return "metered"
        return billing

    def keep(self, store: "UsageStore", batch: "Sequence[reading.Result]") -> "Kept":
        """The calls of these parts, and how far their logs were read, at once."""
        from creditsui.adapters.usage_tables import FileState

        kept = store.keep([row for result in batch for row in self._rows(store, result)])
        for result in batch:
            store.keep_file(
                result.source,
                FileState(
                    str(result.path), result.identity, result.size, result.changed, result.offset, result.version,
                    json.dumps(result.state, separators=(",", ":")), result.skipped_in_all,
                ),
            )  # fmt: skip
        return kept

    def _rows(self, store: "UsageStore", result: "reading.Result") -> list[tuple[Any, ...]]:
        from creditsui.pricing.unit import price

        known: dict[tuple[Any, ...], tuple[int, int, tuple[UnitPrice, ...], _Flat | None]] = {}
        summed = catalogue()[result.source].sums
        rows = []
        for given in result.calls:
            (key, at, model, input, output, read, written, hour, reasoning, provider, project, session, tier, low, side,
             group, billing, recorded) = given  # fmt: skip
            sort = (model, provider, tier, low, billing, project, session)
            found = known.get(sort)
            if found is None:
                found = known[sort] = self._shared(store, result.source, Call(*given))
            kind, place, units, flat = found
            if flat is not None and hour <= written:  # as `price` does, for models with one price
                fresh, out, again, short, long = flat
                pico = input * fresh + output * out + read * again + (written - hour) * short + hour * long
                cost: int | None = (pico + 500_000) // 1_000_000
            else:
                cost = price(Call(*given), units, summed=summed) if units else None
            cost = recorded if cost is None else cost
            tag = (group & 0x7FFFFF) << 1 | side  # the whole row as `row_of` makes it, in a third of the time
            rows.append((key, at, kind, place, input, output, read, written, hour, reasoning, cost, tag))
        return rows

    def _shared(
        self, store: "UsageStore", source: str, call: Call
    ) -> tuple[int, int, "tuple[UnitPrice, ...]", _Flat | None]:
        """What a call has in common with many: kind, place, and prices."""
        kind = store.kind(source, _cleaned(call), self._paid_by(source, call), self.account)
        units = self._prices.units(store, kind.provider, kind.model, kind.tier)
        place = store.place(clean(call.project, 80), clean(call.session, 80))
        return kind.id, place, units, _flat(units)


def _flat(units: "tuple[UnitPrice, ...]") -> _Flat | None:
    """The prices of a model that has the same ones at all times, for any prompt."""
    from creditsui.pricing.unit import UnitPrice

    if len(units) != 1:
        return None
    unit = units[0]
    fresh, out, read, short, long = unit.input, unit.output, unit.cache_read, unit.cache_write, unit.cache_write_1h
    if out is None or read is None or short is None or long is None or unit != UnitPrice(
        input=fresh, output=out, cache_read=read, cache_write=short, cache_write_1h=long, source=unit.source
    ):  # fmt: skip
        return None
    return fresh, out, read, short, long


def _cleaned(call: Call) -> Call:
    return call._replace(provider=clean(call.provider, 60), model=clean(call.model, 120), tier=clean(call.tier, 20))


def _billing(session: Session, source: Source, chosen: Settings) -> str:
    if chosen.billing != "auto":
        return chosen.billing
    if source.on_plan is None:
        return "metered"
    try:
        return "subscription" if source.on_plan(session.env, session.paths.home) else "metered"
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return "metered"


def roots(session: Session) -> dict[str, Sequence[Path]]:
    """Folders that are looked at, by source, as far as they exist."""
    from creditsui.adapters import tail

    chosen = settings(session)
    return {
        id: tail.roots(source, session.env, session.paths.home, chosen[id].paths) for id, source in catalogue().items()
    }


@dataclass(frozen=True, slots=True)
class SourceCheck:
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
        shut: set[Path] = set()
        logs = tail.find(source, session.env, session.paths.home, chosen[id].paths, shut)
        notes = [] if chosen[id].enabled else ["switched off"]
        notes += [f"{len(shut):,} folder{'' if len(shut) == 1 else 's'} may not be looked into"] if shut else []
        bad = skipped.get(id, 0)
        notes += [f"{bad:,} line{'' if bad == 1 else 's'} could not be read"] if bad else []
        notes += [source.note] if source.note and logs else []
        found.append(SourceCheck(id, source.name, bool(logs), len(logs), "; ".join(notes), chosen[id].enabled))
    return found
