"""Whatever is wrong with the ledger: providers are asked, what they say is shown, and the ledger stays as it was."""

import gc
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters import ledger_copies
from creditsui.adapters.ledger import LedgerError, open_ledger
from creditsui.core import board, copies, stand_in
from creditsui.core.asking.refresh import refresh
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from tests.core.conftest import Clock, SessionOf
from tests.servers import Server

KEY = "sk-0123456789abcdefghijkl"
BALANCE = ("GET", "/user/balance")


def balance(total: str) -> dict[str, Any]:
    info = {"currency": "USD", "total_balance": total, "granted_balance": "0.00", "topped_up_balance": total}
    return {"is_available": True, "balance_infos": [info]}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({BALANCE: balance("40.00")}) as running:
        yield running


@pytest.fixture
async def session(session_of: SessionOf, server: Server, clock: Clock) -> Session:
    """Asked once, when all was well: $40, beside $45 kept by hand."""
    config = f'[accounts.deepseek]\nbase_url = "{server.url}"\n[accounts.piggy]\nprovider = "manual"\n'
    made = session_of(real=True, config=config, env={"DEEPSEEK_API_KEY": KEY})
    await refresh(made)
    from creditsui.domain.money import money

    with open_ledger(made.paths.ledger) as ledger:
        ledger.book("sync", "piggy", clock(), money(45, "USD"), now=clock())
    server.routes[BALANCE] = balance("31.50")
    clock.instant += timedelta(minutes=6)
    return made


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()


def flipped(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + os.urandom(4096) * (len(whole) // 4096 - 1))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def text(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 99)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARM: dict[str, Callable[[Path], None]] = {
    "newer": newer, "flipped pages": flipped, "truncated": truncated, "text": text, "a folder": folder,
}  # fmt: skip


def view(session: Session, id: str) -> AccountView:
    found = board.board(session).account(id)
    assert found is not None
    return found


def remaining(session: Session, id: str) -> float | None:
    held = view(session, id).balance
    return None if held is None else held.remaining.amount


@pytest.mark.parametrize("harm", HARM)
async def test_live_data_is_shown_and_the_original_kept(session: Session, server: Server, harm: str) -> None:
    path = session.paths.ledger
    HARM[harm](path)
    before = path.read_bytes() if path.is_file() else None
    for _ in range(2):  # the second is not due: nobody is asked twice
        with pytest.raises(LedgerError):
            await refresh(session)
        assert remaining(session, "deepseek") == 31.5
    notices = board.board(session).notices
    assert stand_in.NOTICE in notices and len(notices) == len(set(notices)) == 2
    assert len(server.requests) == 2
    assert before is None or path.read_bytes() == before
    assert "31.5" in session.paths.status.read_text(), "status lines show it too"
    assert remaining(session, "piggy") == (45 if harm == "newer" else None), "what can be read is still known"


async def test_a_full_disk_hides_nothing_and_all_goes_on_once_there_is_room(
    session: Session, server: Server, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    path = session.paths.ledger
    real = sqlite3.connect

    class Full(sqlite3.Connection):
        def execute(self, query: str, *values: Any) -> sqlite3.Cursor:
            if query == "BEGIN IMMEDIATE" and full:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            return super().execute(query, *values)

    full = True

    def connect(target: Any, **how: Any) -> sqlite3.Connection:
        kind = Full if str(path.parent) in str(target) else sqlite3.Connection
        return real(target, **how, factory=kind)

    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(LedgerError, match="disk is full"):
        await refresh(session)
    assert (remaining(session, "deepseek"), remaining(session, "piggy")) == (31.5, 45)
    assert any("disk is full" in notice for notice in board.board(session).notices)
    full = False
    server.routes[BALANCE] = balance("30.00")
    clock.instant += timedelta(minutes=6)
    await refresh(session)
    assert not session.stand_in and not board.board(session).notices
    assert (remaining(session, "deepseek"), remaining(session, "piggy")) == (30, 45)
    with open_ledger(path) as ledger:
        assert len(ledger.readings("deepseek")) == 2


async def test_a_cool_down_of_before_holds(session: Session, server: Server, clock: Clock) -> None:
    from tests.servers import limited

    server.routes[BALANCE] = limited("3600")
    await refresh(session)
    asked = len(server.requests)
    newer(session.paths.ledger)
    with pytest.raises(LedgerError):
        await refresh(session, force=True)
    assert len(server.requests) == asked


async def test_a_board_that_fails_after_all_were_asked_asks_nobody_again(
    session: Session, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from creditsui.core.asking import refresh as module

    def fails(_: Session) -> None:
        raise LedgerError("The ledger is damaged in what only a board reads.")

    monkeypatch.setattr(module, "publish", fails)
    asked = len(server.requests)
    with pytest.raises(LedgerError):
        await refresh(session)
    assert len(server.requests) == asked + 1


async def test_nothing_is_left_of_a_stand_in(session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stand_in, "_MEMORY", tmp_path)
    gone = subprocess.Popen(["true"])
    gone.wait()
    (tmp_path / f"creditsui-{gone.pid}-abc").mkdir()
    text(session.paths.ledger)
    with pytest.raises(LedgerError):
        await refresh(session)
    (room,) = tmp_path.glob("creditsui-*")
    assert room.stat().st_mode & 0o777 == 0o700 and str(os.getpid()) in room.name
    session.paths.ledger.unlink()
    await refresh(session)
    gc.collect()
    assert not list(tmp_path.glob("creditsui-*"))


# The copy of the day


async def test_the_first_refresh_of_a_day_leaves_a_copy(session: Session, clock: Clock) -> None:
    path = session.paths.ledger
    assert [one.name for one in ledger_copies.copies(path)] == ["ledger.db.bak-2026-11-20"]
    first = ledger_copies.copies(path)[0].stat()
    await refresh(session)
    assert ledger_copies.copies(path)[0].stat().st_ino == first.st_ino, "once a day"
    clock.instant += timedelta(days=1)
    await refresh(session)
    assert [one.name[-2:] for one in ledger_copies.copies(path)] == ["21", "20"]
    with open_ledger(path) as ledger:
        assert "/copy" not in ledger.holders(clock())


async def test_of_many_processes_one_copies(session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.instant += timedelta(days=1)
    with open_ledger(session.paths.ledger) as ledger:
        ledger.claim({"/copy"}, "another", os.getppid(), clock(), clock() + timedelta(minutes=1))
    made: list[date] = []
    monkeypatch.setattr(ledger_copies, "back_up", lambda _, day: made.append(day))
    copies.daily(session)
    assert made == []
    clock.instant += timedelta(minutes=2)
    copies.daily(session)
    assert made == [clock().date()]


async def test_a_copy_that_cannot_be_made_stops_nobody(
    session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger_copies, "back_up", fails)
    clock.instant += timedelta(days=1)
    await refresh(session)
    assert remaining(session, "deepseek") == 31.5
    with suppress(LedgerError), open_ledger(session.paths.ledger) as ledger:
        assert "/copy" not in ledger.holders(clock())
