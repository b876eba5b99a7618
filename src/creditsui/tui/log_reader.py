"""Reads agents' logs while the pane is open: a few new lines at once, much of it in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable

from creditsui.core.session import Session

WATCH = 4.0
"""Seconds between two looks at the logs: new lines show within five."""
FEW = 2 * 1024 * 1024
"""Bytes that are read here; more would hold up the screen, and loading the price table always would."""


class LogReader:
    """One task of the pane. `tell` is called on the event loop with bytes read and bytes to read."""

    def __init__(self, session: Session, tell: Callable[[int, int], None]) -> None:
        self._session = session
        self._tell = tell
        self._seen: object = None

    async def run(self) -> None:
        """Until cancelled. Whoever shows the ledger sees for itself that it has changed."""
        while True:
            with contextlib.suppress(Exception):  # a ledger that is busy or broken is said by the board
                await self._look()
            await asyncio.sleep(WATCH)

    async def _look(self) -> None:
        from creditsui.core import ingest

        shut = [*self._session.unlisted]
        stamp = await asyncio.to_thread(ingest.stamp, self._session)
        if shut != self._session.unlisted:
            self._tell(0, 0)  # whoever says what is missing says it anew
        if stamp == self._seen:
            return
        waiting = await asyncio.to_thread(ingest.pending, self._session)
        if waiting and (waiting > FEW or not await asyncio.to_thread(self._here)):
            await self._elsewhere()
        self._seen = stamp

    def _here(self) -> bool:
        """Whether it could be done without the price table."""
        from creditsui.core.ingest import ingest
        from creditsui.core.priced import NeedsTable

        try:
            ingest(self._session, table=False)
        except NeedsTable:
            return False
        return True

    async def _elsewhere(self) -> None:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "creditsui", "ingest", "--json", "--progress",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **self._session.env}, start_new_session=True,
        )  # fmt: skip
        whole = 0
        try:
            assert child.stdout is not None
            async for line in child.stdout:
                told = json.loads(line)
                if "whole" in told:
                    whole = int(told["whole"])
                    self._tell(int(told["done"]), whole)
            await child.wait()
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
            if whole:
                self._tell(whole, whole)
