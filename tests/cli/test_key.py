"""Keys from a shell: in by standard input or a hidden prompt, tested, kept, and never seen again."""

import os
import pty
import select
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Run, Start
from tests.servers import Reply, Request, Server

CANARY = "sk-canary-0123456789abcdefghij"
GOOD = {
    "is_available": True,
    "balance_infos": [
        {"currency": "USD", "total_balance": "9.00", "granted_balance": "0.00", "topped_up_balance": "9.00"}
    ],
}


def judge(request: Request) -> Reply:
    if request.headers.get("authorization") == f"Bearer {CANARY}":
        return Reply(GOOD)
    return Reply({"error": {"message": f"no such key {request.headers.get('authorization')}"}}, 401)


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    with Server({("GET", "/user/balance"): judge}) as running:
        path = home / ".config/creditsui/config.toml"
        path.parent.mkdir(parents=True)
        path.write_text(f'[accounts.deepseek]\nbase_url = "{running.url}"\n')
        yield running


def unseen(home: Path, *done: Done, but: str = "") -> None:
    """No 12 characters in a row of the key in what was printed or kept."""
    for one in done:
        for start in range(len(CANARY) - 11):
            assert CANARY[start : start + 12] not in one.out + one.err
    for path in home.rglob("*"):
        if path.is_file() and path.name != but:
            assert b"canary-0123" not in path.read_bytes(), path


def test_a_key_is_tested_kept_in_a_file_by_choice_and_deleted(run_cli: Run, server: Server, home: Path) -> None:
    kept = run_cli("key", "set", "deepseek", "--file", input=f"  {CANARY}\r\n")
    assert kept.code == 0, kept.err
    assert "accepts it" in kept.err and not kept.out
    keys = home / ".config/creditsui/keys.toml"
    assert CANARY in keys.read_text() and keys.stat().st_mode & 0o777 == 0o600

    listed = run_cli("key", "list")
    assert listed.code == 0 and "deepseek  file" in listed.out
    status = run_cli("status", "--json")
    assert status.code == 0 and status.json["accounts"][0]["balance"]["remaining"] == 9

    gone = run_cli("key", "delete", "deepseek")
    assert gone.code == 0 and CANARY not in keys.read_text()
    assert "no key" in run_cli("key", "list", "deepseek").out
    unseen(home, kept, listed, status, gone)


def test_a_key_that_is_refused_is_not_kept(run_cli: Run, server: Server, home: Path) -> None:
    wrong = CANARY + "-wrong"
    refused = run_cli("key", "set", "deepseek", "--file", input=wrong)
    assert refused.code == 1 and "not kept" in refused.err
    assert not (home / ".config/creditsui/keys.toml").exists()
    tested = run_cli("key", "test", "deepseek", input=wrong)
    assert tested.code == 1 and tested.out
    good = run_cli("key", "test", "deepseek", input=CANARY)
    assert good.code == 0 and "balance" in good.out
    assert not (home / ".config/creditsui/keys.toml").exists()
    unseen(home, refused, tested, good)
    untested = run_cli("key", "set", "deepseek", "--file", "--no-test", input=wrong)
    assert untested.code == 0
    unseen(home, untested, but="keys.toml")


@pytest.mark.parametrize("text", ["", "\n", "two\nlines-canary", "bl ank-canary", "ümlaut-canary", "x\x00y-canary"])
def test_what_is_no_key_is_refused_without_saying_it(run_cli: Run, server: Server, home: Path, text: str) -> None:
    done = run_cli("key", "set", "deepseek", "--file", input=text)
    assert done.code == 1 and "canary" not in done.err + done.out
    assert done.err.count("\n") == 1 and not server.requests
    unseen(home, done)


def test_a_missing_keyring_says_what_else_there_is(run_cli: Run, server: Server, home: Path) -> None:
    done = run_cli("key", "set", "deepseek", input=CANARY)
    assert done.code == 1 and "--file" in done.err
    assert "key =" not in (home / ".config/creditsui/config.toml").read_text()
    null = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    lying = run_cli("key", "set", "deepseek", input=CANARY, env=null)
    assert lying.code == 1 and lying.err != done.err
    unseen(home, done, lying)


