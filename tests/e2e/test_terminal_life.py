"""The real pane and its terminal: when it has to go it goes at once and gives everything back, else it stays alive."""

import itertools
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from creditsui.adapters.ledger import open_ledger
from tests.conftest import PATIENCE, wait_until
from tests.e2e.tmux import needs_tmux, pane
from tests.servers import Server, hang
from tests.soak import FULL, rounds
from tests.terminal import Terminal

CREDITSUI = str(Path(sys.executable).with_name("creditsui"))
KEY = {"DEEPSEEK_API_KEY": "sk-0123456789abcdef"}
SOON = 2.0 if FULL else PATIENCE
"""Seconds in which it has to be gone: two, on a machine that has nothing else to do."""
CONFIG = """\
[accounts.piggy]
provider = "manual"
label = "Piggy"
capacity = 50
"""


def settings(home: Path, text: str = CONFIG) -> dict[str, str]:
    """An account kept by hand; the environment of the pane."""
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    env = {"HOME": str(home), "PYTHON_KEYRING_BACKEND": os.environ["PYTHON_KEYRING_BACKEND"]}
    subprocess.run([CREDITSUI, "sync", "piggy", "41"], env={"PATH": os.environ["PATH"], **env}, check=True)
    return env


@contextmanager
def asking(home: Path, *, ignored: str = "") -> Iterator[Terminal]:
    """A pane in the midst of asking somebody who never answers."""
    with Server({("GET", "*"): hang()}) as server:
        env = settings(home, f'{CONFIG}[accounts.deepseek]\nbase_url = "{server.url}"\n')
        with Terminal(CREDITSUI, "--still", env=env | KEY, ignored=ignored) as shown:
            shown.shows("Piggy", "DeepSeek")
            shown.wait(lambda: bool(server.requests))
            yield shown


def left_nothing(shown: Terminal, home: Path) -> None:
    assert shown.others() == []
    with open_ledger(home / ".local/share/creditsui/ledger.db") as ledger:
        ledger.check()
        # Whom it was asking is free for the next one, whether it let go or is known to be gone.
        from datetime import UTC, datetime

        assert ledger.holders(datetime.now(UTC)) == {}
    log = home / ".local/state/creditsui/creditsui.log"
    assert not log.exists() or log.read_text() == "", "it complains of having been told to go"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_told_to_go_while_a_provider_hangs_it_is_gone_at_once_and_everything_is_given_back(
    home: Path, name: str
) -> None:
    with asking(home) as shown:
        start = time.monotonic()
        shown.signal(getattr(signal, name))
        assert shown.ended() in (130, 0)
        assert time.monotonic() - start < SOON
        shown.given_back()
        assert b"Traceback" not in shown.written
        left_nothing(shown, home)


def test_told_to_go_while_nobody_reads_what_it_writes_it_is_gone_all_the_same(home: Path) -> None:
    """As behind a connection that has died: its writes wait for ever, and its event loop behind them."""
    sizes = itertools.cycle([(160, 50), (159, 50)])
    with Terminal(CREDITSUI, "--still", env=settings(home)) as shown:
        shown.shows("Piggy")

        def waits() -> bool:
            before = shown.cpu
            for _ in range(4):
                shown.resize(*next(sizes))
                time.sleep(0.03)
            return shown.cpu - before < 0.002

        wait_until(waits)
        start = time.monotonic()
        shown.signal(signal.SIGTERM)
        wait_until(lambda: shown.process.poll() is not None)
        assert shown.process.returncode == 130
        assert time.monotonic() - start < SOON


@pytest.mark.parametrize("ignored", ["", "SIGHUP"], ids=["a closed window", "nohup"])
def test_a_window_that_is_closed_takes_it_along_and_leaves_nothing_that_spins(home: Path, ignored: str) -> None:
    with asking(home, ignored=ignored) as shown:
        shown.settle(0.7)  # whoever has nothing to write must notice all the same
        start = time.monotonic()
        shown.hang_up()
        wait_until(lambda: shown.process.poll() is not None, PATIENCE)
        assert time.monotonic() - start < SOON
        left_nothing(shown, home)


@needs_tmux
def test_a_pane_or_a_server_of_tmux_that_is_killed_leaves_no_process(home: Path) -> None:
    env = settings(home)
    with pane(home, env=env) as screen:
        screen.start(f"exec {CREDITSUI}")
        screen.shows("Piggy")
        first = int(screen.flag("pane_pid"))
        screen.run("split-window", f"exec {CREDITSUI}")
        screen.shows("Piggy")
        second = int(screen.flag("pane_pid"))
        screen.run("kill-pane")
        wait_until(lambda: gone(second), SOON)
        assert not gone(first)
        screen.close()
        wait_until(lambda: gone(first), SOON)


