"""Qwen Code's records: Gemini's names, and the meaning that the service behind them gives."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from creditsui.domain.call import Call
from creditsui.sources.qwen_code import SOURCE
from creditsui.sources.spec import Lines

LOG = Path("/home/ann/.qwen/projects/-work-shop/chats/s-1.jsonl")


def answer(uuid: str = "u-1", usage: Any = None, **more: Any) -> dict[str, Any]:
    told = {"promptTokenCount": 1000, "candidatesTokenCount": 50, "totalTokenCount": 1050,
            "cachedContentTokenCount": 400, "thoughtsTokenCount": 20}  # fmt: skip
    return {
        "uuid": uuid, "parentUuid": None, "sessionId": "s-1", "timestamp": "2026-08-01T10:00:00.000Z",
        "type": "assistant", "cwd": "/srv/shop", "version": "0.25.0", "model": "qwen3-coder-plus",
        "message": {"role": "model", "parts": [{"text": "secret words"}]}, "usageMetadata": {**told, **(usage or {})},
        **more,
    }  # fmt: skip


def chosen(**payload: Any) -> dict[str, Any]:
    return {"uuid": "c", "sessionId": "s-1", "timestamp": "2026-08-01T09:59:00Z", "type": "system",
            "subtype": "session_model", "systemPayload": {"modelId": "x", **payload}}  # fmt: skip


def read(*records: Any, state: dict[str, Any] | None = None, path: Path = LOG) -> Sequence[Call]:
    assert SOURCE.lines is not None
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    return SOURCE.lines(Lines(data, path, {} if state is None else state))


def test_the_prompt_includes_what_was_cached() -> None:
    (call,) = read(answer())
    assert (call.input, call.cache_read, call.output, call.reasoning) == (600, 400, 50, 20)
    assert (call.model, call.session, call.project) == ("qwen3-coder-plus", "s-1", "shop")


def test_reasoning_is_part_of_the_output_unless_the_total_says_that_it_stands_beside() -> None:
    assert read(answer(usage={"totalTokenCount": 1050}))[0].output == 50
    assert read(answer(usage={"totalTokenCount": 1070}))[0].output == 70
    assert read(answer(usage={"totalTokenCount": None}))[0].output == 50


def test_more_from_the_cache_than_the_prompt_stands_beside_it() -> None:
    (call,) = read(answer(usage={"promptTokenCount": 10, "totalTokenCount": 60}))
    assert (call.input, call.cache_read) == (10, 400)


def test_tokens_known_only_as_a_total_are_marked_low() -> None:
    usage = {
        "promptTokenCount": None,
        "candidatesTokenCount": None,
        "cachedContentTokenCount": 0,
        "totalTokenCount": 321,
    }
    (call,) = read(answer(usage=usage))
    assert (call.input, call.output, call.low) == (321, 0, True)


def test_a_branched_session_copies_records_under_their_own_names() -> None:
    copy = answer(sessionId="s-2", forkedFrom={"sessionId": "s-1", "messageUuid": "u-1"})
    (call,) = read(copy, path=LOG.with_name("s-2.jsonl"))
    assert call.key == read(answer())[0].key
    assert call.side


def test_a_subagents_calls_are_its_own_and_name_no_model() -> None:
    told = {**answer("u-9"), "isSidechain": True, "agentId": "explore-1"}
    del told["model"]
    (call,) = read(told, path=Path("/home/ann/.qwen/projects/-work-shop/subagents/s-1/agent-explore-1.jsonl"))
    assert (call.model, call.side) == ("", False)


@pytest.mark.parametrize(
    ("payload", "provider", "billing"),
    [
        ({"authType": "qwen-oauth"}, "", "subscription"),
        ({"authType": "openai", "baseUrl": "https://coding.dashscope.aliyuncs.com/v1"}, "", "subscription"),
        ({"authType": "openai", "baseUrl": "https://openrouter.ai/api/v1"}, "", ""),
        ({"authType": "gemini"}, "google", ""),
    ],
)
def test_the_chosen_login_tells_who_pays(payload: dict[str, Any], provider: str, billing: str) -> None:
    state: dict[str, Any] = {}
    assert read(chosen(**payload), state=state) == []
    (call,) = read(answer(), state=state)
    assert (call.provider, call.billing) == (provider, billing)


def test_what_only_qwens_own_login_serves_is_no_spend() -> None:
    assert read(answer(model="coder-model"))[0].billing == "subscription"


def test_records_of_people_and_tools_are_no_calls() -> None:
    assert read(answer(type="user"), answer(type="tool_result"), {**answer(), "usageMetadata": None}) == []
