"""ccusage, which reads the same logs: what it makes of them, to hold ours against. Installed once into a cache."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.corpora.truth import Row, Sum

VERSION = "20.0.24"
_PACKAGES = (f"ccusage@{VERSION}", f"@ccusage/ccusage-linux-x64@{VERSION}")
_PROGRAM = "node_modules/@ccusage/ccusage-linux-x64/bin/ccusage"


_ENVIRONMENT = dict(os.environ)
"""As it was before any test took it away: where npm finds packages and its cache."""

ALWAYS = bool(_ENVIRONMENT.get("CI"))
"""Whether it is a mistake that it cannot be had."""


class Absent(Exception):
    """It cannot be had here, and why."""


def program() -> str:
    """The path of its own program, without the script around it. Raises Absent."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise Absent("ccusage is compared with on Linux x86-64 only")
    cache = (
        Path(_ENVIRONMENT.get("XDG_CACHE_HOME") or Path(_ENVIRONMENT.get("HOME", "/tmp"), ".cache")) / "creditsui-tests"
    )
    found = cache / f"ccusage-{VERSION}" / _PROGRAM
    if not found.exists():
        _install(cache)
    return str(found)


def _install(cache: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Absent("npm is needed to install ccusage, which this compares with")
    cache.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=cache))
    try:
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *_PACKAGES]
        done = subprocess.run(command, env=_ENVIRONMENT, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise Absent(f"npm could not install ccusage: {done.stderr.strip()[-300:]}")
        (folder / _PROGRAM).chmod(0o755)
        folder.rename(cache / f"ccusage-{VERSION}")
    except (OSError, subprocess.TimeoutExpired) as error:
        if not (cache / f"ccusage-{VERSION}" / _PROGRAM).exists():  # another one was faster
            raise Absent(f"ccusage could not be installed: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rows(program: str, home: Path, zone: str) -> dict[Row, Sum]:
    """By source, day and model. `calculate`: by its prices, even where a log tells what it cost."""
    found: dict[Row, Sum] = {}
    for day in _daily(program, home, zone, "claude", "-b", "--mode", "calculate"):
        for told in day["modelBreakdowns"]:
            found["claude-code", day["date"], told["modelName"]] = _sum(told, told["cost"])
    costs = {
        (day["period"], told["modelName"]): told["cost"]
        for day in _daily(program, home, zone, "", "-b")
        for told in day["modelBreakdowns"]
    }
    for day in _daily(program, home, zone, "codex"):
        for model, told in day["models"].items():
            found["codex", day["date"], model] = _sum(told, costs[day["date"], model])
    return found


SOURCES = {"gemini": "gemini-cli", "kimi": "kimi-cli", "qwen": "qwen-code"}
"""Its names of agents, and our ids of sources where they differ."""


def rows_of_others(program: str, home: Path, zone: str) -> dict[Row, Sum]:
    """By source, day and model, of every agent that it finds. It tells no reasoning."""
    return {
        (SOURCES.get(each["agent"], each["agent"]), day["period"], told["modelName"].rpartition("] ")[2]):
        _sum(told, told["cost"])
        for day in _daily(program, home, zone, "", "-b", "--by-agent")
        for each in day["agents"]
        for told in each["modelBreakdowns"]
    }  # fmt: skip


def _daily(program: str, home: Path, zone: str, agent: str, *more: str) -> list[Any]:
    command = [program, *([agent] if agent else []), "daily", "--json", "--offline", "-z", zone, *more]
    done = subprocess.run(command, env={"HOME": str(home)}, capture_output=True, text=True, check=True, timeout=60)
    told: list[Any] = json.loads(done.stdout)["daily"]
    return told


def _sum(told: dict[str, Any], cost: float) -> Sum:
    return Sum(
        told["inputTokens"],
        told["outputTokens"],
        told["cacheReadTokens"],
        told["cacheCreationTokens"],
        told.get("reasoningOutputTokens", 0),
        round(cost * 1e6),
    )
