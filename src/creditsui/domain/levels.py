"""Where a balance stood at the end of each day: what was known then, and nothing between that nobody knew."""

from datetime import datetime, timedelta
from itertools import pairwise

from creditsui.domain.history import LAST, History, first_at
from creditsui.domain.money import Money
from creditsui.domain.observe import Calendar
from creditsui.domain.reconcile import expected

_TICK = timedelta(microseconds=1)


def levels(history: History, days: Calendar, now: Money | None) -> tuple[Money | None, ...]:
    """The balance at the end of each of these days; `now` is what is left today.

    What a provider told last on a day is where it stood. A balance that the user told, or that nobody could ask for, is
    carried to the end of the day by what was booked and by what agents logged; where there is no log, it is known on
    the day when it was told, and not again before the next time.
    """
    edges = list(pairwise(days.edges))[:-1]
    return (*(_level(history, begin, end - _TICK) for begin, end in edges), now)


def _level(history: History, begin: datetime, end: datetime) -> Money | None:
    """Of the day from `begin` up to and with `end`."""
    at = first_at(history.anchors, end, LAST) - 1
    if at < 0:
        return None
    _, until, micros, number = history.anchors[at]
    here = until >= begin
    if here and not number:
        return Money(micros, history.currency)
    if not here and not _logged(history, end):
        return None
    left = expected(history, end, LAST)
    return None if left is None else Money(left, history.currency)


def _logged(history: History, at: datetime) -> bool:
    """Whether a log that had begun by then tells what was spent."""
    before = history.before is not None and history.before.logged
    return before or (bool(history.usage) and history.usage[0].at <= at)
