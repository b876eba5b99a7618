"""Moving a ledger: everything it keeps as lines of JSON, and such lines taken in, each once however often it comes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from creditsui.core import board as boards
from creditsui.core.session import Session
from creditsui.domain.entry import Entry, standing
from creditsui.domain.twin import twins

if TYPE_CHECKING:
    from creditsui.adapters.import_lines import CallLine, Line
    from creditsui.adapters.ledger import Ledger

_AT_ONCE = 5_000
"""Rows in one transaction, so that nobody else has to wait for long."""
_AHEAD = timedelta(minutes=10)
"""How far clocks of two machines may differ; what lies further ahead would stand in the way of what is read until
then."""
_TWIN = "another machine booked the same"
"""The note of an undo that says so."""
_KEPT = 100
"""Bad lines that are told one by one."""

Tell = Callable[[int, int], None]
"""How far it is: rows or bytes, of how many (0: nobody knows)."""


@dataclass(frozen=True, slots=True)
class Exported:
    readings: int = 0
    entries: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in; each is the number of rows that are new."""

    readings: int = 0
    entries: int = 0
    calls: int = 0
    known: int = 0
    """Rows that were there already."""
    bad: tuple[tuple[int, str], ...] = field(default=())
    """Lines that are no row, by number, with the reason; the first of them."""
    bad_in_all: int = 0
    broken: str = ""
    """Why nothing followed, where a compressed file was damaged."""

    @property
    def rows(self) -> int:
        return self.readings + self.entries + self.calls + self.known


def export(session: Session, out: IO[bytes], tell: Tell | None = None) -> Exported:
    """Write all rows as they are at this moment: readings, entries by their number, calls. Raises LedgerError."""
    from creditsui.adapters.export_lines import call_line, entry_line, reading_line
    from creditsui.adapters.ledger import open_ledger

    if not session.paths.ledger.exists():
        return Exported()
    counts = [0, 0, 0]
    with open_ledger(session.paths.ledger, readonly=True) as ledger, ledger.rows() as rows:
        whole = rows.count()
        lines: tuple[Iterator[bytes], ...] = (
            (reading_line(*row) for row in rows.readings()),
            map(entry_line, ledger.entries()),
            (call_line(*row) for row in rows.calls()),
        )
        for kind, each in enumerate(lines):
            for line in each:
                out.write(line + b"\n")
                counts[kind] += 1
                if tell is not None and sum(counts) % _AT_ONCE == 0:
                    tell(sum(counts), whole)
    return Exported(*counts)


def to_file(session: Session, path: Path, tell: Tell | None = None) -> Exported:
    """The same into a file, all of it or nothing. Raises OSError too."""
    from creditsui.adapters.transfer_file import writing

    with writing(path) as out:
        return export(session, out, tell)


def from_file(session: Session, path: Path | None, tell: Tell | None = None) -> Imported:
    """Take in the lines of a file, or of standard input. Raises LedgerError and OSError."""
    from creditsui.adapters.transfer_file import reading

    with reading(path) as (lines, size):
        done = load(session, lines, None if tell is None else lambda: tell(lines.done, size))
        return replace(done, broken=lines.broken)


def load(
    session: Session, lines: Iterable[tuple[int, bytes | None]], tell: Callable[[], None] | None = None
) -> Imported:
    """Take in numbered lines, None for one that is too long. A bad one is told, and the rest comes in all the same.

    Raises LedgerError; what came in before stays, and the same lines may be taken in again.
    """
    from creditsui.adapters.ledger import open_ledger

    done = Imported()
    entries: list[Entry] = []
    with open_ledger(session.paths.ledger) as ledger:
        for batch, bad in _batches(lines, session.now() + _AHEAD):
            entries += [one for one in batch if isinstance(one, Entry)]
            done = _with(done, _keep(ledger, batch), bad)
            if tell is not None:
                tell()
        with ledger.transaction():
            new = _book(ledger, entries, session.now())
            done = replace(done, entries=new, known=done.known + len(entries) - new)
    boards.publish(session, boards.board(session))
    return done


