"""The user's own prices: `[prices."model"]` of config.toml, in USD per million tokens."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from creditsui.domain.clean import clean
from creditsui.pricing.unit import UnitPrice

SOURCE = "config.toml"
TIERS = ("fast", "priority", "flex", "batch")
FIELDS = ("input", "output", "cache_read", "cache_write", "cache_write_1h")
_MOST = 1_000_000
"""USD per million tokens; no model costs more."""


def own(prices: Mapping[str, Any], provider: str, model: str, tier: str) -> tuple[UnitPrice, ...] | None:
    """What the user says a model costs, `provider/model` before `model`; None: nothing. Empty where it was said in a
    way that cannot be read: then it is unpriced, not priced by another table.

    Tokens whose price was not said have none, so that a call with any is unpriced: what a service takes for cache reads
    is between nothing and the full price, and for cache writes up to twice of it.
    """
    for name in (f"{provider}/{model}", model):
        for key, value in prices.items():
            told = dict(_tables(value)).get(tier) if key.lower() == name.lower() else None
            if told is not None:
                return () if _wrong(told) else (_unit(told),)
    return None


def faults(prices: Mapping[str, Any]) -> list[str]:
    """What cannot be used of it, a sentence each."""
    return [
        f"config.toml: {_name(model, tier)} {fault}."
        for model, value in prices.items()
        for tier, told in _tables(value)
        for fault in _wrong(told)
    ]


def _name(model: str, tier: str) -> str:
    return f'[prices."{clean(model, 80)}"{f".{tier}" if tier else ""}]'


def _tables(value: Any) -> Iterator[tuple[str, Any]]:
    """The usual price under "", and those of tiers, each a table of its own."""
    tiers = [name for name in TIERS if name in value] if isinstance(value, Mapping) else []
    if not tiers:
        yield "", value
    elif usual := {name: value[name] for name in value if name not in tiers}:
        yield "", usual
    yield from ((tier, value[tier]) for tier in tiers)


def _wrong(told: Any) -> list[str]:
    if not isinstance(told, Mapping):
        return ["is not a table; write input and output in USD per million tokens"]
    found = [f"{name} is missing" for name in FIELDS[:2] if name not in told]
    for name, value in told.items():
        if name not in FIELDS:
            found.append(f"{clean(name, 40)} means nothing here; known are {', '.join((*FIELDS, *TIERS))}")
        elif not _amount(value):
            found.append(f"{name} is not a number from 0 to {_MOST} (USD per million tokens)")
    return found


def _amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST


def _unit(told: Mapping[str, Any]) -> UnitPrice:
    return UnitPrice(
        input=pico(told["input"]),
        output=pico(told["output"]),
        cache_read=pico(told["cache_read"]) if "cache_read" in told else None,
        cache_write=pico(told["cache_write"]) if "cache_write" in told else None,
        cache_write_1h=pico(told["cache_write_1h"]) if "cache_write_1h" in told else None,
        source=SOURCE,
    )


def pico(per_million: Decimal | float) -> int:
    """Pico-USD per token, from USD per million tokens; a fraction of a pico-dollar is rounded half to even."""
    return int((Decimal(str(per_million)) * 1_000_000).to_integral_value())
