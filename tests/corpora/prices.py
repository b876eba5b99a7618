"""List prices of the models in the corpora, written down apart from the program's own table. USD per million tokens."""

from decimal import ROUND_HALF_UP, Decimal

LONG = {"gpt-5.5": 272_000, "gpt-5.4": 272_000, "claude-sonnet-4-5": 200_000, "gemini-3-pro-preview": 200_000}
"""Tokens of a prompt above which more is charged for the whole of the request."""
CHANGED = 1_785_369_600_000
"""2026-07-30, in milliseconds: when gpt-5.6-terra became cheaper."""

_USUAL = {  # input, output, cache read, cache write (5 minutes), cache write (1 hour)
    "claude-opus-4-8": ("5", "25", "0.5", "6.25", "10"),
    "claude-sonnet-4-6": ("3", "15", "0.3", "3.75", "6"),
    "claude-haiku-4-5": ("1", "5", "0.1", "1.25", "2"),
    "claude-haiku-4-5-20251001": ("1", "5", "0.1", "1.25", "2"),
    "claude-sonnet-4-5": ("3", "15", "0.3", "3.75", "6"),
    "gpt-5.6-terra": ("2", "12", "0.2", "2.5", "0"),
    "gpt-5.5": ("5", "30", "0.5", "0", "0"),
    "gpt-5.4": ("2.5", "15", "0.25", "0", "0"),
    "gpt-5.3-codex": ("1.75", "14", "0.175", "0", "0"),
    "gemini-3-pro-preview": ("2", "12", "0.2", "2", "2"),
    "gemini-3-flash-preview": ("0.5", "3", "0.05", "0.5", "0.5"),
    "gemini-2.5-flash": ("0.3", "2.5", "0.03", "0.3", "0.3"),
    "kimi-k2.6": ("0.95", "4", "0.16", "0.95", "0.95"),
}
_BEFORE = {"gpt-5.6-terra": ("2.5", "15", "0.25", "3.125", "0")}
_LONGER = {
    "claude-sonnet-4-5": ("6", "22.5", "0.6", "7.5", "12"),
    "gpt-5.5": ("10", "45", "1", "0", "0"),
    "gpt-5.4": ("5", "22.5", "0.5", "0", "0"),
    "gemini-3-pro-preview": ("4", "18", "0.4", "4", "4"),
}
_TIMES = {
    ("claude-opus-4-8", "fast"): Decimal(2),
    ("gpt-5.5", "priority"): Decimal("2.5"),
    ("gpt-5.4", "priority"): Decimal(2),
}


def cost(model: str, tier: str, at: int, prompt: int, *tokens: int) -> int | None:
    """Micro-USD, rounded half up; None: nobody sells it, or not so. `tokens`: input, output, cache read, cache write,
    and how much of that for an hour."""
    prices = _BEFORE.get(model) if at < CHANGED else None
    prices = prices or (_LONGER[model] if prompt > LONG.get(model, prompt) else _USUAL.get(model))
    times = _TIMES.get((model, tier)) if tier else Decimal(1)
    if prices is None or times is None:
        return None
    input, output, read, written, hour = tokens
    counted = (input, output, read, written - hour, hour)
    micros = sum(Decimal(price) * count for price, count in zip(prices, counted, strict=True)) * times
    return int(micros.quantize(Decimal(1), ROUND_HALF_UP))
