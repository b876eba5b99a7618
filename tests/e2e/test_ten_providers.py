"""Every provider over a real socket: what it answers, what the board's JSON then says."""

import base64
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from creditsui import paths
from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.domain import format as words
from creditsui.outputs.json import as_json
from creditsui.tui.app import CreditsApp
from creditsui.tui.widgets.account_row import AccountRow
from creditsui.tui.widgets.detail import Detail
from creditsui.tui.widgets.roster import Roster
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.servers import Reply, Server, html, limited
from tests.tui.conftest import PLAIN
from tests.tui.stage import until

__all__ = ["clock", "session_of"]

NOW = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
KEY = {
    "label": "sk-or-v1-au7...890", "limit": 100, "limit_remaining": 74.5, "limit_reset": "monthly", "usage": 25.5,
    "usage_daily": 3.12, "usage_weekly": 20, "usage_monthly": 25.5, "is_free_tier": False, "is_management_key": False,
    "free_model_daily_requests": {"used": 3, "limit": 1000, "remaining": 997},
}  # fmt: skip
OPENROUTER = {"OPENROUTER_API_KEY": "sk-or-v1-0123456789abcdef"}
WEEK = NOW + timedelta(days=3)


def credits(bought: float, used: float) -> dict[str, Any]:
    return {"data": {"total_credits": bought, "total_usage": used}}


def key(**changes: Any) -> dict[str, Any]:
    return {"data": {**KEY, **changes}}


def jwt(claims: dict[str, Any]) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{body}.signature"


def epoch(at: datetime) -> int:
    return int(at.timestamp())


CLAUDE_LOGIN = {
    "claudeAiOauth": {
        "accessToken": "sk-ant-oat01-abcdefghijkl", "refreshToken": "sk-ant-ort01-abcdefghijkl",
        "expiresAt": epoch(NOW + timedelta(hours=5)) * 1000, "scopes": ["user:inference", "user:profile"],
        "subscriptionType": "max", "rateLimitTier": "default_claude_max_20x",
    }
}  # fmt: skip
CLAUDE_USAGE = {
    "five_hour": {"utilization": 11.0, "resets_at": "2026-11-20T22:00:00.282668+00:00"},
    "seven_day": {"utilization": 9.0, "resets_at": WEEK.isoformat()},
    "seven_day_opus": None,
    "extra_usage": {"is_enabled": True, "monthly_limit": 2050, "used_credits": 325, "currency": "USD"},
    "limits": [
        {"kind": "weekly_scoped", "percent": 5, "resets_at": None, "scope": {"model": {"display_name": "Fable"}}}
    ],
}
TAP = {
    "captured_at": "2026-11-20T18:58:00Z",
    "rate_limits": {
        "five_hour": {"used_percentage": 27, "resets_at": epoch(NOW + timedelta(hours=2))},
        "seven_day": {"used_percentage": 41.5, "resets_at": epoch(WEEK)},
    },
}
CODEX_LOGIN = {
    "auth_mode": "chatgpt", "OPENAI_API_KEY": None,
    "tokens": {
        "id_token": jwt({"email": "a@b.c", "https://api.openai.com/auth": {"chatgpt_plan_type": "plus"}}),
        "access_token": jwt({"exp": epoch(NOW + timedelta(days=2))}), "refresh_token": "r", "account_id": "acct-1",
    },
}  # fmt: skip
ROLLOUT = "".join(
    json.dumps({"timestamp": at, "type": "event_msg", "payload": {"type": "token_count", "info": None, "rate_limits": {
        "limit_id": "codex", "primary": {"used_percent": used, "window_minutes": 10080, "resets_at": epoch(WEEK)},
        "secondary": None, "credits": {"has_credits": True, "unlimited": False, "balance": 50.0}, "plan_type": "team"}}})
    + "\n"
    for at, used in (("2026-11-20T18:00:00Z", 10.0), ("2026-11-20T18:30:00Z", 20.5))
)  # fmt: skip
WHAM = {
    "plan_type": "pro",
    "rate_limit": {
        "primary_window": {
            "used_percent": 15,
            "limit_window_seconds": 18000,
            "reset_at": epoch(NOW + timedelta(hours=1)),
        },
        "secondary_window": {"used_percent": 5, "limit_window_seconds": 604800, "reset_at": epoch(WEEK)},
    },
    "credits": {"has_credits": True, "unlimited": False, "balance": "9.99"},
}


