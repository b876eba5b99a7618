"""OpenClaw's sessions, as lines and as rows of a database: the same calls in either."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from creditsui.domain.call import Call
from creditsui.sources.openclaw import SOURCE, on_plan
from creditsui.sources.spec import Lines, Rows

ID = "5aa69cdb-42d7-48df-9377-3887a4cff539"
LOG = Path(f"/home/ann/.openclaw/agents/main/sessions/{ID}.jsonl")
HEADER = {"type": "session", "version": 3, "id": ID, "timestamp": "2026-02-25T05:18:55.852Z", "cwd": "/srv/workspace"}
CHANGE = {"type": "model_change", "id": "m", "timestamp": "2026-02-25T05:18:55.853Z", "provider": "openrouter",
          "modelId": "minimax/minimax-m2.5"}  # fmt: skip
SNAPSHOT = {"type": "custom", "customType": "model-snapshot", "id": "s", "timestamp": "2026-02-25T05:18:56.000Z",
            "data": {"timestamp": 1771996736000, "provider": "openai-codex", "modelId": "gpt-5.4"}}  # fmt: skip


def answer(second: int = 0, **more: Any) -> dict[str, Any]:
    usage = {"input": 1660, "output": 55, "cacheRead": 108928, "cacheWrite": 7, "totalTokens": 110650,
             "cost": {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0, "total": 0.02}}  # fmt: skip
    message = {"role": "assistant", "content": [], "usage": usage, "timestamp": 1771996740000 + second * 1000, **more}
    return {
        "type": "message",
        "id": f"a{second}",
        "timestamp": f"2026-02-25T05:19:{second + 5:02}Z",
        "message": message,
    }


def read(*entries: Any, path: Path = LOG, state: dict[str, Any] | None = None) -> Sequence[Call]:
    data = b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)
    assert SOURCE.lines is not None
    return SOURCE.lines(Lines(data, path, {} if state is None else state))


def test_the_model_is_that_of_the_last_change_where_an_answer_names_none() -> None:
    first, second = read(HEADER, CHANGE, answer(0), SNAPSHOT, answer(1))
    assert (first.model, first.provider) == ("minimax/minimax-m2.5", "openrouter")
    assert (second.model, second.provider) == ("gpt-5.4", "codex")


def test_the_model_of_the_last_change_is_remembered_from_one_reading_to_the_next() -> None:
    state: dict[str, Any] = {}
    assert read(HEADER, CHANGE, state=state) == []
    assert read(answer(), state=state)[0].model == "minimax/minimax-m2.5"


def test_an_answers_own_model_wins_over_the_last_change() -> None:
    (call,) = read(HEADER, CHANGE, answer(model="claude-opus-4-6", provider="anthropic"))
    assert (call.model, call.provider, call.billing) == ("claude-opus-4-6", "anthropic", "")


def test_a_change_beside_odd_values_is_learned_all_the_same() -> None:
    odd = {**CHANGE, "message": "no object"}
    assert read(odd, answer())[0].model == "minimax/minimax-m2.5"


def test_the_list_price_of_a_login_is_recorded_and_no_spend() -> None:
    (call,) = read(HEADER, SNAPSHOT, answer())
    assert (call.recorded, call.billing) == (20_000, "subscription")


@pytest.mark.parametrize("ending", [".deleted.2026-02-26T20-29-47.344Z", ".reset.2026-02-26T20-29-47.344Z"])
def test_deleted_and_reset_sessions_hold_the_same_calls(ending: str) -> None:
    (live,), (kept,) = read(HEADER, CHANGE, answer()), read(CHANGE, answer(), path=Path(f"{LOG}{ending}"))
    assert (kept.key, kept.session) == (live.key, ID)


def test_an_early_gemini_call_without_tokens_is_no_call() -> None:
    assert read(HEADER, answer(usage={"input": 0, "output": 0, "totalTokens": 0}, model="gemini-3-pro")) == []


def test_what_claude_code_logs_itself_is_not_counted_twice() -> None:
    assert read(HEADER, answer(provider="claude-cli", model="claude-opus-4-6")) == []


def stored(path: Path, *events: Any, session: str = ID) -> Path:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "CREATE TABLE IF NOT EXISTS transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, "
            "event_json TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (session_id, seq)) STRICT"
        )
        (first,) = base.execute("SELECT count(*) FROM transcript_events WHERE session_id = ?", (session,)).fetchone()
        for seq, event in enumerate(events, first):
            text = event if isinstance(event, str) else json.dumps(event, separators=(",", ":"))
            base.execute("INSERT INTO transcript_events VALUES (?, ?, ?, 1)", (session, seq, text))
    return path


def rows(path: Path, state: dict[str, Any] | None = None) -> tuple[Sequence[Call], Rows]:
    assert SOURCE.rows is not None
    with closing(sqlite3.connect(path)) as base:
        given = Rows(base, path, {} if state is None else state, 0)
        return SOURCE.rows(given), given


def test_a_session_moved_into_the_database_holds_the_same_calls(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.sqlite", HEADER, CHANGE, answer(0), SNAPSHOT, answer(1))
    assert list(rows(path)[0]) == list(read(HEADER, CHANGE, answer(0), SNAPSHOT, answer(1)))


def test_each_row_has_the_model_that_was_told_last_before_it_in_whatever_order_they_stand(
    tmp_path: Path,
) -> None:
    told = (HEADER, answer(0), CHANGE, answer(1), answer(2), SNAPSHOT, answer(3), answer(4))
    wanted = list(read(*told))
    assert len({call.model for call in wanted}) == 3
    path = stored(tmp_path / "a.sqlite", *told)
    assert list(rows(path)[0]) == wanted
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE transcript_events SET rowid = 99 - rowid")
    assert list(rows(path)[0]) == wanted[::-1]


def test_rows_of_another_session_do_not_lend_their_model(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.sqlite", HEADER, CHANGE)
    for session in ("0", "other"):
        stored(path, {**HEADER, "id": session}, CHANGE["timestamp"], answer(), session=session)
    assert [(call.model, call.session) for call in rows(path)[0]] == [("", "0"), ("", "other")]


def test_rows_are_found_after_others_were_taken_away_and_their_numbers_used_again(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.sqlite", HEADER, CHANGE, answer(0), answer(1))
    state: dict[str, Any] = {}
    rows(path, state)
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("DELETE FROM transcript_events WHERE seq >= 2")
    stored(path, answer(7))
    assert read(HEADER, CHANGE, answer(7))[0] in rows(path, state)[0]


def test_only_the_last_rows_are_read_again(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.sqlite", *(answer(n % 50) for n in range(1_500)))
    state: dict[str, Any] = {}
    assert len(rows(path, state)[0]) == 1_500
    assert len(rows(path, state)[0]) == 1_000


def test_a_row_that_is_no_json_costs_only_itself(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.sqlite", HEADER, CHANGE, '{"usage"', answer())
    calls, given = rows(path)
    assert (len(calls), given.skipped) == (1, 1)


def test_a_database_without_sessions_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE other (id TEXT)")
    assert rows(path)[0] == []


def profiles(home: Path, agent: str, **kinds: str) -> None:
    folder = home / ".openclaw" / "agents" / agent / "agent"
    folder.mkdir(parents=True)
    told = {f"{provider}:default": {"type": kind, "provider": provider} for provider, kind in kinds.items()}
    (folder / "auth-profiles.json").write_text(json.dumps({"version": 1, "profiles": told}))


def test_a_plans_token_is_a_plan_and_a_key_is_none(tmp_path: Path) -> None:
    assert not on_plan({}, tmp_path)
    profiles(tmp_path, "main", anthropic="token", openai="api_key")
    assert on_plan({}, tmp_path)
    profiles(tmp_path, "other", anthropic="api_key")
    assert not on_plan({}, tmp_path)
