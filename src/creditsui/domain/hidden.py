"""Amounts out of sight: the same words for every face that may be looked at by others."""

import re

_MASK = "••"
_FIGURE = re.compile(r"\d[\d,.]*")
_NO_PERCENT = re.compile(r"\d+(?:[,.]\d+)*(?![\d,.]*\d)(?! ?%)")


def masked(text: str, *, percents: bool = True) -> str:
    """`text` with its figures hidden; `percents` False leaves shares, which tell nobody how rich you are."""
    return (_FIGURE if percents else _NO_PERCENT).sub(_MASK, text)