def day_cost(day: str, amount: str) -> dict[str, Any]:
    return {"starting_at": f"{day}T00:00:00Z", "results": [{"currency": "USD", "amount": amount}]}


@dataclass(frozen=True)
class Scenario:
    """`tells` are paths into the account's JSON ("windows.0.used") and the values that must stand there."""

    name: str
    id: str
    routes: dict[tuple[str, str], Any] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    config: str = ""
    tells: dict[str, Any] = field(default_factory=dict)
    asked: tuple[str, ...] | None = None
    """Paths that were asked, in order; None: whatever."""


GROQ_HEADERS = {
    "x-ratelimit-limit-requests": "14400", "x-ratelimit-remaining-requests": "14370",
    "x-ratelimit-reset-requests": "2m59.56s", "x-ratelimit-limit-tokens": "18000",
    "x-ratelimit-remaining-tokens": "9000", "x-ratelimit-reset-tokens": "7.66s",
}  # fmt: skip
ANTHROPIC_HEADERS = {
    "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "49",
    "anthropic-ratelimit-requests-reset": "2026-11-20T19:00:30Z",
}  # fmt: skip
LIVE = {"certainty": "live", "problem": None, "stale": False}
UNTOLD = {"balance": None, "health": None, "band": "unknown", "problem": None}
COSTS_ANTHROPIC = {"data": [day_cost("2026-11-19", "12345.00"), day_cost("2026-11-20", "250.5")], "has_more": False}
COSTS_OPENAI = {
    "data": [
        {"start_time": epoch(datetime(2026, 11, 20, tzinfo=UTC)), "results": [
            {"amount": {"value": "12.50", "currency": "usd"}}, {"amount": {"value": 0.06, "currency": "usd"}}]},
    ],
    "has_more": False,
}  # fmt: skip

