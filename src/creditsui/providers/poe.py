"""Poe: points of the plan and bought ones in one number, and what each query of the last 30 days cost."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from creditsui.domain.money import Money, money
from creditsui.domain.reading import Balance, Reading, ReportedSpend
from creditsui.providers.daily import first_day, reported
from creditsui.providers.fields import number, record, word
from creditsui.providers.spec import Answer, Answers, Get, Json, Provider

_POINTS = "points"
_MICROSECONDS, _MILLISECONDS = 1e14, 1e11


def parse(answers: Answers) -> Reading:
    points = money(record(answers["balance"].body)["current_point_balance"], _POINTS)
    history = answers.ok("history")
    return Reading(
        at=answers.now,
        balances=(Balance(points),),
        spend=_spend(history, answers.now) if history is not None else None,
    )


def _spend(history: Answer, now: datetime) -> ReportedSpend | None:
    """Points a day. Queries come newest first: where not all were read, only days after the oldest one read are whole.

    None where no day is whole, or where a query cannot be read: a sum without it would be too small.
    """
    queries: dict[str, tuple[date, Money]] = {}
    more: Json = None
    for page in history.pages or (history.body,):
        listed = record(page)["data"]
        if not isinstance(listed, list):
            return None
        for query in listed:
            day = _day(record(query).get("creation_time"))
            if day is None or number(query.get("cost_points")) is None or not word(query.get("query_id")):
                return None
            queries[query["query_id"]] = day, money(query["cost_points"], _POINTS)
        more = page.get("has_more")
    since = first_day(now).date()
    if more is True:
        oldest = min((day for day, _ in queries.values()), default=now.astimezone(UTC).date())
        since = max(since, oldest + timedelta(days=1))
        if since > now.astimezone(UTC).date():
            return None
    told = reported((row for row in queries.values() if row[0] >= since), now)
    return ReportedSpend(told.days, since)


def _day(value: Json) -> date | None:
    """Of an instant in microseconds since 1970; older answers had seconds or milliseconds."""
    instant = number(value)
    if instant is None or instant <= 0:
        return None
    seconds = instant / (1e6 if instant >= _MICROSECONDS else 1e3 if instant >= _MILLISECONDS else 1)
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, ValueError, OSError):
        return None


def _next(page: Json) -> Mapping[str, str] | None:
    body = record(page)
    if body.get("has_more") is not True or not body.get("data"):
        return None
    return {"starting_after": str(body["data"][-1]["query_id"])}


PROVIDER = Provider(
    id="poe",
    name="Poe",
    url="https://api.poe.com",
    console_url="https://poe.com/api/keys",
    parse=parse,
    asks=(
        Get(name="balance", path="/usage/current_balance"),
        Get(
            name="history",
            path="/usage/points_history",
            query=lambda _: {"limit": "100"},
            next_page=_next,
            max_pages=5,
            partial=True,
            failure="quiet",
        ),
    ),
    env=("POE_API_KEY",),
    base_env=("POE_BASE_URL",),
    tells=("balance", "spend"),
    currency=_POINTS,
)
