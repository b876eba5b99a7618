import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from creditsui.domain.board import AccountView, Board, Pace, Spend
from creditsui.domain.reading import ModelSpend, Window
from creditsui.outputs.json import as_json, dumps
from tests.outputs.boards import ANTHROPIC, BOARD, CLAUDE, GROQ, MOONSHOT, NOW, OPENROUTER, usd

EXAMPLE: dict[str, Any] = json.loads("""
{"schema": 1, "generated_at": "2026-11-20T19:41:00Z", "demo": false,
 "totals": [{"currency": "USD", "remaining": 66.36, "spend": {"today": 3.12, "7d": 28.7, "30d": 96.4},
             "burn_per_day": 7.31}],
 "accounts": [
  {"id": "openrouter", "provider": "openrouter", "label": "OpenRouter", "enabled": true,
   "semantics": "balance", "certainty": "live", "plan": null, "badges": [], "pool": null,
   "balance": {"remaining": 41.2, "currency": "USD", "granted": null, "paid": null, "error": 0.0},
   "balances": [{"remaining": 41.2, "currency": "USD"}],
   "capacity": 50.0, "capacity_from": "top-up", "health": 0.824, "band": "healthy",
   "limit": {"amount": 100.0, "remaining": 74.5, "resets": "monthly"},
   "windows": [{"name": "day", "used": 0.003, "limit": 1000, "remaining": 997, "unit": "requests",
                "resets_at": "2026-11-21T00:00:00Z"}],
   "spend": {"today": 3.12, "7d": 28.7, "30d": 96.4, "all": 310.0, "currency": "USD", "from": "ledger",
             "unpriced_tokens": 0, "notional": 0.0},
   "burn_per_day": 4.1, "runway": {"state": "known", "days": 10.0, "p10": 7.0, "p90": 15.0, "empty_on": "2026-11-30"},
   "drift": {"amount": 0.31, "since": "2026-11-12T09:00:00Z"},
   "lots": [{"remaining": 12.0, "currency": "USD", "kind": "paid", "expires_at": "2026-12-03"}],
   "read_at": "2026-11-20T19:40:48Z", "age_seconds": 12, "stale": false,
   "problem": null, "console_url": "https://openrouter.ai/settings/credits"}
 ]}
""")
"""What scripts were promised."""


def account(view: AccountView) -> dict[str, Any]:
    found = as_json(Board(generated_at=NOW, accounts=(view,)))["accounts"][0]
    assert isinstance(found, dict)
    return found


def test_every_promised_key_is_there_for_every_account() -> None:
    told = as_json(BOARD)
    assert set(EXAMPLE) <= set(told)
    assert [set(EXAMPLE["totals"][0]) <= set(total) for total in told["totals"]] == [True, True]
    for one in told["accounts"]:
        assert set(EXAMPLE["accounts"][0]) <= set(one), one["id"]
        assert set(EXAMPLE["accounts"][0]["runway"]) == set(one["runway"])


def test_a_window_tells_what_will_be_used_when_it_refills() -> None:
    window = Window("5h", 0.56, resets_at=NOW + timedelta(hours=1))
    course = Pace("5h", "fraction", even=0.8, projected=1.2, runs_out_at=NOW + timedelta(minutes=50))
    (told,) = account(replace(CLAUDE, windows=(window,), paces=(course,)))["windows"]
    assert (told["even"], told["projected"], told["runs_out_at"]) == (0.8, 1.2, "2026-11-20T20:31:00Z")
    (told,) = account(replace(CLAUDE, windows=(window,), paces=()))["windows"]
    assert (told["even"], told["projected"], told["runs_out_at"]) == (None, None, None)


