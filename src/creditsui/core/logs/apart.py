"""Agents' logs read in a process of its own, while this one goes on painting."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable

from creditsui.adapters.child import end
from creditsui.core.session import Session

NICE = 10
"""Of who reads: whatever is painted meanwhile comes first."""


async def ingest_apart(session: Session, tell: Callable[[int, int], None]) -> None:
    """`tell` is called with bytes read and bytes to read. Whoever cancels this ends the process, too.

    Raises ChildProcessError where it did not end well; nothing of what it left is passed over then.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "creditsui", "ingest", "--json", "--progress",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **session.env}, start_new_session=True,
    )  # fmt: skip
    with contextlib.suppress(OSError, AttributeError):  # Windows has no such call
        os.setpriority(os.PRIO_PROCESS, child.pid, NICE)  # before it has any others read with it
    try:
        assert child.stdout is not None
        async for line in child.stdout:
            told = json.loads(line)
            if "whole" in told:
                tell(int(told["done"]), int(told["whole"]))
        if await child.wait():
            raise ChildProcessError
    finally:
        await end(child)
