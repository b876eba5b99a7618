"""The wires of Kimi CLI and Kimi Code: steps, subagents, forks, and what is told outside of turns."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from creditsui.domain.call import Call
from creditsui.sources.kimi_cli import SOURCE, on_plan
from creditsui.sources.spec import Lines

OLD = Path("/home/ann/.kimi/sessions/0123456789abcdef0123456789abcdef/s-1/wire.jsonl")
NEW = Path("/home/ann/.kimi-code/sessions/wd_my_shop_0123456789ab/s-2/agents/main/wire.jsonl")


def status(id: str | None = "chatcmpl-1", timestamp: float = 1770983427.123, **tokens: int) -> dict[str, Any]:
    usage = {"input_other": 100, "output": 50, "input_cache_read": 2000, "input_cache_creation": 3, **tokens}
    payload = {"context_usage": 0.1, "token_usage": usage, "message_id": id, "plan_mode": False}
    return {"timestamp": timestamp, "message": {"type": "StatusUpdate", "payload": payload}}


def within(event: dict[str, Any], agent: str | None = "agent-1", timestamp: float = 1770983427.2) -> dict[str, Any]:
    payload = {"parent_tool_call_id": "t", "agent_id": agent, "subagent_type": "coder", "event": event["message"]}
    return {"timestamp": timestamp, "message": {"type": "SubagentEvent", "payload": payload}}


def record(**more: Any) -> dict[str, Any]:
    usage = {"inputOther": 1200, "output": 300, "inputCacheRead": 40000, "inputCacheCreation": 900}
    return {"type": "usage.record", "agentId": "main", "model": "kimi-code/k3", "usage": usage, "usageScope": "turn",
            "time": 1784800000000, **more}  # fmt: skip


def read(*records: Any, path: Path = OLD) -> Sequence[Call]:
    assert SOURCE.lines is not None
    return SOURCE.lines(Lines(b"".join(json.dumps(one).encode() + b"\n" for one in records), path, {}))


def test_a_step_tells_its_tokens_in_disjoint_buckets_at_a_time_in_seconds() -> None:
    (call,) = read({"type": "metadata", "protocol_version": "1.9"}, status())
    assert (call.input, call.output, call.cache_read, call.cache_write) == (100, 50, 2000, 3)
    assert (call.at, call.session, call.project) == (1770983427123, "s-1", "")


def test_a_model_that_the_wire_does_not_tell_is_not_guessed() -> None:
    (call,) = read(status())
    assert (call.model, call.provider, call.billing) == ("", "", "")


def test_a_status_without_tokens_is_no_call() -> None:
    bare = {"timestamp": 1770983427.5, "message": {"type": "StatusUpdate", "payload": {"plan_mode": True}}}
    assert read(bare, {**bare, "message": {"type": "TurnBegin", "payload": {"user_input": "secret"}}}) == []


def test_a_subagents_step_is_one_call_in_its_own_wire_and_in_its_parents() -> None:
    (own,) = read(status(), path=OLD.parent / "subagents" / "agent-1" / "wire.jsonl")
    (told,) = read(within(status()))
    assert own.key == told.key
    assert own.session == told.session == "s-1"


def test_a_subagents_step_that_nothing_names_is_counted_in_its_own_wire_alone() -> None:
    assert read(within(status(None))) == []
    assert len(read(within(status(None), agent=None))) == 1  # early versions kept no wire of its own


def test_a_fork_copies_the_lines_of_its_parent() -> None:
    (call,) = read(status(), path=OLD.parent.parent / "s-9" / "wire.jsonl")
    assert call.key == read(status())[0].key
    assert read(record(), path=Path(str(NEW).replace("s-2", "s-7")))[0].key == read(record(), path=NEW)[0].key


def test_two_steps_without_a_name_are_two_calls() -> None:
    first, second = read(status(None), status(None, 1770983430.5))
    assert first.key != second.key


def test_kimi_code_names_the_model_and_the_plan() -> None:
    (call,) = read(record(), path=NEW)
    assert (call.input, call.output, call.cache_read, call.cache_write) == (1200, 300, 40000, 900)
    assert (call.model, call.provider, call.billing) == ("k3", "kimi-code", "subscription")
    assert (call.session, call.project, call.at) == ("s-2", "my_shop", 1784800000000)


def test_a_model_of_another_service_is_not_the_plans() -> None:
    (call,) = read(record(model="deepseek-v4"), path=NEW)
    assert (call.model, call.provider, call.billing) == ("deepseek-v4", "", "")


def test_tokens_outside_of_turns_are_calls_too() -> None:
    assert len(read(record(), record(usageScope="session", time=1784800009000), path=NEW)) == 2


def test_a_record_of_nothing_is_no_call() -> None:
    assert read(record(usage={"inputOther": 0, "output": 0}), record(usage=None), path=NEW) == []


def test_the_older_programs_login_tells_the_plan(tmp_path: Path) -> None:
    assert not on_plan({}, tmp_path)
    (tmp_path / ".kimi" / "credentials").mkdir(parents=True)
    (tmp_path / ".kimi" / "credentials" / "kimi-code.json").write_text("{}")
    assert on_plan({}, tmp_path)
    assert not on_plan({"KIMI_SHARE_DIR": "/nowhere"}, tmp_path)
