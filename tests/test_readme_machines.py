"""What the README says to scripts, agents and fleets: its commands run, its files are valid, its table is complete."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from creditsui.outputs.metrics import PREFIX, families
from tests.cli.conftest import Run, run_cli
from tests.e2e.tmux import CREDITSUI
from tests.outputs.boards import BOARD

__all__ = ["run_cli"]

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
AGENTS, FLEETS = (
    README.partition(f"\n## {title}\n")[2].partition("\n## ")[0] for title in ("For scripts and agents", "For fleets")
)


def blocks(section: str, kind: str = "") -> list[str]:
    return [text for word, text in re.findall(r"```(\w*)\n(.*?)```", section, re.S) if word == kind]


@pytest.fixture
def tools(home: Path) -> dict[str, str]:
    """The environment of a shell with creditsui, and with others that write down what they were told."""
    folder = home / "tools"
    folder.mkdir()
    for name in ("claude", "codex", "hermes", "crontab"):
        (folder / name).write_text(
            f'#!/bin/sh\necho "$@" >> "$HOME/{name}.argv"\n[ "$1" = - ] && cat > "$HOME/{name}.in"\nexit 0\n'
        )
    (folder / "ssh").write_text('#!/bin/sh\nexport HOME="$HOME/$1"\nshift\nexec "$@"\n')
    (home / "nightly-job").write_text("#!/bin/sh\necho ran\n")
    for path in (*folder.iterdir(), home / "nightly-job"):
        path.chmod(0o755)
    return {**os.environ, "HOME": str(home), "PATH": f"{folder}:{CREDITSUI.parent}:{os.environ['PATH']}"}


def shell(script: str, env: dict[str, str], *, code: int = 0) -> str:
    done = subprocess.run(
        ["bash", "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False, cwd=env["HOME"]
    )
    assert done.returncode == code, done
    return done.stdout


def test_a_script_runs_its_job_for_a_go_only(run_cli: Run, tools: dict[str, str]) -> None:
    go, quota, status = blocks(AGENTS)[0].splitlines()
    assert run_cli("sync", "openrouter", "41.20").code == 0
    assert shell(go, tools).endswith("ran\n")
    assert run_cli("sync", "openrouter", "2").code == 0
    assert "ran" not in shell(go, tools, code=3)
    shell(quota, tools, code=2)  # no such account here
    assert shell(status, tools) == ""
    assert run_cli("thresholds", "openrouter", "amount=5").code == 0
    assert shell(status, tools) == "somebody is critical\n"


def test_the_answer_that_is_shown_has_the_keys_of_a_real_one(run_cli: Run) -> None:
    shown = json.loads(blocks(AGENTS, "json")[0])
    assert run_cli("sync", "openrouter", "41.20").code == 0
    real = run_cli("check", "openrouter", "--need", "3.00").json
    assert (
        list(shown) == list(real)
        and shown["reason"] == real["reason"]
        and set(shown["basis"]) - {"…"} < set(real["basis"])
    )


def test_every_agent_is_told_how_to_start_it(tools: dict[str, str], home: Path) -> None:
    shell(blocks(AGENTS, "sh")[0], tools)
    for name in ("claude", "codex"):
        assert (home / f"{name}.argv").read_text() == "mcp add creditsui -- creditsui mcp\n"
    assert (home / "hermes.argv").read_text() == "mcp add creditsui --command creditsui --args mcp\n"


def test_the_line_of_cron_writes_what_node_exporter_reads(tools: dict[str, str], home: Path, tmp_path: Path) -> None:
    cron, _ = blocks(FLEETS, "sh")
    shell(cron, tools)
    job = (home / "crontab.in").read_text().strip().removeprefix("*/5 * * * * ")
    folder = tmp_path / "textfile"
    folder.mkdir()
    words = [word.replace("/var/lib/prometheus/node-exporter", str(folder)) for word in shlex.split(job)]
    done = subprocess.run(words, env={"HOME": str(home)}, capture_output=True, timeout=60, check=True)
    assert not done.stdout + done.stderr and (folder / "creditsui.prom").read_text().endswith("# EOF\n")


def test_prometheus_takes_its_settings_and_the_rules(tools: dict[str, str], home: Path) -> None:
    shell(blocks(FLEETS)[0], tools)
    assert json.loads((home / "creditsui.json").read_text())["panels"]
    (home / "prometheus.yml").write_text(blocks(FLEETS, "yaml")[0])
    found: Any = yaml.safe_load((home / "prometheus.yml").read_text())
    assert found["rule_files"] == ["creditsui.yml"] and (home / "creditsui.yml").exists()
    if shutil.which("promtool"):
        shell("promtool check config prometheus.yml", tools)


def test_the_table_names_every_metric_with_its_labels() -> None:
    told = dict(re.findall(rf"`{PREFIX}(\w+)(?:\{{(\w+)\}})?`", FLEETS.partition("| metric")[2].partition("\n\n")[0]))
    usual = {"account", "provider"}
    assert list(told) and set(told) == {one.name for one in families(BOARD, "1")}
    for one in families(BOARD, "1"):
        for labels, _ in one.samples:
            assert {name for name, _ in labels} - usual == ({told[one.name]} - {""}), one.name


def test_two_machines_come_onto_one_board(tools: dict[str, str], home: Path, run_cli: Run) -> None:
    for host, amount in (("laptop", "20"), ("box", "30")):
        (home / host).mkdir()
        assert (
            run_cli(
                "sync", f"{'anthropic' if host == 'box' else 'openai'}={amount}", env={"HOME": str(home / host)}
            ).code
            == 0
        )
    for _ in range(2):
        shell(blocks(FLEETS, "sh")[1], tools)
    assert run_cli("account", "add", "openai").code == run_cli("account", "add", "anthropic").code == 0
    told = run_cli("status", "--cached", "--json").json
    assert told["totals"][0]["remaining"] == 50
