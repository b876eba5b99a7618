"""OpenRouter: a key tells its cap and its spend; the account's balance and its spend by day and model are only
certain with a management key."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Balance, DaySpend, Limit, ModelSpend, Reading, ReportedSpend, Window
from creditsui.providers import refusals
from creditsui.providers.daily import first_day, reported
from creditsui.providers.fields import MOST, amount, number, record, word
from creditsui.providers.limits import DAY
from creditsui.providers.spec import Answers, Get, Json, Provider
from creditsui.providers.times import instant, midnight

_PERIODS = ("daily", "weekly", "monthly")


def parse(answers: Answers) -> Reading:
    key = record(record(answers["key"].body)["data"])
    manages = _manages(key)
    balance, used, badge = _account(answers, key)
    limit = _limit(key)
    badges = [*_kind(key, manages, limit), *([badge] if badge else [])]
    if (_usd(key, "byok_usage") or Money(0, "USD")).micros > 0:
        badges.append("BYOK counts to the cap" if key.get("include_byok_in_limit") is True else "BYOK")
    expires = instant(key.get("expires_at"), answers.now)
    if expires is not None and expires <= answers.now:
        badges.append("key expired")
    has_paid = key.get("is_free_tier") is False or (balance is not None and balance.micros > 0)
    try:
        activity = _activity(answers, used)
    except (KeyError, TypeError, ValueError):  # the balance is worth showing without it
        activity = None
        badges.append("activity not understood")
    return Reading(
        at=answers.now,
        balances=(Balance(balance),) if balance is not None else (),
        limit=limit,
        windows=_free_models(key, answers, counts=not has_paid),
        spend=activity or (_lifetime(used) if manages else _spend(key, answers)),
        badges=tuple(badges),
    )


def _manages(key: Mapping[str, Json]) -> bool:
    return key.get("is_management_key") is True or key.get("is_provisioning_key") is True


def _slot(answers: Answers) -> str | None:
    answer = answers.ok("key")
    if answer is None:
        return None
    return "admin_key" if _manages(record(record(answer.body)["data"])) else "key"


def _may_tell_activity(answers: Answers) -> bool:
    """Whether a management key is in use: by what it said of itself, or because it told the account's balance."""
    key, credits = answers.ok("key"), answers.ok("credits")
    if key is None or credits is None:
        return False
    try:
        told = record(record(key.body)["data"])
        return _manages(told) or (credits.credential == "admin_key" and _account(answers, told)[0] is not None)
    except (KeyError, TypeError, ValueError):
        return False


def _today(answers: Answers) -> Mapping[str, str]:
    return {"date": midnight(answers.now).date().isoformat()}


def _activity(answers: Answers, used: Money | None) -> ReportedSpend | None:
    """The account's spend by day, and by model over the same days. The usual answer ends yesterday; where nobody fills
    in today, the report is that much late."""
    past, current = answers.ok("activity"), answers.ok("today")
    if past is None:
        return None
    today = midnight(answers.now).date()
    latest = list(_rows(current.body)) if current is not None else []
    fresh = [row for row in latest if row[0] == today]
    told = current is not None and bool(fresh or not latest)  # else the date was not heeded
    rows = [row for row in _rows(past.body) if not told or row[0] != today] + fresh
    since = first_day(answers.now).date()
    models: dict[str, Money] = {}
    for day, model, cost in rows:
        if day >= since:
            models[model] = models.get(model, Money(0, "USD")) + cost
    dearest = sorted(models.items(), key=lambda item: (-item[1].micros, item[0]))
    return replace(
        reported(((day, cost) for day, _, cost in rows), answers.now),
        all=used,
        late=timedelta(0) if told else answers.now - midnight(answers.now),
        models=tuple(ModelSpend(model, cost) for model, cost in dearest if cost.micros > 0)[:MOST],
    )


def _rows(body: Json) -> Iterator[tuple[date, str, Money]]:
    """Day, model, and the credit that it took. `byok_usage_inference` is an estimate of what another service charges
    for the user's own key: no credit, so no spend."""
    data = record(body)["data"]
    if not isinstance(data, list):
        raise TypeError("the activity is no list")
    for row in {repr(row): record(row) for row in data}.values():  # the same row twice is one
        model = word(row.get("model")) or word(row.get("model_permaslug")) or "unnamed"
        yield date.fromisoformat(str(row["date"])[:10]), model[:80], money(row["usage"], "USD")


