"""Addresses of alerts by the real command: kept in a real Secret Service or a private file, used, forgotten, and never
told; and a sample on every way."""

import json
import os
import stat
import time
from pathlib import Path

import pytest

from tests.e2e.test_keyring import Command
from tests.keyring_session import KeyringSession
from tests.notifications import NotificationDaemon
from tests.servers import Reply, Server

pytest.importorskip("apprise")
CANARY = "canary-f00dfeed42"


def url(server: Server) -> str:
    return f"{server.url.replace('http://', 'json://')}/{CANARY}"


def names(home: Path) -> str:
    text = (home / ".config/creditsui/config.toml").read_text()
    return "".join(text.partition("urls")[2].partition("]")[0].split())


def leaks(home: Path) -> list[Path]:
    """Files in which the address stands; the keyring's own are encrypted."""
    return [path for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def test_an_address_is_kept_in_the_keyring_used_and_forgotten(tmp_path: Path) -> None:
    with KeyringSession(tmp_path) as session, Server({("POST", f"/{CANARY}"): {}}) as server:
        run = Command(session.env())
        done = run("alerts", "add", "phone", input=url(server) + "\n")
        assert done.code == 0 and "in the keyring" in done.err and names(session.home) == '=["phone",'
        assert not leaks(session.home)
        saved = session.python("import keyring; print(keyring.get_password('creditsui', 'alerts/phone@apprise'))")
        assert saved.stdout.strip() == url(server)
        done = run("alerts", "--test")
        assert done.code == 0 and "phone    sent    its service took it" in done.out, done
        assert server.requests[0].json["message"] == "This is a test: alerts of creditsui arrive here"
        done = run("alerts", "remove", "phone")
        assert done.code == 0 and "its address is gone" in done.err and '"phone"' not in names(session.home)
        saved = session.python("import keyring; print(keyring.get_password('creditsui', 'alerts/phone@apprise'))")
        assert saved.stdout.strip() == "None"
        assert run("alerts", "remove", "phone").code == 1
        assert CANARY not in done.out + done.err and not leaks(session.home)


def test_every_way_says_for_itself_what_came_of_the_sample(tmp_path: Path) -> None:
    with (
        KeyringSession(tmp_path) as session,
        NotificationDaemon(session.env()) as daemon,
        Server({("POST", f"/{CANARY}"): Reply({"url": CANARY}, 500)}) as server,
    ):
        run = Command(session.env())
        assert run("alerts", "add", "bad", input=url(server)).code == 0
        config = session.home / ".config/creditsui/config.toml"
        text = config.read_text().replace("bell = false", "bell = true")
        config.write_text(text.replace("command = []", 'command = ["/no/such/program"]'))
        done = run("alerts", "--test", "--json")
        told = {row["channel"]: row for row in map(json.loads, done.out.splitlines())}
        assert done.code == 1 and not done.err
        assert told["desktop"]["arrived"] and daemon.shown[0].body.startswith("This is a test")
        assert told["command"] == {
            "schema": 1, "channel": "command", "arrived": False, "here": True,
            "reason": "The command program does not exist",
        }  # fmt: skip
        assert told["bad"]["reason"] == "bad was refused by its service (500 Internal Server Error)"
        assert not told["bell"]["here"]
        assert CANARY not in done.out + done.err and not leaks(session.home)


def test_a_keyring_that_is_locked_hangs_or_is_missing_is_one_sentence_with_the_name(tmp_path: Path) -> None:
    with KeyringSession(tmp_path, unlocked=False) as session, Server({}) as server:
        run = Command(session.env())
        config = session.home / ".config/creditsui/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text('[alerts]\ndesktop = false\nurls = ["phone"]\n')
        done = run("alerts", "--test")
        assert done.code == 1 and "phone  FAILED  was not told: the keyring is locked; " in done.out
        assert "creditsui alerts add phone --file" in done.out and session.prompts == 0
        session.stop()
        begun = time.monotonic()
        done = run("alerts", "--test")
        assert done.code == 1 and "the keyring does not answer" in done.out and time.monotonic() - begun < 15
        session.resume()
        nowhere = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        done = run("alerts", "add", "mail", input=url(server), **nowhere)
        assert done.code == 1 and "mail was not kept: there is no keyring on this machine; " in done.err
        assert '"mail"' not in config.read_text() and CANARY not in done.err and not leaks(session.home)


def test_where_there_is_no_keyring_a_private_file_serves(tmp_path: Path) -> None:
    with Server({("POST", f"/{CANARY}"): {}}) as server:
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "LC_ALL": "C.UTF-8"}
        run = Command({**env, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"})
        assert run("alerts", "add", "phone", "--file", input=url(server)).code == 0
        [kept] = leaks(tmp_path)
        assert kept.name == "keys.toml" and stat.S_IMODE(kept.stat().st_mode) == 0o600
        done = run("alerts", "--test")
        assert done.code == 0 and "phone" in done.out and len(server.requests) == 1
        assert run("alerts", "remove", "phone").code == 0 and not leaks(tmp_path)


def test_what_is_no_address_or_no_name_is_refused_and_never_repeated(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    run = Command({**env, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"})
    for words, text, says in (
        (["phone"], f"nothing://{CANARY}", "Apprise does not understand this address"),
        (["phone"], "", "The address is empty."),
        (["phone"], f"json://{CANARY} {CANARY}", "The address has a blank inside"),
        ([f"json://{CANARY}/"], "", "A name is up to 64 letters"),
        (["phone", f"json://{CANARY}/"], "", "never an argument"),
    ):
        done = run("alerts", "add", *words, input=text)
        assert done.code in (1, 2) and says.lower() in done.err.lower(), done
        assert CANARY not in done.out + done.err
    assert not leaks(tmp_path)
