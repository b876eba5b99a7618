"""A tmux server that runs already: asked about itself, never started and never changed."""

import subprocess
from collections.abc import Mapping, Sequence

SECONDS = 5.0
NAME = "tmux"


class NoServer(Exception):
    """There is none that answers; the text is a sentence."""


def version(env: Mapping[str, str]) -> str | None:
    """`3.3a`; None where tmux is not installed."""
    try:
        return _run(["-V"], env).removeprefix(f"{NAME} ").strip()
    except NoServer:
        return None


def running(env: Mapping[str, str]) -> bool:
    """Whether a server runs that this environment names. Asking this starts none."""
    try:
        _run(["list-sessions"], env)
    except NoServer:
        return False
    return True


def formats(wanted: Sequence[str], env: Mapping[str, str]) -> list[str]:
    """What these formats come to for the pane that we run in, else for the latest. Raises NoServer."""
    pane = ["-t", env["TMUX_PANE"]] if env.get("TMUX_PANE") else []
    words: list[str] = []
    for one in wanted:
        words += [*([";"] if words else []), "display-message", *pane, "-p", one]
    told = _run(words, env).split("\n")
    return [*told, *([""] * len(wanted))][: len(wanted)]


def options(names: Sequence[str], env: Mapping[str, str]) -> dict[str, str]:
    """Global options as they are set, by name; without those that this tmux does not know. Raises NoServer."""
    found: dict[str, str] = {}
    for scope in ("-g", "-s", "-gw"):
        for line in _run(["show-options", scope], env).splitlines():
            name, _, value = line.partition(" ")
            if name in names:
                found[name] = value.strip('"')
    return found


def keys(table: str, env: Mapping[str, str]) -> dict[str, str]:
    """What each key of a table does. Raises NoServer."""
    found: dict[str, str] = {}
    for line in _run(["list-keys", "-T", table], env).splitlines():
        _, _, bound = line.partition(f" -T {table} ")
        key, _, act = bound.strip().partition(" ")
        found[_plain(key)] = act.strip()
    return found


def variable(name: str, env: Mapping[str, str]) -> str | None:
    """One of the variables that panes and status lines get; None: it is not set. Raises NoServer."""
    for line in _run(["show-environment", "-g"], env).splitlines():
        key, equals, value = line.partition("=")
        if key == name and equals:
            return value
    return None


def job(command: str, env: Mapping[str, str]) -> str:
    """What a status line's command prints when tmux' shell runs it. Raises NoServer where it fails."""
    return _said(["/bin/sh", "-c", command], env).strip()


def _plain(key: str) -> str:
    return key[1:] if len(key) > 1 and key.startswith("\\") else key


def _run(words: Sequence[str], env: Mapping[str, str]) -> str:
    return _said([NAME, *words], env)


def _said(argv: Sequence[str], env: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            argv, env=dict(env), stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        raise NoServer(f"{argv[0]} is not installed") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise NoServer(f"{argv[0]} did not answer ({type(error).__name__})") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise NoServer(said or f"{argv[0]} ended with {done.returncode}")
    return done.stdout.decode("utf-8", "replace").rstrip("\n")
