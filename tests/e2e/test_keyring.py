"""Keys in a real Secret Service, by the real command; and a keyring that is locked, hangs, is missing, or lies."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Done
from tests.keyring_session import KeyringSession
from tests.servers import Reply, Request, Server

KEY = "sk-canary-0123456789abcdefghij"
OTHER = {"AI_GATEWAY_API_KEY": "vck_0123456789abcdef"}
PATIENCE = 20.0
"""Seconds in which any command must end, whatever the keyring does; far more than it needs."""


def judge(request: Request) -> Reply:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        return Reply({"error": {"message": "no such key"}}, 401)
    infos = [{"currency": "USD", "total_balance": "9.00", "granted_balance": "0", "topped_up_balance": "9.00"}]
    return Reply({"is_available": True, "balance_infos": infos})


ROUTES = {("GET", "/user/balance"): judge, ("GET", "/v1/credits"): {"balance": "95.50", "total_used": "4.50"}}


def configure(home: Path, url: str, more: str = "") -> Path:
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'[accounts.deepseek]\nbase_url = "{url}"\n{more}[accounts.vercel]\nbase_url = "{url}"\n')
    return path


class Command:
    """`creditsui` beside a keyring; each run is held to its time."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = {**env, **OTHER}

    def __call__(self, *words: str, input: str = "", **env: str) -> Done:
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "creditsui", *words],
            input=input, capture_output=True, text=True, env={**self.env, **env}, timeout=90, check=False,
        )  # fmt: skip
        assert time.monotonic() - begun < PATIENCE
        assert "Traceback" not in done.stderr and "creditsui failed" not in done.stderr, done.stderr
        assert KEY[3:15] not in done.stdout + done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def status(self, **env: str) -> tuple[int, dict[str, Any]]:
        done = self("status", "--json", "--force", **env)
        return done.code, {one["id"]: one for one in done.json["accounts"]}


def fine(rows: Mapping[str, Any]) -> None:
    """The account whose key is in the environment has no part in the keyring's trouble."""
    assert rows["vercel"]["problem"] is None and not rows["vercel"]["stale"]
    assert rows["vercel"]["balance"]["remaining"] == 95.5


def test_set_use_list_delete(tmp_path: Path) -> None:
    with KeyringSession(tmp_path) as session, Server(ROUTES) as server:
        path = configure(session.home, server.url)
        run = Command(session.env())
        done = run("key", "set", "deepseek", input=KEY + "\n")
        assert done.code == 0 and "in the keyring" in done.err and server.url in done.err
        assert 'key = "keyring"' in path.read_text() and not path.with_name("keys.toml").exists()
        code, rows = run.status()
        assert code == 0 and rows["deepseek"]["balance"]["remaining"] == 9.0
        assert rows["deepseek"]["key_from"] == "keyring"
        fine(rows)
        done = run("key", "list")
        assert done.code == 0 and "keyring (…ghij)" in done.out
        assert '"state": "ok"' in run("doctor", "--json").out
        session.kill()
        session.start()
        assert run.status()[1]["deepseek"]["balance"]["remaining"] == 9.0
        assert "is gone" in run("key", "delete", "deepseek").err
        code, rows = run.status()
        assert (code, rows["deepseek"]["problem"]["kind"]) == (1, "no_key")
        assert rows["deepseek"]["problem"]["action"].startswith("creditsui key set deepseek")
        assert "was stored" in run("key", "delete", "deepseek").err
        assert session.prompts == 0
        for file in session.home.rglob("*"):
            assert not file.is_file() or KEY[3:15].encode() not in file.read_bytes(), file


def test_a_key_that_is_refused_never_reaches_the_keyring(tmp_path: Path) -> None:
    with KeyringSession(tmp_path) as session, Server(ROUTES) as server:
        configure(session.home, server.url)
        run = Command(session.env())
        done = run("key", "set", "deepseek", input="sk-wrong-0123456789abcdef\n")
        assert done.code == 1 and "was not kept" in done.err
        assert run("key", "list").out.startswith("deepseek  no key")


