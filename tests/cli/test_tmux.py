"""`creditsui tmux` where no tmux runs: printed, installed, taken away, and every refusal one line."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.e2e.tmux import needs_tmux


@pytest.fixture(autouse=True)
def nowhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tmux of whoever runs the tests is out of reach."""
    monkeypatch.setenv("TMUX_TMPDIR", str(home))


def tree(home: Path) -> dict[str, bytes]:
    """Every file but what every command may leave in the state folder."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and ".local" not in path.parts
    }


def test_it_prints_what_it_would_write_and_writes_nothing(run_cli: Run, home: Path) -> None:
    done = run_cli("tmux")
    assert done.code == 0 and "bind-key b display-popup" in done.out and "Nothing was written" in done.err
    assert not tree(home)
    run_cli("tmux", "--write")
    assert (home / ".config/creditsui/tmux.conf").read_text() == done.out


@pytest.mark.parametrize("before", [None, "", "set -g mouse on", "set -g mouse on\n", "# über\r\n\n\n"])
def test_written_once_or_twice_and_taken_away_nothing_is_different(
    run_cli: Run, home: Path, before: str | None
) -> None:
    settings = home / ".tmux.conf"
    if before is not None:
        settings.write_bytes(before.encode())
    found = tree(home)
    first = run_cli("tmux", "--write")
    assert first.code == 0 and str(settings) in first.out and "tmux source-file" in first.err
    written = tree(home)
    again = run_cli("tmux", "--write")
    assert again.code == 0 and not again.out and "Up to date" in again.err and tree(home) == written
    other = run_cli("tmux", "--write", "--hide", "work", "--private", "--key", "none")
    assert other.out == f"{home}/.config/creditsui/tmux.conf\n"
    assert "--hide work --private" in (home / ".config/creditsui/tmux.conf").read_text()
    gone = run_cli("tmux", "--remove")
    assert gone.code == 0 and str(settings) in gone.out and tree(home) == found
    assert not (home / ".config/creditsui").exists()
    assert "nothing of creditsui" in run_cli("tmux", "--remove").err and tree(home) == found


def test_what_else_is_in_our_folder_stays(run_cli: Run, home: Path) -> None:
    run_cli("thresholds", "critical=10")
    before = tree(home)
    run_cli("tmux", "--write")
    run_cli("tmux", "--remove")
    assert tree(home) == before


def test_settings_that_may_not_be_written_are_one_line_of_reason(run_cli: Run, home: Path) -> None:
    (home / ".tmux.conf").mkdir()
    done = run_cli("tmux", "--write")
    assert done.code == 1 and done.err.count("\n") == 1 and ".tmux.conf" in done.err
    own = home / ".config/creditsui/tmux.conf"
    assert not own.exists(), "what nothing reads is not left behind"
    (home / ".tmux.conf").rmdir()
    (home / ".tmux.conf").symlink_to("gone/tmux.conf")
    done = run_cli("tmux", "--write")
    assert done.code == 1 and "symbolic link" in done.err and "source-file" in done.err and done.err.count("\n") == 1
    assert own.exists(), "the line that is to be added reads it"
    (home / ".tmux.conf").unlink()
    (home / ".tmux.conf").write_text("set -g mouse on\n")
    (home / ".tmux.conf").chmod(0o400)
    done = run_cli("tmux", "--write")
    assert done.code == 1 and done.err.count("\n") == 1
    assert (home / ".tmux.conf").read_text() == "set -g mouse on\n"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--write", "--remove"], 2, "do not go together"),
        (["--json"], 2, "goes with --check"),
        (["--key", "b; kill-server"], 1, "no key of tmux"),
        (["--template", "a\nb"], 1, "control characters"),
        (["--width", "0"], 2, "whole number"),
    ],
)
def test_what_makes_no_sense_is_one_line(run_cli: Run, home: Path, words: list[str], code: int, says: str) -> None:
    done = run_cli("tmux", *words)
    assert done.code == code and says in done.err and done.err.count("\n") == 1 and not done.out
    assert not tree(home)


@needs_tmux
def test_outside_of_tmux_check_says_so(run_cli: Run) -> None:
    done = run_cli("tmux", "--check", env={"TMUX": "", "TMUX_PANE": ""})
    assert done.code == 1 and "not a pane of tmux" in done.out
    dead = run_cli("tmux", "--check", "--json", env={"TMUX": "/nowhere/socket,1,0", "TMUX_PANE": "%0"})
    assert dead.code == 1 and dead.json["inside"] is False and dead.json["checks"][-1]["state"] == "hurts"


def test_without_tmux_check_says_so_and_the_rest_works(run_cli: Run, tmp_path: Path) -> None:
    env = {"PATH": str(tmp_path)}
    done = run_cli("tmux", "--check", "--json", env=env)
    assert done.code == 1 and json.loads(done.out)["version"] is None and "install tmux" in done.out
    assert run_cli("tmux", env=env).code == run_cli("tmux", "--write", env=env).code == 0
    assert shutil.which("tmux", path=str(tmp_path)) is None


def test_without_a_home_it_is_said(run_cli: Run) -> None:
    done = run_cli("tmux", "--write", env={"HOME": ""})
    assert done.code == 1 and "HOME" in done.err and done.err.count("\n") == 1
