"""`creditsui alerts`: a line for what is new, silence for what is not, and one alert whoever asks at once."""

import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

CONFIG = """
timezone = "UTC"

[accounts.piggy]
provider = "manual"
label = "Piggy"
capacity = 50.0

[alerts]
desktop = false
ignore = ["drift"]
"""


@pytest.fixture
def piggy(home: Path, run_cli: Run) -> Path:
    """The settings of an account that was seen nearly full."""
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(CONFIG)
    assert run_cli("sync", "piggy", "40").code == 0
    silent(run_cli)
    return path


def silent(run_cli: Run, *words: str) -> None:
    done = run_cli("alerts", "--once", *words)
    assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.usefixtures("piggy")
def test_once_says_what_is_new_and_then_not_a_byte(run_cli: Run) -> None:
    run_cli("sync", "piggy", "20")
    done = run_cli("alerts", "--once")
    assert (done.code, done.out, done.err) == (0, "Piggy is low: $20.00 of $50.00\n", "")
    silent(run_cli)
    silent(run_cli, "--json")


@pytest.mark.usefixtures("piggy")
def test_json_is_one_object_a_line_with_what_the_manual_names(run_cli: Run) -> None:
    run_cli("sync", "piggy", "9.02")
    done = run_cli("alerts", "--once", "--json")
    assert done.out.count("\n") == 1 and not done.err
    at = done.json["at"]
    assert done.json == {
        "schema": 1,
        "account": "piggy",
        "rule": "band",
        "level": "critical",
        "band": "critical",
        "value": 0.1804,
        "threshold": 0.25,
        "episode": f"piggy:band:critical:{at}",
        "at": at,
        "message": "Piggy is critical: $9.02 of $50.00",
        "label": "Piggy",
        "subject": "critical",
    }


@pytest.mark.usefixtures("home")
def test_in_an_empty_home_there_is_nothing_to_say(run_cli: Run) -> None:
    silent(run_cli)
    assert run_cli("alerts").out == "Nothing is over a line.\n"
    assert run_cli("alerts", "--json").out == ""


@pytest.mark.usefixtures("piggy")
def test_the_list_says_what_goes_on(run_cli: Run) -> None:
    run_cli("sync", "piggy", "9")
    run_cli("alerts", "--once")
    for words in (("alerts",), ("alerts", "list")):
        done = run_cli(*words)
        assert done.code == 0 and not done.err
        assert done.out.startswith("✖ 20") and done.out.endswith("  Piggy is critical: $9.00 of $50.00\n")
    assert run_cli("alerts", env={"LC_ALL": "C"}).out.isascii()
    row: dict[str, Any] = run_cli("alerts", "--json").json
    assert (row["told"], row["acknowledged"], row["snoozed_until"]) == (True, False, None)
    run_cli("sync", "piggy", "50")
    silent(run_cli)
    assert run_cli("alerts").out == "Nothing is over a line.\n"


def test_a_mistake_in_the_settings_is_one_line(piggy: Path, run_cli: Run) -> None:
    piggy.write_text(CONFIG + 'urls = ["ntfy://hush@host"]\n')
    for words in (["alerts", "--once"], ["alerts", "--test"]):
        done = run_cli(*words)
        assert done.code == 1 and not done.out and done.err.count("\n") == 1
        assert "hush" not in done.err and "[alerts] urls" in done.err
    assert run_cli("alerts", "--once", "--test").code == 2


def test_a_ledger_that_cannot_be_written_is_one_line_of_reason(home: Path, piggy: Path, run_cli: Run) -> None:
    import sqlite3

    ledger = home / ".local/share/creditsui/ledger.db"
    run_cli("sync", "piggy", "9")
    with sqlite3.connect(ledger) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1}")
    done = run_cli("alerts", "--once")
    assert done.code == 1 and not done.out and done.err.count("\n") == 1 and "update creditsui" in done.err
    with sqlite3.connect(ledger) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    connection = sqlite3.connect(ledger, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    done = run_cli("alerts", "--once")
    assert done.code == 1 and not done.out and done.err.count("\n") == 1 and "Another program" in done.err
    connection.execute("ROLLBACK")
    assert run_cli("alerts", "--once").out == "Piggy is critical: $9.00 of $50.00\n"


@pytest.mark.usefixtures("piggy")
def test_of_several_at_once_one_alone_tells(run_cli: Run) -> None:
    for left, subject in (("20", "low"), ("9", "critical")):
        run_cli("sync", "piggy", left)
        with ThreadPoolExecutor(4) as pool:
            ended = list(pool.map(lambda _: run_cli("alerts", "--once", "--json"), range(4)))
        told = [json.loads(line)["subject"] for done in ended for line in done.out.splitlines()]
        assert told == [subject] and not any(done.err for done in ended)


def test_one_that_is_killed_before_it_handed_an_alert_on_leaves_it_to_the_next(piggy: Path, run_cli: Run) -> None:
    kill = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)"
    piggy.write_text(CONFIG + f"command = {json.dumps([sys.executable, '-c', kill])}\n")
    run_cli("sync", "piggy", "20")
    for _ in range(2):
        assert run_cli("alerts", "--once").code == -signal.SIGKILL
    piggy.write_text(CONFIG)
    assert run_cli("alerts", "--once").out == "Piggy is low: $20.00 of $50.00\n"
    silent(run_cli)


@pytest.mark.usefixtures("piggy")
def test_whoever_reads_and_goes_away_was_told_nothing(run_cli: Run) -> None:
    run_cli("sync", "piggy", "20")
    reading, writing = os.pipe()
    os.close(reading)
    run_cli("alerts", "--once", stdout=writing)
    os.close(writing)
    assert run_cli("alerts", "--once").out == "Piggy is low: $20.00 of $50.00\n"


def test_a_command_that_fails_is_one_line_and_the_alert_was_told(piggy: Path, run_cli: Run) -> None:
    piggy.write_text(CONFIG + 'command = ["/nowhere/at-all"]\n')
    run_cli("sync", "piggy", "20")
    done = run_cli("alerts", "--once")
    assert done.code == 1 and done.out.startswith("Piggy is low") and done.err.count("\n") == 1
    assert "at-all" in done.err
    silent(run_cli)
