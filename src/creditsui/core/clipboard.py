"""Whether what a terminal is told to copy arrives."""

from collections.abc import Mapping


def held_up(env: Mapping[str, str]) -> str:
    """What keeps OSC 52 from the clipboard, and what lets it through; empty: nothing that we know of. Asks tmux."""
    if not env.get("TMUX"):
        return ""
    from creditsui.adapters import tmux

    try:
        setting = tmux.options(["set-clipboard"], env).get("set-clipboard", "")
    except tmux.NoServer:
        return ""
    return "" if setting in ("on", "") else f"tmux keeps it (set-clipboard {setting}); “set -g set-clipboard on” copies"
