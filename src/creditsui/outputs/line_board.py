"""The last board as a status line reads it: from its JSON, with suspicion. What is of the wrong type is not known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from math import inf, isfinite

from creditsui.domain import grid, lasting, micros, times
from creditsui.domain.band import SIGNS, Band, percent
from creditsui.domain.clean import clean

TYPE_CHECKING = False  # a status line has no time to load typing
if TYPE_CHECKING:
    from typing import Any

    Table = Mapping[str, Any]

NAME = 24
"""Cells that an account's name may take."""
_WORST_FIRST = (Band.CRITICAL, Band.LOW, Band.FAIR, Band.HEALTHY)
_BANDS = frozenset(Band)


class Account:
    """One account of the JSON at `now`. `private`: amounts are masked, and its provider stands for its label."""

    def __init__(self, data: Table, now: datetime, private: bool = False) -> None:
        self.data, self.now, self.private = data, now, private
        self.id = data.get("id")
        self.enabled = data.get("enabled") is not False
        self.problem = bool(data.get("problem"))
        self.binding = data.get("binding")
        self.runway = _table(data.get("runway"))
        self.window = max(
            (one for one in _list(data.get("windows")) if one.get("name") == self.binding),
            key=lambda one: _number(one.get("used")) or 0.0,
            default=None,
        )
        self.budget = _table(data.get("budget")) if self.binding == "budget" else {}
        anew = _instant((self.window or self.budget).get("resets_at"))
        self.anew = None if anew is None else (anew - now).total_seconds()
        # What refilled since nobody has looked at: that it is full again would be a guess.
        known = self.anew is None or self.anew > 0
        self.health = _number(data.get("health")) if known else None
        self.band = _band(data.get("band")) if known else Band.UNKNOWN

    def rank(self) -> tuple[int, float, float]:
        """Worst first."""
        days = 0.0 if self.runway.get("state") == "empty" else _number(self.runway.get("days"))
        return _WORST_FIRST.index(self.band), inf if days is None else days, self.health or 0.0

    def fields(self) -> dict[str, str]:
        estimated = self.data.get("certainty") == "estimated" and self.binding in (None, "balance")
        return {
            "glyph": SIGNS[tuple(Band).index(self.band)],
            "name": self._name(),
            "percent": percent(self.health, estimated=estimated),
            "left": self._left(),
            "time": self._time(),
            "band": self.band.value,
            "old": self._old(),
        }

    def _name(self) -> str:
        names = ("provider_name", "provider") if self.private else ("label", "id")
        label = next((self.data[name] for name in names if self.data.get(name)), None)
        return grid.cut(clean(label, 80), NAME) if isinstance(label, str) else "?"

    def _left(self) -> str:
        if self.window is not None:
            used = _number(self.window.get("used"))
            return "" if used is None or self.health is None else percent(1 - used)
        balance = self.data.get("balance")
        if self.binding == "budget" and self.budget.get("remaining") is not None:
            sums = (
                [_amount(self.budget.get("remaining"), self.budget.get("currency"))] if self.health is not None else []
            )
        elif not isinstance(balance, Mapping):
            limit = _table(self.data.get("limit")) if self.binding == "limit" else {}
            sums = [_amount(limit.get("remaining"), limit.get("currency"))]
        else:
            main = balance.get("currency")
            others = [one for one in _list(self.data.get("balances")) if one.get("currency") != main]
            sums = [_amount(balance.get("remaining"), main)]
            if sums[0]:
                sums += [_amount(one.get("remaining"), one.get("currency")) for one in others if one.get("remaining")]
        return _hidden(" + ".join(filter(None, sums)), self.private)

    def _time(self) -> str:
        if self.window is not None:
            return "" if self.anew is None or self.health is None else times.reset(self.anew)
        known = self.runway.get("state") == "known"
        days, p10, p90 = (_number(self.runway.get(name)) if known else None for name in ("days", "p10", "p90"))
        if self.anew is not None and (days is None or days * 86_400 > self.anew):
            return times.reset(self.anew) if self.anew > 0 else ""
        return "" if days is None else lasting.time_to_empty(days, p10, p90)

    def _old(self) -> str:
        at = _instant(self.data.get("read_at")) if self.data.get("stale") is True else None
        return "" if at is None else times.old((self.now - at).total_seconds())


class Board:
    """The board of the JSON at `now`, without the accounts in `hide`, or with those in `only`."""

    def __init__(
        self,
        data: Table,
        now: datetime,
        *,
        hide: Collection[str] = (),
        only: Collection[str] = (),
        private: bool = False,
    ) -> None:
        self.private = private
        every = [Account(one, now, private) for one in _list(data.get("accounts"))]
        self.empty = not every
        self.accounts = [one for one in every if one.id not in hide and (not only or one.id in only)]
        # A sum would tell of whoever is hidden.
        self.totals = _list(data.get("totals")) if len(self.accounts) == len(every) else []
        self.demo = data.get("demo") is True
        generated = _instant(data.get("generated_at"))
        self.age = None if generated is None else (now - generated).total_seconds()
        shown = [one for one in self.accounts if one.enabled]
        self.worst = min((one for one in shown if one.band in _WORST_FIRST), key=Account.rank, default=None)
        self.problems = sum(one.problem for one in shown)

    def account(self, id: str) -> Account | None:
        return next((one for one in self.accounts if one.id == id), None)

    def fields(self) -> dict[str, str]:
        burning = [one for one in self.totals if (_number(one.get("burn_per_day")) or 0.0) > 0]
        burn = self._sums(burning, lambda total: total.get("burn_per_day"))
        return {
            "total": self._sums(self.totals, lambda total: total.get("remaining")),
            "burn": f"{burn}/day" if burn else "",
            "today": self._sums(self.totals, lambda total: _table(total.get("spend")).get("today")),
            "problems": str(self.problems),
            "age": "" if self.age is None else times.coarse(self.age),
        }

    def _sums(self, totals: Iterable[Table], value: Callable[[Table], object]) -> str:
        amounts = [_amount(value(one), one.get("currency")) for one in totals]
        return _hidden(" + ".join(filter(None, amounts)), self.private)


def _hidden(text: str, private: bool) -> str:
    if not private:
        return text
    from creditsui.domain.hidden import masked

    return masked(text)


def _table(value: object) -> Table:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Table]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 and isfinite(value) else None


def _amount(value: object, currency: object) -> str:
    """Money in words; empty where it is not known."""
    number = _number(value)
    if number is None or not isinstance(currency, str):
        return ""
    return micros.amount(round(number * micros.MICRO), clean(currency, 16))


def _band(value: object) -> Band:
    return Band(value) if isinstance(value, str) and value in _BANDS else Band.UNKNOWN


def _instant(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
