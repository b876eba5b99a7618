"""Gemini CLI's conversations: documents and lines, the same message told again, and what the tokens mean."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from creditsui.domain.call import Call
from creditsui.sources.gemini_cli import SOURCE, on_plan
from creditsui.sources.spec import Lines

CHATS = Path("/home/ann/.gemini/tmp/shop/chats")
HEAD = {
    "sessionId": "s-1",
    "projectHash": "ab",
    "startTime": "2026-08-01T10:00:00Z",
    "lastUpdated": "2026-08-01T10:09:00Z",
}


def message(id: str = "m1", tokens: Any = ..., **more: Any) -> dict[str, Any]:
    told = {"input": 1000, "output": 20, "cached": 400, "thoughts": 10, "tool": 5, "total": 1035}
    return {"id": id, "timestamp": "2026-08-01T10:00:05.000Z", "type": "gemini", "content": "secret words",
            "tokens": told if tokens is ... else tokens, "model": "gemini-3-pro-preview", **more}  # fmt: skip


def lines(*records: Any, state: dict[str, Any] | None = None, path: Path = CHATS / "session-1.jsonl") -> Sequence[Call]:
    assert SOURCE.lines is not None
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    return SOURCE.lines(Lines(data, path, {} if state is None else state))


def document(record: Any, path: Path = CHATS / "session-1.json") -> Sequence[Call]:
    assert SOURCE.document is not None
    return SOURCE.document(Lines(json.dumps(record, indent=2).encode(), path, {}))


def test_the_input_includes_what_was_cached_and_thoughts_are_output() -> None:
    (call,) = lines(HEAD, message())
    assert (call.input, call.cache_read, call.output, call.reasoning) == (605, 400, 30, 10)
    assert sum((call.input, call.cache_read, call.output)) == 1035
    assert (call.model, call.session, call.project) == ("gemini-3-pro-preview", "s-1", "shop")


def test_the_last_of_the_same_message_wins() -> None:
    bare, grown = message(tokens=None), message(tokens={"input": 7, "output": 1, "total": 8})
    (call,) = lines(HEAD, bare, grown, {"$set": {"lastUpdated": "2026-08-01T10:00:06Z"}}, message())
    assert call.output == 30


def test_a_message_told_again_later_has_the_same_key() -> None:
    state: dict[str, Any] = {}
    first, again = lines(HEAD, message(), state=state), lines(message(toolCalls=[{"id": "t"}]), state=state)
    assert first == again


def test_a_session_copied_from_its_document_into_lines_holds_the_same_calls() -> None:
    assert list(document({**HEAD, "messages": [message("m1"), message("m2")]})) == list(
        lines(HEAD, message("m1"), message("m2"))
    )


def test_a_checkpoint_of_messages_repeats_calls_and_may_tell_others() -> None:
    first, second = lines(HEAD, message(), {"$set": {"messages": [message(), message("m2")]}})
    assert first == lines(HEAD, message())[0]
    assert second == lines(HEAD, message("m2"))[0]


def test_one_message_that_cannot_be_read_does_not_spoil_its_document() -> None:
    assert SOURCE.document is not None
    given = Lines(json.dumps({**HEAD, "messages": [message("m1"), {"id": 7}, message("m2")]}).encode(), CHATS, {})
    assert len(SOURCE.document(given)) == 2
    assert given.skipped == 1


def test_words_of_people_and_messages_without_tokens_are_no_calls() -> None:
    assert lines(HEAD, {**message(), "type": "user"}, message(tokens=None), {"$rewindTo": "m1"}) == []


def test_totals_by_model_stand_in_where_no_message_tells_its_tokens() -> None:
    models = {
        "gemini-3-pro": {
            "api": {},
            "tokens": {"input": 60, "prompt": 100, "candidates": 9, "cached": 40, "thoughts": 1},
        },
        "gemini-3-flash": {"tokens": {"prompt": 5, "candidates": 1}},
    }
    told = {
        "session_id": "s-2",
        "lastUpdated": "2026-08-01T10:00:00Z",
        "response": "secret",
        "stats": {"models": models},
    }
    pro, flash = document(told)
    assert (pro.input, pro.cache_read, pro.output, pro.reasoning, pro.session) == (60, 40, 10, 1, "s-2")
    assert (flash.model, flash.input) == ("gemini-3-flash", 5)


def test_totals_beside_messages_are_not_added() -> None:
    models = {"gemini-3-pro": {"tokens": {"prompt": 100, "candidates": 9}}}
    assert len(document({**HEAD, "messages": [message()], "stats": {"models": models}})) == 1


def test_totals_without_a_time_are_skipped_and_counted() -> None:
    assert SOURCE.document is not None
    given = Lines(b'{"stats": {"models": {"gemini-3-pro": {"tokens": {"prompt": 100}}}}}', CHATS / "x.json", {})
    assert SOURCE.document(given) == []
    assert given.skipped == 1


def test_a_project_known_only_by_a_hash_is_not_named() -> None:
    assert lines(HEAD, message(), path=Path(f"/t/{'ab' * 32}/chats/session-1.jsonl"))[0].project == ""


def test_a_subagents_file_below_its_session_belongs_to_the_same_project() -> None:
    assert lines(HEAD, message(), path=CHATS / "s-1" / "sub.jsonl")[0].project == "shop"


@pytest.mark.parametrize(
    ("told", "plan"),
    [
        ({"security": {"auth": {"selectedType": "oauth-personal"}}}, True),
        ({"security": {"auth": {"selectedType": "gemini-api-key"}}}, False),
        ({"selectedAuthType": "oauth-personal"}, True),
        ({"security": "odd"}, False),
        ({}, False),
    ],
)
def test_the_settings_tell_whether_it_is_a_login_with_google(tmp_path: Path, told: Any, plan: bool) -> None:
    (tmp_path / ".gemini").mkdir()
    (tmp_path / ".gemini" / "settings.json").write_text(json.dumps(told))
    assert on_plan({}, tmp_path) is plan
    assert on_plan({"GEMINI_CLI_HOME": str(tmp_path)}, Path("/nowhere")) is plan
