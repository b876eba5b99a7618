"""Whatever stands where a log should be: nothing is raised, the doctor tells it, its neighbours count, and what is
mended is read."""

import errno
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from creditsui.adapters import foreign_sqlite, regular
from creditsui.core import spending
from creditsui.core.board import board
from creditsui.core.doctor import doctor
from creditsui.core.logs.ingest import ingest
from creditsui.core.session import Session
from creditsui.core.spend_page import Asked, SpendBook
from tests.core.conftest import Clock, SessionOf
from tests.core.test_ingest import PROJECT, calls, line
from tests.sources.hermes_db import Hermes


@pytest.fixture
def session(session_of: SessionOf) -> Session:
    return session_of(real=True, env={"ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})


@pytest.fixture
def log(home: Path) -> Path:
    """A good neighbour."""
    path = home / PROJECT / "one.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(line("m1") + line("m2"))
    return path


def advice(session: Session) -> str:
    return "\n".join(doctor(session).advice)


def note(session: Session, id: str) -> str:
    return next(one.note for one in doctor(session).sources if one.id == id)


# ── no file ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "put",
    [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path.name)],
    ids=["a folder", "a pipe", "a link to itself"],
)
def test_what_is_no_file_is_told_and_read_once_it_is_one(
    session: Session, log: Path, put: Callable[[Path], object]
) -> None:
    path = log.with_name("two.jsonl")
    put(path)
    assert ingest(session).new == 2
    assert f"claude-code: {path} is no log" in advice(session)
    path.rmdir() if path.is_dir() else path.unlink()
    path.write_text(line("m3"))
    assert ingest(session).new == 1
    assert str(path) not in advice(session)


def test_a_root_that_is_a_loop_or_a_file_is_told_and_others_are_read(session: Session, log: Path, home: Path) -> None:
    (home / ".codex").symlink_to(".codex")
    (home / ".hermes").write_text("no folder")
    assert ingest(session).new == 2
    told = advice(session)
    assert f"codex: {home}/.codex is no log" in told and f"hermes: {home}/.hermes is no log" in told


def test_links_that_go_round_are_followed_once(session: Session, log: Path) -> None:
    log.with_name("again").symlink_to(log.parent.parent, target_is_directory=True)
    assert ingest(session).new == 2 and ingest(session).files == 1


def test_a_link_to_a_log_that_is_gone_is_nothing_odd(session: Session, log: Path) -> None:
    log.with_name("latest.jsonl").symlink_to("gone.jsonl")
    assert ingest(session).new == 2 and "latest" not in advice(session)


