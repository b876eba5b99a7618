"""What must be asked of the tmux around this program before anything is told to the terminal around tmux."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from creditsui.adapters import command
from creditsui.adapters.command import NotRun

SECONDS = 2.0
_SEEN = "#{&&:#{window_active},#{session_attached}} #{client_termname} #{client_termtype}"


@dataclass(frozen=True, slots=True)
class Around:
    """`passes`: what is wrapped for the terminal gets there now. `terminal`: what tmux calls that terminal."""

    passes: bool
    terminal: str = ""


def around(env: Mapping[str, str], home: Path) -> Around | None:
    """None outside of tmux. A tmux that cannot be asked passes nothing."""
    if not env.get("TMUX"):
        return None
    pane = ["-t", env["TMUX_PANE"]] if env.get("TMUX_PANE") else []
    try:
        seen, _, terminal = _ask(["display-message", *pane, "-p", _SEEN], env, home).partition(" ")
    except NotRun:
        return Around(False)
    try:
        allowed = _ask(["show-options", "-Apqv", *pane, "allow-passthrough"], env, home)
    except NotRun:
        return Around(False, terminal)
    # Only “all” lets through what a pane says that nobody looks at. Before 3.3 there was no such option, and no limit.
    return Around(allowed in ("all", "") or (allowed == "on" and seen == "1"), terminal)


def _ask(words: list[str], env: Mapping[str, str], home: Path) -> str:
    return command.run(["tmux", *words], env=env, cwd=home, seconds=SECONDS)
