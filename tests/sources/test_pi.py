"""pi's sessions: copies of copies, each call once; who served it tells whether a plan pays."""

import json
from pathlib import Path
from typing import Any

import pytest

from creditsui.domain.call import Call
from creditsui.sources.pi import SOURCE, on_plan
from creditsui.sources.spec import Lines

HOME = Path("/home/ann/.pi/agent/sessions/--work-shop--")
PARENT = HOME / "2026-08-19T10-00-00-000Z_aaaa-1.jsonl"
FORK = HOME / "2026-08-20T10-00-00-000Z_bbbb-2.jsonl"


def header(**more: Any) -> dict[str, Any]:
    return {
        "type": "session", "version": 3, "id": "aaaa-1", "timestamp": "2026-08-19T10:00:00.000Z", "cwd": "/srv/shop",
        **more,
    }  # fmt: skip


def usage(**more: Any) -> dict[str, Any]:
    return {
        "input": 100, "output": 50, "cacheRead": 2000, "cacheWrite": 30, "totalTokens": 2180,
        "cost": {"input": 0.1, "output": 0.1, "cacheRead": 0.04, "cacheWrite": 0.01, "total": 0.25}, **more,
    }  # fmt: skip


def answer(id: str = "e1", second: int = 5, **more: Any) -> dict[str, Any]:
    message = {
        "role": "assistant", "content": [{"type": "text", "text": "secret words"}], "provider": "anthropic",
        "model": "claude-sonnet-4-5", "usage": usage(), "stopReason": "stop",
        "timestamp": 1787133600000 + second * 1000, **more,
    }  # fmt: skip
    return {"type": "message", "id": id, "parentId": None, "timestamp": f"2026-08-19T10:00:{second % 50 + 2:02}.000Z",
            "message": message}  # fmt: skip


def read(*entries: Any, path: Path = PARENT, state: dict[str, Any] | None = None) -> list[Call]:
    data = b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)
    assert SOURCE.lines is not None
    return list(SOURCE.lines(Lines(data, path, {} if state is None else state)))


def test_an_answer_tells_its_tokens_in_disjoint_buckets_and_its_list_price() -> None:
    (call,) = read(header(), answer())
    assert (call.input, call.output, call.cache_read, call.cache_write) == (100, 50, 2000, 30)
    assert (call.model, call.provider, call.recorded) == ("claude-sonnet-4-5", "anthropic", 250_000)
    assert (call.project, call.session, call.at) == ("shop", "aaaa-1", 1787133605000)


def test_an_hours_cache_writes_and_reasoning_are_parts_of_their_buckets() -> None:
    (call,) = read(header(), answer(usage=usage(cacheWrite1h=20, reasoning=40)))
    assert (call.cache_write, call.cache_write_1h, call.output, call.reasoning) == (30, 20, 50, 40)


def test_forks_replay_their_parents_calls_under_the_same_keys() -> None:
    parent = read(header(), answer("e1", 5), answer("e2", 9))
    fork = read(
        header(id="bbbb-2", timestamp="2026-08-20T10:00:00.000Z", parentSession=str(PARENT)),
        answer("e1", 5), answer("e2", 9), answer("e3", 86_400 + 20), path=FORK,
    )  # fmt: skip
    assert [call.key for call in fork[:2]] == [call.key for call in parent]
    assert [call.side for call in fork] == [True, True, False]
    assert fork[2].key not in {call.key for call in parent}


def test_a_fork_with_new_ids_of_entries_still_replays_the_same_calls() -> None:
    assert read(header(), answer("e1"))[0].key == read(header(), answer("other"))[0].key


def test_a_copy_that_was_written_later_was_called_when_the_message_says() -> None:
    later = {**answer("other"), "timestamp": "2026-08-21T09:00:00.000Z"}
    assert read(header(), later)[0].at == read(header(), answer())[0].at


