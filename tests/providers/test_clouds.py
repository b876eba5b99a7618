"""Bedrock, Azure OpenAI and Vertex AI: spend that comes late, is paid for, or hides behind other names."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters import cloud
from creditsui.adapters.http import Request
from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core.doctor import doctor
from creditsui.core.refresh import refresh
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import DaySpend, ModelSpend, ReportedSpend
from creditsui.providers.spec import Answers, Get
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.providers.answering import NOW, answer, known, read, refused
from tests.servers import Reply, Server, turns

__all__ = ["clock", "session_of"]

AWS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE012345678",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_EC2_METADATA_DISABLED": "true",
}
CENT = Money(10_000, "USD")


def spent(reading: Any) -> ReportedSpend:
    assert isinstance(reading.spend, ReportedSpend)
    return reading.spend


def get(id: str, name: str) -> Get:
    return next(one for one in known(id).asks if isinstance(one, Get) and one.name == name)


def body(id: str, name: str, **params: str) -> Any:
    made = get(id, name).body
    assert callable(made)
    return made(Answers(NOW, {}, params=params))


def cost(day: str, *services: tuple[str, str], unit: str = "USD") -> dict[str, Any]:
    groups = [{"Keys": [name], "Metrics": {"UnblendedCost": {"Amount": sum, "Unit": unit}}} for name, sum in services]
    return {"TimePeriod": {"Start": day, "End": day}, "Groups": groups, "Estimated": True}


def results(*days: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    return {"ResultsByTime": [*days], "NextPageToken": token}


# ── Bedrock ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_bedrock_sums_every_service_that_has_bedrock_in_its_name() -> None:
    day = cost(
        "2026-11-18",
        ("Amazon Bedrock", "1.2500000000"),
        ("Claude Sonnet 4 (Amazon Bedrock Edition)", "3.5"),
        ("Claude Opus 4.5 (Amazon Bedrock Edition)", "4"),
        ("Amazon Simple Storage Service", "99.99"),
    )
    told = spent(read("bedrock", costs=answer(results(day))))
    assert told.days == (DaySpend(date(2026, 11, 18), money("8.75", "USD")),)
    assert told.models == (
        ModelSpend("Claude Opus 4.5", money(4, "USD")),
        ModelSpend("Claude Sonnet 4", money("3.5", "USD")),
    )


def test_bedrock_amounts_are_strings_of_ten_decimals_and_their_unit_is_the_currency() -> None:
    told = spent(
        read("bedrock", costs=answer(results(cost("2026-11-18", ("Amazon Bedrock", "0.1234567890"), unit="CNY"))))
    )
    assert told.days == (DaySpend(date(2026, 11, 18), Money(123_457, "CNY")),)


def test_bedrock_a_day_without_bedrock_cost_nothing_which_is_not_unknown() -> None:
    told = spent(read("bedrock", costs=answer(results(cost("2026-11-18", ("Amazon S3", "5")), cost("2026-11-19")))))
    assert [row.amount for row in told.days] == [Money(0, "USD"), Money(0, "USD")]


def test_bedrock_asks_for_thirty_days_with_an_end_that_is_exclusive() -> None:
    assert body("bedrock", "costs")["TimePeriod"] == {"Start": "2026-10-22", "End": "2026-11-21"}
    assert body("bedrock", "costs")["Granularity"] == "DAILY"


def test_bedrock_data_that_is_not_there_yet_is_unknown_not_zero_and_no_problem() -> None:
    for told in ({"__type": "DataUnavailableException"}, {"__type": "com.amazonaws.ce#DataUnavailableException"}):
        reading = read("bedrock", costs=answer(told, 400))
        assert reading.spend is None and reading.badges == ("no cost data yet",)


def bedrock_problem(status: int, code: str) -> Problem:
    with pytest.raises(Refused) as raised:
        read("bedrock", costs=answer({"__type": code, "Message": "User: arn:aws:iam::1:user/me"}, status))
    return raised.value.problem


def test_bedrock_refusals_name_the_permission_or_the_command() -> None:
    denied = bedrock_problem(400, "AccessDeniedException")
    assert (denied.kind, denied.action) == ("forbidden", "allow ce:GetCostAndUsage")
    for code in ("ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException"):
        over = bedrock_problem(403, code)
        assert (over.kind, over.action, over.retry_at) == ("rejected", "aws sso login", NOW + timedelta(minutes=15))
    assert bedrock_problem(400, "LimitExceededException").kind == "limited"
    assert bedrock_problem(400, "ValidationException").kind == "unknown"


def test_bedrock_is_always_asked_in_us_east_1_whatever_the_region_of_the_models() -> None:
    assert known("bedrock").url == "https://ce.us-east-1.amazonaws.com" and not known("bedrock").base_env


def view(session: Session, id: str) -> AccountView:
    found = boards.board(session).account(id)
    assert found is not None
    return found


def booked(session: Session) -> list[Money | None]:
    with open_ledger(session.paths.ledger, readonly=True) as ledger:
        return [row.cost for row in ledger.usage("bedrock") if row.source == "creditsui"]


def configured(server: Server, more: str = "probe = true") -> str:
    return f'[accounts.bedrock]\nbase_url = "{server.url}"\n{more}\n'


async def test_bedrock_books_a_cent_for_every_page(session_of: SessionOf) -> None:
    pages = turns(
        results(cost("2026-11-18", ("Amazon Bedrock", "1")), token="two"),
        results(cost("2026-11-18", ("Amazon Bedrock", "2")), token="three"),
        results(cost("2026-11-19", ("Amazon Bedrock", "4"))),
    )
    with Server({("POST", "/"): pages}) as server:
        session = session_of(config=configured(server), env=AWS, real=True)
        await refresh(session)
        assert [one.json.get("NextPageToken") for one in server.requests] == [None, "two", "three"]
        assert all(one.json["Granularity"] == "DAILY" for one in server.requests)
        assert len({one.headers["authorization"] for one in server.requests}) == 3
    spend = view(session, "bedrock").spend
    assert spend is not None and spend.month == money(7, "USD")
    assert booked(session) == [money("0.03", "USD")]


async def test_bedrock_books_the_pages_it_paid_for_even_where_the_round_fails(session_of: SessionOf) -> None:
    with Server({("POST", "/"): turns(results(token="two"), Reply({"message": "down"}, 503))}) as server:
        session = session_of(config=configured(server), env=AWS, real=True)
        await refresh(session)
    problem = view(session, "bedrock").problem
    assert problem is not None and problem.kind == "busy" and booked(session) == [CENT]


async def test_bedrock_force_does_not_beat_the_six_hours_of_what_costs_money(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({("POST", "/"): results(cost("2026-11-18", ("Amazon Bedrock", "1")))}) as server:
        session = session_of(config=configured(server), env=AWS, real=True)
        await refresh(session)
        for hours in (1, 4):
            clock.instant += timedelta(hours=hours)
            await refresh(session, force=True)
        assert len(server.requests) == 1
        clock.instant += timedelta(hours=1)
        await refresh(session)
        assert len(server.requests) == 2


async def test_bedrock_a_refusal_costs_nothing_and_is_tried_again_minutes_after_it_was_mended(
    session_of: SessionOf, clock: Clock
) -> None:
    pages = turns(Reply({"__type": "AccessDeniedException"}, 400), results(cost("2026-11-18", ("Amazon Bedrock", "1"))))
    with Server({("POST", "/"): pages}) as server:
        session = session_of(config=configured(server), env=AWS, real=True)
        await refresh(session)
        assert booked(session) == []
        clock.instant += timedelta(minutes=6)
        await refresh(session)
        assert len(server.requests) == 1
        await refresh(session, force=True)
    assert view(session, "bedrock").problem is None and booked(session) == [CENT]


async def test_bedrock_is_never_found_by_a_key_in_the_environment_and_asks_nobody_unless_allowed(
    session_of: SessionOf,
) -> None:
    with Server({}) as server:
        session = session_of(env=AWS, real=True)
        await refresh(session, force=True)
        assert boards.board(session).account("bedrock") is None
        session = session_of(config=configured(server, ""), env=AWS, real=True)
        await refresh(session, force=True)
        assert server.requests == []
    problem = view(session, "bedrock").problem
    assert problem is not None and problem.action == "set probe = true"


async def test_somebody_who_logs_in_is_noticed_without_a_key_being_pressed(session_of: SessionOf, clock: Clock) -> None:
    with Server({("POST", "/"): results(cost("2026-11-18", ("Amazon Bedrock", "1")))}) as server:
        session = session_of(config=configured(server), env={"AWS_EC2_METADATA_DISABLED": "true"}, real=True)
        await refresh(session)
        problem = view(session, "bedrock").problem
        assert problem is not None and (problem.kind, problem.action) == ("no_key", "aws configure")
        (session.paths.home / ".aws").mkdir()
        (session.paths.home / ".aws" / "credentials").write_text(
            f"[default]\naws_access_key_id = {AWS['AWS_ACCESS_KEY_ID']}\n"
            f"aws_secret_access_key = {AWS['AWS_SECRET_ACCESS_KEY']}\n"
        )
        clock.instant += timedelta(minutes=14)
        await refresh(session)
        assert server.requests == []
        clock.instant += timedelta(minutes=1)
        await refresh(session)
        assert len(server.requests) == 1 and view(session, "bedrock").problem is None


async def test_the_doctor_says_what_must_be_installed_for_an_account_that_is_configured(
    session_of: SessionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    report = doctor(session_of(config="[accounts.bedrock]\nprobe = true\n", real=True))
    assert "bedrock: boto3 is missing. pip install 'creditsui[aws]'" in report.advice
    assert {one.id: one.key_from for one in report.accounts} == {"bedrock": "login"}
    assert report.hosts == ("ce.us-east-1.amazonaws.com",)


async def test_a_library_that_is_missing_is_the_accounts_problem(
    session_of: SessionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    session = session_of(config="[accounts.bedrock]\nprobe = true\n", env=AWS, real=True)
    await refresh(session)
    problem = view(session, "bedrock").problem
    assert problem is not None and (problem.kind, problem.message) == ("unsupported", "boto3 is missing.")


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
