"""A key that comes in by any door is sent to its provider, and is seen nowhere else: not on a screen, not in a file."""

import base64
import fcntl
import json
import os
import pty
import re
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
from itertools import cycle, product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from creditsui.adapters import keystore
from creditsui.domain.secret import Secret
from tests import forked
from tests.hostile_answers import HOSTILE, aimed
from tests.keyring_session import KeyringSession
from tests.servers import Reply, Request, Server, redirect, reset
from tests.soak import rounds

CANARY = "sk-canary+7Qx/2Zp=9Wm~K4vT8rB3nH6yL1dF5gJ0"
SOURCES = {"keys.toml", ".env", ".credentials.json", "auth.json"}
"""Where the key lies by the user's own choice."""


def forms(secret: str) -> list[str]:
    """The secret as it is, quoted for an address, in hexadecimal, and in base64 wherever it stands in a longer text."""
    found = [secret, quote(secret, safe=""), secret.encode().hex(), secret.encode().hex().upper()]
    for shift in range(3):
        found.append(base64.b64encode(b"\0" * shift + secret.encode()).decode()[4:-4])
        found.append(found[-1].replace("+", "-").replace("/", "_"))
    return found


def leaked(data: bytes, secret: str = "") -> bool:
    """Whether 12 characters in a row of any form are in it."""
    return any(
        form[start : start + 12].encode() in data
        for form in (forms(secret) if secret else FORMS)
        # Wherever twelve in a row are, six of them begin at a multiple of six, and few places have those.
        for block in range(0, len(form) - 5, 6)
        if form[block : block + 6].encode() in data
        for start in range(max(0, block - 6), min(block, len(form) - 12) + 1)
    )


FORMS = forms(CANARY)


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
        given, told = {**self.env, **env}, input.encode()
        if forked.can(given):
            said = forked.run([*words], input=told, env=given, cwd=Path.cwd(), timeout=60, code=code)
            done = subprocess.CompletedProcess[bytes](words, *said)
        else:
            command = [sys.executable, *(("-c", code) if code else ("-m", "creditsui")), *words]
            done = subprocess.run(command, input=told, capture_output=True, env=given, timeout=60, check=False)
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


def hostile(second: Server) -> list[Any]:
    """Ten answers that give the key back, or lead it elsewhere."""
    return [
        repeat(200), repeat(401), repeat(403), repeat(500), repeat(400), repeat(429), page, reset(),
        redirect(second.url + "/x", 302), redirect(second.url + "/x", 307),
    ]  # fmt: skip


EVERY = """
    import os, sys
    from creditsui.cli.main import main
    os.chdir(os.environ["HOME"])
    for words in (["status"], ["doctor"], ["doctor", "--json"], ["doctor", "--bundle", "bundle.txt"], ["key", "list"],
                  ["line"], ["entries"], ["explain", "openrouter", "balance"], ["status", "--cached", "--json"],
                  ["report"], ["metrics"], ["check", "openrouter"]):
        sys.argv = ["creditsui", *words]
        try:
            main()
        except SystemExit:
            pass
"""


@pytest.mark.soak
def test_whatever_a_server_says_the_key_is_seen_nowhere(tmp_path: Path) -> None:
    """Each account has another answer in a run; in as many runs as there are answers, each has each."""
    with (
        Server() as server,
        Server({("GET", "*"): {}}) as second,
        opened(tmp_path, server.url, keyring=True) as (run, accounts),
    ):
        answers = hostile(second)
        ledger = run.home / ".local/share/creditsui/ledger.db"
        for turn in range(rounds(full=len(answers), short=3)):
            for path in (ledger, ledger.with_name("ledger.db-wal"), ledger.with_name("ledger.db-shm")):
                path.unlink(missing_ok=True)  # no cool-down keeps the next answer from being asked for
            order = {id: answers[(3 * number + turn) % len(answers)] for number, id in enumerate(sorted(accounts))}
            server.routes = {
                ("GET", "*"): run.looking(lambda one, order=order: told(order[one.path.split("/")[1]], one))
            }
            before = len(server.requests)
            done = run("status", "--json", "--force", CREDITSUI_DEBUG="1")
            assert {one["id"] for one in json.loads(done.stdout)["accounts"]} == accounts
            assert asked(server, before) == accounts
            run.nowhere()
        run(code=textwrap.dedent(EVERY), CREDITSUI_DEBUG="1")
        run.nowhere()
        assert second.requests == []


