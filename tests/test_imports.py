"""The house keeps its storeys: who imports whom, what a face loads, and who may name a provider."""

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import creditsui

ROOT = Path(creditsui.__file__).parent
#: Without what is copied into Hermes Agent, and is no part of the house.
FILES = sorted(path for path in ROOT.rglob("*.py") if "hermes_plugin" not in path.parts)

#: Who may import whom. `core` writes status.json with the JSON that `status --json` prints, so it knows that one face.
MAY = {
    "domain": {"domain"},
    "providers": {"domain", "providers", "toml_text"},
    "sources": {"domain", "sources"},
    "pricing": {"domain", "pricing"},
    "config": {"domain", "paths", "toml_text"},
    "paths": {"places"},
    "places": set(),
    "toml_text": set(),
    "toml_edit": {"config", "toml_text"},
    "verbs": {"verbs"},
    "routing": {"domain", "routing"},
    "adapters": {
        "domain",
        "config",
        "paths",
        "toml_text",
        "toml_edit",
        "adapters",
        "providers.spec",
        "sources.spec",
        "routing",
    },
    "core": {
        "adapters",
        "providers",
        "sources",
        "pricing",
        "domain",
        "config",
        "paths",
        "places",
        "core",
        "outputs.json",
        "toml_text",
        "toml_edit",
        "routing",
    },
    "outputs": {"domain", "outputs", "routing.route"},
    "tui": {"core", "outputs", "domain", "config", "paths", "verbs", "tui", "routing.route"},
    "cli": {"verbs", "core", "outputs", "domain", "config", "paths", "places", "cli", "tui", "routing.route"},
    "__main__": {"cli"},
}
#: What is not in the standard library, and the one place each may be imported in.
HOMES = {
    "textual": ("tui/",),
    "rich": ("tui/",),
    "httpx": ("adapters/http",),
    "httpcore": ("adapters/http",),
    "keyring": ("adapters/key",),
    "secretstorage": ("adapters/key",),
    "jeepney": ("adapters/key",),
    "tomli_w": ("adapters/config_file", "adapters/keystore", "toml_"),
    "boto3": ("adapters/cloud_login",),
    "botocore": ("adapters/cloud_login",),
    "azure": ("adapters/cloud_login",),
    "google": ("adapters/cloud_login",),
    "msgspec": ("adapters/", "outputs/", "sources/"),
    "genai_prices": ("pricing/quote",),
    "platformdirs": ("places",),
    "yaml": ("routing/hermes_",),
    "mcp": ("cli/mcp_server",),
    "mcp_types": ("cli/mcp_server",),
    "anyio": ("cli/mcp_server",),
    "apprise": ("adapters/notify_urls",),
}


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path, *, inside_functions: bool = True) -> Iterator[str]:
    """Absolute names of the modules that a file imports; `from a import b` is both a and a.b."""
    tree = parsed(path)
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            skipped.update(ast.walk(node))
        if not inside_functions and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            skipped.update(ast.walk(node))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def storey(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


def own(name: str) -> str | None:
    """`creditsui.core.board` → `core.board`, if that is a module."""
    inner = name.removeprefix("creditsui.")
    path = ROOT.joinpath(*inner.split("."))
    return inner if name.startswith("creditsui.") and (path.is_dir() or path.with_suffix(".py").is_file()) else None


def test_every_storey_imports_only_what_is_below_it() -> None:
    wrong = []
    for path in FILES:
        here = storey(path)
        for name in filter(None, map(own, imports(path))):
            if here != "__init__" and name not in MAY[here] and name.split(".")[0] not in MAY[here]:
                bare = any(one.startswith(name + ".") for one in MAY[here])
                if not bare:
                    wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


def test_the_pane_is_imported_by_nobody_but_itself_until_somebody_wants_it() -> None:
    for path in FILES:
        if storey(path) != "tui":
            assert not [name for name in imports(path, inside_functions=False) if name.startswith("creditsui.tui")]


def test_what_is_not_in_the_standard_library_has_one_home_each() -> None:
    wrong = []
    for path in FILES:
        inside = str(path.relative_to(ROOT))
        for top in {name.split(".")[0] for name in imports(path)} - {"creditsui", "__future__"}:
            if top not in sys.stdlib_module_names and not inside.startswith(HOMES.get(top, ())):
                wrong.append(f"{inside} imports {top}")
    assert not wrong


def test_the_rules_need_the_standard_library_alone_and_touch_nothing() -> None:
    outside = {"os", "sys", "io", "time", "socket", "subprocess", "sqlite3", "logging", "asyncio", "threading"}
    files = [*(ROOT / "domain").rglob("*.py"), *(ROOT / "outputs").rglob("*.py")]
    for path in files:
        used = {name.split(".")[0] for name in imports(path)}
        assert not used & outside, path
        calls = {
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Call)
        }
        assert not calls & {"now", "today", "utcnow", "open", "read_text", "write_text", "getenv"}, path


