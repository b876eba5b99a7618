"""Where creditsui keeps its files. Finding them creates nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from creditsui import places
from creditsui.places import NAME, NoHome

__all__ = ["NAME", "NoHome", "Paths", "ensure", "find"]


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
    prices: Path
    """Unit prices that the price table was asked for before."""
    seen: Path
    """What was met when all logs had been read."""
    log: Path
    home: Path
    """The user's home, where other tools keep their logins; holds nothing when only XDG folders are set."""


def find(env: Mapping[str, str]) -> Paths:
    """The files of the user whose environment this is. Raises NoHome."""
    home, config, data, state = map(Path, places.find(env))
    return Paths(
        config=config / "config.toml",
        declared=config / "providers",
        keys=config / "keys.toml",
        ledger=data / "ledger.db",
        status=Path(places.status(env)),
        claude_status=Path(places.claude_status(env)),
        prices=state / "prices.json",
        seen=state / "seen",
        log=state / "creditsui.log",
        home=home,
    )


def ensure(folder: Path) -> None:
    """Make a folder and what is missing above it, for the owner alone. Existing folders keep their mode."""
    if not folder.is_dir():
        ensure(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
