"""Amounts, days and times as they are typed on the command line."""

from datetime import date, datetime, time, tzinfo

from creditsui.cli.parser import WrongUse, say
from creditsui.domain.money import AmountError, Money, currency_code, typed_amount


def amount(text: str, currency: str) -> Money:
    """`45`, `$45`, `45 USD`. Raises WrongUse, which repeats only what is short and plain."""
    try:
        return typed_amount(text, currency)
    except AmountError as fault:
        sentence = str(fault).rstrip(".")
        if say(text) != text:
            sentence = "that is not an amount. Write it like 45, 45.00, $45 or 45 USD"
        raise WrongUse(sentence) from None


def plain(text: str, name: str) -> float:
    """A positive amount without its currency, such as a capacity. Raises WrongUse."""
    value = amount(text, "USD").amount
    if value <= 0:
        raise WrongUse(f"{name} is more than 0")
    return value


def currency(text: str) -> str:
    """Raises WrongUse."""
    try:
        return currency_code(text)
    except AmountError:
        raise WrongUse(f"{say(text)} is not a currency; write a code such as USD or a word such as points") from None


def day(text: str) -> date:
    """`2027-11-20`. Raises WrongUse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{say(text)} is not a day; write it like 2027-11-20") from None


def instant(text: str, now: datetime, zone: tzinfo) -> datetime:
    """`2026-11-12`, `2026-11-12T09:00`, `09:00` (today) in `zone`, or with an offset of its own. Raises WrongUse."""
    try:
        if "-" not in text and "T" not in text:
            return datetime.combine(now.astimezone(zone).date(), time.fromisoformat(text), zone)
        at = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{say(text)} is not a time; write it like 2026-11-12T09:00") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