@pytest.mark.parametrize(
    "other",
    ["port", "name", "user", "dot", "look-alike", "http", "suffix"],
)
def test_a_stored_key_is_not_sent_to_another_address(tmp_path: Path, other: str) -> None:
    with KeyringSession(tmp_path) as session, Server(ROUTES) as server, Server({("GET", "*"): {}}) as second:
        configure(session.home, server.url)
        run = Command(session.env())
        assert run("key", "set", "deepseek", input=KEY).code == 0
        assert run.status()[1]["deepseek"]["problem"] is None
        host = f"127.0.0.1:{server.port}"
        elsewhere = {
            "port": second.url,
            "name": f"http://localhost:{server.port}",
            "user": f"http://127.0.0.1@localhost:{second.port}",
            "dot": f"http://localhost.:{server.port}",
            "look-alike": f"https://\uff11\uff12\uff17.0.0.1:{second.port}",
            "http": f"https://{host}",
            "suffix": f"http://{host}.evil.example",
        }[other]
        asked = len(server.asked("/user/balance"))
        configure(session.home, elsewhere, 'key = "keyring"\n')
        done = run("status", "--json", "--force")
        assert done.code != 0
        assert len(server.asked("/user/balance")) == asked
        assert all("authorization" not in one.headers for one in second.requests if one.path == "/user/balance")
        assert KEY not in str([*second.requests])
        configure(session.home, server.url, 'key = "keyring"\n')
        assert run.status()[1]["deepseek"]["problem"] is None


def test_a_locked_one_is_one_accounts_problem_and_nobody_is_asked(tmp_path: Path) -> None:
    with KeyringSession(tmp_path) as session, Server(ROUTES) as server:
        configure(session.home, server.url)
        run = Command(session.env())
        assert run("key", "set", "deepseek", input=KEY).code == 0
        assert run.status()[0] == 0
        session.kill()
        session.start(password=None)
        code, rows = run.status()
        assert (code, rows["deepseek"]["problem"]["kind"]) == (1, "locked")
        assert "unlock" in rows["deepseek"]["problem"]["action"]
        assert rows["deepseek"]["balance"]["remaining"] == 9.0 and rows["deepseek"]["stale"]
        fine(rows)
        done = run("key", "list")
        assert done.code == 0 and "locked" in done.out
        assert '"state": "locked"' in run("doctor", "--json").out
        assert session.prompts == 0
        session.kill()
        session.start()
        code, rows = run.status()
        assert (code, rows["deepseek"]["problem"], rows["deepseek"]["stale"]) == (0, None, False)


def test_one_that_hangs_holds_up_nobody(tmp_path: Path) -> None:
    with KeyringSession(tmp_path) as session, Server(ROUTES) as server:
        more = "".join(f'[accounts.d{n}]\nprovider = "deepseek"\nkey = "keyring"\n' for n in range(20))
        configure(session.home, server.url, more)
        run = Command(session.env())
        assert run("key", "set", "deepseek", input=KEY).code == 0
        session.stop()
        try:
            code, rows = run.status()
            assert (code, rows["deepseek"]["problem"]["kind"]) == (1, "locked")
            assert "does not answer" in rows["deepseek"]["problem"]["message"]
            assert {rows[f"d{n}"]["problem"]["kind"] for n in range(20)} == {"locked"}
            fine(rows)
            done = run("key", "list")
            assert done.code == 0 and "does not answer" in done.out
            assert '"state": "hung"' in run("doctor", "--json").out
        finally:
            session.resume()
        code, rows = run.status()
        assert rows["deepseek"]["problem"] is None


@pytest.mark.parametrize(
    ("backend", "state", "says"),
    [
        ("", "missing", "no keyring on this machine"),
        ("keyring.backends.fail.Keyring", "missing", "no keyring on this machine"),
        ("keyring.backends.null.Keyring", "null", "switched off"),
        ("no.such.Keyring", "missing", "PYTHON_KEYRING_BACKEND"),
    ],
    ids=["no-service", "fail", "null", "typo"],
)
def test_where_there_is_none_it_says_which_and_what_else_there_is(
    tmp_path: Path, backend: str, state: str, says: str
) -> None:
    with KeyringSession(tmp_path, service=False) as session, Server(ROUTES) as server:
        path = configure(session.home, server.url)
        before = path.read_text()
        run = Command({**session.env(), **({"PYTHON_KEYRING_BACKEND": backend} if backend else {})})
        done = run("key", "set", "deepseek", input=KEY)
        assert done.code == 1 and says in done.err and path.read_text() == before
        assert json.loads(run("doctor", "--json").out)["keyring"]["state"] == state
        code, rows = run.status()
        assert (code, rows["deepseek"]["problem"]["kind"]) == (1, "no_key")
        fine(rows)
        configure(session.home, server.url, 'key = "keyring"\n')
        code, rows = run.status()
        assert code == 1 and says in rows["deepseek"]["problem"]["message"]
        fine(rows)
        done = run("key", "set", "deepseek", "--file", input=KEY)
        assert done.code == 0
        code, rows = run.status()
        assert (code, rows["deepseek"]["problem"]) == (0, None)
        assert os.stat(path.with_name("keys.toml")).st_mode & 0o777 == 0o600
        assert "is gone" in run("key", "delete", "deepseek").err