def told(answer: Any, request: Request) -> Any:
    return answer(request) if callable(answer) else answer


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
        import creditsui.core.asking.ask as ask
        def broken(round, found):
            raise RuntimeError([one.secret.reveal() for one in round.credentials.slots.values()] or found)
        ask._read = broken
    """,
    "in a thread": """
        import creditsui.core.accounts.credentials as credentials
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


def test_a_crash_with_the_key_in_hand_does_not_show_it(tmp_path: Path) -> None:
    with Server({("GET", "*"): repeat(200)}) as server, opened(tmp_path, server.url) as (run, accounts):
        for crash, debug in product(CRASHES, ("", "1")):
            code = (
                textwrap.dedent(CRASHES[crash])
                + "\nimport sys\nfrom creditsui.cli.main import main\nsys.exit(main())\n"
            )
            before, log = len(server.requests), run.home / ".local/state/creditsui/creditsui.log"
            log.unlink(missing_ok=True)
            for path in (run.home / ".local/share/creditsui").glob("ledger.db*"):
                path.unlink()  # no cool-down keeps anybody from being asked again
            done = run("status", "--force", code=code, CREDITSUI_DEBUG=debug)
            assert asked(server, before) == accounts, crash
            assert done.returncode == 1, crash
            assert "RuntimeError" in log.read_text() + done.stderr.decode(), crash
            run.nowhere()


BAD_KEYS = {
    "lines": CANARY + "\nsecond line", "return": CANARY + "\rsecond line", "accent": CANARY + "é",
    "mark": CANARY[:9] + "\ufeff" + CANARY[9:], "blank": f"{CANARY} {CANARY}", "escape": CANARY + "\x1b[2J",
    "long": CANARY * 300, "nothing": " \n",
}  # fmt: skip


def test_a_key_that_cannot_be_one_is_refused_unseen(tmp_path: Path) -> None:
    with Server({("GET", "*"): {}}) as server, opened(tmp_path, server.url) as (run, _):
        config = run.home / ".config/creditsui/config.toml"
        config.write_text(
            config.read_text()
            + "".join(
                f'[accounts.{id}]\nprovider = "groq"\nbase_url = "{server.url}/{id}"\nkey = "env:{id.upper()}"\n'
                for id in BAD_KEYS
            )
        )
        bad = {id.upper(): key for id, key in BAD_KEYS.items()}
        done = run("status", "--json", "--force", *BAD_KEYS, CREDITSUI_DEBUG="1", **bad)
        kinds = {one["id"]: one["problem"]["kind"] for one in json.loads(done.stdout)["accounts"]}
        assert {id: kinds[id] for id in BAD_KEYS} == dict.fromkeys(BAD_KEYS, "rejected") | {"nothing": "no_key"}
        for key in BAD_KEYS.values():
            done = run("key", "set", "lines", "--file", input=key, CREDITSUI_DEBUG="1")
            assert done.returncode == 1
        assert server.requests == []
        run.nowhere()


def test_a_key_on_the_command_line_is_refused_and_not_repeated(tmp_path: Path) -> None:
    typed = CANARY[::-1]  # another one: the other tests look at all command lines
    with opened(tmp_path, "http://127.0.0.1:9") as (run, _):
        for words in (["key", "set", "openrouter", typed], ["key", "set", typed], [typed]):
            done = run(*words, CREDITSUI_DEBUG="1")
            assert done.returncode == 2 and done.stderr
            assert not leaked(done.stdout + done.stderr, typed)


HURRIED = """
    # The real program; only its clock runs four hundred times as fast once the file `go` is there.
    import os, sys, time
    from dataclasses import replace
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from creditsui.core import start
    from creditsui.tui import app, refresher

    home, opened, begun, since = Path(os.environ["HOME"]), start.open_session, datetime.now(UTC), []

    def now():
        if not since and (home / "go").exists():
            since.append(time.monotonic())
        gone = 400 * (time.monotonic() - since[0]) if since else 0
        if gone >= 1800:
            (home / "over").touch()
        return begun + timedelta(seconds=gone)

    start.open_session = lambda env: replace(opened(env), now=now, uptime=lambda: None)
    vars(refresher).update(WATCH=0.05, AGAIN=0.1, LEAST=0, SLEPT=1e9)

    async def fail():
        api_key = os.environ["MINE"]
        headers = {"Authorization": f"Bearer {api_key}"}
        raise RuntimeError(f"a worker failed with {headers}")

    class Failing(refresher.Refresher):
        async def _pause(self, least):
            if (home / "fail").exists():
                self._show.__self__.run_worker(fail())
            await super()._pause(least)

    app.Refresher = Failing
    from creditsui.cli.main import main
    sys.exit(main())
"""


