"""What a model's tokens cost, and what a call costs by that. Pure, exact, and without any table of its own."""

from dataclasses import dataclass

from creditsui.domain.call import Call

PICO = 1_000_000_000_000
"""Pico-dollars in a dollar: a price per token is a whole number of them. $1 per million tokens is 1,000,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """Pico-USD per token, valid for calls from `since` to before `until` (milliseconds since 1970; None: open), whose
    whole prompt (input and cache) is longer than `above` and at most `up_to` tokens (None: any): a tier holds for the
    whole request, never for a part of it."""

    input: int
    output: int
    cache_read: int
    cache_write: int
    cache_write_1h: int
    since: int | None = None
    until: int | None = None
    above: int | None = None
    up_to: int | None = None
    source: str = ""
    """Where it comes from, in words: `config.toml`, `genai-prices 0.2.3`."""

    def holds(self, at: int, prompt: int) -> bool:
        return (
            (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and (self.above is None or prompt > self.above)
            and (self.up_to is None or prompt <= self.up_to)
        )


def cost(call: Call, unit: UnitPrice) -> int:
    """Micro-USD, rounded half up from exact pico-USD. `output` includes reasoning; an hour's cache writes have a price
    of their own."""
    short = call.cache_write - call.cache_write_1h
    pico = (
        call.input * unit.input
        + call.output * unit.output
        + call.cache_read * unit.cache_read
        + short * unit.cache_write
        + call.cache_write_1h * unit.cache_write_1h
    )
    return (pico + 500_000) // 1_000_000


def price(call: Call, units: "list[UnitPrice] | tuple[UnitPrice, ...]") -> int | None:
    """By the first that holds; None: unpriced."""
    prompt = call.input + call.cache_read + call.cache_write
    unit = next((one for one in units if one.holds(call.at, prompt)), None)
    return None if unit is None else cost(call, unit)