def _batches(
    lines: Iterable[tuple[int, bytes | None]], latest: datetime
) -> Iterator[tuple[list["Line"], list[tuple[int, str]]]]:
    from creditsui.adapters.import_lines import BadLine, line

    batch: list[Line] = []
    bad: list[tuple[int, str]] = []
    for number, text in lines:
        try:
            if text is None:
                raise BadLine("it is longer than any row")
            batch.append(_timely(line(text), latest))
        except BadLine as wrong:
            bad.append((number, str(wrong)))
        if len(batch) + len(bad) >= _AT_ONCE:
            yield batch, bad
            batch, bad = [], []
    yield batch, bad


def _timely(line: "Line", latest: datetime) -> "Line":
    """The same. Raises BadLine for what lies in the future."""
    from creditsui.adapters.import_lines import BadLine, ReadingLine

    if isinstance(line, ReadingLine):
        ahead = line.recorded.until > latest
    elif isinstance(line, Entry):
        ahead = line.at > latest
    else:
        ahead = line.call.at > latest.timestamp() * 1000
    if ahead:
        raise BadLine("it lies in the future")
    return line


def _keep(ledger: "Ledger", batch: Sequence["Line"]) -> Imported:
    from creditsui.adapters.import_lines import CallLine, ReadingLine

    readings = [one for one in batch if isinstance(one, ReadingLine)]
    calls = [one for one in batch if isinstance(one, CallLine)]
    with ledger.transaction():
        new = ledger.take_in((one.account, one.recorded) for one in readings)
        fresh = _keep_calls(ledger, calls)
    return Imported(new, 0, fresh, len(readings) - new + len(calls) - fresh)


def _keep_calls(ledger: "Ledger", lines: Sequence["CallLine"]) -> int:
    """Each belongs to the account that it names, whatever the settings say of its source."""
    from creditsui.adapters.usage_store import row_of

    with ledger.calls() as store:
        rows = []
        for one in lines:
            call = one.call
            kind = store.kind(one.source, call, one.billing, lambda kind: kind.own, one.account, one.currency)
            place = store.place(call.project, call.session)
            rows.append(row_of(call, kind.id, place, None if one.cost is None else one.cost.micros))
        return store.keep(rows).new


def _book(ledger: "Ledger", entries: Sequence[Entry], now: datetime) -> int:
    """In their order, but none before the entry that it takes back; of what two machines booked by themselves for the
    same rise, one."""
    from creditsui.core.credit import automatic

    held = ledger.entries()
    known = {entry.id for entry in held}
    waiting = {entry.id: entry for entry in entries if entry.id not in known}
    here = standing(
        replace(entry, number=place) for place, entry in enumerate({one.id: one for one in entries}.values())
    )
    coming = [entry for entry in here if entry.id in waiting]
    gone = [goes for _, goes in twins(standing(held), coming, {one.id for one in entries}, automatic)]
    for entry in gone:
        waiting.pop(entry.id, None)
    new = len(waiting)
    while waiting:
        chain = [next(iter(waiting.values()))]
        while chain[-1].undoes in waiting and chain[-1].undoes not in {one.id for one in chain}:
            chain.append(waiting[chain[-1].undoes or ""])
        for one in reversed(chain):
            del waiting[one.id]
            ledger.book(
                one.type, one.account, one.at, one.amount, now=one.booked_at, expires_at=one.expires_at, kind=one.kind,
                note=one.note, undoes=one.undoes, id=one.id,
            )  # fmt: skip
    for entry in gone:
        if entry.id in known:
            ledger.book("undo", entry.account, now, None, now=now, note=_TWIN, undoes=entry.id)
    return new


def _with(done: Imported, more: Imported, bad: Sequence[tuple[int, str]]) -> Imported:
    return Imported(
        done.readings + more.readings,
        0,
        done.calls + more.calls,
        done.known + more.known,
        (*done.bad, *bad)[:_KEPT],
        done.bad_in_all + len(bad),
    )
