"""What is kept of readings for how long: all of the last weeks, then two an hour, for ever. Entries and calls stay."""

import logging
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from creditsui import config as configuration
from creditsui.config import ConfigError
from creditsui.core.session import Session

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger
    from creditsui.domain.condense import Span
    from creditsui.domain.entry import Entry
    from creditsui.domain.reading import Recorded

WHOLE = timedelta(days=35)
"""So long the ledger keeps every reading: all that a screen shows by the day or that explains a number lies in it."""
IN_MIND = timedelta(hours=6)
"""So long an open pane does: a quota of five hours goes on by its last minutes."""
_STEP = timedelta(hours=2)
"""How much time has to pass until a pane goes through its readings again."""
_AT_ONCE = timedelta(days=14)
"""As much of a ledger is gone through in one day, so that an old one is caught up with without holding anybody up."""
_UP_TO = "thinned"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def in_mind(
    session: Session, id: str, rows: "list[Recorded]", entries: "Sequence[Entry]", drops: "Sequence[Span]", zone: tzinfo
) -> "list[Recorded]":
    """The readings of an account that the pane goes on with: another list where there are fewer now. `drops` are its
    newest falls. Of the first board it is all of them: a command makes no second one."""
    from creditsui.domain.condense import marks
    from creditsui.domain.thin import edge, telling

    if id not in session.thin:
        session.thin[id] = _BEGINNING
        return rows
    since, until = session.thin[id], edge(session.now(), zone, IN_MIND)
    if not rows or until - max(since, rows[0].reading.at) < _STEP:
        return rows
    session.thin[id] = until
    stay = telling(rows, since, until, zone, [*marks(entries, zone), *drops])
    first, end = (bisect_left(rows, at, key=lambda row: row.reading.at) for at in (since, until))
    return [*rows[:first], *stay, *rows[end:]]


def in_few(session: Session, id: str) -> bool:
    """Whether the pane has less in mind of an account than the ledger."""
    return session.thin.get(id, _BEGINNING) > _BEGINNING


def daily(session: Session) -> None:
    """Once a day: of what the ledger was told long ago it keeps two readings an hour. That it cannot be done stops
    nobody's work, and nothing is taken from a ledger of which there is no copy of this day."""
    from creditsui.adapters import ledger_copies
    from creditsui.adapters.ledger import LedgerError, open_ledger

    now, path = session.now(), session.paths.ledger
    today = now.date().isoformat()
    if session.demo or session.thinned == [today] or ledger_copies.due(path, now.date()):
        return
    session.thinned[:] = [today]
    try:
        with open_ledger(path) as ledger:
            _thin(session, ledger, now)
    except (LedgerError, ConfigError, OSError) as error:
        logging.getLogger(__name__).warning("the ledger was not thinned: %s", type(error).__name__)


def _thin(session: Session, ledger: "Ledger", now: datetime) -> None:
    from creditsui.core import configured
    from creditsui.core.booked import booked
    from creditsui.domain.condense import marks
    from creditsui.domain.thin import edge, telling

    zone = configuration.zone(configured.current(session), session.env)
    books = booked(ledger)
    with ledger.transaction(), ledger.rows() as rows:
        told = ledger.meta(_UP_TO)
        since = datetime.fromisoformat(told) if told else rows.began()
        if since is None or ledger.imported():  # what two machines saw at once is told apart by all of it
            return
        until = min(edge(now, zone, WHOLE), edge(since + _AT_ONCE, zone, timedelta(0)))
        if until <= since:
            return
        for account in ledger.latest():
            around = marks(books.of(account), zone)
            rows.thin(account, since, until, partial(telling, since=since, until=until, zone=zone, around=around))
        ledger.set_meta(_UP_TO, until.isoformat())
