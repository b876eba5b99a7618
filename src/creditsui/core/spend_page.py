"""What one page of the spend screen shows: a period by the day, and the same period by one breakdown."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from creditsui import config as configuration
from creditsui.core import configured
from creditsui.core.session import Session
from creditsui.core.spending import ALL, PLACES, Spent, spent
from creditsui.domain.spending import Report

PERIODS = ("today", "7d", "30d", "all")
BREAKDOWNS = ("model", "project", "source", "session", "account")
_DAYS = {"today": 7, "7d": 7, "30d": 30}
"""What is read for a period; today is shown beside the six days before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown: a period of PERIODS, a breakdown of BREAKDOWNS, and the values that rows must have."""

    period: str = "30d"
    by: str = "model"
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    days: Report
    """By the day, for the chart; of today with the six days before."""
    rows: Report


class Wanted(NamedTuple):
    """One look at the ledger."""

    days: int
    """Up to today; 0: all there are."""
    times: bool = True
    places: bool = False
    where: tuple[tuple[str, str], ...] = ()
    """The project or session that alone is looked at."""


class SpendBook:
    """Keeps what was read for a period, so that another breakdown or filter costs no look at the ledger."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[Wanted, Spent] = {}
        self._period = ""
        self._age = 0

    def outdated(self) -> None:
        """Read the ledger again for the next page. May be called while another thread makes one."""
        self._age += 1
        self._kept = {}

    def page(self, asked: Asked) -> Page:
        """Takes as long as it takes: not for the event loop. Raises LedgerError and ConfigError."""
        if asked.period != self._period:
            self._period, self._kept = asked.period, {}  # a year of calls is much to hold
        days, where = _DAYS.get(asked.period, 0), dict(asked.where)
        placed = tuple(one for one in asked.where if one[0] in PLACES)
        whole = self._spent(Wanted(days, places=bool(placed), where=placed))
        if asked.by in PLACES and not placed:
            # By the day and by session at once would be many more rows than each for itself.
            part = self._spent(Wanted(1 if asked.period == "today" else days, times=False, places=True))
        else:
            part = replace(whole, since=whole.until) if asked.period == "today" else whole
        return Page(whole.report(["day"], where), part.report([asked.by], where))

    def _spent(self, wanted: Wanted) -> Spent:
        today, kept, age = self._today(), self._kept, self._age
        if wanted in kept and kept[wanted].until == today:
            return kept[wanted]
        since = today - timedelta(days=wanted.days - 1) if wanted.days else ALL
        found = spent(self._session, since, today, times=wanted.times, places=wanted.places, where=dict(wanted.where))
        if age == self._age:
            others = {key: one for key, one in kept.items() if not (key.where and wanted.where)}
            self._kept = {**others, wanted: found}
        return found

    def _today(self) -> date:
        zone = configuration.zone(configured.current(self._session), self._session.env)
        return self._session.now().astimezone(zone).date()
