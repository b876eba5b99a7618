"""Money is exact: integer micro-units and a currency. Two currencies are never added."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from creditsui.domain.micros import MICRO as MICRO
from creditsui.domain.micros import SIGNS, SYMBOLS

_LARGEST = 10**12 * MICRO
_AMOUNT = re.compile(
    r"\s*(?P<minus>[-−])?\s*(?P<sign>[$¥€£])?\s*(?P<minus2>[-−])?(?P<number>\d+(?:[.,]\d+)?|[.,]\d+)\s*(?P<code>[A-Za-z]{2,12})?\s*"
)


class AmountError(ValueError):
    """An amount that is not a finite number of one currency; the text says what was wrong."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`micros` millionths of one unit of `currency`.

    A currency is an upper-case ISO 4217 code ("USD"), or a lower-case word for money that is not money ("points").
    """

    micros: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.micros + self._same(other).micros, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.micros - self._same(other).micros, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.micros, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.micros < self._same(other).micros

    def __le__(self, other: "Money") -> bool:
        return self.micros <= self._same(other).micros

    def __truediv__(self, other: "Money") -> float:
        """The share that this is of `other`; raises ZeroDivisionError when `other` is nothing."""
        return self.micros / self._same(other).micros

    def times(self, factor: float) -> "Money":
        """Scaled by a plain number, rounded to the nearest micro-unit."""
        return Money(round(self.micros * factor), self.currency)

    @property
    def amount(self) -> float:
        """In whole units, for JSON and for drawing; never for sums."""
        return self.micros / MICRO

    @property
    def symbol(self) -> str:
        """The sign before the number ("$"), or "" for a currency that is written after it."""
        return SYMBOLS.get(self.currency, "")

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise AmountError(f"{self.currency} and {other.currency} cannot be combined")
        return other


def money(value: object, currency: str) -> Money:
    """Money from a number or a decimal string in whole units, exactly.

    Floats go through their shortest decimal form, so 0.1 is one tenth. Raises AmountError for anything that is not a
    finite number: None, booleans, words, NaN, infinities, and amounts past 10^12.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise AmountError(f"not an amount: {type(value).__name__}")
    if isinstance(value, str) and (len(value) > 40 or not value.isascii()):
        raise AmountError("not an amount")
    try:
        exact = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation:
        raise AmountError("not an amount") from None
    if not exact.is_finite() or abs(exact) > _LARGEST // MICRO:
        raise AmountError("not a finite amount")
    return Money(int((exact * MICRO).to_integral_value()), currency_code(currency))


def currency_code(text: str) -> str:
    """The canonical spelling: ISO codes upper-case, names of points and credits lower-case. Raises AmountError."""
    word = text.strip()
    if not re.fullmatch(r"[A-Za-z][A-Za-z_-]{1,15}", word):
        raise AmountError("not a currency")
    return word.upper() if len(word) == 3 else word.lower()


def typed_amount(text: str, currency: str) -> Money:
    """What a person typed: `45`, `45.00`, `$45`, `¥45`, `45 USD`, `-3.20`; `currency` where none is named.

    A comma is a decimal comma. Raises AmountError with a sentence for the user.
    """
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise AmountError(f"“{text.strip()[:24]}” is not an amount. Write it like 45, 45.00, $45 or 45 USD.")
    named = {SIGNS[match["sign"]]} if match["sign"] else set()
    if match["code"]:
        named.add(currency_code(match["code"]))
    if len(named) > 1:
        raise AmountError(f"“{text.strip()[:24]}” names two currencies.")
    try:
        value = money(match["number"].replace(",", "."), named.pop() if named else currency)
    except AmountError:
        raise AmountError(f"“{text.strip()[:24]}” is too much: an amount goes up to a million million.") from None
    return -value if bool(match["minus"]) != bool(match["minus2"]) else value


def total(amounts: "list[Money] | tuple[Money, ...]") -> dict[str, Money]:
    """Sums by currency, in order of first appearance."""
    sums: dict[str, Money] = {}
    for one in amounts:
        sums[one.currency] = sums[one.currency] + one if one.currency in sums else one
    return sums