SCENARIOS = [
    Scenario(
        "the cap and the balance of a key: the less can be spent",
        "openrouter",
        {("GET", "/api/v1/key"): key(), ("GET", "/api/v1/credits"): credits(50, 8.8)},
        OPENROUTER,
        tells=LIVE
        | {
            "balance.remaining": 41.2, "balance.currency": "USD", "capacity": 41.2, "capacity_from": "highest",
            "limit.amount": 100.0, "limit.remaining": 74.5, "limit.resets": "monthly", "health": 0.745,
            "windows.0.name": "day", "windows.0.used": 0.003, "windows.0.limit": 1000, "windows.0.remaining": 997,
            "windows.0.unit": "requests", "windows.0.resets_at": "2026-11-21T00:00:00Z",
            "spend.today": 3.12, "spend.all": 25.5, "spend.7d": None, "spend.from": "provider", "badges": [],
            "key_from": "env:OPENROUTER_API_KEY", "read_at": "2026-11-20T19:00:00Z", "age_seconds": 0,
        },
        asked=("/api/v1/key", "/api/v1/credits"),
    ),
    Scenario(
        "a cap that is smaller than the balance binds",
        "openrouter",
        {("GET", "/api/v1/key"): key(limit=20, limit_remaining=5), ("GET", "/api/v1/credits"): credits(50, 8.8)},
        OPENROUTER,
        tells={"balance.remaining": 5.0, "balance.purse": 41.2, "limit.remaining": 5.0, "band": "low"},
    ),
    Scenario(
        "more under the cap than in the account",
        "openrouter",
        {("GET", "/api/v1/key"): key(limit=20, limit_remaining=16), ("GET", "/api/v1/credits"): credits(10, 9.87)},
        OPENROUTER,
        config="capacity = 10\n",
        tells={"balance.remaining": 0.13, "health": 0.013, "band": "critical"},
    ),
    Scenario(
        "200 with zeros is not zero dollars",
        "openrouter",
        {("GET", "/api/v1/key"): key(limit=None, limit_remaining=None), ("GET", "/api/v1/credits"): credits(0, 0)},
        OPENROUTER,
        tells={"balance": None, "badges": ["PAYG", "no key cap", "balance needs a management key"], "spend.all": 25.5},
    ),
    Scenario(
        "403 on the balance is no problem of the key",
        "openrouter",
        {("GET", "/api/v1/key"): key(), ("GET", "/api/v1/credits"): Reply({"error": {"message": "Only management keys"}}, 403)},
        OPENROUTER,
        tells=LIVE | {"balance": None, "health": 0.745, "binding": "limit", "semantics": "cap"},
    ),
    Scenario(
        "a debt is shown",
        "openrouter",
        {("GET", "/api/v1/key"): key(limit=None, limit_remaining=None), ("GET", "/api/v1/credits"): credits(10, 13.2)},
        OPENROUTER,
        tells={"balance.remaining": -3.2, "health": 0.0, "band": "critical", "runway.state": "empty"},
    ),
    Scenario(
        "a periodic cap without remaining counts the period's usage, not the lifetime's",
        "openrouter",
        {("GET", "/api/v1/key"): key(limit_remaining=None, limit_reset="daily", usage=900), ("GET", "/api/v1/credits"): Reply({}, 403)},
        OPENROUTER,
        tells={"limit.remaining": 96.88, "limit.resets": "daily", "health": 0.9688},
    ),
    Scenario(
        "a free account",
        "openrouter",
        {("GET", "/api/v1/key"): key(limit=None, limit_remaining=None, usage=0, usage_daily=0, is_free_tier=True),
         ("GET", "/api/v1/credits"): credits(0, 0)},
        OPENROUTER,
        tells={"badges": ["free tier"], "balance.remaining": 0.0, "problem": None},
    ),
    Scenario(
        "a management key beside the plain one tells the balance",
        "openrouter",
        {("GET", "/api/v1/key"): key(limit=None, limit_remaining=None), ("GET", "/api/v1/credits"): credits(100.5, 25.75)},
        OPENROUTER | {"OPENROUTER_MANAGEMENT_KEY": "sk-or-v1-managing0123456"},
        tells={"balance.remaining": 74.75},
    ),
    Scenario(
        "a rejected key",
        "openrouter",
        {("GET", "/api/v1/key"): Reply({"error": {"message": "No auth", "code": 401}}, 401)},
        OPENROUTER,
        tells={"problem.kind": "rejected", "problem.action": "creditsui key set openrouter", "balance": None},
        asked=("/api/v1/key",),
    ),
    Scenario(
        "every currency that is not zero",
        "deepseek",
        {("GET", "/user/balance"): {"is_available": True, "balance_infos": [
            {"currency": "USD", "total_balance": "0.00", "granted_balance": "0.00", "topped_up_balance": "0.00"},
            {"currency": "CNY", "total_balance": "110.00", "granted_balance": "10.00", "topped_up_balance": "100.00"}]}},
        {"DEEPSEEK_API_KEY": "sk-0123456789abcdef"},
        tells=LIVE | {
            "balance.remaining": 110.0, "balance.currency": "CNY", "balance.granted": 10.0, "balance.paid": 100.0,
            "balances": [{"remaining": 110.0, "currency": "CNY", "granted": 10.0, "paid": 100.0}],
        },
    ),
    Scenario(
        "two currencies stay two",
        "deepseek",
        {("GET", "/user/balance"): {"is_available": True, "balance_infos": [
            {"currency": "CNY", "total_balance": "7.10", "granted_balance": "0", "topped_up_balance": "7.10"},
            {"currency": "USD", "total_balance": "3.00", "granted_balance": "0", "topped_up_balance": "3.00"}]}},
        {"DEEPSEEK_KEY": "sk-0123456789abcdef"},
        tells={"balances.0.remaining": 3.0, "balances.1.remaining": 7.1, "balance.currency": "USD",
               "key_from": "env:DEEPSEEK_KEY"},
    ),
    Scenario(
        "no entries is not known, not 0",
        "deepseek",
        {("GET", "/user/balance"): {"is_available": False, "balance_infos": []}},
        {"DEEPSEEK_API_KEY": "sk-0123456789abcdef"},
        tells={"balance": None, "health": None, "problem": None},
    ),
    Scenario(
        "money as strings, lifetime spend",
        "vercel",
        {("GET", "/v1/credits"): {"balance": "95.50", "total_used": "4.50"}},
        {"VERCEL_AI_GATEWAY_KEY": "vck_0123456789abcdef"},
        tells=LIVE | {"balance.remaining": 95.5, "spend.all": 4.5, "spend.from": "provider",
                      "key_from": "env:VERCEL_AI_GATEWAY_KEY"},
    ),
    Scenario(
        "a plain key only proves valid, free of charge",
        "anthropic",
        {("GET", "/v1/models"): {"data": []}},
        {"ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"},
        tells=UNTOLD | {"badges": ["key valid"], "windows": [], "spend": None},
        asked=("/v1/models",),
    ),
    Scenario(
        "an admin key in the plain variable reads the costs, in cents",
        "anthropic",
        {("GET", "/v1/organizations/cost_report"): COSTS_ANTHROPIC},
        {"ANTHROPIC_API_KEY": "sk-ant-admin01-0123456789"},
        tells=UNTOLD | {"spend.today": 2.505, "spend.7d": 125.955, "spend.30d": 125.955, "spend.from": "provider"},
        asked=("/v1/organizations/cost_report",),
    ),
    Scenario(
        "an allowed probe reads the limits and books what it cost",
        "anthropic",
        {("POST", "/v1/messages"): Reply({"usage": {"input_tokens": 8, "output_tokens": 1}}, headers=ANTHROPIC_HEADERS)},
        {"ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"},
        config="probe = true\n",
        tells={"windows.0.name": "minute", "windows.0.used": 0.02, "windows.0.limit": 50, "windows.0.unit": "requests",
               "spend.all": 0.000013, "spend.from": "ledger", "health": None},
        asked=("/v1/messages",),
    ),
    Scenario(
        "out of credit in disguise",
        "anthropic",
        {("POST", "/v1/messages"): Reply({"type": "error", "error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}}, 400),
         ("GET", "/v1/models"): {"data": []}},
        {"ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"},
        config="probe = true\n",
        tells={"problem.kind": "out_of_money"},
    ),
    Scenario(
        "a Claude login token is not an API key",
        "anthropic",
        {},
        {"ANTHROPIC_API_KEY": "sk-ant-oat01-0123456789"},
        tells={"problem.kind": "wrong_kind"},
        asked=(),
    ),
    Scenario(
        "costs as numbers and as strings",
        "openai",
        {("GET", "/v1/models"): {"data": []}, ("GET", "/v1/organization/costs"): COSTS_OPENAI},
        {"OPENAI_API_KEY": "sk-proj-0123456789", "OPENAI_ADMIN_KEY": "sk-admin-0123456789"},
        tells={"spend.today": 12.56, "spend.30d": 12.56, "spend.from": "provider", "balance": None, "badges": ["key valid"]},
    ),
    Scenario(
        "a plain key where the admin key belongs",
        "openai",
        {("GET", "/v1/models"): {"data": []}, ("GET", "/v1/organization/costs"): Reply({"error": {"message": "no"}}, 403)},
        {"OPENAI_API_KEY": "sk-proj-0123456789", "OPENAI_ADMIN_KEY": "sk-svcacct-0123456789"},
        tells={"badges": ["key valid"], "problem": None},
    ),
    Scenario(
        "groq counts requests by the day and tokens by the minute",
        "groq",
        {("POST", "/openai/v1/chat/completions"): Reply({"usage": {"prompt_tokens": 5, "completion_tokens": 1}}, headers=GROQ_HEADERS)},
        {"GROQ_API_KEY": "gsk_0123456789abcdef"},
        config="probe = true\n",
        tells={"windows.0.limit": 14400, "windows.0.remaining": 14370, "windows.0.resets_at": "2026-11-20T19:03:00Z",
               "windows.0.name": "day", "windows.0.unit": "requests", "windows.1.name": "minute", "windows.1.unit": "tokens", "windows.1.used": 0.5, "health": 0.997917, "band": "healthy"},
    ),
    Scenario(
        "groq by a plain key",
        "groq",
        {("GET", "/openai/v1/models"): {"data": []}},
        {"GROQ_API_KEY": "gsk_0123456789abcdef"},
        tells=UNTOLD | {"badges": ["key valid"]},
    ),
    Scenario(
        "mistral by a plain key",
        "mistral",
        {("GET", "/v1/models"): {"data": []}},
        {"MISTRAL_API_KEY": "0123456789abcdef0123"},
        tells=UNTOLD | {"badges": ["key valid"]},
    ),
    Scenario(
        "google says 400 for a bad key",
        "google",
        {("GET", "/v1beta/models"): Reply({"error": {"code": 400, "message": "API key not valid", "details": [{"reason": "API_KEY_INVALID"}]}}, 400)},
        {"GOOGLE_API_KEY": "AIza0123456789abcdefghij"},
        tells={"problem.kind": "rejected"},
    ),
    Scenario(
        "google tells nothing but that the key works",
        "google",
        {("GET", "/v1beta/models"): {"models": []}},
        {"GEMINI_API_KEY": "AIza0123456789abcdefghij"},
        tells=UNTOLD | {"badges": ["key valid"]},
    ),
    Scenario(
        "claude by its status line, without asking",
        "claude",
        files={".claude/.credentials.json": CLAUDE_LOGIN, ".local/state/creditsui/claude-status.json": TAP},
        tells={"plan": "Max 20x", "windows.0.name": "5h", "windows.0.used": 0.27, "windows.0.resets_at": "2026-11-20T21:00:00Z",
               "windows.1.name": "7d", "windows.1.used": 0.415, "health": 0.585, "binding": "7d", "semantics": "window",
               "problem": None, "read_at": "2026-11-20T18:58:00Z", "runway.state": "refills"},
        asked=(),
    ),
    Scenario(
        "claude by its endpoint, opted in: percent, and extra usage in cents",
        "claude",
        {("GET", "/api/oauth/usage"): CLAUDE_USAGE},
        files={".claude/.credentials.json": CLAUDE_LOGIN},
        config='key = "login"\n',
        tells=LIVE | {"windows.0.used": 0.11, "windows.1.used": 0.09, "windows.2.name": "7d Fable", "windows.2.used": 0.05,
                      "limit.amount": 20.5, "limit.remaining": 17.25, "plan": "Max 20x"},
        asked=("/api/oauth/usage",),
    ),
    Scenario(
        "an expired login of claude asks nobody",
        "claude",
        files={".claude/.credentials.json": {"claudeAiOauth": CLAUDE_LOGIN["claudeAiOauth"] | {"expiresAt": epoch(NOW) * 1000}}},
        config='key = "login"\n',
        tells={"problem.kind": "rejected", "problem.action": "open Claude Code once", "plan": "Max 20x"},
        asked=(),
    ),
    Scenario(
        "claude's endpoint limits: the login is fine, the tap still tells",
        "claude",
        {("GET", "/api/oauth/usage"): limited("0")},
        files={".claude/.credentials.json": CLAUDE_LOGIN, ".local/state/creditsui/claude-status.json": TAP},
        config='key = "login"\n',
        tells={"problem.kind": "limited", "problem.retry_at": "2026-11-20T19:05:00Z", "windows.0.used": 0.27},
    ),
    Scenario(
        "codex by its newest session file, plan from the token until the file tells",
        "codex",
        files={".codex/auth.json": CODEX_LOGIN, ".codex/sessions/2026/11/20/rollout-2026-11-20T18-00-00-a.jsonl": ROLLOUT},
        tells={"plan": "Team", "windows.0.name": "7d", "windows.0.used": 0.205, "balance.remaining": 50.0,
               "balance.currency": "credits", "problem": None, "read_at": "2026-11-20T18:30:00Z"},
        asked=(),
    ),
    Scenario(
        "codex plan at once from the token",
        "codex",
        files={".codex/auth.json": CODEX_LOGIN},
        tells={"plan": "Plus", "problem": None, "windows": []},
        asked=(),
    ),
    Scenario(
        "codex by its endpoint, opted in",
        "codex",
        {("GET", "/backend-api/wham/usage"): WHAM},
        files={".codex/auth.json": CODEX_LOGIN},
        config='key = "login"\n',
        tells=LIVE | {"windows.0.name": "5h", "windows.0.used": 0.15, "windows.1.name": "7d", "windows.1.used": 0.05,
                      "balance.remaining": 9.99, "plan": "Pro 20x"},
        asked=("/backend-api/wham/usage",),
    ),
    Scenario(
        "a portal instead of an answer",
        "vercel",
        {("GET", "/v1/credits"): html()},
        {"AI_GATEWAY_API_KEY": "vck_0123456789abcdef"},
        tells={"problem.kind": "changed", "balance": None},
    ),
    Scenario(
        "a key in Hermes' .env",
        "vercel",
        {("GET", "/v1/credits"): {"balance": "5", "total_used": "1"}},
        files={".hermes/.env": "# keys\nAI_GATEWAY_API_KEY='vck_0123456789abcdef'  # mine\n"},
        tells={"balance.remaining": 5.0, "key_from": "hermes:AI_GATEWAY_API_KEY"},
    ),
]  # fmt: skip


def dig(value: Any, path: str) -> Any:
    for step in path.split("."):
        if value is None:
            return None
        value = value[int(step)] if step.isdigit() and isinstance(value, list) else value[step]
    return value


def lay_out(home: Path, scenario: Scenario) -> None:
    for name, content in scenario.files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict) and set(content) == {"sqlite"}:
            _database(path, content["sqlite"])
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))


