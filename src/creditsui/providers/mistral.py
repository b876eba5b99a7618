"""Mistral: no money for an ordinary key. A plain key proves valid, a probe reads the rate limits."""

import re
from decimal import Decimal

from creditsui.domain.reading import Reading
from creditsui.providers import probes
from creditsui.providers.limits import DAY, MINUTE
from creditsui.providers.spec import Answers, Get, Provider

_MODEL = probes.Model("ministral-3b-latest", Decimal("0.10"), Decimal("0.10"))  # list price of November 2026
# Three vocabularies are in use: `x-ratelimit-limit-req-minute`, `x-ratelimit-limit-requests`, `ratelimit-limit`.
_HEADER = re.compile(r"(?:x-)?ratelimit-(?P<part>limit|remaining|reset)(?:-(?P<kind>[a-z0-9-]+))?")
_KINDS: dict[str, tuple[str, int | None]] = {
    "req-minute": ("minute", MINUTE),
    "tokens-minute": ("minute", MINUTE),
    "req-month": ("month", 30 * DAY),
    "tokens-month": ("month", 30 * DAY),
    "requests": ("requests", None),
    "tokens": ("tokens", None),
    "": ("requests", None),
}


def parse(answers: Answers) -> Reading:
    return probes.reading(answers, _HEADER, _KINDS, _MODEL)


PROVIDER = Provider(
    id="mistral",
    name="Mistral",
    url="https://api.mistral.ai",
    console_url="https://admin.mistral.ai/organization/billing",
    key_url="https://console.mistral.ai/api-keys",
    parse=parse,
    asks=(
        probes.chat("/v1/chat/completions", _MODEL, max_tokens=1),
        Get(name="models", path="/v1/models", when=lambda answers: "probe" not in answers),
    ),
    env=("MISTRAL_API_KEY", "MISTRAL_KEY"),
    base_env=("MISTRAL_BASE_URL", "MISTRAL_API_BASE"),
    tells=("windows",),
    cost_of_asking="one token of ministral-3b, about $0.000001, at most every 5 minutes",
    currency="EUR",
)
