"""The end of a process that was started beside the loop."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from contextlib import suppress

_MOMENT = 0.01


async def end(child: Process) -> None:
    """Ends it, and what else is in its session, which it must have begun.

    A loop that ends cancels what runs in it more than once. Nothing is left of the child all the same: neither a zombie
    nor a pipe, of which Python would complain on the terminal after the loop is gone.
    """
    cancelled: asyncio.CancelledError | None = None
    if sys.platform == "win32":
        with suppress(ProcessLookupError):
            child.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    while child.returncode is None:  # wait() would wait for whoever else holds a pipe of it, too
        try:
            await asyncio.sleep(_MOMENT)
        except asyncio.CancelledError as error:
            cancelled = error
    child._transport.close()  # type: ignore[attr-defined]  # what communicate() does at last
    if cancelled is not None:
        raise cancelled
