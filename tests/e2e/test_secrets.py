"""A key that comes in by any door is sent to its provider, and is seen nowhere else: not on a screen, not in a file."""

import base64
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import textwrap
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from creditsui.adapters import keystore
from creditsui.domain.secret import Secret
from tests.keyring_session import KeyringSession
from tests.servers import Reply, Request, Server, redirect, reset

CANARY = "sk-canary+7Qx/2Zp=9Wm~K4vT8rB3nH6yL1dF5gJ0"
SOURCES = {"keys.toml", ".env", ".credentials.json", "auth.json"}
"""Where the key lies by the user's own choice."""


def slices(secret: str) -> set[bytes]:
    """Everything that gives it away: 12 characters of it in a row, as they are, quoted, or in base64."""
    forms = [secret, quote(secret, safe=""), quote(secret)]
    for shift in range(3):
        forms.append(base64.b64encode(b"\0" * shift + secret.encode()).decode()[4:-4])
    forms += [form.replace("+", "-").replace("/", "_") for form in forms[-3:]]
    return {form[start : start + 12].encode() for form in forms for start in range(len(form) - 11)}


SLICES = slices(CANARY)


def leaked(data: bytes) -> bool:
    return any(one in data for one in SLICES)


def argued() -> list[str]:
    """The command lines of this moment that hold the key."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if leaked(data):
            found.append(data.decode(errors="replace"))
    return found


def repeat(status: int) -> Any:
    """Says the key back in every way there is, in fields that are read and in fields that are not."""

    def answer(request: Request) -> Reply:
        sent = next((one for one in request.headers.values() if CANARY in one), "")
        coded = base64.b64encode(CANARY.encode()).decode()
        header = base64.b64encode(f"Bearer {CANARY}".encode()).decode()
        told = f"{sent} {CANARY} {quote(CANARY, safe='')} {coded} {header}"
        window = {"used_percent": 10, "reset_at": 1795200000}
        body = {
            "error": {"message": told, "code": CANARY, "type": CANARY},
            "data": {"label": told, "limit_reset": CANARY, "limit": 10, "limit_remaining": 5, "total_credits": 5,
                     "total_usage": 1, CANARY: CANARY},
            "balance_infos": [{"currency": CANARY[:3], "total_balance": CANARY}],
            "plan_type": CANARY,
            "rate_limit": {"primary_window": window},
            "additional_rate_limits": [{"limit_name": CANARY, "rate_limit": {"primary_window": window}}],
            "limits": [{"kind": "weekly_scoped", "percent": 5, "scope": {"model": {"display_name": CANARY}}}],
            "escaped": "".join(f"\\u{ord(char):04x}" for char in CANARY),
        }  # fmt: skip
        text = json.dumps(body).replace("\\\\u", "\\u")
        return Reply(text, status, {"x-echo": sent, f"x-{coded[:20]}": told, "location": told, "retry-after": told})

    return answer


def page(request: Request) -> Reply:
    return Reply(f"<html><title>{CANARY}</title>{request.headers}", headers={"content-type": "text/html"})


@dataclass
class Watched:
    """A home, a command in it, and everything that was seen of it."""

    home: Path
    env: dict[str, str]
    seen: list[bytes] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)

    def __call__(self, *words: str, input: str = "", code: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, *(("-c", code) if code else ("-m", "creditsui")), *words]
        done = subprocess.run(
            command, input=input.encode(), capture_output=True, env={**self.env, **env}, timeout=60, check=False
        )
        self.seen += [done.stdout, done.stderr]
        assert not leaked(done.stdout + done.stderr), (words, done.stdout, done.stderr)
        return done

    def looking(self, answer: Any) -> Any:
        """The answer, after a look at all command lines while the program waits for it."""

        def look(request: Request) -> Any:
            self.arguments += argued()
            return answer(request) if callable(answer) else answer

        return look

    def nowhere(self) -> None:
        assert self.arguments == []
        files = [path for path in self.home.rglob("*") if path.is_file() and path.name not in SOURCES]
        assert any(path.name == "ledger.db" for path in files)
        for path in files:
            if "keyrings" not in path.parts:
                assert not leaked(path.read_bytes()), path


DOORS = {
    "openrouter": "",
    "named": 'provider = "openrouter"\nkey = "env:MINE"\n',
    "typed": 'provider = "vercel"\n',
    "filed": 'provider = "deepseek"\nkey = "file"\n',
    "groq": "",
    "claude": 'key = "login"\n',
    "codex": 'key = "login"\n',
}
"""An account for each door: the usual variable, one of the user's own, standard input, the key file, Hermes' .env, and
two logins of other tools."""
RING = {"ringed": 'provider = "mistral"\n'}
"""And the keyring."""


def everywhere(home: Path, url: str, doors: Mapping[str, str]) -> dict[str, str]:
    """Put the key behind every door but those that take a command; the variables that it needs."""
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f'[accounts.{id}]\nbase_url = "{url}/{id}"\n{how}' for id, how in doors.items()))
    keystore.write_file(path.with_name("keys.toml"), "filed", url, Secret(CANARY))
    login = {"accessToken": CANARY, "refreshToken": CANARY[::-1], "expiresAt": 4102444800000, "subscriptionType": "max"}
    for name, text in (
        (".hermes/.env", f"GROQ_API_KEY={CANARY}\n"),
        (".claude/.credentials.json", json.dumps({"claudeAiOauth": login})),
        (".codex/auth.json", json.dumps({"tokens": {"access_token": CANARY, "account_id": "a-1"}})),
    ):
        (home / name).parent.mkdir()
        (home / name).write_text(text)
    return {"OPENROUTER_API_KEY": CANARY, "MINE": CANARY}


@contextmanager
def opened(tmp_path: Path, url: str, *, keyring: bool = False) -> Iterator[tuple[Watched, set[str]]]:
    """A home with the key behind every door, and the ids of its accounts."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    with ExitStack() as stack:
        if keyring:
            session = stack.enter_context(KeyringSession(tmp_path))
            home, where = session.home, session.env()
        else:
            home = tmp_path / "home"
            where = {"HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        doors = DOORS | RING if keyring else DOORS
        secret = everywhere(home, url, doors)
        run = Watched(home, {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **where, **secret})
        for id, more in (("typed", ["--file"]), *([("ringed", [])] if keyring else [])):
            assert run("key", "set", id, "--no-test", *more, input=CANARY + "\n").returncode == 0
        yield run, set(doors)


def asked(server: Server, since: int = 0) -> set[str]:
    """The accounts whose key arrived."""
    return {
        one.path.split("/")[1]
        for one in server.requests[since:]
        if any(CANARY in value for value in one.headers.values())
    }


@pytest.mark.parametrize("keyring", [False, True], ids=["without-keyring", "keyring"])
def test_whatever_a_server_says_the_key_is_seen_nowhere(keyring: bool, tmp_path: Path) -> None:
    with (
        Server() as server,
        Server({("GET", "*"): {}}) as second,
        opened(tmp_path, server.url, keyring=keyring) as (run, accounts),
    ):
        ledger = run.home / ".local/share/creditsui/ledger.db"
        for answer in (
            repeat(200), repeat(401), repeat(403), repeat(500), repeat(400), repeat(429), page, reset(),
            redirect(second.url + "/x", 302), redirect(second.url + "/x", 307),
        ):  # fmt: skip
            for path in (ledger, ledger.with_name("ledger.db-wal"), ledger.with_name("ledger.db-shm")):
                path.unlink(missing_ok=True)  # no cool-down keeps the next answer from being asked for
            server.routes = {("GET", "*"): run.looking(answer)}
            before = len(server.requests)
            done = run("status", "--json", "--force", CREDITSUI_DEBUG="1")
            assert {one["id"] for one in json.loads(done.stdout)["accounts"]} == accounts
            assert asked(server, before) == accounts
            run.nowhere()
        assert second.requests == []
        for words in (["status"], ["doctor"], ["doctor", "--json"], ["key", "list"], ["line"], ["entries"],
                      ["explain", "openrouter", "balance"], ["status", "--cached", "--json"]):  # fmt: skip
            run(*words, CREDITSUI_DEBUG="1")
        run.nowhere()


CRASHES = {
    "in an answer": """
        import creditsui.adapters.http as http
        def broken(data, *rest):
            raise RuntimeError(data.decode())
        http.decode_json = broken
    """,
    "after the round": """
        import creditsui.core.board as board, creditsui.adapters.http as http
        sent = []
        send = http.Client.send
        async def spy(self, request, deadline):
            sent.append(str(dict(request.secret_headers)))
            return await send(self, request, deadline)
        http.Client.send = spy
        def broken(*rest):
            local = sent[0]
            raise RuntimeError(f"no: {sent} {local}")
        board.publish = broken
    """,
    "in a parser": """
        import creditsui.core.ask as ask
        def broken(round, found):
            raise RuntimeError([one.secret.reveal() for one in round.credentials.slots.values()] or found)
        ask._read = broken
    """,
    "in a thread": """
        import creditsui.core.credentials as credentials
        find = credentials._find
        def broken(*rest):
            import threading
            found = find(*rest)
            secret = found.secret.reveal() if found else ""
            def fail(text):
                raise RuntimeError(text)
            threading.Thread(target=fail, args=(secret,)).start()
            return found
        credentials._find = broken
    """,
}


@pytest.mark.parametrize("debug", ["", "1"], ids=["plain", "debug"])
@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_with_the_key_in_hand_does_not_show_it(crash: str, debug: str, tmp_path: Path) -> None:
    code = textwrap.dedent(CRASHES[crash]) + "\nimport sys\nfrom creditsui.cli.main import main\nsys.exit(main())\n"
    with Server({("GET", "*"): repeat(200)}) as server, opened(tmp_path, server.url) as (run, accounts):
        done = run("status", "--force", code=code, CREDITSUI_DEBUG=debug)
        assert asked(server) == accounts
        assert done.returncode == 1
        log = (run.home / ".local/state/creditsui/creditsui.log").read_text()
        assert "RuntimeError" in log + done.stderr.decode()
        run.nowhere()


BAD_KEYS = [CANARY + "\nsecond line", CANARY + "é", f"{CANARY} {CANARY}", CANARY + "\x1b[2J", CANARY * 300]


@pytest.mark.parametrize("key", BAD_KEYS, ids=["lines", "accent", "blank", "escape", "long"])
def test_a_key_that_cannot_be_one_is_refused_unseen(key: str, tmp_path: Path) -> None:
    with Server({("GET", "*"): {}}) as server, opened(tmp_path, server.url) as (run, _):
        done = run("status", "--json", "--force", "openrouter", OPENROUTER_API_KEY=key, CREDITSUI_DEBUG="1")
        assert json.loads(done.stdout)["accounts"][0]["problem"]["kind"] == "rejected"
        done = run("key", "set", "openrouter", "--file", input=key, CREDITSUI_DEBUG="1")
        assert done.returncode == 1 and server.requests == []
        run.nowhere()


@pytest.mark.parametrize("words", [["key", "set", "openrouter", "{}"], ["key", "set", "{}"], ["{}"]])
def test_a_key_on_the_command_line_is_refused_and_not_repeated(words: list[str], tmp_path: Path) -> None:
    typed = CANARY[::-1]  # another one: the other tests look at all command lines
    with opened(tmp_path, "http://127.0.0.1:9") as (run, _):
        done = run(*(word.format(typed) for word in words), CREDITSUI_DEBUG="1")
        assert done.returncode == 2 and done.stderr
        assert not any(one in done.stdout + done.stderr for one in slices(typed))


class Terminal:
    """The dashboard on a real terminal; every byte that it writes is kept."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "creditsui", "--still"],
            stdin=theirs, stdout=theirs, stderr=theirs, env=dict(env), cwd=env["HOME"], start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.written = b""

    def until(self, holds: Any) -> None:
        end = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end, self.written[-3000:]
            self._read(0.1)

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.until(lambda: not self._read(0.1) and self.process.poll() is not None)
        os.close(self._ours)

    def _read(self, wait: float) -> bool:
        if not select.select([self._ours], [], [], wait)[0]:
            return False
        try:
            chunk = os.read(self._ours, 65536)
        except OSError:
            return False
        self.written += chunk
        return bool(chunk)


def test_the_pane_shows_it_nowhere_not_even_in_a_picture(tmp_path: Path) -> None:
    with Server() as server, opened(tmp_path, server.url) as (run, accounts):
        server.routes = {("GET", "*"): run.looking(repeat(403))}
        (run.home / "Pictures").mkdir()
        told = run.home / ".local/state/creditsui/status.json"
        screen = Terminal({**run.env, "COLORTERM": "truecolor", "CREDITSUI_DEBUG": "1"})
        try:
            screen.until(lambda: told.exists() and b"forbid" in told.read_bytes())
            screen.press(b"Y")
            screen.until(lambda: list(run.home.rglob("*.svg")))
            screen.press(b"K")
            screen.until(lambda: b"aste it here" in screen.written)
            before = len(screen.written)
            screen.press(b"\x1b[200~" + CANARY.encode() + b"\x1b[201~")
            screen.until(lambda: len(screen.written) > before)
        finally:
            screen.end(signal.SIGTERM)
        assert asked(server) == accounts and not leaked(screen.written)
        run.nowhere()
