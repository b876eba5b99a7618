"""Single fields of an answer, read tolerantly: what cannot be read is None, never 0."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal

from creditsui.domain.money import AmountError, Money, money
from creditsui.providers.spec import Json

MOST = 24
"""Of windows, balances and the like: what a list holds beyond that no honest answer has, and no screen shows."""
_DECIMAL = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)


def record(value: Json) -> Mapping[str, Json]:
    """`value` as a JSON object. Raises TypeError for anything else, so that a changed answer is met here."""
    if not isinstance(value, dict):
        raise TypeError(f"an object was expected, not {type(value).__name__}")
    return value


def records(value: Json) -> list[Mapping[str, Json]]:
    """The objects in a list; everything else in it, and anything that is no list, is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def number(value: Json) -> float | None:
    """A finite number, also one written as a string; None for booleans, words, NaN and infinities."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 40 or not _DECIMAL.fullmatch(text):
            return None
        found = float(text)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        try:
            found = float(value)
        except (OverflowError, ValueError):
            return None
    else:
        return None
    return found if math.isfinite(found) else None


def exact(value: Json) -> Decimal | None:
    """A finite number to its last digit, also one written as a string; None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        return Decimal(text) if len(text) <= 40 and _DECIMAL.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = value if isinstance(value, Decimal) else Decimal(str(value))
    return found if found.is_finite() else None


def share(percent: Json) -> float | None:
    """A percentage (0 to 100) as a fraction from 0 to 1."""
    found = number(percent)
    return None if found is None else min(max(found / 100, 0.0), 1.0)


def amount(value: Json, currency: str) -> Money | None:
    """Money in whole units, None where there is none. Unlike `money` it does not raise."""
    try:
        return money(value, currency)
    except AmountError:
        return None


def cents(value: Json, currency: str) -> Money:
    """Money from a number of hundredths, which may have decimals of its own. Raises AmountError."""
    whole = money(value, currency)
    return Money((whole.micros + 50) // 100, whole.currency)


def word(value: Json) -> str:
    """A non-blank string, stripped; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""
