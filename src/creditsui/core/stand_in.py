"""What serves in the ledger's place while that cannot be used: providers are asked all the same, nothing is booked."""

import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from creditsui.adapters import process
from creditsui.core.session import Session
from creditsui.domain.facts import Facts

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger

NOTICE = "Until then you see what providers say now, and nothing is booked."
_MEMORY = Path("/dev/shm")  # noqa: S108 – a folder of our own in it; a full disk has no room for one
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Room:
    """A folder of this process alone; it goes with the last who knows it."""

    def __init__(self) -> None:
        above = _MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())
        for left in above.glob("creditsui-*-*"):  # by processes that were killed
            pid = left.name.split("-")[1]
            if pid.isdecimal() and not process.alive(int(pid)):
                shutil.rmtree(left, ignore_errors=True)
        self.path = Path(tempfile.mkdtemp(prefix=f"creditsui-{os.getpid()}-", dir=above))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A ledger of this run alone."""

    why: str
    session: Session
    room: Room = field(repr=False)


def of(session: Session, why: str) -> Session:
    """The session with a ledger of this run alone; `why` there is none is told on every board. Raises LedgerError."""
    from creditsui.adapters.ledger import LedgerError

    if session.stand_in:
        session.stand_in[:] = [replace(session.stand_in[0], why=why)]
    else:
        try:
            room = Room()
        except OSError as error:
            raise LedgerError(why) from error
        own = replace(
            session, paths=replace(session.paths, ledger=room.path / "ledger.db"), stand_in=[], history={},
            condensed={}, recalled={}, folded={}, hours={}, booked=[], imported=[], unpublished=[], thin={},
        )  # fmt: skip
        session.stand_in[:] = [StandIn(why, own, room)]
    _follow(session.paths.ledger, session.stand_in[0].session.paths.ledger)
    return session.stand_in[0].session


def end(session: Session) -> None:
    """The ledger can be used again."""
    session.stand_in.clear()


def merged(standing: StandIn, found: Sequence[Facts]) -> Sequence[Facts]:
    """What the ledger knows, with what came in since it could last be written. Raises LedgerError."""
    from creditsui.adapters.ledger import open_ledger

    with open_ledger(standing.session.paths.ledger) as ledger:
        return [_later(facts, ledger) for facts in found]


def _later(facts: Facts, ledger: "Ledger") -> Facts:
    last = facts.readings[-1].until if facts.readings else None
    readings = ledger.readings(facts.account.id)
    fresh = [one for one in readings if last is None or one.reading.at > last]
    state = ledger.state(facts.account.id)
    if fresh:
        told = (*(facts.told or facts.readings), *fresh)
        facts = replace(facts, readings=(*facts.readings, *fresh), told=told, money=None)
    return replace(facts, state=state) if state is not None else facts


def _follow(path: Path, own: Path) -> None:
    """Take over what can still be read of the ledger: what was booked, what it heard last, and who may not be asked
    before when."""
    from creditsui.adapters.ledger import LedgerError, open_ledger

    with suppress(LedgerError), open_ledger(path, readonly=True) as ledger:
        states, latest, entries = ledger.states(), ledger.latest(), ledger.entries()
        with open_ledger(own) as stand_in:
            for entry in entries:
                stand_in.book(
                    entry.type, entry.account, entry.at, entry.amount, now=entry.booked_at,
                    expires_at=entry.expires_at, kind=entry.kind, note=entry.note, undoes=entry.undoes, id=entry.id,
                )  # fmt: skip
            for account, recorded in latest.items():
                stand_in.record(account, recorded.reading)
            for account, state in states.items():
                known = stand_in.state(account)
                if known is None or (known.attempted_at or _NEVER) < (state.attempted_at or _NEVER):
                    stand_in.save_state(state)
