"""How a command ends when something is in its way: one line, the right code, nothing lost, no traceback."""

import os
import pty
import signal
import sqlite3
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Start
from tests.cli.test_key import read_until
from tests.conftest import wait_until
from tests.servers import Server, hang

COMMAND = [sys.executable, "-m", "creditsui"]
KEYED = {"DEEPSEEK_API_KEY": "sk-canary-0123456789abcdefghij"}


def slow(home: Path, server: Server) -> None:
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'[accounts.deepseek]\nbase_url = "{server.url}"\n')


@pytest.mark.parametrize("words", [[], ["--demo"], ["--account", "x"]])
def test_the_pane_without_a_terminal_names_status_and_ends_with_2(run_cli: Run, home: Path, words: list[str]) -> None:
    done = run_cli(*words)
    assert done.code == 2 and "creditsui status" in done.err and done.err.count("\n") == 1 and not done.out
    assert not (home / ".config").exists()


def test_the_pane_on_a_dumb_terminal_names_status_and_ends_with_2(start_cli: Start) -> None:
    ours, theirs = pty.openpty()
    done = start_cli(stdin=theirs, stdout=theirs, stderr=theirs, env={"TERM": "dumb"})
    os.close(theirs)
    try:
        seen = read_until(ours, b"\n")
        assert done.wait(timeout=30) == 2 and b"creditsui status" in seen and b"\x1b" not in seen
    finally:
        done.kill()
        os.close(ours)


def test_ctrl_c_is_130(home: Path, tmp_path: Path, start_cli: Start) -> None:
    out, err = tmp_path / "out", tmp_path / "err"
    with Server({("GET", "/user/balance"): hang()}) as server, out.open("wb") as said, err.open("wb") as moaned:
        slow(home, server)
        running = start_cli("status", stdout=said.fileno(), stderr=moaned.fileno(), env=KEYED)
        wait_until(lambda: bool(server.requests))
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130 and not out.read_text()
        assert "Traceback" not in err.read_text() and "canary" not in err.read_text()


def test_a_long_refresh_shows_its_progress_to_people_only(home: Path, tmp_path: Path, start_cli: Start) -> None:
    ours, theirs = pty.openpty()
    out = tmp_path / "out"
    with Server({("GET", "/user/balance"): hang()}) as server, out.open("wb") as said:
        slow(home, server)
        running = start_cli("status", stdout=said.fileno(), stderr=theirs, env=KEYED)
        os.close(theirs)
        assert b"asking the providers" in read_until(ours, b"answered")
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130 and "asking" not in out.read_text()
    os.close(ours)


def test_closed_streams_stop_nothing(run_cli: Run) -> None:
    for closed in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
        command = f'exec "$0" -m creditsui sync anthropic 45 {closed}'
        assert subprocess.run(["/bin/sh", "-c", command, sys.executable], timeout=30, check=False).returncode == 0
    assert len(run_cli("entries", "--json").json["entries"]) == 4


def test_words_that_are_no_text_are_2(run_cli: Run) -> None:
    run_cli("account", "add", "piggy")
    torn = os.fsdecode(b"caf\xe9")
    for words in (["topup", "piggy", "3", "--note", torn], ["account", "add", "lab", "--label", torn], [torn]):
        done = run_cli(*words)
        assert done.code == 2 and "UTF-8" in done.err and done.err.count("\n") == 1, words
    bare = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert run_cli("sync", "piggy", "¥45", "--note", "Kaffee für zwei", env=bare).code == 0
    (row,) = run_cli("entries", "--json").json["entries"]
    assert (row["currency"], row["note"]) == ("CNY", "Kaffee für zwei")


def test_a_reader_that_leaves_is_no_error(run_cli: Run) -> None:
    run_cli("account", "add", "piggy")
    reader, writer = os.pipe()
    os.close(reader)
    for words in (["providers"], ["account", "list"], ["line"], ["--help"]):
        done = run_cli(*words, stdout=writer)
        assert not done.err and done.code in {0, 1}, words
    os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_the_output_is_said(run_cli: Run) -> None:
    with Path("/dev/full").open("w") as full:
        done = run_cli("providers", stdout=full.fileno())
    assert done.code == 1 and "disk is full" in done.err and done.err.count("\n") == 1


def test_no_home_is_one_line(run_cli: Run) -> None:
    for words in (["status"], ["sync", "piggy", "4"], ["key", "list"], ["doctor"], ["entries"], ["line"]):
        done = run_cli(*words, env={"HOME": ""})
        assert done.code == 1 and "HOME" in done.err and done.err.count("\n") == 1 and not done.out, words


