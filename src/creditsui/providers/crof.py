"""Crof: credit in dollars and, for who has a plan, requests of the day, which begins at midnight in Chicago."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading, Window
from creditsui.providers.fields import number, record
from creditsui.providers.limits import DAY
from creditsui.providers.spec import Answers, Get, Provider


def parse(answers: Answers) -> Reading:
    body = record(answers["usage"].body)
    credit = money(body["credits"], "USD")
    plan, left = number(body.get("requests_plan")), number(body.get("usable_requests"))
    windows: tuple[Window, ...] = ()
    badges: tuple[str, ...] = ()
    if plan is not None and plan > 0 and left is not None:
        used = min(max(1 - left / plan, 0.0), 1.0)
        goes_on = left <= 0 < credit.micros
        windows = (Window("day", used, plan, left, "requests", _midnight(answers.now), DAY, counts=not goes_on),)
    elif left is not None and left > 0:
        badges = (f"{left:,.0f} requests left today"[:39],)  # of how many is not told
    return Reading(at=answers.now, balances=(Balance(credit),), windows=windows, badges=badges)


def _midnight(now: datetime) -> datetime | None:
    """The next one in Chicago; None where this machine knows no time zones."""
    try:
        there = now.astimezone(ZoneInfo("America/Chicago"))
    except ZoneInfoNotFoundError:
        return None
    return datetime.combine(there.date() + timedelta(days=1), time(), there.tzinfo).astimezone(now.tzinfo)


PROVIDER = Provider(
    id="crof",
    name="Crof",
    url="https://crof.ai",
    console_url="https://crof.ai/dashboard",
    parse=parse,
    asks=(Get(name="usage", path="/usage_api/"),),
    env=("CROF_API_KEY", "CROFAI_API_KEY"),
    base_env=("CROF_BASE_URL",),
    tells=("balance", "windows"),
)
