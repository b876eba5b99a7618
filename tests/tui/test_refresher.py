"""The refresher on real files: what it shows, whom it asks, and when it leaves everybody alone."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from creditsui.core import book
from creditsui.core.asking.round import Outcome, Round
from creditsui.core.session import Session
from creditsui.domain.board import Board
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.providers.spec import Answers, Feed, Get, Provider
from creditsui.tui.refresher import Refresher
from tests.conftest import PATIENCE
from tests.tui.stage import session, usd

CONFIG = """\
refresh_minutes = 1
[accounts.acme]
label = "Acme"
key = "env:ACME_KEY"
"""


BALANCE = Get(name="balance", path="/")


class World:
    """A provider that answers what the test says, a clock that the test moves, and everything that was shown."""

    def __init__(self, home: Path, config: str = CONFIG, asks: tuple[Get | Feed, ...] = (BALANCE,)) -> None:
        self.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
        self.left = 10
        self.asked = 0
        self.shown: list[Board] = []
        self.told: list[str] = []
        self.held = asyncio.Event()
        self.held.set()
        self.broken: Exception | None = None
        acme = Provider(
            id="acme",
            name="Acme",
            url="http://127.0.0.1:9",
            console_url="",
            parse=lambda answers: _nothing(answers),
            asks=asks,
            env=("ACME_KEY",),
        )
        self.session: Session = replace(
            session(home, config, {"ACME_KEY": "sk-acme-0123456789"}, ask=self.ask, providers=lambda: {"acme": acme}),
            now=lambda: self.now,
        )
        self.refresher = Refresher(self.session, self.shown.append, self.told.append)

    async def ask(self, round: Round) -> Outcome:
        self.asked += 1
        await self.held.wait()
        if self.broken is not None:
            raise self.broken
        return Outcome(Reading(at=self.now, balances=(Balance(money(self.left, "USD")),)))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.refresher.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @property
    def balance(self) -> float | None:
        view = self.shown[-1].account("acme") if self.shown else None
        return None if view is None or view.balance is None else view.balance.remaining.amount


def _nothing(answers: Answers) -> Reading:
    return Reading(at=answers.now)


async def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.01)


async def test_what_is_known_is_shown_before_anybody_answers(home: Path) -> None:
    world = World(home)
    world.held.clear()
    async with world.running():
        await until(lambda: world.asked == 1)
        assert world.shown and world.balance is None
        await until(lambda: world.shown[-1].accounts[0].refreshing)
        world.held.set()
        await until(lambda: world.balance == 10)
        await until(lambda: not world.shown[-1].accounts[0].refreshing)


async def test_it_asks_again_when_due_and_not_before(home: Path) -> None:
    world = World(home)
    async with world.running():
        await until(lambda: world.balance == 10)
        world.left = 8
        for _ in range(5):
            world.refresher.wake()
            await asyncio.sleep(0.02)
        assert world.asked == 1
        world.now += timedelta(seconds=61)
        world.refresher.wake()
        await until(lambda: world.balance == 8)
        assert world.asked == 2


async def test_paused_asks_nobody_by_itself_but_does_when_told(home: Path) -> None:
    world = World(home)
    world.refresher.paused = True
    async with world.running():
        await until(lambda: bool(world.shown))
        for _ in range(5):
            world.refresher.wake()
            await asyncio.sleep(0.02)
        assert world.asked == 0
        world.refresher.ask(["acme"], force=True)
        await until(lambda: world.balance == 10)


async def test_after_many_rounds_memory_that_became_free_is_given_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[int] = []
    monkeypatch.setattr("creditsui.tui.refresher.SWEEP", 3)
    monkeypatch.setattr("creditsui.core.memory.give_back", lambda: swept.append(world.asked))
    world = World(home)
    async with world.running():
        await until(lambda: world.balance == 10 and world.refresher._idle())
        for _ in range(6):
            await world.refresher.ask(["acme"], force=True)
            world.now += timedelta(seconds=1)
    assert len(swept) == 2


async def test_force_asks_before_it_is_due(home: Path) -> None:
    world = World(home)
    async with world.running():
        await until(lambda: world.balance == 10)
        world.left = 7
        world.now += timedelta(seconds=5)
        world.refresher.ask(force=True)
        await until(lambda: world.balance == 7)


async def test_who_was_told_to_be_asked_is_shown_at_once_and_long_enough_to_be_seen(home: Path) -> None:
    world = World(home)
    async with world.running():
        await until(lambda: world.balance == 10 and not world.shown[-1].accounts[0].refreshing)
        shown = len(world.shown)
        asked = world.refresher.ask(["acme"], force=True)
        assert world.shown[-1].accounts[0].refreshing
        await asked
        assert not world.shown[-1].accounts[0].refreshing
        steps = [board.accounts[0].refreshing for board in world.shown[shown:]]
        assert steps == sorted(steps, reverse=True), "the wheel came and went"


async def test_windows_that_claude_code_tells_are_read_at_once(home: Path) -> None:
    world = World(home, asks=(Feed(name="told", file="claude-status.json"), BALANCE))
    async with world.running():
        await until(lambda: world.balance == 10)
        world.left = 4
        path = world.session.paths.claude_status
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        world.now += timedelta(seconds=5)
        world.refresher.wake()
        await until(lambda: world.balance == 4)


async def test_what_another_process_booked_is_seen(home: Path) -> None:
    world = World(home, '[accounts.piggy]\nprovider = "manual"\n')
    async with world.running():
        await until(lambda: bool(world.shown))
        await asyncio.to_thread(book.sync, replace(world.session), "piggy", usd(45))
        world.refresher.wake()
        await until(lambda: (view := world.shown[-1].account("piggy")) is not None and view.balance is not None)


async def test_a_config_that_breaks_leaves_the_last_good_one_and_says_which_line(home: Path) -> None:
    world = World(home)
    async with world.running():
        await until(lambda: world.balance == 10)
        world.session.paths.config.write_text(CONFIG + "\nrefresh_minutes = [\n")
        world.refresher.wake()
        await until(lambda: any("config.toml line" in notice for notice in world.shown[-1].notices))
        assert world.balance == 10 and world.shown[-1].accounts[0].label == "Acme"
        world.session.paths.config.write_text(CONFIG.replace('"Acme"', '"Acme two"'))
        world.refresher.wake()
        await until(lambda: world.shown[-1].accounts[0].label == "Acme two")
        assert world.shown[-1].notices == ()


async def test_a_fault_inside_is_told_without_its_text_and_does_not_end_it(home: Path) -> None:
    world = World(home)
    world.broken = RuntimeError("sk-secret")
    async with world.running():
        await until(lambda: bool(world.told))
        assert "sk-secret" not in world.told[0] and "RuntimeError" in world.told[0]
        world.broken = None
        world.now += timedelta(minutes=30)
        world.refresher.ask(force=True)
        await until(lambda: world.balance == 10)


async def test_leaving_while_somebody_is_asked_leaves_nothing_behind(home: Path) -> None:
    world = World(home)
    world.held.clear()
    async with world.running():
        await until(lambda: world.asked == 1)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not others
    world.held.set()
    again = World(home)
    async with again.running():
        await until(lambda: again.balance == 10)


async def test_a_foreign_ledger_is_a_notice_not_a_crash(home: Path) -> None:
    world = World(home)
    world.session.paths.ledger.parent.mkdir(parents=True)
    world.session.paths.ledger.write_bytes(b"not a database at all, but a long enough text to be read as one" * 40)
    async with world.running():
        await until(lambda: bool(world.shown))
        assert world.shown[-1].notices


async def test_a_damaged_ledger_hides_nobody_who_answers_and_is_told_by_the_board_alone(home: Path) -> None:
    world = World(home)
    world.session.paths.ledger.parent.mkdir(parents=True)
    world.session.paths.ledger.write_bytes(b"x" * 9000)
    async with world.running():
        await until(lambda: world.balance == 10)
        await until(world.refresher._idle)
        assert any("not a ledger" in notice for notice in world.shown[-1].notices)
        assert world.told == [] and world.asked == 1
    assert world.session.paths.ledger.read_bytes() == b"x" * 9000
