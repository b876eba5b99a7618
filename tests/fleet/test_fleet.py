"""Rules and a dashboard that a real engine takes, of metrics that there really are."""

import json
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from creditsui.outputs.metrics import PREFIX, families
from tests.cli.conftest import Run, run_cli
from tests.outputs.boards import BOARD

__all__ = ["run_cli"]

FLEET = Path(__file__).parents[2] / "src/creditsui/fleet"
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="Debian's package prometheus has it")


def promtool(*words: str, input: str = "", cwd: Path | None = None) -> tuple[int, str]:
    done = subprocess.run(
        ["promtool", *words], input=input, capture_output=True, text=True, timeout=60, check=False, cwd=cwd
    )
    return done.returncode, done.stdout + done.stderr


@needs_promtool
def test_the_rules_are_accepted_and_fire_when_they_should() -> None:
    code, said = promtool("check", "rules", str(FLEET / "alerts.yml"))
    assert code == 0 and "10 rules found" in said, said
    code, said = promtool("test", "rules", "alerts_test.yml", cwd=Path(__file__).parent)
    assert code == 0, said


def test_every_rule_has_a_test_that_sees_it_fire() -> None:
    tests = (Path(__file__).parent / "alerts_test.yml").read_text()
    for name in re.findall(r"alert: (\w+)", (FLEET / "alerts.yml").read_text()):
        assert re.search(rf"alertname: {name}\n +exp_alerts:\n", tests), name


def names_in(text: str) -> set[str]:
    return set(re.findall(rf"{PREFIX}\w+", text)) - {f"{PREFIX}yml"}


def test_only_metrics_that_there_are_are_asked_for() -> None:
    known = {PREFIX + one.name for one in families(BOARD, "1")}
    for file in ("alerts.yml", "grafana.json"):
        asked = names_in((FLEET / file).read_text())
        assert asked and asked <= known, asked - known


@pytest.fixture
def dashboard() -> dict[str, Any]:
    found = json.loads((FLEET / "grafana.json").read_text())
    assert isinstance(found, dict)
    return found


def test_the_dashboard_has_what_grafana_wants_of_one(dashboard: dict[str, Any]) -> None:
    assert dashboard["id"] is None and dashboard["uid"] == dashboard["title"] == "creditsui"
    assert dashboard["schemaVersion"] >= 36 and dashboard["templating"]["list"][0]["type"] == "datasource"
    panels = dashboard["panels"]
    assert len({one["id"] for one in panels}) == len(panels) >= 10
    for one in panels:
        assert one["type"] in {"stat", "timeseries", "bargauge", "table"} and one["title"] and one["targets"]
        assert one["fieldConfig"]["defaults"]["noValue"] == "?", "what is not known is no 0"
        assert all(target["datasource"]["uid"] == "${datasource}" for target in one["targets"])
        assert len({target["refId"] for target in one["targets"]}) == len(one["targets"])


def test_no_panel_lies_on_another_and_all_are_within_24_columns(dashboard: dict[str, Any]) -> None:
    places = [one["gridPos"] for one in dashboard["panels"]]
    assert all(min(one["x"], 24 - one["x"] - one["w"]) >= 0 for one in places)
    for one, other in combinations(places, 2):
        apart = (
            one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        )  # fmt: skip
        assert apart, (one, other)


@needs_promtool
def test_prometheus_understands_every_question_of_the_dashboard(dashboard: dict[str, Any], tmp_path: Path) -> None:
    asked = [target["expr"] for one in dashboard["panels"] for target in one["targets"]]
    rules = [{"record": f"r{at}", "expr": re.sub(r"\$(account|instance)", ".*", one)} for at, one in enumerate(asked)]
    path = tmp_path / "asked.yml"
    path.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    code, said = promtool("check", "rules", str(path))
    assert code == 0 and f"{len(asked)} rules found" in said, said


def test_both_are_printed_as_they_lie_in_the_package(run_cli: Run) -> None:
    for option, file in (("--rules", "alerts.yml"), ("--dashboard", "grafana.json")):
        done = run_cli("metrics", option)
        assert (done.code, done.err, done.out) == (0, "", (FLEET / file).read_text())
    assert run_cli("metrics", "--rules", "--dashboard").code == 2
