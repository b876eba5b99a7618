"""`creditsui providers test`: every field, what it comes to, or why it is missing."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.servers import Reply, Server, redirect

KEY = "acme-canary-0123456789abcdefghij"
ENV = {"ACME_API_KEY": KEY}
ACME = """name = "Acme AI"
url = "URL"
env = ["ACME_API_KEY"]
[[ask]]
path = "/v1/credits"
[[error]]
when = "code != null and code != 0"
kind = "out_of_money"
message = "Acme says that the credit is used up."
[[balance]]
remaining = "data.left"
currency = "USD"
"""
ANSWER = {"data": {"left": 41.2, "used": 8.8}}


@pytest.fixture
def folder(home: Path) -> Path:
    path = home / ".config" / "creditsui" / "providers"
    path.mkdir(parents=True)
    return path


def declare(folder: Path, url: str = "https://llm.acme.ai", more: str = "", text: str = ACME) -> None:
    (folder / "acme.toml").write_text(text.replace("URL", url) + more)


def test_the_service_is_asked_once_and_every_field_is_told(run_cli: Run, folder: Path) -> None:
    with Server({("GET", "/v1/credits"): ANSWER}) as server:
        declare(folder, server.url)
        done = run_cli("providers", "test", "acme", env=ENV)
        assert done.code == 0, done.err
        assert "answered with 200" in done.out and "balance $41.20" in done.out
        assert any(line.split() == ["balance", "remaining", "data.left", "=", "41.2"] for line in done.out.splitlines())
        assert "no field uses" not in done.out
        (request,) = server.requests
        assert request.headers["authorization"] == f"Bearer {KEY}"


def test_nothing_is_kept_of_it(run_cli: Run, folder: Path, home: Path) -> None:
    with Server({("GET", "/v1/credits"): ANSWER}) as server:
        declare(folder, server.url)
        run_cli("providers", "test", "acme", env=ENV)
    assert not (home / ".local/share/creditsui/ledger.db").exists()


def test_a_missing_field_is_said_with_what_is_there_instead(run_cli: Run, folder: Path, tmp_path: Path) -> None:
    declare(folder, more='granted = "data.gift"\n')
    (tmp_path / "a.json").write_text(json.dumps(ANSWER))
    done = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json"))
    assert done.code == 1
    assert "missing: data has no “gift” (it has: left, used)" in done.out
    assert "balance $41.20" in done.out and "data.used = 8.8" in done.out and "data.left = " not in done.out
    data = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json"), "--json").json
    assert data["fine"] is False and data["reading"]["balances"][0]["remaining"] == 41.2
    assert [(one["field"], one["found"]) for one in data["fields"]] == [
        ("balance remaining", "41.2"), ("balance granted", None),
    ]  # fmt: skip
    assert data["unused"] == [{"path": "data.used", "value": "8.8"}]


def test_an_optional_field_that_is_absent_is_fine(run_cli: Run, folder: Path, tmp_path: Path) -> None:
    declare(folder, more='[[window]]\nused_fraction = "data.percent / 100"\noptional = true\n')
    (tmp_path / "a.json").write_text(json.dumps(ANSWER))
    done = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json"))
    assert done.code == 0 and "absent: data has no “percent”" in done.out


def test_the_error_rule_that_matched_is_named(run_cli: Run, folder: Path) -> None:
    with Server({("GET", "/v1/credits"): {"code": 7}}) as server:
        declare(folder, server.url)
        done = run_cli("providers", "test", "acme", env=ENV)
    assert done.code == 1
    assert "[[error]] code != null and code != 0: Acme says that the credit is used up." in done.out


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Reply({"error": {"message": f"no such key {KEY}"}}, 401), "rejected the key"),
        (Reply("<html>", 200, {"content-type": "text/html"}), "did not answer with JSON"),
        (redirect("https://evil.example/"), "which is not followed"),
        (Reply({"data": {"left": KEY}}), "missing: "),
    ],
)
def test_a_refusal_is_told_and_no_key_with_it(run_cli: Run, folder: Path, answer: Reply, says: str) -> None:
    with Server({("GET", "/v1/credits"): answer}) as server:
        declare(folder, server.url)
        for words in ([], ["--json"]):
            done = run_cli("providers", "test", "acme", *words, env=ENV)
            assert done.code == 1 and "canary" not in done.out + done.err
            assert says in done.out or (words and done.json["fine"] is False)


def test_a_key_in_a_saved_answer_is_not_printed(run_cli: Run, folder: Path, tmp_path: Path) -> None:
    declare(folder, more='[[badge]]\ntext_path = "key"\n')
    secret = "sk-canary-0123456789abcdefghij"
    (tmp_path / "a.json").write_text(json.dumps({**ANSWER, "key": secret}))
    done = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json"))
    assert done.code == 0 and "0123456789abc" not in done.out


def test_answers_of_several_asks_go_by_their_names(run_cli: Run, folder: Path, tmp_path: Path) -> None:
    more = '[[ask]]\nname = "usage"\npath = "/u"\n[spend]\nfrom = "usage"\nall = "spent"\ncurrency = "USD"\n'
    declare(folder, more=more)
    (tmp_path / "a.json").write_text(json.dumps({"answer": ANSWER, "usage": {"spent": 5}}))
    done = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json"))
    assert done.code == 0 and "spend $5.00 in all" in done.out
    (tmp_path / "a.json").write_text(json.dumps(ANSWER))
    done = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json"))
    assert done.code == 0 and "“usage” was not answered" in done.out


def test_everything_a_reading_can_hold_is_shown(run_cli: Run, folder: Path, tmp_path: Path) -> None:
    more = (
        'paid = "data.used"\n[limit]\namount = "cap"\nremaining = "cap - 1"\nresets = "monthly"\ncurrency = "USD"\n'
        '[[window]]\nname = "5h"\nlimit = "cap"\nused = "used"\nunit = "requests"\nresets_at = "reset"\n'
        '[spend]\neach = "days"\nday = "d"\namount = "n"\ncurrency = "USD"\n[[badge]]\ntext = "trial"\n'
    )
    declare(folder, more=more, text='plan = "plan"\n' + ACME)
    body = {**ANSWER, "cap": 20, "used": 5, "reset": "2999-01-01T00:00:00Z", "plan": "Pro", "days": []}
    (tmp_path / "a.json").write_text(json.dumps(body))
    done = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json"))
    shown = done.out.partition("The account would show\n")[2].splitlines()
    assert shown == [
        "  balance $41.20 (paid $8.80)",
        "  limit $19.00 left of $20.00, resets monthly",
        "  window 5h: 25% used (15 of 20 requests left), resets 2999-01-01 00:00 UTC",
        "  plan Pro",
        "  badge trial",
    ]


def test_a_mistake_in_the_file_is_told_with_its_line(run_cli: Run, folder: Path) -> None:
    declare(folder, text=ACME.replace("remaining", "remainng"))
    done = run_cli("providers", "test", "acme")
    assert done.code == 1
    assert "acme.toml line 11: [balance] remainng means nothing here (did you mean remaining?)" in done.out


def test_a_built_in_provider_in_python_shows_its_reading(run_cli: Run, tmp_path: Path) -> None:
    info = {"currency": "USD", "total_balance": "5", "granted_balance": "1", "topped_up_balance": "4"}
    (tmp_path / "a.json").write_text(json.dumps({"is_available": True, "balance_infos": [info]}))
    done = run_cli("providers", "test", "deepseek", "--offline", str(tmp_path / "a.json"))
    assert done.code == 0 and "balance $5.00 (granted $1.00, paid $4.00)" in done.out


def test_without_a_key_the_next_step_is_said(run_cli: Run, folder: Path) -> None:
    declare(folder)
    done = run_cli("providers", "test", "acme")
    assert done.code == 1 and "creditsui key set acme, or set ACME_API_KEY" in done.out


def test_a_lent_key_is_not_sent_and_it_is_said_why(run_cli: Run, folder: Path) -> None:
    with Server({("GET", "/v1/credits"): ANSWER}) as server:
        declare(folder, server.url, text=ACME.replace("ACME_API_KEY", "OPENAI_API_KEY"))
        env = {"OPENAI_API_KEY": "sk-canary-0123456789abcdefghij"}
        done = run_cli("providers", "test", "acme", env=env)
        assert done.code == 1 and not server.requests
        assert "OPENAI_API_KEY holds a key of OpenAI" in done.out
        assert run_cli("account", "add", "acme", "--provider", "acme", env=env).code == 0
        assert run_cli("providers", "test", "acme", env=env).code == 0 and len(server.requests) == 1


def test_the_account_is_chosen_by_its_id(run_cli: Run, folder: Path, home: Path) -> None:
    with Server({("GET", "/v1/credits"): ANSWER}) as server:
        declare(folder, server.url)
        config = '[accounts.work]\nprovider = "acme"\nkey = "env:WORK_KEY"\n[accounts.other]\nprovider = "openai"\n'
        (home / ".config/creditsui/config.toml").write_text(config)
        env = {"WORK_KEY": "work-0123456789abcdef"}
        for words in (["work"], ["acme", "--account", "work"]):
            assert run_cli("providers", "test", *words, env=env).code == 0
        assert {one.headers["authorization"] for one in server.requests} == {"Bearer work-0123456789abcdef"}
        done = run_cli("providers", "test", "acme", "--account", "other")
        assert done.code == 1 and "is an account of openai" in done.err


def test_an_account_of_another_provider_that_has_the_name_is_not_meant(
    run_cli: Run, folder: Path, home: Path, tmp_path: Path
) -> None:
    declare(folder)
    config = '[accounts.acme]\nprovider = "manual"\n[accounts.work]\nprovider = "acme"\n'
    (home / ".config/creditsui/config.toml").write_text(config)
    (tmp_path / "a.json").write_text(json.dumps(ANSWER))
    done = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json"))
    assert done.code == 0 and "balance $41.20" in done.out


def test_of_a_long_list_the_first_items_are_shown_and_what_is_missing(
    run_cli: Run, folder: Path, tmp_path: Path
) -> None:
    declare(folder, more='[[window]]\neach = "w"\nused_fraction = "u"\nname_path = "n"\n')
    windows = [{"u": 0.1, "n": f"w{n}"} for n in range(9)] + [{"u": 0.1}]
    (tmp_path / "a.json").write_text(json.dumps({**ANSWER, "w": windows}))
    out = run_cli("providers", "test", "acme", "--offline", str(tmp_path / "a.json")).out
    assert "window[2] name_path" in out and "window[3]" not in out and "window[9] name_path" in out


@pytest.mark.parametrize(
    ("words", "says"), [(["nobody"], "there is no provider nobody"), ([], "name"), (["acme", "--nope"], "no option")]
)
def test_misuse_is_code_2(run_cli: Run, words: list[str], says: str) -> None:
    done = run_cli("providers", "test", *words)
    assert done.code == 2 and says in done.err.lower()
