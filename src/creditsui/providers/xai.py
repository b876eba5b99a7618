"""xAI: a team's prepaid credit, for a management key. Inference keys are told nothing about money.

Amounts of the ledger and the invoice are strings of US cents, and of credit the sign is turned round: "-1000" is ten
dollars left. Spend is posted to the ledger when a billing cycle closes, so the ledger alone says too much; what is
left now is in the preview of the invoice, or the ledger less all usage since what was posted last. Usage is in whole
dollars. A team that pays afterwards has no ledger (404), but a limit on the month's invoice.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Balance, Certainty, Limit, Reading
from creditsui.providers import refusals
from creditsui.providers.daily import first_day, reported
from creditsui.providers.fields import cents, number, record, records, word
from creditsui.providers.spec import Answer, Answers, Get, Json, Param, Provider
from creditsui.providers.times import instant, midnight

_ODD = (KeyError, TypeError, ValueError, IndexError)
_LASTING = {400, 401, 403, 404}
_TEAM = "creditsui account set xai team=…"


def parse(answers: Answers) -> Reading:
    answer = answers.get("balance")
    if answer is None or (answer.status != 404 and answers.ok("balance") is None):
        raise Refused(refusals.problem(PROVIDER, answer or Answer(503)))
    if answer.status == 404:
        return _postpaid(answers, answer)
    ledger = record(answer.body)
    posted = -cents(record(ledger["total"])["val"], "USD")
    usage, said = _usage(answers)
    left, lacks = _previewed(answers), ""
    if left is None:
        left, lacks = _carried(posted, ledger, usage, answers)
    if lacks:
        _passing(answers)
        said = [*said, lacks]
    return Reading(
        at=answers.now,
        balances=(Balance(left),),
        limit=_limit(answers, paid=True),
        spend=reported(usage, answers.now) if usage is not None else None,
        badges=tuple(said),
        certainty=Certainty.ESTIMATED if lacks else Certainty.LIVE,
    )


def _postpaid(answers: Answers, answer: Answer) -> Reading:
    """A team without credit. Raises Refused where there is no invoice either: then there is no such team."""
    if answers.ok("preview") is None:
        raise Refused(refusals.problem(PROVIDER, answers.get("preview") or answer))
    usage, said = _usage(answers)
    return Reading(
        at=answers.now,
        limit=_limit(answers, paid=False),
        spend=reported(usage, answers.now) if usage is not None else None,
        badges=("PAYG", *said),
    )


def _previewed(answers: Answers) -> Money | None:
    """What is left by the invoice's preview: the credit that this cycle draws on, less what it drew of it already.
    One without the other is no answer. A draw is never negative, whatever its sign."""
    answer = answers.ok("preview")
    try:
        invoice = record(record(answer.body)["coreInvoice"]) if answer is not None else {}
        credit = -cents(record(invoice["prepaidCredits"])["val"], "USD")
        drawn = cents(record(invoice["prepaidCreditsUsed"])["val"], "USD")
    except _ODD:
        return None
    return credit - Money(abs(drawn.micros), "USD")


def _carried(
    posted: Money, ledger: Mapping[str, Json], usage: list[tuple[date, Money]] | None, answers: Answers
) -> tuple[Money, str]:
    """The ledger less the usage that it does not hold yet, and in words what may be lacking: what was used before the
    first day that is asked for; all but this cycle, which is never posted, where the ledger dates nothing."""
    if usage is None:
        return posted, "this cycle's spend not subtracted"
    since, start = _unposted(ledger, answers), _from(answers).date()
    lacks = "" if since is not None and since >= start else "earlier spend may not be subtracted"
    since = midnight(answers.now).date().replace(day=1) if since is None else max(since, start)
    for day, cost in usage:
        if day >= since:
            posted -= cost
    return posted, lacks


def _unposted(ledger: Mapping[str, Json], answers: Answers) -> date | None:
    """The first day whose spend is not in the ledger: after the cycle that was posted last, else since the ledger
    began. Cycles are months."""
    changes = records(ledger.get("changes"))
    cycles = [
        (int(year), int(month))
        for one in changes
        if word(one.get("changeOrigin")) == "SPEND"
        and (year := number(one.get("spendBpKeyYear"))) is not None
        and (month := number(one.get("spendBpKeyMonth"))) is not None
    ]
    if cycles:
        year, month = max(cycles)
        return (date(year, month, 1) + timedelta(days=31)).replace(day=1)
    began = [at.date() for one in changes if (at := instant(one.get("createTime"), answers.now)) is not None]
    return min(began, default=None)


def _passing(answers: Answers) -> None:
    """Raises Refused where what says more failed for the moment only: the ledger alone would look like a top-up."""
    if answers.previous is None or not answers.previous.balances:
        return
    for name in ("preview", "usage"):
        answer = answers.get(name)
        if answer is None:
            raise Refused(Problem("busy", "xAI did not tell what this cycle cost so far."))
        if not 200 <= answer.status < 300 and answer.status not in _LASTING:
            raise Refused(refusals.problem(PROVIDER, answer))


def _usage(answers: Answers) -> tuple[list[tuple[date, Money]] | None, list[str]]:
    """Days and their cost, and a badge where they are not known. A cut list is no list."""
    answer = answers.ok("usage")
    if answer is None:
        return None, []
    try:
        body = record(answer.body)
        if body.get("limitReached") is True:
            return None, ["spend told in part only"]
        return list(_points(body["timeSeries"])), []
    except _ODD:
        return None, ["spend not understood"]


def _points(series: Json) -> Iterator[tuple[date, Money]]:
    if not isinstance(series, list):
        raise TypeError("the series are no list")
    for one in series:
        for point in record(one)["dataPoints"]:
            day = datetime.fromisoformat(record(point)["timestamp"]).astimezone(UTC).date()
            yield day, money(point["values"][0], "USD")


def _limit(answers: Answers, *, paid: bool) -> Limit | None:
    """What the month's invoice may come to; "0": there is none, all is `paid` in advance. Beside credit the limit comes
    on top, so what is left of it is no bound on the credit, and not told."""
    answer = answers.ok("preview")
    try:
        preview = record(answer.body) if answer is not None else {}
        amount = cents(preview["effectiveSpendingLimit"], "USD")
        left = None if paid else amount - cents(record(preview["coreInvoice"])["amountAfterVat"], "USD")
    except _ODD:
        return None
    return Limit(amount, left, "monthly") if amount.micros > 0 else None


def _team(answers: Answers) -> str:
    """As the user said, else as the key says itself. Raises Refused where neither does."""
    told = answers.params.get("team", "")
    answer = answers.ok("team")
    if not told and answer is not None:
        key = record(answer.body)
        of_team = word(key.get("scope")) in {"", "SCOPE_TEAM"}
        told = (word(key.get("scopeId")) if of_team else "") or word(key.get("teamId"))
    if not told:
        raise Refused(Problem("no_key", "xAI does not say which team the management key is for.", _TEAM))
    return quote(told, safe="")


def _from(answers: Answers) -> datetime:
    """Where usage begins: 30 days back, and at least the whole cycle before this one, which may not be posted yet."""
    cycle = (midnight(answers.now).replace(day=1) - timedelta(days=1)).replace(day=1)
    return min(first_day(answers.now), cycle)


def _analytics(answers: Answers) -> Json:
    until = answers.now.astimezone(UTC)
    return {
        "analyticsRequest": {
            "timeRange": {
                "startTime": f"{_from(answers):%Y-%m-%d %H:%M:%S}",
                "endTime": f"{until:%Y-%m-%d %H:%M:%S}",
                "timezone": "Etc/GMT",
            },
            "timeUnit": "TIME_UNIT_DAY",
            "values": [{"name": "usd", "aggregation": "AGGREGATION_SUM"}],
            "groupBy": [],
            "filters": [],
        }
    }


def _refuse(answer: Answer) -> Problem | None:
    if answer.status == 401:
        said = "xAI rejected the management key; an inference key is rejected here, too."
        return Problem("rejected", said, "creditsui key set xai")
    if answer.status == 403:
        return Problem("forbidden", "This management key may not read billing.", "allow it at console.x.ai")
    if answer.status == 404 or (answer.status == 400 and "uuid" in refusals.message(answer).lower()):
        return Problem("unsupported", "xAI knows no team with this id.", _TEAM)
    return None


def _may_go_on(answers: Answers) -> bool:
    answer = answers.get("balance")
    return answer is not None and (answer.status == 404 or 200 <= answer.status < 300)


def _billing(what: str, name: str) -> Get:
    return Get(
        name=name,
        path=lambda answers: f"/v1/billing/teams/{_team(answers)}/{what}",
        method="POST" if name == "usage" else "GET",
        body=_analytics if name == "usage" else None,
        when=None if name == "balance" else _may_go_on,
        failure="quiet",
    )


PROVIDER = Provider(
    id="xai",
    name="xAI",
    url="https://management-api.x.ai",
    console_url="https://console.x.ai/team/default/billing",
    key_url="https://console.x.ai/team/default/management-keys",
    parse=parse,
    asks=(
        Get(name="team", path="/auth/management-keys/validation", when=lambda answers: not answers.params.get("team")),
        _billing("prepaid/balance", "balance"),
        _billing("postpaid/invoice/preview", "preview"),
        _billing("usage", "usage"),
    ),
    env=("XAI_MANAGEMENT_KEY", "XAI_MANAGEMENT_API_KEY"),
    useless_env={"XAI_API_KEY": "this is an inference key; xAI tells its balance to a management key only."},
    params={"team": Param("team id, from console.x.ai", ("XAI_TEAM_ID",), required=False)},
    refuse=_refuse,
    tells=("balance", "spend", "limit"),
    credential="management key and team id",
)
