"""AWS Bedrock: every page costs a cent, the amounts are text, and most of it hides behind other names."""

from datetime import date, timedelta
from typing import Any

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.core.doctor import doctor
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import DaySpend, ModelSpend, ReportedSpend
from creditsui.providers.spec import Answers, Get
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.providers.answering import NOW, answer, known, read
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
    assert report.hosts == ("169.254.169.254", "ce.us-east-1.amazonaws.com"), "a machine of the cloud tells who it is"


async def test_a_library_that_is_missing_is_the_accounts_problem(
    session_of: SessionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    session = session_of(config="[accounts.bedrock]\nprobe = true\n", env=AWS, real=True)
    await refresh(session)
    problem = view(session, "bedrock").problem
    assert problem is not None and (problem.kind, problem.message) == ("unsupported", "boto3 is missing.")
