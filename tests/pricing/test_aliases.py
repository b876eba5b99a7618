"""What the id of a model means, where logs name it in many ways."""

import pytest

from creditsui.pricing.aliases import TABLES, asked, instant, maker
from creditsui.providers import catalogue


def rows(provider: str, model: str, tier: str = "") -> list[tuple[str, str, str]]:
    return [one[:3] for one in asked(provider, model, tier)]


@pytest.mark.parametrize(
    ("model", "id"),
    [
        ("claude-opus-4-8", "anthropic"),
        ("gpt-5.5", "openai"),
        ("o4-mini", "openai"),
        ("codex-auto-review", "openai"),
        ("gemini-3.1-pro-preview", "google"),
        ("grok-code-fast-1", "xai"),
        ("deepseek-v4-pro", "deepseek"),
        ("kimi-k2.7-code", "moonshot"),
        ("kimi-for-coding", "kimi-code"),
        ("MiniMax-M3", "minimax"),
        ("devstral-2512", "mistral"),
        ("composer-2.5", "cursor"),
    ],
)
def test_who_makes_a_model_is_told_by_its_exact_family(model: str, id: str) -> None:
    assert maker(model) == id
    assert maker(model.upper()) == id


@pytest.mark.parametrize(
    "model",
    ["", "<synthetic>", "glm-5", "glm-4.7", "qwen3-coder-plus", "gpt-oss-120b", "llama-3.3-70b", "deepseek-r1:32b",
     "deepseek-v3", "gemma-3", "mistral-nemo", "openai/gpt-5.5", "my-claude-opus-4-8", "big-pickle", "opus"],
)  # fmt: skip
def test_a_model_that_many_sell_under_one_name_has_no_maker_to_go_by(model: str) -> None:
    assert maker(model) == ""
    assert asked("", model, "") == () or "/" in model


def test_every_provider_with_prices_is_one_of_ours_and_every_maker_has_them() -> None:
    assert set(TABLES) <= set(catalogue())
    assert {maker(model) for model in ("claude-1", "gpt-1", "gemini-1", "kimi-k1", "kimi-for-coding")} <= set(TABLES)


def test_a_name_with_its_maker_before_it_is_the_makers() -> None:
    assert rows("", "openai/gpt-5.5") == [("openai", "gpt-5.5", "")]
    assert rows("", "anthropic/claude-opus-4.8") == [("anthropic", "claude-opus-4-8", "")]
    assert rows("anthropic", "anthropic/claude-opus-4-8") == [("anthropic", "claude-opus-4-8", "")]
    assert rows("codex", "openai/gpt-5.5") == [("openai", "gpt-5.5", "")]


def test_a_maker_before_a_name_that_is_not_its_own_says_nothing() -> None:
    assert rows("", "openai/gpt-oss-120b") == []
    assert rows("", "anthropic/gpt-5.5") == []
    assert rows("", "somebody/claude-opus-4-8") == []


def test_a_host_before_a_name_is_who_served_it() -> None:
    assert rows("", "openrouter/anthropic/claude-opus-4.8") == [("openrouter", "anthropic/claude-opus-4.8", "")]
    assert rows("openrouter", "openrouter/anthropic/claude-opus-4.8") == rows("openrouter", "anthropic/claude-opus-4.8")
    assert rows("", "zai/glm-5") == rows("zai", "glm-5") == [("zai", "glm-5", "")]
    assert rows("", "bedrock/us.anthropic.claude-opus-4-8-v1:0")[0][0] == "aws"


def test_a_gateway_that_passes_prices_on_has_the_makers_but_for_open_models_none() -> None:
    assert rows("vercel", "anthropic/claude-opus-4.8") == [("anthropic", "claude-opus-4-8", "")]
    assert rows("kilo", "openai/gpt-5.5") == [("openai", "gpt-5.5", "")]
    assert rows("kilo", "z-ai/glm-5") == rows("vercel", "claude-opus-4-8") == []


def test_a_provider_without_prices_in_the_table_is_not_priced_as_the_maker() -> None:
    assert asked("northwind", "claude-opus-4-8", "") == ()
    assert asked("litellm", "anthropic/claude-opus-4-8", "") == ()
    assert asked("zenmux", "anthropic/claude-opus-4.8", "") == ()


@pytest.mark.parametrize(
    "model",
    ["claude-opus-4-8", "claude-opus-4.8", "claude-4.8-opus", "claude-4-8-opus", "Claude-Opus-4-8",
     "claude-opus-4-8[1m]", " claude-opus-4-8 "],
)  # fmt: skip
def test_the_ways_to_write_one_claude_are_one_row(model: str) -> None:
    assert rows("", model) == [("anthropic", "claude-opus-4-8", "")]


def test_old_claudes_keep_their_names() -> None:
    assert rows("", "claude-3-5-sonnet-20241022") == [("anthropic", "claude-3-5-sonnet-20241022", "")]


def test_fast_at_the_end_of_a_name_is_a_tier_where_the_maker_has_one() -> None:
    assert rows("", "claude-opus-4-6-fast") == [("anthropic", "claude-opus-4-6", "fast")]
    assert rows("codex", "gpt-5.5-fast") == [("openai", "gpt-5.5", "fast")]
    assert rows("", "grok-3-fast") == [("x-ai", "grok-3-fast", "")]
    assert rows("copilot", "claude-opus-4.8-fast") == [("github-copilot", "claude-opus-4.8-fast", "")]
    assert rows("openrouter", "anthropic/claude-opus-4.6-fast")[0][1:] == ("anthropic/claude-opus-4.6-fast", "")


def test_paths_of_clouds_are_taken_off() -> None:
    arn = "arn:aws:bedrock:us-east-1:123:inference-profile/eu.anthropic.claude-opus-4-8-v1:0"
    assert rows("bedrock", arn) == [("aws", "eu.anthropic.claude-opus-4-8-v1:0", "")]
    vertex = "projects/p/locations/global/publishers/anthropic/models/claude-opus-4-8@20260528"
    assert rows("vertex", vertex) == [("google", "claude-opus-4-8@20260528", "")]
    assert rows("google", "models/gemini-2.5-pro") == [("google", "gemini-2.5-pro", "")]
    assert rows("fireworks", "accounts/fireworks/models/kimi-k2p5")[0][1] == "accounts/fireworks/models/kimi-k2p5"


def test_codex_auto_review_is_the_model_of_its_day_where_one_day_off_is_25_times_the_price() -> None:
    told = {one.model: (one.since, one.until) for one in asked("codex", "codex-auto-review", "")}
    assert told["gpt-5.5"] == (instant("2026-04-23"), instant("2026-07-09"))
    assert told["gpt-5.6-luna"] == (instant("2026-07-09"), None)
    spans = [(one.since or 0, one.until) for one in asked("", "codex-auto-review", "")]
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]


def test_kimi_for_coding_is_the_model_of_its_day_and_the_one_without_a_price_has_none() -> None:
    told = asked("kimi-code", "kimi-code/kimi-for-coding", "")
    assert [one.model for one in told] == ["kimi-k2.5", "kimi-k2.6", "kimi-k2.7-code"]
    assert told[-1].until == instant("2026-09-11")
    assert rows("kimi-code", "k3[1m]") == rows("", "kimi-code/k3") == [("moonshotai", "kimi-k3", "")]
