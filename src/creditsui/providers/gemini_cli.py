"""Gemini CLI on a Code Assist licence: a quota for each model, opted in.

The login of Gemini CLI is only ever read: it is never refreshed. Google serves it no more to individual, AI Pro and
Ultra accounts, and says so in an answer that is no error.
"""

from collections.abc import Mapping
from datetime import timedelta

from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Reading, Semantics, Window
from creditsui.providers.fields import MOST, number, record, records, word
from creditsui.providers.newest import remembered, standing
from creditsui.providers.spec import Answer, Answers, File, Get, Json, Param, Provider
from creditsui.providers.times import coming, instant

_EVERY = timedelta(minutes=5)
_OPEN = "open Gemini CLI once"
_LOG_IN = "log in with gemini"
_NOT_SERVED = ("UNSUPPORTED_CLIENT", "INELIGIBLETIERERROR")
_WHO = {"ideType": "IDE_UNSPECIFIED", "platform": "PLATFORM_UNSPECIFIED", "pluginType": "GEMINI"}


def parse(answers: Answers) -> Reading:
    assist, quota = answers.ok("assist"), answers.ok("quota")
    if assist is not None and _not_served(assist.body):
        raise Refused(_unsupported())
    if quota is None:
        if not _token(answers) and not remembered(answers.previous):
            raise Refused(Problem("no_key", "No login of Gemini CLI was found.", _LOG_IN))
        return standing(answers, _plan(assist))
    windows = _windows(quota, answers)
    return Reading(at=answers.now, windows=windows, plan=_plan(assist), badges=() if windows else ("no limits told",))


def _windows(quota: Answer, answers: Answers) -> tuple[Window, ...]:
    """One for each model, by the bucket that holds least. A fraction is of what remains."""
    buckets = record(quota.body)["buckets"]
    if not isinstance(buckets, list):
        raise TypeError("buckets is no list")
    lowest: dict[str, tuple[float, Json]] = {}
    for bucket in records(buckets)[: 4 * MOST]:
        model, remains = word(bucket.get("modelId"))[:40], number(bucket.get("remainingFraction"))
        if model and remains is not None and (model not in lowest or remains < lowest[model][0]):
            lowest[model] = (remains, bucket.get("resetTime"))
    windows = []
    for model, (remains, told) in sorted(lowest.items())[:MOST]:
        windows.append(Window(model, min(max(1 - remains, 0.0), 1.0), resets_at=coming(told, answers.now)))
    return tuple(windows)


def _plan(assist: Answer | None) -> str | None:
    body = assist.body if assist is not None and isinstance(assist.body, dict) else {}
    tiers = [body.get(key) for key in ("paidTier", "currentTier")]
    names = [word(tier.get("name")) or word(tier.get("id")) for tier in tiers if isinstance(tier, dict)]
    return next(filter(None, names), "")[:40] or None


def _not_served(body: Json) -> bool:
    """Whether a tier is refused to this login, and no other is there."""
    if not isinstance(body, dict) or body.get("currentTier"):
        return False
    return any(word(tier.get("reasonCode")) for tier in records(body.get("ineligibleTiers")))


def _unsupported() -> Problem:
    return Problem(
        "unsupported",
        "Google no longer serves this login of Gemini CLI.",
        "use an API key (provider google), or Antigravity",
    )


def _project(answers: Answers) -> str:
    """Of the account, else the one that Google made for it."""
    assist = answers.ok("assist")
    told = assist.body.get("cloudaicompanionProject") if assist is not None and isinstance(assist.body, dict) else None
    if isinstance(told, dict):
        told = told.get("id") or told.get("projectId")
    return answers.params.get("project", "") or word(told)


def _load(answers: Answers) -> Json:
    project = answers.params.get("project", "")
    return {"metadata": _WHO, **({"cloudaicompanionProject": project} if project else {})}


def _ask_quota(answers: Answers) -> Json:
    project = _project(answers)
    return {"project": project} if project else {}


def _served(answers: Answers) -> bool:
    assist = answers.ok("assist")
    return assist is not None and not _not_served(assist.body)


def _kind(answers: Answers) -> str:
    """How Gemini CLI logs in, "" where it does not say."""
    answer = answers.get("settings")
    place = answer.body if answer is not None else None
    for key in ("security", "auth"):
        place = place.get(key) if isinstance(place, dict) else None
    old = answer.body.get("selectedAuthType") if answer is not None and isinstance(answer.body, dict) else None
    return word(place.get("selectedType") if isinstance(place, dict) else None) or word(old)


def _token(answers: Answers) -> str:
    answer = answers.get("login")
    return word(answer.body.get("access_token")) if answer is not None and isinstance(answer.body, dict) else ""


def _headers(answers: Answers) -> Mapping[str, str]:
    token, kind = _token(answers), _kind(answers)
    if kind and not kind.startswith("oauth"):
        raise Refused(Problem("unsupported", "Gemini CLI uses no login with Google here, so it has no quota.", _LOG_IN))
    if not token:
        raise Refused(Problem("no_key", "Gemini CLI is not logged in here.", _LOG_IN))
    expires = instant(answers["login"].body.get("expiry_date"), answers.now)
    if expires is not None and expires < answers.now + timedelta(seconds=60):
        raise Refused(Problem("rejected", "The login of Gemini CLI has expired.", _OPEN))
    return {"Authorization": f"Bearer {token}"}


def _refuse(answer: Answer) -> Problem | None:
    text = str(answer.body).upper() if isinstance(answer.body, dict | list) else ""
    if any(sign in text for sign in _NOT_SERVED):
        return _unsupported()
    if answer.status == 401:
        return Problem("rejected", "The login of Gemini CLI has expired.", _OPEN)
    return None


def _post(name: str, **more: Json) -> Get:
    return Get(
        name=name,
        path=f"/v1internal:{more.pop('method')}",
        method="POST",
        credential=("login",),
        opt_in="login",
        every=_EVERY,
        failure="soft",
        **more,
    )


PROVIDER = Provider(
    id="gemini-cli",
    name="Gemini CLI",
    url="https://cloudcode-pa.googleapis.com",
    console_url="https://console.cloud.google.com/gemini-admin",
    parse=parse,
    asks=(
        File(name="login", roots=(("GEMINI_CLI_HOME", "~"),), glob=".gemini/oauth_creds.json"),
        File(name="settings", roots=(("GEMINI_CLI_HOME", "~"),), glob=".gemini/settings.json"),
        _post("assist", method="loadCodeAssist", body=_load),
        _post("quota", method="retrieveUserQuota", body=_ask_quota, when=_served),
    ),
    params={
        "project": Param(
            "project id of Google Cloud, where the licence is an organization's",
            ("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT_ID"),
            required=False,
        )
    },
    login=_headers,
    login_found=lambda answers: bool(_token(answers)),
    refuse=_refuse,
    tells=("windows", "plan"),
    credential="login of Gemini CLI, read-only",
    semantics=Semantics.WINDOW,
)
