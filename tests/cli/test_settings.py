"""Accounts, thresholds, providers and explanations."""

from pathlib import Path

import pytest

from creditsui.cli.main import main
from tests.cli.conftest import Run


def test_an_account_comes_and_goes(run_cli: Run, home: Path) -> None:
    added = run_cli(
        "account", "add", "work", "--provider", "openrouter", "--label", "OpenRouter, work", "--capacity", "12.5"
    )
    assert added.code == 0 and "creditsui key set work" in added.err and not added.out
    assert run_cli("account", "add", "piggy", "--currency", "EUR").code == 0
    assert run_cli("account", "add", "spare", "--provider", "openrouter", "--pool", "work").code == 0
    rows = {row["id"]: row for row in run_cli("account", "list", "--json").json["accounts"]}
    assert list(rows) == ["work", "piggy", "spare"]
    assert rows["work"]["label"] == "OpenRouter, work" and rows["work"]["capacity"] == 12.5
    assert rows["piggy"]["provider"] == "manual" and rows["piggy"]["currency"] == "EUR"
    assert rows["spare"]["pool"] == "work"

    assert run_cli("account", "disable", "work").code == 0
    assert "disabled" in run_cli("account").out
    assert run_cli("account", "enable", "work").code == 0
    assert "disabled" not in run_cli("account", "list").out
    assert run_cli("account", "remove", "spare").code == 0
    assert "spare" not in run_cli("account", "list").out
    assert run_cli("account", "add", "piggy").code == 1, "there already"
    for line in ("account remove nope", "account add x --capacity 0", "account add x --currency 9", "account enable"):
        assert run_cli(*line.split()).code == 2, line
    for line in ("account add UP!", "account add x --provider nope", "account add x --pool nope"):
        assert run_cli(*line.split()).code == 2, line
    assert run_cli("account", "add", "x", "--capacity", "$50").code == 0
    assert run_cli("account", "add", "x").code == 1
    assert "creditsui account add --help" in run_cli("account", "add", "y", "--currency", "9").err


def test_an_account_gets_an_address_and_what_else_its_provider_must_be_told(run_cli: Run, home: Path) -> None:
    folder = home / ".config/creditsui/providers"
    folder.mkdir(parents=True)
    (folder / "acme.toml").write_text(
        'name = "Acme"\nurl = ""\nbase_env = ["ACME_URL"]\nenv = ["ACME_KEY"]\n[params.team]\nsays = "team id"\n'
        '[params.org]\nsays = "organization"\noptional = true\n[[ask]]\npath = "/{team}"\n'
        '[[balance]]\nremaining = "left"\ncurrency = "USD"\n'
    )
    add = ("account", "add", "work", "--provider", "acme")
    for wrong, word in (
        (("--param", "moon=1"), "it has team, org"),
        (("--param", "team"), "NAME=VALUE"),
        (("--base-url", "ftp://x"), "https://"),
        (("--base-url", "https://me:canary@x"), "https://"),
    ):
        done = run_cli(*add, *wrong)
        assert done.code == 2 and word in done.err and "canary" not in done.err
    assert not (home / ".config/creditsui/config.toml").exists()
    done = run_cli(*add, "--param", "team=a,b,org=c", "--param=org=d", "--base-url", "https://acme.example/v1")
    assert done.code == 0, done.err
    listed = run_cli("account", "list", "--json").json["accounts"][0]
    assert listed["params"] == {"team": "a,b", "org": "d"} and listed["base_url"] == "https://acme.example/v1"
    assert listed["key_from"] is None and listed["faults"] == []


def test_fields_are_set_by_name(run_cli: Run, home: Path) -> None:
    run_cli("account", "add", "groq", "--label", "Groq")
    done = run_cli("account", "set", "groq", "label=Fast one", "base_url=https://proxy.example", "probe=true")
    assert done.code == 0 and not done.out
    assert "confirm one for https://proxy.example with: creditsui key set groq" in done.err
    row = run_cli("account", "list", "--json").json["accounts"][0]
    assert (row["label"], row["base_url"]) == ("Fast one", "https://proxy.example")
    for wrong in ("moon=1", "capacity=-1", "key=sk-canary0123456789", "sk-canary0123456789", "label", "pool=nope"):
        done = run_cli("account", "set", "groq", "label=Other", wrong)
        assert done.code == 2 and "canary" not in done.err and done.err.count("\n") == 1, wrong
    assert run_cli("account", "set", "nope", "label=x").code == 2
    assert run_cli("account", "set", "groq").code == 2
    assert run_cli("account", "list", "--json").json["accounts"][0]["label"] == "Fast one"


def test_the_list_says_where_keys_come_from_and_what_is_wrong(run_cli: Run, home: Path) -> None:
    run_cli("account", "add", "work", "--provider", "openrouter")
    run_cli("account", "add", "home", "--provider", "openrouter")
    run_cli("account", "set", "home", "key=env:HOME_KEY")
    run_cli("account", "add", "jar")
    path = home / ".config/creditsui/config.toml"
    path.write_text(path.read_text() + '\n[accounts.lost]\nprovider = "gone"\n')
    env = {"OPENROUTER_API_KEY": "sk-or-v1-canary0123456789"}
    out = run_cli("account", "list", env=env).out
    rows = [line.split() for line in out.splitlines()]
    assert rows == [
        ["work", "openrouter", "env:OPENROUTER_API_KEY"],
        ["home", "openrouter", "env:HOME_KEY"],
        ["jar", "manual", "by", "hand"],
        ["lost", "gone", "no", "key"],
        ["!", "there", "is", "no", "provider", "“gone”"],
    ]
    path.write_text(path.read_text() + "\nnot toml\n")
    done = run_cli("account", "list", env=env)
    assert done.code == 1 and "config.toml line" in done.err


