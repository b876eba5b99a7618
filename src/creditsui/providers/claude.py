"""Claude Pro, Max, Team: the windows of a subscription, from Claude Code's status line or, opted in, from its endpoint.

The login of Claude Code is only ever read: it is never refreshed, and no inference is made with it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from creditsui.domain.money import Money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Limit, Reading, Semantics, Window
from creditsui.providers.fields import MOST, amount, cents, record, records, share, word
from creditsui.providers.limits import DAY, HOUR
from creditsui.providers.newest import Snapshot, merged, remembered
from creditsui.providers.refusals import retry_at
from creditsui.providers.spec import Answer, Answers, Feed, File, Get, Json, Provider
from creditsui.providers.times import coming, instant

_5H, _7D = ("5h", 5 * HOUR), ("7d", 7 * DAY)
_WINDOWS = {
    "five_hour": _5H,
    "seven_day": _7D,
    "seven_day_opus": ("7d Opus", 7 * DAY),
    "seven_day_sonnet": ("7d Sonnet", 7 * DAY),
    "seven_day_cowork": ("7d Routines", 7 * DAY),
    "seven_day_routines": ("7d Routines", 7 * DAY),
}
_GENERAL = {"session": _5H, "weekly_all": _7D}
_OPEN = "open Claude Code once"


def parse(answers: Answers) -> Reading:
    login, usage, previous = _login(answers), answers.ok("usage"), answers.previous
    told = tuple(_windows(record(usage.body), answers)) if usage is not None else ()
    snapshots = (*remembered(previous), *_piped(answers))
    if usage is not None:
        snapshots = (*snapshots, Snapshot(answers.now, told, whole=True))
    newest = merged(snapshots, answers.now)
    if login is not None and not word(login.get("accessToken")) and not _piped(answers) and usage is None:
        raise Refused(Problem("rejected", "Claude Code is logged out.", "log in with claude"))
    if login is None and newest is None:
        raise Refused(Problem("no_key", "No login of Claude Code was found.", "log in with claude"))
    windows = newest.windows if newest is not None else ()
    badges = []
    if usage is not None and not told:
        badges.append("limits not available")
    elif windows and all(window.name != "5h" for window in windows):
        badges.append("5h not started")
    plan = _plan(login) if login is not None else None
    return Reading(
        at=newest.at if newest is not None else answers.now,
        windows=windows,
        limit=_extra(usage) if usage is not None else previous.limit if previous is not None else None,
        plan=plan or (previous.plan if previous is not None else None),
        badges=tuple(badges),
    )


def _windows(usage: Mapping[str, Json], answers: Answers) -> Iterator[Window]:
    """`utilization` and `percent` are percent here, whatever fractions the headers of other answers hold."""
    seen: set[str] = set()
    rows = [(_WINDOWS[key], usage[key], "utilization") for key in _WINDOWS if isinstance(usage.get(key), dict)]
    for entry in records(usage.get("limits"))[:MOST]:
        named = _GENERAL.get(word(entry.get("kind"))) or _scoped(entry)
        if named is not None:
            rows.append((named, entry, "percent"))
    for (name, seconds), row, field in rows:
        used = share(row.get(field))
        if used is not None and name not in seen:
            seen.add(name)
            yield Window(name, used, resets_at=coming(row.get("resets_at"), answers.now), seconds=seconds)


def _scoped(entry: Mapping[str, Json]) -> tuple[str, int] | None:
    scope = entry.get("scope")
    model = scope.get("model") if isinstance(scope, dict) else None
    name = word(model.get("display_name")) if isinstance(model, dict) else ""
    if entry.get("kind") != "weekly_scoped" or not name or name.lower() == "all models":
        return None
    return f"7d {name[:24]}", 7 * DAY


def _piped(answers: Answers) -> tuple[Snapshot, ...]:
    """What Claude Code last piped to its status line: percent too, but resets in epoch seconds."""
    answer = answers.get("status")
    body = answer.body if answer is not None else None
    limits = body.get("rate_limits") if isinstance(body, dict) else None
    at = instant(body.get("captured_at"), answers.now) if isinstance(body, dict) else None
    if not isinstance(limits, dict) or at is None:
        return ()
    windows = []
    for key, (name, seconds) in (("five_hour", _5H), ("seven_day", _7D)):
        row = limits.get(key)
        if isinstance(row, dict) and (used := share(row.get("used_percentage"))) is not None:
            windows.append(Window(name, used, resets_at=coming(row.get("resets_at"), at), seconds=seconds))
    return (Snapshot(at, tuple(windows)),) if windows else ()


def _extra(usage: Answer) -> Limit | None:
    """Extra usage beyond the plan, in cents; a plan without a cap on it has no limit to show."""
    extra = record(usage.body).get("extra_usage")
    if not isinstance(extra, dict) or extra.get("is_enabled") is not True:
        return None
    currency = word(extra.get("currency")) or "USD"
    cap, used = (_cents(extra.get(field), currency) for field in ("monthly_limit", "used_credits"))
    return Limit(cap, cap - used if used is not None else None, "monthly") if cap is not None else None


def _cents(value: Json, currency: str) -> Money | None:
    return cents(value, currency) if amount(value, currency) is not None else None


def _login(answers: Answers) -> Mapping[str, Json] | None:
    """What the login file says; None where it holds none, as when only logins of MCP servers are kept in it."""
    answer = answers.get("login")
    login = answer.body.get("claudeAiOauth") if answer is not None and isinstance(answer.body, dict) else None
    return login if isinstance(login, dict) else None


def _plan(login: Mapping[str, Json]) -> str | None:
    kind = word(login.get("subscriptionType")).removeprefix("claude_")
    size = re.search(r"(\d{1,4}x)", word(login.get("rateLimitTier")))
    return " ".join([kind.replace("_", " ").title()[:40], *([size[1]] if size else [])]) if kind else None


def _headers(answers: Answers) -> Mapping[str, str]:
    login = _login(answers)
    token = word(login.get("accessToken")) if login is not None else ""
    if login is None or not token:
        raise Refused(Problem("no_key", "Claude Code is not logged in here.", "log in with claude"))
    expires = instant(login.get("expiresAt"), answers.now)
    if expires is not None and expires < answers.now + timedelta(seconds=60):
        raise Refused(Problem("rejected", "Claude's login has expired.", _OPEN))
    scopes = login.get("scopes")
    if isinstance(scopes, list) and scopes and "user:profile" not in scopes:
        raise Refused(Problem("wrong_kind", "This login of Claude cannot read usage.", "log in again with claude"))
    return {"Authorization": f"Bearer {token}"}


def _refuse(answer: Answer) -> Problem | None:
    if answer.status == 401:
        return Problem("rejected", "Claude's login has expired.", _OPEN)
    if answer.status == 403 and isinstance(answer.body, dict):
        return Problem("wrong_kind", "This login of Claude cannot read usage.", "log in again with claude")
    if answer.status == 429:
        at = retry_at(answer)
        return Problem(
            "limited", "Claude's usage page is rate-limited; the login is fine.", retry_at=at, told=at is not None
        )
    return None


def _found(answers: Answers) -> bool:
    login = _login(answers)
    return (login is not None and bool(word(login.get("accessToken")))) or bool(_piped(answers))


PROVIDER = Provider(
    id="claude",
    name="Claude",
    url="https://api.anthropic.com",
    console_url="https://claude.ai/settings/usage",
    status_url="https://status.claude.com/api/v2/status.json",
    parse=parse,
    asks=(
        File(name="login", roots=(("CLAUDE_CONFIG_DIR", "~/.claude"),), glob=".credentials.json"),
        Feed(name="status", file="claude-status.json"),
        Get(
            name="usage",
            path="/api/oauth/usage",
            credential=("login",),
            headers={"anthropic-beta": "oauth-2025-04-20"},
            opt_in="login",
            every=timedelta(minutes=5),
            failure="soft",
        ),
    ),
    login=_headers,
    login_found=_found,
    refuse=_refuse,
    tells=("windows", "plan", "limit"),
    credential="login of Claude Code, read-only; or its status line",
    semantics=Semantics.WINDOW,
)
