"""The real Hermes Agent's own loader and resolver read every switched file: the planned route, and all else as before.

One process of it reads them all; the keys in its environment are made up, and nothing is asked for.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters import hermes_loader
from creditsui.routing.hermes_config import current, rewrite
from creditsui.routing.route import Choice, Refused, Route
from tests import real_hermes
from tests.routing.configs import REAL, SWITCHED
from tests.routing.test_hermes_configs import ROUTES

KEYS = {
    "deepseek": "DEEPSEEK_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "gemini": "GEMINI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
}  # fmt: skip
HOSTS = {
    "deepseek": "https://api.deepseek.com", "anthropic": "https://api.anthropic.com",
    "gemini": "https://generativelanguage.googleapis.com", "openrouter": "https://openrouter.ai/",
}  # fmt: skip
READER = """
import copy, json, os, sys
from hermes_cli.config import load_config
from hermes_cli.fallback_config import get_fallback_chain
from hermes_cli.runtime_provider import resolve_runtime_provider
from tools.delegate_tool import _resolve_delegation_credentials
LEAVES = ("default", "model", "name", "provider", "base_url", "api_base", "api_mode")
def told(runtime):
    return {name: runtime.get(name) for name in ("provider", "base_url", "api_key", "model")}
def rest(config):
    config = copy.deepcopy(config)
    for name in ("model", "delegation"):
        part = config.get(name)
        config[name] = {k: v for k, v in part.items() if k not in LEAVES} if isinstance(part, dict) else {}
    for name in ("provider", "base_url", "api_base", "context_length", "fallback_providers"):
        config.pop(name, None)
    return repr(config)
for line in sys.stdin:
    os.environ["HERMES_HOME"] = line.strip()
    config = load_config()
    answer = {"chain": get_fallback_chain(config), "rest": rest(config), "problems": []}
    try:
        model = config["model"]
        answer["model"] = model.get("default") if isinstance(model, dict) else model
        answer["primary"] = told(resolve_runtime_provider())
        answer["delegation"] = told(_resolve_delegation_credentials(config.get("delegation") or {}, None))
    except Exception as error:
        answer["problems"].append(repr(error))
    print("\\t" + json.dumps(answer), flush=True)
"""


class Reader:
    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._process = subprocess.Popen(
            [sys.executable, "-c", READER],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "PYTHONPATH": str(real_hermes.package()),
                "PYTHONDONTWRITEBYTECODE": "1",
                **{name: f"made-up-key-of-{provider}" for provider, name in KEYS.items()},
            },
            cwd=folder,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def read(self, data: bytes) -> dict[str, Any]:
        self._count += 1
        home = self._folder / f"home-{self._count}"
        home.mkdir()
        (home / "config.yaml").write_bytes(data)
        assert self._process.stdin and self._process.stdout
        print(home, file=self._process.stdin, flush=True)
        answer = next(line for line in self._process.stdout if line.startswith("\t"))
        assert (home / "config.yaml").read_bytes() == data
        return json.loads(answer)

    def close(self) -> None:
        self._process.communicate(timeout=10)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    try:
        real_hermes.package()
    except real_hermes.Absent as error:
        if real_hermes.ALWAYS:
            raise
        pytest.skip(str(error))
    one = Reader(tmp_path_factory.mktemp("hermes"))
    yield one
    one.close()


@pytest.mark.parametrize("name", SWITCHED)
def test_hermes_itself_reads_the_planned_route_and_all_else_as_before(name: str, reader: Reader) -> None:
    old = SWITCHED[name]
    before = reader.read(old)
    for wanted in ROUTES.values():
        told = reader.read(rewrite(old, wanted))
        assert told["problems"] == []
        assert told["model"] == wanted.primary.model
        _serves(told["primary"], wanted.primary)
        if wanted.delegation:
            assert told["delegation"]["model"] == wanted.delegation.model
            _serves(told["delegation"], wanted.delegation)
        else:
            assert set(told["delegation"].values()) <= {None, ""}, "helpers get what the primary has"
        chain = [(one["provider"], one["model"]) for one in told["chain"]]
        planned = [(one.provider, one.model) for one in wanted.fallbacks]
        assert chain[: len(planned)] == planned
        assert all(one in told["chain"] for one in before["chain"]), "the user's own entries"
        assert told["rest"] == before["rest"]


def _serves(runtime: dict[str, Any], choice: Choice) -> None:
    assert runtime["provider"] == choice.provider
    assert runtime["base_url"].startswith(HOSTS[choice.provider]), "its key goes to its own host"
    assert runtime["api_key"] == f"made-up-key-of-{choice.provider}"


@pytest.mark.parametrize("name", SWITCHED)
def test_what_we_tell_of_a_file_is_what_hermes_reads(name: str, reader: Reader) -> None:
    told, stands = reader.read(SWITCHED[name]), current(SWITCHED[name])
    if stands is None:
        assert not told.get("model")
        return
    assert str(told.get("model", "")).strip() == stands.primary.model
    chain = [(one["provider"].lower(), one["model"]) for one in told["chain"] if not one.get("base_url")]
    assert list(dict.fromkeys(chain)) == [(one.provider, one.model) for one in stands.fallbacks]


def test_the_loader_of_the_hermes_that_is_installed_is_asked_before_writing(tmp_path: Path, reader: Reader) -> None:
    wanted = ROUTES["deepseek"]
    new = rewrite(REAL, wanted)
    program = tmp_path / "bin" / "hermes"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom hermes_cli.main import main\nmain()\n")
    program.chmod(0o755)
    env = {"PATH": str(program.parent), "PYTHONPATH": str(real_hermes.package())}

    def agrees(data: bytes, route: Route) -> bool:
        return hermes_loader.agrees(REAL, data, route, env=env, folder=tmp_path / "data")

    assert agrees(new, wanted)
    other = new.replace(b'"gemini-3-flash"', b'"x"')
    for wrong in (REAL, other, new + b"\n[", new.replace(b"umask: 0644", b"umask: 0600")):
        with pytest.raises(Refused, match="Hermes itself"):
            agrees(wrong, wanted)
    assert list((tmp_path / "data").iterdir()) == [], "no copy of the settings is left"
    program.write_text("#!/bin/sh\nexec hermes\n")
    assert not agrees(new, wanted), "nobody could be asked"