def test_an_account_that_takes_no_key_or_is_not_there(run_cli: Run, home: Path) -> None:
    run_cli("account", "add", "piggy")
    done = run_cli("key", "set", "piggy", input=CANARY)
    assert done.code == 1 and "creditsui sync piggy AMOUNT" in done.err
    assert run_cli("key", "set", "nope", input=CANARY).code == 2
    assert run_cli("key", "delete", "nope").code == 2
    assert run_cli("key", "set").code == 2
    unseen(home, done)


def test_a_key_for_a_provider_makes_its_account_and_a_refusal_does_not(run_cli: Run, home: Path) -> None:
    done = run_cli("key", "set", "groq", "--no-test", "--file", input=CANARY)
    assert done.code == 0, done.err
    assert "groq  file" in run_cli("key", "list").out
    refused = run_cli("key", "set", "vercel", "--no-test", input=CANARY)  # no keyring here
    assert refused.code == 1
    assert "vercel" not in run_cli("account", "list").out


def test_a_key_of_another_service_is_neither_sent_nor_kept(run_cli: Run, server: Server, home: Path) -> None:
    folder = home / ".config/creditsui/providers"
    folder.mkdir()
    (folder / "zeta.toml").write_text(
        f'name = "Zeta"\nurl = "{server.url}"\nenv = ["ZETA_KEY"]\nkey_forms = ["zeta-"]\n[[ask]]\npath = "/left"\n'
        '[[balance]]\nremaining = "left"\ncurrency = "USD"\n'
    )
    key = f"zeta-{CANARY}"
    refused = run_cli("key", "set", "deepseek", "--file", input=key)
    assert refused.code == 1
    assert refused.err.splitlines() == [
        "This is a key of Zeta.", "It was neither sent nor kept. To do: creditsui key set zeta",
    ]  # fmt: skip
    untested = run_cli("key", "set", "deepseek", "--file", "--no-test", input=key)
    assert untested.code == 1 and untested.err == "This is a key of Zeta. To do: creditsui key set zeta\n"
    tested = run_cli("key", "test", "deepseek", input=key)
    assert tested.code == 1 and tested.out == "This is a key of Zeta.\n"
    assert not server.requests
    unseen(home, refused, untested, tested)


def test_a_management_key_is_kept_as_what_the_provider_says_it_is(run_cli: Run, home: Path) -> None:
    told = {"limit": None, "usage": 1, "is_management_key": True}
    with Server({("GET", "/api/v1/key"): {"data": told}, ("GET", "/api/v1/credits"): {"data": {}}}) as server:
        path = home / ".config/creditsui/config.toml"
        path.parent.mkdir(parents=True)
        path.write_text(f'[accounts.openrouter]\nbase_url = "{server.url}"\n')
        done = run_cli("key", "set", "openrouter", "--file", input="sk-or-v1-canary0123456789abcdef")
    assert done.code == 0 and "accepts it as its management key" in done.err
    assert 'admin_key = "file"' in path.read_text() and "\nkey =" not in path.read_text()
    assert "openrouter/admin_key@" in path.with_name("keys.toml").read_text()


def test_the_prompt_hides_what_is_typed(server: Server, home: Path, start_cli: Start) -> None:
    ours, theirs = pty.openpty()
    running = start_cli("key", "set", "deepseek", "--file", stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = read_until(ours, b"not shown")
    os.write(ours, CANARY.encode() + b"\n")
    seen += read_until(ours, b"kept in")
    assert running.wait(timeout=30) == 0
    os.close(ours)
    assert b"canary" not in seen
    assert CANARY in (home / ".config/creditsui/keys.toml").read_text()


def read_until(terminal: int, word: bytes) -> bytes:
    seen, end = b"", time.monotonic() + 60
    while word not in seen:
        assert time.monotonic() < end, seen
        ready, _, _ = select.select([terminal], [], [], 1)
        if ready:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:
                chunk = b""
            assert chunk, seen
            seen += chunk
    return seen
