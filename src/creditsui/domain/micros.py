"""An amount in words, from its bare numbers: integer micro-units and a currency.

Status lines start this module many times a minute, so it loads nothing.
"""

MICRO = 1_000_000
SIGNS = {"$": "USD", "¥": "CNY", "€": "EUR", "£": "GBP"}
SYMBOLS = {currency: sign for sign, currency in SIGNS.items()}
"""The sign before the number; other currencies are written after it."""
_CENT = 10_000
_MANY = 10_000_000 * MICRO
"""Points and credits from here on are told in millions."""


def amount(micros: int, currency: str) -> str:
    """`$18.03`, `−$3.20`, `1,234 points`, `551.6M credits`, `12.00 CHF`; `<$0.01` where less than half a cent is left
    but not nothing."""
    return ("−" if micros < 0 else "") + unsigned(abs(micros), currency)


def unsigned(micros: int, currency: str) -> str:
    """The same of an amount that is not negative."""
    symbol = SYMBOLS.get(currency, "")
    small = 0 < micros < _CENT // 2 and not currency.islower()
    text = "0.01" if small else digits(micros, currency)
    return ("<" if small else "") + (f"{symbol}{text}" if symbol else f"{text} {currency}")


def digits(micros: int, currency: str) -> str:
    """Its number alone: `3.12`; `1,234` of points, without cents where there are none."""
    if currency.islower() and micros >= _MANY:
        return f"{micros / MICRO / 1e6:,.1f}M"
    cents = (micros + _CENT // 2) // _CENT
    whole, rest = divmod(cents, 100)
    return f"{whole:,}" if currency.islower() and not rest else f"{whole:,}.{rest:02}"
