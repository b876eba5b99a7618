"""Text from everywhere that is full of tricks, in the real pane: it is shown as text, and does nothing."""

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import wait_until
from tests.e2e.test_terminal_life import CREDITSUI
from tests.sequences import intruders, payloads
from tests.servers import Reply, Server
from tests.terminal import Terminal

TRICKS = (
    "[@click=app.quit]x[/] [red]r[/] [/] %s {0} \x1b]52;c;aGk=\x07\x1b]0;pwn\x07\x1b]8;;http://x\x07\x1bP1$r\x1b\\"
    "\x1b[?1049l\x1b[2J\x9b31m\x90q\x9c\u202ede\u2066\u200b\U000e0041 ../../etc"
)
FLAT = "[@click=app.quit]x[/]"
"""What is left of it and fits into a row."""


def laced(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: laced(one) for key, one in value.items()}
    if isinstance(value, list):
        return [laced(one) for one in value]
    return f"{value} {TRICKS}" if isinstance(value, str) else value


def toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def poisoned(home: Path, url: str) -> dict[str, str]:
    """A home whose settings, logs, projects, logins and providers all speak in tricks; the environment of the pane."""
    (home / ".config/creditsui").mkdir(parents=True)
    (home / ".config/creditsui/config.toml").write_text(
        f'[accounts.piggy]\nprovider = "manual"\ncapacity = 100\nlabel = {toml("Piggy " + TRICKS)}\n'
        f'[accounts.deepseek]\nbase_url = "{url}/deepseek"\nlabel = {toml("Deep " + TRICKS)}\n'
        f'[accounts.openrouter]\nbase_url = "{url}/openrouter"\n'
        f'[accounts.codex]\nkey = "login"\nbase_url = "{url}/codex"\n'
        '[sources.claude-code]\naccount = "piggy"\nbilling = "metered"\n',
        encoding="utf-8",
    )
    login = {"tokens": {"access_token": "a-0123456789", "account_id": "a-1"}}
    (home / ".codex").mkdir()
    (home / ".codex/auth.json").write_text(json.dumps(login))
    log = home / ".claude/projects/-tmp-\x1b]0;pwn\x07[red][/]/one.jsonl"
    log.parent.mkdir(parents=True)
    usage = {"input_tokens": 10, "output_tokens": 40_000}
    message = {"id": "m1", "role": "assistant", "model": f"claude-opus-4-8 {TRICKS}", "usage": usage}
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
    row = {"type": "assistant", "timestamp": at, "requestId": "r1", "sessionId": f"s {TRICKS}", "cwd": f"/w/{TRICKS}"}
    log.write_text(json.dumps(row | {"uuid": "u1", "message": message}) + "\n")
    (home / ".hermes").mkdir()
    (home / ".hermes/config.yaml").write_text(
        f"model:\n  provider: openrouter\n  default: {json.dumps('m ' + TRICKS, ensure_ascii=False)}\n",
        encoding="utf-8",
    )
    return {
        "HOME": str(home),
        "PYTHON_KEYRING_BACKEND": os.environ["PYTHON_KEYRING_BACKEND"],
        "DEEPSEEK_API_KEY": "sk-0123456789abcdef",
        "OPENROUTER_API_KEY": "sk-or-v1-0123456789abcdef",
    }


def answers() -> dict[tuple[str, str], Any]:
    window = {"used_percent": 10, "reset_at": int(datetime.now(UTC).timestamp()) + 9000}
    plan = {
        "plan_type": f"pro {TRICKS}",
        "rate_limit": {"primary_window": window},
        "additional_rate_limits": [{"limit_name": f"m {TRICKS}", "rate_limit": {"primary_window": window}}],
    }
    key = {"label": TRICKS, "limit": None, "limit_remaining": None, "usage": 8.8, "limit_reset": TRICKS}
    said = {"error": {"message": f"sorry {TRICKS}", "code": TRICKS, "type": TRICKS}}
    return {
        ("GET", "/deepseek/user/balance"): Reply(said, 400, {"x-name": "a\x9b31m", "retry-after": "\x1b[2J"}),
        ("GET", "/openrouter/api/v1/key"): {"data": key},
        ("GET", "/openrouter/api/v1/credits"): {"data": {"total_credits": 50, "total_usage": 8.8, TRICKS: TRICKS}},
        ("GET", "/codex/backend-api/wham/usage"): plan,
        ("GET", "*"): said,
    }


