"""What is old is kept in fewer rows: no number becomes another one, and nothing that was booked goes."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import copies, retention
from creditsui.core.board import board
from creditsui.core.session import Session
from creditsui.outputs.json import dumps
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.domain.make import DAY, HOUR, MINUTE, NOW, call, told, usd
from tests.domain.test_condense import booked
from tests.domain.test_thin import past

__all__ = ["clock", "session_of"]

CONFIG = '[accounts.a]\nprovider = "p"\ncapacity = 100\n[accounts.b]\nprovider = "p"\n'


@pytest.fixture
def session(session_of: SessionOf, clock: Clock) -> Session:
    """Two accounts, asked every ten minutes for seven weeks, with all that is booked in such a time."""
    clock.instant = NOW
    opened = session_of(config=CONFIG)
    with open_ledger(opened.paths.ledger) as ledger, ledger.transaction():
        for id, seed in (("a", 1), ("b", 2)):
            for row in past(seed, 49):
                ledger.record(id, row.reading)
            for one in booked(seed, 49):
                ledger.book(one.type, id, one.at, one.amount, now=one.booked_at, expires_at=one.expires_at)
        ledger.book_usage([replace(call(NOW - 45 * DAY, 0.5), key="0a1b", account="a")])
    return opened


@pytest.fixture
def small(session_of: SessionOf, clock: Clock) -> Session:
    """An account that was asked every minute for one hour long ago."""
    clock.instant = NOW
    opened = session_of(config=CONFIG)
    with open_ledger(opened.paths.ledger) as ledger, ledger.transaction():
        for minute in range(60):
            ledger.record("a", told(NOW - 50 * DAY + minute * MINUTE, usd(90 - minute)).reading)
    return opened


def count(session: Session, table: str, where: str = "") -> int:
    with closing(sqlite3.connect(session.paths.ledger)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table} {where}").fetchone()[0])


def as_new(session_of: SessionOf) -> str:
    return dumps(board(session_of()))


def test_old_readings_become_two_an_hour_and_nothing_that_is_shown_changes(
    session: Session, session_of: SessionOf, clock: Clock
) -> None:
    before = {table: count(session, table) for table in ("readings", "entries", "calls")}
    shown = as_new(session_of)
    old = f"WHERE at < {int((NOW - retention.WHOLE - HOUR).timestamp()) * 1_000_000}"
    were = count(session, "readings", old)
    copies.daily(session)
    retention.daily(session)
    assert as_new(session_of) == shown
    assert count(session, "readings", old) < were * 2 / 3
    late = old.replace("<", ">=")
    assert count(session, "readings", late) == before["readings"] - were, "the rest is whole"
    assert count(session, "entries") == before["entries"] and count(session, "calls") == before["calls"]
    kept = count(session, "readings")
    retention.daily(session)
    retention.daily(session_of())
    assert count(session, "readings") == kept, "once a day is enough"
    clock.instant = NOW + DAY
    shown = as_new(session_of)
    copies.daily(session)
    retention.daily(session)
    assert count(session, "readings") < kept and as_new(session_of) == shown


def test_without_a_copy_of_the_day_nothing_is_taken(small: Session) -> None:
    retention.daily(small)
    assert count(small, "readings") == 60
    copies.daily(small)
    retention.daily(small)
    assert count(small, "readings") < 12


def test_a_ledger_of_two_machines_stays_as_it_is(small: Session) -> None:
    with open_ledger(small.paths.ledger) as ledger:
        ledger.take_in([("a", told(NOW - 60 * DAY, usd(70)))])
    before = count(small, "readings")
    copies.daily(small)
    retention.daily(small)
    assert count(small, "readings") == before


def test_a_ledger_that_cannot_be_thinned_stops_nobody(small: Session) -> None:
    copies.daily(small)
    small.good.clear()
    small.paths.config.write_text("[accounts\n")
    retention.daily(small)
    small.paths.ledger.write_bytes(b"x" * 9000)
    small.thinned.clear()
    retention.daily(small)


def test_a_pane_that_stays_open_keeps_few_readings_in_mind_and_shows_what_a_new_one_does(
    session_of: SessionOf, clock: Clock
) -> None:
    clock.instant = NOW
    session, rows = session_of(config=CONFIG), past(3, 6)
    begin = clock.instant = rows[0].reading.at
    most, index = 0, 0
    while clock.instant < NOW:
        clock.instant += timedelta(hours=3, minutes=7)
        with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
            while index < len(rows) and rows[index].reading.at <= clock.instant:
                ledger.record("a", rows[index].reading)
                index += 1
        assert dumps(board(session)) == as_new(session_of)
        most = max(most, len(session.history["a"]))
    whole = (retention.IN_MIND + 7 * HOUR) / (10 * MINUTE)
    assert len(rows) > 1.5 * most and most < whole + 6 * (NOW - begin) / HOUR
