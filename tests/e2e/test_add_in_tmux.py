"""From an empty pane to a bar: a provider is typed, its key is pasted, tried, and kept in a real keyring."""

import os
import tomllib
from pathlib import Path

from tests.e2e.tmux import CREDITSUI, needs_tmux, pane
from tests.keyring_session import KeyringSession
from tests.servers import Reply, Request, Server

pytestmark = needs_tmux

KEY = "acme-canary-0123456789abcdefghij"


def judge(request: Request) -> Reply:
    if request.headers.get("authorization") == f"Bearer {KEY}":
        return Reply({"left": "41.20"})
    return Reply({"error": {"message": "no such key"}}, 401)


def declare(home: Path, url: str) -> None:
    folder = home / ".config/creditsui/providers"
    folder.mkdir(parents=True)
    (folder / "acme.toml").write_text(
        f'name = "Acme AI"\nurl = "{url}"\nkey_url = "https://acme.example/keys"\nenv = ["ACME_KEY"]\n'
        'key_forms = ["acme-"]\n[[ask]]\npath = "/left"\n[[balance]]\nremaining = "left"\ncurrency = "USD"\n'
    )


def test_type_enter_paste_enter_enter(tmp_path: Path) -> None:
    with Server({("GET", "/left"): judge}) as server, KeyringSession(tmp_path) as session:
        home = session.home
        declare(home, server.url)
        config = home / ".config/creditsui/config.toml"
        env = {name: value for name, value in session.env().items() if name not in {"PATH", "LC_ALL"}}
        seen = []
        with pane(home, width=80, height=24, env={**env, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}) as screen:

            def paste(text: str) -> None:
                screen.run("set-buffer", text)
                screen.run("paste-buffer", "-p", "-d")

            screen.start(f"{CREDITSUI} --still; echo rc=$?")
            screen.shows("add")
            screen.press("a")
            screen.shows("Add an account", "type a name")
            screen.type("acme")
            seen.append(screen.shows("Acme AI"))
            screen.press("Enter")
            screen.shows("acme.example/keys", "paste it here")
            paste("acme-wrong-0123456789abcdefghij")
            screen.press("Enter")
            seen.append(screen.shows("rejected", "go on untested"))
            screen.press("C-u")
            paste(KEY)
            screen.press("Enter")
            seen.append(screen.shows("Acme AI accepts it: it reads balance.", "keep key in", "enter add"))
            assert not config.exists()
            screen.press("Enter")
            seen.append(screen.shows("$41.20"))
            screen.lacks("Add an account")
            screen.press("q")
            seen.append(screen.shows("rc=0"))
        account = tomllib.loads(config.read_text())["accounts"]["acme"]
        assert account == {"provider": "acme", "label": "Acme AI", "currency": "USD", "key": "keyring"}
        kept = session.python(
            f"import keyring; print(keyring.get_password('creditsui', 'acme@{server.url}') == '{KEY}')"
        )
        assert kept.stdout == "True\n"
        assert "canary" not in "".join(seen)
        for path in home.rglob("*"):
            assert "keyrings" in str(path) or not path.is_file() or b"canary" not in path.read_bytes(), path
