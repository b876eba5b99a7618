"""A line on stderr for work that takes over a second; nothing where nobody would see it."""

import sys
import time
from collections.abc import Collection
from typing import TYPE_CHECKING

from creditsui.core.session import Session

if TYPE_CHECKING:
    from creditsui.core.logs.ingest import Report

_PATIENCE = 1.0
_STEP = 0.25
_BAR = 30


def refresh(session: Session, ids: Collection[str] | None = None, *, force: bool = False) -> None:
    """Ask what is due, with progress once it has taken a second."""
    import asyncio

    asyncio.run(_watched(session, ids, force))


def latest(session: Session, ids: Collection[str] | None = None, *, force: bool = False) -> Exception | None:
    """Ask who is due, and read what agents logged; why nothing could be recorded, such as a ledger that may only be
    read: what it holds can be told all the same. Raises what was not foreseen, and where there is no ledger."""
    from creditsui.cli import failure

    try:
        refresh(session, ids, force=force)
        if not session.demo:
            ingest(session)
    except Exception as error:
        if not failure.expected(error) or not session.paths.ledger.exists():
            raise
        return error
    return None


async def _watched(session: Session, ids: Collection[str] | None, force: bool) -> None:
    import asyncio

    from creditsui.core.asking.refresh import refresh as ask

    answered = 0

    def count() -> None:
        nonlocal answered
        answered += 1

    work = asyncio.create_task(ask(session, ids=ids, force=force, on_change=count))
    shown = False
    try:
        await asyncio.wait({work}, timeout=_PATIENCE)
        while not work.done() and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[Kasking the providers … {answered} answered")
            sys.stderr.flush()
            shown = True
            await asyncio.wait({work}, timeout=_STEP)
        await work
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class Bar:
    """A bar with what is being done, once that has taken a second. A context manager."""

    def __init__(self, doing: str) -> None:
        self._doing, self._begun, self._shown = doing, time.monotonic(), 0.0

    def tell(self, done: int, whole: int) -> None:
        """How far it is; `whole` 0: nobody knows how far it goes."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._begun < _PATIENCE or now - self._shown < _STEP:
            return
        share = f"{_bar(done / whole)} {done / whole:4.0%}" if whole else f"{done:,}"
        sys.stderr.write(f"\r\x1b[K{self._doing}  {share}")
        sys.stderr.flush()
        self._shown = now

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _bar(share: float) -> str:
    block = "█" if sys.stderr.encoding.lower().startswith("utf") else "#"
    return f"{block * round(min(share, 1.0) * _BAR):<{_BAR}}"


def ingest(session: Session, *, rebuild: bool = False) -> "Report":
    """Read the logs, with a bar once that has taken a second."""
    from creditsui.core.logs.ingest import Progress
    from creditsui.core.logs.ingest import ingest as act

    begun, shown = time.monotonic(), False

    def tell(now: Progress) -> None:
        nonlocal shown
        if not sys.stderr.isatty() or time.monotonic() - begun < _PATIENCE:
            return
        share = now.done / now.whole if now.whole else 1.0
        bar = "█" * round(share * _BAR) if sys.stderr.encoding.lower().startswith("utf") else "#" * round(share * _BAR)
        sys.stderr.write(f"\r\x1b[Kreading logs  {bar:<{_BAR}} {share:4.0%}  {now.done / 1e6:,.0f} MB")
        sys.stderr.flush()
        shown = True

    try:
        return act(session, rebuild=rebuild, progress=tell)
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
