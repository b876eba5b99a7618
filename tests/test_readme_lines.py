"""The snippets for status lines and tmux in the README are valid, and do what they say."""

import json
import os
import re
import shlex
import subprocess
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from creditsui.outputs.json import as_json
from creditsui.outputs.line import FIELDS
from tests.cli.conftest import Run, run_cli
from tests.e2e.tmux import CREDITSUI
from tests.outputs.boards import BOARD, OPENROUTER, XAI

__all__ = ["run_cli"]

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
LINES = README.partition("\n## Status lines\n")[2].partition("\n## ")[0]
TMUX = README.partition("\n## tmux\n")[2].partition("\n## ")[0]
HOSTILE = "\\u%H<b>'\"$(id)`id`\\$&"


@pytest.fixture(autouse=True)
def board(home: Path) -> None:
    path = home / ".local/state/creditsui/status.json"
    path.parent.mkdir(parents=True)
    accounts = (replace(XAI, label=HOSTILE), OPENROUTER, replace(OPENROUTER, id="work"))
    shown = replace(BOARD, accounts=accounts, generated_at=datetime.now(UTC))
    path.write_text(json.dumps(as_json(shown)))


def block(text: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", text, re.S)
    assert found, language
    return found[1]


def commands(text: str) -> list[list[str]]:
    return [shlex.split(line, comments=True) for line in block(text, "").splitlines()]


def shell(command: str, input: bytes = b"") -> str:
    env = {**os.environ, "PATH": f"{CREDITSUI.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", command], input=input, env=env, capture_output=True, timeout=60, check=True)
    return done.stdout.decode()


def test_every_line_of_the_examples_prints_one(run_cli: Run) -> None:
    for words in commands(LINES):
        done = run_cli(*words[1:])
        assert words[0] == "creditsui" and done.code == 0 and done.out.count("\n") == 1 and not done.err, words


def test_the_fields_of_the_table_are_those_there_are() -> None:
    named = set(re.findall(r"^\| .*?\|", LINES, re.M))
    fields = set(re.findall(r"\{([a-z]+)\}", " ".join(named)))
    assert fields == set(FIELDS)


def test_what_waybar_runs_is_one_object_of_markup_that_is_escaped() -> None:
    module = json.loads(block(LINES, "json"))["custom/creditsui"]
    shown = json.loads(shell(module["exec"]))
    assert module["return-type"] == "json" and {"text", "tooltip", "class", "percentage", "alt"} == set(shown)
    assert HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in shown["text"]
    assert module["on-click"].endswith("creditsui") and shlex.split(module["on-click-right"])[0] == "creditsui"


def test_what_starship_runs_is_one_line() -> None:
    module = tomllib.loads(block(LINES, "toml"))["custom"]["creditsui"]
    shown = shell(module["command"])
    assert shown.count("\n") == 1 and "\x1b[1;31m✖" in shown and module["format"] == "$output "


def test_in_a_prompt_of_bash_a_label_is_a_text() -> None:
    prompt = re.search(r"PS1='(.*?)'", LINES)
    assert prompt
    shown = shell(f'P={shlex.quote(prompt[1].replace("40", "80"))}; printf %s "${{P@P}}"')
    assert f"✖ {HOSTILE} 10%" in shown


def test_what_claude_code_runs_keeps_the_limits_that_it_pipes_in(home: Path) -> None:
    settings = json.loads(block(README.partition("settings.json`:")[2], "json"))
    limits = {"five_hour": {"used_percentage": 27, "resets_at": 4102444800}}
    piped = json.dumps({"session_id": "canary", "cwd": "/canary", "rate_limits": limits}).encode()
    then = re.search(r"`(creditsui line --for claude --then) ", README)
    assert settings["statusLine"]["type"] == "command" and then
    for command, lines in ((settings["statusLine"]["command"], 1), (f"{then[1]} wc -c", 2)):
        kept = home / ".local/state/creditsui/claude-status.json"
        kept.unlink(missing_ok=True)
        shown = shell(command, piped).splitlines()
        assert len(shown) == lines and "✖" in shown[-1]
        assert json.loads(kept.read_text())["rate_limits"] == limits and "canary" not in kept.read_text()


def test_the_commands_for_tmux_are_understood_and_the_folder_is_as_before(run_cli: Run, home: Path) -> None:
    for words in commands(TMUX):
        done = run_cli(*words[1:], env={"TMUX_TMPDIR": str(home)})
        assert words[:2] == ["creditsui", "tmux"] and done.code == (1 if "--check" in words else 0), done.err
    assert not (home / ".tmux.conf").exists() and not (home / ".config/creditsui").exists()