def test_no_trick_in_any_text_reaches_the_terminal_and_none_is_obeyed(home: Path) -> None:
    with Server(answers()) as server:
        env = poisoned(home, server.url)
        start = {"env": env | {"PATH": os.environ["PATH"]}, "check": True, "capture_output": True}
        booked = subprocess.run([CREDITSUI, "sync", "piggy", "4", "--note", TRICKS.replace("\0", "")], **start)
        spoken = [booked.stdout + booked.stderr]
        with Terminal(CREDITSUI, "--still", env=env, width=200, height=50) as shown:
            shown.shows(f"Piggy {FLAT}", f"Deep {FLAT}", "Codex")
            wait_until(lambda: len(server.requests) >= 4, 30)
            shown.settle(1)
            for keys, there in (
                (b"\r", "Piggy"), (b"\x1b", ""), (b"2", "claude-opus-4-8"), (b"p", ""), (b"3", ""), (b"4", "Hermes"),
                (b"1", "Piggy"), (b"?", "Keys"), (b"?", "Piggy"), (b"S", "Sync ·"), (b"\x1b", ""),
                (b"e", "Thresholds ·"), (b"\x1b", ""), (b"x", ""), (b"\x1b", ""), (b"j", ""), (b"x", ""), (b"\x1b", ""),
                (b"z", ""), (b"\x1b", ""), (b"a", ""), (b"\x1b", ""), (b"/[", ""), (b"\x1b", "Piggy"),
            ):  # fmt: skip
                shown.send(keys)
                shown.settle(0.15)
                shown.shows(there)
            lines = shown.text().splitlines()
            for y, line in enumerate(lines, 1):
                if (x := line.find("@click")) >= 0:  # whoever clicks on it clicks on words
                    shown.send(b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (x + 12, y, x + 12, y))
            shown.settle(0.5)
            for width, height in ((80, 24), (44, 20), (80, 1), (200, 50)):
                shown.resize(width, height)
                shown.shows("Piggy")
            assert shown.process.poll() is None
            shown.send(b"q")
            assert shown.ended() == 0
            shown.given_back()
        assert intruders(shown.written) == []
        assert any("Piggy" in said for said in payloads(shown.written)), "no title told who is critical"
        for words in (["status"], ["doctor"], ["entries"], ["spend"]):
            done = subprocess.run([CREDITSUI, *words], **(start | {"check": False}))
            spoken.append(done.stdout + done.stderr)
            assert b"Traceback" not in spoken[-1], words
        for said in spoken:
            assert intruders(said) == []
        assert sum(FLAT.encode() in said for said in spoken) >= 3


@pytest.mark.parametrize(
    "bad",
    [
        "\x1b[2J", "\x1b]52;c;not-base64\x07", "\x1b]8;;x\x1b\\", "\x1bc", "\x9b31m", "\x1b[?1005h", "\x1b[5n",
        "a\u202eb",
        "\x1b]0;a\x1b[1m\x07", "\x1bP1$r\x1b\\", "\x08",
    ],
)  # fmt: skip
def test_that_test_would_notice(bad: str) -> None:
    good = "\x1b[1;38;2;1;2;3mhello\x1b[0m\x1b[2;10H\x1b[?1049h\x1b[?2026$p\x1b[>1u\x1b]0;hi\x07\r\n\x07 ◐ “…” é"
    assert intruders(good.encode()) == []
    assert intruders((good + bad).encode()) != []
