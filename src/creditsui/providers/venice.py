"""Venice: dollars, and DIEM, an allowance that is full again every day; any key tells them.

How much a day's allowance is, only an admin key is told. No other is sent there: Venice locks out who is refused often.
"""

from collections.abc import Mapping
from datetime import datetime

from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Reading, Window
from creditsui.providers import refusals
from creditsui.providers.fields import amount, number, record, word
from creditsui.providers.limits import DAY
from creditsui.providers.spec import Answer, Answers, Get, Json, Provider
from creditsui.providers.times import instant

_SETTINGS = "https://venice.ai/settings/api"
_PURSES = {"USD": "USD", "DIEM": "diem", "BUNDLED_CREDITS": "credits"}
"""By Venice's names; the credits come with a plan. The names of old answers (VCU) are DIEM of today."""


def parse(answers: Answers) -> Reading:
    data = record(record(answers["limits"].body)["data"])
    told = record(data["balances"])
    purses = [Balance(found) for name, code in _PURSES.items() if (found := amount(told.get(name), code)) is not None]
    if not purses:
        raise KeyError("USD")
    refills = _refills(data, answers)
    allowance = _allowance(answers)
    badges = []
    if data.get("accessPermitted") is False:
        badges.append("not available for calls")
    if refills is not None and not allowance and number(told.get("DIEM")):
        badges.append(f"DIEM refills {refills:%H:%M} UTC")
    expires = instant(data.get("keyExpiration"), answers.now)
    if expires is not None and expires <= answers.now:
        badges.append("key expired")
    tier = data.get("apiTier")
    pays = any(one.remaining.micros > 0 for one in purses if one.remaining.currency != "diem")
    return Reading(
        at=answers.now,
        balances=tuple(one for one in purses if one.remaining.micros) or tuple(purses[:1]),
        windows=(Window("day", *allowance, "diem", refills, DAY, counts=not pays),) if allowance else (),
        plan=(word(tier.get("id")) or None) if isinstance(tier, dict) else None,
        badges=tuple(badges),
    )


def _refills(data: Mapping[str, Json], answers: Answers) -> datetime | None:
    at = instant(data.get("nextEpochBegins"), answers.now)
    return at if at is not None and at > answers.now else None


def _allowance(answers: Answers) -> tuple[float, float, float] | None:
    """The share used of today's DIEM, how much there is a day, and what is left; None where it is not known."""
    billing = answers.ok("billing")
    body: Mapping[str, Json] = billing.body if billing is not None and isinstance(billing.body, dict) else {}
    balances = body.get("balances")
    whole = number(body.get("diemEpochAllocation"))
    left = number(balances.get("diem")) if isinstance(balances, dict) else None
    if whole is None or whole <= 0 or left is None:
        return None
    return min(max(1 - left / whole, 0.0), 1.0), whole, max(left, 0.0)


def _refuse(answer: Answer) -> Problem | None:
    if answer.status == 402:
        if "authentication" in refusals.message(answer).lower():
            return Problem("rejected", "Venice rejected the key.", "creditsui key set venice")
        said = "Venice says that the account is empty, or that this key has reached the spending limit of its own."
        return Problem("out_of_money", said, f"top up or raise it at {_SETTINGS}")
    if answer.status == 401 and answer.credential == "admin_key":
        said = "Venice does not take this as an admin key: it is of another kind, or no longer valid."
        return Problem("wrong_kind", said, "creditsui key set venice")
    return None


PROVIDER = Provider(
    id="venice",
    name="Venice",
    url="https://api.venice.ai",
    console_url=_SETTINGS,
    parse=parse,
    refuse=_refuse,
    asks=(
        Get(name="limits", path="/api/v1/api_keys/rate_limits", credential=("key", "admin_key")),
        Get(name="billing", path="/api/v1/billing/balance", credential=("admin_key",), failure="soft"),
    ),
    env=("VENICE_API_KEY", "VENICE_KEY"),
    admin_env=("VENICE_ADMIN_KEY", "VENICE_ADMIN_API_KEY"),
    base_env=("VENICE_BASE_URL", "VENICE_API_BASE"),
    tells=("balance", "windows", "plan"),
    admin_credential="admin key: how much DIEM there is a day",
)
