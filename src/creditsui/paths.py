"""Where creditsui keeps its files. Finding them creates nothing."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NAME = "creditsui"
_NOWHERE = Path("/nonexistent")


class NoHome(ValueError):
    """There is no place for our files; the text says what to set."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Absolute paths. Neither the files nor their folders need to exist."""

    config: Path
    declared: Path
    """Folder of the providers that the user declared."""
    keys: Path
    """Keys that the user chose to keep in a file."""
    ledger: Path
    status: Path
    """The last board, for status lines."""
    claude_status: Path
    """What Claude Code piped in."""
    log: Path
    home: Path
    """The user's home, where other tools keep their logins; holds nothing when only XDG folders are set."""


def find(env: Mapping[str, str]) -> Paths:
    """The files of the user whose environment this is. Raises NoHome.

    `XDG_*` folders count when they are absolute; without them Linux uses the usual folders below the home, other
    systems their own.
    """
    home = _folder(env, "HOME") or (_folder(env, "USERPROFILE") if sys.platform == "win32" else None)
    config = _folder(env, "XDG_CONFIG_HOME")
    data = _folder(env, "XDG_DATA_HOME")
    state = _folder(env, "XDG_STATE_HOME")
    if home is None and not (config and data and state):
        raise NoHome("HOME is not set, so there is no place for settings: set HOME to your home folder.")
    home = home or _NOWHERE
    usual = _usual(home)
    config, data, state = (
        chosen / NAME if chosen else usual_folder
        for chosen, usual_folder in zip((config, data, state), usual, strict=True)
    )
    return Paths(
        config=config / "config.toml",
        declared=config / "providers",
        keys=config / "keys.toml",
        ledger=data / "ledger.db",
        status=state / "status.json",
        claude_status=state / "claude-status.json",
        log=state / "creditsui.log",
        home=home,
    )


def ensure(folder: Path) -> None:
    """Make a folder and what is missing above it, for the owner alone. Existing folders keep their mode."""
    if not folder.is_dir():
        ensure(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name, "")
    return Path(value) if value and "\0" not in value and Path(value).is_absolute() else None


def _usual(home: Path) -> tuple[Path, Path, Path]:
    """Folders for settings, data and state where no XDG folder is set."""
    if sys.platform == "linux":
        return home / ".config" / NAME, home / ".local/share" / NAME, home / ".local/state" / NAME
    from platformdirs import PlatformDirs

    own = PlatformDirs(NAME, appauthor=False)
    return own.user_config_path, own.user_data_path, own.user_state_path