def _database(path: Path, tables: dict[str, dict[str, str]]) -> None:
    """Tables of keys and values, as editors keep them."""
    with closing(sqlite3.connect(path)) as connection:
        for table, rows in tables.items():
            connection.execute(f"CREATE TABLE {table}(key TEXT, value BLOB)")
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows.items())
        connection.commit()


def configured(scenario: Scenario, server: Server) -> str:
    return f'[accounts.{scenario.id}]\nbase_url = "{server.url}/here"\n{scenario.config}'


def routes(scenario: Scenario) -> dict[tuple[str, str], Any]:
    """Below a prefix, which a base URL may add."""
    return {(method, f"/here{path}"): answer for (method, path), answer in scenario.routes.items()}


def unseen(app: CreditsApp) -> list[str]:
    """What of the account under the cursor stands neither in its row nor beside the list, or not in its row."""
    lines = [strip.text for strip in app.screen._compositor.render_strips()]
    row = next(
        (one for one in app.screen.query(AccountRow) if one.view.id == app.screen.query_one(Roster).cursor), None
    )
    if row is None or app.board is None or row.view != app.board.account(row.view.id):
        return ["the account"]
    view, beside = row.view, app.screen.query_one(Detail).region
    own, other = (
        "\n".join(line[place.x : place.right] for line in lines[place.y : place.bottom])
        for place in (row.region, beside)
    )
    health = [words.health(view)] if view.health is not None else list(view.badges[:1])
    shown = [view.label, *health]
    shown += [words.amount(view.balance.remaining)] if view.balance is not None else []
    shown += [view.plan] if view.plan is not None else []
    shown += [view.problem.message[:24]] if view.problem is not None else []
    missing = [text for text in shown if text not in own + other]
    return missing + [f"{text} in its row" for text in (view.label[:12], *health) if text not in own]


