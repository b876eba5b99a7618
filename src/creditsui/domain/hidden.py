"""Amounts and places out of sight: the same words for every face that may be looked at by others."""

import re
from functools import cache

_MASK = "••"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_TIMES = (
    r"(?<![\w$€£¥.,~−])(?:\d+[hdmw]\+?(?!\w)|\d+(?=–\d+[hdmw]\+?(?!\w))|\d{1,2}:\d\d(?![\w:])"
    rf"|\d{{4}}-\d\d-\d\d(?!\w)|\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?(?!\w))"
)
"""How long, and when: `4–6d`, `30d+`, `19:40`, `25 Nov`. No amount is written so."""
_HOME = r"(?<![^\s\"'(])~/[^\s\"')]+"
_PATH = r"(?<![^\s\"'(])(?:/(?:[^\s\"'/]+/)+|[A-Za-z]:\\)[^\s\"')]*[^\s\"').,;:]"
_FIGURE = r"\d+(?:[,.]\d+)*"
_NO_PERCENT = rf"{_FIGURE}(?![\d,.]*\d)(?! ?%)"


def masked(text: str, *, percents: bool = True) -> str:
    """`text` with its figures hidden, and with paths that lie outside the home; times and dates stay. `percents` False
    leaves shares, which tell nobody how rich you are."""
    return _pattern(_FIGURE if percents else _NO_PERCENT).sub(_hidden, text)


@cache
def _pattern(figure: str) -> re.Pattern[str]:
    """Made when something is hidden for the first time: most panes hide nothing, and all have to start."""
    return re.compile(rf"(?P<kept>{_TIMES}|{_HOME})|(?P<path>{_PATH})|{figure}")


def _hidden(match: re.Match[str]) -> str:
    return match[0] if match["kept"] else _MASK * 2 if match["path"] else _MASK
