"""New API and One API gateways: what a token's cap leaves, and the account behind it.

A gateway counts in quota units. What a unit is worth, and in which currency the site shows it, stands in its public
`/api/status`; 500000 units a dollar is only the default. The OpenAI-style billing routes call their fields `…_usd`,
but tell them in the currency of the site, and usage in hundredths of it. They speak of the token or of the account, as
the site likes; whichever differs from the token's own figures is the account's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Balance, Limit, Reading, ReportedSpend, Semantics
from creditsui.providers import refusals
from creditsui.providers.fields import exact, record, word
from creditsui.providers.spec import Answer, Answers, Get, Json, Param, Provider
from creditsui.providers.times import instant

_UNLIMITED = 100_000_000
"""What the billing routes say of a token without a cap."""
_LASTING = {400, 401, 403, 404, 405}


@dataclass(frozen=True, slots=True)
class _Unit:
    currency: str
    worth: Decimal
    """Of one quota unit, in that currency."""
    billing: bool = True
    """Whether the billing routes tell amounts in it."""

    def money(self, quota: Json) -> Money:
        number = exact(quota)
        if number is None:
            raise ValueError("a quota is no number")
        return money(number * self.worth, self.currency)


@dataclass(frozen=True, slots=True)
class _Purse:
    left: Money
    used: Money

    @property
    def whole(self) -> Money:
        """What came in; it stays as it is while the rest is being spent."""
        return self.left + self.used


_UNTOLD = _Unit("quota", Decimal(1), billing=False)


def parse(answers: Answers) -> Reading:
    token, account = _data(answers, "token"), _data(answers, "self")
    billing = _body(answers, "subscription")
    if token is None and account is None and billing is None:
        raise Refused(_refusal(answers))
    _passing(answers)
    unit = _unit(answers) or _UNTOLD
    own = _Purse(unit.money(account["quota"]), unit.money(account["used_quota"])) if account is not None else None
    of_token = None
    if token is not None and token.get("unlimited_quota") is not True:
        of_token = _Purse(unit.money(token["total_available"]), unit.money(token["total_used"]))
    badges = _badges(answers, token, unit)
    if billing is not None and own is None:
        purse = _billed(billing, answers, unit, token is not None)
        if token is None:
            of_token = purse
        elif purse is not None and not _same(purse, of_token):
            own = purse
    limit = Limit(of_token.whole, of_token.left) if of_token is not None else None
    if limit is None and own is None and token is None and billing is not None:
        limit = _cap(billing, unit)
    if limit is None and own is None:
        badges = ["PAYG", "no token cap", *badges]
    return Reading(
        at=answers.now,
        balances=(Balance(own.left),) if own is not None else (),
        limit=limit,
        spend=_spend(own or of_token, token, billing, answers, unit),
        badges=tuple(badges),
    )


def _billed(billing: Mapping[str, Json], answers: Answers, unit: _Unit, told: bool) -> _Purse | None:
    """What the billing routes tell; None for a token without a cap, and where another route tells it in a unit that is
    known to be theirs."""
    if told and not unit.billing:
        return None
    usage = _body(answers, "usage")
    whole = exact(billing["hard_limit_usd"])
    if whole is None:
        raise ValueError("the limit is no number")
    if whole == _UNLIMITED or usage is None:
        return None
    used = exact(usage["total_usage"])
    if used is None:
        raise ValueError("the usage is no number")
    currency = unit.currency if unit.billing else "USD"
    return _Purse(money(whole - used / 100, currency), money(used / 100, currency))


def _cap(billing: Mapping[str, Json], unit: _Unit) -> Limit | None:
    """Where nobody tells what was used of it."""
    whole = exact(billing["hard_limit_usd"])
    if whole is None or whole == _UNLIMITED:
        return None
    return Limit(money(whole, unit.currency if unit.billing else "USD"))


def _same(one: _Purse, other: _Purse | None) -> bool:
    """By what came in, but for rounding: calls go on between the questions."""
    if other is None or one.left.currency != other.left.currency:
        return False
    return abs((one.whole - other.whole).micros) <= 10


def _spend(
    purse: _Purse | None, token: Mapping[str, Json] | None, billing: Json, answers: Answers, unit: _Unit
) -> ReportedSpend | None:
    """Of the purse that is shown, else of the token."""
    if purse is not None:
        return ReportedSpend(all=purse.used)
    if token is not None:
        return ReportedSpend(all=unit.money(token["total_used"]))
    usage = exact((_body(answers, "usage") or {}).get("total_usage")) if billing is not None else None
    return (
        ReportedSpend(all=money(usage / 100, unit.currency if unit.billing else "USD")) if usage is not None else None
    )


def _unit(answers: Answers) -> _Unit | None:
    """What the site says of it; None where it does not say."""
    status = _data(answers, "status")
    if status is None:
        return None
    shown = word(status.get("quota_display_type")).upper()
    if shown == "TOKENS" or (not shown and status.get("display_in_currency") is False):
        return _Unit("quota", Decimal(1))
    dollar, rate = exact(status.get("quota_per_unit")), exact(status.get("usd_exchange_rate"))
    if dollar is None or dollar <= 0:
        return None
    if shown == "CNY":
        return _Unit("CNY", rate / dollar) if rate is not None and rate > 0 else None
    return _Unit("USD", 1 / dollar, billing=shown in {"", "USD"})


def _badges(answers: Answers, token: Mapping[str, Json] | None, unit: _Unit) -> list[str]:
    badges = []
    until = (token or {}).get("expires_at") or (_body(answers, "subscription") or {}).get("access_until")
    expires = instant(until, answers.now)
    if expires is not None and expires <= answers.now:
        badges.append("token expired")
    if unit is _UNTOLD and (token is not None or _data(answers, "self") is not None):
        badges.append("unit not told")
    elif not unit.billing and token is None:
        badges.append("taken for dollars")
    if "self" in answers and _data(answers, "self") is None:
        badges.append("account not told")
    return badges


def _body(answers: Answers, name: str) -> Mapping[str, Json] | None:
    """The answer, if it is one: refusals come with status 200, too."""
    answer = answers.ok(name)
    if answer is None or not isinstance(answer.body, dict):
        return None
    return None if answer.body.get("success") is False or answer.body.get("error") else answer.body


def _data(answers: Answers, name: str) -> Mapping[str, Json] | None:
    body = _body(answers, name)
    return None if body is None else record(body["data"])


def _refusal(answers: Answers) -> Problem:
    """Why there is nothing at all: the plainest word that was said."""
    said = [answer for name in ("self", "token", "subscription") if (answer := answers.get(name)) is not None]
    plain = [answer for answer in said if answer.status != 404] or said
    if not plain:
        return Problem("busy", "The gateway did not answer.")
    if plain[0].status < 300 and _refuse(plain[0]) is None:
        return Problem("changed", "The gateway answered in a form this version does not know.", "update creditsui")
    return refusals.problem(PROVIDER, plain[0])


def _passing(answers: Answers) -> None:
    """Raises Refused where a part failed for the moment only: without it the rest would seem to be something else."""
    for name in ("status", "token", "subscription", "usage") if answers.previous is not None else ():
        answer = answers.get(name)
        if answer is not None and answer.status >= 300 and answer.status not in _LASTING:
            raise Refused(refusals.problem(PROVIDER, answer))


def _refuse(answer: Answer) -> Problem | None:
    body = answer.body if isinstance(answer.body, dict) else {}
    if answer.status not in {200, 401} or not (
        answer.status == 401 or body.get("success") is False or body.get("error")
    ):
        return None
    said = refusals.message(answer).lower()
    if "new-api-user" in said:
        wanted = "The gateway wants the id of the user beside the access token."
        return Problem("no_key", wanted, "creditsui account set new-api user=…")
    if "用尽" in said or "exhausted" in said or "quota" in said:
        return Problem("out_of_money", "The token's quota is used up.", "top up at the gateway")
    what = "access token" if answer.credential == "admin_key" else "token"
    if "过期" in said or "expired" in said:
        return Problem("rejected", f"The {what} has expired.", "creditsui key set new-api")
    return Problem("rejected", f"The gateway rejected the {what}.", "creditsui key set new-api")


def _period(answers: Answers) -> Mapping[str, str]:
    """The whole life of any gateway: usage is told in all, and a range that is heeded must not make it less."""
    return {"start_date": "2023-01-01", "end_date": (answers.now + timedelta(days=1)).date().isoformat()}


PROVIDER = Provider(
    id="new-api",
    name="New API",
    url="",
    console_url="https://docs.newapi.pro",
    parse=parse,
    asks=(
        # The status is public: no key goes there.
        Get(name="status", path="/api/status", credential=("key", "admin_key"), auth=lambda _: {}, failure="quiet"),
        # The slash at the end belongs to it: without, the gateway redirects, which is not followed.
        Get(name="token", path="/api/usage/token/", failure="quiet"),
        Get(
            name="self",
            path="/api/user/self",
            credential=("admin_key",),
            headers={"New-Api-User": "{user}"},
            failure="soft",
        ),
        Get(
            name="subscription",
            path="/v1/dashboard/billing/subscription",
            when=lambda answers: _body(answers, "self") is None,
            failure="quiet",
        ),
        Get(
            name="usage",
            path="/v1/dashboard/billing/usage",
            query=_period,
            when=lambda answers: _body(answers, "subscription") is not None,
            failure="quiet",
        ),
    ),
    env=("NEW_API_KEY", "NEWAPI_API_KEY", "ONE_API_KEY"),
    admin_env=("NEW_API_ACCESS_TOKEN", "ONE_API_ACCESS_TOKEN"),
    admin_credential="access token: the balance of the account, not only the cap of a token",
    base_env=("NEW_API_BASE_URL", "NEWAPI_BASE_URL", "ONE_API_BASE_URL"),
    base_suffix="/v1",
    params={"user": Param("user id, from the gateway's personal settings", ("NEW_API_USER_ID",), required=False)},
    refuse=_refuse,
    tells=("balance", "limit", "spend"),
    credential="token; an access token for the account's balance",
    semantics=Semantics.BALANCE,
)
