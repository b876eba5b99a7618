"""Prices against the table's own sums, and what is rather left unpriced than wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache

import pytest
from genai_prices.data import providers
from genai_prices.types import (
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    Provider,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
    Usage,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from creditsui.domain.call import Call
from creditsui.pricing import quote
from creditsui.pricing.aliases import TABLES, Asked, asked
from creditsui.pricing.quote import units
from creditsui.pricing.unit import UnitPrice, price
from tests.soak import rounds

KNOWN = {each.id: each for each in providers}
MODELS = [
    (each, model) for id in sorted({*TABLES.values()} - {"deepseek"}) for each in [KNOWN[id]] for model in each.models
]
TIERS = ("", "fast", "priority", "flex", "batch")


@cache
def found(table: str, model: str, tier: str) -> tuple[UnitPrice, ...]:
    return quote._found(Asked(table, model.lower(), tier))


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def told(model: ModelInfo, tier: str) -> tuple[dict[str, str], ...]:
    """The contexts in which the table has another price for a tier."""
    return tuple(each.when for each in model.price_variants or () if [*each.when.values()] == [tier])


def days(model: ModelInfo) -> set[datetime]:
    """Midnight of every day on which a price changes."""
    limits = [each.constraint for each in model.prices] if isinstance(model.prices, list) else []
    limits += [each.constraint for each in model.price_variants or ()]
    return {
        datetime.combine(each.start_date, time(), UTC) for each in limits if isinstance(each, StartDateConstraint)
    } | {datetime(2026, 11, 20, 12, tzinfo=UTC)}


def steps(prices: ModelPrice) -> set[int]:
    return {tier.start for each in vars(prices).values() if isinstance(each, TieredPrices) for tier in each.tiers}


def sums(provider: Provider, model: ModelInfo, call: Call, context: dict[str, str] | None) -> Decimal:
    """Micro-USD, as the table itself counts."""
    usage = Usage(
        input_tokens=call.input + call.cache_read + call.cache_write, output_tokens=call.output,
        cache_read_tokens=call.cache_read, cache_write_tokens=call.cache_write,
        cache_write_1h_tokens=call.cache_write_1h,
    )  # fmt: skip
    at = datetime.fromtimestamp(call.at / 1000, UTC)
    return model.calc_price(usage, provider, genai_request_timestamp=at, price_context=context).total_price * 1_000_000


def known(model: ModelInfo, tier: str, at: int) -> bool:
    """Whether the table knows the tier at that time; else it silently counts the usual price."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    limits = [each.constraint for each in model.price_variants or () if [*each.when.values()] == [tier]]
    return not tier or any(limit is None or limit.active(moment) for limit in limits)


def equal(provider: Provider, model: ModelInfo, tier: str, call: Call) -> bool:
    """Whether ours is the table's sum. False: there is none of ours, or none of theirs."""
    ours = price(call, found(provider.id, model.id, tier))
    if ours is None or not known(model, tier, call.at):
        return False
    theirs = sums(provider, model, call, told(model, tier)[0] if tier else None)
    assert abs(ours - theirs) <= Decimal("1.1"), (provider.id, model.id, tier, call, ours, theirs)
    return True


@cache
def priced() -> tuple[tuple[Provider, ModelInfo, str], ...]:
    """Looked up by the first test that asks for it, not by whoever collects the tests."""
    return tuple(_priced())


def _priced() -> Iterator[tuple[Provider, ModelInfo, str]]:
    for provider, model in MODELS:
        for tier in TIERS:
            if found(provider.id, model.id, tier) and (not tier or told(model, tier)):
                yield provider, model, tier


def test_every_price_of_every_model_is_the_tables_on_every_edge_of_its_days_and_lengths() -> None:
    compared = 0
    for provider, model, tier in priced():
        starts = {0, *(step for day in days(model) for step in steps(model.get_prices(day)))}
        for day in days(model):
            for moment in (day - timedelta(milliseconds=1), day, day + timedelta(days=1)):
                for size in {max(start + more, 0) for start in starts for more in (-1, 0, 1)}:
                    third = size // 3
                    call = Call(1, ms(moment), "m", size - 2 * third, 0, third, third)
                    compared += equal(provider, model, tier, call)
    assert len(priced()) > 1700
    assert compared > 15_000


tokens = st.integers(0, 2_000_000)