def test_the_parts_have_their_promised_keys_and_values() -> None:
    example = EXAMPLE["accounts"][0]
    router, anthropic = account(OPENROUTER), account(ANTHROPIC)
    for key in ("limit",):
        assert router[key] | example[key] == router[key]
    course = {"even": None, "projected": None, "runs_out_at": None}
    assert router["windows"] == [one | course for one in example["windows"]]
    assert router["balances"] == example["balances"]
    assert router["health"] == 0.824 and router["age_seconds"] == 12 and router["read_at"] == example["read_at"]
    assert anthropic["drift"] | example["drift"] == anthropic["drift"]
    assert anthropic["lots"][0] == example["lots"][0]
    assert anthropic["lots"][1]["expires_at"] is None
    assert anthropic["spend"] | {**example["spend"], "unpriced_tokens": 7} == anthropic["spend"]
    assert set(example["balance"]) <= set(anthropic["balance"]) and anthropic["balance"]["error"] == 0.8
    assert as_json(BOARD)["totals"][0] == EXAMPLE["totals"][0]


def test_what_is_not_known_is_null_and_never_zero() -> None:
    groq = account(GROQ)
    nothing = (
        "balance",
        "capacity",
        "health",
        "limit",
        "spend",
        "burn_per_day",
        "drift",
        "read_at",
        "age_seconds",
        "plan",
    )
    assert {key: groq[key] for key in nothing} == dict.fromkeys(nothing)
    assert groq["runway"] == {"state": "unknown", "days": None, "p10": None, "p90": None, "empty_on": None}
    assert groq["windows"] == groq["balances"] == groq["lots"] == groq["badges"] == []
    assert groq["band"] == groq["certainty"] == "unknown"
    assert account(replace(ANTHROPIC, spend=Spend("USD")))["spend"] is None
    assert account(CLAUDE)["windows"][0] | {"limit": None, "remaining": None} == account(CLAUDE)["windows"][0]
    assert as_json(BOARD)["totals"][1]["burn_per_day"] is None


def test_what_each_model_cost_is_told_only_where_it_is_known() -> None:
    assert "models" not in account(ANTHROPIC)["spend"]
    spend = Spend("USD", month=usd("6.5"), models=(ModelSpend("a/b", usd(6)), ModelSpend("c", usd("0.5"))))
    told = account(replace(OPENROUTER, spend=spend))["spend"]["models"]
    assert told == [{"model": "a/b", "cost": 6.0}, {"model": "c", "cost": 0.5}]


def test_parts_of_a_balance_are_told_where_known() -> None:
    moonshot = account(MOONSHOT)
    assert moonshot["balances"] == [{"remaining": 25.2, "currency": "CNY", "granted": 5.2, "paid": 20.0}]
    assert moonshot["balance"]["granted"] == 5.2 and moonshot["balance"]["error"] is None


def test_a_problem_says_what_to_do_and_until_when() -> None:
    assert account(GROQ)["problem"] == {
        "kind": "rejected",
        "message": "Groq rejected the key.",
        "since": None,
        "retry_at": None,
        "action": "creditsui key set groq",
        "outage": None,
    }
    assert account(MOONSHOT)["problem"]["retry_at"] == "2026-11-20T19:41:27Z"
    assert account(MOONSHOT)["balance"]["remaining"] == 25.2 and account(MOONSHOT)["stale"] is True


def test_instants_are_utc_in_whole_seconds_whatever_their_zone() -> None:
    there = datetime(2026, 11, 21, 1, 10, 48, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert account(replace(OPENROUTER, read_at=there))["read_at"] == "2026-11-20T19:40:48Z"
    assert as_json(Board(generated_at=datetime(2026, 1, 2, tzinfo=UTC)))["generated_at"] == "2026-01-02T00:00:00Z"


def test_an_age_is_never_negative_and_a_number_that_is_none_is_null() -> None:
    assert account(replace(OPENROUTER, read_at=NOW + timedelta(minutes=5)))["age_seconds"] == 0
    assert account(replace(OPENROUTER, health=float("nan")))["health"] is None


def test_the_text_is_ascii_and_says_the_same() -> None:
    text = dumps(BOARD)
    assert text.isascii()
    assert json.loads(text) == as_json(BOARD)
