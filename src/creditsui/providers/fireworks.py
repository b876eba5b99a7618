"""Fireworks: no balance for any key. Rated cost a day of the account that the key sees, and the month's spend limit."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

from creditsui.domain.format import amount
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Limit, Reading
from creditsui.providers import refusals
from creditsui.providers.daily import first_day, reported
from creditsui.providers.fields import exact, record, records, word
from creditsui.providers.spec import Answer, Answers, Get, Json, Param, Provider
from creditsui.providers.times import midnight

_QUOTA = "monthly-spend-usd"
_NO_LIMIT = 9_999_999
"""What the quota says where there is none."""


def parse(answers: Answers) -> Reading:
    costs = record(answers["costs"].body)
    rows = list(_days(costs))
    sums = _sums(costs.get("lineItems"))
    return Reading(
        at=answers.now,
        limit=_limit(answers.ok("quotas")),
        # An empty answer means that nothing was spent only where the account is known to be the right one.
        spend=reported(rows, answers.now) if rows or (not sums and answers.ok("accounts")) else None,
        badges=_badges(rows, sums),
    )


def _days(costs: Mapping[str, Json]) -> Iterator[tuple[date, Money]]:
    """Cost of each day, of each currency."""
    for bucket in records(costs.get("usageBuckets")):
        day = datetime.fromisoformat(bucket["startTime"]).astimezone(UTC).date()
        yield from ((day, cost) for cost in _sums(bucket.get("lineItems")).values())


def _sums(items: Json) -> dict[str, Money]:
    """By currency: they are never added. Items that are not rated have no cost."""
    sums: dict[str, Money] = {}
    for item in records(items):
        if item.get("totalCost") is not None:
            cost = _cost(record(item["totalCost"]))
            sums[cost.currency] = sums[cost.currency] + cost if cost.currency in sums else cost
    return sums


def _cost(told: Mapping[str, Json]) -> Money:
    """Whole units as text, and billionths; a part that is 0 may be left out. Raises ValueError."""
    units, nanos = exact(told.get("units", 0)), exact(told.get("nanos", 0))
    if units is None or nanos is None:
        raise ValueError("no amount")
    return money(units + nanos / Decimal(10**9), word(told["currencyCode"]))


def _badges(rows: list[tuple[date, Money]], sums: Mapping[str, Money]) -> tuple[str, ...]:
    """Sums of 30 days for which there is no other place: where days are not told, and of further currencies."""
    if not rows:
        return tuple(f"{amount(cost)} in 30d"[:39] for cost in sums.values())
    by_currency: dict[str, Money] = {}
    for _, cost in rows:
        by_currency[cost.currency] = by_currency[cost.currency] + cost if cost.currency in by_currency else cost
    main = max(by_currency.values(), key=lambda cost: cost.micros)
    return tuple(f"also {amount(cost)} in 30d"[:39] for cost in by_currency.values() if cost is not main)


def _limit(quotas: Answer | None) -> Limit | None:
    for page in (quotas.pages or (quotas.body,)) if quotas is not None else ():
        for quota in records(record(page).get("quotas")):
            if word(quota.get("name")).rpartition("/")[2] == _QUOTA:
                cap, used = exact(quota.get("value")), exact(quota.get("usage"))
                if cap is None or not 0 < cap < _NO_LIMIT:
                    return None
                return Limit(money(cap, "USD"), money(cap - used, "USD") if used is not None else None, "monthly")
    return None


def _account(answers: Answers) -> str:
    """The account's slug: what the user said, else the only one that the key sees. Raises Refused."""
    said, listing = answers.params.get("account", "").rpartition("/")[2], answers["accounts"]
    seen: list[str] = []
    if 200 <= listing.status < 300:
        pages = listing.pages or (listing.body,)
        seen = [slug for page in pages for one in records(record(page).get("accounts")) if (slug := _slug(one))]
    elif not said or listing.status == 401:
        raise Refused(refusals.problem(PROVIDER, listing))
    if said and (not seen or said in seen):
        return said
    names = ", ".join(seen[:4]) + (", …" if len(seen) > 4 else "")
    if said:
        raise Refused(Problem("forbidden", f"This key does not see the Fireworks account {said}, but {names}.", _SAY))
    if not seen:
        raise Refused(Problem("forbidden", "This key sees no Fireworks account.", _SAY))
    if len(seen) > 1:
        raise Refused(Problem("no_key", f"This key sees several Fireworks accounts: {names}.", _SAY))
    return seen[0]


_SAY = "creditsui account set fireworks account=…"


def _slug(account: Mapping[str, Json]) -> str:
    told = next(filter(None, (word(account.get(name)) for name in ("accountId", "id", "name"))), "")
    return told.rpartition("/")[2]


def _path(rest: str) -> Callable[[Answers], str]:
    return lambda answers: f"/v1/accounts/{quote(_account(answers), safe='')}/{rest}"


def _range(answers: Answers) -> Mapping[str, str]:
    """The last 30 days. Only dates count, and the end is not included."""
    end = midnight(answers.now) + timedelta(days=1)
    form = "%Y-%m-%dT%H:%M:%SZ"
    return {"startTime": first_day(answers.now).strftime(form), "endTime": end.strftime(form), "granularity": "DAILY"}


def _listed(_: Answers) -> Mapping[str, str]:
    return {"pageSize": "200"}


def _next(page: Json) -> Mapping[str, str] | None:
    token = word(record(page).get("nextPageToken"))
    return {"pageToken": token} if token else None


def _refuse(answer: Answer) -> Problem | None:
    if answer.status == 404:
        return Problem("unsupported", "Fireworks knows no such account.", _SAY)
    return None


PROVIDER = Provider(
    id="fireworks",
    name="Fireworks AI",
    url="https://api.fireworks.ai",
    console_url="https://app.fireworks.ai/settings/billing",
    key_url="https://app.fireworks.ai/settings/users/api-keys",
    status_url="https://status.fireworks.ai/api/v2/status.json",
    parse=parse,
    asks=(
        Get(name="accounts", path="/v1/accounts", query=_listed, next_page=_next, failure="quiet"),
        Get(name="costs", path=_path("billing/summary"), query=_range),
        Get(name="quotas", path=_path("quotas"), query=_listed, next_page=_next, failure="quiet"),
    ),
    env=("FIREWORKS_API_KEY", "FIREWORKS_KEY"),
    base_env=("FIREWORKS_BASE_URL", "FIREWORKS_API_BASE"),
    params={
        "account": Param(
            "account slug, from the account menu of app.fireworks.ai",
            ("FIREWORKS_ACCOUNT_SLUG", "FIREWORKS_ACCOUNT_ID"),
            required=False,
        )
    },
    key_forms=("fw_",),
    refuse=_refuse,
    tells=("spend", "limit"),
)
