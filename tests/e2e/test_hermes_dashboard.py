"""The plugin inside the real Hermes Agent: its dashboard process serves it, its plugin loader registers `/credits`."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import forked, real_hermes

TOKEN = "a-token-of-this-test"
KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"
CONFIG = "# mine\nmodel:\n  default: deepseek-chat\n  provider: deepseek\n"
STATUS = "/api/plugins/creditsui/status"

_CREDITS = """
import json, socket, sys

def never(*given):
    raise AssertionError("the network was asked")

socket.socket.connect = socket.getaddrinfo = never
from hermes_cli.plugins import get_plugin_commands, get_plugin_manager

command = get_plugin_commands().get("credits")
found = [one for one in get_plugin_manager().list_plugins() if one["name"] == "creditsui"]
print(json.dumps({
    "plugins": [[one["enabled"], one["error"]] for one in found],
    "by": command and command["plugin"],
    "said": [command["handler"](words) for words in sys.argv[1:]] if command else [],
}))
"""


@pytest.fixture
def hermes(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a Hermes that is used, but knows nothing of us yet."""
    try:
        real_hermes.python()
    except real_hermes.Absent as error:
        if real_hermes.ALWAYS:
            raise
        pytest.skip(str(error))
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    folder = home / ".hermes"
    folder.mkdir()
    (folder / "config.yaml").write_text(CONFIG)
    return folder


def creditsui(*words: str) -> str:
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    if forked.can(env):
        code, *said = forked.run([*words], input=b"", env=env, cwd=Path.cwd(), timeout=60)
    else:
        command = [sys.executable, "-m", "creditsui", *words]
        done = subprocess.run(command, capture_output=True, env=env, timeout=60, check=False)
        code, *said = done.returncode, done.stdout, done.stderr
    assert code == 0, said
    return b"".join(said).decode()


def run(*words: str, **more: str) -> str:
    command = [str(real_hermes.python()), *words]
    done = subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def enabled(hermes: Path) -> None:
    """As `hermes plugins enable creditsui` leaves it."""
    (hermes / "config.yaml").write_text(f"{CONFIG}plugins:\n  enabled:\n    - creditsui\n  disabled: []\n")