def gone(process: int) -> bool:
    """Whether it has ended, even if whoever inherited it has not looked yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def steady(text: str) -> str:
    """A screen, whatever the minute is."""
    return re.sub(r"\b\d\d:\d\d\b", "00:00", text)


@pytest.mark.soak
def test_storms_of_sizes_stops_and_rubbish_leave_it_alive_and_right(home: Path) -> None:
    env, chance = settings(home), random.Random(7)
    with Terminal(CREDITSUI, "--still", env=env) as fresh:
        fresh.shows("Piggy", "$41.00", "Thresholds")
        fresh.settle(0.7)
        right = steady(fresh.text())
    with Terminal(CREDITSUI, "--still", env=env) as shown:
        shown.shows("Piggy", "$41.00", "Thresholds")
        for _ in range(20):
            shown.stop()
            shown._read(0.0)
        sizes = [(0, 0), (1, 1), (500, 200), (2, 3), (0, 24), (80, 0), (80, 1)]
        for turn in range(rounds(full=500, short=28)):
            drawn = chance.randrange(0, 501), chance.randrange(0, 201)
            shown.resize(*(sizes[turn % 7] if turn % 4 == 0 else drawn if FULL else (drawn[0] // 4, drawn[1] // 5)))
            shown._read(0.02)
        shown.resize(120, 36)
        shown.wait(lambda: steady(shown.text()) == right)

        junk = bytes(chance.randrange(256) for _ in range(2000)).replace(b"q", b"").replace(b"\x03", b"")
        shown.send(b"\x1b[200~" + junk.replace(b"\x1b", b"") + b"\x1b[201~")
        shown.send(b"S")
        shown.shows("Sync · Piggy")
        shown.send(b"\x1b[200~" + b"9" * 1_000_000 + b"\xff\xfe\x1b[201~")
        shown.settle(0.7)
        shown.send(b"\x1b")
        shown.wait(lambda: "Sync ·" not in shown.text())
        shown.resize(119, 36)
        shown.shows("Piggy", "$41.00", "Thresholds")
        shown.resize(120, 36)
        shown.wait(lambda: steady(shown.text()) == right)
        before = shown.cpu
        shown.idle(1.5)
        assert shown.cpu - before < 0.5, "it spins"
        shown.send(b"q")
        assert shown.ended() == 0
        shown.given_back()


COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:[349][1-6]|10[1-6]|[34]8)[;m]")
"""Anything but black, white and greys."""
POOR = {"TERM": "", "LC_ALL": "C", "LANG": "", "NO_COLOR": "1", "COLORTERM": ""}


def test_a_poor_terminal_is_served_and_a_missing_home_is_one_line(home: Path) -> None:
    env = settings(home)
    with Terminal(CREDITSUI, env=env | POOR) as shown:
        shown.shows("Piggy", "$41.00")
        assert shown.text().isascii()
        assert COLOUR.search(shown.written) is None
        shown.send(b"q")
        assert shown.ended() == 0
        shown.given_back()
    with Terminal(CREDITSUI, env={"HOME": ""}) as shown:
        assert shown.ended() == 1
        assert b"HOME" in shown.written and b"Traceback" not in shown.written and b"\x1b[?1049h" not in shown.written
        assert shown.written.count(b"\n") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody without rights")
def test_a_home_that_cannot_be_written_is_shown_all_the_same(home: Path) -> None:
    env = settings(home)
    nobody = ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "--", CREDITSUI]
    for folder in [home, *home.parents]:  # as far as it is ours
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(0o755)
    for path in home.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with Terminal(*nobody, env=env) as shown:
        shown.shows("Piggy")
        shown.send(b"q")
        assert shown.ended() == 0
        assert b"Traceback" not in shown.written
        shown.given_back()


YEAR_ONE = """
from dataclasses import replace
from datetime import UTC, datetime
import os
from creditsui.core.start import open_session
from creditsui.tui import app
session = replace(open_session(os.environ), now=lambda: datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC), uptime=lambda: None)
raise SystemExit(app.run(session))
"""


def test_a_clock_that_stands_at_1970_shows_no_age_below_nothing(home: Path) -> None:
    with Terminal(sys.executable, "-c", YEAR_ONE, env=settings(home)) as shown:
        shown.shows("Piggy", "$41.00")
        shown.settle(0.7)
        text = shown.text()
        assert re.search(r"[-−]\d", text) is None, text
        shown.send(b"q")
        assert shown.ended() == 0
        assert b"Traceback" not in shown.written
