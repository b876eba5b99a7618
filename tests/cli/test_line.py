"""The status line: from the last board alone, at once, and never a failure of the bar it stands in."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from creditsui.cli.main import main
from creditsui.outputs.line import FIELDS
from tests.cli.conftest import Run

LIMITS = {"five_hour": {"used_percentage": 27, "resets_at": 4102444800}}
PIPED = json.dumps({"session_id": "canary", "model": {"id": "claude-opus"}, "rate_limits": LIMITS})


def status(home: Path) -> Path:
    return home / ".local/state/creditsui/status.json"


def kept(home: Path) -> Path:
    return home / ".local/state/creditsui/claude-status.json"


def test_it_says_what_the_last_board_said(run_cli: Run, home: Path) -> None:
    none = run_cli("line")
    assert none.code == 0 and "creditsui status" in none.out
    run_cli("sync", "anthropic", "45", "--capacity", "50")
    for host in ("plain", "tmux", "waybar", "starship", "claude"):
        done = run_cli("line", "--for", host)
        assert done.code == 0 and not done.err and done.out.count("\n") == 1, host
        assert "45.00" in done.out, host
    assert json.loads(run_cli("line", "--for", "waybar").out)["text"]
    short = run_cli("line", "--width", "10").out.rstrip("\n")
    assert 0 < len(short) <= 10
    assert run_cli("line", "--template", "{anthropic.left} of {total}").out == "$45.00 of $45.00\n"
    assert run_cli("line", "--template", "{glyph}", env={"LC_ALL": "C"}).out.isascii()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", "null", '{"schema": 9, "accounts": []}', '{"accounts": {}}', "[" * 9_000_000, "\xff", "1" * 5000],
    ids=lambda text: text[:12],
)
def test_a_board_that_cannot_be_read_is_said(home: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    status(home).parent.mkdir(parents=True)
    status(home).write_text(text)
    for words in (["line"], ["line", "--for", "tmux"]):
        assert main(words) == 0
        said = capsys.readouterr()
        assert said.out.count("\n") == 1 and said.out.strip() and not said.err


def test_who_is_left_out_is_left_out_however_it_is_typed(run_cli: Run) -> None:
    run_cli("account", "add", "work", "--label", "Secret Inc", "--capacity", "10")
    run_cli("sync", "work=1", "anthropic=45.00")
    assert "Secret Inc" in run_cli("line").out
    for words in (["--hide", "work"], ["--hide=work"], ["--only", "anthropic"], ["--width", "99", "--only=anthropic"]):
        done = run_cli("line", *words)
        assert done.code == 0 and "Secret" not in done.out and "46" not in done.out and done.out.count("\n") == 1, words
    both = ["--hide", "work", "--hide", "anthropic"]
    assert run_cli("line", *both).out == run_cli("line", "--hide=work", "--hide=anthropic").out == "nothing to tell\n"
    for words in (["--private"], ["--private", "--width=99"]):
        done = run_cli("line", *words)
        assert "Secret" not in done.out and "$" not in done.out and "Manual 10%" in done.out, words
    bare = run_cli("line", "--for", "starship", env={"NO_COLOR": "1"})
    assert "\x1b" not in bare.out and "\x1b" in run_cli("line", "--for", "starship").out


def test_an_id_that_no_account_has_is_named_once_on_stderr_and_the_line_is_the_same(run_cli: Run) -> None:
    assert not run_cli("line", "--hide", "nobody").err, "there is no board yet"
    run_cli("sync", "anthropic=45.00")
    done = run_cli("line", "--hide", "nobody", "--only=anthropic", "--hide=nobody")
    assert done.code == 0 and done.out == run_cli("line").out
    assert done.err == "creditsui line: no account has the id nobody\n"


@pytest.mark.parametrize("host", ["plain", "tmux", "waybar", "starship", "claude"])
def test_nobody_to_read_it_is_no_failure(home: Path, host: str) -> None:
    command = f"{sys.executable} -m creditsui line --for {host}"
    for rest in ("| true", ">&-", ">&- 2>&-"):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command} {rest}"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=dict(os.environ), check=False,
        )  # fmt: skip
        assert done.returncode == 0 and not done.stderr, (rest, done.stderr)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command.split(), stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 1 and done.stderr.count(b"\n") == 1 and b"full" in done.stderr


def test_help_names_every_field_of_a_template(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["line", "--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"{{{name}}}" in out for name in FIELDS)


def test_the_tap_keeps_the_limits_and_nothing_else(run_cli: Run, home: Path) -> None:
    done = run_cli("line", "--for", "claude", input=PIPED)
    assert done.code == 0 and done.out.count("\n") == 1
    assert json.loads(kept(home).read_text())["rate_limits"] == LIMITS
    assert "canary" not in kept(home).read_text() and kept(home).stat().st_mode & 0o777 == 0o600
    assert not status(home).exists() and not (home / ".local/share").exists(), "nothing else is written"


@pytest.mark.parametrize("text", [b"", b"\xff\x00", b"{", b'{"rate_limits": 3}', b"[" * 100_000, b" " * 2_000_000])
def test_bad_input_still_gives_a_line(run_cli: Run, home: Path, text: bytes) -> None:
    done = run_cli("line", "--for", "claude", input=text)
    assert done.code == 0 and done.out.count("\n") == 1 and done.out.strip()
    assert not kept(home).exists()


def test_the_previous_command_gets_the_same_input_and_comes_first(run_cli: Run, home: Path) -> None:
    copy = home / "copy.json"
    done = run_cli("line", "--for", "claude", "--then", "sh", "-c", f"cat > {copy}; echo theirs --width", input=PIPED)
    first, second = done.out.splitlines()
    assert first == "theirs --width" and "creditsui" in second
    assert copy.read_text() == PIPED and kept(home).exists()
    shell = run_cli("line", "--for", "claude", "--then", "cat | wc -c", input=PIPED)
    assert shell.out.splitlines()[0].strip() == str(len(PIPED))
    for broken in (["false"], ["/nope/nothing"], ["sh -c 'exit 3'"], ["true"]):
        done = run_cli("line", "--for", "claude", "--then", *broken, input=PIPED)
        assert done.code == 0 and len(done.out.splitlines()) == 1, broken


def test_without_a_home_there_is_still_a_line(run_cli: Run) -> None:
    done = run_cli("line", "--for", "claude", input=PIPED, env={"HOME": ""})
    assert done.code == 0 and done.out.count("\n") == 1
    plain = run_cli("line", env={"HOME": ""})
    assert plain.code == 1 and "HOME" in plain.err and plain.err.count("\n") == 1


def test_where_it_cannot_write_there_is_still_a_line(run_cli: Run, home: Path) -> None:
    (home / ".local").write_text("in the way")
    done = run_cli("line", "--for", "claude", input=PIPED)
    assert done.code == 0 and done.out.count("\n") == 1 and "not kept" in done.err


def test_a_terminal_or_an_open_pipe_is_not_waited_for(home: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "creditsui", "line", "--for", "claude"]
    done = subprocess.run(command, stdin=theirs, capture_output=True, timeout=30, check=True, env=dict(os.environ))
    assert done.stdout.count(b"\n") == 1
    os.close(ours)
    os.close(theirs)
    reader, writer = os.pipe()
    os.write(writer, PIPED.encode())  # and never closed
    done = subprocess.run(command, stdin=reader, capture_output=True, timeout=30, check=True, env=dict(os.environ))
    assert done.stdout.count(b"\n") == 1 and kept(home).exists()
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_stands_in_the_place_of_the_board_is_not_waited_for(run_cli: Run, home: Path, make: Any) -> None:
    status(home).parent.mkdir(parents=True)
    make(status(home))
    done = run_cli("line")
    assert done.code == 0 and "cannot be read" in done.out


def test_without_a_home_claude_code_is_told_so(run_cli: Run) -> None:
    done = run_cli("line", "--for", "claude", input=PIPED, env={"HOME": ""})
    assert done.code == 0 and "HOME is not set" in done.out
