"""OpenAI API: no balance for any key. A plain key proves valid, a probe reads rate limits, an admin key the costs."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Reading
from creditsui.providers import probes
from creditsui.providers.daily import DAYS, first_day, next_page, reported
from creditsui.providers.fields import record
from creditsui.providers.limits import MINUTE, from_headers
from creditsui.providers.spec import Answer, Answers, Get, Provider

_MODEL = probes.Model("gpt-6-luna", Decimal("0.10"), Decimal("0.50"))  # list price of November 2026
_HEADER = re.compile(r"x-ratelimit-(?P<part>limit|remaining|reset)-(?P<kind>[a-z0-9-]+)")
_KINDS = {"requests": ("minute", MINUTE), "tokens": ("minute", MINUTE)}


def parse(answers: Answers) -> Reading:
    probe, models, costs = answers.ok("probe"), answers.ok("models"), answers.ok("costs")
    if models is not None:
        record(models.body)
    return Reading(
        at=answers.now,
        windows=from_headers(probe, _HEADER, _KINDS, answers.now),
        spend=reported(_rows(costs), answers.now) if costs is not None else None,
        badges=("key valid",) if probe or models else (),
        probe=probes.cost(probe, _MODEL),
    )


def _rows(costs: Answer) -> Iterator[tuple[date, Money]]:
    for page in costs.pages or (costs.body,):
        for bucket in record(page)["data"]:
            start = bucket["start_time"]
            if isinstance(start, bool) or not 0 < int(start) < 10**11:
                raise ValueError("a day without a date")
            day = datetime.fromtimestamp(int(start), UTC).date()
            for row in bucket["results"]:
                # Documented as a number, seen as a string. Either way in dollars.
                cost = record(row["amount"])
                yield day, money(cost["value"], str(cost.get("currency") or "usd"))


def _query(answers: Answers) -> Mapping[str, str]:
    return {"start_time": str(int(first_day(answers.now).timestamp())), "bucket_width": "1d", "limit": str(DAYS + 1)}


def _refuse(answer: Answer) -> Problem | None:
    if answer.credential != "admin_key" or answer.status not in {401, 403}:
        return None
    if "invalid_api_key" in str(answer.body):
        return None
    return Problem("wrong_kind", "OpenAI's cost report needs an admin key (sk-admin-…).", "creditsui key set openai")


PROVIDER = Provider(
    id="openai",
    name="OpenAI",
    url="https://api.openai.com",
    console_url="https://platform.openai.com/settings/organization/billing/overview",
    key_url="https://platform.openai.com/api-keys",
    status_url="https://status.openai.com/api/v2/status.json",
    key_forms=("sk-proj-", "sk-svcacct-", "sk-admin-"),
    parse=parse,
    asks=(
        # 16 is the least that reasoning models take; without reasoning one token would do, were it allowed.
        probes.chat("/v1/chat/completions", _MODEL, max_completion_tokens=16, reasoning_effort="none"),
        Get(name="models", path="/v1/models", when=lambda answers: "probe" not in answers, failure="soft"),
        Get(
            name="costs",
            path="/v1/organization/costs",
            credential=("admin_key",),
            query=_query,
            next_page=next_page,
            failure="soft",
        ),
    ),
    env=("OPENAI_API_KEY",),
    admin_env=("OPENAI_ADMIN_KEY", "OPENAI_ADMIN_API_KEY"),
    base_env=("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    prefixes={
        "sk-admin-": "admin_key",
        "sk-proj-": "key",
        "sk-svcacct-": "key",
        "sk-or-": "This is an OpenRouter key.",
        "sk-ant-": "This is an Anthropic key.",
        "sess-": "This is a browser session of the OpenAI console, not an API key.",
    },
    refuse=_refuse,
    tells=("spend", "windows"),
    credential="API key; an admin key for the costs",
    admin_credential="admin key: spend per day of the whole organization",
    credit_lasts_days=365,  # help.openai.com, article 8264778: credit expires one year after it was bought
    cost_of_asking="up to 16 tokens of gpt-6-luna, about $0.00001, at most every 5 minutes",
)
