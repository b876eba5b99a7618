"""Cursor: what a plan's billing cycle holds, from the page that its dashboard asks, opted in.

The login of the editor is only ever read, from a database of its own: it is never refreshed.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from creditsui.domain.money import Money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Limit, Reading, Semantics, Window
from creditsui.providers.claims import claims
from creditsui.providers.fields import amount, cents, number, record, share, word
from creditsui.providers.limits import spent
from creditsui.providers.newest import remembered, standing
from creditsui.providers.spec import Answer, Answers, File, Get, Json, Provider
from creditsui.providers.times import coming, instant

_TOKEN, _PLAN = "cursorAuth/accessToken", "cursorAuth/stripeMembershipType"
_OPEN = "open Cursor once"
_LOG_IN = "log in to Cursor"
_TEXT = re.compile(r"[\w.-]+", re.ASCII)
"""What may stand in a cookie without being taken for something else."""


def parse(answers: Answers) -> Reading:
    usage, login = answers.ok("usage"), _login(answers)
    if usage is None:
        if not login.get(_TOKEN) and not remembered(answers.previous):
            raise Refused(Problem("no_key", "No login of Cursor was found.", _LOG_IN))
        return standing(answers, _label(login.get(_PLAN, "")))
    body = record(usage.body)
    own, team = _object(body.get("individualUsage")), _object(body.get("teamUsage"))
    if not own and not team:
        raise KeyError("individualUsage")
    resets = coming(body.get("billingCycleEnd"), answers.now)
    windows = tuple(Window(*quota, resets_at=resets) for quota in _quotas(own, team))
    return Reading(
        at=answers.now,
        windows=windows,
        limit=_on_demand(own) or _on_demand(team),
        plan=_label(word(body.get("membershipType"))),
        badges=() if windows else ("unlimited",) if body.get("isUnlimited") is True else ("no limits told",),
    )


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


_Quota = tuple[str, float, float | None, float | None, str]
"""Name, fraction used, limit, what remains, unit."""


def _quotas(own: Mapping[str, Json], team: Mapping[str, Json]) -> Iterator[_Quota]:
    """Percent are of what was used. A plan of two pools has no use of their sum, for each stops its own models."""
    plan = own.get("plan")
    if isinstance(plan, dict) and plan.get("enabled") is not False:
        pools = [(name, share(plan.get(key))) for name, key in (("auto", "autoPercentUsed"), ("API", "apiPercentUsed"))]
        told = [(name, used) for name, used in pools if used is not None]
        whole = share(plan.get("totalPercentUsed"))
        if told:
            yield from ((name, used, None, None, "fraction") for name, used in told)
        elif whole is not None:
            yield "month", whole, None, None, "fraction"
        else:
            yield from _dollars("month", plan)
    yield from _dollars("month" if not isinstance(plan, dict) else "overall", own.get("overall"))
    yield from _dollars("team", team.get("pooled"))


def _dollars(name: str, row: Json) -> Iterator[_Quota]:
    """Whole cents. What is not enabled, or has no limit, is no quota."""
    if not isinstance(row, dict) or row.get("enabled") is False:
        return
    most, used = number(row.get("limit")), number(row.get("used"))
    left = most - used if most is not None and used is not None else None
    fraction = spent(most, left)
    if fraction is not None and most is not None and left is not None:
        yield name, fraction, most / 100, left / 100, "usd"


def _on_demand(usage: Mapping[str, Json]) -> Limit | None:
    """The cap on what is paid beyond the plan, in cents."""
    row = usage.get("onDemand")
    if not isinstance(row, dict) or row.get("enabled") is not True:
        return None
    cap, used = (_cents(row.get(key)) for key in ("limit", "used"))
    return (
        Limit(cap, cap - used if used is not None else None, "monthly") if cap is not None and cap.micros > 0 else None
    )


def _cents(value: Json) -> Money | None:
    return cents(value, "USD") if amount(value, "USD") is not None else None


def _label(plan: str) -> str | None:
    return plan.replace("_", " ").title()[:40] or None


def _login(answers: Answers) -> Mapping[str, str]:
    answer = answers.get("login")
    body = answer.body if answer is not None and isinstance(answer.body, dict) else {}
    return {key: word(body.get(key)).strip('"') for key in (_TOKEN, _PLAN)}


def _headers(answers: Answers) -> Mapping[str, str]:
    token = _login(answers)[_TOKEN]
    if not token:
        raise Refused(Problem("no_key", "Nobody is logged in to Cursor here.", _LOG_IN))
    told = claims(token)
    expires, user = instant(told.get("exp"), answers.now), word(told.get("sub")).rpartition("|")[2]
    if not _TEXT.fullmatch(token) or not _TEXT.fullmatch(user):
        raise Refused(Problem("changed", "Cursor keeps its login in a form this version does not know."))
    if expires is not None and expires < answers.now + timedelta(seconds=60):
        raise Refused(Problem("rejected", "Cursor's login has expired.", _OPEN))
    return {"Cookie": f"WorkosCursorSessionToken={user}%3A%3A{token}"}


def _refuse(answer: Answer) -> Problem | None:
    if answer.status == 401 or (answer.status == 403 and isinstance(answer.body, dict)):
        return Problem("rejected", "Cursor's login has expired.", _OPEN)
    return None


PROVIDER = Provider(
    id="cursor",
    name="Cursor",
    url="https://cursor.com",
    console_url="https://cursor.com/dashboard",
    status_url="https://status.cursor.com/api/v2/status.json",
    parse=parse,
    asks=(
        File(
            name="login",
            roots=(
                ("XDG_CONFIG_HOME", "~/.config"),
                ("APPDATA", "~/AppData/Roaming"),
                ("", "~/Library/Application Support"),
            ),
            glob="Cursor/User/globalStorage/state.vscdb",
            format="sqlite",
            table="ItemTable",
            keys=(_TOKEN, _PLAN),
        ),
        Get(
            name="usage",
            path="/api/usage-summary",
            credential=("login",),
            opt_in="login",
            every=timedelta(minutes=5),
            failure="soft",
        ),
    ),
    login=_headers,
    login_found=lambda answers: bool(_login(answers)[_TOKEN]),
    refuse=_refuse,
    tells=("windows", "plan", "limit"),
    credential="login of the Cursor editor, read-only",
    semantics=Semantics.WINDOW,
)
