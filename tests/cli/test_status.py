"""`creditsui status` against a real server: what is asked, what is printed, and what the exit code says."""

import os
import pty
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Start
from tests.cli.test_key import read_until
from tests.servers import Reply, Server, html, limited, turns

CANARY = "sk-canary-0123456789abcdefghij"
BALANCE = ("GET", "/user/balance")


def deepseek(total: str) -> dict[str, object]:
    info = {"currency": "USD", "total_balance": total, "granted_balance": "0.00", "topped_up_balance": total}
    return {"is_available": True, "balance_infos": [info]}


def configure(home: Path, text: str) -> Path:
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    with Server({BALANCE: turns(deepseek("40.00"), Reply({"error": {"message": CANARY}}, 401))}) as running:
        configure(home, f'[accounts.deepseek]\nbase_url = "{running.url}"\ncapacity = 100\n')
        yield running


def test_it_asks_once_and_prints_what_is_left(run_cli: Run, server: Server, home: Path) -> None:
    env = {"DEEPSEEK_API_KEY": CANARY}
    first = run_cli("status", "--json", env=env)
    assert first.code == 0, first.err
    account = first.json["accounts"][0]
    assert (account["balance"]["remaining"], account["health"], account["band"]) == (40, 0.4, "low")
    assert account["certainty"] == "live" and first.json["schema"] == 1
    assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"

    again = run_cli("status", env=env)  # not due
    assert again.code == 0 and "$40.00" in again.out and "40%" in again.out and "\x1b" not in again.out
    cached = run_cli("status", "--cached", "deepseek")  # no key either
    assert cached.code == 0 and "$40.00" in cached.out
    assert len(server.requests) == 1

    for level, code in (("critical", 0), ("low", 3), ("problem", 0)):
        assert run_cli("status", "--cached", "--fail-on", level, env=env).code == code

    refused = run_cli("status", "--force", env=env)
    assert len(server.requests) == 2
    assert refused.code == 1 and "creditsui key set deepseek" in refused.err
    assert "$40.00" in refused.out, "the last good value stays"
    assert run_cli("status", "--cached", "--fail-on", "low", env=env).code == 3, "3 wins over 1"
    assert run_cli("status", "--cached", "--fail-on", "critical", env=env).code == 1
    assert run_cli("status", "--cached", "--fail-on", "problem", env=env).code == 3
    problem = run_cli("status", "--cached", "--json", env=env).json["accounts"][0]["problem"]
    assert problem["kind"] == "rejected" and problem["action"] == "creditsui key set deepseek"

    kept = [path for path in home.rglob("*") if path.is_file() and CANARY[-12:].encode() in path.read_bytes()]
    assert not kept
    assert CANARY[-12:] not in refused.out + refused.err + first.out


def test_a_sync_without_an_amount_asks_now(run_cli: Run, server: Server) -> None:
    env = {"DEEPSEEK_API_KEY": CANARY}
    assert run_cli("status", env=env).code == 0
    done = run_cli("sync", "deepseek", env=env)
    assert len(server.requests) == 2
    assert done.code == 1 and "deepseek:" in done.err and "$40.00" in done.out


def test_a_sync_of_what_does_not_tell_its_balance_asks_and_says_so(run_cli: Run, home: Path) -> None:
    with Server({("GET", "*"): {"data": []}}) as server:
        configure(home, f'[accounts.anthropic]\nbase_url = "{server.url}"\n')
        done = run_cli("sync", "anthropic", env={"ANTHROPIC_API_KEY": CANARY})
        assert server.requests and done.code == 0, done.err
        assert "creditsui sync anthropic AMOUNT" in done.err
        without = run_cli("sync", "anthropic")
        assert without.code == 1 and not without.out and "creditsui sync anthropic AMOUNT" in without.err


def test_a_wait_that_the_provider_asked_for_is_the_next_step(run_cli: Run, server: Server) -> None:
    env = {"DEEPSEEK_API_KEY": CANARY}
    server.routes[BALANCE] = limited("3600")
    for words in (["status"], ["sync", "deepseek"], ["status", "--force"]):
        done = run_cli(*words, env=env)
        assert done.code == 1 and "To do: wait until" in done.err and "press" not in done.out, words
    assert len(server.requests) == 1


def test_a_second_account_does_not_claim_the_first_ones_key(run_cli: Run, server: Server, home: Path) -> None:
    configure(home, f'[accounts.deepseek]\nbase_url = "{server.url}"\n[accounts.work]\nprovider = "deepseek"\n')
    done = run_cli("status", "--json", env={"DEEPSEEK_API_KEY": CANARY})
    first, second = sorted(done.json["accounts"], key=lambda account: account["id"])
    assert (first["key_from"], second["key_from"]) == ("env:DEEPSEEK_API_KEY", None)
    assert second["problem"]["action"] == "creditsui key set work"


