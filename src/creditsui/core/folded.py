"""What is long past of an account, folded once while the pane is open: a board then looks at the last weeks only."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from creditsui.domain.before import Forgotten, Known, Past
from creditsui.domain.begun import Trail
from creditsui.domain.condense import Condensed, marks
from creditsui.domain.facts import Facts, purse
from creditsui.domain.observe import calendar
from creditsui.domain.past import fold, holds, known, until
from creditsui.domain.usage import Usage

if TYPE_CHECKING:
    from creditsui.adapters.usage_recall import Cut, Recall
    from creditsui.core.session import Session

BUDGET = 0.1
"""Seconds of one board that are spent on folding, about."""
_WORTH = 800
"""Rows of an account from which on it is worth it."""
_AGAIN = timedelta(days=7)
_SLOT = 900
"""Seconds."""
_FAR = 2**40
"""After every slot."""

Calls = Callable[[datetime | None], Sequence[Usage]]
"""The calls of an account from an instant on, or all."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Of one account; `past` is None where it could not be folded."""

    at: datetime
    zone: tzinfo
    known: Known | None = None
    past: Past | None = None
    cut: "Cut | None" = None


class Folder:
    """Of one board: folds what is due as long as there is time for it."""

    def __init__(self, session: "Session", now: datetime, zone: tzinfo) -> None:
        self._session, self._now, self._zone = session, now, zone
        self._spent = 0.0

    def brief(self, id: str, facts: Callable[[Known, Past], Facts], recall: "Recall") -> Facts | None:
        """The facts by what was folded, reckoned already; None where that is not the past any more, or there is none.

        `facts` are those that have it, of which `recall` was kept up to date."""
        held = self._session.folded.get(id)
        if held is None or held.past is None or held.known is None or held.zone != self._zone:
            return None
        if self._may_again(held):
            return None
        found, trail = facts(held.known, held.past), self._session.trails.pop(id, None) or Trail()
        if recall.cut == held.cut and not _touched(recall, held.past) and holds(held.past, found):
            try:
                money = purse(found, calendar(self._now, self._zone), self._zone, trail)
                self._session.trails[id] = trail  # another thread meanwhile begins anew
                return replace(found, money=money)
            except Forgotten:
                pass
        del self._session.folded[id]
        return None

    def due(self, id: str, facts: Facts) -> bool:
        """Whether an account shall be folded now. Never for the first board: a command makes no second one."""
        held = self._session.folded.get(id)
        if held is None:
            self._session.folded[id] = Folded(self._now - _AGAIN, self._zone)
            return False
        rows = len(facts.told) + len(facts.usage)
        small = held.past is None and rows < _WORTH
        return not small and self._may_again(held)

    def _may_again(self, held: Folded) -> bool:
        return self._now - held.at >= _AGAIN and self._spent < BUDGET

    def fold(self, id: str, facts: Facts, calls: Callable[[datetime], object], recall: "Recall") -> None:
        """`calls` asks the ledger for the calls since an instant, and keeps `recall` up to date."""
        start = time.monotonic()
        days = calendar(self._now, self._zone)
        recall.changed = _FAR
        calls(until(self._now))
        cut = recall.cut
        seen = known(purse(facts, days, self._zone), self._now)
        where = marks(facts.entries, self._zone, seen)
        condensed = Condensed(where, self._zone)
        fewer = replace(facts, told=condensed.all(facts.readings), known=seen)
        past = None
        if cut is not None:
            past = fold(fewer, purse(fewer, days, self._zone), self._now, self._zone)
        if past is not None and not _touched(recall, past):
            self._session.folded[id] = Folded(self._now, self._zone, seen, past, cut)
            self._session.condensed[id] = condensed
        else:
            self._session.folded[id] = Folded(self._now, self._zone)
        self._spent += time.monotonic() - start


def _touched(recall: "Recall", past: Past) -> bool:
    return recall.changed < past.until.timestamp() // _SLOT