def provider_ids() -> set[str]:
    """Ids and declared names of services. `manual` is the word for having none; it may be asked for."""
    from creditsui.providers import catalogue

    return set(catalogue()) - {"manual"}


def named_in(path: Path, ids: set[str]) -> list[str]:
    """Provider ids that a file compares something with, picks by, or matches."""
    found = []
    for node in ast.walk(parsed(path)):
        looked: list[ast.AST] = []
        if isinstance(node, ast.Compare):
            looked = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            looked = [node.value]
        elif isinstance(node, ast.Dict):
            looked = [key for key in node.keys if key is not None]
        for one in looked:
            found += [part.value for part in ast.walk(one) if isinstance(part, ast.Constant) and part.value in ids]
    return found


@pytest.mark.parametrize("part", ["domain", "core", "outputs", "tui"])
def test_nobody_above_the_providers_knows_one_by_name(part: str) -> None:
    ids = provider_ids()
    assert len(ids) >= 10
    #: Scripted accounts of the demo, and the status line of Claude Code, are not decisions about a provider.
    exempt = {"core/demo/session.py", "outputs/line_hosts.py"}
    for path in (ROOT / part).rglob("*.py"):
        if str(path.relative_to(ROOT)) not in exempt:
            assert not named_in(path, ids), path


def test_that_test_would_notice(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text('if a.provider == "groq" or a in {"openai"}: pass\nx = {"deepseek": 1}[a]\n')
    assert named_in(sample, provider_ids()) == ["groq", "openai", "deepseek"]


HEAVY = {"textual", "rich", "httpx", "httpcore", "keyring", "genai_prices", "pydantic"}
RUN = """
import sys
from creditsui.cli.main import main
code = main(sys.argv[1:])
sys.stderr.write("\\n" + " ".join(["LOADED", str(code), *sorted(sys.modules)]))
"""


def loaded(*words: str) -> tuple[int, set[str]]:
    """The exit code of a command line and the modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        env=dict(os.environ), check=False,
    )  # fmt: skip
    _, code, *modules = done.stderr.splitlines()[-1].split(" ")
    return int(code), set(modules)


@pytest.fixture
def booked(home: Path) -> None:
    """A ledger and a board to show."""
    code, _ = loaded("account", "add", "piggy", "--capacity", "50")
    assert code == 0
    code, _ = loaded("sync", "piggy", "45")
    assert code == 0


@pytest.mark.usefixtures("booked")
def test_what_must_be_quick_loads_neither_pane_nor_network_nor_keyring() -> None:
    for words in (["--help"], ["status", "--help"], ["line"], ["status", "--cached"], ["status", "--cached", "--json"],
                  ["entries"], ["thresholds"], ["topup", "piggy", "5"], ["undo"]):  # fmt: skip
        code, modules = loaded(*words)
        assert code == 0, words
        assert not HEAVY & modules, words


@pytest.mark.usefixtures("booked")
def test_a_status_line_loads_next_to_nothing() -> None:
    for words in (["line"], ["line", "--for", "claude"], ["line", "--for", "waybar"], ["line", "--hide", "x"]):
        code, modules = loaded(*words)
        assert code == 0
        assert not modules & {
            "argparse", "asyncio", "sqlite3", "msgspec", "platformdirs", "tomllib", "tomli_w", "logging", "subprocess",
            "typing", "dataclasses", "decimal", "pathlib", "inspect", "urllib.parse", "creditsui.domain.board",
            "creditsui.config", "creditsui.domain.compose", "creditsui.core.session", "creditsui.providers",
        }, words  # fmt: skip


def test_core_loads_the_network_and_the_keyring_only_when_it_asks() -> None:
    files = [path.relative_to(ROOT).with_suffix("") for path in (ROOT / "core").rglob("*.py")]
    names = [".".join(("creditsui", *file.parts)) for file in files if file.name != "__init__"]
    check = f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60)
    assert not HEAVY & set(done.stdout.split())
