"""Codex on a ChatGPT plan: windows from its own session files or, opted in, from the endpoint that it asks itself.

The login of Codex is only ever read: it is never refreshed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from creditsui.domain.clean import decode_json
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Balance, Limit, Reading, Semantics, Window
from creditsui.providers import limits as windows
from creditsui.providers.claims import claims
from creditsui.providers.fields import MOST, amount, number, record, records, share, word
from creditsui.providers.newest import Snapshot, merged, remembered
from creditsui.providers.spec import Answer, Answers, File, Get, Json, Provider
from creditsui.providers.times import coming, instant

_CLAIMS = "https://api.openai.com/auth"
_PLANS = {"prolite": "Pro 5x", "pro": "Pro 20x", "edu": "Education", "k12": "K-12"}
_RESETS = ("reset_at", "resets_at", "reset_after_seconds", "resets_in_seconds")
_OPEN = "open Codex once"


def parse(answers: Answers) -> Reading:
    usage, event, previous = answers.ok("usage"), _event(answers), answers.previous
    body = record(usage.body) if usage is not None else {}
    snapshots = remembered(previous)
    if event is not None:
        snapshots = (*snapshots, Snapshot(event[0], tuple(_pair(event[1], event[0]))))
    if usage is not None:
        snapshots = (*snapshots, Snapshot(answers.now, tuple(_windows(body, answers.now)), whole=True))
    newest, tokens = merged(snapshots, answers.now), _tokens(answers)
    if newest is None and not tokens:
        if "login" in answers:
            raise Refused(Problem("wrong_kind", "Codex uses an API key here, which has no plan.", "log in with codex"))
        raise Refused(Problem("no_key", "No login of Codex was found.", "log in with codex"))
    known = previous if previous is not None else Reading(at=answers.now)
    balances, limit, badges, remembers = known.balances, known.limit, known.badges, bool(remembered(previous))
    claimed = _label(word(_auth_claims(tokens).get("chatgpt_plan_type")))
    plan = known.plan or claimed if remembers else claimed or known.plan  # the token's plan is as old as the login
    told = body if usage is not None else None
    if told is None and event is not None and (not remembers or event[0] >= known.at):
        told = event[1]
    if told is not None:
        balances, badges = _credits(told.get("credits"))
        limit = _limit(body) if usage is not None else limit
        plan = _label(word(told.get("plan_type"))) or plan
    return Reading(
        at=newest.at if newest is not None else answers.now,
        balances=balances,
        windows=newest.windows if newest is not None else (),
        limit=limit,
        plan=plan,
        badges=badges,
    )


def _event(answers: Answers) -> tuple[datetime, Mapping[str, Json]] | None:
    """The newest limits in the ends of the newest session files. The newest file need not hold the newest event."""
    answer = answers.get("sessions")
    found: tuple[datetime, Mapping[str, Json]] | None = None
    for text in answer.body if answer is not None and isinstance(answer.body, tuple | list) else ():
        for line in text.splitlines() if isinstance(text, str) else ():
            one = _token_count(line, answers.now) if '"rate_limits"' in line else None
            if one is not None and (found is None or one[0] >= found[0]):
                found = one
    return found


def _token_count(line: str, now: datetime) -> tuple[datetime, Mapping[str, Json]] | None:
    try:
        row = decode_json(line)
    except ValueError:
        return None  # the cut first line of a tail, or a half-written last one
    payload = row.get("payload") if isinstance(row, dict) else None
    limits = payload.get("rate_limits") if isinstance(payload, dict) and payload.get("type") == "token_count" else None
    at = instant(row.get("timestamp"), now) if isinstance(limits, dict) else None
    if at is None or not isinstance(limits, dict) or word(limits.get("limit_id")) not in {"", "codex"}:
        return None  # other ids are quotas of single models
    return (at, limits) if any(_pair(limits, at)) else None


def _pair(limits: Mapping[str, Json], at: datetime, prefix: str = "") -> Iterator[Window]:
    """Both windows of one limit, named by their length: a sole weekly window may stand in the first slot."""
    for slot in ("primary_window", "secondary_window", "primary", "secondary"):
        row = limits.get(slot)
        if not isinstance(row, dict) or (used := share(row.get("used_percent"))) is None:
            continue
        minutes = number(row.get("window_minutes"))
        seconds = windows.length(minutes * 60 if minutes is not None else number(row.get("limit_window_seconds")))
        resets = next(filter(None, (coming(row.get(key), at) for key in _RESETS)), None)
        name = windows.name(seconds) if seconds is not None else slot.partition("_")[0]
        yield Window(f"{prefix}{name}", used, resets_at=resets, seconds=seconds)


def _windows(body: Mapping[str, Json], at: datetime) -> Iterator[Window]:
    """The plan's windows, then those of single models and of code review, under their own names."""
    sets = [("", body.get("rate_limit")), ("code review ", body.get("code_review_rate_limit"))]
    for extra in records(body.get("additional_rate_limits"))[:MOST]:
        label = word(extra.get("limit_name")) or word(extra.get("metered_feature"))
        if label:
            sets.append((f"{label[:32]} ", extra.get("rate_limit")))
    for prefix, limits in sets:
        if isinstance(limits, dict):
            yield from _pair(limits, at, prefix)


