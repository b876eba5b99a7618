"""What one page of the spend screen shows: a period by the day, and the same period by one breakdown."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from creditsui import config as configuration
from creditsui.core import configured
from creditsui.core.session import Session
from creditsui.core.spending import ALL, Spent, spent
from creditsui.domain.spending import Report

PERIODS = ("today", "7d", "30d", "all")
BREAKDOWNS = ("model", "project", "source", "session", "account")
_DAYS = {"today": 7, "7d": 7, "30d": 30}
"""What is read for a period; today is shown beside the six days before."""
_PLACES = {"project", "session"}


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


class SpendBook:
    """Keeps what was read last, so that another breakdown or filter costs no look at the ledger."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[tuple[int, bool], Spent] = {}
        self._age = 0

    def outdated(self) -> None:
        """Read the ledger again for the next page. May be called while another thread makes one."""
        self._age += 1
        self._kept = {}

    def page(self, asked: Asked) -> Page:
        """Takes as long as it takes: not for the event loop. Raises LedgerError and ConfigError."""
        days, where = _DAYS.get(asked.period, 0), dict(asked.where)
        whole = self._spent(days, bool(_PLACES & {asked.by, *where}))
        part = replace(whole, since=whole.until) if asked.period == "today" else whole
        return Page(whole.report(["day"], where), part.report([asked.by], where))

    def _spent(self, days: int, places: bool) -> Spent:
        today, kept, age = self._today(), self._kept, self._age
        for known in ((days, places), (days, True)):
            if known in kept and kept[known].until == today:
                return kept[known]
        since = today - timedelta(days=days - 1) if days else ALL
        found = spent(self._session, since, today, places=places)
        if age == self._age:
            self._kept = {(days, places): found}  # one is enough: a year of calls is much to hold
        return found

    def _today(self) -> date:
        zone = configuration.zone(configured.current(self._session), self._session.env)
        return self._session.now().astimezone(zone).date()
