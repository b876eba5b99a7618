"""The folders that creditsui keeps its files in, as plain text: a status line has no time for more."""

import os
import sys
from collections.abc import Mapping

NAME = "creditsui"
_NOWHERE = "/nonexistent"
_LINUX = (".config",), (".local", "share"), (".local", "state")
VARIABLES = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
"""Those of the environment that decide."""


class NoHome(ValueError):
    """There is no place for our files; the text says what to set."""


def find(env: Mapping[str, str]) -> tuple[str, str, str, str]:
    """The home, and the folders for settings, data and state, of the user whose environment this is. Raises NoHome.

    `XDG_*` folders count when they are absolute; without them Linux uses the usual folders below the home, other
    systems their own.
    """
    home = _folder(env, "HOME") or (_folder(env, "USERPROFILE") if sys.platform == "win32" else "")
    config, data, state = (_folder(env, f"XDG_{name}_HOME") for name in ("CONFIG", "DATA", "STATE"))
    if not home and not (config and data and state):
        raise NoHome("HOME is not set, so there is no place for settings: set HOME to your home folder.")
    home = home or _NOWHERE
    usual = _usual(home)
    config, data, state = (
        os.path.join(chosen, NAME) if chosen else usual_folder  # noqa: PTH118
        for chosen, usual_folder in zip((config, data, state), usual, strict=True)
    )
    return home, config, data, state


def status(env: Mapping[str, str]) -> str:
    """The last board's file. Raises NoHome."""
    return os.path.join(find(env)[3], "status.json")  # noqa: PTH118


def look(env: Mapping[str, str]) -> str:
    """The file of how the pane looked last. Raises NoHome."""
    return os.path.join(find(env)[3], "look.json")  # noqa: PTH118


def claude_status(env: Mapping[str, str]) -> str:
    """The file of what Claude Code piped in. Raises NoHome."""
    return os.path.join(find(env)[3], "claude-status.json")  # noqa: PTH118


def _folder(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    return value if value and "\0" not in value and os.path.isabs(value) else ""  # noqa: PTH117


def _usual(home: str) -> tuple[str, str, str]:
    """Folders for settings, data and state where no XDG folder is set."""
    if sys.platform == "linux":
        config, data, state = (os.path.join(home, *each, NAME) for each in _LINUX)  # noqa: PTH118
        return config, data, state
    from platformdirs import PlatformDirs

    own = PlatformDirs(NAME, appauthor=False)
    return own.user_config_dir, own.user_data_dir, own.user_state_dir
