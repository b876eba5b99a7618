"""`creditsui route` on a real home of Hermes: what it says, writes, takes back, and when it keeps silent."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Start
from tests.core.conftest import SessionOf, clock, session_of
from tests.core.hermes_home import CONFIG, KEY, Hermes, drains, hermes

__all__ = ["clock", "session_of"]

GEMINI = {"provider": "gemini", "model": "gemini-3.1-pro-preview"}


@pytest.fixture
def at_work(home: Path, session_of: SessionOf) -> Iterator[Hermes]:
    """Hermes runs on DeepSeek, which has 9 days left; Anthropic has 16, Google 92."""
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        now = datetime.now(UTC)
        for account, left, days in (("google", "92", 92.0), ("anthropic", "40", 16.0), ("deepseek", "9", 9.0)):
            drains(it.session, account, left, days, now)
        yield it


def backups(it: Hermes) -> list[Path]:
    return sorted(one for one in it.home.iterdir() if one.name.startswith("config.yaml."))


def test_it_says_who_and_why_and_writes_nothing(run_cli: Run, at_work: Hermes) -> None:
    done = run_cli("route", env={"COLUMNS": "100"})
    assert done.code == 0 and done.out.splitlines()[0].startswith("Google Gemini has 9")
    assert " 1 ● Google Gemini" in done.out and "deepseek · deepseek-chat → gemini · gemini-3.1-pro-preview" in done.out
    assert '+  default: "gemini-3.1-pro-preview"' in done.out and "creditsui route --apply does it" in done.err
    assert "\x1b" not in done.out and KEY not in done.out + done.err
    assert at_work.config.read_text() == CONFIG and not backups(at_work)


def test_json_keeps_the_contract(run_cli: Run, at_work: Hermes) -> None:
    done = run_cli("route", "--json")
    assert (done.code, done.err) == (0, "")
    told = done.json
    assert (told["schema"], told["state"], told["plan"]["primary"]) == (1, "change", GEMINI)
    assert [one["provider"] for one in told["ranking"]] == ["google", "anthropic", "deepseek"]
    assert 80 < told["ranking"][0]["runway_days"] < 100 and told["ranking"][0]["eligible"] is True
    assert told["diff"].startswith("--- config.yaml\n+++ config.yaml\n") and "applied" not in told


def test_without_a_terminal_apply_needs_yes(run_cli: Run, at_work: Hermes) -> None:
    done = run_cli("route", "--apply")
    assert (done.code, done.out) == (2, "") and "needs --yes" in done.err
    assert run_cli("route", "--apply", "--json").code == 2
    assert at_work.config.read_text() == CONFIG


def test_unattended_it_writes_once_says_so_and_then_keeps_silent(run_cli: Run, at_work: Hermes) -> None:
    done = run_cli("route", "--apply", "--yes")
    assert (done.code, done.err) == (0, "")
    assert "Google Gemini has 9" in done.out and "→ gemini · gemini-3.1-pro-preview" in done.out
    assert f"Written to {at_work.config}; creditsui route --undo" in done.out and "@@" not in done.out
    written = at_work.config.read_text()
    assert 'default: "gemini-3.1-pro-preview"   # cheap' in written and "terminal:\n  backend: local\n" in written
    (backup,) = backups(at_work)
    assert backup.read_text() == CONFIG and backup.stat().st_mode & 0o777 == 0o600
    again = run_cli("route", "--apply", "--yes")
    assert (again.code, again.out, again.err) == (0, "", "")
    assert at_work.config.read_text() == written and backups(at_work) == [backup]


def test_json_says_what_was_applied_and_where_the_bytes_from_before_are(run_cli: Run, at_work: Hermes) -> None:
    told = run_cli("route", "--apply", "--yes", "--json").json
    assert told["applied"] is True and Path(told["backup"]).read_text() == CONFIG
    again = run_cli("route", "--apply", "--yes", "--json").json
    assert (again["state"], again["applied"], again["backup"]) == ("no-op", False, None)


def test_undo_puts_back_the_very_bytes(run_cli: Run, at_work: Hermes) -> None:
    odd = CONFIG.replace("\n", "\r\n").encode() + b"# \xe6\x9c\x88"
    at_work.config.write_bytes(odd)
    assert run_cli("route", "--apply", "--yes").code == 0 and at_work.config.read_bytes() != odd
    done = run_cli("route", "--undo")
    assert done.code == 0 and "byte for byte what it was before" in done.out
    assert "Unattended runs leave it alone until 20" in done.out
    assert at_work.config.read_bytes() == odd
    none = run_cli("route", "--undo")
    assert (none.code, none.out) == (1, "") and none.err.count("\n") == 1


def test_what_was_taken_back_is_not_written_again_unattended(run_cli: Run, at_work: Hermes) -> None:
    assert run_cli("route", "--apply", "--yes").code == 0
    told = run_cli("route", "--undo", "--json").json
    assert told["undone"] is True and datetime.fromisoformat(told["rests_until"]) > datetime.now(UTC)
    for _ in range(2):
        done = run_cli("route", "--apply", "--yes")
        assert (done.code, done.out, done.err) == (0, "", "")
    assert at_work.config.read_text() == CONFIG
    told = run_cli("route", "--json").json
    assert (told["state"], told["plan"]) == ("no-op", None) and "was taken back <1m ago" in told["reason"]
    looked = run_cli("route")
    assert "all of it rests until" in looked.out and "creditsui route --apply" not in looked.err


def test_undo_leaves_a_file_alone_that_was_edited_since(run_cli: Run, at_work: Hermes) -> None:
    assert run_cli("route", "--apply", "--yes").code == 0
    at_work.config.write_text(at_work.config.read_text() + "# mine\n")
    edited = at_work.config.read_bytes()
    done = run_cli("route", "--undo", "--json")
    assert (done.code, done.out) == (1, "") and "changed since" in done.err
    assert at_work.config.read_bytes() == edited


def test_what_is_refused_is_said_on_stderr_with_its_line(run_cli: Run, at_work: Hermes) -> None:
    broken = CONFIG.replace("  provider: deepseek\n", "  provider: deepseek\n  provider: xai\n")
    at_work.config.write_text(broken)
    for words in (
        ["route"],
        ["route", "--apply", "--yes"],
        ["route", "--json"],
        ["route", "--apply", "--yes", "--json"],
    ):
        done = run_cli(*words)
        assert done.code == 1 and done.err.startswith("Line 5") and done.err.count("\n") == 1
        if "--json" in words:
            assert done.json["state"] == "refused" and "Line 5" in done.json["reason"]
        elif "--yes" in words:
            assert done.out == ""
    assert at_work.config.read_text() == broken and not backups(at_work)


def test_without_hermes_it_says_where_it_looked(run_cli: Run, home: Path) -> None:
    done = run_cli("route")
    assert done.code == 1 and "No Hermes Agent in" in done.err and "HERMES_HOME" in done.err
    assert run_cli("route", "--json").json["plan"] is None
    silent = run_cli("route", "--apply", "--yes")
    assert (silent.code, silent.out) == (1, "") and "No Hermes Agent in" in silent.err


def test_a_profile_is_a_home_of_its_own(run_cli: Run, at_work: Hermes) -> None:
    work = at_work.home / "profiles" / "work"
    work.mkdir(parents=True)
    (work / "config.yaml").write_text(CONFIG)
    (work / ".env").write_text((at_work.home / ".env").read_text())
    assert run_cli("route", "--apply", "--yes", "--profile", "work").code == 0
    assert (work / "config.yaml").read_text() != CONFIG and at_work.config.read_text() == CONFIG
    assert run_cli("route", "--undo").code == 1
    assert run_cli("route", "--undo", "--profile", "work").code == 0
    assert (work / "config.yaml").read_text() == CONFIG
    done = run_cli("route", "--profile", "nosuch")
    assert done.code == 1 and "no profile nosuch; it has: work" in done.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--apply", "--undo"], "take one of them"),
        (["--yes"], "--yes goes with --apply"),
        (["--undo", "--yes"], "--yes goes with --apply"),
    ],
)
def test_words_that_do_not_go_together_are_2(run_cli: Run, words: list[str], says: str) -> None:
    done = run_cli("route", *words)
    assert (done.code, done.out) == (2, "") and says in done.err


def on_a_terminal(start_cli: Start, answer: str) -> tuple[int, str]:
    """`creditsui route --apply` where somebody answers; its exit code and all it said."""
    ours, theirs = os.openpty()
    running = start_cli("route", "--apply", stdin=theirs, stdout=theirs, stderr=theirs, env={"NO_COLOR": "1"})
    os.close(theirs)
    said = b""
    while b"[y/N]" not in said and (part := _read(ours)):
        said += part
    os.write(ours, answer.encode())
    while part := _read(ours):
        said += part
    os.close(ours)
    return running.wait(60), said.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


def test_on_a_terminal_it_asks_first(start_cli: Start, at_work: Hermes) -> None:
    code, said = on_a_terminal(start_cli, "\n")
    assert code == 0, said
    assert "@@" in said and "Nothing was written." in said and at_work.config.read_text() == CONFIG
    code, said = on_a_terminal(start_cli, "y\n")
    assert code == 0, said
    assert "Written to" in said and 'default: "gemini-3.1-pro-preview"' in at_work.config.read_text()