@given(
    which=st.deferred(lambda: st.sampled_from(priced())), at=st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1)),
    input=tokens, output=tokens, read=tokens, write=tokens, hour=st.integers(0, 100),
)  # fmt: skip
@settings(max_examples=rounds(full=400, short=120), deadline=None)
def test_any_call_at_any_time_costs_what_the_table_says_or_is_unpriced_for_a_known_reason(
    which: tuple[Provider, ModelInfo, str], at: datetime, input: int, output: int, read: int, write: int, hour: int
) -> None:
    provider, model, tier = which
    moment = at.replace(tzinfo=UTC)
    call = Call(1, ms(moment), "m", input, output, read, write, write * hour // 100)
    if equal(provider, model, tier, call):
        return
    prices = model.get_prices(moment)
    no_output = prices.output_mtok is None and output
    no_hour = prices.cache_write_mtok is not None and prices.cache_write_1h_mtok is None and call.cache_write_1h
    assert no_output or no_hour or not known(model, tier, call.at), (provider.id, model.id, tier, call)


def test_prices_of_a_model_never_overlap_and_leave_no_gap_in_time_or_length() -> None:
    for provider, model, tier in priced():
        if tier:
            continue
        rows = found(provider.id, model.id, tier)
        for at in [0, *(ms(day) for day in days(model))]:
            for prompt in (0, 100_000, 272_001, 10_000_000):
                assert sum(row.holds(at, prompt) for row in rows) == 1, (provider.id, model.id)


# What is rejected: the table finds these, and means something else.


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("", "claude-opus-4-6-turbo"),
        ("", "claude-opus-4-9"),
        ("", "claude-opus-4-1-preview"),
        ("", "gpt-5.3-codex-spark"),
        ("", "gpt-5-nano-experimental"),
        ("google", "gemini-2.5-pro-exp-03-25"),
        ("google", "gemini-3-pro"),
        ("xai", "grok-9"),
        ("bedrock", "us-gov.anthropic.claude-opus-4-8-v1:0"),
        ("bedrock", "eu.meta.llama3-3-70b-instruct-v1:0"),
        ("minimax", "MiniMax-M2.55"),
        ("moonshot", "kimi-k2.5-turbo"),
        ("openrouter", "anthropic/claude-opus-4.8:nitro"),
        ("", "<synthetic>"),
        ("", ""),
    ],
)
def test_pitfall_23_an_unknown_model_is_unpriced_never_free_and_never_a_neighbours(provider: str, model: str) -> None:
    assert units(provider, model, "", {}) == ()


def test_the_table_would_have_given_a_neighbours_price() -> None:
    for table, model in (("anthropic", "claude-opus-4-6-turbo"), ("google", "gemini-2.5-pro-exp-03-25")):
        assert KNOWN[table].find_model(model)


def test_a_fast_opus_is_not_priced_as_a_slow_one_which_is_six_times_too_cheap() -> None:
    slow, fast = units("", "claude-opus-4-6", "", {}), units("", "claude-opus-4-6-fast", "", {})
    call = Call(1, ms(datetime(2026, 4, 1, tzinfo=UTC)), "m", 1_000, 1_000)
    assert price(call, slow) == 30_000
    assert price(call, fast) == price(call, units("", "claude-opus-4-6", "fast", {})) == 180_000
    assert price(call, units("", "claude-opus-4-8", "fast", {})) == 60_000


def test_a_long_prompt_to_a_fast_opus_before_the_premium_ended_has_both() -> None:
    call = Call(1, ms(datetime(2026, 3, 1, tzinfo=UTC)), "m", 200_001)
    assert price(call, units("", "claude-opus-4-6", "fast", {})) == 200_001 * 60
    later = call._replace(at=ms(datetime(2026, 3, 13, tzinfo=UTC)))
    assert price(later, units("", "claude-opus-4-6", "fast", {})) == 200_001 * 30


def test_glm_without_its_seller_is_unpriced_since_two_sell_it_at_two_prices() -> None:
    assert units("", "glm-5", "", {}) == ()
    assert units("zai", "glm-5", "", {})


def test_minimax_m2_5_has_the_price_that_the_table_writes_out_for_it_by_name() -> None:
    (unit,) = units("minimax", "MiniMax-M2.5", "", {})
    assert (unit.input, unit.output, unit.cache_read) == (300_000, 1_200_000, 30_000)


def test_gpt_5_codex_and_its_kin_cost_what_their_vendor_takes() -> None:
    for model, plain in (("gpt-5-codex", "gpt-5"), ("gpt-5.1-codex-max", "gpt-5.1"), ("gpt-5.2-codex", "gpt-5.2")):
        assert units("codex", model, "", {}) == units("openai", plain, "", {}) != ()


def test_pitfall_06_fast_and_priority_of_days_before_the_table_knew_them_are_multiples() -> None:
    def at(day: datetime, model: str, tier: str, prompt: int = 1_000) -> int | None:
        return price(Call(1, ms(day), "m", prompt), units("codex", model, tier, {}))

    june, october = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)
    assert (at(june, "gpt-5.5", ""), at(june, "gpt-5.5", "priority"), at(june, "gpt-5.5", "fast")) == (
        5_000, 12_500, 12_500,
    )  # fmt: skip
    assert at(june, "gpt-5.4", "fast") == 5_000
    assert at(june, "gpt-5.3-codex", "priority") == 3_500
    before, after = datetime(2026, 7, 29, tzinfo=UTC), datetime(2026, 7, 30, tzinfo=UTC)
    assert (at(before, "gpt-5.6-terra", "fast"), at(after, "gpt-5.6-terra", "fast")) == (5_000, 4_000)
    assert at(october, "gpt-5.6-terra", "fast") == 4_000