async def looked_at(app: CreditsApp, pilot: Pilot[int]) -> str:
    """The account under the cursor, once all its numbers are on the screen."""
    try:
        await until(pilot, lambda: not unseen(app))
    except AssertionError:
        raise AssertionError(f"{unseen(app)} of {app.screen.query_one(Roster).cursor}") from None
    return str(app.screen.query_one(Roster).cursor)


class Told(CreditsApp):
    """The pane without its refresher: the board is what the test says."""

    async def _keep(self) -> None:
        pass


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: f"{one.id}: {one.name}".replace(" ", "-"))
async def test_the_board_says_what_the_provider_said(
    session_of: SessionOf, clock: Clock, home: Path, scenario: Scenario
) -> None:
    lay_out(home, scenario)
    with Server(routes(scenario)) as server:
        session = session_of(config=configured(scenario, server), env=scenario.env, real=True)
        clock.instant = NOW
        await refresh(session, force=True)
        said = as_json(boards.board(session))
        account = next(one for one in said["accounts"] if one["id"] == scenario.id)
        assert {path: dig(account, path) for path in scenario.tells} == scenario.tells
        if scenario.asked is not None:
            assert [request.path.removeprefix("/here") for request in server.requests] == list(scenario.asked)
        assert json.loads(session.paths.status.read_text()) == said
        text = json.dumps(said) + "".join(path.read_text() for path in home.rglob("*.log"))
        for secret in scenario.env.values():
            assert secret not in text


async def test_one_pane_shows_all_of_them_in_turn(session_of: SessionOf, clock: Clock, home: Path) -> None:
    app = Told(session_of(real=True), still=True, env=PLAIN)
    async with app.run_test(size=(150, 36)) as pilot:
        for number, scenario in enumerate(SCENARIOS):
            env = {**scenario.env, "HOME": str(home / str(number))}
            lay_out(Path(env["HOME"]), scenario)
            with Server(routes(scenario)) as server:
                session = replace(session_of(real=True), env=env, paths=paths.find(env))
                session.paths.config.parent.mkdir(parents=True)
                session.paths.config.write_text(configured(scenario, server))
                clock.instant = NOW
                await refresh(session, force=True)
                board = boards.board(session)
            app.board = replace(board, accounts=tuple(one for one in board.accounts if one.id == scenario.id))
            assert await looked_at(app, pilot) == scenario.id
