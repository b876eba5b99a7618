"""What a terminal is told beside what it shows: its title, and notifications. Whatever the text, it stays a text."""

import unicodedata
from typing import Literal

Dialect = Literal["9", "777"]
"""Two ways of telling a terminal to notify, by the numbers of their commands. Who knows both would notify twice."""
KEEP_TITLE = "\x1b[22;0t"
"""Remember the title as it is…"""
GIVE_TITLE_BACK = "\x1b[23;0t"
"""…and put it back."""
_LONGEST_TITLE = 80
_LONGEST = 240
_APP = "creditsui"


def title(text: str) -> str:
    """Name the window, or tmux' pane."""
    return f"\x1b]0;{_harmless(text, _LONGEST_TITLE)}\x07"


def notification(text: str, dialect: Dialect) -> str:
    """Have the terminal notify whoever sits before it."""
    said = _harmless(text, _LONGEST).replace(";", ",")  # which would split it into arguments
    return f"\x1b]9;{said}\x1b\\" if dialect == "9" else f"\x1b]777;notify;{_APP};{said}\x1b\\"


def through_tmux(sequence: str) -> str:
    """The same for the terminal that tmux itself runs in."""
    doubled = sequence.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{doubled}\x1b\\"


def dialect(*names: str) -> Dialect:
    """What a terminal of these names (of TERM, of TERM_PROGRAM, of its own) understands; most understand the first."""
    known = " ".join(names).casefold()
    return "777" if any(name in known for name in ("rxvt", "foot", "vte")) else "9"


def _harmless(text: str, limit: int) -> str:
    """Without what ends a command or starts another, and without what turns the words around."""
    said = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return said if len(said) <= limit else said[: limit - 1] + "…"
