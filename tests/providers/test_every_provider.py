"""What holds for each provider, whatever it is answered."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditsui.domain.money import currency_code
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Reading
from creditsui.providers import catalogue, get
from creditsui.providers.spec import Answer, Answers, Get, Provider
from tests.providers.answering import NOW, body
from tests.soak import rounds

HERE = Path(__file__).parent
EXAMPLES = rounds(full=200, short=12)
"""Of answers for each provider."""
WORDS = sorted(
    {
        "data",
        "limit",
        "usage",
        "amount",
        "value",
        "currency",
        "results",
        "tokens",
        "rate_limit",
        "used_percent",
        "balance",
    }
    | {"five_hour", "utilization", "resets_at", "limits", "percent", "claudeAiOauth", "accessToken", "rate_limits"}
)
ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**15, 10**420)
    | st.decimals()
    | st.text(max_size=12)
    | st.sampled_from(["NaN", "Infinity", "-1", "1e999", "USD", "2026-11-20T00:00:00Z", "9" * 60])
)
JSON = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


@cache
def fixtures(id: str) -> list[Any]:
    """Bodies of answers: files of their own, and those of the scenarios."""
    found = [body(id, path.stem) for path in sorted((HERE / id).glob("*.json"))]
    path = HERE / "scenarios" / f"{id}.json"
    told = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal) if path.is_file() else {}
    for story in told.values():
        for answer in (*story["routes"].values(), *story.get("files", {}).values()):
            for one in answer if isinstance(answer, list) else [answer]:
                found.append(one.get("body", one) if isinstance(one, dict) else one)
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@st.composite
def answered(draw: st.DrawFn, provider: Provider) -> Answers:
    """Arbitrary answers, and true ones with one place made wrong."""
    known = fixtures(provider.id)
    by_name = {}
    for ask in draw(st.lists(st.sampled_from(provider.asks), unique_by=lambda ask: ask.name, min_size=1)):
        value = draw(JSON)
        if known and draw(st.booleans()):
            true = draw(st.sampled_from(known))
            value = put(true, draw(st.sampled_from(list(places(true)))), value)
        if ask.name == "sessions" and draw(st.booleans()):
            lines = (HERE / "codex" / "rollout.jsonl").read_text().splitlines()
            value = ("\n".join(draw(st.permutations(lines))), draw(st.text(max_size=20)))
        headers = draw(
            st.dictionaries(
                st.sampled_from(["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens"]), st.text(max_size=9)
            )
        )
        status = 200 if not isinstance(ask, Get) else draw(st.sampled_from([200, 200, 403, 500]))
        by_name[ask.name] = Answer(status, value, headers, (value,), NOW, draw(st.sampled_from(["key", "admin_key"])))
    return Answers(NOW, by_name, draw(st.sampled_from([None, Reading(at=NOW)])))


ASKING = [provider for provider in catalogue().values() if provider.asks]


@pytest.mark.parametrize("provider", ASKING, ids=lambda provider: provider.id)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=EXAMPLES)
@given(data=st.data())
def test_parse_reads_or_says_that_it_cannot(provider: Provider, data: st.DataObject) -> None:
    answers = data.draw(answered(provider))
    try:
        reading = provider.parse(answers)
    except (KeyError, TypeError, ValueError, IndexError, Refused):
        return
    for window in reading.windows:
        assert 0.0 <= window.used <= 1.0
        assert all(figure is None or abs(figure) < float("inf") for figure in (window.limit, window.remaining))
        assert window.resets_at is None or window.resets_at.tzinfo is not None
    assert reading.at.tzinfo is not None and reading.at <= NOW
    for balance in reading.balances:
        assert isinstance(balance.remaining.micros, int)
    assert all(isinstance(badge, str) and 0 < len(badge) < 40 for badge in reading.badges)
    for sign in (provider.login, provider.login_found):
        if sign is not None:
            with suppress(KeyError, TypeError, ValueError, IndexError, Refused):
                sign(answers)


@pytest.mark.parametrize("provider", catalogue().values(), ids=lambda provider: provider.id)
def test_a_provider_is_declared_soundly(provider: Provider) -> None:
    assert get(provider.id) is provider
    assert provider.name and provider.credential
    assert set(provider.tells) <= {"balance", "spend", "limit", "windows", "plan"}
    names = [ask.name for ask in provider.asks]
    assert len(set(names)) == len(names)
    gets = [ask for ask in provider.asks if isinstance(ask, Get)]
    for ask in gets:
        assert callable(ask.path) or ask.path.startswith("/")
        assert provider.url.startswith("https://") or (not provider.url and provider.base_env)
        assert not provider.url.endswith("/")
        assert set(ask.credential) <= {"key", "admin_key", "login"} and ask.credential
        if ask.opt_in:
            assert ask.every.total_seconds() >= 300 and ask.failure in {"soft", "quiet"}
    assert bool(provider.cost_of_asking) == any(ask.opt_in == "probe" for ask in gets)
    assert bool(provider.login) == any(ask.opt_in == "login" for ask in gets)
    assert bool(provider.admin_env) == bool(provider.admin_credential)
    assert not provider.asks or provider.console_url.startswith("https://")
    for region, currency in provider.regions.items():
        assert region.startswith("https://") and (not currency or currency_code(currency) == currency)
    assert set(provider.env_regions) <= set(provider.env) and set(provider.env_regions.values()) <= set(
        provider.regions
    )
    for url in (provider.key_url, provider.status_url):
        assert not url or url.startswith("https://")
    for param in provider.params.values():
        assert param.says and param.says[0].islower() and not param.says.endswith(".")
    for prefix, target in provider.prefixes.items():
        assert prefix and (target in {"key", "admin_key"} or target.endswith("."))


IDS = """
openrouter deepseek anthropic openai claude codex mistral groq vercel google xai moonshot siliconflow novita
deepinfra venice nanogpt kilo fal aimlapi zenmux neuralwatt crof runpod atlascloud cloudflare inference-sh poe
elevenlabs stability tavily firecrawl fireworks together litellm new-api kimi-code zai minimax synthetic chutes
copilot cursor gemini-cli bedrock azure vertex cohere perplexity replicate cerebras manual
"""


def test_the_services_that_people_pay_and_the_manual_account() -> None:
    assert list(catalogue()) == sorted(IDS.split())
    assert catalogue() is catalogue() and get("nobody") is None
    with pytest.raises(TypeError):
        catalogue()["x"] = catalogue()["groq"]  # type: ignore[index]


def test_no_two_providers_claim_the_same_variable() -> None:
    names = [name for provider in catalogue().values() for name in (*provider.env, *provider.admin_env)]
    assert len(set(names)) == len(names)


def test_the_catalogue_loads_nothing_heavy() -> None:
    code = "import sys; from creditsui.providers import catalogue; catalogue(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"httpx", "keyring", "textual", "msgspec", "asyncio"} & set(loaded)


def test_a_manual_account_reads_nothing() -> None:
    manual = get("manual")
    assert manual is not None and manual.asks == () and manual.tells == ()
    assert manual.parse(Answers(NOW, {})) == Reading(at=NOW)


def test_figures_are_exact_decimals_in_fixtures() -> None:
    assert isinstance(body("openrouter", "key")["data"]["usage_daily"], Decimal)
