"""With nothing new a run is done before it has looked into anything; and whatever is new is noticed."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from creditsui.adapters import seen, spare
from creditsui.core.logs import unchanged
from creditsui.core.logs.ingest import ingest, pending
from creditsui.core.session import Session
from tests.cli.conftest import Run, run_cli  # noqa: F401
from tests.core.conftest import SessionOf
from tests.core.test_ingest import PROJECT, calls, line
from tests.sources.hermes_db import Hermes

CONFIG = 'timezone = "UTC"\n'


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all files had been as they are for long."""
    monkeypatch.setattr(seen, "_SETTLING", -(10**18))


@pytest.fixture
def session(session_of: SessionOf, home: Path) -> Session:
    """Two logs, one of them below a root that is a link, and a database that is being written."""
    for path in (home / PROJECT / "one.jsonl", home / "disk/sessions/-x/two.jsonl"):
        path.parent.mkdir(parents=True)
        path.write_text(line(path.stem))
    (home / ".config").mkdir()
    (home / ".config/claude").mkdir()
    (home / ".config/claude/projects").symlink_to(home / "disk/sessions")
    (home / ".config/claude/claude-code-sessions").symlink_to(home / "unmounted")
    return session_of(real=True, config=CONFIG)


@pytest.fixture
def agent(session: Session, home: Path) -> Hermes:
    agent = Hermes(home / ".hermes/state.db")
    agent.session(input_tokens=1000)
    agent.usage(input_tokens=1000)
    return agent


def appended(home: Path) -> None:
    with (home / PROJECT / "one.jsonl").open("a") as file:
        file.write(line("m9"))


def made(home: Path) -> None:
    (home / PROJECT / "new.jsonl").write_text(line("m9"))


def made_elsewhere(home: Path) -> None:
    path = home / ".claude/projects/-home-me-other/deep/new.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(line("m9"))


def first_of_another_agent(home: Path) -> None:
    path = home / ".codex/sessions/2026/rollout.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("{}\n")


def deleted(home: Path) -> None:
    (home / PROJECT / "one.jsonl").unlink()


def replaced(home: Path) -> None:
    """By another file of the same size and time."""
    log = home / PROJECT / "one.jsonl"
    before = log.stat()
    new = log.with_name("new")
    new.write_text(log.read_text().replace("one", "two"))
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(log)
    assert log.stat().st_size == before.st_size