def _credits(credits: Json) -> tuple[tuple[Balance, ...], tuple[str, ...]]:
    """Credits are shown as credits: sources disagree about what one is worth in money."""
    if not isinstance(credits, dict):
        return (), ()
    if credits.get("unlimited") is True:
        return (), ("unlimited credits",)
    left = amount(credits.get("balance"), "credits") if credits.get("has_credits") is not False else None
    return ((Balance(left),) if left is not None else ()), ()


def _limit(body: Mapping[str, Json]) -> Limit | None:
    """A workspace's cap on one member, in credits, wherever this version of the answer keeps it."""
    holders, keys = (body.get("spend_control"), body.get("rate_limit"), body), ("individual_limit", "individualLimit")
    for cap in (holder.get(key) for holder in holders if isinstance(holder, dict) for key in keys):
        if isinstance(cap, dict) and (whole := amount(cap.get("limit"), "credits")) is not None:
            left, used = amount(cap.get("remaining"), "credits"), amount(cap.get("used"), "credits")
            return Limit(whole, left if left is not None else whole - used if used is not None else None)
    return None


def _label(plan: str) -> str | None:
    return (_PLANS.get(plan) or plan.replace("_", " ").title()[:40]) if plan else None


def _tokens(answers: Answers) -> Mapping[str, Json]:
    answer = answers.get("login")
    tokens = answer.body.get("tokens") if answer is not None and isinstance(answer.body, dict) else None
    return tokens if isinstance(tokens, dict) and word(tokens.get("access_token")) else {}


def _auth_claims(tokens: Mapping[str, Json]) -> Mapping[str, Json]:
    found = claims(tokens.get("id_token"))
    nested = found.get(_CLAIMS)
    return {**nested, **found} if isinstance(nested, dict) else found


def _headers(answers: Answers) -> Mapping[str, str]:
    tokens = _tokens(answers)
    if not tokens:
        raise Refused(Problem("no_key", "Codex is not logged in with a ChatGPT plan here.", "log in with codex"))
    expires = instant(claims(tokens.get("access_token")).get("exp"), answers.now)
    if expires is not None and expires < answers.now + timedelta(seconds=60):
        raise Refused(Problem("rejected", "Codex's login has expired.", _OPEN))
    account = word(tokens.get("account_id")) or word(_auth_claims(tokens).get("chatgpt_account_id"))
    return {
        "Authorization": f"Bearer {word(tokens['access_token'])}",
        **({"ChatGPT-Account-Id": account} if account else {}),
    }


def _refuse(answer: Answer) -> Problem | None:
    if answer.status == 401 or (answer.status == 403 and isinstance(answer.body, dict)):
        return Problem("rejected", "Codex's login has expired.", _OPEN)
    return None


PROVIDER = Provider(
    id="codex",
    name="Codex",
    url="https://chatgpt.com",
    console_url="https://chatgpt.com/codex/settings/usage",
    status_url="https://status.openai.com/api/v2/status.json",
    parse=parse,
    asks=(
        File(name="login", roots=(("CODEX_HOME", "~/.codex"),), glob="auth.json"),
        File(
            name="sessions",
            roots=(("CODEX_HOME", "~/.codex"),),
            glob="sessions/*/*/*/rollout-*.jsonl",
            format="tail",
            newest=4,
        ),
        Get(
            name="usage",
            path="/backend-api/wham/usage",
            credential=("login",),
            opt_in="login",
            every=timedelta(minutes=5),
            failure="soft",
        ),
    ),
    login=_headers,
    login_found=lambda answers: bool(_tokens(answers)),
    refuse=_refuse,
    tells=("windows", "plan", "balance", "limit"),
    credential="login of Codex, read-only; or its session files",
    semantics=Semantics.WINDOW,
)
