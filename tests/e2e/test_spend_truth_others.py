"""The ledger of six more agents against what was really called, and against what ccusage makes of the same logs.

The corpora hold every trap of these logs that is known. A day, a source and a model are told as they were; where
ccusage tells them otherwise, `tests/corpora/as_ccusage.py` says why. In short:

- OpenCode, pi, OpenClaw, Kimi, Qwen Code: forks and moved sessions under new ids or names count again.
- OpenCode, Gemini CLI: the output is told without the reasoning that is paid for; OpenCode's own costs, which counted
  reasoning twice until April 2026, are taken as they stand.
- Qwen Code: what was cached counts twice, as input and as cached; reasoning is charged for twice.
- Gemini CLI: in sums of sessions what was cached is taken away twice. Messages that are set all at once are left out.
- Kimi CLI: a model that nobody named is guessed. pi: calls have the day of their lines; summaries are left out.
- Where only a sum of tokens is known, it is taken for output, which costs most.
- Left out: other channels' databases, oh-my-pi, subagents of Qwen Code and early ones of Kimi CLI, transcripts whose
  session is gone, lines in which words of somebody's are spoilt. Counted again: what OpenClaw asked Claude Code.
"""

from pathlib import Path

import pytest

from creditsui.core.logs.ingest import ingest
from tests import peer
from tests.corpora.agent import Agent
from tests.corpora.as_ccusage import seen
from tests.corpora.others import write
from tests.corpora.told import different, session, told
from tests.corpora.truth import Made, rows

ZONES = ("UTC", "Europe/Berlin", "Pacific/Auckland")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Agent]]:
    home = tmp_path_factory.mktemp("home")
    return home, write(home)


@pytest.fixture(scope="module")
def calls(made: tuple[Path, list[Agent]]) -> list[Made]:
    return [call for agent in made[1] for call in agent.calls]


@pytest.fixture(scope="module")
def read(made: tuple[Path, list[Agent]], calls: list[Made]) -> Path:
    home, agents = made
    report = ingest(session(home))
    assert (report.new, report.skipped_lines) == (len(calls), sum(agent.unreadable for agent in agents))
    return home


@pytest.mark.parametrize("zone", ZONES)
def test_every_source_day_and_model_is_told_as_it_was(calls: list[Made], read: Path, zone: str) -> None:
    assert different(rows(calls, zone), told(read, zone)) == {}


def test_every_trap_is_in_the_logs_of_every_agent_that_can_fall_into_it(calls: list[Made]) -> None:
    for source in {call.source for call in calls}:
        traps = {call.trap for call in calls if call.source == source}
        assert {"18", "23", "spoiled"} <= traps and len(traps) > 10, source
        assert any(call.copies for call in calls if call.source == source)


def test_logs_that_grow_between_readings_tell_the_same(tmp_path: Path, made: tuple[Path, list[Agent]],
                                                       calls: list[Made]) -> None:  # fmt: skip
    """Documents are seen half-written too; of databases first what is not in their logs of writes alone."""
    for share in (0.3, 0.31, 0.8, 1):
        for number, log in enumerate(_logs(made[0])):
            data = log.read_bytes()
            if share < 1 and log.name.endswith("-wal"):
                continue
            whole = share == 1 or log.suffix in (".db", ".sqlite")
            grown = tmp_path / log.relative_to(made[0])
            grown.parent.mkdir(parents=True, exist_ok=True)
            grown.write_bytes(data if whole else data[: int(len(data) * share) - number % 50])
        ingest(session(tmp_path))
    assert different(rows(calls, "UTC"), told(tmp_path, "UTC")) == {}


def test_logs_that_are_cut_written_anew_and_gone_lose_nothing_and_double_nothing(
    tmp_path: Path, made: tuple[Path, list[Agent]], calls: list[Made]
) -> None:
    logs = {tmp_path / log.relative_to(made[0]): log.read_bytes() for log in _logs(made[0])}
    for share in (1.0, 0.4, 1.0, 0.0):
        for log, data in logs.items():
            log.parent.mkdir(parents=True, exist_ok=True)
            lines = data.splitlines(keepends=True)
            if share == 1:
                log.with_name("anew").write_bytes(data)
                log.with_name("anew").replace(log)
            elif share == 0:
                log.unlink(missing_ok=True)
            elif ".jsonl" in log.name:
                log.write_bytes(b"".join(lines[: int(len(lines) * share)]))
        ingest(session(tmp_path))
        assert different(rows(calls, "UTC"), told(tmp_path, "UTC")) == {}
    assert not any(log.exists() for log in logs)
    ingest(session(tmp_path), rebuild=True)
    assert different(rows(calls, "UTC"), told(tmp_path, "UTC")) == {}


def _logs(home: Path) -> list[Path]:
    """But not our own files."""
    inside = [(path, path.relative_to(home)) for path in sorted(home.rglob("*")) if path.is_file()]
    return [path for path, below in inside if "creditsui" not in below.parts and not path.name.endswith("-shm")]


def test_reading_everything_again_changes_nothing(calls: list[Made], read: Path) -> None:
    assert ingest(session(read)).read_bytes == 0
    assert ingest(session(read), rebuild=True).new == 0
    assert different(rows(calls, "UTC"), told(read, "UTC")) == {}


@pytest.fixture(scope="module")
def program() -> str:
    try:
        return peer.program()
    except peer.Absent as reason:
        if peer.ALWAYS:
            raise
        pytest.skip(str(reason))


@pytest.mark.parametrize("zone", ZONES)
def test_every_source_day_and_model_is_as_ccusage_has_it_but_for_known_reasons(
    made: tuple[Path, list[Agent]], calls: list[Made], read: Path, program: str, zone: str
) -> None:
    as_if = [call for agent in made[1] for call in agent.not_calls]
    assert different(seen([*calls, *as_if], zone), peer.rows_of_others(program, read, zone)) == {}
