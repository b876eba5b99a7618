"""Keys in a real Secret Service, by the real command; and a keyring that is locked, hangs, is missing, or lies."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import forked
from tests.adapters.test_keystore import STAND_INS
from tests.cli.conftest import Done
from tests.conftest import wait_until
from tests.keyring_session import KeyringSession
from tests.servers import Reply, Request, Server
from tests.tui.test_life import PROGRAM, terminal

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
        given, told = {**self.env, **env}, input.encode()
        if forked.can(given):
            code, *said = forked.run([*words], input=told, env=given, cwd=Path.cwd(), timeout=90)
        else:
            command = [sys.executable, "-m", "creditsui", *words]
            done = subprocess.run(command, input=told, capture_output=True, env=given, timeout=90, check=False)
            code, *said = done.returncode, done.stdout, done.stderr
        assert time.monotonic() - begun < PATIENCE
        out, err = (text.decode() for text in said)
        assert "Traceback" not in err and "creditsui failed" not in err, err
        assert KEY[3:15] not in out + err
        return Done(code, out, err)

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


def test_a_stored_key_is_not_sent_to_another_address(tmp_path: Path) -> None:
    with KeyringSession(tmp_path) as session, Server(ROUTES) as server, Server({("GET", "*"): {}}) as second:
        configure(session.home, server.url)
        run = Command(session.env())
        assert run("key", "set", "deepseek", input=KEY).code == 0
        assert run.status()[1]["deepseek"]["problem"] is None
        host = f"127.0.0.1:{server.port}"
        asked = len(server.asked("/user/balance"))
        for elsewhere in (
            second.url,
            f"http://localhost:{server.port}",
            f"http://127.0.0.1@localhost:{second.port}",
            f"http://localhost.:{server.port}",
            f"https://\uff11\uff12\uff17.0.0.1:{second.port}",
            f"https://{host}",
            f"http://{host}.evil.example",
        ):
            configure(session.home, elsewhere, 'key = "keyring"\n')
            assert run("status", "--json", "--force").code != 0, elsewhere
            assert len(server.asked("/user/balance")) == asked, elsewhere
            assert all("authorization" not in one.headers for one in second.requests if one.path == "/user/balance")
            assert KEY not in str([*second.requests]), elsewhere
        configure(session.home, second.url, 'key = "keyring"\n')
        assert run("key", "set", "deepseek", "--no-test", input=KEY).code == 0, "confirmed for that address"
        run.status()
        assert second.requests[-1].headers["authorization"] == f"Bearer {KEY}"
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
        begun = time.monotonic()
        assert run.status()[1]["deepseek"]["problem"] is None
        usual = time.monotonic() - begun
        session.stop()
        try:
            begun = time.monotonic()
            code, rows = run.status()
            assert time.monotonic() - begun < 2 * usual + 5
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


def test_an_open_pane_shows_the_others_while_it_hangs_takes_it_back_and_still_ends(tmp_path: Path) -> None:
    """Without a restart, and without asking anybody for a password."""
    with KeyringSession(tmp_path) as session, Server(ROUTES) as server:
        configure(session.home, server.url)
        run = Command(session.env())
        assert run("key", "set", "deepseek", input=KEY).code == 0
        session.stop()
        with terminal([*PROGRAM, "--still"], session.home, **{**session.env(), **OTHER}) as shown:
            shown.read(b"95.50", 60)
            assert b"9.00" not in shown.written
            session.resume()
            os.write(shown.fd, b"R")
            shown.read(b"9.00", 60)
            session.kill()
            session.start(password=None)
            before = len(server.requests)
            os.write(shown.fd, b"R")
            wait_until(lambda: len(server.requests) >= before + 2, 60)
            session.kill()
            session.start()
            session.stop()
            os.write(shown.fd, b"q")
            begun = time.monotonic()
            assert shown.ended() == 0 and time.monotonic() - begun < 5
            assert KEY[3:15].encode() not in shown.written and b"Traceback" not in shown.written
        session.resume()
        assert session.prompts == 0
        assert run.status()[1]["deepseek"]["problem"] is None, "neither dropped nor overwritten"


BACKENDS = {
    "plain": ("missing", "writes keys in clear text"),
    "keyring.backends.fail.Keyring": ("missing", "no keyring on this machine"),
    "keyring.backends.null.Keyring": ("null", "switched off"),
    "no.such.Keyring": ("missing", "PYTHON_KEYRING_BACKEND"),
    "": ("missing", "no keyring on this machine"),
}


def test_where_there_is_none_it_says_which_and_what_else_there_is(tmp_path: Path) -> None:
    with KeyringSession(tmp_path, service=False) as session, Server(ROUTES) as server:
        path = configure(session.home, server.url)
        before = path.read_text()
        for backend, (state, says) in BACKENDS.items():
            path = configure(session.home, server.url)
            chosen = {"PYTHON_KEYRING_BACKEND": backend} if backend not in ("", "plain") else {}
            plain = {"PYTHONPATH": plugin(tmp_path)} if backend == "plain" else {}
            run = Command({**session.env(), **chosen, **plain})
            done = run("key", "set", "deepseek", input=KEY)
            assert done.code == 1 and says in done.err and path.read_text() == before, backend
            if backend in ("", "plain"):
                assert json.loads(run("doctor", "--json").out)["keyring"]["state"] == state, backend
            configure(session.home, server.url, 'key = "keyring"\n')
            code, rows = run.status()
            assert code == 1 and says in rows["deepseek"]["problem"]["message"], backend
            fine(rows)
        for file in session.home.rglob("*"):
            assert not file.is_file() or KEY[3:15].encode() not in file.read_bytes(), file
        path = configure(session.home, server.url)
        code, rows = run.status()
        assert (code, rows["deepseek"]["problem"]["kind"]) == (1, "no_key")
        done = run("key", "set", "deepseek", "--file", input=KEY)
        assert done.code == 0
        code, rows = run.status()
        assert (code, rows["deepseek"]["problem"]) == (0, None)
        assert os.stat(path.with_name("keys.toml")).st_mode & 0o777 == 0o600
        assert "is gone" in run("key", "delete", "deepseek").err


def plugin(folder: Path) -> str:
    """A path on which a keyring in clear text is found by itself, as keyrings.alt is; and what was there before."""
    info = folder / "site/stand_ins-1.dist-info"
    info.mkdir(parents=True)
    (folder / "site/stand_ins.py").write_text(STAND_INS)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stand-ins\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[keyring.backends]\nstand_ins = stand_ins\n")
    return os.pathsep.join([str(folder / "site"), os.environ.get("PYTHONPATH", "")])
