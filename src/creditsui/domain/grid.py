"""Text on a grid: how many cells it takes, and how it is made to fit."""

import unicodedata

_ASCII = str.maketrans(
    {"−": "-", "–": "-", "·": "-", "…": "..", "↻": "@", "±": "+/-", "¥": "CNY ", "€": "EUR ", "£": "GBP ", "“": '"'}
    | {"”": '"', "→": "->", "●": "o", "◆": "*", "▲": "!", "✖": "x", "◌": "o", "↯": "^", "×": "x"}
)


def cells(text: str) -> int:
    """How many terminal cells `text` takes: two for wide characters, none for marks that combine with another."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def fit(text: str, width: int, align: str = "<", *, end: str = "…") -> str:
    """Exactly `width` cells: cut or padded, at the left edge (`<`) or the right one (`>`)."""
    if width <= 0:
        return ""
    short = cut(text, width, end=end)
    pad = " " * (width - cells(short))
    return pad + short if align == ">" else short + pad


def cut(text: str, width: int, *, end: str = "…") -> str:
    """At most `width` cells; what does not fit ends in `end`, which takes one cell."""
    if cells(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        used += _cell(character)
        if used > width - 1:
            break
        kept += character
    return kept + end if width > 0 else ""


def ascii_text(text: str) -> str:
    """For terminals without Unicode: our own signs by their ASCII forms, anything else as `?`."""
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def _cell(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
