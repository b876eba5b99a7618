"""What the terminal can show, from the environment alone."""

from collections.abc import Mapping

TYPE_CHECKING = False  # a status line has no time to load typing
if TYPE_CHECKING:
    from typing import Literal

    Color = Literal["none", "16", "256", "truecolor"]


def colors(env: Mapping[str, str]) -> "Color":
    """The depth of colour that a terminal with this environment shows."""
    term = env.get("TERM", "").lower()
    if env.get("NO_COLOR") or term == "dumb":
        return "none"
    if env.get("COLORTERM", "").lower() in {"truecolor", "24bit"} or term.endswith("-direct"):
        return "truecolor"
    return "256" if "256" in term else "16"


def utf8(env: Mapping[str, str]) -> bool:
    """Whether the locale is a UTF-8 one."""
    locale = next((env[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(name)), "")
    return locale.lower().replace("-", "").endswith("utf8") or ".utf8@" in locale.lower().replace("-", "")


def tmux(env: Mapping[str, str]) -> bool:
    return bool(env.get("TMUX")) or env.get("TERM", "").lower().startswith("tmux")