def test_it_names_the_host_that_answered(run_cli: Run, server: Server) -> None:
    for answer in (html(), {"balance_infos": 3}):
        server.routes[BALANCE] = answer
        done = run_cli("sync", "deepseek", env={"DEEPSEEK_API_KEY": CANARY})
        assert done.code == 1 and f"127.0.0.1:{server.port} " in done.err and "api.deepseek.com" not in done.err


def test_cached_never_asks(run_cli: Run, server: Server) -> None:
    done = run_cli("status", "--cached", "--json", env={"DEEPSEEK_API_KEY": CANARY})
    assert not server.requests
    assert done.json["accounts"][0]["balance"] is None


def test_what_it_draws_suits_what_reads_it(run_cli: Run) -> None:
    run_cli("account", "add", "piggy", "--capacity", "50")
    assert run_cli("sync", "piggy", "45").code == 0
    wide = run_cli("status", "--cached", env={"COLUMNS": "120"}).out.splitlines()[0]
    narrow = run_cli("status", "--cached", env={"COLUMNS": "40"}).out.splitlines()[0]
    assert len(narrow) <= 40 < len(wide) <= 120 and "90%" in narrow
    plain = run_cli("status", "--cached", env={"LC_ALL": "C"}).out
    assert plain.isascii() and "#" in plain


@pytest.mark.parametrize(
    ("env", "colour"),
    [
        ({"COLORTERM": "truecolor"}, b"\x1b[38;2;"),
        ({}, b"\x1b[38;5;"),
        ({"NO_COLOR": "1"}, b""),
        ({"TERM": "dumb"}, b""),
    ],
)
def test_a_terminal_gets_its_colours(run_cli: Run, start_cli: Start, env: dict[str, str], colour: bytes) -> None:
    run_cli("account", "add", "piggy", "--capacity", "50")
    run_cli("sync", "piggy", "45")
    ours, theirs = pty.openpty()
    done = start_cli("status", "--cached", stdout=theirs, env=env)
    os.close(theirs)
    seen = read_until(ours, b"left")
    assert done.wait(timeout=30) == 0
    os.close(ours)
    assert (colour in seen) if colour else (b"\x1b" not in seen)


def test_an_empty_home_says_what_to_do(run_cli: Run) -> None:
    done = run_cli("status")
    assert done.code == 0 and "creditsui account add" in done.err
    assert run_cli("status", "--json").json["accounts"] == []
    assert run_cli("status", "nope").code == 2


def test_a_broken_config_is_one_line_and_nothing_is_asked(run_cli: Run, server: Server, home: Path) -> None:
    path = configure(home, f'[accounts.deepseek]\nbase_url = "{server.url}"\ncapacity = "lots"\n')
    before = path.read_bytes()
    for words in (["status"], ["sync", "deepseek", "5"], ["thresholds", "healthy=80"], ["account", "list"]):
        done = run_cli(*words, env={"DEEPSEEK_API_KEY": CANARY})
        assert done.code == 1 and "config.toml line 3" in done.err, words
        assert done.err.count("\n") == 1
    assert run_cli("doctor").code == 0
    assert path.read_bytes() == before and not server.requests


def test_one_problem_does_not_hide_another_account(run_cli: Run, home: Path) -> None:
    with Server({BALANCE: Reply("<html>", 200, {"content-type": "text/html"})}) as server:
        configure(home, f'[accounts.deepseek]\nbase_url = "{server.url}"\n[accounts.piggy]\nprovider = "manual"\n')
        run_cli("sync", "piggy", "45")
        done = run_cli("status", "--json", env={"DEEPSEEK_API_KEY": CANARY})
    by_id = {account["id"]: account for account in done.json["accounts"]}
    assert done.code == 1
    assert by_id["deepseek"]["problem"]["kind"] == "changed" and by_id["piggy"]["balance"]["remaining"] == 45
    assert run_cli("status", "piggy", "--cached").code == 0
    run_cli("account", "disable", "deepseek")
    assert run_cli("status", "--cached").code == 0, "what is disabled is nobody's problem"


def test_an_account_that_nobody_told_anything_about_names_the_next_step(run_cli: Run) -> None:
    run_cli("account", "add", "piggy")
    assert "creditsui sync piggy AMOUNT" in run_cli("status").err
    run_cli("sync", "piggy", "4")
    run_cli("account", "add", "sow", "--pool", "piggy")
    assert run_cli("status").err == ""
