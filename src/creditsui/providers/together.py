"""Together: no money for any key. A plain key proves valid, a probe reads the limits a second, which move with use."""

import re
from decimal import Decimal

from creditsui.domain.reading import Reading
from creditsui.providers import probes
from creditsui.providers.fields import record
from creditsui.providers.limits import from_headers
from creditsui.providers.spec import Answers, Get, Provider

_MODEL = probes.Model("openai/gpt-oss-20b", Decimal("0.05"), Decimal("0.20"))  # list price of November 2026
_HEADER = re.compile(r"x-(?P<kind>ratelimit|tokenlimit)-(?P<part>limit|remaining|reset)")
_KINDS = {"ratelimit": ("second", 1), "tokenlimit": ("second", 1)}


def parse(answers: Answers) -> Reading:
    probe, models = answers.ok("probe"), answers.ok("models")
    if probe is None:
        listed = (models or answers["models"]).body
        if not isinstance(listed, list):  # a bare list is what Together answers; its imitators wrap it
            record(listed)
    return Reading(
        at=answers.now,
        windows=from_headers(probe, _HEADER, _KINDS, answers.now),
        badges=("key valid",),
        probe=probes.cost(probe, _MODEL),
    )


PROVIDER = Provider(
    id="together",
    name="Together AI",
    url="https://api.together.xyz",
    console_url="https://api.together.ai/settings/billing",
    key_url="https://api.together.ai/settings/api-keys",
    parse=parse,
    asks=(
        probes.chat("/v1/chat/completions", _MODEL, max_tokens=1),
        Get(name="models", path="/v1/models", when=lambda answers: "probe" not in answers),
    ),
    env=("TOGETHER_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY"),
    base_env=("TOGETHER_BASE_URL", "TOGETHER_API_BASE"),
    tells=("windows",),
    cost_of_asking="one token of gpt-oss-20b, about $0.000004, at most every 5 minutes",
)
