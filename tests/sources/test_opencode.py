"""OpenCode's answers: of three generations of files, each once, whatever was forked, moved over or read again."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters.foreign_sqlite import reading
from creditsui.adapters.ledger import open_ledger
from creditsui.domain.call import Call
from creditsui.sources.opencode import SOURCE
from creditsui.sources.spec import Lines, Rows

NOW = 1_795_300_000_000
MADE = 1_795_228_387_781
"""Of the session, a little before its first answer."""
AT = 1_795_228_388_961
ID = "msg_1fbf34e61001FyZDFhqV1nUbnP"
"""As OpenCode 1.18.33 made it for an answer of that instant."""
COPY = "msg_1fbf4532f001CuTT0s1f2xrj5w"
"""And for its copy, when that session was forked a minute later."""
COLUMNS = "id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT"
V1 = (
    "CREATE TABLE session(id TEXT PRIMARY KEY, directory TEXT, time_created INTEGER)",
    f"CREATE TABLE message({COLUMNS})",
)
V2 = (
    "CREATE TABLE session_v2(id TEXT PRIMARY KEY, fork_session_id TEXT, fork_boundary TEXT, directory TEXT,"
    "time_created INTEGER)",
    f"CREATE TABLE session_message({COLUMNS}, type TEXT, seq INTEGER)",
)


def tokens(**more: Any) -> dict[str, Any]:
    return {"total": 1200, "input": 400, "output": 150, "reasoning": 50, "cache": {"write": 0, "read": 600}} | more


def answer(**more: Any) -> dict[str, Any]:
    return {
        "parentID": "msg_1", "role": "assistant", "mode": "build", "path": {"cwd": "/srv/shop", "root": "/"},
        "cost": 0.00126, "tokens": tokens(), "modelID": "m1", "providerID": "openrouter",
        "time": {"created": AT, "completed": AT + 800}, "finish": "stop",
    } | more  # fmt: skip


def newer(**more: Any) -> dict[str, Any]:
    split = {key: value for key, value in tokens().items() if key != "total"}
    return {
        "agent": "build", "model": {"id": "m1", "providerID": "openrouter"}, "cost": 0.00126, "tokens": split,
        "content": [{"type": "text", "text": "secret words"}], "time": {"created": AT, "completed": AT + 800},
    } | more  # fmt: skip


class OpenCode:
    def __init__(self, path: Path, *tables: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.state, self.skipped = path, "{}", 0
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        for table in tables or (*V1, *V2):
            self.connection.execute(table)

    def session(self, id: str = "ses_1", table: str = "session", made: int = MADE) -> None:
        row = (id, "/srv/shop", made)
        self.connection.execute(f"INSERT INTO {table}(id, directory, time_created) VALUES(?, ?, ?)", row)

    def v1(self, id: str = ID, session: str = "ses_1", changed: int = AT, **more: Any) -> None:
        row = (id, session, AT, changed, json.dumps(answer(**more)))
        self.connection.execute("INSERT OR REPLACE INTO message VALUES(?, ?, ?, ?, ?)", row)

    def v2(self, id: str, session: str = "ses_1", seq: int = 2, at: int = AT, type: str = "assistant") -> None:
        row = (id, session, at, at, json.dumps(newer(time={"created": at})), type, seq)
        self.connection.execute("INSERT INTO session_message VALUES(?, ?, ?, ?, ?, ?, ?)", row)

    def look(self) -> Sequence[Call]:
        assert SOURCE.rows is not None
        with reading(self.path) as connection:
            rows = Rows(connection, self.path, json.loads(self.state), NOW)
            calls = SOURCE.rows(rows)
        self.state, self.skipped = json.dumps(rows.state), rows.skipped
        return calls


@pytest.fixture
def agent(home: Path) -> Iterator[OpenCode]:
    one = OpenCode(home / ".local/share/opencode/opencode.db")
    one.session()
    one.session(table="session_v2")
    yield one
    one.connection.close()


def file(message: dict[str, Any], path: str = f"storage/message/ses_1/{ID}.json") -> list[Call]:
    assert SOURCE.document is not None
    return list(SOURCE.document(Lines(json.dumps(message).encode(), Path(path), {})))


def kept(home: Path, calls: Sequence[Call]) -> list[Call]:
    """What the ledger keeps of them."""
    from creditsui.adapters.usage_store import row_of

    with open_ledger(home / "ledger.db") as ledger, ledger.calls() as store:
        rows = []
        for call in calls:
            kind = store.kind("opencode", call, "metered", lambda kind: kind.provider)
            rows.append(row_of(call, kind.id, store.place(call.project, call.session), call.recorded))
        store.keep(rows)
        return store.calls("openrouter", 0)  # type: ignore[return-value]


def test_an_answer_tells_disjoint_tokens_with_reasoning_beside_its_output(agent: OpenCode) -> None:
    agent.v1()
    (call,) = agent.look()
    assert (call.input, call.output, call.cache_read, call.cache_write, call.reasoning) == (400, 200, 600, 0, 50)
    assert (call.at, call.model, call.provider, call.recorded) == (AT, "m1", "openrouter", 1260)
    assert (call.project, call.session, call.side, call.billing) == ("shop", "ses_1", False, "")


def test_the_second_generation_tells_the_same(agent: OpenCode) -> None:
    agent.v2("msg_a")
    (call,) = agent.look()
    assert (call.input, call.output, call.cache_read, call.reasoning, call.recorded) == (400, 200, 600, 50, 1260)
    assert (call.at, call.model, call.provider, call.project) == (AT, "m1", "openrouter", "shop")


def test_other_messages_than_answers_tell_nothing(agent: OpenCode) -> None:
    agent.v2("msg_u", type="compaction")
    agent.v1("msg_u", tokens=None, role="user")
    agent.v1("msg_v", tokens=tokens(total=0, input=0, output=0, reasoning=0, cache={"read": 0, "write": 0}))
    assert agent.look() == []


@pytest.mark.parametrize(
    ("split", "output"),
    [
        (tokens(total=1200), 200),  # the total holds it beside the output
        (tokens(total=1150), 150),  # the total says that it is inside, as before April 2026
        (tokens(total=None), 150),  # before there was a total
        (tokens(total=1030, output=30, reasoning=31), 30),
    ],
)
def test_reasoning_that_older_releases_counted_inside_the_output_is_not_added_again(
    split: dict[str, Any], output: int
) -> None:
    (call,) = file(answer(tokens=split))
    assert call.output == output and call.reasoning <= output
    assert (call.recorded is None) == (output != 200)  # their cost counted it twice


@pytest.mark.parametrize(
    ("maker", "output"), [("google", 200), ("google-vertex", 200), ("google-vertex-anthropic", 150)]
)
def test_what_googles_models_thought_stood_beside_the_output_before_there_was_a_total(maker: str, output: int) -> None:
    (call,) = file(answer(tokens=tokens(total=None), providerID=maker))
    assert (call.output, call.reasoning) == (output, 50)


def test_more_thought_than_written_was_never_inside_the_output() -> None:
    (call,) = file(answer(tokens=tokens(total=None, output=20), providerID="xai"))
    assert (call.output, call.reasoning) == (70, 50)


def test_a_total_alone_is_told_as_what_was_read_and_as_doubtful() -> None:
    (call,) = file(answer(tokens={"total": 123}))
    assert (call.input, call.output, call.low) == (123, 0, True)


def test_pitfall_19_an_answer_that_is_written_to_a_file_and_to_the_database_is_one_call(
    agent: OpenCode, home: Path
) -> None:
    agent.v1()
    calls = [*agent.look(), *file(answer(id=ID, sessionID="ses_1"))]
    assert len(calls) == 2 and len(kept(home, calls)) == 1


def test_pitfall_20_a_fork_of_the_second_generation_copies_answers_under_new_ids(agent: OpenCode, home: Path) -> None:
    agent.v2("msg_a", seq=2)
    agent.v2("msg_b", seq=4, at=AT + 5000)
    agent.session("ses_f", "session_v2", MADE + 60_000)
    for id, seq, at in (("msg_f_2", 2, AT), ("msg_f_4", 4, AT + 5000), ("msg_own", 5, AT + 70_000)):
        agent.v2(id, "ses_f", seq, at)
    agent.session("ses_g", "session_v2", MADE + 120_000)  # a fork of the fork
    for id, seq, at in (("msg_g_2", 2, AT), ("msg_g_5", 5, AT + 70_000)):
        agent.v2(id, "ses_g", seq, at)
    calls = agent.look()
    assert len(calls) == 7 and len(kept(home, calls)) == 3


def test_a_fork_counts_its_history_when_the_session_it_came_from_is_gone(agent: OpenCode, home: Path) -> None:
    agent.v2("msg_a")
    agent.session("ses_f", "session_v2", MADE + 60_000)
    agent.v2("msg_f_2", "ses_f")
    calls = agent.look()
    agent.connection.execute("DELETE FROM session_message WHERE session_id = 'ses_1'")
    agent.connection.execute("DELETE FROM session_v2 WHERE id = 'ses_1'")
    agent.state = "{}"
    later = agent.look()
    assert len(later) == 1
    assert len(kept(home, later)) == 1  # where it was never seen before
    assert len(kept(home, calls)) == 1  # and where it was


def test_a_fork_of_the_first_generation_is_known_by_answers_older_than_itself(agent: OpenCode, home: Path) -> None:
    agent.v1()
    agent.session("ses_f", made=MADE + 67_255)
    agent.v1(COPY, "ses_f")
    calls = agent.look()
    assert [call.side for call in calls] == [False, True]
    assert len(kept(home, calls)) == 1


def test_a_copy_among_the_old_files_is_known_by_the_time_in_its_id(home: Path) -> None:
    calls = [*file(answer(id=ID, sessionID="ses_1")), *file(answer(id=COPY, sessionID="ses_2"))]
    assert [call.side for call in calls] == [False, True]
    assert len(kept(home, calls)) == 1


def test_two_subagents_that_answer_in_one_instant_are_two_calls(agent: OpenCode, home: Path) -> None:
    agent.session("ses_2")
    agent.v1(ID, "ses_1")
    agent.v1("msg_1fbf34e61002AAAAAAAAAAAAAA", "ses_2")
    calls = agent.look()
    assert len(kept(home, calls)) == 2
    agent.state = "{}"
    assert len(kept(home, agent.look())) == 2


def test_an_answer_that_stands_in_both_generations_is_one_call(agent: OpenCode, home: Path) -> None:
    agent.v1()
    agent.v2("msg_backfilled")
    calls = agent.look()
    assert len(calls) == 2 and len(kept(home, calls)) == 1


def test_an_answer_that_grows_is_read_again_and_kept_once(agent: OpenCode, home: Path) -> None:
    agent.v1(tokens=tokens(total=650, input=40, output=10, reasoning=0))
    first = agent.look()
    agent.v1(changed=AT + 900)
    (call,) = kept(home, [*first, *agent.look()])
    assert (call.input, call.output) == (400, 200)


def test_only_what_was_written_since_is_read_again(agent: OpenCode) -> None:
    agent.v1()
    agent.v1("msg_late", changed=AT + 3_600_000)
    assert len(agent.look()) == 2
    assert [call.group for call in agent.look()] == [agent.look()[0].group]  # the last minute, for what came late
    agent.v1("msg_next", changed=NOW + 10**10)  # a clock that was wrong for a while
    agent.look()
    agent.v1("msg_more", changed=NOW)
    assert len(agent.look()) == 2


@pytest.mark.parametrize(
    ("provider", "cost", "expected", "billing"),
    [
        ("anthropic", 0, "claude", "subscription"),
        ("openai", 0.0, "codex", "subscription"),
        ("anthropic", 0.2, "anthropic", ""),
        ("anthropic", None, "anthropic", ""),
        ("github-copilot", 0, "copilot", "subscription"),
        ("zai-coding-plan", 0, "zai", "subscription"),
        ("google-vertex-anthropic", 0.1, "vertex", ""),
        ("amazon-bedrock", 0, "bedrock", ""),
        ("opencode", 0, "opencode", ""),
        ("", 0.1, "", ""),
    ],
)
def test_a_cost_of_0_is_unknown_and_tells_a_plan_only_where_opencode_takes_prices_for_0(
    provider: str, cost: float | None, expected: str, billing: str
) -> None:
    (call,) = file(answer(providerID=provider, cost=cost))
    assert (call.provider, call.billing) == (expected, billing)
    assert call.recorded == (round(cost * 1e6) if cost else None)


def test_a_bad_row_costs_itself_alone(agent: OpenCode) -> None:
    bad = (b'{"tokens": \xff}', b'{"tokens": [1]}', b'{"tokens": ', b'{"tokens":' * 3000, b'{"tokens": {"input": 5}}')
    for number, data in enumerate(bad):
        agent.connection.execute(
            "INSERT INTO message VALUES(?, 'ses_1', 1, ?, CAST(? AS TEXT))", (f"msg_{number}", AT, data)
        )
    agent.connection.execute("INSERT INTO message VALUES('msg_null', NULL, NULL, ?, NULL)", (AT,))
    agent.v1("msg_text", tokens=tokens(input="400", output=-3, reasoning=None, total=None))
    (call,) = agent.look()
    assert (call.input, call.output) == (400, 0)
    assert agent.skipped == len(bad)


@pytest.mark.parametrize(
    "tables",
    [
        V2,
        ("CREATE TABLE message(id TEXT, session_id TEXT, data TEXT)",),
        ("CREATE TABLE other(id TEXT)",),
        ("CREATE TABLE message(name TEXT)", "CREATE TABLE session(name TEXT)"),
    ],
)
def test_other_releases_and_other_databases_are_read_as_far_as_they_go(home: Path, tables: Sequence[str]) -> None:
    agent = OpenCode(home / "opencode.db", *tables)
    if tables is V2:
        agent.session(table="session_v2")
        agent.v2("msg_a")
    elif "session_id" in tables[0]:
        row = (ID, "ses_1", json.dumps(answer()))
        agent.connection.execute("INSERT INTO message VALUES(?, ?, ?)", row)
    assert len(agent.look()) == (tables is V2 or "session_id" in tables[0])
    agent.connection.close()


def test_pitfall_22_answers_that_stand_in_the_wal_alone_are_seen(agent: OpenCode) -> None:
    agent.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    agent.connection.execute("PRAGMA wal_autocheckpoint=0")
    agent.v1()
    assert agent.path.with_name("opencode.db-wal").stat().st_size
    assert len(agent.look()) == 1


def test_every_channel_and_the_old_files_are_found_wherever_data_is_kept(home: Path) -> None:
    from creditsui.adapters.tail import find

    for folder in (".local/share/opencode", "data/opencode"):
        for name in (
            "opencode.db",
            "opencode-dev.db",
            f"storage/message/ses_1/{ID}.json",
            "storage/session/x/ses.json",
        ):
            path = home / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    assert len(find(SOURCE, {}, home)) == 3
    assert len(find(SOURCE, {"OPENCODE_DATA_DIR": str(home / "data/opencode")}, home)) == 3
    assert len(find(SOURCE, {"XDG_DATA_HOME": str(home / "data")}, home)) == 6
    forms = {log.path.suffix: SOURCE.form(log.path) for log in find(SOURCE, {}, home)}
    assert forms == {".db": "rows", ".json": "document"}
