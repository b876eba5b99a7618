"""Anthropic API: no balance for any key. A plain key proves valid, a probe reads rate limits, an admin key the cost."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from creditsui.domain.money import Money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Reading
from creditsui.providers import probes
from creditsui.providers.daily import DAYS, first_day, next_page, reported
from creditsui.providers.fields import cents, record
from creditsui.providers.limits import MINUTE, from_headers
from creditsui.providers.spec import Answer, Answers, Get, Provider, header

_MODEL = probes.Model("claude-haiku-4-5", Decimal("1.00"), Decimal("5.00"))  # list price of November 2026
_AUTH = header("x-api-key", anthropic_version="2023-06-01")
_HEADER = re.compile(r"anthropic-(?:ratelimit-)?(?P<kind>[a-z0-9-]+)-(?P<part>limit|remaining|reset)")
_KINDS = {
    "requests": ("minute", MINUTE),
    "tokens": ("minute", MINUTE),
    **{
        kind: (kind.replace("-", " ") + "/min", MINUTE)
        for kind in ("input-tokens", "output-tokens", "priority-input-tokens", "priority-output-tokens",
                     "fast-input-tokens", "fast-output-tokens")
    },
}  # fmt: skip


def parse(answers: Answers) -> Reading:
    probe, models, costs = answers.ok("probe"), answers.ok("models"), answers.ok("costs")
    if models is not None:
        record(models.body)
    return Reading(
        at=answers.now,
        windows=from_headers(probe, _HEADER, _KINDS, answers.now),
        spend=reported(_rows(costs), answers.now) if costs is not None else None,
        badges=("key valid",) if probe or models else (),
        probe=probes.cost(probe, _MODEL, ("input_tokens", "output_tokens")),
    )


def _rows(costs: Answer) -> Iterator[tuple[date, Money]]:
    for page in costs.pages or (costs.body,):
        for bucket in record(page)["data"]:
            day = datetime.fromisoformat(bucket["starting_at"]).astimezone(UTC).date()
            for row in bucket["results"]:
                yield day, cents(row["amount"], str(row.get("currency") or "USD"))


def _query(answers: Answers) -> Mapping[str, str]:
    return {
        "starting_at": first_day(answers.now).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "bucket_width": "1d",
        "limit": str(DAYS + 1),
    }


def _refuse(answer: Answer) -> Problem | None:
    if answer.credential != "admin_key":
        return None
    if answer.status == 404:
        return Problem("unsupported", "Anthropic has cost reports for organizations only, not for individual accounts.")
    if answer.status == 403:
        return Problem(
            "wrong_kind", "Anthropic's cost report needs an admin key (sk-ant-admin…).", "creditsui key set anthropic"
        )
    return None


_NO_LOGIN = "This is a Claude login token, not an API key; the account “claude” shows what is left of the plan."

PROVIDER = Provider(
    id="anthropic",
    name="Anthropic",
    url="https://api.anthropic.com",
    console_url="https://platform.claude.com/settings/billing",
    key_url="https://platform.claude.com/settings/keys",
    status_url="https://status.claude.com/api/v2/status.json",
    key_forms=("sk-ant-",),
    parse=parse,
    asks=(
        Get(
            name="probe",
            path="/v1/messages",
            method="POST",
            auth=_AUTH,
            body={"model": _MODEL.name, "max_tokens": 1, "messages": [{"role": "user", "content": "."}]},
            opt_in="probe",
            every=probes.EVERY,
            failure="soft",
        ),
        Get(name="models", path="/v1/models", auth=_AUTH, when=lambda answers: "probe" not in answers, failure="soft"),
        Get(
            name="costs",
            path="/v1/organizations/cost_report",
            credential=("admin_key",),
            auth=_AUTH,
            query=_query,
            next_page=next_page,
            failure="soft",
        ),
    ),
    env=("ANTHROPIC_API_KEY",),
    admin_env=("ANTHROPIC_ADMIN_KEY", "ANTHROPIC_ADMIN_API_KEY"),
    base_env=("ANTHROPIC_BASE_URL",),
    prefixes={
        "sk-ant-admin": "admin_key",
        "sk-ant-api": "key",
        "sk-ant-oat": _NO_LOGIN,
        "sk-ant-ort": _NO_LOGIN,
        "sk-ant-sid": "This is a browser session of claude.ai, not an API key.",
    },
    refuse=_refuse,
    tells=("spend", "windows"),
    credential="API key; an admin key for the cost report",
    admin_credential="admin key: spend per day of the whole organization",
    credit_lasts_days=365,  # support.anthropic.com, article 8977456: credit expires one year after it was bought
    cost_of_asking="one token of claude-haiku-4-5, about $0.00002, at most every 5 minutes",
)
