"""What a model costs, by everything that is known: the user's own prices, ours, and the price table.

The only module that loads the table, and only inside functions: it takes a sixth of a second and 30 MB.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from creditsui.pricing import deepseek
from creditsui.pricing.aliases import Asked, asked
from creditsui.pricing.own import own, pico
from creditsui.pricing.table import table_name
from creditsui.pricing.unit import UnitPrice

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, PriceVariant

_TOKENS = ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok")
_UNTOLD = {"requests_kcount", "output_reasoning_mtok", "output_citation_mtok"}
"""What is charged on top of tokens, or for some of them only, and stands in no log."""
_DAY = re.compile(r"[-@](20\d\d-[01]\d-[0-3]\d|20\d\d[01]\d[0-3]\d|default)$|-latest$")
_VERSION = re.compile(r"(-v\d+)?(:\d+)?$")
_PREVIEW = re.compile(r"-(preview(-\d\d-\d\d(\d\d)?)?|00\d)$")

TIMES: Mapping[tuple[str, str], Fraction] = {
    ("anthropic", "claude-opus-4-6"): Fraction(6),  # until fast mode was withdrawn for these two
    ("anthropic", "claude-opus-4-7"): Fraction(6),
    ("openai", "gpt-5"): Fraction(2),
    ("openai", "gpt-5-mini"): Fraction(9, 5),
    ("openai", "gpt-5.1"): Fraction(2),
    ("openai", "gpt-5.2"): Fraction(2),
    ("openai", "gpt-5.3-codex"): Fraction(2),
    ("openai", "gpt-5.4"): Fraction(2),
    ("openai", "gpt-5.4-mini"): Fraction(2),
    ("openai", "gpt-5.5"): Fraction(5, 2),
    ("openai", "gpt-5.6-luna"): Fraction(2),
    ("openai", "gpt-5.6-sol"): Fraction(2),
    ("openai", "gpt-5.6-terra"): Fraction(2),
}
"""What `fast` and `priority` cost more, for days of which the table does not tell (the makers' pages on fast mode and
priority processing)."""


def units(provider: str, model: str, tier: str, prices: Mapping[str, Any]) -> tuple[UnitPrice, ...]:
    """Every price that a model had or has, by day, by hour where that matters, and by the length of the prompt; the
    first that holds is the one. `prices` are the user's own, as they stand in config.toml. Empty: unpriced."""
    told = own(prices, provider, model, tier)
    if told is not None:
        return told
    return tuple(_clip(unit, one) for one in asked(provider, model, tier) for unit in _found(one))


def _found(one: Asked) -> tuple[UnitPrice, ...]:
    if one.table == "deepseek":
        return () if one.tier else deepseek.rows(one.model)
    return tuple(_rows(one))


def _clip(unit: UnitPrice, one: Asked) -> UnitPrice:
    starts = [at for at in (unit.since, one.since) if at is not None]
    ends = [at for at in (unit.until, one.until) if at is not None]
    return replace(unit, since=max(starts, default=None), until=min(ends, default=None))


def _rows(one: Asked) -> Iterator[UnitPrice]:
    """What the table says: its prices are constant between the days that it names."""
    from genai_prices.data_snapshot import get_snapshot
    from genai_prices.types import StartDateConstraint

    everybody = get_snapshot().providers
    provider = next((each for each in everybody if each.id == one.table), None)
    model = provider.find_model(one.model, all_providers=everybody) if provider else None
    if provider is None or model is None or not _same(one, model):
        return
    variants = _variants(model, one.tier) if any(model is each for each in provider.models) else []
    limits = [each.constraint for each in variants]
    limits += [each.constraint for each in model.prices] if isinstance(model.prices, list) else []
    days: set[date] = set()
    for limit in limits:
        if isinstance(limit, StartDateConstraint):
            days.add(limit.start_date)
        elif limit is not None:
            return  # a price by the hour, or by what a later table may invent
    edges = sorted(days)
    before: list[UnitPrice] = []
    for start, end in zip([None, *edges], [*edges, None], strict=True):
        moment = _noon(start or (end or date(2026, 1, 1)) - timedelta(days=1))
        band = [
            replace(unit, since=_midnight(start), until=_midnight(end), source=table_name())
            for unit in _band(one, model, variants, moment)
        ]
        if [replace(unit, since=None, until=None) for unit in band] == [
            replace(unit, since=None, until=None) for unit in before
        ]:
            before = [replace(unit, until=_midnight(end)) for unit in before]
        else:
            yield from before
            before = band
    yield from before


def _band(one: Asked, model: "ModelInfo", variants: "list[PriceVariant]", moment: datetime) -> Iterator[UnitPrice]:
    """All lengths of prompts at a moment, at the tier asked for."""
    if not one.tier:
        yield from _lengths(model, model.get_prices(moment))
        return
    active = next((each for each in variants if _active(each, moment)), None)
    if active is not None:
        yield from _lengths(model, model.get_prices(moment, active.when))
        return
    times = TIMES.get((one.table, model.id)) if one.tier in ("fast", "priority") else None
    if times is None:
        return
    first = min((each for each in variants), key=_begins, default=None)
    for unit in _lengths(model, model.get_prices(moment)):
        if first is None or _bears_out(model, first, unit, times):
            yield _multiplied(unit, times)


