"""Logs of agents, read into the ledger: each call once, whatever happens to the files in between."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core.logs.ingest import Report, ingest, pending
from creditsui.core.session import Session
from creditsui.domain.usage import Usage
from tests.core.conftest import Clock, SessionOf

PROJECT = ".claude/projects/-home-me-web-app"


def line(
    id: str, *, output: int = 100, at: str = "2026-11-20T10:00:00.000Z", model: str = "claude-opus-4-8", **more: object
) -> str:
    """One block of an answer as Claude Code logs it."""
    usage = {
        "input_tokens": 3,
        "output_tokens": output,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 1000,
    }
    message = {
        "id": id,
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": "secret prompt"}],
        "usage": usage,
    }
    row = {
        "type": "assistant", "timestamp": at, "sessionId": "s-1", "version": "2.1.120", "requestId": f"req-{id}",
        "isSidechain": False, "cwd": "/home/me/web-app", "uuid": id, "message": message, **more,
    }  # fmt: skip
    return json.dumps(row, separators=(",", ":")) + "\n"


@pytest.fixture
def session(session_of: SessionOf) -> Session:
    return session_of(real=True, env={"ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})


@pytest.fixture
def log(home: Path) -> Path:
    path = home / PROJECT / "one.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(line("m1") + line("m2"))
    return path


def calls(session: Session, account: str = "anthropic") -> list[Usage]:
    with open_ledger(session.paths.ledger) as ledger:
        return ledger.usage(account)


def counts(report: Report) -> tuple[int, int, int]:
    return report.new, report.duplicates, report.skipped_lines


def test_each_call_is_read_once_priced_and_without_a_word_of_it(session: Session, log: Path) -> None:
    assert counts(ingest(session)) == (2, 0, 0)
    one, two = calls(session)
    assert (one.model, one.input, one.output, one.cache_read) == ("claude-opus-4-8", 3, 100, 1000)
    assert (one.project, one.session, one.source, one.billing) == ("web-app", "s-1", "claude-code", "metered")
    assert (
        one.cost is not None and one.cost == two.cost and one.cost.micros == 3015
    )  # 3 × $5 + 100 × $25 + 1000 × $0.50
    assert counts(ingest(session)) == (0, 0, 0) and len(calls(session)) == 2
    assert b"secret prompt" not in session.paths.ledger.read_bytes()


def test_new_lines_count_and_a_half_written_one_waits(session: Session, log: Path) -> None:
    ingest(session)
    third = line("m3")
    with log.open("a") as file:
        file.write(third[:200])
    assert pending(session) > 0
    assert counts(ingest(session)) == (0, 0, 0)
    with log.open("a") as file:
        file.write(third[200:])
    assert counts(ingest(session)) == (1, 0, 0) and len(calls(session)) == 3
    assert pending(session) == 0


def test_a_growing_answer_replaces_its_smaller_self(session: Session, log: Path) -> None:
    ingest(session)
    with log.open("a") as file:
        file.write(line("m2", output=400, at="2026-11-20T10:00:05.000Z"))
    assert counts(ingest(session)) == (0, 1, 0)
    assert sorted(one.output for one in calls(session)) == [100, 400]
    assert {one.at.second for one in calls(session)} == {0}


def test_copies_resumes_and_files_that_were_written_anew_count_once(session: Session, log: Path) -> None:
    ingest(session)
    shutil.copy(log, log.with_name("resumed.jsonl"))
    log.write_text(line("m2") + line("m4"))
    assert counts(ingest(session)) == (1, 3, 0) and len(calls(session)) == 3


def test_logs_that_vanish_keep_their_rows_also_when_all_is_read_again(session: Session, log: Path) -> None:
    ingest(session)
    log.with_name("two.jsonl").write_text(line("m9"))
    log.unlink()
    assert counts(ingest(session, rebuild=True)) == (1, 0, 0) and len(calls(session)) == 3


def test_bad_bytes_spoil_their_line_only(session: Session, log: Path) -> None:
    with log.open("ab") as file:
        file.write(b'{"type":"assistant","message":{"usage":{"input_tokens":\xff\n')
        file.write(line("m3").encode())
    report = ingest(session)
    assert report.new == 3 and report.skipped_lines <= 1


def test_killed_in_the_middle_it_goes_on_where_it_was(session: Session, log: Path, home: Path) -> None:
    for number in range(40):
        log.with_name(f"n{number}.jsonl").write_text("".join(line(f"k{number}-{n}") for n in range(50)))
    command = [sys.executable, "-c", "from creditsui.cli.main import main; import sys; sys.exit(main(['ingest']))"]
    env = {"HOME": str(home), "PATH": os.environ["PATH"]}
    for wait in (0.05, 0.1, 0.15, 0.2):
        child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            child.wait(wait)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    ingest(session)
    assert len(calls(session)) == 2 + 40 * 50


def test_a_plan_makes_its_calls_notional_and_settings_say_otherwise(session: Session, log: Path, home: Path) -> None:
    plan = Session(**{**_fields(session), "env": {"HOME": str(home)}})
    (home / ".claude/.credentials.json").write_text(
        json.dumps(
            {"claudeAiOauth": {"accessToken": "sk-ant-oat01-x", "refreshToken": "r", "expiresAt": 1, "scopes": []}}
        )
    )
    ingest(plan)
    assert [one.billing for one in calls(plan, "claude")] == ["subscription"] * 2
    plan.paths.config.parent.mkdir(parents=True, exist_ok=True)
    plan.paths.config.write_text('[sources.claude-code]\naccount = "team"\n')
    ingest(plan)
    assert len(calls(plan, "team")) == 2 and calls(plan, "claude") == []


def test_a_source_can_be_switched_off_and_given_other_folders(session: Session, log: Path, home: Path) -> None:
    session.paths.config.parent.mkdir(parents=True, exist_ok=True)
    session.paths.config.write_text("[sources.claude-code]\nenabled = false\n")
    assert ingest(session).files == 0
    other = home / "elsewhere/projects/p/x.jsonl"
    other.parent.mkdir(parents=True)
    other.write_text(line("m7"))
    session.paths.config.write_text(f'[sources.claude-code]\npaths = ["{home}/elsewhere"]\n')
    assert counts(ingest(session)) == (3, 0, 0)


def test_an_unknown_model_is_unpriced_until_somebody_says_its_price(session: Session, log: Path) -> None:
    log.write_text(line("m1", model="mystery-9000"))
    ingest(session)
    (one,) = [one for name in ("anthropic", "claude-code") for one in calls(session, name)]
    assert one.cost is None
    session.paths.config.parent.mkdir(parents=True, exist_ok=True)
    session.paths.config.write_text(
        '[prices."mystery-9000"]\ninput = 1.0\noutput = 4.0\ncache_read = 0.1\n'
        '[sources.claude-code]\naccount = "anthropic"\n'
    )
    log.unlink()  # prices change without reading again
    ingest(session)
    (one,) = calls(session)
    assert one.cost is not None and one.cost.micros == 503


async def test_the_board_shows_what_the_logs_cost(session: Session, log: Path, clock: Clock) -> None:
    ingest(session)
    view = boards.board(session).account("anthropic")
    assert view is not None and view.spend is not None and view.spend.all is not None
    assert view.spend.all.micros == 6030 and view.spend.source == "ledger"


def _fields(session: Session) -> dict[str, object]:
    return {name: getattr(session, name) for name in ("paths", "env", "now", "providers", "ask")}
