"""Azure OpenAI and Vertex AI, and what holds for all three clouds: spend that comes late, under many names."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters import cloud
from creditsui.adapters.http import Request
from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import DaySpend
from creditsui.providers.spec import Answers
from tests.core.conftest import SessionOf, clock, session_of
from tests.providers.answering import NOW, answer, known, read, refused
from tests.providers.test_bedrock import AWS, body, cost, get, results, spent

__all__ = ["clock", "session_of"]


# ── Azure ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def costs(*rows: list[Any], columns: str = "Cost UsageDate ServiceName Currency", link: str | None = None) -> Any:
    named = [{"name": name, "type": "String"} for name in columns.split()]
    return {"properties": {"columns": named, "rows": [*rows], "nextLink": link}}


def test_azure_reads_columns_by_name_wherever_they_stand() -> None:
    usual = costs([1.5, 20261118, "Cognitive Services", "EUR"])
    other = costs(["EUR", "20261118", 1.5, "Cognitive Services"], columns="Currency UsageDate PreTaxCost ServiceName")
    for told in (usual, other):
        assert spent(read("azure", costs=answer(told))).days == (DaySpend(date(2026, 11, 18), money("1.5", "EUR")),)


def test_azure_counts_the_services_of_ai_under_each_name_they_have_had_and_no_others() -> None:
    rows = [[1, 20261118, name, "USD"] for name in ("Cognitive Services", "Azure OpenAI", "Foundry Models")]
    others = [[50, 20261118, name, "USD"] for name in ("Virtual Machines", "Azure Cognitive Search", "Storage")]
    assert spent(read("azure", costs=answer(costs(*rows, *others)))).days[0].amount == money(3, "USD")


def test_azure_days_on_which_only_others_cost_are_zero_and_no_rows_at_all_are_unknown() -> None:
    assert spent(read("azure", costs=answer(costs([5, 20261118, "Storage", "USD"])))).days[0].amount == Money(0, "USD")
    assert spent(read("azure", costs=answer(costs()))).days == ()


def test_azure_currencies_are_never_added() -> None:
    told = costs([1, 20261118, "Foundry Models", "USD"], [7, 20261118, "Foundry Models", "EUR"])
    assert spent(read("azure", costs=answer(told))).days == (DaySpend(date(2026, 11, 18), money(7, "EUR")),)


def test_azure_the_next_page_is_asked_of_the_same_host_whatever_its_link_says() -> None:
    following = get("azure", "costs").next_page
    assert following is not None
    link = "https://evil.example/query?api-version=2023-11-01&$skiptoken=AQ%3D%3D&redirect=1"
    assert following(costs(link=link)) == {"$skiptoken": "AQ=="}
    assert following(costs()) is None
    with pytest.raises(ValueError, match="token"):
        following(costs(link="https://management.azure.com/elsewhere"))


def test_azure_waits_as_long_as_the_longest_of_its_throttles_says() -> None:
    problem = refused(
        "azure", 429, {"error": {"code": "429"}}, retry_after="5",
        x_ms_ratelimit_microsoft_costmanagement_qpu_retry_after="1",
        **{"x-ms-ratelimit-microsoft.costmanagement-entity-retry-after": "90",
           "x-ms-ratelimit-microsoft.costmanagement-tenant-retry-after": "30"},
    )  # fmt: skip
    assert problem.kind == "limited" and problem.told and problem.retry_at == NOW + timedelta(seconds=90)


def test_azure_refusals_of_token_role_and_subscription_differ() -> None:
    told = {status: refused("azure", status, {"error": {"code": "x"}}) for status in (401, 403, 404)}
    assert {status: (one.kind, one.action) for status, one in told.items()} == {
        401: ("rejected", "az login"),
        403: ("forbidden", "add role Cost Mgmt Reader"),
        404: ("unsupported", "correct its subscription"),
    }


def test_azure_is_asked_once_an_hour_at_most_since_its_figures_lag_anyway() -> None:
    assert get("azure", "costs").every >= timedelta(hours=1)


# ── Vertex ───────────────────────────────────────────────────────────────────────────────────────────────────────────

TABLE = "acme-ai.billing.gcp_billing_export_v1_0123AB_4567CD_89EF01"
NAMES = ("day", "currency", "net")


def rows(*given: tuple[str, ...], done: bool = True, names: tuple[str, ...] = NAMES, **more: Any) -> dict[str, Any]:
    cells = [{"f": [{"v": cell} for cell in row]} for row in given]
    return {"schema": {"fields": [{"name": name} for name in names]}, "rows": cells, "jobComplete": done, **more}


def test_vertex_tells_net_of_credits_and_a_credit_above_the_cost_is_negative() -> None:
    told = spent(read("vertex", query=answer(rows(("2026-11-18", "EUR", "12.5"), ("2026-11-19", "EUR", "-0.25")))))
    assert [row.amount for row in told.days] == [money("12.5", "EUR"), money("-0.25", "EUR")]
    assert "UNNEST(credits)" in body("vertex", "query", table=TABLE)["query"]


def test_vertex_reads_columns_by_name() -> None:
    told = spent(read("vertex", query=answer(rows(("1", "2026-11-18", "USD"), names=("net", "day", "currency")))))
    assert told.days == (DaySpend(date(2026, 11, 18), money(1, "USD")),)


def test_vertex_a_query_may_read_so_much_and_no_more() -> None:
    asked = body("vertex", "query", table=TABLE)
    assert asked["maximumBytesBilled"] == str(1 << 30) and asked["useLegacySql"] is False
    assert "_PARTITIONTIME >= TIMESTAMP('2026-10-22')" in asked["query"] and f"`{TABLE}`" in asked["query"]


@pytest.mark.parametrize(
    "table",
    ["", "a.b", f"{TABLE}`", f"{TABLE} WHERE 1=1", "acme-ai.bil-ling.t", "acme-ai.b.t\n", "ACME.b.t", "acme-ai.b.t`x"],
)
def test_vertex_nothing_but_a_table_gets_into_the_query(table: str) -> None:
    with pytest.raises(Refused):
        body("vertex", "query", table=table)


def test_vertex_takes_tables_and_projects_of_every_form_they_have() -> None:
    path = get("vertex", "query").path
    assert callable(path)
    for table, project in ((TABLE, "acme-ai"), ("example.com:acme-ai.b.t-1_x", "example.com%3Aacme-ai")):
        assert body("vertex", "query", table=table)
        assert path(Answers(NOW, {}, params={"table": table})) == f"/bigquery/v2/projects/{project}/queries"
    assert (
        path(Answers(NOW, {}, params={"table": TABLE, "project": "acme-ops"}))
        == "/bigquery/v2/projects/acme-ops/queries"
    )
    with pytest.raises(Refused):
        path(Answers(NOW, {}, params={"table": TABLE, "project": "../x"}))


def test_vertex_a_query_that_has_not_ended_is_waited_for_once_and_tells_nothing_before() -> None:
    early = {"jobComplete": False, "jobReference": {"projectId": "acme-ai", "jobId": "j/1", "location": "EU"}}
    rest = get("vertex", "rest")
    answers = Answers(NOW, {"query": answer(early)})
    assert rest.when is not None and rest.when(answers) and callable(rest.path) and rest.query is not None
    assert rest.path(answers) == "/bigquery/v2/projects/acme-ai/queries/j%2F1"
    assert rest.query(answers)["location"] == "EU"
    for told in ({"query": answer(early)}, {"query": answer(early), "rest": answer({"jobComplete": False})}):
        with pytest.raises(Refused) as raised:
            known("vertex").parse(Answers(NOW, told))
        assert raised.value.problem.kind == "busy"
    late = read("vertex", query=answer(early), rest=answer(rows(("2026-11-18", "USD", "1"), totalBytesProcessed="1")))
    assert spent(late).days[0].amount == money(1, "USD") and late.probe is not None


def test_vertex_further_pages_belong_to_the_same_answer() -> None:
    first = rows(("2026-11-18", "USD", "1"), pageToken="two", jobReference={"projectId": "p", "jobId": "j"})
    second = rows(("2026-11-18", "USD", "2"))
    asked = get("vertex", "rest")
    assert asked.query is not None and asked.query(Answers(NOW, {"query": answer(first)}))["pageToken"] == "two"
    both = read("vertex", query=answer(first), rest=answer(second, pages=(second,)))
    assert spent(both).days[0].amount == money(3, "USD")
    with pytest.raises(Refused):
        read("vertex", query=answer(first))


def test_vertex_books_what_the_query_read_at_list_price_and_ten_megabytes_at_least() -> None:
    price = get("vertex", "query").price
    assert price is not None

    def micros(**told: Any) -> int | None:
        found = price(rows(**told))
        return None if found is None else found.cost.micros

    assert micros(totalBytesBilled=str(1 << 40)) == 6_250_000
    assert micros(totalBytesProcessed="5") == micros(totalBytesProcessed=str(10 << 20)) == 60
    assert micros(totalBytesProcessed="0", cacheHit=True) == 0
    assert micros() is None


def test_vertex_refusals_of_login_roles_table_and_size_differ() -> None:
    def google(text: str) -> Any:
        return {"error": {"message": text}}

    told = [
        refused("vertex", 401, google("Request had invalid authentication credentials.")),
        refused("vertex", 403, google("Access Denied: User does not have bigquery.jobs.create permission")),
        refused("vertex", 404, google("Not found: Table acme-ai:billing.x")),
        refused(
            "vertex", 400, google("Query exceeded limit for bytes billed: 1073741824. 2147483648 or higher required.")
        ),
    ]
    assert [one.kind for one in told] == ["rejected", "forbidden", "unsupported", "unsupported"]
    assert told[3].action == "partition it by day"


# ── all three ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_day_that_is_told_late_is_unknown_and_not_free_until_then() -> None:
    read_all = (
        read("bedrock", costs=answer(results(cost("2026-11-18", ("Amazon Bedrock", "1")), cost("2026-11-20")))),
        read("azure", costs=answer(costs([1, 20261118, "Foundry Models", "USD"]))),
        read("vertex", query=answer(rows(("2026-11-18", "USD", "1")))),
    )
    for reading in read_all:
        assert spent(reading).late == timedelta(hours=24) and "costs up to 24 h late" in reading.badges


async def test_a_sovereign_clouds_login_is_for_its_own_address(
    session_of: SessionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins: list[cloud.Login] = []

    async def signed(request: Request, login: cloud.Login, seconds: float) -> Request:
        logins.append(login)
        raise Refused(Problem("offline", "Not today."))

    monkeypatch.setattr(cloud, "signed", signed)
    government = "https://management.usgovcloudapi.net"
    for base in ("", government, "https://elsewhere.example"):
        config = f'[accounts.azure]\nbase_url = "{base}"\n[accounts.azure.params]\nsubscription = "1"\n'
        await refresh(session_of(config=config, real=True), force=True)
    assert [one.audience for one in logins] == [known("azure").url, government, known("azure").url]


def test_no_key_of_a_model_makes_any_of_them_appear(session_of: SessionOf, home: Path) -> None:
    env = {
        **AWS,
        "AZURE_OPENAI_API_KEY": "0123456789abcdef",
        "AZURE_SUBSCRIPTION_ID": "1",
        "GOOGLE_CLOUD_PROJECT": "acme-ai",
    }
    assert not [one.id for one in boards.board(session_of(env=env, real=True)).accounts]


def test_what_asking_costs_is_said_where_it_costs_something() -> None:
    assert "$0.01" in (known("bedrock").cost_of_asking or "") and "6 hours" in (known("bedrock").cost_of_asking or "")
    assert "1 GiB" in (known("vertex").cost_of_asking or "") and known("azure").cost_of_asking is None
    assert {get("bedrock", "costs").opt_in, get("vertex", "query").opt_in} == {"probe"}
