"""Spend that a provider reports day by day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from creditsui.domain.money import Money
from creditsui.domain.reading import DaySpend, ModelSpend, ReportedSpend
from creditsui.providers.fields import record
from creditsui.providers.spec import Json
from creditsui.providers.times import midnight

DAYS = 30
"""Today and the 29 days before it."""


def first_day(now: datetime) -> datetime:
    """Midnight UTC of the first day that is asked for."""
    return midnight(now) - timedelta(days=DAYS - 1)


def reported(
    rows: Iterable[tuple[date, Money]],
    now: datetime,
    late: timedelta = timedelta(0),
    models: tuple[ModelSpend, ...] = (),
) -> ReportedSpend:
    """Rows summed by day. Where there are several currencies, only the one with the largest sum is told: they are never
    added, and a day's spend has one."""
    sums: dict[str, dict[date, Money]] = {}
    for day, money in rows:
        days = sums.setdefault(money.currency, {})
        days[day] = days[day] + money if day in days else money
    since = first_day(now).date()
    if not sums:
        return ReportedSpend(since=since, late=late)
    main = max(sums.values(), key=lambda days: sum(money.micros for money in days.values()))
    told = tuple(DaySpend(day, main[day]) for day in sorted(main) if day >= since)
    return ReportedSpend(told, since, models=models, late=late)


def next_page(page: Json) -> Mapping[str, str] | None:
    """The parameters of the page after this one, as Anthropic and OpenAI tell it; None ends the report.

    Raises KeyError where there is more and it is not said where: the rest of it would be spend that nobody sees.
    """
    if not record(page).get("has_more"):
        return None
    following = page.get("next_page")
    if not following:
        raise KeyError("next_page")
    return {"page": str(following)}
