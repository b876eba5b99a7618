"""The real pane with weeks in minutes: `python -m tests.weeks FOLDER ROUNDS`, on a terminal.

The program, its screens, its ledger, its HTTP client and the rule that says who is due are the real ones. Only its
clocks are not: wherever the refresher would wait for an account to be due, both clocks, the one on the wall and the
monotonic one, go there at once. What is asked, written and painted in between takes the time that it takes.

After every `LOOK` rounds a line of figures goes to FOLDER/figures.jsonl, taken while nobody is being asked: `Figures`.
After ROUNDS rounds the pane ends by itself.
"""

import asyncio
import gc
import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.tui import app, refresher

LOOK = 5
BEGIN = datetime(2026, 10, 23, 6, tzinfo=UTC)
"""Two days before the clocks of Berlin are set back."""


@dataclass(frozen=True)
class Figures:
    """What the process has in use."""

    rounds: int
    hours: float
    """By the clock on the wall, since the beginning."""
    memory: float
    """Resident megabytes."""
    threads: int
    tasks: int
    files: int
    """Open descriptors."""
    ledger: int
    """Bytes, its log included."""
    remembered: int
    """Readings that the process keeps decoded."""
    early: int
    """Accounts that were shown as read after now."""
    told: list[str]
    """Whatever was told in a toast since the last line."""


class Clock:
    """Both clocks of the pane. They go only when it waits."""

    def __init__(self, begin: datetime) -> None:
        self.begin, self.gone = begin, 0.0

    def now(self) -> datetime:
        return self.begin + timedelta(seconds=self.gone)

    def monotonic(self) -> float:
        return self.gone

    def uptime(self) -> tuple[float, str]:
        return 1000.0 + self.gone, "one-boot"


class Hasty(refresher.Refresher):
    """Waits for nothing but answers."""

    clock: Clock
    each: "Callable[[Hasty], bool]"
    """Called between two rounds; False: that was enough."""
    rounds = 0

    def ask(self, *args: object, **more: object) -> asyncio.Task[None]:
        self.rounds += 1
        return super().ask(*args, **more)  # type: ignore[arg-type]

    async def _pause(self, least: float) -> None:
        if not self._idle() or self._rounds:
            await self._woken.wait()  # the end of a round says so
            self._woken.clear()
            return
        self._woken.clear()
        if not self.each(self):
            await asyncio.Event().wait()
        due = self._board.next_at if self._board is not None else None
        ahead = (due - self.clock.now()).total_seconds() if due is not None else refresher.WATCH
        self.clock.gone += max(ahead, least, 0.02)
        await asyncio.sleep(0)


class Pane(app.CreditsApp):
    """Remembers what it said."""

    told: list[str]

    def notify(self, message: str, **more: Any) -> None:
        self.told.append(message)
        super().notify(message, **more)


class Witness:
    """Writes down the figures."""

    def __init__(self, folder: Path, rounds: int, session: Session, shown: Pane) -> None:
        self._file = (folder / "figures.jsonl").open("w", encoding="utf-8")
        self._rounds, self._session, self._shown = rounds, session, shown
        self._next = LOOK

    def __call__(self, pane: Hasty) -> bool:
        if pane.rounds < self._next:
            return True
        self._next += LOOK
        gc.collect()
        self._file.write(json.dumps(asdict(self._figures(pane))) + "\n")
        self._file.flush()
        if pane.rounds < self._rounds:
            return True
        self._shown.exit(0)
        return False

    def _figures(self, pane: Hasty) -> Figures:
        ledger = self._session.paths.ledger
        files = (ledger, ledger.with_name(ledger.name + "-wal"))
        status = Path("/proc/self/status").read_text()
        board, now = pane._board, pane.clock.now()
        views = board.accounts if board is not None else ()
        told, self._shown.told = self._shown.told, []
        return Figures(
            rounds=pane.rounds,
            hours=pane.clock.gone / 3600,
            memory=int(status.partition("VmRSS:")[2].split()[0]) / 1024,
            threads=threading.active_count(),
            tasks=len(asyncio.all_tasks()),
            files=len(os.listdir("/proc/self/fd")),
            ledger=sum(file.stat().st_size for file in files if file.exists()),
            remembered=sum(map(len, self._session.history.values())),
            early=sum(view.read_at is not None and view.read_at > now for view in views),
            told=told,
        )


def main(folder: str, rounds: str) -> int:
    clock = Clock(BEGIN)
    vars(refresher)["monotonic"] = clock.monotonic
    session = replace(open_session(os.environ), now=clock.now, uptime=clock.uptime)
    Hasty.clock = clock
    vars(app)["Refresher"] = Hasty
    pane = Pane(session)
    pane.told = []
    Hasty.each = Witness(Path(folder), int(rounds), session, pane)
    app.watch_terminal(pane.terminal_gone)  # whoever is left by its test ends
    app.let_go_when_stopped()
    pane.run()
    return pane.return_code or 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
