"""GCP Vertex AI: no balance, no REST for spend. A query on the billing export in BigQuery tells it, hours late.

What is net of credits is told, since that is what is paid. Models of others are services of their own: “Claude …”.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from urllib.parse import quote

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import ProbeCost, Reading, Semantics
from creditsui.providers.clouds import BADGE, LATE, logged_out
from creditsui.providers.daily import first_day, reported
from creditsui.providers.fields import number, record, word
from creditsui.providers.refusals import message
from creditsui.providers.spec import Answer, Answers, Get, Json, Param, Provider

_PROJECT = re.compile(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,61}[a-z0-9]", re.ASCII)
_TABLE = re.compile(rf"({_PROJECT.pattern})\.(\w{{1,200}})\.([\w-]{{1,200}})", re.ASCII)
"""project.dataset.table. It goes into SQL, so nothing else gets through."""
_WAIT = "8000"
"""Milliseconds that BigQuery may take before it answers at all; our own patience ends at ten seconds."""
_MOST_BYTES = 1 << 30
_SMALLEST = 10 << 20
"""Bytes that a query is billed for at least."""
_PER_TIB = 6_250_000
"""Micro-dollars, list price of on-demand queries in the US, November 2026. The first TiB of a month is free."""
_EVERY = timedelta(hours=6)
_SQL = """
SELECT FORMAT_DATE('%F', DATE(usage_start_time)) AS day, currency, CAST(
  SUM(CAST(cost AS NUMERIC)) + SUM(IFNULL((SELECT SUM(CAST(c.amount AS NUMERIC)) FROM UNNEST(credits) AS c), 0))
AS STRING) AS net
FROM `{table}`
WHERE _PARTITIONTIME >= TIMESTAMP('{since}') AND usage_start_time >= TIMESTAMP('{since}')
  AND REGEXP_CONTAINS(service.description, r'(?i)vertex ai|claude')
GROUP BY day, currency
"""


def parse(answers: Answers) -> Reading:
    first = record(answers["query"].body)
    rest = answers.ok("rest")
    pages = [first, *(map(record, rest.pages or (rest.body,)) if rest is not None else ())]
    if pages[-1].get("jobComplete") is not True or (rest is None and _unfinished(answers)):
        raise Refused(Problem("busy", "BigQuery has not finished yet."))
    spend = reported(_rows(pages), answers.now, LATE)
    # What the query read is told when it ends, which may be in the second answer.
    late = _cost(pages[1]) if first.get("jobComplete") is not True else None
    return Reading(at=answers.now, spend=spend, badges=(BADGE,), probe=late)


def _rows(pages: list[Mapping[str, Json]]) -> Iterator[tuple[date, Money]]:
    names: list[str] = []
    for page in pages:
        if page.get("jobComplete") is not True:
            continue
        names = [field["name"] for field in page["schema"]["fields"]] if "schema" in page else names
        for row in page.get("rows", ()):
            cells = dict(zip(names, (cell["v"] for cell in row["f"]), strict=True))
            yield date.fromisoformat(cells["day"]), money(cells["net"], cells["currency"])


def _cost(page: Json) -> ProbeCost | None:
    """At list price; None where it does not say how much was read."""
    query = record(page)
    billed, read = number(query.get("totalBytesBilled")), number(query.get("totalBytesProcessed"))
    if billed is None and read is not None:
        billed = 0.0 if query.get("cacheHit") is True else max(read, float(_SMALLEST))
    if billed is None or not 0 <= billed <= 1e15:
        return None
    return ProbeCost("bigquery", 0, 0, Money(math.ceil(billed * _PER_TIB / (1 << 40)), "USD"))


def _table(answers: Answers) -> re.Match[str]:
    found = _TABLE.fullmatch(answers.params.get("table", ""))
    if found is None:
        raise Refused(Problem("no_key", "Vertex AI needs its table.", "set table = project.dataset.…"))
    return found


def _project(answers: Answers) -> str:
    """Where the query runs: the user's, else the table's own."""
    told = answers.params.get("project", "")
    if told and not _PROJECT.fullmatch(told):
        raise Refused(Problem("no_key", "This is no project's id.", "correct its project"))
    return quote(told or _table(answers)[1], safe="")


def _body(answers: Answers) -> Json:
    since = f"{first_day(answers.now):%Y-%m-%d}"
    return {
        "query": _SQL.format(table=_table(answers)[0], since=since).strip(),
        "useLegacySql": False,
        "timeoutMs": int(_WAIT),
        "maximumBytesBilled": str(_MOST_BYTES),
    }


def _unfinished(answers: Answers) -> bool:
    """Whether there is more to fetch than the first answer: it came before the query's end, or has further pages."""
    query = answers.ok("query")
    body = query.body if query is not None and isinstance(query.body, dict) else {}
    return body.get("jobComplete") is False or bool(body.get("pageToken"))


def _rest(answers: Answers) -> str:
    job = record(record(answers["query"].body)["jobReference"])
    return f"/bigquery/v2/projects/{quote(str(job['projectId']), safe='')}/queries/{quote(str(job['jobId']), safe='')}"


def _rest_query(answers: Answers) -> Mapping[str, str]:
    body = record(answers["query"].body)
    told = {"location": word(record(body["jobReference"]).get("location")), "pageToken": word(body.get("pageToken"))}
    return {"timeoutMs": _WAIT} | {name: value for name, value in told.items() if value}


def _next_page(page: Json) -> Mapping[str, str] | None:
    token = word(record(page).get("pageToken"))
    return {"pageToken": token} if token else None


def _refuse(answer: Answer) -> Problem | None:
    said = message(answer).lower()
    if answer.status == 401:
        return logged_out(answer, "Google Cloud", "gcloud auth application-default login")
    if answer.status == 400 and ("bytesbilled" in said.replace(" ", "") or "bytes billed" in said):
        return Problem("unsupported", "The export is too large.", "partition it by day")
    if answer.status == 403 and "ratelimit" not in said.replace(" ", ""):
        return Problem("forbidden", "May not query the export.", "grant Job User, Data Viewer")
    if answer.status == 404:
        return Problem("unsupported", "BigQuery has no such table.", "correct its table")
    return None


PROVIDER = Provider(
    id="vertex",
    name="GCP Vertex AI",
    url="https://bigquery.googleapis.com",
    console_url="https://console.cloud.google.com/billing",
    parse=parse,
    asks=(
        Get(
            name="query",
            path=lambda answers: f"/bigquery/v2/projects/{_project(answers)}/queries",
            method="POST",
            body=_body,
            identity="gcp",
            opt_in="probe",
            price=_cost,
            every=_EVERY,
            failure="soft",
        ),
        Get(
            name="rest",
            path=_rest,
            query=_rest_query,
            next_page=_next_page,
            identity="gcp",
            opt_in="probe",
            every=_EVERY,
            failure="soft",
            when=_unfinished,
        ),
    ),
    params={
        "table": Param("billing export as project.dataset.table, from console.cloud.google.com/billing/export"),
        "project": Param("project that pays for the query", ("GOOGLE_CLOUD_PROJECT",), required=False),
    },
    refuse=_refuse,
    tells=("spend",),
    credential="your Google Cloud login, as google-auth finds it",
    cost_of_asking="a query of at most 1 GiB, under $0.01 (the first TiB a month is free), at most every 6 hours",
    semantics=Semantics.COUNTER,
)
