"""How readings, states of asking and entries stand in the ledger.

Loaded by who asks for them: what decodes them takes longer to make than a ledger of calls takes to open.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, get_args

import msgspec

from creditsui.adapters.instant import Micros, utc
from creditsui.domain.cadence import AskState
from creditsui.domain.entry import CREDIT_KINDS, Entry, EntryType
from creditsui.domain.money import Money
from creditsui.domain.reading import Reading, Recorded

_TYPES = frozenset(get_args(EntryType))
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_READING = msgspec.json.Decoder(Reading)
_STATE = msgspec.json.Decoder(AskState)


def of_reading(reading: Reading) -> str:
    """But for its instant: the same whenever nothing changed."""
    return _text(replace(reading, at=_ANY_TIME))


def recorded(at: Micros, until: Micros, content: str) -> Recorded:
    """Raises msgspec.DecodeError."""
    reading = _READING.decode(content)
    # Nobody else has it yet, and a year has 100,000 of them: a copy would take longer than all the rest.
    since = utc(at)
    object.__setattr__(reading, "at", since)
    return Recorded(reading, since if until == at else utc(until))


recorded_again = lru_cache(2048)(recorded)
"""The same of the latest rows, which every board reads anew."""


def of_state(state: AskState) -> str:
    return _text(state)


def state(content: str) -> AskState:
    """Raises msgspec.DecodeError."""
    return _STATE.decode(content)


def entry(row: tuple[Any, ...]) -> Entry:
    """Raises ValueError or OverflowError for what no version ever wrote."""
    number, id, type, account, at, booked_at, amount, currency, expires_at, granted, note, undoes = row
    texts, numbers = (id, account, note), (at, booked_at, granted)
    if type not in _TYPES or not all(isinstance(one, str) for one in texts):
        raise ValueError("no entry")
    if not all(isinstance(one, int) for one in numbers) or not isinstance(undoes, str | None):
        raise ValueError("no entry")
    if (amount is None) != (currency is None) or not isinstance(amount, int | None):
        raise ValueError("no amount")
    return Entry(
        number=number,
        id=id,
        type=type,
        account=account,
        at=utc(at),
        booked_at=utc(booked_at),
        amount=None if amount is None else Money(amount, currency),
        expires_at=date.fromisoformat(expires_at) if expires_at else None,
        kind=CREDIT_KINDS[granted] if 0 <= granted < len(CREDIT_KINDS) else "granted",
        note=note,
        undoes=undoes,
    )


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
