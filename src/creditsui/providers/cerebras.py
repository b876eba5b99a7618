"""Cerebras: no money for any key. A plain key proves valid, a probe reads limits: requests a day, tokens a minute."""

import re
from decimal import Decimal

from creditsui.domain.reading import Reading
from creditsui.providers import probes
from creditsui.providers.limits import DAY, HOUR, MINUTE
from creditsui.providers.spec import Answers, Get, Provider

_MODEL = probes.Model("gpt-oss-120b", Decimal("0.35"), Decimal("0.75"))  # list price of November 2026
_HEADER = re.compile(r"x-ratelimit-(?P<part>limit|remaining|reset)-(?P<kind>[a-z0-9-]+)")
# The period stands in the header's name; resets are bare seconds from now. Two buckets of tokens (all, uncached) are
# documented: whatever else is sent shows under its own name.
_KINDS: dict[str, tuple[str, int | None]] = {
    "requests-day": ("day", DAY),
    "tokens-minute": ("minute", MINUTE),
    "requests-minute": ("minute", MINUTE),
    "tokens-day": ("day", DAY),
    "requests-hour": ("hour", HOUR),
    "tokens-hour": ("hour", HOUR),
}


def parse(answers: Answers) -> Reading:
    return probes.reading(answers, _HEADER, _KINDS, _MODEL)


PROVIDER = Provider(
    id="cerebras",
    name="Cerebras",
    url="https://api.cerebras.ai",
    console_url="https://cloud.cerebras.ai",
    status_url="https://status.cerebras.ai/api/v2/status.json",
    parse=parse,
    asks=(
        # What may be answered at most is taken off the quota before anything is: one token, then.
        probes.chat("/v1/chat/completions", _MODEL, max_completion_tokens=1),
        Get(name="models", path="/v1/models", when=lambda answers: "probe" not in answers),
    ),
    env=("CEREBRAS_API_KEY",),
    base_env=("CEREBRAS_BASE_URL",),
    key_forms=("csk-",),
    tells=("windows",),
    cost_of_asking="one token of gpt-oss-120b, about $0.00003 (nothing on the free tier), at most every 5 minutes",
)
