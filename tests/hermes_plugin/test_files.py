"""The files of the plugin: complete, of our version, and without anything that could ask, write or run."""

import ast
import json
import sys
from pathlib import Path

import yaml

import creditsui
from creditsui.core.hermes.plugin import FILES

ROOT = Path(creditsui.__file__).parent / "hermes_plugin"
#: All that it needs of the standard library: none of it reaches the network, starts a process or knows of a keyring.
NEEDS = {"collections", "datetime", "decimal", "importlib", "json", "math", "os", "pathlib", "stat", "sys", "types"}


def test_every_file_of_the_plugin_is_installed_and_those_hermes_looks_for_come_last() -> None:
    there = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert there == set(FILES)
    assert set(FILES[-2:]) == {"dashboard/manifest.json", "plugin.yaml"}


def test_it_needs_the_standard_library_and_what_the_dashboard_has() -> None:
    used = {}
    for path in ROOT.rglob("*.py"):
        names = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module or "")
        used[path.name] = {name.partition(".")[0] for name in names} - {"typing"}
    assert used.pop("plugin_api.py") <= NEEDS | {"fastapi"}
    assert set().union(*used.values()) <= NEEDS <= set(sys.stdlib_module_names)


def test_it_only_reads() -> None:
    acts = ("write", "system", "popen", "exec", "spawn", "unlink", "mkdir", "O_W", "O_RDW", "O_CREAT")
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr != "exec_module":
                assert not node.attr.startswith(acts), f"{path.name}: {node.attr}"


def test_both_manifests_say_the_name_that_is_enabled_and_our_version() -> None:
    manifest = json.loads((ROOT / "dashboard/manifest.json").read_text())
    plugin = yaml.safe_load((ROOT / "plugin.yaml").read_text())
    assert (manifest["name"], manifest["version"]) == (plugin["name"], plugin["version"])
    assert (plugin["name"], plugin["version"]) == ("creditsui", creditsui.__version__)
    assert manifest["slots"] == ["analytics:top"]
    for name in ("entry", "css", "api"):
        assert (ROOT / "dashboard" / manifest[name]).is_file()
