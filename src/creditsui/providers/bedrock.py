"""AWS Bedrock: no balance. Cost Explorer tells what it cost day by day, late, and takes $0.01 for every page (AWS FAQ).

Models of others are services of their own there: “Claude Sonnet 4 (Amazon Bedrock Edition)”.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import ModelSpend, ProbeCost, Reading, Semantics
from creditsui.providers import refusals
from creditsui.providers.clouds import BADGE, LATE, logged_out
from creditsui.providers.daily import first_day, reported
from creditsui.providers.fields import record, word
from creditsui.providers.spec import Answer, Answers, Get, Json, Param, Provider
from creditsui.providers.times import midnight

_NO_DATA = "DataUnavailableException"
_EDITION = " (Amazon Bedrock Edition)"
_LOGGED_OUT = ("ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId", "InvalidSignature", "IncompleteSignature",
               "SignatureDoesNotMatch", "MissingAuthenticationToken", "AuthFailure", "InvalidToken")  # fmt: skip
_LIMITED = ("LimitExceeded", "Throttling", "TooManyRequests")


def parse(answers: Answers) -> Reading:
    costs = answers["costs"]
    if not 200 <= costs.status < 300:
        if _code(costs) != _NO_DATA:
            raise Refused(refusals.problem(PROVIDER, costs))
        return Reading(at=answers.now, badges=("no cost data yet",))
    rows = list(_rows(costs))
    spend = reported(((day, cost) for day, _, cost in rows), answers.now, LATE, _models(rows))
    return Reading(at=answers.now, spend=spend, badges=(BADGE,))


def _rows(costs: Answer) -> Iterator[tuple[date, str, Money]]:
    """(day, service, cost) of what Bedrock served; a day on which it served nothing cost 0, in the currency of the
    rest."""
    currency = "USD"
    for page in costs.pages or (costs.body,):
        for result in record(page)["ResultsByTime"]:
            day = date.fromisoformat(result["TimePeriod"]["Start"])
            for group in result["Groups"]:
                cost = group["Metrics"]["UnblendedCost"]
                currency = word(cost["Unit"]) or currency
                service = str(group["Keys"][0])
                if "bedrock" in service.lower():
                    yield day, service, money(cost["Amount"], currency)
            yield day, "", Money(0, currency)


def _models(rows: list[tuple[date, str, Money]]) -> tuple[ModelSpend, ...]:
    """By model, where everything is of one currency."""
    sums: dict[str, Money] = {}
    if len({cost.currency for _, _, cost in rows}) == 1:
        for _, service, cost in rows:
            if service.endswith(_EDITION):
                name = service.removesuffix(_EDITION)
                sums[name] = sums[name] + cost if name in sums else cost
    return tuple(ModelSpend(name, cost) for name, cost in sorted(sums.items(), key=lambda item: -item[1].micros))


def _body(answers: Answers) -> Json:
    # The end is exclusive: tomorrow, for today to be in it.
    return {
        "TimePeriod": {
            "Start": f"{first_day(answers.now):%Y-%m-%d}",
            "End": f"{midnight(answers.now) + timedelta(days=1):%Y-%m-%d}",
        },
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }


def _next_page(page: Json) -> Mapping[str, str] | None:
    token = record(page).get("NextPageToken")
    return {"NextPageToken": str(token)} if token else None


def _code(answer: Answer) -> str:
    """The name of an error: `{"__type": "com.amazonaws…#AccessDeniedException"}`, or the same in a header."""
    body = answer.body if isinstance(answer.body, dict) else {}
    told = word(body.get("__type")) or word(body.get("code")) or answer.headers.get("x-amzn-errortype", "")
    return told.rpartition("#")[2].partition(":")[0]


def _refuse(answer: Answer) -> Problem | None:
    code = _code(answer)
    if code.startswith(_LIMITED):
        at = refusals.retry_at(answer)
        return Problem("limited", "Cost Explorer is rate-limiting.", retry_at=at, told=at is not None)
    if code.startswith(_LOGGED_OUT) or answer.status == 401:
        return logged_out(answer, "AWS", "aws sso login")
    if code.startswith("AccessDenied") or code == "UnauthorizedOperation":
        return Problem("forbidden", "May not read AWS costs.", "allow ce:GetCostAndUsage")
    return None


PROVIDER = Provider(
    id="bedrock",
    name="AWS Bedrock",
    url="https://ce.us-east-1.amazonaws.com",
    console_url="https://console.aws.amazon.com/costmanagement/",
    parse=parse,
    asks=(
        Get(
            name="costs",
            path="/",
            method="POST",
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWSInsightsIndexService.GetCostAndUsage",
            },
            body=_body,
            next_page=_next_page,
            page_in="body",
            identity="aws",
            opt_in="probe",
            price=lambda page: ProbeCost("cost-explorer", 0, 0, Money(10_000, "USD")),
            every=timedelta(hours=6),
            failure="quiet",
        ),
    ),
    params={"profile": Param("profile in ~/.aws, where it is not the usual one", required=False)},
    regions={"https://ce.cn-northwest-1.amazonaws.com.cn": "CNY"},
    refuse=_refuse,
    tells=("spend",),
    credential="your AWS login, as boto3 finds it",
    cost_of_asking="$0.01 a page to AWS, mostly one page, at most every 6 hours",
    semantics=Semantics.COUNTER,
)
