"""`creditsui ingest` as a process: without a home, without a right to write, twice at once."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from creditsui import paths
from creditsui.adapters.ledger import open_ledger
from tests.cli.conftest import Run, run_cli  # noqa: F401
from tests.core.test_ingest import PROJECT, line

FILES, EACH = 60, 200


@pytest.fixture
def log(home: Path) -> Path:
    path = home / PROJECT / "one.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(line("m1") + line("m2"))
    return path


def kept(home: Path) -> int:
    with open_ledger(paths.find({"HOME": str(home)}).ledger) as ledger:
        return len(ledger.usage("anthropic"))


def test_what_it_says_to_scripts_and_to_people(run_cli: Run, log: Path) -> None:  # noqa: F811
    told = run_cli("ingest", "--json").json
    assert (told["schema"], told["files"], told["new"], told["duplicates"], told["skipped_lines"]) == (1, 1, 2, 0, 0)
    assert run_cli("ingest").out == "Nothing new in 1 log.\n"
    assert run_cli("ingest", "--rebuild").out.startswith("0 new calls from 1 log, 2 met before (0.8 kB in 0.")


def test_where_nobody_logs_nothing_is_made(run_cli: Run, home: Path) -> None:  # noqa: F811
    done = run_cli("ingest")
    assert done.code == 0 and "No log of an agent was found" in done.err
    assert not paths.find({"HOME": str(home)}).ledger.exists()


def test_without_a_home_it_says_so(run_cli: Run) -> None:  # noqa: F811
    done = run_cli("ingest", env={"HOME": ""})
    assert done.code == 1 and "set HOME" in done.err and done.err.count("\n") == 1


@pytest.mark.parametrize("odd", ["a folder", "no database"])
def test_a_ledger_that_cannot_be_written_is_one_line_and_no_log_is_lost(
    run_cli: Run,  # noqa: F811
    home: Path,
    log: Path,
    odd: str,
) -> None:
    ledger = paths.find({"HOME": str(home)}).ledger
    ledger.parent.mkdir(parents=True)
    if odd == "a folder":
        ledger.mkdir()
    else:
        ledger.write_bytes(b"this is no database at all" * 400)
    done = run_cli("ingest", "--json")
    assert done.code != 0 and str(ledger) in done.err and not done.out
    ledger.rmdir() if ledger.is_dir() else ledger.unlink()
    assert run_cli("ingest", "--json").json["new"] == 2


_SETPRIV = shutil.which("setpriv")
_AS_ANYBODY = [_SETPRIV or "", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
"""Takes from root that no mode stops it."""


@pytest.mark.skipif(os.getuid() == 0 and _SETPRIV is None, reason="root may write everywhere")
def test_a_ledger_that_we_may_only_read_is_one_line_and_is_left_as_it_was(home: Path, log: Path) -> None:
    ledger = paths.find({"HOME": str(home)}).ledger
    with open_ledger(ledger):
        pass
    before = ledger.read_bytes()
    for path in (ledger, ledger.parent):
        path.chmod(path.stat().st_mode & 0o555)
    command = [*_AS_ANYBODY, sys.executable, "-m", "creditsui", "ingest"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    ledger.parent.chmod(0o700)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert str(ledger) in done.stderr and "Traceback" not in done.stderr and done.stderr.count("\n") == 1
    assert ledger.read_bytes() == before


@pytest.mark.skipif(os.getuid() == 0 and _SETPRIV is None, reason="root may look everywhere")
@pytest.mark.parametrize(
    ("shut", "mode", "new"),
    [("", 0o000, 0), ("-home-me-web-app", 0o000, 0), ("-home-me-web-app", 0o444, 0), ("-srv-other", 0o000, 2)],
    ids=["all projects", "a project", "a list without a right to what it lists", "another project"],
)
def test_a_folder_that_may_not_be_looked_into_is_counted_and_told_and_read_once_it_may(
    home: Path, log: Path, shut: str, mode: int, new: int
) -> None:
    (home / ".claude/projects/-srv-other").mkdir()
    folder = home / ".claude/projects" / shut
    folder.chmod(mode)

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [*_AS_ANYBODY, sys.executable, "-m", "creditsui", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    try:
        done, doctor = run("ingest", "--json"), run("doctor")
        people = run("ingest")
    finally:
        folder.chmod(0o700)
    told = json.loads(done.stdout)
    assert (done.returncode, told["new"], told["unlisted"]) == (0, new, 1), done.stderr
    sentence = f"claude-code: {folder}{'/one.jsonl' if mode else ''} may not be looked into"
    assert done.stderr.count("\n") == 1 and done.stderr.startswith(sentence)
    assert sentence in doctor.stdout and "1 folder may not be looked into" in doctor.stdout
    assert "is no log" not in doctor.stdout
    assert people.stderr.startswith(sentence) and "No log" not in people.stderr
    after = run("ingest", "--json")
    assert (json.loads(after.stdout)["new"], after.stderr) == (2 - new, "")


def test_two_at_once_both_end_and_keep_every_call_once(home: Path, log: Path, run_cli: Run) -> None:  # noqa: F811
    log.unlink()
    for number in range(FILES):  # every file repeats half of the one before, so that both meet the same calls
        first = number * EACH // 2
        log.with_name(f"n{number}.jsonl").write_text("".join(line(f"k{n}") for n in range(first, first + EACH)))
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda _: run_cli("ingest", "--json"), range(2)))
    assert [(done.err, done.code) for done in ends] == [("", 0)] * 2
    calls = (FILES + 1) * EACH // 2
    assert sum(done.json["new"] for done in ends) == calls, "each call was new to one of them"
    assert kept(home) == calls
    with open_ledger(paths.find({"HOME": str(home)}).ledger) as ledger, ledger.calls() as store:
        assert sum(one.output for one in store.calls("anthropic", 0)) == calls * 100


def test_an_account_that_is_none_is_told_with_what_to_do(run_cli: Run, home: Path, log: Path) -> None:  # noqa: F811
    config = paths.find({"HOME": str(home)}).config
    config.parent.mkdir(parents=True)
    config.write_text('[sources.claude-code]\naccount = "nosuch"\n')
    done = run_cli("ingest")
    assert done.code == 0 and done.out.startswith("2 new calls from 1 log")
    assert "[sources.claude-code] account: There is no account “nosuch”. Add it with: creditsui account add nosuch" in (
        done.err
    )
    assert "no account “nosuch”" in run_cli("status", "--cached").err
    run_cli("account", "add", "nosuch")
    assert run_cli("ingest").err == ""
