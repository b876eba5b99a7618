"""Traps of asking, at providers as they are: keys and hosts, redirects, waits, pages."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.outputs.json import as_json
from tests.core.conftest import Clock, SessionOf
from tests.servers import Reply, Server, redirect

PLAIN, MANAGING = "sk-or-v1-plain0123456789", "sk-or-v1-managing0123456"
KEY = {"data": {"limit": None, "usage": 1, "is_free_tier": False}}


def place(server: Server, id: str, more: str = "") -> str:
    return f'[accounts.{id}]\nbase_url = "{server.url}"\n{more}'


@pytest.mark.parametrize("name", ["OPENROUTER_BASE_URL", "OPENROUTER_API_BASE"])
async def test_a_management_key_never_goes_to_the_host_of_a_base_url_beside_it(
    session_of: SessionOf, name: str
) -> None:
    with Server({("GET", "*"): KEY}) as server:
        env = {"OPENROUTER_API_KEY": PLAIN, "OPENROUTER_MANAGEMENT_KEY": MANAGING, name: f"{server.url}/v1"}
        session = session_of(env=env, real=True)
        await refresh(session, force=True)
        view = boards.board(session).account("openrouter")
        assert view is not None and view.problem is not None and view.problem.kind == "unsupported"
        assert server.requests == []


async def test_a_redirect_takes_no_key_along(session_of: SessionOf) -> None:
    with Server({("GET", "*"): {"balance": "1"}}) as thief, Server({}) as server:
        server.routes[("GET", "/v1/credits")] = redirect(f"{thief.url}/v1/credits")
        env = {"AI_GATEWAY_API_KEY": "vck_0123456789abcdef"}
        session = session_of(config=place(server, "vercel"), env=env, real=True)
        await refresh(session, force=True)
        view = boards.board(session).account("vercel")
        assert view is not None and view.problem is not None and view.problem.kind == "changed"
        assert view.balance is None and thief.requests == []


async def test_a_probe_is_made_every_five_minutes_at_most_even_under_force(session_of: SessionOf, clock: Clock) -> None:
    page = "/v1/messages"
    with Server({("POST", page): {"usage": {"input_tokens": 8, "output_tokens": 1}}}) as server:
        env = {"ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"}
        session = session_of(config=place(server, "anthropic", "probe = true\n"), env=env, real=True)
        start = clock.instant
        for seconds, asked in ((0, 1), (60, 1), (299, 1), (301, 2)):
            clock.instant = start + timedelta(seconds=seconds)
            await refresh(session, force=True)
            assert len(server.asked(page)) == asked


async def test_no_probe_is_made_unless_it_is_allowed(session_of: SessionOf) -> None:
    with Server({("GET", "*"): {"data": []}}) as server:
        env = {"OPENAI_API_KEY": "sk-proj-0123456789", "GROQ_API_KEY": "gsk_0123456789abcdef"}
        config = place(server, "openai") + place(server, "groq")
        await refresh(session_of(config=config, env=env, real=True), force=True)
        assert sorted(request.path for request in server.requests) == ["/openai/v1/models", "/v1/models"]
        assert {request.method for request in server.requests} == {"GET"}


@pytest.mark.parametrize(
    ("headers", "details", "wait"),
    [
        ({"retry-after": "90"}, [], 90),
        ({"retry-after": "Fri, 20 Nov 2026 19:02:00 GMT", "date": "Fri, 20 Nov 2026 19:00:00 GMT"}, [], 120),
        ({}, [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "45.837906927s"}], 45.837906),
        ({}, [{"metadata": {"retryDelay": "45s"}}], None),
    ],
    ids=["seconds", "as-a-date", "no-header-but-RetryInfo", "RetryInfo-at-the-wrong-level"],
)
async def test_the_wait_after_a_429_is_told_in_seconds_as_a_date_or_in_the_body(
    session_of: SessionOf, headers: dict[str, str], details: list[object], wait: float | None
) -> None:
    body = {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": details}}
    with Server({("GET", "/v1beta/models"): Reply(body, 429, headers)}) as server:
        env = {"GEMINI_API_KEY": "AIza0123456789abcdefghij"}
        session = session_of(config=place(server, "google"), env=env, real=True)
        await refresh(session, force=True)
        view = boards.board(session).account("google")
        assert view is not None and view.problem is not None and view.problem.kind == "limited"
        told = datetime(2026, 11, 20, 19, 0, tzinfo=UTC) + timedelta(seconds=wait) if wait else None
        assert view.problem.told == (wait is not None)
        if told is not None:
            assert view.problem.retry_at is not None
            assert abs(view.problem.retry_at - told) < timedelta(seconds=1)


async def test_a_cursor_that_repeats_itself_ends_the_report_and_makes_no_total(session_of: SessionOf) -> None:
    day = {"start_time": 1795132800, "results": [{"amount": {"value": 1, "currency": "usd"}}]}
    with Server({("GET", "/v1/organization/costs"): {"data": [day], "has_more": True, "next_page": "p2"}}) as server:
        env = {"OPENAI_ADMIN_KEY": "sk-admin-0123456789"}
        session = session_of(config=place(server, "openai"), env=env, real=True)
        await refresh(session, force=True)
        view = boards.board(session).account("openai")
        assert view is not None and view.problem is not None and view.problem.kind == "changed"
        assert view.spend is None and len(server.requests) == 2


@pytest.mark.parametrize("status", [401, 404, 503])
@pytest.mark.parametrize("id", ["anthropic", "openai"])
async def test_a_plain_key_that_fails_costs_an_admin_key_beside_it_nothing(
    session_of: SessionOf, id: str, status: int
) -> None:
    rows = {
        "anthropic": {"starting_at": "2026-11-20T00:00:00Z", "results": [{"currency": "USD", "amount": "250"}]},
        "openai": {"start_time": 1795132800, "results": [{"amount": {"value": "2.5", "currency": "usd"}}]},
    }
    pages = {"anthropic": "/v1/organizations/cost_report", "openai": "/v1/organization/costs"}
    costs = {"data": [rows[id]], "has_more": False, "next_page": None}
    failing = Reply({"error": {"message": "no"}}, status)
    with Server({("GET", "/v1/models"): failing, ("GET", pages[id]): costs}) as server:
        env = {
            "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789", "ANTHROPIC_ADMIN_KEY": "sk-ant-admin01-0123456789",
            "OPENAI_API_KEY": "sk-proj-0123456789", "OPENAI_ADMIN_KEY": "sk-admin-0123456789",
        }  # fmt: skip
        session = session_of(config=place(server, id), env=env, real=True)
        await refresh(session, force=True)
        view = boards.board(session).account(id)
        assert view is not None and view.spend is not None and view.spend.today is not None
        assert view.spend.today.amount == 2.5 and view.problem is not None


ACCOUNTS = {
    "office": ("OFFICE_KEY", "vck_office0123456789ab", "11.50"),
    "home": ("HOME_KEY", "vck_home0123456789ab", "7.25"),
}


async def test_two_accounts_of_one_service_never_see_each_others_key_or_number(
    session_of: SessionOf, clock: Clock
) -> None:
    lefts = {f"Bearer {secret}": left for _, secret, left in ACCOUNTS.values()}

    def credits(request: object) -> dict[str, str]:
        return {"balance": lefts[request.headers["authorization"]], "total_used": "0"}  # type: ignore[attr-defined]

    with Server({("GET", "/office/v1/credits"): credits, ("GET", "/home/v1/credits"): credits}) as server:
        config = "".join(
            f'[accounts.{id}]\nprovider = "vercel"\nkey = "env:{name}"\nbase_url = "{server.url}/{id}"\n'
            for id, (name, _, _) in ACCOUNTS.items()
        )
        env = {name: secret for name, secret, _ in ACCOUNTS.values()}
        session = session_of(config=config, env=env, real=True)
        for _ in range(2):
            await refresh(session, force=True)
            clock.instant += timedelta(minutes=10)
        told = {one["id"]: one for one in as_json(boards.board(session))["accounts"]}
        for id, (name, secret, left) in ACCOUNTS.items():
            assert told[id]["balance"]["remaining"] == float(left) and told[id]["key_from"] == f"env:{name}"
            sent = [one.headers["authorization"] for one in server.requests if one.path.startswith(f"/{id}/")]
            assert sent == [f"Bearer {secret}"] * 2
        # One that is refused leaves the other as it is.
        lefts[f"Bearer {ACCOUNTS['home'][1]}"] = "7.00"
        server.routes[("GET", "/office/v1/credits")] = Reply({"error": {"message": "no"}}, 401)
        await refresh(session, force=True)
        told = {one["id"]: one for one in as_json(boards.board(session))["accounts"]}
        assert told["office"]["problem"]["kind"] == "rejected" and told["office"]["balance"]["remaining"] == 11.5
        assert told["home"]["problem"] is None and told["home"]["balance"]["remaining"] == 7.0
        assert not any(secret in json.dumps(told) for _, secret, _ in ACCOUNTS.values())
