"""A process beside the loop ends with what waits for it, and nothing is said of it afterwards."""

import asyncio
import gc
import os
import signal
import sys
from contextlib import suppress
from typing import Any

import pytest

from creditsui.adapters.child import end
from creditsui.adapters.process import started
from tests.conftest import wait_until

HELPER = "[sys.executable, '-c', 'import time; time.sleep(600)']"
STARTS = f"import subprocess, sys, time; print(subprocess.Popen({HELPER}%s).pid, flush=True)"
ESCAPES = ", start_new_session=True"


async def begin(code: str) -> tuple[asyncio.subprocess.Process, int]:
    """A process, and the one that it began."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert child.stdout is not None
    return child, int(await child.stdout.readline())


@pytest.mark.parametrize("times", [1, 2, 5])
def test_however_often_it_is_cancelled_nothing_is_left_and_nothing_is_said(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    left: list[int] = []

    async def work(begun: asyncio.Event) -> None:
        child, helper = await begin(STARTS % "" + "; time.sleep(600)")
        left.extend((child.pid, helper))
        try:
            begun.set()
            await child.wait()
        finally:
            await end(child)

    async def leave() -> None:
        begun = asyncio.Event()
        task = asyncio.create_task(work(begun))
        await begun.wait()
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(leave())
    gc.collect()
    assert not said
    wait_until(lambda: not any(map(started, left)))


def test_what_ended_by_itself_takes_its_helpers_along() -> None:
    async def run() -> int:
        child, helper = await begin(STARTS % "")
        assert started(helper)
        await end(child)
        return helper

    helper = asyncio.run(run())
    wait_until(lambda: not started(helper))


def test_one_that_escaped_with_the_pipe_in_hand_holds_up_nobody() -> None:
    async def run() -> int:
        child, helper = await begin(STARTS % ESCAPES)
        async with asyncio.timeout(10):
            await end(child)
        return helper

    helper = asyncio.run(run())
    assert started(helper)
    os.kill(helper, signal.SIGKILL)