@contextmanager
def dashboard(**more: str) -> Iterator[httpx.Client]:
    """`hermes dashboard`, until it is left; a client of its address without a token."""
    process = subprocess.Popen(
        [str(real_hermes.python()), "-m", "hermes_cli.main", "dashboard", "--no-open", "--skip-build", "--port", "0"],
        env={**os.environ, "HERMES_DASHBOARD_SESSION_TOKEN": TOKEN, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    late = threading.Timer(90, process.kill)
    late.start()
    try:
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("HERMES_DASHBOARD_READY port="):
                break
        else:
            raise AssertionError("".join(said))
        port = int(said[-1].partition("=")[2])
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            yield client
    finally:
        late.cancel()
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def asked(client: httpx.Client) -> dict[str, Any]:
    answer = client.get(STATUS, headers={"Authorization": f"Bearer {TOKEN}"}, params={"force": "true"})
    assert answer.status_code == 200, answer.text
    assert KEY[9:] not in answer.text
    board: dict[str, Any] = answer.json()
    return board


def serves_the_bar_alone(client: httpx.Client, plugin: Path) -> None:
    listed = client.get("/api/dashboard/plugins", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    ours = next(one for one in listed if one["name"] == "creditsui")
    assert (ours["slots"], ours["has_api"], ours["tab"]["hidden"]) == (["analytics:top"], True, True)
    for name in (ours["entry"], ours["css"]):
        answer = client.get(f"/dashboard-plugins/creditsui/{name}")
        assert (answer.status_code, answer.content) == (200, (plugin / "dashboard" / name).read_bytes())
    for name in ("plugin_api.py", "../status.path", "%2e%2e/status.path", "../board.py"):
        answer = client.get(f"/dashboard-plugins/creditsui/{name}")
        assert b"status.json" not in answer.content
        assert b"import" not in answer.content or b"<html" in answer.content


def test_the_dashboard_serves_the_bar_alone_and_tells_the_last_board_to_who_has_its_token(
    hermes: Path, home: Path
) -> None:
    creditsui("sync", "anthropic", "9.02", "--capacity", "45")
    creditsui("account", "add", "points", "--currency", "points", "--label", "<b>Mine</b>")
    creditsui("hermes-plugin", "--write")
    enabled(hermes)
    with dashboard() as client:
        serves_the_bar_alone(client, hermes / "plugins/creditsui")
        assert client.get(STATUS).status_code == 401
        assert client.get(STATUS, headers={"Authorization": "Bearer wrong"}).status_code == 401

        board = asked(client)
        assert board["cached"] is True
        assert type(board["age_seconds"]) is int
        assert board["stale"] is False
        assert board["error"] is None
        rows = {one["account"]: one for one in board["providers"]}
        assert set(rows) == {"anthropic", "openrouter", "points"}
        assert board["providers"][0] == rows["anthropic"]  # the worst first
        one = rows["anthropic"]
        assert (one["provider"], one["configured"], one["ok"]) == ("anthropic", True, True)
        assert (one["remaining"], one["currency"], one["remaining_usd"], one["band"]) == (9.02, "USD", 9.02, "critical")
        assert one["health"] == pytest.approx(9.02 / 45, abs=1e-6)
        assert one["shown"] == {
            "glyph": "✖", "percent": "20%", "left": "$9.02", "lasts": "gathering", "age": "",
        }  # fmt: skip
        unknown = rows["points"]
        assert (unknown["ok"], unknown["error"], unknown["hint"]) == (False, "no reading yet", "creditsui sync points")
        assert unknown["label"] == "<b>Mine</b>"  # as it is: who shows it makes text of it
        assert [unknown[name] for name in ("remaining", "remaining_usd", "health", "age_seconds")] == [None] * 4
        assert (unknown["shown"]["percent"], unknown["shown"]["left"]) == ("?%", "")

        creditsui("sync", "anthropic", "40")  # no restart
        assert asked(client)["providers"][0]["remaining"] == 40.0

        status = home / ".local/state/creditsui/status.json"
        status.write_text("{")
        assert (asked(client)["providers"], asked(client)["age_seconds"]) == ([], None)
        status.unlink()
        board = asked(client)
        assert (board["providers"], board["age_seconds"], board["error"], board["hint"]) == (
            [], None, "there is no board yet", "creditsui status",
        )  # fmt: skip


def test_nothing_of_it_runs_until_the_user_enables_it(hermes: Path) -> None:
    said = creditsui("hermes-plugin", "--write")
    assert "hermes plugins enable creditsui" in said
    assert (hermes / "config.yaml").read_text() == CONFIG
    with dashboard() as client:
        assert client.get(STATUS, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404
        assert client.get("/dashboard-plugins/creditsui/index.js").status_code == 404
    seen = json.loads(run("-c", _CREDITS, "").splitlines()[-1])
    assert seen["by"] is None
    assert [enabled for enabled, _ in seen["plugins"]] == [False]
    assert not list((hermes / "plugins/creditsui").rglob("*.pyc"))


def test_the_slash_command_registers_and_answers_without_the_network(hermes: Path) -> None:
    creditsui("sync", "anthropic", "9.02", "--capacity", "45")
    creditsui("hermes-plugin", "--write")
    run("-m", "hermes_cli.main", "plugins", "enable", "creditsui")
    seen = json.loads(run("-c", _CREDITS, "", "anthropic", "nobody").splitlines()[-1])
    assert seen["plugins"] == [[True, None]]
    assert seen["by"] == "creditsui"
    everything, one, nobody = seen["said"]
    assert everything.startswith("Credits, ")
    assert "✖ Anthropic: 20% · $9.02 · gathering" in everything.splitlines()
    assert "? OpenRouter: ?%" in everything
    assert one.splitlines()[1:] == ["✖ Anthropic: 20% · $9.02 · gathering"]
    assert nobody == "creditsui: no account of that name among 2."
    assert KEY[9:] not in json.dumps(seen)


def test_it_finds_the_board_where_hermes_was_started_without_the_folders_of_the_user(
    hermes: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as shell:  # whose settings a service never reads
        shell.setenv("XDG_STATE_HOME", str(home / "elsewhere"))
        creditsui("sync", "anthropic", "9.02")
        creditsui("hermes-plugin", "--write")
    enabled(hermes)
    said = json.loads(run("-c", _CREDITS, "").splitlines()[-1])["said"][0]
    assert "$9.02" in said
    (hermes / "plugins/creditsui/status.path").unlink()  # copied by hand from another machine
    said = json.loads(run("-c", _CREDITS, "").splitlines()[-1])["said"][0]
    assert said == "creditsui: there is no board yet. To do: creditsui status"
    said = json.loads(run("-c", _CREDITS, "", XDG_STATE_HOME=str(home / "elsewhere")).splitlines()[-1])["said"][0]
    assert "$9.02" in said
