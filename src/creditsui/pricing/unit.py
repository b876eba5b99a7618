"""What a model's tokens cost, and what a call costs by that. Pure, exact, and without any table of its own."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from creditsui.domain.call import Call

PICO = 1_000_000_000_000
"""Pico-dollars in a dollar: a price per token is a whole number of them. $1 per million tokens is 1,000,000."""
_MINUTE, _DAY = 60_000, 86_400_000
"""Milliseconds."""
_THURSDAY = 3
"""The first day of 1970, counted from Monday."""
EVERY_DAY = 0b1111111
_PRICES = {"input", "output", "cache_read", "cache_write", "cache_write_1h"}
_OPEN = _PRICES - {"input"} | {"since", "until", "above", "up_to"}
"""Values that may be None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """Pico-USD per token, valid for calls from `since` to before `until` (milliseconds since 1970; None: open), whose
    whole prompt (input and cache) is longer than `above` and at most `up_to` tokens (None: any): a tier holds for the
    whole request, never for a part of it. Tokens whose price is None have none: a call with any of them is unpriced."""

    input: int
    output: int | None
    cache_read: int | None
    cache_write: int | None
    cache_write_1h: int | None
    since: int | None = None
    until: int | None = None
    above: int | None = None
    up_to: int | None = None
    from_minute: int = 0
    """Of the day in UTC, to before `to_minute`: for services that are dearer at some hours."""
    to_minute: int = 1440
    weekdays: int = EVERY_DAY
    """Days of the week in UTC that it holds on; bit 0 is Monday."""
    source: str = ""
    """Where it comes from, in words: `config.toml`, `genai-prices 0.2.3`."""

    @property
    def always(self) -> bool:
        """Whether it holds for every call."""
        return (
            self.since is self.until is self.above is self.up_to is None
            and self.to_minute - self.from_minute == 1440
            and self.weekdays == EVERY_DAY
        )

    def holds(self, at: int, prompt: int) -> bool:
        return (
            (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and (self.above is None or prompt > self.above)
            and (self.up_to is None or prompt <= self.up_to)
            and (self.to_minute - self.from_minute == 1440 or self.from_minute <= at % _DAY // _MINUTE < self.to_minute)
            and (self.weekdays == EVERY_DAY or bool(self.weekdays >> (at // _DAY + _THURSDAY) % 7 & 1))
        )


def to_json(units: Sequence[UnitPrice]) -> str:
    return json.dumps([asdict(unit) for unit in units])


def from_json(text: str) -> tuple[UnitPrice, ...]:
    """What `to_json` made. Raises ValueError for anything else: a price must not be guessed."""
    told = json.loads(text)
    if not isinstance(told, list):
        raise ValueError("no list")
    return tuple(_unit(one) for one in told)


def _unit(told: Any) -> UnitPrice:
    try:
        unit = UnitPrice(**told)
    except TypeError:
        raise ValueError("no price") from None
    for name, value in asdict(unit).items():
        fits = isinstance(value, str) if name == "source" else type(value) is int or (value is None and name in _OPEN)
        if not fits or (name in _PRICES and value is not None and value < 0):
            raise ValueError(name)
    return unit


def cost(call: Call, unit: UnitPrice) -> int | None:
    """Micro-USD, rounded half up from exact pico-USD. `output` includes reasoning; an hour's cache writes have a price
    of their own. None: some of its tokens have no price."""
    hour = min(call.cache_write_1h, call.cache_write)
    pico = call.input * unit.input
    for tokens, each in zip(
        (call.output, call.cache_read, call.cache_write - hour, hour),
        (unit.output, unit.cache_read, unit.cache_write, unit.cache_write_1h),
        strict=True,
    ):
        if each is not None:
            pico += tokens * each
        elif tokens:
            return None
    return (pico + 500_000) // 1_000_000


def price(call: Call, units: Sequence[UnitPrice], *, summed: bool = False) -> int | None:
    """By the first that holds; None: unpriced. `summed`: the call is the sum of several, whose prompts nobody knows, so
    it has the price of short ones."""
    prompt = 0 if summed else call.input + call.cache_read + call.cache_write
    for unit in units:
        if unit.holds(call.at, prompt):
            return cost(call, unit)
    return None
