"""Alerts in a real terminal: the toast, the title as tmux has it, and a notification that gets through tmux."""

import json
import os
import pty
import select
import subprocess
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import forked
from tests.conftest import wait_until
from tests.e2e.tmux import CREDITSUI, Pane, look_until, needs_tmux, pane

pytestmark = needs_tmux
FAR = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22", "SSH_TTY": "/dev/pts/9"}
HOSTILE = "Pig;gy [b]x[/b] $(touch pwned) \\u001b]0;p\\u0007"


def booked(home: Path, settings: str = "") -> None:
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(
        f'timezone = "UTC"\n{settings}[accounts.piggy]\nprovider = "manual"\nlabel = "{HOSTILE}"\ncapacity = 100\n'
    )
    path.chmod(0o600)
    book(home, "90")


def book(home: Path, amount: str) -> None:
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    words = ["sync", "piggy", amount]
    if forked.can(env):
        code, _, errors = forked.run(words, input=b"", env=env, cwd=home, timeout=60)
        assert code == 0, errors
    else:
        subprocess.run([CREDITSUI, *words], env=env, check=True, capture_output=True, timeout=60)


class Terminal:
    """What stands around tmux: a client of it on a terminal of this test's own, and every byte it was sent."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.seen = b""
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (36, 160))
        self._client = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True, close_fds=True
        )
        os.close(slave)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._over.is_set():
            if select.select([self._master], [], [], 0.05)[0]:
                try:
                    self.seen += os.read(self._master, 1 << 16)
                except OSError:
                    return

    def close(self) -> None:
        self._over.set()
        self._client.kill()
        self._client.wait(10)
        self._thread.join(5)
        os.close(self._master)


@contextmanager
def attached(opened: Pane) -> Iterator[Terminal]:
    env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    terminal = Terminal([*opened._tmux, "attach"], env)
    try:
        look_until(lambda: opened.flag("session_attached") == "1")
        yield terminal
    finally:
        terminal.close()


def started(opened: Pane, words: str = "--still") -> None:
    opened.start(f"clear; {CREDITSUI} {words}")
    opened.shows("Pig;gy", "90%")
    # The first look remembers silently; only what comes after it is news.
    look_until(lambda: opened.flag("pane_title") == "creditsui")


def test_an_alert_is_a_toast_a_title_and_a_notification_through_tmux_each_once(tmp_path: Path) -> None:
    tool = tmp_path / "tell"
    tool.write_text('#!/bin/sh\ncat >> "$HOME/told"\n')
    tool.chmod(0o755)
    booked(tmp_path, '[alerts]\ncommand = ["~/tell"]\n')
    with pane(tmp_path, env=FAR) as opened, attached(opened) as terminal:
        opened.run("set", "-g", "allow-passthrough", "on")
        opened.run("select-pane", "-T", "mine")
        started(opened)
        book(tmp_path, "9")
        opened.shows("Pig;gy [b]x[/b] $(touch pwned) ]0;p is critical:", "$9.00 of $100.00")
        look_until(lambda: opened.flag("pane_title").startswith("✖ Pig;gy [b]x[/b]"))
        assert opened.flag("pane_title").endswith("9%")
        wait_until(lambda: (tmp_path / "told").exists() and b"\x1b]9;" in terminal.seen)
        opened.press("r", "R")
        book(tmp_path, "8")  # worse, but no new line is crossed
        opened.shows("8%")
        opened.press("q")
        look_until(lambda: opened.flag("pane_title") == "mine")
        [line] = (tmp_path / "told").read_text().splitlines()
        assert json.loads(line)["account"] == "piggy" and json.loads(line)["level"] == "critical"
        assert terminal.seen.count(b"\x1b]9;") == 1
        said = terminal.seen.partition(b"\x1b]9;")[2].partition(b"\x1b\\")[0].decode()
        assert said.startswith("Pig,gy [b]x[/b] $(touch pwned) ]0,p is critical: $9.00 of $100.00")
    assert not list(tmp_path.glob("pwned"))


def test_where_tmux_passes_nothing_on_the_bell_rings_in_its_stead(tmp_path: Path) -> None:
    booked(tmp_path)
    with pane(tmp_path, env=FAR) as opened, attached(opened) as terminal:
        opened.run("set", "-g", "bell-action", "any")
        started(opened)
        before = terminal.seen.count(b"\a")
        book(tmp_path, "9")
        opened.shows("is critical:")
        wait_until(lambda: terminal.seen.count(b"\a") > before)
        assert b"\x1b]9;" not in terminal.seen and b"Ptmux" not in terminal.seen


def test_a_screen_of_its_own_is_told_by_notify_send_and_the_terminal_is_not(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    tool = tools / "notify-send"
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> "$HOME/argv"\n')
    tool.chmod(0o755)
    booked(tmp_path)
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    with pane(tmp_path, env=env) as opened, attached(opened) as terminal:
        opened.run("set", "-g", "allow-passthrough", "on")
        started(opened)
        book(tmp_path, "9")
        wait_until(lambda: (tmp_path / "argv").exists())
        opened.press("q")
        look_until(lambda: opened.flag("pane_current_command") == "bash")
        argv = (tmp_path / "argv").read_text().splitlines()
        assert argv[:4] == ["--app-name=creditsui", "--urgency=critical", "--", "creditsui"] and len(argv) == 5
        assert b"\x1b]9;" not in terminal.seen


def test_a_command_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    tool = tmp_path / "hang"
    tool.write_text('#!/bin/sh\necho $$ > "$HOME/pid"\nexec sleep 600\n')
    tool.chmod(0o755)
    booked(tmp_path, '[alerts]\ncommand = ["~/hang"]\ntitle = false\n')
    with pane(tmp_path) as opened:
        opened.start(f"clear; {CREDITSUI} --still")
        opened.shows("Pig;gy", "90%")
        look_until(lambda: _looked(tmp_path))
        book(tmp_path, "9")
        wait_until(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
        opened.press("q")
        look_until(lambda: opened.flag("pane_current_command") == "bash")
        pid = int((tmp_path / "pid").read_text())
        wait_until(lambda: not Path(f"/proc/{pid}").exists())
        assert opened.flag("pane_title") != "creditsui"


def _looked(home: Path) -> bool:
    import sqlite3

    with sqlite3.connect(f"file:{home}/.local/share/creditsui/ledger.db?mode=ro", uri=True) as ledger:
        return bool(ledger.execute("SELECT count(*) FROM looks").fetchone()[0])
