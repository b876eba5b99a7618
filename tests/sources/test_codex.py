"""What Codex' session files tell: counters, not calls."""

import json
from pathlib import Path
from typing import Any

import pytest

from creditsui.sources import catalogue
from creditsui.sources.codex import SOURCE, lines, on_plan
from creditsui.sources.spec import Call, Lines, key_of

ID = "019f3cab-4c83-7d32-9af3-9834522c00df"
MADE = 1783429287  # the second that the id begins with
NAME = f"rollout-2026-07-07T13-01-27-{ID}.jsonl"


def row(kind: str, second: float = 0, **payload: Any) -> dict[str, Any]:
    """A line so many seconds after the session began."""
    outer = kind if kind in {"session_meta", "turn_context", "response_item", "compacted"} else "event_msg"
    inner = {} if outer == kind else {"type": kind}
    return {"timestamp": at(second), "type": outer, "payload": {**inner, **payload}}


def at(second: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(MADE + second, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def meta(second: float = 0, **payload: Any) -> dict[str, Any]:
    told = {"id": ID, "timestamp": at(second), "cwd": "/home/u/web-app", "model_provider": "openai", "source": "cli"}
    return row("session_meta", second, **{**told, **payload})


def turn(second: float = 1, model: str = "gpt-5.5", **payload: Any) -> dict[str, Any]:
    return row("turn_context", second, cwd="/home/u/web-app", model=model, **payload)


def started(second: float) -> dict[str, Any]:
    return row("task_started", second, started_at=MADE + int(second), turn_id="1")


def counts(input: int, cached: int = 0, output: int = 0, reasoning: int = 0, **more: int) -> dict[str, int]:
    return {
        "input_tokens": input,
        "cached_input_tokens": cached,
        "output_tokens": output,
        "reasoning_output_tokens": reasoning,
        "total_tokens": input + output,
        **more,
    }


def told(second: float, total: Any = None, last: Any = None, **payload: Any) -> dict[str, Any]:
    info = {"total_token_usage": total, "last_token_usage": last, "model_context_window": 258400}
    return row("token_count", second, info=info, rate_limits=payload.pop("rate_limits", None), **payload)


def file(*rows: Any) -> bytes:
    whole = (one if isinstance(one, bytes) else json.dumps(one, separators=(",", ":")).encode() for one in rows)
    return b"".join(one + b"\n" for one in whole)


def read(*rows: Any, name: str = NAME) -> list[Call]:
    log = Lines(file(*rows), Path(name), {})
    calls = list(lines(log))
    assert log.skipped == 0
    return calls


def sizes(calls: list[Call]) -> list[tuple[int, int, int]]:
    return [(call.input, call.cache_read, call.output) for call in calls]


def test_a_request_is_a_call() -> None:
    (call,) = read(meta(), turn(), told(2, counts(2000, 1000, 400, 100), counts(2000, 1000, 400, 100)))
    assert call == Call(
        key=call.key,
        at=(MADE + 2) * 1000,
        model="gpt-5.5",
        input=1000,
        output=400,
        cache_read=1000,
        reasoning=100,
        project="web-app",
        session=ID,
    )


@pytest.mark.parametrize("session", [ID, "naïve \U0001f600"])
def test_a_call_has_the_key_that_ledgers_know_it_by(session: str) -> None:
    used = counts(2000, 1000, 400, 100)
    first, second = read(
        meta(id=session), turn(), told(2, used, used), told(3, counts(2100, 1000, 450), counts(100, 0, 50))
    )
    assert first.key == key_of("codex", session, 1, 1000, 1000, 400)
    assert second.key == key_of("codex", session, 2, 100, 0, 50)


def test_it_is_found_without_configuration() -> None:
    assert catalogue()["codex"] is SOURCE
    assert (SOURCE.plan, SOURCE.account) == ("codex", "openai")


def test_cached_tokens_are_part_of_the_input_and_reasoning_of_the_output() -> None:
    (call,) = read(meta(), turn(), told(2, None, counts(100, 500, 10, 20)))
    assert (call.input, call.cache_read, call.output, call.reasoning) == (0, 100, 10, 10)


def test_tokens_written_to_the_cache_are_part_of_the_input_too() -> None:
    (call,) = read(meta(), turn(), told(2, None, counts(58697, 40000, 227, cache_write_input_tokens=10000)))
    assert (call.input, call.cache_read, call.cache_write, call.output) == (8697, 40000, 10000, 227)


def test_pitfall_10_sums_without_a_last_request_become_differences() -> None:
    calls = read(
        meta(), turn(), told(2, counts(100, 50, 10)), told(3, counts(300, 150, 15)), told(4, counts(301, 151, 15))
    )
    assert sizes(calls) == [(50, 50, 10), (100, 100, 5), (0, 1, 0)]


def test_pitfall_11_equal_totals_are_the_same_request_told_again() -> None:
    total, last = counts(300, 0, 30), counts(100, 0, 10)
    first = told(2, counts(200, 0, 20), counts(200, 0, 20))
    assert sizes(read(meta(), turn(), first, told(3, total, last), told(9, total, last))) == [
        (200, 0, 20),
        (100, 0, 10),
    ]
    assert sizes(read(meta(), turn(), told(3, total), told(9, total))) == [(300, 0, 30)]


def test_pitfall_12_a_counter_may_start_anew() -> None:
    one, two = counts(1000, 0, 100), counts(2000, 0, 200)
    with_last = [told(n, total, one) for n, total in enumerate((one, two, one, two), 2)]
    assert sizes(read(meta(), turn(), *with_last)) == [(1000, 0, 100)] * 4
    alone = [told(n, total) for n, total in enumerate((one, two, one, two), 2)]
    assert sizes(read(meta(), turn(), *alone)) == [(1000, 0, 100)] * 4


def test_several_counters_in_one_file_are_told_apart() -> None:
    mine, other = counts(5000, 0, 50), counts(300, 0, 30)
    calls = read(
        meta(),
        turn(),
        told(2, mine, mine),
        told(3, other, other),
        told(4, mine, mine),  # again
        told(5, counts(6000, 0, 60), counts(1000, 0, 10)),
        told(6, other, other),  # again
        told(7, counts(400, 0, 40), counts(100, 0, 10)),
    )
    assert sizes(calls) == [(5000, 0, 50), (300, 0, 30), (1000, 0, 10), (100, 0, 10)]


def test_counters_that_take_turns_are_told_apart() -> None:
    mine, other = counts(5000, 0, 50), counts(300, 0, 30)
    grown = told(4, counts(6000, 0, 60), counts(1000, 0, 10))
    calls = read(meta(), turn(), told(2, mine, mine), told(3, other, other), grown, told(5, other, other))
    assert sizes(calls) == [(5000, 0, 50), (300, 0, 30), (1000, 0, 10)]


def test_sums_written_as_words_count() -> None:
    calls = read(
        meta(), turn(), told(2, {"input_tokens": "100"}), told(3, {"input_tokens": 150.0}, {"input_tokens": "50"})
    )
    assert sizes(calls) == [(100, 0, 0), (50, 0, 0)]


def test_a_negative_sum_is_nothing() -> None:
    calls = read(meta(), turn(), told(2, counts(100, 0, -5)), told(3, counts(150, 0, 3)))
    assert sizes(calls) == [(100, 0, 0), (50, 0, 3)]


def test_copies_that_went_on_in_two_ways_share_what_they_share() -> None:
    rows = [meta(), turn(), told(2, None, counts(9))]
    here, there = read(*rows, told(3, None, counts(9, 0, 1))), read(*rows, told(3, None, counts(9, 0, 2)))
    assert here[0] == there[0]
    assert here[1].key != there[1].key


def test_a_session_of_billions_is_counted() -> None:
    big = 3_158_656_533
    calls = read(
        meta(), turn(), told(2, counts(big), counts(9035)), told(3, counts(big), counts(9035)), told(4, counts(big + 7))
    )
    assert sizes(calls) == [(9035, 0, 0), (7, 0, 0)]


PARENT = [
    told(second, counts(1000 * n, 0, 100 * n), counts(1000, 0, 100)) for n, second in ((1, 0.1), (2, 0.2), (3, 3))
]


@pytest.mark.parametrize(
    "sign",
    [
        {"forked_from_id": "019e0000-0000-7000-8000-000000000000"},
        {"parent_thread_id": "019e0000-0000-7000-8000-000000000000"},
        {"thread_source": "subagent"},
        {"source": {"subagent": {"thread_spawn": {"parent_thread_id": "x"}}}},
    ],
)
def test_pitfall_13_a_fork_repeats_its_parent_s_counts_until_its_own_first_turn(sign: dict[str, Any]) -> None:
    old = {**started(-3600), "timestamp": at(0.1)}
    settings = row("thread_settings_applied", 0.2, thread_settings={"service_tier": "priority"})
    live = told(12, counts(3500, 0, 350), counts(500, 0, 50))
    calls = read(meta(**sign), meta(-9000, id="parent"), old, turn(0.1), *PARENT, settings, started(10), turn(11), live)
    assert sizes(calls) == [(500, 0, 50)]
    assert (calls[0].session, calls[0].tier) == (ID, "priority")


def test_a_fork_with_sums_alone_begins_where_its_parent_stood() -> None:
    parent = [told(0.1, counts(1000, 0, 100)), told(0.2, counts(3000, 0, 300))]
    calls = read(meta(forked_from_id="x"), *parent, started(10), told(12, counts(3500, 0, 350)))
    assert sizes(calls) == [(500, 0, 50)]


def test_a_subagent_that_repeats_nothing_counts_from_its_first_turn() -> None:
    calls = read(
        meta(0.4, thread_source="subagent"), meta(-9, id="parent"), started(0), turn(), told(2, counts(9), counts(9))
    )
    assert sizes(calls) == [(9, 0, 0)]


def test_a_subagent_s_file_may_be_written_later_than_it_was_made() -> None:
    child = meta(5, thread_source="subagent", timestamp=at(0))
    assert sizes(read(child, started(1), turn(), told(6, None, counts(9)))) == [(9, 0, 0)]


def test_a_turn_tells_by_its_id_when_it_began() -> None:
    late = f"{(MADE + 10) * 1000:012x}"
    id = f"{late[:8]}-{late[8:]}-7d32-9af3-9834522c00df"
    own = turn(10, turn_id=id)
    calls = read(
        meta(thread_source="subagent"),
        turn(0.1, turn_id=ID.replace("019f", "019e")),
        *PARENT,
        own,
        told(12, None, counts(9)),
    )
    assert sizes(calls) == [(9, 0, 0)]


def test_an_id_that_is_only_random_tells_no_time() -> None:
    random = turn(10, turn_id="ffffffff-ffff-4d32-9af3-9834522c00df")
    assert read(meta(thread_source="subagent"), *PARENT, random, told(12, None, counts(9))) == []


def test_a_child_of_unknown_age_counts_from_a_turn_that_began_when_it_was_written() -> None:
    child = {**meta(thread_source="subagent", timestamp=None), "timestamp": None}
    old = {**started(-3600), "timestamp": at(0.1)}
    assert sizes(read(child, old, *PARENT, started(10), told(12, None, counts(9)))) == [(9, 0, 0)]


@pytest.mark.parametrize("none", [None, "", " "])
def test_pitfall_14_a_session_that_names_no_parent_is_its_own(none: Any) -> None:
    root = meta(forked_from_id=none, parent_thread_id=none, thread_source=none, source={"subagent": None})
    assert sizes(read(root, turn(), *PARENT)) == [(1000, 0, 100)] * 3


def test_pitfall_15_an_archived_twin_tells_the_same_calls() -> None:
    rows = [meta(), turn(), *PARENT]
    active, archived = read(*rows), read(*rows, name=f"archived_sessions/{NAME}")
    assert active == archived
    assert len({call.key for call in active}) == 3
    assert [call.key for call in read(*rows[:-1])] == [call.key for call in active[:-1]]


def test_equal_requests_and_other_sessions_are_other_calls() -> None:
    mine = read(meta(), turn(), told(2, None, counts(9)), told(3, None, counts(9)))
    other = read(meta(id="other"), turn(), told(2, None, counts(9)))
    assert len({call.key for call in [*mine, *other]}) == 3


def test_pitfall_16_a_model_that_is_not_told_is_not_guessed() -> None:
    (call,) = read(meta(), told(2, None, counts(9)))
    assert call.model == ""


def test_the_newest_turn_says_the_model_and_its_words_are_kept() -> None:
    event = told(5, counts(3), counts(1))
    event["payload"]["info"]["model"] = "gpt-5.4"
    calls = read(
        meta(),
        turn(),
        told(2, counts(1), counts(1)),
        turn(3, "codex-auto-review"),
        told(4, counts(2), counts(1)),
        event,
    )
    assert [call.model for call in calls] == ["gpt-5.5", "codex-auto-review", "gpt-5.4"]


def test_pitfall_17_one_long_request_and_ten_short_ones_stay_as_they_are() -> None:
    long = read(meta(), turn(), told(2, counts(280_000), counts(280_000)))
    short = read(meta(), turn(), *(told(n, counts(28_000 * n), counts(28_000)) for n in range(1, 11)))
    assert sizes(long) == [(280_000, 0, 0)]
    assert sizes(short) == [(28_000, 0, 0)] * 10


def test_pitfall_18_a_call_is_at_its_own_instant_not_at_its_file_s_day() -> None:
    (call,) = read(meta(), turn(), told(90_000, None, counts(9)))
    assert call.at == (MADE + 90_000) * 1000


def test_a_tier_holds_for_the_requests_after_it_and_old_logs_have_none() -> None:
    def tier(word: Any) -> dict[str, Any]:
        return row("thread_settings_applied", 3, thread_settings={"service_tier": word})

    rows = [told(n, counts(n), counts(1)) for n in (2, 4, 6, 8)]
    calls = read(meta(), turn(), rows[0], tier("fast"), rows[1], tier(None), rows[2], tier("default"), rows[3])
    assert [call.tier for call in calls] == ["", "fast", "fast", ""]


def test_only_limits_are_no_call() -> None:
    limits = row("token_count", 2, info=None, rate_limits={"primary": {"used_percent": 7.0}})
    assert read(meta(), turn(), limits, told(3), told(4, counts(0), counts(0))) == []


def test_windows_beside_a_count_say_that_a_plan_served_it() -> None:
    limits = {"limit_id": "codex", "primary": {"used_percent": 20.0}, "secondary": None, "plan_type": "team"}
    none = {"limit_id": "codex", "primary": None, "secondary": None, "plan_type": None}
    calls = read(
        meta(), turn(), *(told(n, None, counts(n), rate_limits=one) for n, one in enumerate((limits, none, None), 2))
    )
    assert [call.billing for call in calls] == ["subscription", "", ""]


def test_another_provider_is_named_and_no_plan_serves_it() -> None:
    (call,) = read(meta(model_provider="openrouter"), turn(model="moonshotai/kimi-k2.5"), told(2, None, counts(9)))
    assert (call.provider, call.billing) == ("openrouter", "metered")
    (call,) = read(meta(model_provider="amazon-bedrock"), told(2, None, counts(9)))
    assert call.provider == "bedrock"


def test_reading_on_tells_what_reading_at_once_does() -> None:
    rows = [
        meta(thread_source="subagent"),
        turn(0),
        *PARENT,
        started(10),
        turn(11),
        *(told(20 + n, counts(3000 + n)) for n in range(1, 5)),
    ]
    state: dict[str, Any] = {}
    calls: list[Call] = []
    for one in rows:
        state = json.loads(json.dumps(state))  # as it is kept
        calls += lines(Lines(file(one), Path(NAME), state))
    assert calls == read(*rows)
    assert len(calls) == 4
    assert len(json.dumps(state)) < 1000


def test_state_stays_small_whatever_the_counters_do() -> None:
    log = Lines(file(meta(), *(told(n, counts(1000 - n), counts(1)) for n in range(2, 200))), Path(NAME), {})
    assert len(lines(log)) == 198
    assert len(json.dumps(log.state)) < 1000


def test_a_file_without_its_first_line_is_known_by_its_name() -> None:
    (call,) = read(turn(), told(2, None, counts(9)))
    assert call.session == ID
    (call,) = read(turn(), told(2, None, counts(9)), name="odd.jsonl")
    assert call.session == "odd"


def test_spaces_and_another_order_in_the_json_change_nothing() -> None:
    rows = [meta(), turn(), told(2, counts(9), counts(9))]
    plain = read(*rows)
    assert read(*(json.dumps(one, separators=(" , ", " : ")).encode() for one in rows)) == plain
    assert read(*(json.dumps(dict(reversed(one.items()))).encode() for one in rows)) == plain
    assert read(*({"timestamp": one["timestamp"], "ordinal": 7, **one} for one in rows)) == plain


def test_words_of_a_prompt_are_not_taken_for_a_count_and_none_is_kept() -> None:
    said = row("response_item", 1, role="user", content=[{"text": json.dumps(told(2, counts(9), counts(9)))}])
    message = row("user_message", 1, message=json.dumps(told(2, counts(9), counts(9))))
    secret = meta(base_instructions={"text": "a secret plan"}, git={"branch": "secret"})
    log = Lines(file(secret, turn(user_instructions="secret"), said, message, told(2, None, counts(9))), Path(NAME), {})
    calls = lines(log)
    assert len(calls) == 1
    assert "secret" not in repr(calls) + repr(log.state)


@pytest.mark.parametrize(
    "bad",
    [
        json.dumps(told(5, None, counts(9))).encode()[:-9],
        b'{"timestamp":"2026-07-07T13:01:29Z","type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":{"input_tokens":NaN}}}}',
        b'{"timestamp":"2026-07-07T13:01:29Z","type":"event_msg","payload":{"type":"token_count","info":{"model":"\xff"}}}',
        b'{"timestamp":"2026-07-07T13:01:29Z","type":"event_msg","payload":{"type":"token_count","info":[1]}}',
        b'{"type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":{"input_tokens":9}}}}',
        b'{"timestamp":"soon","type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":{"input_tokens":9}}}}',
        b'{"token_count":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
)
def test_a_line_that_cannot_be_read_is_counted_and_its_neighbours_are_read(bad: bytes) -> None:
    log = Lines(
        file(meta(), turn(), told(2, None, counts(7)), bad, b"", b"\xff\x00", told(6, None, counts(8))), Path(NAME), {}
    )
    assert [call.input for call in lines(log)] == [7, 8]
    assert log.skipped == 1


@pytest.mark.parametrize(("bad", "good"), [(-5, 0), ("9", 9), (9.0, 9), (None, 0), (1e30, 0), (2**40, 0)])
def test_a_bad_number_is_nothing(bad: Any, good: int) -> None:
    (call,) = read(meta(), turn(), told(2, None, {**counts(1), "output_tokens": bad}))
    assert (call.input, call.output) == (1, good)


# Where the logs are, and who pays


def test_sessions_and_archived_ones_are_found(tmp_path: Path) -> None:
    from creditsui.adapters.tail import find

    paths = [
        tmp_path / ".codex/sessions/2026/07/07" / NAME,
        tmp_path / ".codex/archived_sessions" / NAME,
        tmp_path / ".codex/history.jsonl",
    ]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}\n")
    assert sorted(log.path for log in find(SOURCE, {}, tmp_path)) == sorted(paths[:2])
    assert find(SOURCE, {"CODEX_HOME": str(tmp_path / "other")}, tmp_path) == []
    assert len(find(SOURCE, {"CODEX_HOME": f"/nowhere, {tmp_path / '.codex'}"}, tmp_path)) == 2


@pytest.mark.parametrize(
    ("auth", "plan"),
    [
        ({"tokens": {"access_token": "x"}, "OPENAI_API_KEY": None}, True),
        ({"auth_mode": "chatgpt", "tokens": {"access_token": "x"}, "OPENAI_API_KEY": "sk-minted"}, True),
        ({"auth_mode": "apikey", "tokens": {"access_token": "x"}, "OPENAI_API_KEY": "sk-x"}, False),
        ({"tokens": {"access_token": "x"}, "OPENAI_API_KEY": "sk-x"}, False),
        ({"tokens": None, "OPENAI_API_KEY": "sk-x"}, False),
        ({"tokens": {"access_token": ""}}, False),
        (None, False),
    ],
)  # fmt: skip
def test_a_login_with_a_plan_makes_calls_notional(tmp_path: Path, auth: Any, plan: bool) -> None:
    (tmp_path / ".codex").mkdir()
    if auth is not None:
        (tmp_path / ".codex/auth.json").write_text(json.dumps(auth))
    assert on_plan({}, tmp_path) is plan
    assert on_plan({"CODEX_HOME": str(tmp_path / ".codex")}, Path("/nowhere")) is plan
    assert not on_plan({"CODEX_API_KEY": "sk-x"}, tmp_path)
