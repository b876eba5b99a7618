"""`creditsui check` on a real ledger: one line of JSON, 0 for go and 3 for no."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.domain.money import money
from creditsui.domain.reading import Reading, Window
from creditsui.domain.usage import Usage
from tests.cli.conftest import Run
from tests.servers import Server

LEDGER = ".local/share/creditsui/ledger.db"
KEYS = ["schema", "account", "go", "remaining", "currency", "certainty", "age_seconds", "reason"]


def test_a_go_and_a_no_are_one_line_each_with_their_exit_code(run_cli: Run) -> None:
    assert run_cli("sync", "openrouter", "41.20").code == 0
    go, no = run_cli("check", "openrouter", "--need", "3.00"), run_cli("check", "openrouter", "--need", "$50")
    assert (go.code, go.err, no.code, no.err) == (0, "", 3, "")
    assert go.out.count("\n") == 1 and list(go.json)[: len(KEYS)] == KEYS
    told = go.json
    assert told.pop("age_seconds") < 60 and told["reason"] == "41.20 USD covers 3.00" and told["confidence"] == 0.99
    assert (told["account"], told["go"], told["remaining"], told["certainty"]) == ("openrouter", True, 41.2, "synced")
    assert no.json["go"] is False and no.json["reason"] == "41.20 USD does not cover 50.00"


def test_what_is_spent_by_the_logs_until_then_is_taken_off(run_cli: Run, home: Path) -> None:
    now = datetime.now(UTC)
    with open_ledger(home / LEDGER) as ledger:
        ledger.book_usage(
            Usage(key=f"{day}", source="hand", account="anthropic", at=now - timedelta(days=day, hours=1), model="m",
                  input=1000, cost=money("2", "USD"))
            for day in range(20)
        )  # fmt: skip
    assert run_cli("sync", "anthropic", "20").code == 0
    later = f"{now + timedelta(days=3):%Y-%m-%dT%H:%M}"
    assert run_cli("check", "anthropic", "--need", "15").code == 0
    found = run_cli("check", "anthropic", "--need", "15", "--until", later)
    assert found.code == 3 and 5 < found.json["basis"]["spent_meanwhile"] < 12
    assert run_cli("check", "anthropic", "--need", "5", "--until", later).code == 0


def test_nothing_known_is_a_no_and_an_unknown_account_a_wrong_line(run_cli: Run) -> None:
    assert run_cli("account", "add", "piggy").code == 0
    no = run_cli("check", "piggy", "--need", "1")
    assert no.code == 3 and no.json["remaining"] is None and "creditsui sync piggy" in no.json["reason"]
    assert run_cli("check", "nope", "--need", "1").code == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--need", "¥20"], "counted in USD"),
        (["--need", "20 points"], "counted in USD"),
        (["--need", "sk-canary-0123456789"], "not an amount"),
        (["--need", "0"], "more than nothing"),
        (["--need", "-3"], "more than nothing"),
        (["--need", "0.0000001"], "more than nothing"),
        (["--need", "101%"], "at most 100%"),
        (["--need", "5 USD%"], "at most 100%"),
        (["--need", "nan"], "not an amount"),
        (["--need", "3", "--until", "2020-01-01"], "is over"),
        (["--need", "3", "--until", "soon"], "not a time"),
        ([], "--need"),
    ],
)
def test_a_wrong_need_is_one_sentence_and_2(run_cli: Run, words: list[str], says: str) -> None:
    assert run_cli("sync", "openrouter", "41.20").code == 0
    done = run_cli("check", "openrouter", *words)
    assert done.code == 2 and says in done.err and not done.out and done.err.count("\n") == 1
    assert "canary" not in done.err


def test_a_plan_is_asked_for_a_share_of_its_quotas(run_cli: Run, home: Path) -> None:
    now = datetime.now(UTC)
    assert run_cli("account", "add", "claude").code == 0
    with open_ledger(home / LEDGER) as ledger:
        windows = (Window("5h", 0.56, resets_at=now + timedelta(hours=1)),)
        ledger.record("claude", Reading(at=now, windows=windows))
    done = run_cli("check", "claude", "--need", "10%")
    assert done.code == 0 and (done.json["remaining"], done.json["currency"]) == (0.44, "fraction")
    assert run_cli("check", "claude", "--need", "45%").code == 3
    assert run_cli("check", "claude", "--need", "3.00").code == 2


def test_a_key_on_somebody_elses_purse_is_judged_by_that_purse(run_cli: Run) -> None:
    assert run_cli("sync", "openai", "9").code == 0
    assert run_cli("account", "add", "second", "--provider", "openai", "--pool", "openai").code == 0
    done = run_cli("check", "second", "--need", "8")
    assert done.code == 0 and (done.json["account"], done.json["basis"]["pool"]) == ("second", "openai")
    assert run_cli("check", "second", "--need", "10").code == 3


DECLARED = """
name = "Acme"
url = "{url}"
env = ["ACME_API_KEY"]
currency = "USD"
[[ask]]
path = "/balance"
[[balance]]
remaining = "left"
currency_path = "currency"
"""


def test_only_fresh_asks_the_network_and_that_once(run_cli: Run, home: Path) -> None:
    with Server({("GET", "/balance"): {"left": 12.5, "currency": "USD"}}) as server:
        folder = home / ".config/creditsui/providers"
        folder.mkdir(parents=True)
        (folder / "acme.toml").write_text(DECLARED.format(url=server.url))
        env = {"ACME_API_KEY": "k-123456789012"}
        before = run_cli("check", "acme", "--need", "3", env=env)
        assert before.code == 3 and not server.requests
        fresh = run_cli("check", "acme", "--need", "3", "--fresh", env=env)
        assert fresh.code == 0 and fresh.json["certainty"] == "live" and len(server.requests) == 1
        assert run_cli("check", "acme", "--need", "3", env=env).code == 0 and len(server.requests) == 1


def test_a_ledger_or_settings_that_cannot_be_read_are_one_line_of_reason(run_cli: Run, home: Path) -> None:
    assert run_cli("sync", "openrouter", "41.20").code == 0
    config = home / ".config/creditsui/config.toml"
    kept = config.read_text() if config.exists() else ""
    config.write_text("refresh_minutes = [")
    done = run_cli("check", "openrouter", "--need", "3")
    assert done.code == 1 and not done.out and done.err.count("\n") == 1
    config.write_text(kept)
    (home / LEDGER).write_bytes(b"no database at all" * 99)
    done = run_cli("check", "openrouter", "--need", "3")
    assert done.code == 1 and not done.out and done.err.count("\n") == 1