def test_a_log_that_may_not_be_read_is_counted_told_and_tried_again(
    session: Session, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = log.with_name("two.jsonl")
    secret.write_text(line("m3"))
    with monkeypatch.context() as denied:  # whoever runs this may be root, whom no mode stops
        really = os.open

        def refuse(path: Path, *rest: int) -> int:
            if Path(path) == secret:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return really(path, *rest)

        denied.setattr(regular.os, "open", refuse)
        for _ in range(2):
            report = ingest(session)
            assert report.skipped_lines == 1
        assert f"claude-code: {secret} could not be read the last time" in advice(session)
    report = ingest(session)
    assert (report.new, report.skipped_lines) == (1, 0) and len(calls(session)) == 3
    assert str(secret) not in advice(session) and "could not be read" not in note(session, "claude-code")


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────

USED = b'{"type":"assistant","message":{"usage":{"input_tokens":'
DEEP = 200_000


@pytest.mark.parametrize(
    ("bad", "skipped"),
    [
        (USED + b"\xff\xfe}}}", 1),
        (USED + b"NaN}}}", 1),
        (USED, 1),
        (USED + b"[" * DEEP + b"]" * DEEP + b"}}}", 1),
        (USED + b"1}},\"x\":" + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}", 1),
        (USED + b'1}},"x":"' + b"x" * 50_000_000 + b'"', 1),
        (b"", 0),
        (b"x" * 50_000_000, 0),
        (b"\x00" * 4096, 0),
    ],
    ids=["no UTF-8", "NaN", "cut", "a deep number", "deep beside", "50 MB, cut", "blank", "50 MB of nothing", "zeros"],
)  # fmt: skip
def test_a_bad_line_is_counted_told_and_spoils_no_neighbour(
    session: Session, log: Path, bad: bytes, skipped: int
) -> None:
    log.write_bytes(line("m1").encode() + bad + b"\n" + line("m2").encode())
    report = ingest(session)
    assert (report.new, report.skipped_lines) == (2, skipped)
    assert ingest(session).skipped_lines == 0, "what was read is not read again"
    assert ("1 line could not be read" in note(session, "claude-code")) == bool(skipped)
    log.write_text(line("m1") + line("m3") + line("m2"))
    assert ingest(session).new == 1
    assert "could not be read" not in note(session, "claude-code")


@pytest.mark.parametrize("number", ["-5", '"-5"', "1e400", "-Infinity", '"NaN"', '"many"', "true", "[]", "1e15"])
def test_a_bad_number_never_counts_and_spoils_no_neighbour(session: Session, log: Path, number: str) -> None:
    with log.open("a") as file:
        file.write(line("m3", output=77).replace(":77", f":{number}") + line("m4"))
    ingest(session)
    assert sorted(one.output for one in calls(session) if one.output) == [100, 100, 100]
    assert all(one.output >= 0 for one in calls(session))


# ── clocks ──

BEFORE, AFTER = (
    ("1970-01-01T00:00:00.000Z", "2000-06-01T00:00:00Z"),
    ("2300-01-01T00:00:00.000Z", "9999-12-31T23:59:59Z"),
)


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def told_by(session: Session) -> tuple[float, ...]:
    """What the board tells of today, 7 days, 30 days and all time."""
    view = next(one for one in board(session).accounts if one.id == "anthropic")
    assert view.spend is not None
    figures = (view.spend.today, view.spend.week, view.spend.month, view.spend.all)
    return tuple(round(money.amount if money else 0, 6) for money in figures)


@pytest.mark.parametrize("at", [*BEFORE, *AFTER, "", "yesterday", "2026-13-45T99:99:99Z"])
def test_a_call_at_a_time_that_cannot_be_is_no_call_and_told(session: Session, log: Path, at: str) -> None:
    ingest(session)
    before = told_by(session)
    with log.open("a") as file:
        file.write(line("m3", at=at))
    assert (ingest(session).skipped_lines, told_by(session)) == (1, before)
    assert "1 line could not be read" in note(session, "claude-code")


@pytest.mark.parametrize("days", [2, 400, 20_000])
def test_what_a_log_dates_after_today_counts_on_no_day_yet_and_is_told(
    session: Session, log: Path, clock: Clock, days: int
) -> None:
    now = clock.instant
    log.write_text("".join(line(f"n{n}", at=stamp(now - timedelta(days=n))) for n in (0, 3, 20, 90)))
    ingest(session)
    before = told_by(session)
    assert [round(figure / before[0]) for figure in before] == [1, 2, 3, 4]
    with log.open("a") as file:
        file.writelines(line(f"m{n}", at=stamp(now + timedelta(days=days, seconds=n))) for n in range(60))
    assert ingest(session).new == 60
    assert told_by(session) == before
    day = (now + timedelta(days=days)).date()
    told = f"claude-code: 60 calls are dated after today, up to {day}: a clock was wrong there"
    assert told in advice(session)
    found = spending.spent(session, spending.ALL).report(["day"])
    assert [row.calls for row in found.rows] == [1, 1, 1, 1] and found.span is not None and found.span[1] == day
    page = SpendBook(session).page(Asked("all"))
    assert [row.calls for row in page.rows.rows] == [4]
    (only,) = spending.spent(session, day, day).report(["day"]).rows
    assert only.calls == 60, "who asks for that day sees them"
    if days == 2:
        clock.instant = now + timedelta(days=days)
        assert told not in advice(session) and told_by(session)[0] == pytest.approx(60 * before[0])


def test_a_call_later_today_is_one_of_today(session: Session, log: Path, clock: Clock) -> None:
    log.write_text(line("a", at=stamp(clock.instant + timedelta(hours=2))))
    ingest(session)
    assert told_by(session)[0] > 0 and "dated after today" not in advice(session)


# ── databases ────────────────────────────────────────────────────────────────────────────────────────────────────────


def hermes(home: Path) -> Hermes:
    agent = Hermes(home / ".hermes/state.db")
    agent.session(input_tokens=1000)
    agent.usage(input_tokens=1000)
    return agent


def test_a_locked_database_is_counted_told_and_read_once_it_is_free(
    session: Session, log: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign_sqlite, "PATIENCE", 0.01)
    agent = hermes(home)
    with closing(sqlite3.connect(agent.path)) as holder:
        holder.execute("SELECT count(*) FROM sessions").fetchone()
        agent.close()
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("UPDATE sessions SET cwd = '/srv/shop'")
        holder.commit()
        report = ingest(session)
        assert (report.new, report.skipped_lines) == (2, 1)
        assert f"hermes: {agent.path} could not be read the last time" in advice(session)
    assert ingest(session).new == 1
    assert sorted(one.input for one in calls(session)) == [3, 3, 1000]
    assert str(agent.path) not in advice(session) and "could not be read" not in note(session, "hermes")


@pytest.mark.parametrize(
    "content",
    [b"this is no database at all" * 400, b"", b"SQLite format 3\x00" + b"\xff" * 8000],
    ids=["text", "empty", "damaged"],
)
def test_a_file_that_is_no_database_is_told_and_read_once_it_is_one(
    session: Session, log: Path, home: Path, content: bytes
) -> None:
    path = home / ".hermes/state.db"
    path.parent.mkdir()
    path.write_bytes(content)
    report = ingest(session)
    assert report.new == 2
    if content:
        assert report.skipped_lines == 1
        assert f"hermes: {path} could not be read the last time" in advice(session)
    path.unlink()
    hermes(home).close()
    assert ingest(session).new == 1
    assert str(path) not in advice(session) and "could not be read" not in note(session, "hermes")


def test_an_older_database_and_a_newer_one_are_read_as_far_as_they_tell(
    session: Session, log: Path, home: Path
) -> None:
    old = Hermes(home / ".hermes/profiles/old/state.db", "CREATE TABLE sessions(id TEXT, started_at REAL)")
    old.do("INSERT INTO sessions VALUES('a', 1789100000.0)")
    new = hermes(home)
    new.do("ALTER TABLE sessions ADD COLUMN of_a_later_version TEXT")
    new.do("CREATE TABLE unheard_of(id)")
    new.do("PRAGMA user_version=9999")
    assert ingest(session).new == 3
    old.close()
    new.close()


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[sources.claude-code]\nenabled = "yes"', "[sources.claude-code] enabled must be true or false"),
        ("[sources.claude-code]\npaths = 3", "paths must be a list of folders"),
        ('[sources.claude-code]\npaths = ["/a", 3]', "paths must be a list of folders"),
        ('[sources.claude-code]\npaths = ["/nowhere"]', "there is no /nowhere."),
        ('[sources.claude-code]\nbilling = "x"', 'billing must be "auto", "metered" or "subscription"'),
        ("[sources.claude-code]\nbilling = []", 'billing must be "auto", "metered" or "subscription"'),
        ("[sources.claude-code]\naccount = 7", "account must be the id of an account"),
        ("[sources.claude-code]\nfolders = []", "folders means nothing here"),
        ("[sources.claude]\nenabled = false", "[sources.claude] names no agent"),
        ("[sources]\ncodex = false", "[sources.codex] is not a table"),
        (
            '[sources.claude-code]\naccount = "antropic"',
            "There is no account “antropic”. Add it with: creditsui account add antropic, or did you mean anthropic?",
        ),
        (
            '[sources.claude-code]\naccount = "Mine!"',
            "Add it with: creditsui account add ID, or name one there is: anthropic.",
        ),
        ('[prices."m-1"]\ninput = "1"\noutput = 2', '[prices."m-1"] input is not a number'),
    ],
)
def test_a_setting_that_means_nothing_is_told_and_stops_nothing(
    session: Session, log: Path, text: str, told: str
) -> None:
    session.paths.config.parent.mkdir(parents=True, exist_ok=True)
    session.paths.config.write_text(text + "\n")
    assert ingest(session).new == 2
    assert told in advice(session)


