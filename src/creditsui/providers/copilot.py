"""GitHub Copilot: the quotas of a plan, from the endpoint that editors ask, opted in.

Logins of editors and of `gh` are only ever read. A token of GitHub lies in many shells for other ends, so none is taken
from the environment unless the account names its variable (`key = "env:COPILOT_GITHUB_TOKEN"`).
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Reading, Semantics, Window
from creditsui.providers.fields import number, record, share, word
from creditsui.providers.limits import spent
from creditsui.providers.newest import remembered, standing
from creditsui.providers.spec import Answer, Answers, File, Get, Json, Provider
from creditsui.providers.times import coming

_EVERY = timedelta(minutes=5)
_PATH = "/copilot_internal/user"
_HEADERS = {"X-GitHub-Api-Version": "2025-04-01"}
_QUOTAS = {"premium_interactions": "premium", "chat": "chat", "completions": "completions"}
_RESETS = ("quota_reset_date_utc", "quota_reset_date", "limited_user_reset_date")
_LOG_IN = "log in to Copilot in your editor"


def parse(answers: Answers) -> Reading:
    usage = answers.ok("usage") or answers.ok("usage_by_login")
    if usage is None:
        if not _token(answers) and not remembered(answers.previous):
            raise Refused(Problem("no_key", "No login of Copilot was found.", _LOG_IN))
        return standing(answers)
    body = record(usage.body)
    snapshots, limited = body.get("quota_snapshots"), body.get("limited_user_quotas")
    if not isinstance(snapshots, dict) and not isinstance(limited, dict):
        raise KeyError("quota_snapshots")
    windows = dict(_limited(body))
    billed = body.get("token_based_billing")
    credits = (billed.get("enabled") if isinstance(billed, dict) else billed) is True
    windows.update(_snapshots(snapshots if isinstance(snapshots, dict) else {}, credits))
    resets = next(filter(None, (coming(body.get(key), answers.now) for key in _RESETS)), None)
    return Reading(
        at=answers.now,
        windows=tuple(
            Window(name, used, limit, left, unit, resets)
            for name in _QUOTAS.values()
            if name in windows
            for used, limit, left, unit in [windows[name]]
        ),
        plan=word(body.get("copilot_plan")).replace("_", " ").title()[:40] or None,
        badges=tuple(_badges(snapshots if isinstance(snapshots, dict) else {})),
    )


_Quota = tuple[float, float | None, float | None, str]
"""The fraction used, the limit, what remains, the unit."""


def _snapshots(snapshots: Mapping[str, Json], credits: bool) -> Iterator[tuple[str, _Quota]]:
    """A percentage is of what remains. Without an end (-1), and as a placeholder (0), a quota is none."""
    for key, name in _QUOTAS.items():
        row = snapshots.get(key)
        if not isinstance(row, dict) or row.get("unlimited") is True:
            continue
        limit, left = number(row.get("entitlement")), number(row.get("remaining"))
        if limit is not None and limit <= 0:
            continue
        used, remains = spent(limit, left), share(row.get("percent_remaining"))
        unit = "requests" if key != "premium_interactions" or not credits else "credits"
        if used is not None:
            yield name, (used, limit, left, unit)
        elif remains is not None:
            yield name, (1 - remains, None, None, "fraction")


def _limited(body: Mapping[str, Json]) -> Iterator[tuple[str, _Quota]]:
    """The free plan in its older form: what remains, beside what a month brings."""
    left, limits = body.get("limited_user_quotas"), body.get("monthly_quotas")
    for key, name in _QUOTAS.items():
        if isinstance(left, dict) and isinstance(limits, dict):
            most, remaining = number(limits.get(key)), number(left.get(key))
            used = spent(most, remaining)
            if used is not None:
                yield name, (used, most, remaining, "requests")


def _badges(snapshots: Mapping[str, Json]) -> Iterator[str]:
    """What was used beyond the quota; and what a seat of a business used that tells no quota of its own."""
    row = snapshots.get("premium_interactions")
    if not isinstance(row, dict):
        return
    beyond, used = number(row.get("overage_count")), number(row.get("credits_used"))
    if beyond is not None and beyond > 0:
        yield f"{min(beyond, 1e12):,.0f} beyond the quota"
    if "entitlement" not in row and "percent_remaining" not in row and used is not None and used >= 0:
        yield f"{min(used, 1e12):,.0f} credits used"


def _token(answers: Answers) -> str:
    """The login at github.com: of an editor, else of `gh`. One at another host is of another GitHub."""
    for name in ("apps", "hosts"):
        answer = answers.get(name)
        for place, login in answer.body.items() if answer is not None and isinstance(answer.body, dict) else ():
            if place.partition(":")[0].lower() == "github.com" and isinstance(login, dict):
                token = word(login.get("oauth_token"))
                if token:
                    return token
    answer = answers.get("gh")
    return _in_hosts(answer.body) if answer is not None and isinstance(answer.body, str) else ""


def _in_hosts(text: str) -> str:
    """The `oauth_token` directly below `github.com:`; below a user's name it may be of somebody else."""
    inside, depth = False, 0
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        indent = len(line) - len(line.lstrip(" "))
        if not colon or not key.strip() or key.lstrip().startswith("#"):
            continue
        if not indent:
            inside, depth = key.strip().strip("'\"").lower() == "github.com", 0
        elif inside:
            depth = depth or indent
            if indent == depth and key.strip() == "oauth_token":
                return value.partition(" #")[0].strip().strip("'\"")
    return ""


def _headers(answers: Answers) -> Mapping[str, str]:
    token = _token(answers)
    if not token:
        raise Refused(Problem("no_key", "No login of Copilot was found.", _LOG_IN))
    return {"Authorization": f"Bearer {token}"}


def _refuse(answer: Answer) -> Problem | None:
    if answer.status == 401:
        by_login = answer.credential == "login"
        return Problem("rejected", "GitHub rejected the login.", _LOG_IN if by_login else "creditsui key set copilot")
    if answer.status == 404:
        return Problem("unsupported", "GitHub knows no Copilot plan of this login.")
    return None


def _found(answers: Answers) -> bool:
    """A login of `gh` alone does not say that there is a plan."""
    return bool(_token(Answers(answers.now, {key: one for key, one in answers.by_name.items() if key != "gh"})))


def _ask(name: str, **more: Json) -> Get:
    return Get(name=name, path=_PATH, headers=_HEADERS, every=_EVERY, **more)


PROVIDER = Provider(
    id="copilot",
    name="GitHub Copilot",
    url="https://api.github.com",
    console_url="https://github.com/settings/copilot",
    status_url="https://www.githubstatus.com/api/v2/status.json",
    parse=parse,
    asks=(
        File(
            name="apps",
            roots=(("XDG_CONFIG_HOME", "~/.config"), ("LOCALAPPDATA", "~/AppData/Local")),
            glob="github-copilot/apps.json",
        ),
        File(
            name="hosts",
            roots=(("XDG_CONFIG_HOME", "~/.config"), ("LOCALAPPDATA", "~/AppData/Local")),
            glob="github-copilot/hosts.json",
        ),
        File(name="gh", roots=(("GH_CONFIG_DIR", "~/.config/gh"),), glob="hosts.yml", format="text"),
        _ask("usage"),
        _ask("usage_by_login", credential=("login",), opt_in="login", failure="soft"),
    ),
    login=_headers,
    login_found=_found,
    refuse=_refuse,
    tells=("windows", "plan"),
    credential="login of an editor or of gh, read-only; or a token in a variable that you name",
    semantics=Semantics.WINDOW,
)
