"""The last board as the pane's rows read it, from its JSON: as far as they look, what comes of it is a board.

The classes of a board take longer to load than there is before the first paint. Whatever the JSON leaves open, or what
became of it since, is not guessed: then there is no board.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from creditsui.domain import format as words
from creditsui.domain.band import Band
from creditsui.domain.micros import MICRO
from creditsui.domain.money import Money

if TYPE_CHECKING:
    from creditsui.domain.board import Board

STALE_AFTER = timedelta(minutes=10)


class Unknown(Exception):
    """The JSON does not say what the pane would show now."""


class _View(SimpleNamespace):
    read_at: datetime | None

    def age(self, now: datetime) -> float | None:
        return None if self.read_at is None else max(0.0, (now - self.read_at).total_seconds())


def recalled(
    data: Mapping[str, Any], now: datetime, zone: tzinfo, *, interval: timedelta, ticks: Mapping[str, Any]
) -> Board:
    """`ticks` are the edges of each account's bands, low to high. Raises Unknown; KeyError, TypeError and ValueError
    where the JSON is broken."""
    if data["schema"] != 1 or data["demo"]:
        raise Unknown
    today = now.astimezone(zone).date()
    same_day = _at(data["generated_at"]).astimezone(zone).date() == today
    accounts = tuple(_view(one, now, today, interval, ticks[one["id"]]) for one in data["accounts"])
    if not accounts or set(ticks) != {one.id for one in accounts}:
        raise Unknown
    if not same_day and any(one.health is None or one.budget is not None for one in accounts):
        raise Unknown  # what was spent today is another number by now
    next_at = _instant(data["next_at"])
    return cast(
        "Board",
        SimpleNamespace(
            generated_at=now,
            accounts=accounts,
            totals=tuple(_total(one) for one in data["totals"]),
            demo=False,
            notices=(),
            next_at=None if next_at is None else max(next_at, now),
        ),
    )


def _total(one: Mapping[str, Any]) -> SimpleNamespace:
    code = one["currency"]
    return SimpleNamespace(remaining=_money(one["remaining"], code), burn=_money(one["burn_per_day"], code))


def _view(one: Mapping[str, Any], now: datetime, today: date, interval: timedelta, ticks: Any) -> _View:
    problem, read_at = _problem(one), _instant(one["read_at"])
    windows = tuple(_window(each, now) for each in one["windows"])
    if read_at is None and problem is None:
        raise Unknown  # its first answer moves everything
    balance, capacity, code = one["balance"], one["capacity"], (one["balance"] or {}).get("currency")
    old = one["certainty"] == "live" and read_at is not None and now - read_at > max(2 * interval, STALE_AFTER)
    runway = one["runway"]
    critical, warning, healthy = (float(edge) for edge in ticks)
    return _View(
        id=str(one["id"]),
        label=str(one["label"]),
        provider=one["provider"],
        provider_name="",
        enabled=one["enabled"] is True,
        certainty=one["certainty"],
        plan=one["plan"],
        badges=tuple(one["badges"]),
        balance=None if balance is None else SimpleNamespace(remaining=_known(balance["remaining"], code)),
        balances=tuple(
            SimpleNamespace(remaining=_known(each["remaining"], each["currency"])) for each in one["balances"]
        ),
        error=None if balance is None else _money(balance["error"], code),
        capacity=None if capacity is None or code is None else _money(capacity, code),
        health=one["health"],
        binding=one["binding"],
        band=Band(one["band"]),
        thresholds=SimpleNamespace(critical=critical, warning=warning, healthy=healthy),
        limit=_limit(one["limit"]),
        windows=windows,
        spend=_spend(one["spend"]),
        runway=SimpleNamespace(**{name: runway[name] for name in ("state", "days", "p10", "p90")}),
        wide=one["wide"] is True,
        expiring=_expiring(one["expiring"], today),
        proposals=tuple(SimpleNamespace(amount=_known(each["amount"], each["currency"])) for each in one["proposals"]),
        budget=_budget(one["budget"], now),
        hits=tuple(
            SimpleNamespace(at=_at(each["at"]), amount=_known(each["amount"], each["currency"])) for each in one["hits"]
        ),
        spike=_spike(one["spike"]),
        read_at=read_at,
        stale=one["stale"] is True or old,
        problem=problem,
        manual=False,
        refreshing=False,
    )


def _window(one: Mapping[str, Any], now: datetime) -> SimpleNamespace:
    resets_at = _instant(one["resets_at"])
    if resets_at is not None and resets_at <= now:
        raise Unknown  # it refilled since
    return SimpleNamespace(name=one["name"], used=float(one["used"]), unit=one["unit"], resets_at=resets_at)


def _limit(one: Mapping[str, Any] | None) -> SimpleNamespace | None:
    return None if one is None else SimpleNamespace(remaining=_money(one["remaining"], one["currency"]))


def _spend(one: Mapping[str, Any] | None) -> SimpleNamespace | None:
    if one is None:
        return None
    parts = (("today", "today"), ("week", "7d"), ("month", "30d"), ("all", "all"))
    return SimpleNamespace(**{name: _money(one[key], one["currency"]) for name, key in parts})


def _expiring(one: Mapping[str, Any] | None, today: date) -> SimpleNamespace | None:
    if one is None:
        return None
    days = (date.fromisoformat(one["on"]) - today).days
    if days != one["days"]:
        raise Unknown
    within = next((edge for edge in (1, 7, 30) if days <= edge), None)
    if within is None:
        raise Unknown
    return SimpleNamespace(amount=_known(one["amount"], one["currency"]), days=days, within=within)


def _budget(one: Mapping[str, Any] | None, now: datetime) -> SimpleNamespace | None:
    if one is None:
        return None
    resets_at = _instant(one["resets_at"])
    if resets_at is not None and resets_at <= now:
        raise Unknown
    return SimpleNamespace(remaining=_money(one["remaining"], one["currency"]), resets_at=resets_at)


def _spike(one: Mapping[str, Any] | None) -> SimpleNamespace | None:
    if one is None:
        return None
    usual, until = _known(one["usual"], one["currency"]), _instant(one["until"])
    if until is None and usual.micros <= 0:
        raise Unknown
    return SimpleNamespace(until=until, amount=_known(one["amount"], one["currency"]), usual=usual)


def _problem(account: Mapping[str, Any]) -> SimpleNamespace | None:
    one = account["problem"]
    if one is None:
        return None
    problem = SimpleNamespace(
        kind=one["kind"],
        message=str(one["message"]),
        action=None,
        retry_at=_instant(one["retry_at"]),
        outage=one["outage"],
        told=False,
    )
    if one["action"] != words.problem_action(cast("Any", problem), account["id"]):
        if problem.retry_at is not None and str(one["action"]).startswith("wait until "):
            raise Unknown  # whether it has a next step of its own is not told
        problem.action = str(one["action"])
    return problem


def _known(value: object, currency: object) -> Money:
    found = _money(value, currency)
    if found is None:
        raise Unknown
    return found


def _money(value: object, currency: object) -> Money | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(currency, str):
        raise TypeError(value)
    return Money(round(value * MICRO), currency)


def _at(value: object) -> datetime:
    found = _instant(value)
    if found is None:
        raise Unknown
    return found


def _instant(value: object) -> datetime | None:
    if value is None:
        return None
    at = datetime.fromisoformat(str(value))
    if at.tzinfo is None:
        raise ValueError(value)
    return at