def test_a_long_prompt_at_priority_is_unpriced_where_priority_excluded_long_prompts() -> None:
    june = ms(datetime(2026, 6, 1, tzinfo=UTC))
    assert price(Call(1, june, "m", 272_000), units("codex", "gpt-5.5", "priority", {})) is not None
    assert price(Call(1, june, "m", 272_001), units("codex", "gpt-5.5", "priority", {})) is None
    august = ms(datetime(2026, 8, 1, tzinfo=UTC))
    assert price(Call(1, august, "m", 272_001), units("codex", "gpt-5.6-terra", "fast", {})) == 272_001 * 8


def test_a_tier_that_nobody_tells_the_price_of_is_unpriced_and_not_the_usual_price() -> None:
    assert units("google", "gemini-2.5-flash", "priority", {}) == ()
    assert units("openai", "o3-mini", "fast", {}) == ()
    assert units("anthropic", "claude-opus-4-6", "flex", {}) == ()
    assert units("azure", "gpt-5.4", "priority", {}) == () != units("azure", "gpt-5.4", "", {})
    june = Call(1, ms(datetime(2026, 6, 1, tzinfo=UTC)), "m", 1)
    assert price(june, units("openai", "gpt-5.4", "flex", {})) is None
    assert units("anthropic", "claude-opus-4-8", "no such tier", {}) == ()


def test_dated_and_otherwise_spelt_ids_are_the_model() -> None:
    opus = units("anthropic", "claude-opus-4-5", "", {})
    assert opus
    for model in ("claude-opus-4-5-20251101", "claude-opus-4-5@20251101", "claude-4-5-opus", "claude-opus-4.5",
                  "claude-opus-4-5-latest", "anthropic/claude-opus-4.5"):  # fmt: skip
        assert units("", model, "", {}) == opus, model
    assert units("openai", "gpt-5.2-20251211", "", {}) == units("openai", "gpt-5.2", "", {})
    assert units("google", "gemini-2.5-pro-preview-06-05", "", {}) == units("google", "gemini-2.5-pro", "", {})
    assert units("vertex", "claude-opus-4-5@default", "", {})


def test_bedrock_is_dearer_in_a_region_than_worldwide() -> None:
    (world,) = units("bedrock", "global.anthropic.claude-opus-4-8-v1:0", "", {})
    for model in (
        "us.anthropic.claude-opus-4-8-v1:0",
        "eu.anthropic.claude-opus-4-8",
        "anthropic.claude-opus-4-8-v1:0",
    ):
        (unit,) = units("bedrock", model, "", {})
        assert (world.input, unit.input) == (5_000_000, 5_500_000)


def test_a_model_of_bedrock_that_has_one_price_has_it_in_the_united_states_only() -> None:
    (unit,) = units("bedrock", "us.meta.llama3-3-70b-instruct-v1:0", "", {})
    assert units("bedrock", "meta.llama3-3-70b-instruct-v1:0", "", {}) == (unit,)
    assert units("bedrock", "ap.meta.llama3-3-70b-instruct-v1:0", "", {}) == ()


def test_a_free_model_costs_a_true_zero_and_an_empty_price_is_not_one() -> None:
    (unit,) = units("openrouter", "agentica-org/deepcoder-14b-preview:free", "", {})
    assert price(Call(1, 0, "m", 1_000, 1_000, 1_000, 1_000, 1_000), (unit,)) == 0
    (included,) = units("copilot", "gpt-4.1", "", {})
    assert included.input == included.output == 0
    assert units("cerebras", "qwen-3-coder-480b", "", {}) == ()
    assert units("openrouter", "stealth/crouton-alpha", "", {}) == ()


def test_what_is_charged_beside_tokens_makes_a_model_unpriced() -> None:
    assert units("perplexity", "sonar-pro", "", {}) == ()
    assert units("openrouter", "perplexity/sonar-deep-research", "", {}) == ()


def test_an_hours_writes_without_a_price_are_not_priced_as_those_of_five_minutes() -> None:
    (unit,) = units("openrouter", "anthropic/claude-opus-4.8", "", {})
    assert unit.cache_write == 6_250_000
    assert price(Call(1, 0, "m", 1, 1, 1, 100, 0), (unit,)) is not None
    assert price(Call(1, 0, "m", 1, 1, 1, 100, 100), (unit,)) is None


