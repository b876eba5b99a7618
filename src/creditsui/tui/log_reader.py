"""Reads agents' logs while the pane is open: a few new lines at once, much of it in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

from creditsui.core.logs.apart import ingest_apart
from creditsui.core.session import Session

WATCH = 3.0
"""Seconds between two looks at the logs: new lines show within five, even where the price table is loaded for them."""
RARELY = 30.0
"""Seconds between two looks at most, while what is new cannot be read."""
AGAIN = 60.0
"""Seconds after which what is not new is looked at, too: settings that changed, and logs that could not be read."""
LONG = 0.4
"""Seconds of reading after which it is said how far it is, even where nobody told yet."""
FEW = 2 * 1024 * 1024
"""Bytes that are read here; more would hold up the screen, and loading the price table always would."""


class LogReader:
    """One task of the pane. `tell` is called on the event loop with bytes read and bytes to read; whenever they are as
    many, nothing is left, and the ledger may have changed."""

    def __init__(self, session: Session, tell: Callable[[int, int], None]) -> None:
        self._session = session
        self._tell = tell
        self._seen: object = None
        self._again = 0.0
        """When more than new lines is to be looked for, by the monotonic clock."""

    async def run(self) -> None:
        """Until cancelled."""
        wait = WATCH
        while True:
            try:
                await self._look()
                wait = WATCH
            except Exception:  # a ledger that is busy or broken is said by the board
                wait = min(2 * wait, RARELY)
            await asyncio.sleep(wait)

    async def _look(self) -> None:
        from creditsui.core.logs import ingest

        if await asyncio.to_thread(ingest.unchanged, self._session):
            return
        shut = [*self._session.unlisted]
        stamp = await asyncio.to_thread(ingest.stamp, self._session)
        if shut != self._session.unlisted:
            self._tell(0, 0)  # whoever says what is missing says it anew
        known = stamp == self._seen
        if known and monotonic() < self._again:
            return
        waiting = await asyncio.to_thread(ingest.pending, self._session)
        if waiting or known:
            try:
                if waiting > FEW or not await asyncio.to_thread(self._here):
                    await self._elsewhere(waiting)
            finally:
                if waiting:
                    self._tell(waiting, waiting)
        # What has come to rest is looked at once more, which is when the reading notes that all of it is read.
        self._seen, self._again = stamp, monotonic() + AGAIN if known else 0.0

    def _here(self) -> bool:
        """Whether it could be done without the price table."""
        from creditsui.core.logs.ingest import ingest
        from creditsui.core.logs.priced import NeedsTable

        try:
            ingest(self._session, table=False)
        except NeedsTable:
            return False
        return True

    async def _elsewhere(self, waiting: int) -> None:
        """Raises ChildProcessError where it did not end well; nothing of what it left is passed over then."""
        first = asyncio.get_running_loop().call_later(LONG, self._tell, 0, waiting)

        def tell(done: int, whole: int) -> None:
            first.cancel()
            self._tell(done, whole)

        try:
            await ingest_apart(self._session, tell)
        finally:
            first.cancel()
