"""What the real Hermes Agent's own classes write is read exactly, while they write it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from creditsui.domain.call import Call
from tests import real_hermes
from tests.real_hermes import Writer
from tests.sources.hermes_db import Reader, tokens

CLAUDE = {
    "model": "claude-opus-4-8", "billing_provider": "anthropic", "billing_base_url": "https://api.anthropic.com",
    "cost_status": "estimated",
}  # fmt: skip
DEEPSEEK = {
    "model": "deepseek-v4-pro", "billing_provider": "custom", "billing_base_url": "https://api.deepseek.com/v1",
    "cost_status": "unknown",
}  # fmt: skip
TITLE = {
    "model": "gemini-3-flash", "billing_provider": "gemini",
    "billing_base_url": "https://generativelanguage.googleapis.com/v1beta",
}  # fmt: skip


@pytest.fixture
def path(home: Path) -> Path:
    try:
        real_hermes.package()
    except real_hermes.Absent as error:
        if real_hermes.ALWAYS:
            raise
        pytest.skip(str(error))
    return home / ".hermes/state.db"


def use(**more: Any) -> dict[str, Any]:
    return {
        "input_tokens": 100, "output_tokens": 20, "cache_read_tokens": 3000, "cache_write_tokens": 40,
        "reasoning_tokens": 5, "api_call_count": 1,
    } | more  # fmt: skip


def sums(calls: Sequence[Call]) -> dict[str, tuple[int, int, int, int]]:
    providers = {call.provider for call in calls}
    return {one: tokens([call for call in calls if call.provider == one]) for one in providers}


def test_every_call_is_read_once_while_hermes_writes_on(path: Path) -> None:
    turns, reader, calls = 120, Reader(path), []
    with Writer(path) as hermes:
        hermes.do("create_session", "s1", "cli", model="claude-opus-4-8", cwd="/srv/shop")
        for turn in range(turns):  # 50 writes and Hermes moves its log into its database, while we read
            hermes.tell("append_message", "s1", "user", "secret words " * 50)
            hermes.tell("update_token_counts", "s1", **use(estimated_cost_usd=0.01), **CLAUDE)
            if turn % 3 == 0:
                hermes.tell(
                    "record_auxiliary_usage", "s1", "title_generation", input_tokens=7, output_tokens=2, **TITLE
                )
            if turn % 5 == 0:
                hermes.tell("update_token_counts", "s1", **use(estimated_cost_usd=None), **DEEPSEEK)
        for _ in range(turns * 2 + 40 + 24):
            hermes.told()
            calls += reader.look()
        beside = {one.name for one in path.parent.iterdir()}
        assert beside <= {"state.db", "state.db-wal", "state.db-shm"}
    assert sums(calls) == {
        "anthropic": (12_000, 2_400, 360_000, 4_800),
        "deepseek": (2_400, 480, 72_000, 960),
        "google": (280, 80, 0, 0),
    }
    assert sum(call.recorded or 0 for call in calls if call.provider == "anthropic") == 1_200_000
    assert {call.recorded for call in calls if call.provider != "anthropic"} == {None}
    assert sum(call.reasoning for call in calls) == 5 * (120 + 24)
    assert len({call.key for call in calls}) == len(calls) > 3  # it was read in many parts
    assert {(call.project, call.session) for call in calls} == {("shop", "s1")}
    assert reader.look() == [] and reader.skipped == 0


def test_nothing_is_left_beside_a_database_that_hermes_closed(path: Path) -> None:
    with Writer(path) as hermes:
        hermes.do("create_session", "s1", "cli")
        hermes.do("update_token_counts", "s1", **use(), **CLAUDE)
    before = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    assert tokens(Reader(path).look()) == (100, 20, 3000, 40)
    assert {one.name: one.read_bytes() for one in path.parent.iterdir()} == before


def test_pitfall_22_what_a_killed_hermes_wrote_last_is_read(path: Path) -> None:
    with Writer(path) as hermes:
        hermes.do("create_session", "s1", "cli")
        hermes.do("update_token_counts", "s1", **use(), **CLAUDE)
        hermes.kill()
        assert path.with_name("state.db-wal").stat().st_size
        assert tokens(Reader(path).look()) == (100, 20, 3000, 40)


def test_sums_that_a_gateway_sets_as_a_whole_and_sessions_that_are_deleted_are_counted_once(path: Path) -> None:
    reader, calls = Reader(path), []
    with Writer(path) as hermes:
        hermes.do("create_session", "s1", "telegram")
        hermes.do("update_token_counts", "s1", **use(), **CLAUDE)
        calls += reader.look()
        hermes.do("update_token_counts", "s1", absolute=True, **use(input_tokens=250, cache_read_tokens=9000), **CLAUDE)
        calls += reader.look()
        assert tokens(calls) == (250, 20, 9000, 40)
        hermes.do("delete_session", "s1")
        assert reader.look() == []


def test_a_switch_of_the_model_leaves_each_call_its_own_route(path: Path) -> None:
    with Writer(path) as hermes:
        hermes.do("create_session", "s1", "cli", model="claude-opus-4-8")
        hermes.do("update_token_counts", "s1", **use(estimated_cost_usd=0.4375), **CLAUDE)
        hermes.do("update_session_model", "s1", "deepseek-v4-pro")
        hermes.do("update_session_billing_route", "s1", provider="deepseek", base_url="https://api.deepseek.com/v1",
                  billing_mode="chat_completions")  # fmt: skip
        hermes.do("update_token_counts", "s1", **use(estimated_cost_usd=0.0336), **DEEPSEEK)
        calls = {call.provider: call for call in Reader(path).look()}
    assert {id: call.recorded for id, call in calls.items()} == {"anthropic": 437_500, "deepseek": 33_600}


def test_hermes_own_upgrade_of_an_older_database_counts_nothing_twice(path: Path) -> None:
    with Writer(path) as hermes:
        hermes.do("create_session", "s1", "cli")
        hermes.do("update_token_counts", "s1", **use(estimated_cost_usd=0.5), **CLAUDE)
    with closing(sqlite3.connect(path)) as older:  # as a release before version 20 left it
        older.execute("DROP TABLE session_model_usage")
        older.execute("UPDATE schema_version SET version = 19")
        older.commit()
    reader = Reader(path)
    assert tokens(reader.look()) == (100, 20, 3000, 40)
    with Writer(path) as hermes:
        hermes.do("create_session", "s2", "cli")
        assert reader.look() == []
        hermes.do("update_token_counts", "s1", **use(estimated_cost_usd=0.25), **CLAUDE)
        (call,) = reader.look()
    assert (call.input, call.output, call.recorded) == (100, 20, 250_000)
