"""The one door for text from outside: what passes is one line, printable, without tricks for terminals or eyes."""

import math
import re
import unicodedata

TYPE_CHECKING = False  # a status line has no time to load typing, nor numbers that it never meets
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any

LIMIT = 200
DEEPEST = 64
MOST_VALUES = 200_000
"""A small answer of nothing but empty lists would fill fifty times its size in memory."""
_LONGEST_NUMBER = 40
_WIDEST_EXPONENT = 300
_BLANKS = re.compile("[\t\n]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u2028\u2029"  # line and paragraph separators
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufe00-\ufe0f\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    # The last two lines: what takes no width, or changes the look of its neighbour: joiners, fillers, variants, tags.
)


def clean(text: str, limit: int | None = LIMIT) -> str:
    """`text` as one safe line of at most `limit` characters, the last of which is "…" where it was cut.

    Control, direction and zero-width characters go, tabs and newlines become blanks, lone surrogates U+FFFD, at most
    two combining marks stay on a character, and what remains is in NFC. `limit` None: any length.
    """
    if not (text.isascii() and text.isprintable()):
        text = _BLANKS.sub(" ", text)
        text = _UNSEEN.sub("", text)
        text = _SURROGATES.sub("\ufffd", text)
        if not text.isascii():
            # Before as well as after: normalising sorts a run of marks, slowly, and may split one mark into two.
            text = _thin(unicodedata.normalize("NFC", _thin(text)))
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…" * (limit > 0)
    return text


def _thin(text: str) -> str:
    kept = []
    run = 0
    for char in text:
        run = run + 1 if char > "\u02ff" and unicodedata.category(char) in ("Mn", "Me") else 0
        if run <= 2:
            kept.append(char)
    return "".join(kept)


def clean_lines(text: str) -> str:
    """Text of many lines, each clean and of any length; line ends stay, as "\\n"."""
    return "\n".join(clean(line, None) for line in text.replace("\r\n", "\n").split("\n"))


def clean_json(value: "Any", limit: int | None = 4000) -> "Any":
    """A copy of a decoded JSON value in which every string, keys included, is clean and at most `limit` long.

    What is nested deeper than 64, is not finite, or is no JSON becomes None. Never recurses, never raises.
    """
    from decimal import Decimal

    root: list[Any] = [value]
    todo: list[tuple[Any, Any, Any, int]] = [(root, 0, value, 0)]
    while todo:
        into, at, one, depth = todo.pop()
        if isinstance(one, str):
            into[at] = clean(one, limit)
        elif one is None or isinstance(one, bool | int):
            into[at] = one
        elif isinstance(one, float | Decimal):
            into[at] = one if math.isfinite(one) else None
        elif isinstance(one, dict) and depth < DEEPEST:
            into[at] = {clean(str(key), limit): None for key in one}
            todo.extend((into[at], clean(str(key), limit), inner, depth + 1) for key, inner in one.items())
        elif isinstance(one, list | tuple) and depth < DEEPEST:
            into[at] = [None] * len(one)
            todo.extend((into[at], index, inner, depth + 1) for index, inner in enumerate(one))
        else:
            into[at] = None
    return root[0]


def decode_json(data: bytes | str, limit: int | None = 4000) -> "Any":
    """JSON from outside, strictly decoded and clean; fractions are Decimal.

    Raises ValueError for what is not JSON, and for NaN, infinities, absurd numbers, nesting and numbers of values.
    """
    import json  # the pane's first frame needs none

    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
        if text.count(",") > MOST_VALUES:
            raise ValueError("too many values")
        value = json.loads(text, parse_float=_fraction, parse_int=_whole, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return clean_json(value, limit)


def _fraction(text: str) -> "Decimal":
    from decimal import Decimal, InvalidOperation

    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number of too many digits")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("a number out of range") from None
    if abs(number.adjusted()) > _WIDEST_EXPONENT:
        raise ValueError("a number out of range")
    return number


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number of too many digits")
    return int(text)


def _refuse(text: str) -> None:
    raise ValueError("not a finite number")