def test_an_account_that_is_none_is_told_on_the_board_while_its_source_is_read(session: Session, log: Path) -> None:
    session.paths.config.parent.mkdir(parents=True, exist_ok=True)
    for text, told in (("", True), ("enabled = false\n", False), ('\n[accounts.nosuch]\nprovider = "manual"', False)):
        session.paths.config.write_text(f'[sources.codex]\naccount = "nosuch"\n{text}')
        assert [notice for notice in board(session).notices if "no account “nosuch”" in notice] == [
            "config.toml: [sources.codex] account: There is no account “nosuch”. Add it with: creditsui account add "
            "nosuch, or name one there is: anthropic."
        ] * told
        assert ("nosuch" in advice(session)) == told
    session.paths.config.write_text('[sources.codex]\naccount = "openai"\n')
    assert not board(session).notices, "a provider whose key may come later"


def test_settings_that_mean_something_are_not_told(session: Session, log: Path, home: Path) -> None:
    session.paths.config.parent.mkdir(parents=True, exist_ok=True)
    session.paths.config.write_text(
        '[sources.claude-code]\nenabled = true\npaths = ["~/.claude"]\naccount = "anthropic"\nbilling = "auto"\n'
        '[prices."m-1"]\ninput = 1\noutput = 2.5\n'
    )
    assert "config.toml" not in advice(session)


def test_a_word_of_a_log_never_reaches_the_doctor(session: Session, log: Path) -> None:
    log.write_text('{"type":"assistant","message":{"usage":"secret words"}}\n')
    ingest(session)
    assert "secret words" not in json.dumps([*doctor(session).advice, note(session, "claude-code")])
