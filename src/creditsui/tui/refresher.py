"""Keeps the board true while the pane is open: paints what is known, asks when it is due, sees what others changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from creditsui.config import Config, ConfigError
from creditsui.core.session import Session

if TYPE_CHECKING:
    from creditsui.domain.board import Board

WATCH = 5.0
"""Seconds between two looks at the files that other processes may change."""
AGAIN = 2.0
"""The least time between two rounds by themselves, for when another copy holds the lease."""
_CLAIMING = (0.05, 0.15, 0.4)
"""Seconds after which to look whether a round has claimed its accounts, which no answer tells."""
LEAST = 0.5
"""Seconds for which somebody who was told to be asked is shown as such, however quick the answer."""
SWEEP = 60
"""Rounds after which memory that became free is given back: what one needs for a moment would stay for weeks."""
SLEPT = 30.0
"""A wall clock that ran this many seconds ahead of the monotonic one: the machine slept."""


class Refresher:
    """One task of the pane. `show` is called on the event loop with every new board, `tell` with a sentence."""

    def __init__(self, session: Session, show: Callable[[Board], None], tell: Callable[[str], None]) -> None:
        self.session = session
        self.paused = False
        self.config = Config()
        """The last settings that could be read."""
        self.sort: str | None = None
        """An order chosen for this run only."""
        self._show = show
        self._tell = tell
        self._board: Board | None = None
        self._woken = asyncio.Event()
        self._reading = asyncio.Lock()
        self._outdated = False
        self._seen: object = None
        self._rounds: set[asyncio.Task[None]] = set()
        self._routine: asyncio.Task[None] | None = None
        self._done = 0
        self._told: dict[str, float] = {}
        """Who was told to be asked, and until when at least (monotonic) that shows."""

    async def run(self) -> None:
        """Until cancelled. What is known is shown before anything is asked."""
        await self.reload()
        earliest, walls, ticks = 0.0, self.session.now(), monotonic()
        fed: object = None
        try:
            while True:
                await self._pause(earliest - monotonic())
                now, tick = self.session.now(), monotonic()
                slept = not self.session.demo and abs((now - walls).total_seconds() - (tick - ticks)) > SLEPT
                walls, ticks = now, tick
                if slept or await asyncio.to_thread(self._signature) != self._seen:
                    await self.reload()
                feed = await asyncio.to_thread(self._feed)
                wanted = slept or feed != fed or self._due(now)
                if wanted and not self.paused and self._idle() and monotonic() >= earliest:
                    earliest, fed = monotonic() + AGAIN, feed
                    self._routine = self.ask(woken=slept)
        finally:
            for task in self._rounds:
                task.cancel()
            await asyncio.gather(*self._rounds, return_exceptions=True)

    def ask(
        self, ids: Collection[str] | None = None, *, force: bool = False, woken: bool = False
    ) -> asyncio.Task[None]:
        """Ask now: what is due, or `ids`, or by `force` everything. Rounds may overlap; each account is asked once.
        Where the machine has `woken` just now, one provider after another."""
        if force:
            self._mark(ids)
        task = asyncio.create_task(self._round(ids, force, woken))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)
        return task

    def wake(self) -> None:
        """Look now instead of at the next turn."""
        self._woken.set()

    async def reload(self) -> None:
        """Read the board again and show it. Calls that come while one is reading share the next reading."""
        self._outdated = True
        async with self._reading:
            if not self._outdated:
                return
            self._outdated = False
            try:
                board = await asyncio.to_thread(self._read)
            except Exception as error:
                board = self._without(error)
            self._board = board
        self._show(self._marked(board))

    def _mark(self, ids: Collection[str] | None) -> None:
        """Show at once, before any lease or answer, who will be asked."""
        if self._board is None:
            return
        until = monotonic() + LEAST
        for view in self._board.accounts:
            if view.enabled and not view.manual and (ids is None or view.id in ids):
                self._told[view.id] = until
        self._show(self._marked(self._board))

    def _marked(self, board: Board) -> Board:
        now = monotonic()
        self._told = {id: until for id, until in self._told.items() if until > now}
        if not self._told:
            return board
        marked = (replace(view, refreshing=True) if view.id in self._told else view for view in board.accounts)
        return replace(board, accounts=tuple(marked))

    async def _round(self, ids: Collection[str] | None, force: bool, woken: bool) -> None:
        from creditsui.core.asking.refresh import refresh

        changed, fault = asyncio.Event(), ""
        follower = asyncio.create_task(self._follow(changed))
        try:
            await refresh(self.session, ids=ids, force=force, woken=woken, on_change=changed.set)
        except Exception as error:
            fault = sentence(error)
        finally:
            follower.cancel()
            with suppress(asyncio.CancelledError):
                await follower
        await self.reload()
        self._done += 1
        if self._done % SWEEP == 0:
            from creditsui.core import memory

            await asyncio.to_thread(memory.give_back)
        if fault and (self._board is None or fault not in self._board.notices):  # what the board says is said
            self._tell(fault)
        self.wake()
        if self._told:
            await asyncio.sleep(max(0.0, max(self._told.values()) - monotonic()) + 0.01)
            await self.reload()

    async def _follow(self, changed: asyncio.Event) -> None:
        """Show who is being asked, then each answer as it comes, several at once where they come together."""
        if self.session.demo:
            return  # all its answers come at once
        claimed = 0
        for wait in _CLAIMING:
            await asyncio.sleep(wait)
            await self.reload()
            before, claimed = claimed, sum(view.refreshing for view in self._board.accounts) if self._board else 0
            if claimed and claimed == before:
                break
        while True:
            await changed.wait()
            changed.clear()
            await self.reload()
            await asyncio.sleep(0.05)

    async def _pause(self, least: float) -> None:
        wait = WATCH
        due = self._board.next_at if self._board is not None else None
        if due is not None and not self.paused and self._idle():
            wait = min(wait, max(0.0, (due - self.session.now()).total_seconds() / self.session.pace))
        with suppress(TimeoutError):
            async with asyncio.timeout(max(wait, least, 0.02)):
                await self._woken.wait()
        self._woken.clear()

    def _idle(self) -> bool:
        return self._routine is None or self._routine.done()

    def _due(self, now: datetime) -> bool:
        return self._board is not None and self._board.next_at is not None and self._board.next_at <= now

    def _read(self) -> Board:
        """In a thread. A config that cannot be read keeps the last good one, and the board says which line is wrong."""
        from creditsui.core import settings
        from creditsui.core.board import board

        notices: tuple[str, ...] = ()
        self._seen = self._signature()
        try:
            self.config = settings.config(self.session)
        except ConfigError as fault:
            notices = (str(fault),)
        config = self.config
        if self.sort is not None:
            config = replace(config, display=replace(config.display, sort=self.sort))
        found = board(self.session, config)
        return replace(found, notices=(*notices, *found.notices)) if notices else found

    def _without(self, error: Exception) -> Board:
        """The last board, or an empty one, with the reason why there is no newer."""
        notice = sentence(error)
        now = self.session.now()
        if self._board is not None:
            due = self._board.next_at
            later = now + timedelta(minutes=1) if due is not None and due <= now else due
            return replace(self._board, notices=(notice,), next_at=later)
        from creditsui.domain.board import Board

        # Due at once: what providers say can be shown even so.
        return Board(generated_at=now, demo=self.session.demo, notices=(notice,), next_at=now)

    def _feed(self) -> object:
        """What Claude Code told last. Its windows cost no request, so they are read as soon as they come."""
        return _stamp(self.session.paths.claude_status)

    def _signature(self) -> object:
        paths = self.session.paths
        wal = paths.ledger.with_name(paths.ledger.name + "-wal")
        ledger = () if self.session.demo else (paths.ledger, wal)  # nobody else writes into the demo's
        stamps = tuple(_stamp(path) for path in (paths.config, *ledger))
        return stamps, self.session.providers()  # another mapping whenever a declaration changed


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file does; an empty one counts as none, since readers of a ledger leave it behind."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return (facts.st_mtime_ns, facts.st_size) if facts.st_size else None


def sentence(error: Exception) -> str:
    """Errors of our own are sentences; of others only the kind is told, since their text may hold anything."""
    if type(error).__module__.startswith("creditsui."):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"The files of creditsui cannot be read: {error.strerror}."
    return f"Something went wrong inside creditsui ({type(error).__name__})."
