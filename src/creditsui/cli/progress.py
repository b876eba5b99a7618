"""A line on stderr for work that takes over a second; nothing where nobody would see it."""

import asyncio
import sys
from collections.abc import Collection

from creditsui.core.session import Session

_PATIENCE = 1.0
_STEP = 0.25


def refresh(session: Session, ids: Collection[str] | None = None, *, force: bool = False) -> None:
    """Ask what is due, with progress once it has taken a second."""
    asyncio.run(_watched(session, ids, force))


async def _watched(session: Session, ids: Collection[str] | None, force: bool) -> None:
    from creditsui.core.refresh import refresh as ask

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
