"""What the README says of alerts: its settings are read, its commands run, its timer and its jobs are valid and silent
where there is nothing new."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from creditsui.core.alerts.settings import AlertSettings, read
from creditsui.domain.alert import Rule
from tests.cli.conftest import Run, run_cli
from tests.e2e.tmux import CREDITSUI

__all__ = ["run_cli"]

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("\n## Alerts\n")[2].partition("\n## ")[0]
SETTINGS = re.search(r"```toml\n(.*?)```", SECTION, re.S)[1]  # type: ignore[index]
SYSTEMD, CRON, HERMES, OPENCLAW = re.findall(r"```sh\n(.*?)```", SECTION, re.S)


@pytest.fixture
def tools(home: Path) -> dict[str, str]:
    """The environment of a shell whose systemctl, crontab and hermes write down what they were told."""
    folder = home / "tools"
    folder.mkdir()
    for name in ("systemctl", "crontab", "hermes"):
        path = folder / name
        path.write_text(
            f'#!/bin/sh\necho "$@" >> "$HOME/{name}.argv"\n[ "$1" = - ] && cat > "$HOME/{name}.in"\nexit 0\n'
        )
        path.chmod(0o755)
    return {**os.environ, "HOME": str(home), "PATH": f"{folder}:{CREDITSUI.parent}:{os.environ['PATH']}"}


def shell(script: str, env: dict[str, str]) -> str:
    done = subprocess.run(["bash", "-ec", script], env=env, capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr
    return done.stdout


def test_the_settings_are_read_and_all_of_them_are_told() -> None:
    told = tomllib.loads(SETTINGS)["alerts"]
    found = read(told)
    assert not found.unknown and found.command == ("~/bin/alert",) and found.urls == ("phone",)
    assert set(told) == {field.name for field in fields(AlertSettings)} - {"unknown", "lasting"}
    usual = AlertSettings()
    for name in ("desktop", "bell", "title", "refills", "enabled"):
        assert told[name] == getattr(usual, name), f"{name} is shown as what it is by default"


def test_the_rules_are_those_there_are() -> None:
    assert re.findall(r"^\| `(\w+)` \|", SECTION, re.M)[:9] == list(get_args(Rule))


def test_the_commands_run(run_cli: Run) -> None:
    lines = [line for block in re.findall(r"\n\n```\n(.*?)```", SECTION, re.S) for line in block.splitlines()]
    words = [shlex.split(line, comments=True) for line in lines if line.startswith("creditsui ")]
    assert [one[1:] for one in words[:3]] == [["alerts"], ["alerts", "--test"], ["alerts", "--once"]]
    for one in words[:3]:
        done = run_cli(*one[1:])
        assert done.code == 0, done
    pytest.importorskip("apprise")
    url = re.search(r"paste, say, (\S+)", SECTION)[1]  # type: ignore[index]
    assert run_cli(*words[3][1:], "--file", input=url).code == 0
    assert run_cli(*words[4][1:]).code == 0


def test_the_timer_is_valid_and_what_it_runs_is_silent(home: Path, tools: dict[str, str]) -> None:
    shell(SYSTEMD, tools)
    units = home / ".config/systemd/user"
    service = (units / "creditsui-alerts.service").read_text()
    command = shlex.split(re.search(r"ExecStart=(.*)", service)[1])  # type: ignore[index]
    assert Path(command[0]) == CREDITSUI
    done = subprocess.run(command, env={"HOME": str(home)}, capture_output=True, timeout=60, check=True)
    assert not done.stdout + done.stderr
    assert (home / "systemctl.argv").read_text().splitlines()[-1] == "--user enable --now creditsui-alerts.timer"
    if shutil.which("systemd-analyze"):
        paths = [str(path) for path in units.iterdir()]
        done = subprocess.run(
            ["systemd-analyze", "verify", "--user", "--man=no", *paths],
            env={**tools, "XDG_RUNTIME_DIR": str(home)}, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert not [line for line in done.stderr.decode().splitlines() if "creditsui-alerts" in line], done.stderr


def test_the_line_of_cron_is_added_once_and_is_silent(home: Path, tools: dict[str, str]) -> None:
    shell(CRON, tools)
    line = (home / "crontab.in").read_text().strip()
    assert line.startswith("*/5 * * * * ")
    job = line.removeprefix("*/5 * * * * ")
    done = subprocess.run(["/bin/sh", "-c", job], env={"HOME": str(home)}, capture_output=True, timeout=60, check=True)
    assert not done.stdout + done.stderr


def test_the_script_for_hermes_is_silent_and_is_named_to_it(home: Path, tools: dict[str, str]) -> None:
    shell(HERMES, tools)
    script = home / ".hermes/scripts/creditsui-alerts.sh"
    assert shell(f"bash {script}", {"HOME": str(home), "PATH": os.environ["PATH"]}) == ""
    told = (home / "hermes.argv").read_text()
    assert "--no-agent --script creditsui-alerts.sh" in told


def test_the_heartbeat_names_a_command_that_is_silent(home: Path, tools: dict[str, str]) -> None:
    shell(OPENCLAW, tools)
    told = (home / ".openclaw/workspace/HEARTBEAT.md").read_text()
    assert told.startswith("- Run `creditsui alerts --once`.") and told.count("\n") == 1
    command = re.search(r"`(.*?)`", told)[1]  # type: ignore[index]
    assert shell(command, tools) == ""


def test_the_sentence_that_is_shown_is_the_one_of_the_contract(run_cli: Run) -> None:
    run_cli("account", "add", "piggy", "--capacity", "45")
    run_cli("sync", "piggy", "40")
    assert run_cli("alerts", "--once").out == ""
    run_cli("sync", "piggy", "9.02")
    told = json.loads(run_cli("alerts", "--once", "--json").out)
    assert told["message"].startswith("piggy is critical: $9.02 of $45.00")
    assert run_cli("alerts", "--once").out == ""
