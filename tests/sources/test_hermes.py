"""Hermes' sums: what they grew by is a call, once, on its own route and at its own time, whatever the release."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from creditsui.sources import hermes
from creditsui.sources.hermes import SOURCE
from tests.sources.hermes_db import ALL, MESSAGES, NOW, SESSIONS, START, USAGE, Hermes, Reader, tokens


@pytest.fixture
def agent(home: Path) -> Iterator[Hermes]:
    one = Hermes(home / ".hermes/state.db")
    yield one
    one.close()


@pytest.fixture
def reader(agent: Hermes) -> Reader:
    return Reader(agent.path)


def test_a_route_tells_disjoint_tokens_its_last_use_and_what_hermes_says_it_cost(agent: Hermes, reader: Reader) -> None:
    agent.session(input_tokens=10, output_tokens=20, cache_read_tokens=300, cache_write_tokens=40, reasoning_tokens=5)
    agent.usage(input_tokens=10, output_tokens=20, cache_read_tokens=300, cache_write_tokens=40, reasoning_tokens=5,
                estimated_cost_usd=0.4375, cost_status="estimated")  # fmt: skip
    (call,) = reader.look()
    assert (call.input, call.output, call.cache_read, call.cache_write) == (10, 20, 300, 40)
    assert call.reasoning == 5  # a part of the output
    assert (call.at, call.recorded) == (round((START + 60) * 1000), 437_500)
    assert (call.model, call.provider, call.project, call.session) == ("claude-opus-4-8", "anthropic", "shop", "s1")
    assert call.billing == ""


def test_growth_between_two_looks_is_a_call_at_its_own_time(agent: Hermes, reader: Reader) -> None:
    agent.session(input_tokens=10, output_tokens=1)
    agent.usage(input_tokens=10, output_tokens=1, estimated_cost_usd=0.1)
    assert tokens(reader.look()) == (10, 1, 0, 0)
    assert reader.look() == []
    agent.do("UPDATE session_model_usage SET input_tokens = 17, output_tokens = 3, estimated_cost_usd = 0.1 + 0.2,"
             "last_seen = ?", START + 7200)  # fmt: skip
    agent.do("UPDATE sessions SET input_tokens = 17, output_tokens = 3")
    (call,) = reader.look()
    assert (call.input, call.output, call.recorded) == (7, 2, 200_000)
    assert call.at == round((START + 7200) * 1000)


def test_a_look_that_was_lost_makes_the_same_call_again_or_a_larger_one_under_its_key(
    agent: Hermes, reader: Reader
) -> None:
    agent.session()
    agent.usage(input_tokens=10)
    state = reader.state
    (first,) = reader.look()
    reader.state = state
    assert reader.look() == [first]
    agent.do("UPDATE session_model_usage SET input_tokens = 25")
    reader.state = state
    (again,) = reader.look()
    assert again.key == first.key and again.input == 25


def test_auxiliary_calls_are_counted_beside_the_session_which_leaves_them_out(agent: Hermes, reader: Reader) -> None:
    agent.session(input_tokens=100)
    agent.usage(input_tokens=100)
    agent.usage(task="title_generation", input_tokens=7, model="gemini-3-flash", billing_provider="gemini",
                billing_base_url="")  # fmt: skip
    calls = reader.look()
    assert sorted((call.provider, call.input) for call in calls) == [("anthropic", 100), ("google", 7)]


def test_what_a_session_holds_beyond_its_routes_is_counted_and_auxiliary_calls_do_not_hide_it(
    agent: Hermes, reader: Reader
) -> None:
    agent.session(input_tokens=150, output_tokens=9)
    agent.usage(input_tokens=100, output_tokens=9)
    agent.usage(task="vision", input_tokens=50)
    assert sorted(call.input for call in reader.look()) == [50, 50, 100]


def test_a_database_without_the_table_of_routes_is_read_by_its_sessions(home: Path) -> None:
    agent = Hermes(home / "state.db", SESSIONS, MESSAGES)
    agent.session(input_tokens=10, output_tokens=2, estimated_cost_usd=0.5)
    agent.put("messages", session_id="s1", content="secret", timestamp=START + 500)
    reader = Reader(agent.path)
    (call,) = reader.look()
    assert (call.input, call.output, call.recorded) == (10, 2, 500_000)
    assert call.at == round((START + 500) * 1000)  # of its last message
    agent.do("UPDATE sessions SET input_tokens = 15, ended_at = ?", START + 900)
    (call,) = reader.look()
    assert (call.input, call.output, call.at) == (5, 0, round((START + 900) * 1000))
    agent.close()


def test_a_very_old_database_with_few_columns_is_read_as_far_as_it_tells(home: Path) -> None:
    agent = Hermes(
        home / "state.db", "CREATE TABLE sessions(id TEXT, model TEXT, started_at REAL, input_tokens INTEGER)"
    )
    agent.put("sessions", id="s1", model="gpt-5.4", started_at=START, input_tokens=3)
    (call,) = Reader(agent.path).look()
    assert (call.model, call.input, call.provider, call.recorded) == ("gpt-5.4", 3, "", None)
    assert call.at == round(START * 1000)
    agent.close()


def test_an_upgrade_that_divides_a_sum_among_its_routes_counts_nothing_twice(home: Path) -> None:
    agent = Hermes(home / "state.db", SESSIONS, MESSAGES)
    agent.session(input_tokens=1000, output_tokens=90, estimated_cost_usd=2.0)
    reader = Reader(agent.path)
    assert tokens(reader.look()) == (1000, 90, 0, 0)
    agent.do(USAGE)
    agent.usage(input_tokens=1000, output_tokens=90, estimated_cost_usd=2.0)
    assert reader.look() == []
    agent.do("UPDATE session_model_usage SET input_tokens = 1010, output_tokens = 95, estimated_cost_usd = 2.25")
    agent.do("UPDATE sessions SET input_tokens = 1010, output_tokens = 95, estimated_cost_usd = 2.25")
    (call,) = reader.look()
    assert (call.input, call.output, call.recorded) == (10, 5, 250_000)
    agent.close()


def test_an_upgrade_and_new_calls_between_two_looks_count_the_new_ones_alone(home: Path) -> None:
    agent = Hermes(home / "state.db", SESSIONS, MESSAGES)
    agent.session(input_tokens=1000)
    reader = Reader(agent.path)
    reader.look()
    agent.do(USAGE)
    agent.usage(input_tokens=1000)
    agent.usage(input_tokens=44, model="deepseek-v4-pro", billing_provider="deepseek")
    agent.do("UPDATE sessions SET input_tokens = 1044")
    assert tokens(reader.look()) == (44, 0, 0, 0)
    agent.close()


def test_a_deleted_session_keeps_its_spend_and_one_that_comes_back_is_not_counted_again(
    agent: Hermes, reader: Reader
) -> None:
    agent.session(input_tokens=500)
    agent.usage(input_tokens=500)
    reader.look()
    agent.do("DELETE FROM session_model_usage")
    agent.do("DELETE FROM sessions")
    assert reader.look() == []  # nothing is ever taken away
    agent.session(input_tokens=500)  # imported again: without its routes
    assert reader.look() == []
    agent.do("UPDATE sessions SET input_tokens = 520")
    assert tokens(reader.look()) == (20, 0, 0, 0)


def test_another_session_under_an_old_name_is_counted_whole(agent: Hermes, reader: Reader) -> None:
    agent.session("cron", input_tokens=500)
    reader.look()
    agent.do("DELETE FROM sessions")
    agent.session("cron", started_at=START + 5000, input_tokens=300)
    assert tokens(reader.look()) == (300, 0, 0, 0)


def test_sums_that_went_down_take_nothing_away_and_count_from_there(agent: Hermes, reader: Reader) -> None:
    agent.session(input_tokens=500)
    agent.usage(input_tokens=500)
    reader.look()
    agent.do("UPDATE session_model_usage SET input_tokens = 100")  # a backup was restored
    agent.do("UPDATE sessions SET input_tokens = 100")
    assert reader.look() == []
    agent.do("UPDATE session_model_usage SET input_tokens = 130")
    assert tokens(reader.look()) == (30, 0, 0, 0)


def test_a_switch_of_the_model_leaves_each_route_its_own(agent: Hermes, reader: Reader) -> None:
    agent.session(
        input_tokens=120, model="deepseek-v4-pro", billing_provider="deepseek", billing_mode="chat_completions"
    )
    agent.usage(input_tokens=100)
    agent.usage(input_tokens=20, model="deepseek-v4-pro", billing_provider="deepseek",
                billing_base_url="https://api.deepseek.com/v1")  # fmt: skip
    assert sorted((call.provider, call.input) for call in reader.look()) == [("anthropic", 100), ("deepseek", 20)]


@pytest.mark.parametrize("status", ["unknown", None, "estimated"])
def test_pitfall_21_a_cost_of_0_is_unknown_whatever_the_status_says(
    agent: Hermes, reader: Reader, status: str | None
) -> None:
    agent.session(input_tokens=9)
    agent.usage(input_tokens=9, estimated_cost_usd=0.0, actual_cost_usd=0.0, cost_status=status)
    (call,) = reader.look()
    assert call.recorded is None and call.billing == ""


def test_an_actual_cost_goes_before_an_estimate(agent: Hermes, reader: Reader) -> None:
    agent.session()
    agent.usage(input_tokens=9, estimated_cost_usd=0.5, actual_cost_usd=0.3)
    (call,) = reader.look()
    assert call.recorded == 300_000


def test_calls_that_a_plan_includes_are_no_money(agent: Hermes, reader: Reader) -> None:
    agent.session()
    agent.usage(input_tokens=1, model="gpt-5.5", billing_provider="openai-codex", cost_status="included",
                billing_base_url="https://chatgpt.com/backend-api/codex", estimated_cost_usd=0.0)  # fmt: skip
    agent.usage(input_tokens=2, billing_mode="subscription_included")
    assert [(call.provider, call.billing) for call in sorted(reader.look(), key=lambda call: call.input)] == [
        ("codex", "subscription"), ("anthropic", "subscription"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "address", "expected"),
    [
        ("custom", "https://openrouter.ai/api/v1", "openrouter"),
        ("custom", "https://llm.example.net/v1", "llm.example.net"),
        ("", "https://us-east5-aiplatform.googleapis.com/v1", "vertex"),
        ("google", "", "google"),
        ("gemini", "https://generativelanguage.googleapis.com/v1beta", "google"),
        ("grok", None, "xai"),
        ("kimi-coding", "https://api.moonshot.ai/v1", "moonshot"),
        ("openai-api", "https://api.openai.com/v1", "openai"),
        ("nous", "https://inference-api.nousresearch.com/v1", "nous"),
        ("", "", ""),
        (None, None, ""),
    ],
)
def test_who_served_is_told_by_the_address_or_by_any_name_hermes_keeps(
    agent: Hermes, reader: Reader, provider: str | None, address: str | None, expected: str
) -> None:
    agent.session()
    agent.usage(input_tokens=1, billing_provider=provider, billing_base_url=address)
    (call,) = reader.look()
    assert call.provider == expected


def test_a_model_that_hermes_did_not_know_is_not_told(agent: Hermes, reader: Reader) -> None:
    agent.session(model=None)
    agent.usage(input_tokens=1, model="unknown")
    (call,) = reader.look()
    assert call.model == ""


def test_sums_beyond_what_one_call_can_have_are_still_sums(agent: Hermes, reader: Reader) -> None:
    agent.session(cache_read_tokens=900_000_000)
    agent.usage(cache_read_tokens=900_000_000)
    assert tokens(reader.look()) == (0, 0, 900_000_000, 0)


def test_a_row_of_nonsense_costs_itself_alone(agent: Hermes, reader: Reader) -> None:
    agent.session("bad", input_tokens=-5)
    agent.usage("bad", input_tokens="many")
    agent.usage("bad", input_tokens=float("inf"))
    agent.session("good", cwd=b"/srv/\xff".decode("latin-1"), started_at=None)
    agent.do("INSERT INTO session_model_usage(session_id, model, input_tokens, last_seen) "
             "VALUES('good', CAST(x'ff41' AS TEXT), 4, 1e300)")  # fmt: skip
    (call,) = reader.look()
    assert (call.input, call.at, call.model) == (4, NOW, "\ufffdA")
    assert reader.skipped == 3


def test_a_database_of_another_kind_tells_nothing(home: Path) -> None:
    agent = Hermes(home / "state.db", "CREATE TABLE sessions(name TEXT)", "CREATE TABLE other(id TEXT)")
    assert Reader(agent.path).look() == []
    agent.close()


def test_only_so_many_sessions_are_kept_in_mind_and_a_forgotten_one_never_counts_twice(
    agent: Hermes, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hermes, "REMEMBERED", 2)
    for day in range(4):
        agent.session(f"s{day}", started_at=START + day * 100, input_tokens=10)
        agent.usage(f"s{day}", input_tokens=10, last_seen=START + day * 100 + 50)
    assert tokens(reader.look()) == (40, 0, 0, 0)
    assert reader.look() == [] and reader.look() == []
    agent.do("UPDATE session_model_usage SET input_tokens = 15, last_seen = ? WHERE session_id = 's0'", START + 900)
    agent.do("UPDATE sessions SET input_tokens = 15 WHERE id = 's0'")
    assert reader.look() == []
    agent.do("UPDATE session_model_usage SET input_tokens = 18 WHERE session_id = 's0'")
    agent.do("UPDATE sessions SET input_tokens = 18 WHERE id = 's0'")
    agent.session("s9", started_at=START + 1000, input_tokens=7)
    assert tokens(reader.look()) == (10, 0, 0, 0)  # 3 of s0, and the new one whole
    assert len(reader.state) < 400


def test_pitfall_22_rows_that_stand_in_the_wal_alone_are_seen_and_nothing_is_left_beside(
    agent: Hermes, reader: Reader
) -> None:
    agent.do("PRAGMA wal_checkpoint(TRUNCATE)")
    agent.do("PRAGMA wal_autocheckpoint=0")
    agent.session(input_tokens=10)
    agent.usage(input_tokens=10)
    assert agent.path.with_name("state.db-wal").stat().st_size
    assert tokens(reader.look()) == (10, 0, 0, 0)
    agent.close()
    assert [one.name for one in agent.path.parent.iterdir()] == ["state.db"]
    assert reader.look() == []
    assert [one.name for one in agent.path.parent.iterdir()] == ["state.db"]


def test_every_profile_is_read(home: Path) -> None:
    from creditsui.adapters.tail import find

    for name in ("state.db", "profiles/work/state.db", "profiles/play/state.db"):
        Hermes(home / ".hermes" / name, *ALL).close()
    for env in ({}, {"HERMES_HOME": str(home / ".hermes/profiles/work")}):
        assert len(find(SOURCE, env, home)) == 3


def test_profiles_that_hold_the_same_session_tell_the_same_call(home: Path) -> None:
    keys = []
    for name in ("state.db", "profiles/copy/state.db"):
        agent = Hermes(home / name)
        agent.session(input_tokens=10)
        agent.usage(input_tokens=10)
        keys += [call.key for call in Reader(agent.path).look()]
        agent.close()
    assert len(set(keys)) == 1
