"""Synthetic: the quotas of a plan. They refill bit by bit, so what is told as the next tick is no reset."""

from collections.abc import Iterator, Mapping

from creditsui.domain.reading import Reading, Semantics, Window
from creditsui.providers.fields import number, record, share, word
from creditsui.providers.limits import DAY, HOUR, spent
from creditsui.providers.spec import Answers, Get, Json, Provider
from creditsui.providers.times import coming


def parse(answers: Answers) -> Reading:
    body = record(answers["quotas"].body)
    if not set(body) & {"rollingFiveHourLimit", "weeklyTokenLimit", "subscription"}:
        raise KeyError("no quota that is known")
    windows = tuple(_windows(body, answers))
    return Reading(at=answers.now, windows=windows, badges=() if windows else ("no subscription",))


def _windows(body: Mapping[str, Json], answers: Answers) -> Iterator[Window]:
    rolling, weekly = body.get("rollingFiveHourLimit"), body.get("weeklyTokenLimit")
    if isinstance(rolling, dict):
        yield from _five_hours(rolling)
    elif not isinstance(weekly, dict):  # a plan of the older kind: on a newer one this counter stays at 0
        yield from _requests("5h", 5 * HOUR, body.get("subscription"), answers)
    if isinstance(weekly, dict):
        yield from _week(weekly)
    search = body.get("search")
    if isinstance(search, dict):
        yield from _requests("search", HOUR, search.get("hourly"), answers, counts=False)


def _five_hours(rolling: Mapping[str, Json]) -> Iterator[Window]:
    most, left = number(rolling.get("max")), number(rolling.get("remaining"))
    used = spent(most, left)
    if used is not None:
        used = 1.0 if rolling.get("limited") is True else used
        yield Window("5h", used, most, left, "requests", seconds=5 * HOUR)


def _week(weekly: Mapping[str, Json]) -> Iterator[Window]:
    """Credits are dollars written as text, `$119.77`; the percentage is of what remains."""
    most, left = _dollars(weekly.get("maxCredits")), _dollars(weekly.get("remainingCredits"))
    used, remains = spent(most, left), share(weekly.get("percentRemaining"))
    if used is not None:
        yield Window("7d", used, most, left, "usd", seconds=7 * DAY)
    elif remains is not None:
        yield Window("7d", 1 - remains, seconds=7 * DAY)


def _requests(name: str, seconds: int, row: Json, answers: Answers, *, counts: bool = True) -> Iterator[Window]:
    if not isinstance(row, dict):
        return
    limit, used = number(row.get("limit")), number(row.get("requests"))
    left = limit - used if limit is not None and used is not None else None
    share_used = spent(limit, left)
    if share_used is not None:
        resets = coming(row.get("renewsAt"), answers.now)
        yield Window(name, share_used, limit, left, "requests", resets, seconds, counts)


def _dollars(value: Json) -> float | None:
    return number(word(value).removeprefix("$").replace(",", "")) if isinstance(value, str) else number(value)


PROVIDER = Provider(
    id="synthetic",
    name="Synthetic",
    url="https://api.synthetic.new",
    console_url="https://synthetic.new/billing",
    parse=parse,
    asks=(Get(name="quotas", path="/v2/quotas"),),
    env=("SYNTHETIC_API_KEY",),
    key_forms=("syn_",),
    tells=("windows",),
    semantics=Semantics.WINDOW,
)