def written_over(home: Path) -> None:
    """With as many bytes, and its time set back."""
    log = home / PROJECT / "one.jsonl"
    before = log.stat()
    with log.open("r+") as file:
        file.write(line("two"))
    os.utime(log, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert log.stat().st_size == before.st_size


def led_elsewhere(home: Path) -> None:
    link = home / ".config/claude/projects"
    link.unlink()
    shutil.copytree(home / "disk/sessions", home / "disk/others")
    link.symlink_to(home / "disk/others")


def mounted(home: Path) -> None:
    """Where a link led to nothing."""
    path = home / "unmounted/new.jsonl"
    path.parent.mkdir()
    path.write_text(line("m9"))


def shut(home: Path) -> None:
    (home / PROJECT).chmod(0o0)


def settings_written(home: Path) -> None:
    (home / ".config/creditsui/config.toml").write_text('[sources.claude-code]\nbilling = "subscription"\n')


def settings_gone(home: Path) -> None:
    (home / ".config/creditsui/config.toml").unlink()


def another_ledger(home: Path) -> None:
    """A backup is put back: into the same file."""
    ledger = home / ".local/share/creditsui/ledger.db"
    ledger.write_bytes((home / "backup").read_bytes())


def no_ledger(home: Path) -> None:
    (home / ".local/share/creditsui/ledger.db").unlink()


ALL: list[Callable[[Path], None]] = [
    appended, made, made_elsewhere, first_of_another_agent, deleted, replaced, written_over, led_elsewhere, mounted,
    shut, settings_written, settings_gone, another_ledger, no_ledger,
]  # fmt: skip


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("happens", ALL)
def test_whatever_changes_is_noticed(session: Session, home: Path, happens: Callable[[Path], None]) -> None:
    ingest(session)
    shutil.copy(session.paths.ledger, home / "backup")
    ingest(session)
    assert unchanged.logs(session.env) == 2
    happens(home)
    assert unchanged.logs(session.env) is None
    (home / PROJECT).chmod(0o700)


@pytest.mark.usefixtures("settled")
def test_what_a_database_has_not_yet_written_to_its_file_is_noticed(session: Session, agent: Hermes) -> None:
    ingest(session)
    assert unchanged.logs(session.env) == 3
    before = agent.path.stat()
    agent.do("UPDATE session_model_usage SET input_tokens = 2000")
    assert agent.path.stat() == before
    assert unchanged.logs(session.env) is None and pending(session) > 0


@pytest.mark.usefixtures("settled")
def test_another_environment_is_noticed(session: Session, home: Path) -> None:
    ingest(session)
    assert unchanged.logs({**session.env, "LANG": "de"}) == 2
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME"):
        assert unchanged.logs({**session.env, name: str(home)}) is None


@pytest.mark.usefixtures("settled")
def test_another_version_or_price_table_is_noticed(
    session: Session, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    from creditsui.pricing import table

    prices = home / "data.py"
    prices.write_text("")
    monkeypatch.setattr(table, "files", lambda: [str(prices)])
    ingest(session)
    assert unchanged.logs(session.env) == 2
    with monkeypatch.context() as patched:
        patched.setattr(seen, "_HEAD", "seen 1 9.9.9 /elsewhere")
        assert unchanged.logs(session.env) is None
    prices.write_text("new")
    assert unchanged.logs(session.env) is None


def test_what_changed_just_now_is_not_trusted_because_it_may_change_again_in_the_same_tick(session: Session) -> None:
    ingest(session)
    assert unchanged.logs(session.env) is None and not session.paths.seen.exists()


@pytest.mark.usefixtures("settled")
def test_a_log_that_could_not_be_read_keeps_everybody_looking(session: Session, home: Path) -> None:
    (home / ".hermes").mkdir()
    (home / ".hermes/state.db").write_text("no database at all, but long enough to be taken for one" * 99)
    ingest(session)
    assert unchanged.logs(session.env) is None


@pytest.mark.usefixtures("settled")
def test_settings_that_cannot_be_read_are_told_though_nothing_else_is_new(session: Session) -> None:
    ingest(session)
    session.paths.config.write_text("[broken")
    (session.paths.home / PROJECT / "new.jsonl").write_text(line("m9"))
    ingest(session)  # with the last good ones, as the pane does
    assert unchanged.logs(session.env) is None


@pytest.mark.usefixtures("settled")
def test_calls_of_the_future_and_settings_of_sources_keep_being_told(session: Session, home: Path) -> None:
    (home / PROJECT / "new.jsonl").write_text(line("m9", at="2055-01-01T00:00:00.000Z"))
    ingest(session)
    assert unchanged.logs(session.env) is None and pending(session) == 0
    (home / PROJECT / "new.jsonl").unlink()
    session.paths.ledger.unlink()
    session.paths.config.write_text('[sources.codex]\naccount = "nobody"\n')
    ingest(session)
    assert unchanged.logs(session.env) is None and pending(session) == 0


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"seen", b"\xff\xfe\0\0\0", b"seen 1\x001\x001\x009\0a", b"1\0" * 9000],
)
def test_whatever_stands_in_the_file_is_as_if_nothing_were_there(session: Session, content: bytes) -> None:
    ingest(session)
    file, good = str(session.paths.seen), session.paths.seen.read_bytes()
    session.paths.seen.write_bytes(content)
    assert unchanged.logs(session.env) is None
    spare.keep(file, content)
    assert unchanged.logs(session.env) is None
    head = good[: good.index(b"\0")]
    for more in (
        b"\0-\x001\x000\0a\0b",
        b"\x002\x001\x000",
        b"\x002\x001\x000\0a",
        b"\x002\x001\x00-5\0a\0b",
        b"\x002\0x\x000\0a\0",
    ):
        spare.keep(file, head + more)
        assert unchanged.logs(session.env) is None
    session.paths.seen.write_bytes(good[:-40] + good[-39:])
    assert unchanged.logs(session.env) is None
    session.paths.seen.unlink()
    os.mkfifo(session.paths.seen)
    assert unchanged.logs(session.env) is None
    assert ingest(session).files == 2 and len(calls(session)) == 2


@pytest.mark.usefixtures("settled")
def test_a_rebuild_looks_whatever_was_seen(session: Session) -> None:
    ingest(session)
    assert ingest(session).duplicates == 0
    assert ingest(session, rebuild=True).duplicates == 2


@pytest.mark.usefixtures("settled")
def test_with_nothing_new_the_same_is_said_and_next_to_nothing_loaded(session: Session, run_cli: Run) -> None:  # noqa: F811
    from tests.test_imports import loaded

    session.paths.seen.parent.mkdir(parents=True)
    ingest(session)
    session.paths.seen.rename(session.paths.seen.with_name("kept"))
    usual = run_cli("ingest", "--json").json, run_cli("ingest").out
    session.paths.seen.with_name("kept").rename(session.paths.seen)
    for words in (["ingest"], ["ingest", "--json"], ["ingest", "--json", "--progress"]):
        code, modules = loaded(*words)
        assert code == 0
        assert not modules & {"argparse", "dataclasses", "msgspec", "sqlite3", "logging", "tomllib", "pathlib"}, words
    quick = run_cli("ingest", "--json").json, run_cli("ingest").out
    assert quick[0] == {**usual[0], "seconds": quick[0]["seconds"]}
    assert quick[1].partition(" s)")[0][:-3] == usual[1].partition(" s)")[0][:-3]
