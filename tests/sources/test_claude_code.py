"""What Claude Code's logs tell, and what they only seem to tell."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from creditsui.sources import catalogue
from creditsui.sources.claude_code import SOURCE, lines
from creditsui.sources.spec import Call, Lines, key_of

AT = "2026-05-16T10:30:00.123Z"
USAGE = {
    "input_tokens": 3,
    "output_tokens": 97,
    "cache_creation_input_tokens": 4678,
    "cache_read_input_tokens": 17997,
    "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 4678},
    "service_tier": "standard",
}


def line(
    *, id: str | None = "msg_01", usage: Any = None, model: Any = "claude-opus-4-8", **outer: Any
) -> dict[str, Any]:
    """As Claude Code writes it; keyword arguments change the outer fields, None takes one away."""
    message = {
        "model": model,
        "id": id,
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": "x"}],
    }
    row = {
        "parentUuid": "p",
        "isSidechain": False,
        "cwd": "/home/u/web-app",
        "sessionId": "s1",
        "version": "2.1.120",
        "message": {**message, "usage": {**USAGE, **(usage or {})}},
        "requestId": "req_1",
        "type": "assistant",
        "uuid": "u",
        "timestamp": AT,
        **outer,
    }
    if id is None:
        del row["message"]["id"]
    return {key: value for key, value in row.items() if value is not None}


def read(*rows: Any) -> tuple[list[Call], int]:
    """The calls, and how many lines could not be read; a row may be bytes as they are."""
    data = b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)
    log = Lines(data, Path("s1.jsonl"), {})
    return list(lines(log)), log.skipped


def one(*rows: Any) -> Call:
    (call,), skipped = read(*rows)
    assert not skipped
    return call


def test_an_answer_is_a_call() -> None:
    call = one(line())
    assert call == Call(
        key=key_of("claude", "msg_01"),
        at=1778927400123,
        model="claude-opus-4-8",
        input=3,
        output=97,
        cache_read=17997,
        cache_write=4678,
        cache_write_1h=4678,
        project="web-app",
        session="s1",
        group=call.group,
    )
    assert call.group


def test_it_is_found_without_configuration() -> None:
    assert catalogue()["claude-code"] is SOURCE
    assert (SOURCE.plan, SOURCE.account) == ("claude", "anthropic")


def test_pitfall_01_the_blocks_of_one_answer_are_one_call() -> None:
    calls, _ = read(*(line(usage={"output_tokens": n}, uuid=str(n)) for n in (1, 1, 30, 30, 97)))
    assert len({(call.key, call.group, call.side) for call in calls}) == 1
    assert max(call.output for call in calls) == 97


def test_pitfall_02_a_resumed_session_repeats_lines_under_its_own_name() -> None:
    rows = [line(id=f"msg_{n}", requestId=f"req_{n}") for n in range(200)]
    first, _ = read(*rows)
    again, _ = read(*({**row, "sessionId": "s2"} for row in rows))
    assert [(call.key, call.group) for call in first] == [(call.key, call.group) for call in again]
    assert len({call.key for call in first}) == 200


def test_pitfall_03_a_side_branch_repeats_an_answer_under_a_new_request() -> None:
    main, side = read(line(), line(requestId="req_2", isSidechain=True))[0]
    assert main.key == side.key
    assert main.group != side.group
    assert (main.side, side.side) == (False, True)


def test_pitfall_04_a_subagent_s_own_file_tells_the_same_call() -> None:
    main, agent = read(line(), line(agentId="a1", isSidechain=True))[0]
    assert (main.key, main.group) == (agent.key, agent.group)


def test_the_same_id_in_two_requests_is_told_apart() -> None:
    first, second = read(line(), line(requestId="req_2"))[0]
    assert first.key == second.key
    assert 0 != first.group != second.group != 0
    assert one(line(requestId=None)).group == 0


def test_pitfall_05_the_split_of_cache_writes_replaces_their_sum() -> None:
    split = {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 50}
    call = one(line(usage={"cache_creation": split, "cache_creation_input_tokens": 150}))
    assert (call.cache_write, call.cache_write_1h) == (150, 50)
    legacy = one(line(usage={"cache_creation": None, "cache_creation_input_tokens": 150}))
    assert (legacy.cache_write, legacy.cache_write_1h) == (150, 0)


def test_pitfall_06_fast_answers_have_a_price_of_their_own() -> None:
    assert one(line(usage={"speed": "fast"})).tier == "fast"
    assert one(line(usage={"speed": "standard"})).tier == ""
    assert one(line(usage={"service_tier": "priority"})).tier == "priority"


def test_a_speed_nobody_knows_is_not_priced_as_the_usual_one() -> None:
    assert one(line(usage={"speed": "warp"})).tier == "warp"


def test_pitfall_07_the_tool_s_own_words_are_no_call() -> None:
    nothing = dict.fromkeys(
        ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"), 0
    )
    assert read(line(model="<synthetic>", usage={**nothing, "cache_creation": None}, isApiErrorMessage=True)) == ([], 0)
    assert read(line(model="<synthetic>")) == ([], 0)
    assert read(line(usage={**nothing, "cache_creation": None})) == ([], 0)


@pytest.mark.parametrize(
    ("version", "low"),
    [("2.1.96", True), ("2.0.120", True), ("1.0.24", True), ("2.1.97", False), ("2.2.0", False), ("10.0.0", False),
     ("unknown", False), (None, False)],
)  # fmt: skip
def test_pitfall_08_counts_of_old_versions_are_known_to_be_low(version: str | None, low: bool) -> None:
    assert one(line(version=version)).low is low


def test_pitfall_09_a_cut_line_spoils_neither_neighbour() -> None:
    whole = json.dumps(line(id="msg_cut")).encode()
    calls, skipped = read(line(id="msg_a"), whole[:-20], line(id="msg_b"))
    assert ([call.key for call in calls], skipped) == ([key_of("claude", "msg_a"), key_of("claude", "msg_b")], 1)


def test_pitfall_18_a_call_is_at_its_own_instant_whatever_the_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Apia")
    time.tzset()
    monkeypatch.undo()
    try:
        assert one(line(timestamp="2026-03-28T13:30:00")).at == 1774704600000
    finally:
        time.tzset()
    assert one(line(timestamp="2026-03-29T02:30:00+13:00")).at == one(line(timestamp="2026-03-28T13:30:00Z")).at


def test_pitfall_23_a_model_nobody_knows_keeps_its_name_and_a_missing_one_is_not_guessed() -> None:
    assert one(line(model="mystery-9000")).model == "mystery-9000"
    assert one(line(model=None)).model == ""


def test_an_answer_without_id_is_the_same_call_wherever_its_line_is_copied() -> None:
    row, other = line(id=None), line(id=None, timestamp="2026-05-16T10:30:00.124Z")
    first, copy, second = read(row, {**row, "uuid": "v", "cwd": "/x"}, other)[0]
    assert first.key == copy.key != second.key


def test_an_adviser_s_steps_are_calls_of_its_model_and_other_steps_are_in_the_sum_already() -> None:
    steps = [
        {"type": "message", "input_tokens": 3, "output_tokens": 97},
        {"type": "advisor_message", "model": "claude-fable-1", "input_tokens": 11, "output_tokens": 7, "speed": "fast"},
    ]
    answer, advice = read(line(usage={"iterations": steps}, costUSD=0.5))[0]
    assert (answer.model, answer.input, answer.output) == ("claude-opus-4-8", 3, 97)
    assert (advice.model, advice.input, advice.output, advice.cache_read) == ("claude-fable-1", 11, 7, 0)
    assert (answer.tier, advice.tier) == ("", "fast")
    assert (advice.recorded, advice.group, advice.session) == (None, answer.group, "s1")
    assert advice.key != answer.key
    assert advice.key == read(line(usage={"iterations": steps}))[0][1].key


def test_what_an_old_log_says_it_cost_is_kept() -> None:
    assert one(line(costUSD=0.0123)).recorded == 12300
    assert [one(line(costUSD=cost)).recorded for cost in (0, -1, "x", None)] == [None] * 4


def test_an_id_tells_the_cloud_that_served_it() -> None:
    call = one(line(id="msg_bdrk_015p", requestId=None))
    assert (call.provider, call.billing) == ("bedrock", "metered")
    assert one(line(id="msg_vrtx_0154", requestId=None)).provider == "vertex"
    gateway = one(line(id="msg_vrtx_0154"))
    assert (gateway.provider, gateway.billing) == ("", "")  # whoever it is that charges


def test_only_assistant_lines_are_calls() -> None:
    result = {
        "type": "user",
        "timestamp": AT,
        "toolUseResult": {"usage": USAGE},
        "message": {"role": "user", "content": "x"},
    }
    assert read(result, {**line(), "type": "progress"}) == ([], 0)


def test_words_of_a_prompt_are_not_taken_for_a_count() -> None:
    said = {"type": "user", "message": {"content": json.dumps(line())}, "timestamp": AT}
    assert read(said) == ([], 0)


def test_spaces_in_the_json_change_nothing() -> None:
    assert one(json.dumps(line(), indent=None, separators=(" , ", " : ")).encode()) == one(line())


@pytest.mark.parametrize("bad", [-5, "x", None, 1e30, 2**80, [1]])
def test_a_bad_number_is_nothing_or_spoils_its_line_alone(bad: Any) -> None:
    calls, skipped = read(line(id="msg_a"), line(id="msg_b", usage={"output_tokens": bad}), line(id="msg_c"))
    assert len(calls) + skipped == 3
    assert [call.output for call in calls] in ([97, 0, 97], [97, 97])


def test_numbers_written_as_words_or_fractions_count() -> None:
    call = one(line(usage={"output_tokens": "97", "input_tokens": 3.0}))
    assert (call.input, call.output) == (3, 97)
    assert type(call.input) is int


@pytest.mark.parametrize(
    "bad",
    [
        b'{"type":"assistant","message":{"model":"\xff\xfe","usage":{"input_tokens":1}},"timestamp":"2026-05-16T10:30:00Z"}',
        b'{"type":"assistant","message":{"usage":{"input_tokens":NaN}},"timestamp":"2026-05-16T10:30:00Z"}',
        b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b',"y":{"input_tokens":1}}',
        b'{"input_tokens" not json',
        b'{"type":"assistant","message":{"usage":{"input_tokens":1}}}',
        b'{"type":"assistant","message":{"usage":{"input_tokens":1}},"timestamp":"yesterday"}',
        b'{"type":"assistant","message":{"usage":{"input_tokens":1}},"timestamp":"0001-01-01T00:00:00+14:00"}',
        b'["input_tokens"]',
    ],
)
def test_a_line_that_cannot_be_read_is_counted_and_its_neighbours_are_read(bad: bytes) -> None:
    calls, skipped = read(line(id="msg_a"), bad, b"", b"\xff\x00", line(id="msg_b"))
    assert ([call.key for call in calls], skipped) == ([key_of("claude", "msg_a"), key_of("claude", "msg_b")], 1)


def test_a_line_of_fifty_megabytes_is_read_like_any() -> None:
    row = line()
    row["message"]["content"] = [{"type": "text", "text": "x" * 50_000_000}]
    assert one(row).output == 97


def test_no_prompt_text_is_kept() -> None:
    row = line()
    row["message"]["content"] = [{"type": "text", "text": "a secret plan"}]
    assert "secret" not in repr(read(row))


# Where the logs are


def found(home: Path, environment: dict[str, str]) -> list[str]:
    from creditsui.adapters.tail import find

    return [str(log.path) for log in find(SOURCE, environment, home)]


def log_in(folder: Path, name: str = "s.jsonl") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("{}\n")
    return str(folder / name)


def test_logs_are_found_in_both_usual_folders_with_their_subagents(tmp_path: Path) -> None:
    first = log_in(tmp_path / ".claude/projects/-home-u-web")
    agent = log_in(tmp_path / ".claude/projects/-home-u-web/s/subagents", "agent-1.jsonl")
    second = log_in(tmp_path / ".config/claude/projects/-home-u-web")
    log_in(tmp_path / ".claude/other")
    log_in(tmp_path / "projects/mine")
    assert sorted(found(tmp_path, {})) == sorted([first, agent, second])


def test_a_list_of_config_folders_replaces_them_and_may_name_the_projects_themselves(tmp_path: Path) -> None:
    log_in(tmp_path / ".claude/projects/-home-u-web")
    log_in(tmp_path / ".config/claude/projects/-home-u-web")
    first = log_in(tmp_path / "a/projects/-home-u-web")
    second = log_in(tmp_path / "b/projects/-home-u-web/s/subagents")
    listed = f"{tmp_path / 'a'}, {tmp_path / 'b/projects'}"
    assert sorted(found(tmp_path, {"CLAUDE_CONFIG_DIR": listed})) == sorted([first, second])


def test_logs_of_the_desktop_app_are_found_too(tmp_path: Path) -> None:
    base = tmp_path / "Library/Application Support/Claude"
    cowork = log_in(base / "local-agent-mode-sessions/g/s/local_1/.claude/projects/-x")
    agent = log_in(base / "local-agent-mode-sessions/g/s/agent/local_2/.claude/projects/-x")
    code = log_in(base / "claude-code-sessions/a/b")
    assert sorted(found(tmp_path, {})) == sorted([cowork, agent, code])
    assert sorted(found(tmp_path, {"CLAUDE_CONFIG_DIR": "/nowhere"})) == sorted([cowork, agent, code])


def test_a_link_from_one_usual_folder_to_the_other_is_read_once(tmp_path: Path) -> None:
    log_in(tmp_path / ".claude/projects/-home-u-web")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config/claude").symlink_to(tmp_path / ".claude")
    assert len(found(tmp_path, {})) == 1
