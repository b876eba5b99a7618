"""By what the pane's look in a terminal is known again. It runs before the first paint, so it imports little."""

import os
from collections.abc import Mapping

from creditsui import places

VARIABLES = (
    "TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TZ",
    "LANG", "LC_ALL", "LC_CTYPE", "SSH_CONNECTION", "SSH_TTY",
)  # fmt: skip


def conditions(env: Mapping[str, str]) -> dict[str, str]:
    """What of the environment decides on colours and characters."""
    found = {name: env[name] for name in VARIABLES if name in env}
    for name in ("SSH_CONNECTION", "SSH_TTY"):  # that there is one counts, not which
        if name in found:
            found[name] = "yes"
    # The pane itself sets how often it paints; that is no matter of looks.
    return found | {name: env[name] for name in sorted(env) if name.startswith("TEXTUAL") and name != "TEXTUAL_FPS"}


def stamp(path: str | os.PathLike[str]) -> list[int] | None:
    """What changes when a file does; None: there is none."""
    try:
        facts = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return [facts.st_mtime_ns, facts.st_size]


def files(env: Mapping[str, str]) -> tuple[str, str, str]:
    """The pane's last look, the last board and the settings. Raises NoHome."""
    return places.look(env), places.status(env), os.path.join(places.find(env)[1], "config.toml")  # noqa: PTH118
