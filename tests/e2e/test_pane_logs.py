"""What agents log shows in the open pane by itself: lines of a file, and rows that another program writes."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.core.test_ingest import PROJECT, line
from tests.corpora import write
from tests.e2e.tmux import CREDITSUI, Pane, look_until, needs_tmux, pane
from tests.sources.hermes_db import Hermes
from tests.sources.test_opencode import ID, OpenCode

pytestmark = needs_tmux

CONFIG = """\
[accounts.mine]
provider = "manual"
label = "Mine"
"""
SOON = 45.0
"""Seconds that a machine with other work may take; alone less than five, as the benchmark `new_lines` tells."""
SOURCES = ("claude-code", "hermes", "opencode")


@pytest.fixture
def config(home: Path) -> None:
    """All that is logged is one account's, and metered."""
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(CONFIG + "".join(f'[sources.{id}]\naccount = "mine"\nbilling = "metered"\n' for id in SOURCES))


@pytest.fixture
def log(home: Path) -> Path:
    path = home / PROJECT / "one.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(spent("m1", 40_000))
    return path


@pytest.fixture
def screen(home: Path, config: None) -> Iterator[Pane]:
    with pane(home) as opened:
        opened.start(f"{CREDITSUI} --still; echo rc=$?")
        opened.shows("Mine")
        yield opened
        opened.press("q")
        opened.shows("rc=0")


def spent(id: str, output: int, model: str = "claude-opus-4-8") -> str:
    return line(id, output=output, at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}", model=model)


def append(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(text)


def test_new_lines_show_on_the_accounts(log: Path, screen: Pane) -> None:
    screen.shows("today 1.00")
    append(log, spent("m2", 80_000))
    screen.shows("today 3.00", seconds=SOON)
    append(log, spent("m3", 400_000, model="claude-haiku-4-5"))  # never priced before
    screen.shows("today 5.00", seconds=SOON)
    append(log, spent("m4", 40_000)[:-9])
    append(log.with_name("two.jsonl"), spent("m5", 40_000))
    screen.shows("today 6.00", seconds=SOON)
    append(log, spent("m4", 40_000)[-9:])
    screen.shows("today 7.00", seconds=SOON)


def test_new_lines_show_on_the_spend_screen_that_was_left_open(log: Path, screen: Pane) -> None:
    screen.press("2")
    screen.shows("$1.00 spent", "claude-opus-4-8")
    append(log, spent("m2", 80_000))
    screen.shows("$3.00 spent", seconds=SOON)
    append(log, spent("m3", 400_000, model="claude-haiku-4-5"))
    screen.shows("$5.00 spent", "claude-haiku-4-5", seconds=SOON)
    append(log, spent("m4", 40, model="house-7"))
    screen.shows("tokens unpriced", "house-7", seconds=SOON)


def test_rows_that_hermes_writes_meanwhile_show(home: Path, screen: Pane) -> None:
    hermes = Hermes(home / ".hermes/state.db")
    now = time.time()
    hermes.session(started_at=now)
    hermes.usage(first_seen=now, last_seen=now, output_tokens=40_000)
    screen.shows("today 1.00", seconds=SOON)
    hermes.do("UPDATE session_model_usage SET output_tokens = 120000, last_seen = ?", time.time())
    screen.shows("today 3.00", seconds=SOON)
    hermes.close()  # what it wrote beside its file moves into it
    other = Hermes(home / ".hermes/profiles/work/state.db")
    other.session("s2", started_at=now)
    other.usage("s2", first_seen=now, last_seen=now, output_tokens=80_000)
    screen.shows("today 5.00", seconds=SOON)
    other.close()


def test_rows_that_opencode_writes_meanwhile_show(home: Path, screen: Pane) -> None:
    agent = OpenCode(home / ".local/share/opencode/opencode.db")
    agent.session()
    now = int(time.time() * 1000)
    agent.v1(cost=1.0, changed=now, time={"created": now, "completed": now})
    screen.shows("today 1.00", seconds=SOON)
    agent.v1(f"{ID[:-1]}x", cost=2.0, changed=now + 9, time={"created": now, "completed": now + 9})
    screen.shows("today 3.00", seconds=SOON)
    agent.connection.close()


def test_who_leaves_while_much_is_read_leaves_nobody_reading_and_nothing_is_lost(home: Path, config: None) -> None:
    made = write(home, 60_000_000)
    with pane(home) as screen:
        screen.start(f"{CREDITSUI} --still; echo rc=$?")
        screen.shows("Mine")
        look_until(lambda: bool(readers(home)))
        for pid in readers(home):
            os.kill(pid, signal.SIGSTOP)  # it would take long
        screen.press("q")
        assert "Traceback" not in screen.shows("rc=0")
        look_until(lambda: not readers(home))
        screen.start(f"clear; {CREDITSUI} ingest")
        screen.shows("call", "MB in")
    assert calls(home) == len(made)


def readers(home: Path) -> list[int]:
    """Processes that read the logs of this home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            mine = f"HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mine and b"ingest" in words:
            found.append(int(process.name))
    return found


def calls(home: Path) -> int:
    with closing(sqlite3.connect(home / ".local/share/creditsui/ledger.db")) as ledger:
        return int(ledger.execute("SELECT count(*) FROM calls").fetchone()[0])
