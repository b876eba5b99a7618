"""Groq: no money for any key. A plain key proves valid, a probe reads the limits: requests a day, tokens a minute."""

import re
from decimal import Decimal

from creditsui.domain.reading import Reading
from creditsui.providers import probes
from creditsui.providers.limits import DAY, MINUTE
from creditsui.providers.spec import Answers, Get, Provider

_MODEL = probes.Model("openai/gpt-oss-20b", Decimal("0.075"), Decimal("0.30"))  # list price of November 2026
_HEADER = re.compile(r"x-ratelimit-(?P<part>limit|remaining|reset)-(?P<kind>[a-z0-9-]+)")
# The same header means requests a minute at OpenAI and requests a day here.
_KINDS = {"requests": ("day", DAY), "tokens": ("minute", MINUTE)}


def parse(answers: Answers) -> Reading:
    return probes.reading(answers, _HEADER, _KINDS, _MODEL)


PROVIDER = Provider(
    id="groq",
    name="Groq",
    url="https://api.groq.com",
    console_url="https://console.groq.com/settings/billing",
    key_url="https://console.groq.com/keys",
    status_url="https://groqstatus.com/api/v2/status.json",
    key_forms=("gsk_",),
    parse=parse,
    asks=(
        probes.chat("/openai/v1/chat/completions", _MODEL, max_completion_tokens=16, reasoning_effort="low"),
        Get(name="models", path="/openai/v1/models", when=lambda answers: "probe" not in answers),
    ),
    env=("GROQ_API_KEY", "GROQ_KEY"),
    base_env=("GROQ_BASE_URL", "GROQ_API_BASE"),
    tells=("windows",),
    cost_of_asking="up to 16 tokens of gpt-oss-20b, about $0.00002 (nothing on the free tier), at most every 5 minutes",
)
