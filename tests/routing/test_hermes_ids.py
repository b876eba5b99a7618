"""The table of Hermes' own providers against the real package."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from creditsui.providers import catalogue
from creditsui.routing import hermes_ids
from creditsui.routing.hermes_ids import TARGETS, canonical
from tests import real_hermes

_TELL = """
import json, sys
from hermes_cli.auth import PROVIDER_REGISTRY, resolve_provider
from hermes_cli.config import load_env
from agent.credential_pool import OPENROUTER_BASE_URL
asked = json.loads(sys.argv[1])
print(json.dumps({
    "openrouter": OPENROUTER_BASE_URL,
    "names": {name: resolve_provider(name) for name in asked},
    "table": {
        name: [one.auth_type, one.inference_base_url, list(one.api_key_env_vars), one.base_url_env_var]
        for name, one in PROVIDER_REGISTRY.items()
    },
}))
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Any:
    try:
        package = real_hermes.package()
    except real_hermes.Absent as absent:
        if real_hermes.ALWAYS:
            raise
        pytest.skip(str(absent))
    home = tmp_path_factory.mktemp("hermes")
    names = [*hermes_ids._ALIASES, *(target.hermes for target in TARGETS)]
    done = subprocess.run(
        [sys.executable, "-c", _TELL, json.dumps(names)],
        env={
            "PATH": os.environ["PATH"], "HOME": str(home), "HERMES_HOME": str(home),
            "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def test_every_target_is_one_of_ours_and_has_a_model_of_each_kind() -> None:
    assert {target.provider for target in TARGETS} <= set(catalogue())
    assert all(target.flagship and target.fast for target in TARGETS)
    assert not [name for name in hermes_ids._ALIASES if name in {target.hermes for target in TARGETS}]


def test_hermes_asks_there_with_those_variables(real: Any) -> None:
    for target in TARGETS:
        if target.hermes == "openrouter":  # it is no entry of its table
            assert real["openrouter"] == target.base
            continue
        kind, base, variables, base_env = real["table"][target.hermes]
        assert kind == "api_key"
        assert sorted(variables) == sorted(target.env)
        assert base_env == target.base_env
        assert base == target.base or target.base in {one for other in TARGETS for one in other.moved.values()}


def test_names_that_people_write_mean_what_hermes_takes_them_for(real: Any) -> None:
    assert {name: canonical(name) for name in real["names"]} == real["names"]


def test_a_name_that_nobody_knows_stays() -> None:
    assert canonical(" My-Proxy ") == "my-proxy"
    assert canonical("") == ""