def _bears_out(model: "ModelInfo", variant: "PriceVariant", unit: UnitPrice, times: Fraction) -> bool:
    """Whether the table's own first price of a tier is as many times the usual one of that day, for such prompts: for
    long ones it is not everywhere."""
    day, prompt = _begins(variant), (unit.above or 0) + 1
    usual = _at(_lengths(model, model.get_prices(day)), prompt)
    dear = _at(_lengths(model, model.get_prices(day, variant.when)), prompt)
    return usual is not None and dear is not None and _prices(_multiplied(usual, times)) == _prices(dear)


def _at(units: Iterator[UnitPrice], prompt: int) -> UnitPrice | None:
    return next((unit for unit in units if unit.holds(0, prompt)), None)


def _prices(unit: UnitPrice) -> tuple[int | None, ...]:
    return unit.input, unit.output, unit.cache_read, unit.cache_write, unit.cache_write_1h


def _multiplied(unit: UnitPrice, times: Fraction) -> UnitPrice:
    def more(price: int | None) -> int | None:
        return None if price is None else round(price * times)

    return replace(
        unit, input=round(unit.input * times), output=more(unit.output), cache_read=more(unit.cache_read),
        cache_write=more(unit.cache_write), cache_write_1h=more(unit.cache_write_1h),
    )  # fmt: skip


def _lengths(model: "ModelInfo", prices: "ModelPrice") -> Iterator[UnitPrice]:
    """One price for each length of prompt that it distinguishes."""
    from genai_prices.types import TieredPrices

    told = {name: value for name, value in vars(prices).items() if value is not None}
    if not told and _free(model):
        yield UnitPrice(input=0, output=0, cache_read=0, cache_write=0, cache_write_1h=0)
    if "input_mtok" not in told or _UNTOLD & told.keys():
        return
    steps = sorted({tier.start for each in told.values() if isinstance(each, TieredPrices) for tier in each.tiers})
    for above, up_to in zip([None, *steps], [*steps, None], strict=True):
        row: dict[str, int] = {}
        for name in _TOKENS:
            value = told.get(name)
            if isinstance(value, TieredPrices):
                passed = [tier.price for tier in value.tiers if above is not None and tier.start <= above]
                value = passed[-1] if passed else value.base
            if value is not None:
                row[name] = pico(value)
        usual = row["input_mtok"]
        write = row.get("cache_write_mtok", usual)
        # Prompts that no cheaper or dearer price is named for are ordinary input, as the table itself counts them. Only
        # an hour's writes are dearer wherever writes have a price at all: without theirs they have none.
        hour = row.get("cache_write_1h_mtok", None if "cache_write_mtok" in row else usual)
        yield UnitPrice(
            input=usual, output=row.get("output_mtok"), cache_read=row.get("cache_read_mtok", usual),
            cache_write=write, cache_write_1h=hour, above=above, up_to=up_to,
        )  # fmt: skip


def _free(model: "ModelInfo") -> bool:
    """Whether no price means that it costs nothing, by its name or by the table's own words; else nobody knows it."""
    return model.id.endswith(":free") or "Included in the subscription" in (model.price_comments or "")


def _variants(model: "ModelInfo", tier: str) -> "list[PriceVariant]":
    return [each for each in model.price_variants or () if tier and list(each.when.values()) == [tier]]


def _active(variant: "PriceVariant", moment: datetime) -> bool:
    return variant.constraint is None or variant.constraint.active(moment)


def _begins(variant: "PriceVariant") -> datetime:
    return _noon(getattr(variant.constraint, "start_date", date(1970, 1, 1)))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _midnight(day: date | None) -> int | None:
    return None if day is None else round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _same(one: Asked, model: "ModelInfo") -> bool:
    """Whether the table means what was asked for: it also finds what only begins with, or contains, a name of its own,
    such as a faster variant at six times the price. A day, a version or a region after or before it may differ."""
    names = {model.id.lower(), *_names(model.match)}
    stem = _stem(one.table, one.model)
    return one.model in names or stem in names or stem in {_stem(one.table, name) for name in names}


def _names(clause: Any) -> Iterator[str]:
    """Names that a rule of the table writes out."""
    for part in vars(clause).values():
        if isinstance(part, str) and not hasattr(clause, "regex"):
            yield part.lower().lstrip("/")
        elif isinstance(part, list):
            for each in part:
                yield from _names(each)


def _stem(table: str, id: str) -> str:
    if table == "aws":
        id = _VERSION.sub("", id).removeprefix("us." if ".anthropic." not in id else "")
    if table == "google":
        id = _PREVIEW.sub("", id)
    return _DAY.sub("", id)