def test_a_ledger_that_is_none_or_newer(run_cli: Run, home: Path) -> None:
    run_cli("sync", "anthropic", "45")
    ledger = home / ".local/share/creditsui/ledger.db"
    with sqlite3.connect(ledger) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = ledger.read_bytes()
    done = run_cli("sync", "anthropic", "46")
    assert done.code == 1 and done.err.count("\n") == 1
    shown = run_cli("status", "--cached")
    assert shown.code == 0 and "45.00" in shown.out and "newer creditsui" in shown.err
    asked = run_cli("status")
    assert asked.code == 1 and "45.00" in asked.out and asked.err.count("newer creditsui") == 1
    assert run_cli("status", "--fail-on", "low").code == 1
    run_cli("thresholds", "amount=100")
    assert run_cli("status", "--fail-on", "low").code == 3
    assert ledger.read_bytes() == before
    ledger.write_bytes(b"this is no database" * 100)
    for words in (["status", "--cached"], ["sync", "anthropic", "46"], ["entries"], ["undo"]):
        done = run_cli(*words)
        assert done.code == 1 and done.err.count("\n") == 1, words
    assert run_cli("doctor").code == 0
    assert ledger.read_bytes() == b"this is no database" * 100


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_home_that_cannot_be_written(run_cli: Run, home: Path) -> None:
    home.chmod(0o500)
    try:
        done = run_cli("sync", "anthropic", "45")
        assert done.code == 1 and done.err.count("\n") == 1
    finally:
        home.chmod(0o700)


def test_a_file_where_a_folder_should_be(run_cli: Run, home: Path) -> None:
    (home / ".local").write_text("")
    for words in (["sync", "anthropic", "45"], ["topup", "anthropic", "5"]):
        done = run_cli(*words)
        assert done.code == 1 and done.err.count("\n") == 1 and not done.out, words
    run_cli("sync", "anthropic", "45", "--capacity", "50")
    assert not (home / ".config").exists()  # nothing was booked, so nothing was set
    assert "status.json was not written" in run_cli("status").err


def test_what_nobody_expected_is_one_line_with_the_log(home: Path) -> None:
    broken = (
        "import creditsui.core.book as book\ndef fail(*_): raise RuntimeError('value sk-canary-0123456789abcdefghij')\n"
    )
    run = f"{broken}book.entries = fail\nfrom creditsui.cli.main import main\nraise SystemExit(main(['entries']))"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, timeout=30, check=False)
    log = home / ".local/state/creditsui/creditsui.log"
    assert done.returncode == 1 and done.stderr == f"creditsui failed: RuntimeError. Details are in {log}.\n"
    assert "entries.py" in log.read_text() and "canary" not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    env = {**os.environ, "CREDITSUI_DEBUG": "1"}
    loud = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, env=env, timeout=30, check=False)
    assert loud.returncode == 1 and "Traceback" in loud.stderr and "canary" not in loud.stderr


def test_the_demo_writes_nothing_of_its_own(home: Path) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (36, 120))
    running = subprocess.Popen(
        [*COMMAND, "--demo", "--still"], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "TMPDIR": str(home.parent), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    os.close(theirs)
    read_until(ours, b"DEMO")
    os.write(ours, b"q")
    with suppress(OSError):
        while os.read(ours, 65_536):
            pass
    assert running.wait(timeout=30) == 0
    os.close(ours)
    assert not list(home.rglob("*")) and not list(home.parent.glob("creditsui-demo-*"))


def test_settings_that_cannot_be_read_are_said_and_hide_nothing(run_cli: Run, home: Path) -> None:
    run_cli("account", "add", "piggy")
    run_cli("sync", "piggy", "45")
    config, status = home / ".config/creditsui/config.toml", home / ".local/state/creditsui/status.json"
    config.write_text("[accounts.piggy]\nprovider = \n")
    before = status.read_bytes()
    for line in ("status", "status --cached", "status --cached --json", "undo", "sync piggy 1"):
        words = line.split()
        done = run_cli(*words)
        assert done.code == 1 and not done.out, words
        assert "config.toml line 2" in done.err and "correct it" in done.err and done.err.count("\n") == 1, words
    assert status.read_bytes() == before and "45.00" in run_cli("line").out
    assert len(run_cli("entries", "--json").json["entries"]) == 1


def test_a_board_that_cannot_be_published_undoes_no_booking(run_cli: Run, home: Path) -> None:
    status = home / ".local/state/creditsui/status.json"
    status.mkdir(parents=True)
    for words in (
        ["sync", "anthropic", "45"],
        ["topup", "anthropic", "20"],
        ["undo"],
        ["status"],
        ["status", "--json"],
    ):
        done = run_cli(*words)
        assert done.code == 0 and "5.0" in done.out and f"{status} was not written" in done.err, words
    assert [row["type"] for row in run_cli("entries", "--json").json["entries"]] == ["undo", "topup", "sync"]
    status.rmdir()
    assert run_cli("status").err == "" and '"remaining": 45.0' in status.read_text()
