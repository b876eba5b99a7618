"""What the plugin makes of the last board: nothing invented, nothing guessed, nothing raised."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditsui import paths
from creditsui.hermes_plugin import board
from tests.soak import rounds

NOW = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)
Put = Callable[..., None]


def instant(**ago: float) -> str:
    return (NOW - timedelta(**ago)).isoformat().replace("+00:00", "Z")


def account(**more: Any) -> dict[str, Any]:
    return {
        "id": "openrouter", "provider": "openrouter", "label": "OpenRouter", "enabled": True, "certainty": "live",
        "plan": None, "balance": {"remaining": 41.2, "currency": "USD"},
        "balances": [{"remaining": 41.2, "currency": "USD"}], "health": 0.824, "binding": "balance", "band": "healthy",
        "limit": None, "windows": [], "budget": None,
        "runway": {"state": "known", "days": 10.0, "p10": 7.0, "p90": 15.0}, "read_at": instant(seconds=12),
        "stale": False, "problem": None,
    } | more  # fmt: skip


@pytest.fixture
def put(home: Path) -> Put:
    """`put(account(…), …, generated_at=…)`: this is the last board."""
    path = home / ".local/state/creditsui/status.json"
    path.parent.mkdir(parents=True)

    def write(*accounts: Any, text: str | None = None, **more: Any) -> None:
        whole = {"schema": 1, "generated_at": instant(seconds=12), "demo": False, "totals": [], "accounts": accounts}
        path.write_text(json.dumps(whole | more) if text is None else text)

    return write


def told() -> dict[str, Any]:
    answer = board.status(os.environ, NOW)
    json.dumps(answer, allow_nan=False)
    return answer


def only() -> dict[str, Any]:
    (row,) = told()["providers"]
    assert isinstance(row, dict)
    return row


def test_an_account_is_told_with_numbers_and_with_words(put: Put) -> None:
    put(account(), totals=[{"currency": "USD", "remaining": 41.2, "burn_per_day": 4.1}])
    answer = told()
    assert (answer["cached"], answer["age_seconds"], answer["stale"], answer["error"]) == (True, 12, False, None)
    assert answer["shown"] == {"left": "$41.20", "age": "10s ago"}
    row = answer["providers"][0]
    assert {name: row[name] for name in ("provider", "configured", "ok", "error", "hint", "remaining_usd")} == {
        "provider": "openrouter", "configured": True, "ok": True, "error": None, "hint": None, "remaining_usd": 41.2,
    }  # fmt: skip
    assert row["shown"] == {"glyph": "●", "percent": "82%", "left": "$41.20", "lasts": "7–15d", "age": ""}


def test_what_is_not_known_is_null_and_never_nothing(put: Put) -> None:
    put({"id": "groq"})
    row = only()
    known = {"provider", "remaining", "remaining_usd", "limit_usd", "usage_usd", "health", "age_seconds", "currency"}
    assert {row[name] for name in known} == {None}
    assert row["runway"] == {"state": None, "days": None, "p10": None, "p90": None}
    assert (row["label"], row["band"], row["ok"], row["error"]) == ("groq", "unknown", False, "no reading yet")
    assert row["shown"] == {"glyph": "?", "percent": "?%", "left": "", "lasts": "", "age": ""}


def test_a_balance_in_another_currency_is_not_taken_for_dollars(put: Put) -> None:
    balances = [{"remaining": 96.3, "currency": "CNY"}, {"remaining": 3, "currency": "USD"}]
    put(account(balance=balances[0], balances=balances))
    row = only()
    assert (row["remaining"], row["currency"], row["remaining_usd"]) == (96.3, "CNY", None)
    assert row["shown"]["left"] == "¥96.30 + $3.00"


@pytest.mark.parametrize("amount", [True, "41.20", 1e30, 10**400, -(10**15)])
def test_what_is_no_amount_of_money_is_not_known(put: Put, amount: object) -> None:
    put(account(balance={"remaining": amount, "currency": "USD"}))
    assert (only()["remaining"], only()["shown"]["left"]) == (None, "")


def test_a_cap_tells_its_use_only_where_both_ends_are_known(put: Put) -> None:
    cap = {"amount": 100, "remaining": 74.5, "currency": "USD"}
    put(account(balance=None, balances=[], binding="limit", limit=cap))
    row = only()
    assert (row["limit_usd"], row["usage_usd"], row["remaining_usd"]) == (100.0, 25.5, 74.5)
    assert row["shown"]["left"] == "$74.50"
    put(account(limit=cap | {"remaining": None}))
    assert (only()["limit_usd"], only()["usage_usd"]) == (100.0, None)


def test_a_window_that_began_anew_since_is_unknown_and_not_still_full(put: Put) -> None:
    def window(ends: str) -> dict[str, Any]:
        used = [{"name": "5h", "used": 0.97, "resets_at": ends}]
        return account(windows=used, binding="5h", health=0.03, band="critical", balance=None, balances=[])

    put(window(instant(hours=-1, minutes=-12)))
    row = only()
    assert (row["health"], row["band"], row["windows"][0]["used"]) == (0.03, "critical", 0.97)
    assert row["shown"] == {"glyph": "✖", "percent": "3%", "left": "3%", "lasts": "↻1h12m", "age": ""}
    put(window(instant(minutes=1)))
    row = only()
    assert (row["health"], row["band"], row["windows"][0]["used"]) == (None, "unknown", None)
    assert row["shown"] == {"glyph": "?", "percent": "?%", "left": "", "lasts": "", "age": ""}


def test_a_budget_is_told_by_what_is_left_of_it(put: Put) -> None:
    budget = {"remaining": 12.5, "currency": "USD", "resets_at": instant(days=-2)}
    put(account(binding="budget", budget=budget, health=0.25, band="low"))
    assert only()["shown"] == {"glyph": "▲", "percent": "25%", "left": "$12.50", "lasts": "↻2d", "age": ""}
    put(account(binding="budget", budget=budget, runway={"state": "known", "days": 1.0, "p10": 1.0, "p90": 1.0}))
    assert only()["shown"]["lasts"] == "1d"


def test_an_estimate_says_so(put: Put) -> None:
    put(account(certainty="estimated"))
    assert only()["shown"]["percent"] == "~82%"


def test_what_is_stale_says_so_with_its_age(put: Put) -> None:
    put(account(stale=True, read_at=instant(hours=2)), generated_at=instant(minutes=11))
    answer = told()
    assert (answer["age_seconds"], answer["stale"], answer["shown"]["age"]) == (660, True, "11m ago")
    assert (answer["providers"][0]["stale"], answer["providers"][0]["age_seconds"]) == (True, 7200)
    assert "Credits, 11m ago · stale, to renew it: creditsui status" in board.text(answer)
    assert "● OpenRouter: 82% · $41.20 · 7–15d · 2h old" in board.text(answer)
    put(account(), generated_at="yesterday")
    assert (told()["age_seconds"], told()["stale"], told()["shown"]["age"]) == (None, True, "of unknown age")


def test_an_age_is_never_negative_when_the_clock_was_put_back(put: Put) -> None:
    put(account(read_at=instant(hours=-1)), generated_at=instant(hours=-1))
    assert (told()["age_seconds"], only()["age_seconds"]) == (0, 0)


def test_a_problem_is_told_with_the_next_step_and_keeps_the_last_values(put: Put) -> None:
    problem = {"kind": "rejected", "message": "The key is rejected.", "action": "creditsui key set openrouter"}
    put(account(problem=problem, stale=True, read_at=instant(days=1)))
    row = only()
    assert (row["ok"], row["error"], row["hint"]) == (False, "The key is rejected.", "creditsui key set openrouter")
    assert row["remaining"] == 41.2
    assert board.text(told()).splitlines()[1] == (
        "● OpenRouter: 82% · $41.20 · 7–15d · 1d old — The key is rejected. To do: creditsui key set openrouter"
    )


def test_the_worst_comes_first_and_who_is_disabled_does_not_come(put: Put) -> None:
    def one(id: str, band: str, days: float | None) -> dict[str, Any]:
        health = None if band == "unknown" else 0.5
        return account(id=id, band=band, health=health, runway={"state": "known", "days": days})

    put(
        one("quiet", "unknown", None), one("fine", "healthy", 90), one("later", "critical", 3),
        one("calm", "low", None), one("soon", "critical", 1), account(id="off", enabled=False),
    )  # fmt: skip
    assert [row["account"] for row in told()["providers"]] == ["soon", "later", "calm", "fine", "quiet"]


def test_the_command_takes_names_in_any_case_and_says_when_nobody_has_them(put: Put) -> None:
    put(account(), account(id="work", label="At Work", provider="groq"), demo=True)
    assert board.text(told(), "WORK open").count("\n") == 2
    assert board.text(told(), "groq").splitlines()[1].startswith("● At Work: ")
    assert board.text(told(), "groq").splitlines()[0] == "Credits, 10s ago · DEMO"
    assert board.text(told(), "xai") == "creditsui: no account of that name among 2."
    put()
    assert board.text(told()) == "creditsui: no accounts yet."


def test_text_of_a_board_is_one_line_without_tricks(put: Put) -> None:
    put(account(label="\x1b[31m\u202eevil\nname", problem={"message": "a\r\nb\x07", "action": "x" * 9999}))
    row = only()
    assert (row["label"], row["error"], len(row["hint"])) == ("[31mevilname", "ab", 300)
    assert board.text(told()).count("\n") == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "the last board cannot be read"),
        ("{", "the last board cannot be read"),
        ("[]", "the last board cannot be read"),
        ("[" * 100_000, "the last board cannot be read"),
        ('{"schema": 1, "accounts": [NaN]}', "the last board cannot be read"),
        ('{"schema": 1, "accounts": {}}', "the last board cannot be read"),
        ('{"schema": true, "accounts": []}', "the last board cannot be read"),
        ('{"schema": 0, "accounts": []}', "the last board cannot be read"),
        ('{"schema": 2, "accounts": []}', "the last board is from a newer creditsui"),
        ('{"schema": 1, "accounts": []}' + " " * (9 << 20), "the last board cannot be read"),
    ],
)
def test_a_board_that_cannot_be_read_is_told_in_a_sentence(put: Put, text: str, error: str) -> None:
    put(text=text)
    answer = told()
    assert (answer["providers"], answer["cached"], answer["age_seconds"], answer["stale"]) == ([], True, None, True)
    assert answer["error"] == error
    assert board.text(answer).startswith(f"creditsui: {error}. To do: creditsui ")


def test_what_stands_in_the_place_of_a_board_is_not_waited_for(put: Put, home: Path) -> None:
    path = home / ".local/state/creditsui/status.json"
    os.mkfifo(path)
    assert told()["error"] == "the last board cannot be read"
    path.unlink()
    path.mkdir()
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    assert [told()["error"] for _ in range(5)] == ["the last board cannot be read"] * 5
    assert before in (0, len(os.listdir("/proc/self/fd")))
    path.rmdir()
    assert told()["error"] == "there is no board yet"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([instant(hours=-1), "5h"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["remaining", "currency", "used", "name", "resets_at", "amount", "days", "state"]), inner
        )
    ),
    max_leaves=8,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=rounds(150, 40)
)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(account())), values), max_size=3), values, values)
def test_nothing_that_a_board_may_hold_makes_it_fail(put: Put, accounts: Any, made: Any, totals: Any) -> None:
    put(*accounts, generated_at=made, totals=totals)
    answer = told()
    assert board.text(answer)
    for row in answer["providers"]:
        assert row["health"] is None or row["band"] != "unknown"


@pytest.mark.parametrize("state", ["", "relative", "/srv/state"])
def test_the_board_is_looked_for_where_creditsui_keeps_it(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", state)
    assert list(board.places(os.environ)) == [paths.find(os.environ).status]


def test_without_a_home_there_is_no_board(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "")
    assert told()["error"] == "there is no board yet"
