"""Whatever a program or a disk did to a log: nothing is raised, and no number is made up."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditsui.sources import claude_code, codex
from creditsui.sources.spec import MOST_TOKENS, Lines, Source
from tests.soak import rounds

USAGE = {
    "input_tokens": 5,
    "output_tokens": 7,
    "cache_read_input_tokens": 3,
    "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2},
    "speed": "standard",
    "iterations": [{"type": "advisor_message", "model": "m", "input_tokens": 1}],
}
COUNTS = {"input_tokens": 9, "cached_input_tokens": 4, "output_tokens": 7, "reasoning_output_tokens": 2}
AT = "2026-05-16T10:30:00.123Z"
ANSWER = {"id": "msg_1", "model": "claude-opus-4-8", "usage": USAGE}
COUNTED = {"total_token_usage": COUNTS, "last_token_usage": COUNTS}
LOGS: dict[str, tuple[Source, list[Any]]] = {
    "claude-code": (
        claude_code.SOURCE,
        [
            {
                "type": "assistant",
                "timestamp": AT,
                "sessionId": "s",
                "version": "2.1.98",
                "requestId": "r",
                "cwd": "/x/y",
                "isSidechain": False,
                "costUSD": 0.1,
                "message": ANSWER,
            }
        ],
    ),
    "codex": (
        codex.SOURCE,
        [
            {"timestamp": AT, "type": kind, "payload": payload}
            for kind, payload in (
                ("session_meta", {"id": "i", "timestamp": AT, "cwd": "/x/y", "source": {}}),
                ("turn_context", {"model": "gpt-5.5", "turn_id": "1"}),
                ("event_msg", {"type": "task_started", "started_at": 1778927400}),
                ("event_msg", {"type": "token_count", "info": COUNTED, "rate_limits": {"primary": {}}}),
            )
        ],
    ),
}

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
odd = st.one_of(scalars, st.lists(scalars, max_size=1), st.dictionaries(st.just("a"), scalars))


@st.composite
def spoilt(draw: st.DrawFn, rows: list[Any]) -> bytes:
    """The rows, some twice or out of order, some values others than they were, some bytes gone."""
    lines = []
    for row in draw(st.lists(st.sampled_from(rows), min_size=1, max_size=6)):
        copy = json.loads(json.dumps(row))
        for _ in range(draw(st.integers(0, 3))):
            at: Any = copy
            while isinstance(at, dict) and at:
                key = draw(st.sampled_from(sorted(at)))
                if not isinstance(at[key], dict) or draw(st.booleans()):
                    at[key] = draw(odd)
                    break
                at = at[key]
        line = json.dumps(copy).encode()
        if draw(st.integers(0, 5)) == 0:
            cut = draw(st.integers(0, len(line)))
            line = line[:cut] + draw(st.binary(max_size=3)).replace(b"\n", b"") + line[cut + 1 :]
        lines.append(line)
    return b"\n".join(lines) + b"\n"


@pytest.mark.parametrize("id", sorted(LOGS))
@settings(max_examples=rounds(full=200, short=60), deadline=None)
@given(data=st.data())
def test_a_spoilt_log_is_read_as_far_as_it_makes_sense(id: str, data: st.DataObject) -> None:
    source, rows = LOGS[id]
    assert source.lines is not None
    log = Lines(data.draw(spoilt(rows)), Path("rollout.jsonl"), {})
    for call in source.lines(log):
        numbers = (call.input, call.output, call.cache_read, call.cache_write, call.cache_write_1h, call.reasoning)
        assert all(type(number) is int and 0 <= number <= 2 * MOST_TOKENS for number in numbers)
        assert call.cache_write_1h <= call.cache_write
        assert call.reasoning <= call.output
        assert call.at > 0
        assert all(isinstance(text, str) for text in (call.model, call.project, call.session, call.tier, call.provider))
    assert 0 <= log.skipped <= log.data.count(b"\n")
    assert json.loads(json.dumps(log.state)) == log.state
