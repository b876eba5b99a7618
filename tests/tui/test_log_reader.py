"""What agents log shows in the open pane by itself, and reading much of it holds nobody up."""

import asyncio
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from creditsui.adapters import seen, tail
from creditsui.adapters.ledger import open_ledger
from creditsui.core.logs import apart as ingest_apart
from creditsui.core.logs import ingest as core
from creditsui.core.logs.ingest import ingest
from creditsui.core.start import open_session
from creditsui.tui import log_reader
from creditsui.tui.log_reader import LogReader
from tests.conftest import PATIENCE
from tests.core.test_ingest import PROJECT, line


@pytest.fixture
def log(home: Path) -> Path:
    path = home / PROJECT / "one.jsonl"
    path.parent.mkdir(parents=True)
    return path


async def until(holds: object, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.02)


def known(session: object) -> int:
    path = session.paths.ledger  # type: ignore[attr-defined]
    if not path.exists():
        return 0
    with open_ledger(path) as ledger:
        return len(ledger.usage("anthropic"))


async def test_new_lines_are_read_at_once_and_a_new_model_by_a_process_that_may_load_the_table(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reader, "WATCH", 0.05)
    session = open_session({"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
    told: list[tuple[int, int]] = []
    reader = LogReader(session, lambda done, whole: told.append((done, whole)))
    elsewhere: list[float] = []
    real = reader._elsewhere

    async def watched(waiting: int) -> None:
        elsewhere.append(time.monotonic())
        await real(waiting)

    monkeypatch.setattr(reader, "_elsewhere", watched)
    log.write_text(line("m1"))
    task = asyncio.create_task(reader.run())
    try:
        await until(lambda: known(session) == 1)
        assert len(elsewhere) == 1  # nobody had ever priced that model
        with log.open("a") as file:
            file.write(line("m2"))
        await until(lambda: known(session) == 2 and told[-1][0] == told[-1][1] == len(line("m2")))
        assert len(elsewhere) == 1
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_much_is_read_elsewhere_with_progress_while_the_loop_goes_on(home: Path, log: Path) -> None:
    session = open_session({"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
    for number in range(30):
        text = "".join(line(f"k{number}-{n}", padding="x" * 3000) for n in range(400))
        log.with_name(f"n{number}.jsonl").write_text(text)
    told: list[tuple[int, int]] = []
    reader = LogReader(session, lambda done, whole: told.append((done, whole)))
    longest, last = 0.0, time.monotonic()
    task = asyncio.create_task(reader._look())
    while not task.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    await task
    assert known(session) == 30 * 400 and told and told[-1][0] == told[-1][1]
    assert longest < 0.25  # a loaded machine; alone it is a few milliseconds
    assert ingest(session).new == 0


async def test_what_is_logged_while_logs_are_read_is_read_next(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(line("m1"))
    session = open_session({"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
    ingest(session)
    reader = LogReader(session, lambda done, whole: None)
    real = reader._here

    def here() -> bool:
        done = real()
        with log.open("a") as file:
            file.write(line("m3"))
        return done

    with log.open("a") as file:
        file.write(line("m2"))
    with monkeypatch.context() as busy:
        busy.setattr(reader, "_here", here)
        await reader._look()
    assert known(session) == 2
    await reader._look()
    assert known(session) == 3


async def test_nothing_new_is_nothing_done(home: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log.write_text(line("m1"))
    session = open_session({"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
    ingest(session)
    reader = LogReader(session, lambda done, whole: None)
    await reader._look()
    before = session.paths.ledger.stat().st_mtime_ns
    await reader._look()
    monkeypatch.setattr(reader, "_here", lambda: pytest.fail("there was nothing to read"))
    await reader._look()
    assert session.paths.ledger.stat().st_mtime_ns == before


async def test_logs_at_rest_are_looked_at_once_more_and_then_cost_a_glance(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "_SETTLING", 0)  # as if some seconds had gone by
    log.write_text(line("m1"))
    session = open_session({"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
    reader = LogReader(session, lambda done, whole: None)
    for _ in range(2):
        await reader._look()
    assert known(session) == 1
    with monkeypatch.context() as rest:
        rest.setattr(core, "stamp", lambda session: pytest.fail("a glance was enough"))
        await reader._look()
    with log.open("a") as file:
        file.write(line("m2"))
    await reader._look()
    assert known(session) == 2


async def test_a_setting_that_changed_holds_for_what_was_read_before(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reader, "AGAIN", 0.0)
    log.write_text(line("m1"))
    session = open_session({"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
    reader = LogReader(session, lambda done, whole: None)
    await reader._look()
    session.paths.config.parent.mkdir(parents=True)
    session.paths.config.write_text('[sources.claude-code]\naccount = "work"\n')
    await reader._look()
    with open_ledger(session.paths.ledger) as ledger:
        assert len(ledger.usage("work")) == 1 and not ledger.usage("anthropic")


async def test_a_folder_that_may_not_be_looked_into_is_said_once_and_so_is_that_it_may(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(line("m1"))
    session = open_session({"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
    ingest(session)
    said: list[int] = []
    reader = LogReader(session, lambda done, whole: said.append(len(session.unlisted)))
    really = os.scandir

    def refuse(path: str | Path) -> object:  # whoever runs this may be root, whom no mode stops
        if Path(path) == log.parent:
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)

    with monkeypatch.context() as denied:
        denied.setattr(tail.os, "scandir", refuse)
        for _ in range(2):
            await reader._look()
        assert said == [1] and session.unlisted == [("claude-code", str(log.parent))]
    await reader._look()
    assert said == [1, 0]


async def test_what_was_not_read_is_tried_again_later_and_later(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reader, "WATCH", 0.01)
    monkeypatch.setattr(log_reader, "RARELY", 0.05)
    session = open_session({"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
    log.write_text(line("m1"))
    told: list[tuple[int, int]] = []
    reader = LogReader(session, lambda done, whole: told.append((done, whole)))
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", shutil.which("false"))
        task = asyncio.create_task(reader.run())
        await until(lambda: len(told) >= 4)
        assert set(told) == {(len(line("m1")), len(line("m1")))}, "no bar is left standing"
    try:
        await until(lambda: known(session) == 1)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_who_leaves_meanwhile_leaves_nobody_reading(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session({"HOME": str(home)})
    pids = home / "pids"
    program = home / "python"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $$ $! > {pids}.new; mv {pids}.new {pids}\nwait\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(log_reader, "LONG", 0.05)
    log.write_text(line("m1"))
    told: list[tuple[int, int]] = []
    reader = LogReader(session, lambda done, whole: told.append((done, whole)))
    task = asyncio.create_task(reader.run())
    await until(lambda: pids.exists() and told == [(0, len(line("m1")))])
    assert os.getpriority(os.PRIO_PROCESS, int(pids.read_text().split()[0])) == ingest_apart.NICE
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()))


def alive(pid: int) -> bool:
    """Whether it still runs; one that nobody waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