def test_without_a_terminal_an_account_must_be_named(run_cli: Run, home: Path) -> None:
    done = run_cli("account", "add", input="groq\n")
    assert done.code == 2 and "creditsui account add ID --provider P" in done.err
    assert not (home / ".config").exists()


def test_status_lines_see_settings_at_once(run_cli: Run) -> None:
    run_cli("account", "add", "piggy", "--capacity", "50")
    run_cli("sync", "piggy", "45")
    template = ("line", "--template", "{piggy.band}")
    assert run_cli(*template).out == "healthy\n"
    run_cli("thresholds", "piggy", "amount=46")
    assert run_cli(*template).out == "critical\n"
    run_cli("account", "disable", "piggy")
    assert "45.00" not in run_cli("line").out
    run_cli("account", "remove", "piggy")
    assert "piggy" not in run_cli("line", "--for", "waybar").out


def test_what_was_only_found_is_listed_as_such(run_cli: Run) -> None:
    out = run_cli("account", "list", env={"GROQ_API_KEY": "gsk_canary0123456789abcdef"}).out
    assert "groq" in out and "found" in out and "canary" not in out


def test_thresholds_are_shown_and_set_and_the_rest_of_the_file_stays(run_cli: Run, home: Path) -> None:
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("# mine\n[thresholds]\nhealthy = 80   # high\n\n[accounts.piggy]\nprovider = 'manual'\n")
    assert run_cli("thresholds", "warning=60", "days=2").code == 0
    assert run_cli("thresholds", "piggy", "critical=10%", "amount=5").code == 0
    lines = run_cli("thresholds").out.splitlines()
    assert lines[1].split() == ["(all)", "80", "60", "25", "2", "0"]
    assert lines[2].split() == ["piggy", "80", "60", "10", "2", "5"]
    text = path.read_text()
    assert "# mine\n[thresholds]\nhealthy = 80   # high\n" in text and "provider = 'manual'\n" in text
    assert run_cli("thresholds", "piggy").out.splitlines()[1].split()[0] == "piggy"


@pytest.mark.parametrize(
    "line",
    ["healthy=x", "healthy=nan", "healthy=inf", "healthy=150", "critical=60", "nope=3", "healthy", "piggy healthy",
     "days=-1", "nope critical=5", "healthy="],
)  # fmt: skip
def test_thresholds_that_cannot_be_are_2_and_nothing_is_written(
    line: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["account", "add", "piggy"]) == 0
    path = home / ".config/creditsui/config.toml"
    before = path.read_bytes()
    capsys.readouterr()
    assert main(["thresholds", *line.split()]) == 2
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1
    assert path.read_bytes() == before


def test_the_providers(run_cli: Run) -> None:
    data = run_cli("providers", "--json").json
    by_id = {row["id"]: row for row in data["providers"]}
    assert data["schema"] == 1
    assert {"openrouter", "deepseek", "anthropic", "openai", "claude", "codex", "mistral", "groq", "vercel"} <= set(
        by_id
    )
    assert set(by_id["openrouter"]) >= {
        "id", "name", "tells", "credential", "env", "cost_of_asking", "console_url",
    }  # fmt: skip
    assert "OPENROUTER_API_KEY" in by_id["openrouter"]["env"] and by_id["openrouter"]["cost_of_asking"] is None
    assert by_id["groq"]["cost_of_asking"]
    out = run_cli("providers", env={"COLUMNS": "60"}).out
    assert all(len(line) <= 60 for line in out.splitlines()) and "OPENROUTER_API_KEY" in out


def test_explanations(run_cli: Run) -> None:
    run_cli("sync", "anthropic", "45", "--capacity", "50")
    done = run_cli("explain", "anthropic", "balance")
    assert done.code == 0 and "$45.00" in done.out and "You said so" in done.out
    health = run_cli("explain", "anthropic", "health")
    assert "$45.00 of $50.00" in health.out
    assert run_cli("explain", "anthropic", "colour").code == 2
    assert run_cli("explain", "nope", "balance").code == 2


def test_a_budget_is_set_seen_and_taken_away(run_cli: Run) -> None:
    run_cli("account", "add", "piggy")
    for words in (["budget=50/month"], ["--budget", "50/month"]):
        assert run_cli("account", "set", "piggy", *words).code == 0
        told = run_cli("status", "piggy", "--cached", "--json").json["accounts"][0]["budget"]
        assert (told["amount"], told["per"], told["remaining"]) == (50, "month", None)
        assert run_cli("account", "list", "--json").json["accounts"][0]["budget"] == "50/month"
        assert "$50.00 a month" in run_cli("explain", "piggy", "budget").out
        assert run_cli("account", "set", "piggy", "--budget", "none").code == 0
        assert run_cli("status", "piggy", "--cached", "--json").json["accounts"][0]["budget"] is None
    for words in ([], ["--budget", "50/year"], ["budget=much"]):
        refused = run_cli("account", "set", "piggy", *words)
        assert refused.code == 2 and not refused.out, words