class Terminal:
    """The dashboard on a real terminal; every byte that it writes is kept."""

    def __init__(self, env: Mapping[str, str], *words: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(HURRIED), "--still", *words],
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

    def shows(self, text: str) -> None:
        """Wait until it was written, whatever the colours in between."""
        self.until(lambda: text in re.sub(r"\x1b\[[0-9;?>=$]*[A-Za-z]", "", self.written.decode("utf-8", "replace")))

    def answers(self, keys: bytes) -> None:
        """Press them, and read what is written because of them."""
        self.press(keys)
        for _ in range(20):
            if not self._read(0.15):
                break

    def end(self, number: int) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.until(lambda: not self._read(0.1) and self.process.poll() is not None)
        os.close(self._ours)
        return self.process.returncode

    def _read(self, wait: float) -> bool:
        if not select.select([self._ours], [], [], wait)[0]:
            return False
        try:
            chunk = os.read(self._ours, 65536)
        except OSError:
            return False
        self.written += chunk
        return bool(chunk)


KEYS = (
    b"\r", b"\r", b"\x1b", b"j", b"x", b"\x1b", b"v", b"Y", b"2", b"\t", b"3", b"4", b"1", b"?", b"?", b"S", b"\x1b",
    b"R", b"t", b"\x1b", b"e", b"\x1b", b"a", b"\x1b", b"n", b"\x1b", b"z", b"/d\r", b"\x1b", b"P", b"Y", b"P", b"R",
)  # fmt: skip
"""What somebody may press in half an hour."""


def test_half_an_hour_of_hostile_answers_in_the_pane_shows_it_nowhere(tmp_path: Path) -> None:
    """The key comes in by every door, the pane's own too; the pane ends once by SIGTERM and once by a fault."""
    with (
        Server() as server,
        Server({("GET", "*"): {}}) as second,
        opened(tmp_path, server.url, keyring=True) as (run, accounts),
    ):
        soon = [one for one in HOSTILE.values() if not one.slow and not one.kinds & {"limited", "busy"}]
        answers = [*hostile(second), *(aimed(one.answer, second.url) for one in soon[::2])]
        turns = cycle(answers)
        good = {"balance": "95.50", "total_used": "4.50"}
        server.routes = {
            ("GET", "*"): run.looking(lambda one: told(next(turns), one)),
            ("GET", "/pasted/v1/credits"): run.looking(good),
        }
        config = run.home / ".config/creditsui/config.toml"
        with config.open("a") as file:
            file.write(f'[accounts.pasted]\nprovider = "vercel"\nbase_url = "{server.url}/pasted"\n')
        (run.home / "Pictures").mkdir()
        env = {
            **run.env,
            "COLORTERM": "truecolor",
            "CREDITSUI_DEBUG": "1",
        }
        screen = Terminal(env, "--account", "pasted")
        try:
            screen.shows("pasted")
            screen.answers(b"K")
            screen.shows("aste it here")
            screen.answers(b"\x1b[200~" + CANARY.encode() + b"\x1b[201~")
            screen.answers(b"\r")
            screen.until(lambda: "pasted" in asked(server))
            screen.until(lambda: b"key" in config.read_bytes().rpartition(b"[accounts.pasted]")[2])
            del server.routes["GET", "/pasted/v1/credits"]
            (run.home / "go").touch()
            for keys in KEYS:
                screen.answers(keys)
            for _ in range(100):
                if (run.home / "over").exists() and len(server.requests) > len(answers):
                    break
                screen.answers(b"R")
            assert (run.home / "over").exists() and len(server.requests) > len(answers)
            screen.answers(b"y")
            screen.until(lambda: b"\x1b]52;" in screen.written)
            screen.until(lambda: list(run.home.rglob("*.svg")))
        finally:
            ended = screen.end(signal.SIGTERM)
        assert ended == 130 and asked(server) == accounts | {"pasted"}
        assert second.requests == []
        assert not leaked(screen.written)
        run.nowhere()
        (run.home / "fail").touch()
        screen = Terminal(env)
        assert screen.end(0) == 1
        log = (run.home / ".local/state/creditsui/creditsui.log").read_text()
        assert b"(RuntimeError)" in screen.written and " fail\nRuntimeError" in log
        assert not leaked(screen.written)
        run.nowhere()
