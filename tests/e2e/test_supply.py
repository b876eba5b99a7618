"""What is shipped, what it needs, and whom it talks to."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from tests import forked
from tests.cli.conftest import Run, run_cli

__all__ = ["run_cli"]

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

#: Runs the real program and writes down every name that is looked up and every address that is connected to; none is
#: reached. A file of our own on the disk (a socket of the desktop, say) is no network.
WATCHED = """
import sys
words, seen = sys.argv[2:], open(sys.argv[1], "a", buffering=1)
def watch(event, args):
    if event == "socket.getaddrinfo" and args[0] is not None:
        host = args[0].decode() if isinstance(args[0], bytes) else args[0]
        seen.write(f"{host}:{args[1]}\\n")
        raise OSError("no network in this test")
    if event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple):
        seen.write(f"{args[1][0]}:{args[1][1]}\\n")
        raise OSError("no network in this test")
sys.addaudithook(watch)
from creditsui.cli.main import main
sys.argv = ["creditsui", *words]
sys.exit(main())
"""


def watched(seen: Path, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    mine = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
    if forked.can(mine):  # what happens when it is imported, another test tells
        code, *said = forked.run([str(seen), *words], input=b"", env=mine, cwd=Path.cwd(), timeout=60, code=WATCHED)
        return subprocess.CompletedProcess(words, code, *(text.decode() for text in said))
    command = [sys.executable, "-c", WATCHED, str(seen), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=mine)


def hosts(seen: Path) -> set[str]:
    return {line.removesuffix(":443") for line in seen.read_text().splitlines()} if seen.exists() else set()


def test_nobody_is_called_at_help_or_without_accounts(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    for words in (["--help"], ["--version"], ["status"], ["doctor"], ["providers"], ["line"]):
        done = watched(seen, *words)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.stdout or done.stderr or words == ["line"], words
    assert hosts(seen) == set()


def test_importing_everything_calls_nobody(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    every = WATCHED.partition("from creditsui.cli.main")[0] + (
        "import importlib, pkgutil, creditsui\n"
        "names = [one.name for one in pkgutil.walk_packages(creditsui.__path__, 'creditsui.')]\n"
        "names = [name for name in names if 'hermes_plugin.' not in name and '__main__' not in name]\n"
        "[importlib.import_module(name) for name in names]\n"
        "print(len(names))\n"
    )
    done = subprocess.run([sys.executable, "-c", every, str(seen)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and int(done.stdout) > 300, done.stderr
    assert hosts(seen) == set()


def plain(drawn: bytes) -> str:
    return re.sub(r"\x1b\[[0-9;?>=$]*[A-Za-z]", "", drawn.decode("utf-8", "replace"))


def test_the_pane_calls_nobody_without_accounts(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", WATCHED, str(seen)])
    drawn, end = b"", time.monotonic() + 60
    try:
        while "Nothing to watch yet" not in plain(drawn):  # the welcome is there
            assert time.monotonic() < end, plain(drawn)[-2000:]
            if select.select([terminal], [], [], 0.2)[0]:
                drawn += os.read(terminal, 65536)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    assert hosts(seen) == set()


def test_only_hosts_that_the_doctor_lists_are_called(run_cli: Run, home: Path, tmp_path: Path) -> None:
    """With a key for every provider that takes one, all asked at once."""
    from creditsui.providers import catalogue

    env = {one.env[0]: f"sk-not-a-key-{one.id}-0123456789" for one in catalogue().values() if one.env}
    seen = tmp_path / "seen"
    done = watched(seen, "status", "--force", env=env)
    assert "Traceback" not in done.stderr, done.stderr
    listed = set(run_cli("doctor", "--json", env=env).json["hosts"])
    called = hosts(seen)
    assert len(called) > 25, "or nothing was asked at all"
    assert called <= listed
    assert called <= set(run_cli("doctor", env=env).out.split())


def test_a_proxy_that_is_called_in_their_place_is_listed_without_its_password(run_cli: Run, tmp_path: Path) -> None:
    env = {"DEEPSEEK_API_KEY": "sk-not-a-key-0123456789", "HTTPS_PROXY": "http://me:canary@proxy.example:3128"}
    seen = tmp_path / "seen"
    watched(seen, "status", "--force", env=env)
    assert hosts(seen) == {"proxy.example:3128"}
    told = run_cli("doctor", "--json", env=env)
    assert "proxy.example:3128" in told.json["hosts"] and "canary" not in told.out
    assert "  proxy.example:3128\n" in run_cli("doctor", env=env).out


def test_only_hosts_that_the_doctor_lists_are_asked_for_their_models(run_cli: Run, home: Path, tmp_path: Path) -> None:
    (home / ".hermes").mkdir()
    (home / ".hermes/config.yaml").write_text("model:\n  default: deepseek-chat\n  provider: deepseek\n")
    env = {f"{name}_API_KEY": f"sk-not-a-key-{name}-0123456789" for name in ("DEEPSEEK", "XAI", "OPENROUTER", "ZAI")}
    (home / ".hermes/.env").write_text("".join(f"{name}={value}\n" for name, value in env.items()))
    for id in ("deepseek", "xai", "openrouter", "zai"):
        run_cli("sync", id, "20")
    seen = tmp_path / "seen"
    done = watched(seen, "route")
    assert "Traceback" not in done.stderr, done.stderr
    called = hosts(seen)
    assert len(called) == 4, "or nothing was asked at all"
    assert called <= set(run_cli("doctor", "--json").json["route_hosts"])
    assert called <= set(run_cli("doctor").out.split())


def test_few_things_are_needed_and_each_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("\ndependencies = [") : text.index("]\n", text.index("\ndependencies = ["))]
    lines = [line.strip() for line in block.splitlines()[2:] if line.strip()]
    assert len(lines) == len(PROJECT["dependencies"]) <= 8
    for line in lines:
        assert re.fullmatch(r'"[A-Za-z0-9-]+>=[\d.]+(,<[\d.]+)?", # \w.{20,}', line), f"without a reason: {line}"


def test_what_is_imported_is_what_is_declared() -> None:
    from tests.test_imports import HOMES

    names = {"genai_prices": "genai-prices", "tomli_w": "tomli-w", "yaml": "PyYAML"}
    declared = {re.split(r"[>=\[<]", one)[0] for one in PROJECT["dependencies"]}
    assert declared <= {names.get(name, name) for name in HOMES}


def test_the_wheel_holds_the_program_alone(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if built.returncode:
        pytest.skip("what builds wheels cannot be had here")
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert all(name.startswith(("creditsui/", "creditsui-")) for name in names)
        assert not [name for name in names if re.search(r"test|fixture|\.env|\.db|\.log|\.key|\.pem|__pycache__", name)
                    and not re.fullmatch(r"creditsui/(cli/(alerts|providers)_test|core/\w+)\.py", name)]  # fmt: skip
        assert "creditsui/py.typed" in names and "creditsui/tui/app.tcss" in names
        for name in names:
            told = archive.read(name).decode("utf-8", "replace")
            assert not re.search(r"\b(sk-[A-Za-z0-9_-]{20,}|gsk_\w{20,}|AIza[\w-]{30,}|AKIA[A-Z0-9]{16})\b", told), name
            assert "/work/" not in told and "/root/" not in told, name


def test_the_public_checks_cover_what_is_promised_and_can_do_nothing_else() -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text()
    flow = yaml.safe_load(text)
    assert flow["permissions"] == {}
    systems = {job["runs-on"].partition("-")[0] for job in flow["jobs"].values()}
    assert systems == {"ubuntu", "macos", "windows"}
    for name in ("linux", "macos", "windows"):
        assert flow["jobs"][name]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    for job in flow["jobs"].values():
        assert job["permissions"] == {"contents": "read"} and job["timeout-minutes"] <= 30
        for step in job["steps"]:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step.get("uses", f"a/b@{'0' * 40}")), step
    assert "secrets." not in text and "pull_request_target" not in text


def test_it_starts_where_there_is_no_unix() -> None:
    """As on Windows without WSL: the modules of Unix alone are not there."""
    code = (
        "import sys\n"
        "for name in ('fcntl', 'termios', 'resource', 'pwd', 'grp', 'tty', 'pty'): sys.modules[name] = None\n"
        "sys.platform = 'win32'\n"
        "import creditsui.adapters.atomic, creditsui.config, creditsui.domain.board\n"
        "sys.argv = ['creditsui', '--help']\n"
        "from creditsui.cli.main import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and "status" in done.stdout, done.stderr