def _account(answers: Answers, key: Mapping[str, Json]) -> tuple[Money | None, Money | None, str]:
    """The account's balance, what it ever used, and a badge that says why they are not known.

    A plain key is either refused here, or answered with two zeros that are not true of an account that has paid.
    """
    credits = answers.get("credits")
    if credits is None or not 200 <= credits.status < 300:
        if credits is not None and credits.status in {401, 403, 404}:
            return None, None, "balance needs a management key"
        if answers.previous is not None and answers.previous.balances:
            # A passing failure: the last good balance is worth more than a fresh reading without one.
            busy = Problem("busy", "OpenRouter did not tell the balance.")
            raise Refused(busy if credits is None else refusals.problem(PROVIDER, credits))
        return None, None, ""
    data = record(record(credits.body)["data"])
    bought, used = _usd(data, "total_credits"), _usd(data, "total_usage")
    if bought is None or used is None:
        return None, None, "balance not told"
    has_paid = key.get("is_free_tier") is False or (_usd(key, "usage") or used).micros > 0
    if not bought.micros and not used.micros and has_paid:
        plain = credits.credential != "admin_key" and key.get("is_management_key") is not True
        return None, None, "balance needs a management key" if plain else "balance not told"
    return bought - used, used, ""


def _kind(key: Mapping[str, Json], manages: bool, limit: Limit | None) -> list[str]:
    if manages:
        return ["management key"]
    if key.get("is_free_tier") is True:
        return ["free tier"]
    return [] if limit is not None or "limit" not in key else ["PAYG", "no key cap"]


def _limit(key: Mapping[str, Json]) -> Limit | None:
    cap = _usd(key, "limit")
    if cap is None:
        return None
    resets = word(key.get("limit_reset"))
    period = resets if resets in _PERIODS else ""
    remaining = _usd(key, "limit_remaining")
    if remaining is None and bool(period) == bool(resets):
        # `usage` is of the key's whole life: under a cap that resets, only the period's own counter tells.
        suffix = f"_{period}" if period else ""
        used = _usd(key, f"usage{suffix}")
        own = _usd(key, f"byok_usage{suffix}") if key.get("include_byok_in_limit") is True else None
        if used is not None:
            remaining = cap - used - (own or Money(0, "USD"))
    return Limit(cap, remaining, period or None)


def _spend(key: Mapping[str, Json], answers: Answers) -> ReportedSpend | None:
    """`usage_daily` is of the current day in UTC, not of the last 24 hours."""
    today, life = _usd(key, "usage_daily"), _usd(key, "usage")
    if today is None:
        return _lifetime(life)
    day = midnight(answers.now).date()
    return ReportedSpend((DaySpend(day, today),), day, life)


def _lifetime(used: Money | None) -> ReportedSpend | None:
    return None if used is None else ReportedSpend(all=used)


def _free_models(key: Mapping[str, Json], answers: Answers, *, counts: bool) -> tuple[Window, ...]:
    told = key.get("free_model_daily_requests")
    if not isinstance(told, dict):
        return ()
    limit, remaining, used = (number(told.get(name)) for name in ("limit", "remaining", "used"))
    if limit is None or limit <= 0 or (remaining is None and used is None):
        return ()
    left = limit - (used or 0.0) if remaining is None else remaining
    share = min(max(1 - left / limit, 0.0), 1.0)
    resets = midnight(answers.now) + timedelta(days=1)
    return (Window("day", share, limit, max(left, 0.0), "requests", resets, DAY, counts),)


def _usd(data: Mapping[str, Json], name: str) -> Money | None:
    return amount(data.get(name), "USD")


PROVIDER = Provider(
    id="openrouter",
    name="OpenRouter",
    url="https://openrouter.ai",
    console_url="https://openrouter.ai/settings/credits",
    key_url="https://openrouter.ai/settings/keys",
    key_forms=("sk-or-",),
    parse=parse,
    asks=(
        Get(name="key", path="/api/v1/key", older="/api/v1/auth/key", credential=("key", "admin_key")),
        Get(name="credits", path="/api/v1/credits", credential=("admin_key", "key"), failure="quiet"),
        Get(
            name="activity",
            path="/api/v1/activity",
            credential=("admin_key", "key"),
            when=_may_tell_activity,
            failure="soft",
        ),
        Get(
            name="today",
            path="/api/v1/activity",
            credential=("admin_key", "key"),
            query=_today,
            when=lambda answers: answers.ok("activity") is not None,
            failure="quiet",
        ),
    ),
    slot_told=_slot,
    env=("OPENROUTER_API_KEY", "OPENROUTER_KEY"),
    admin_env=(
        "OPENROUTER_MANAGEMENT_API_KEY",
        "OPENROUTER_MANAGEMENT_KEY",
        "OPENROUTER_PROVISIONING_KEY",
        "OPENROUTER_PROVISIONING_API_KEY",
    ),
    base_env=("OPENROUTER_BASE_URL", "OPENROUTER_API_BASE"),
    tells=("balance", "spend", "limit", "windows"),
    credential="API key; a management key for the account's balance",
    admin_credential="management key: the account's balance, its spend by day and by model",
)
