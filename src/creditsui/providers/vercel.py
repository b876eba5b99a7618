"""Vercel AI Gateway: the team's balance and lifetime spend, as decimal strings in USD."""

from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading, ReportedSpend
from creditsui.providers.fields import amount, record
from creditsui.providers.spec import Answers, Get, Provider


def parse(answers: Answers) -> Reading:
    body = record(answers["credits"].body)
    used = amount(body.get("total_used"), "USD")
    return Reading(
        at=answers.now,
        balances=(Balance(money(body["balance"], "USD")),),
        spend=ReportedSpend(all=used) if used is not None else None,
    )


PROVIDER = Provider(
    id="vercel",
    name="Vercel AI Gateway",
    url="https://ai-gateway.vercel.sh",
    console_url="https://vercel.com/d?to=%2F%5Bteam%5D%2F%7E%2Fai-gateway",
    key_url="https://vercel.com/d?to=%2F%5Bteam%5D%2F%7E%2Fai-gateway%2Fapi-keys",
    status_url="https://www.vercel-status.com/api/v2/status.json",
    key_forms=("vck_",),
    parse=parse,
    asks=(Get(name="credits", path="/v1/credits"),),
    env=("AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_KEY", "VERCEL_OIDC_TOKEN"),
    base_env=("AI_GATEWAY_BASE_URL",),
    tells=("balance", "spend"),
)