def test_transcripts_of_subagents_are_second_copies_of_their_own_sessions() -> None:
    own = read(header(id="cccc"), answer(), path=HOME / "2026_aaaa-1" / "run" / "run-0" / "session.jsonl")
    entry = answer()
    transcript = {
        "version": 1, "recordType": "message", "source": "async", "runId": "run", "agent": "worker",
        "cwd": "/srv/shop", "ts": 1787133607123, "timestamp": "2026-08-19T10:00:07.123Z",
        "sourceEventType": "message_end", "role": "assistant", "text": "secret words",
        "model": "claude-sonnet-4-5",
        "usage": {"input": 100, "output": 50, "cacheRead": 2000, "cacheWrite": 30, "cost": 0.25},
        "message": entry["message"],
    }  # fmt: skip
    (copy,) = read(transcript, path=HOME / "subagent-artifacts" / "run_worker_0_transcript.jsonl")
    assert copy.key == own[0].key
    assert copy.side
    assert not own[0].side
    assert copy.project == "shop"


def test_what_a_tool_says_its_subagent_used_is_no_call_of_its_own() -> None:
    result = {"type": "message", "id": "t", "timestamp": "2026-08-19T10:00:09Z",
              "message": {"role": "toolResult", "toolName": "subagent", "usage": usage()}}  # fmt: skip
    assert read(header(), result) == []


def test_a_summary_of_old_messages_is_a_call_and_what_it_keeps_of_them_is_none() -> None:
    (call,) = read(
        header(),
        {"type": "model_change", "provider": "openai", "modelId": "gpt-5.2", "timestamp": "2026-08-19T10:00:01Z"},
        {"type": "compaction", "id": "c", "timestamp": "2026-08-19T10:00:09Z", "usage": usage(input=7),
         "retainedTail": [answer()["message"]]},
    )  # fmt: skip
    assert (call.model, call.provider, call.input) == ("gpt-5.2", "openai", 7)


@pytest.mark.parametrize(
    ("theirs", "ours", "billing"),
    [
        ("openai-codex", "codex", "subscription"),
        ("github-copilot", "copilot", "subscription"),
        ("google-gemini-cli", "gemini-cli", "subscription"),
        ("kimi-coding", "kimi-code", "subscription"),
        ("zai", "zai", "subscription"),
        ("anthropic", "anthropic", ""),
        ("openrouter", "openrouter", "metered"),
        ("amazon-bedrock", "bedrock", "metered"),
        ("ollama", "ollama", "metered"),
    ],
)
def test_the_provider_tells_the_subscription(theirs: str, ours: str, billing: str) -> None:
    (call,) = read(header(), answer(provider=theirs))
    assert (call.provider, call.billing) == (ours, billing)


def test_a_failed_answer_without_tokens_is_no_call() -> None:
    empty = usage(input=0, output=0, cacheRead=0, cacheWrite=0, totalTokens=0)
    assert read(header(), answer(usage=empty, stopReason="error")) == []


def test_tokens_known_only_as_a_total_are_marked_low() -> None:
    (call,) = read(header(), answer(usage={"totalTokens": 222}))
    assert (call.input, call.output, call.low) == (222, 0, True)


def test_a_cost_of_zero_is_no_price() -> None:
    assert read(header(), answer(usage=usage(cost={"total": 0})))[0].recorded is None


def test_what_the_header_told_is_remembered_for_later_lines_and_holds_no_words() -> None:
    state: dict[str, Any] = {}
    read(header(), answer("e1", 5), state=state)
    (later,) = read(answer("e2", 9), state=state)
    assert (later.project, later.session) == ("shop", "aaaa-1")
    assert "secret" not in json.dumps(state)


def test_a_session_without_a_header_is_called_by_its_file() -> None:
    assert read(answer())[0].session == "aaaa-1"


@pytest.mark.parametrize(("kept", "plan"), [("oauth", True), ("api_key", False)])
def test_the_login_of_pi_tells_whether_a_plan_serves_claude(tmp_path: Path, kept: str, plan: bool) -> None:
    folder = tmp_path / ".pi" / "agent"
    folder.mkdir(parents=True)
    (folder / "auth.json").write_text(json.dumps({"anthropic": {"type": kept}, "openai-codex": {"type": "oauth"}}))
    assert on_plan({}, tmp_path) is plan


def test_without_a_login_no_plan_serves_claude(tmp_path: Path) -> None:
    assert not on_plan({}, tmp_path)
