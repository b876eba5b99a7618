"""Azure OpenAI: no balance. Cost Management tells what the subscription's AI cost day by day, 8 to 24 h late."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Reading, Semantics
from creditsui.providers.clouds import BADGE, LATE, logged_out
from creditsui.providers.daily import first_day, reported
from creditsui.providers.fields import record, word
from creditsui.providers.spec import Answer, Answers, Get, Json, Param, Provider

#: Names have changed with the product (Cognitive Services, Azure OpenAI, Foundry Models), so they are matched here: a
#: filter of names that nobody has any more would be answered with nothing, which looks like no cost.
_OURS = re.compile(r"cognitive services|openai|foundry", re.IGNORECASE)


def parse(answers: Answers) -> Reading:
    return Reading(at=answers.now, spend=reported(_rows(answers["costs"]), answers.now, LATE), badges=(BADGE,))


def _rows(costs: Answer) -> Iterator[tuple[date, Money]]:
    """What AI services cost, and 0 for each day on which others did."""
    for page in costs.pages or (costs.body,):
        properties = record(record(page)["properties"])
        names = [word(record(column)["name"]).lower() for column in properties["columns"]]
        cost = [names.index(name) for name in ("cost", "pretaxcost", "totalcost") if name in names][0]  # noqa: RUF015
        day, currency, service = (names.index(name) for name in ("usagedate", "currency", "servicename"))
        for row in properties["rows"]:
            ours = _OURS.search(word(row[service])) is not None
            yield _day(row[day]), money(row[cost] if ours else 0, word(row[currency]))


def _day(value: Json) -> date:
    """20261120, as a number or as text."""
    return datetime.strptime(str(value), "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone


def _body(answers: Answers) -> Json:
    return {
        "type": "ActualCost",
        "timeframe": "Custom",
        "timePeriod": {
            "from": f"{first_day(answers.now):%Y-%m-%dT00:00:00Z}",
            "to": f"{answers.now:%Y-%m-%dT23:59:59Z}",
        },
        "dataset": {
            "granularity": "Daily",
            "aggregation": {"totalCost": {"name": "Cost", "function": "Sum"}},
            "grouping": [{"type": "Dimension", "name": "ServiceName"}],
        },
    }


def _next_page(page: Json) -> Mapping[str, str] | None:
    """The same question is asked again with what the link says behind its question mark. Its host is never followed."""
    link = word(record(record(page)["properties"]).get("nextLink"))
    token = {name: value for name, value in parse_qsl(urlsplit(link).query) if name.lower() == "$skiptoken"}
    if link and not token:
        raise ValueError("a next page without a token")
    return token or None


def _refuse(answer: Answer) -> Problem | None:
    match answer.status:
        case 401:
            return logged_out(answer, "Azure", "az login")
        case 403:
            return Problem("forbidden", "May not read Azure costs.", "add role Cost Mgmt Reader")
        case 404:
            return Problem("unsupported", "No such subscription.", "correct its subscription")
    return None


PROVIDER = Provider(
    id="azure",
    name="Azure OpenAI",
    url="https://management.azure.com",
    console_url="https://portal.azure.com/#view/Microsoft_Azure_CostManagement/Menu/~/costanalysis",
    parse=parse,
    asks=(
        Get(
            name="costs",
            path="/subscriptions/{subscription}/providers/Microsoft.CostManagement/query",
            method="POST",
            query=lambda answers: {"api-version": "2023-11-01"},
            body=_body,
            next_page=_next_page,
            identity="azure",
            every=timedelta(hours=1),
        ),
    ),
    params={"subscription": Param("subscription id, as portal.azure.com lists it", ("AZURE_SUBSCRIPTION_ID",))},
    regions={"https://management.usgovcloudapi.net": "USD", "https://management.chinacloudapi.cn": "CNY"},
    refuse=_refuse,
    tells=("spend",),
    credential="your Azure login, as azure-identity finds it (az login)",
    semantics=Semantics.COUNTER,
)