def test_cached_prompts_without_a_price_of_their_own_are_ordinary_input() -> None:
    (unit,) = units("openai", "gpt-5-pro", "", {})
    assert unit.cache_read == unit.cache_write == unit.input == 15_000_000


def test_an_alias_by_date_has_each_price_in_its_time_only() -> None:
    rows = units("codex", "codex-auto-review", "", {})
    day = {"2026-03-10": 2_500, "2026-05-12": 5_000, "2026-07-20": 1_000, "2026-08-20": 200, "2025-01-01": None}
    for date, cost in day.items():
        assert price(Call(1, ms(datetime.fromisoformat(f"{date}T08:00:00Z")), "m", 1_000), rows) == cost
    assert all(row.since is not None and (row.until is None or row.since < row.until) for row in rows)
    for at in (ms(datetime(2026, 7, 9, tzinfo=UTC)), ms(datetime(2026, 7, 30, tzinfo=UTC))):
        assert [sum(row.holds(when, 0) for row in rows) for when in (at - 1, at)] == [1, 1]
    september = ms(datetime(2026, 9, 20, tzinfo=UTC))
    assert price(Call(1, september, "m", 1_000), units("kimi-code", "kimi-for-coding", "", {})) is None


def test_a_price_says_where_it_comes_from() -> None:
    assert units("", "claude-opus-4-8", "", {})[0].source.startswith("genai-prices 0.2")
    assert units("deepseek", "deepseek-v4-pro", "", {})[0].source == "DeepSeek's price list"
    assert units("", "x", "", {"x": {"input": 1, "output": 2}})[0].source == "config.toml"


def test_every_alias_leads_to_a_price() -> None:
    from creditsui.pricing.aliases import STOOD_FOR
    from creditsui.pricing.quote import TIMES

    for table, name in STOOD_FOR:
        provider = next(id for id, own in TABLES.items() if own == table)
        assert {one.model for one in asked(provider, name, "")} and units(provider, name, "", {}), name
    for table, model in TIMES:
        assert units(table, model, "fast", {}), model


# What a later table may hold.


def made(monkeypatch: pytest.MonkeyPatch, model: ModelInfo) -> tuple[UnitPrice, ...]:
    from genai_prices import data_snapshot

    own = Provider(id="anthropic", name="", api_pattern="", models=[model])
    monkeypatch.setattr(data_snapshot, "_custom_snapshot", data_snapshot.DataSnapshot([own], False))
    return quote._found(Asked("anthropic", model.id, ""))


def dollars(amount: str) -> ModelPrice:
    return ModelPrice(input_mtok=Decimal(amount), output_mtok=Decimal(amount))


def test_a_price_by_the_hour_in_the_table_is_not_taken_for_all_day(monkeypatch: pytest.MonkeyPatch) -> None:
    from genai_prices.types import ClauseEquals

    night = ConditionalPrice(TimeOfDateConstraint(time(0), time(8)), prices=dollars("1"))
    prices = [ConditionalPrice(prices=dollars("2")), night]
    assert made(monkeypatch, ModelInfo("claude-x", ClauseEquals("claude-x"), prices=prices)) == ()
    assert made(monkeypatch, ModelInfo("claude-x", ClauseEquals("claude-x"), prices=prices[:1]))


def test_days_on_which_nothing_about_tokens_changed_are_one_price(monkeypatch: pytest.MonkeyPatch) -> None:
    from genai_prices.types import ClauseEquals

    later = ModelPrice(input_mtok=Decimal(2), output_mtok=Decimal(2), web_searches_kcount=Decimal(10))
    day = StartDateConstraint(datetime(2026, 1, 5).date())
    prices = [ConditionalPrice(prices=dollars("2")), ConditionalPrice(day, prices=later)]
    (unit,) = made(monkeypatch, ModelInfo("claude-x", ClauseEquals("claude-x"), prices=prices))
    assert (unit.since, unit.until) == (None, None)


def test_a_variant_of_a_tier_among_others_is_not_mistaken(monkeypatch: pytest.MonkeyPatch) -> None:
    from genai_prices.types import ClauseEquals

    both = PriceVariant({"speed": "fast", "region": "eu"}, dollars("9"))
    model = ModelInfo("claude-x", ClauseEquals("claude-x"), prices=dollars("2"), price_variants=[both])
    assert len(made(monkeypatch, model)) == 1
    assert quote._found(Asked("anthropic", "claude-x", "fast")) == ()


@given(model=st.text(max_size=60), provider=st.sampled_from(["", "x", *TABLES]), tier=st.sampled_from(TIERS))
@example(model="claude-\ud800", provider="", tier="")
@settings(max_examples=rounds(full=200, short=60), deadline=None)
def test_no_name_that_a_log_may_hold_breaks_the_search(model: str, provider: str, tier: str) -> None:
    assert isinstance(units(provider, model, tier, {}), tuple)
