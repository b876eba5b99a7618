"""What of the settings holds in this terminal: how much may move, and which characters there are."""

from collections.abc import Mapping

from creditsui.config import Config
from creditsui.core import terminal
from creditsui.domain.bar import ASCII, PLAIN, UNICODE, Glyphs
from creditsui.tui.motion import Level


def motion_level(config: Config, env: Mapping[str, str], *, still: bool) -> Level:
    """How much may move: as the user wrote; else reduced over SSH, where every frame is a packet."""
    wanted = config.display.motion
    if still or wanted == "none":
        return "none"
    away = wanted == "auto" and any(env.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
    return "reduced" if away or wanted == "reduced" else "full"


def glyph_set(config: Config, env: Mapping[str, str], *, ascii: bool) -> Glyphs:
    """The characters for this terminal: ASCII where asked for or where the locale has nothing else."""
    wanted = config.display.glyphs
    if ascii or wanted == "ascii" or (wanted == "auto" and not terminal.utf8(env)):
        return ASCII
    return PLAIN if env.get("NO_COLOR") else UNICODE
