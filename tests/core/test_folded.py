"""A pane that is open for long tells the same as one that was just opened, whatever happened meanwhile."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from creditsui.adapters.ledger import Ledger, open_ledger
from creditsui.core import folded
from creditsui.core.board import board
from creditsui.core.explain.rows import rows
from creditsui.core.session import Session
from creditsui.domain.entry import Entry
from creditsui.domain.reading import Recorded
from creditsui.domain.usage import Usage
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.domain.make import DAY, MINUTE, NOW, call, told, usd
from tests.domain.test_past import Life, life
from tests.soak import rounds

__all__ = ["clock", "session_of"]

CONFIG = """
timezone = "{zone}"
[accounts.a]
provider = "p"
currency = "{currency}"
[accounts.a.budget]
amount = 50.0
per = "month"
"""
SOME = 11
"""A life like another."""
ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Los_Angeles"]


@pytest.fixture(autouse=True)
def every_account_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folded, "_WORTH", 0)


def read(ledger: Ledger, rows: Sequence[Recorded]) -> None:
    with ledger.transaction():
        for row in rows:
            ledger.record("a", row.reading)


def book(ledger: Ledger, entries: Sequence[Entry]) -> None:
    for one in entries:
        ledger.book(one.type, "a", one.at, one.amount, now=one.booked_at, expires_at=one.expires_at, kind=one.kind)


def logged(calls: Sequence[Usage]) -> list[Usage]:
    return [
        Usage(**{name: getattr(one, name) for name in one.__slots__} | {"key": f"k{one.at}{one.model}"})
        for one in calls
    ]


class Lived:
    """A life that goes into a ledger as time passes."""

    def __init__(self, session: Session, it: Life) -> None:
        self.session, self.it, self.upto = session, it, NOW - 400 * DAY

    def go_on(self, now: object) -> None:
        began, self.upto = self.upto, now  # type: ignore[assignment]
        with open_ledger(self.session.paths.ledger) as ledger:
            read(ledger, [row for row in self.it.readings if began < row.reading.at <= self.upto])
            book(ledger, [one for one in self.it.entries if began < one.booked_at <= self.upto])
            ledger.book_usage(logged([one for one in self.it.usage if began < one.at <= self.upto]))


def opened(session_of: SessionOf, seed: int) -> Session:
    it = life(seed)
    return session_of(config=CONFIG.format(zone=ZONES[seed % 4], currency=it.account.currency))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(rounds(full=64, short=5)))
def test_a_board_of_an_open_pane_is_that_of_a_new_one(session_of: SessionOf, clock: Clock, seed: int) -> None:
    random, session = Random(seed), opened(session_of, seed)
    lived, used = Lived(session, life(seed)), 0
    begun = sorted(NOW - random.random() * 14 * DAY for _ in range(6))
    for at in [*begun[:1], *(at + later * MINUTE for at in begun for later in (0, 5, 25))]:
        clock.instant = at if random.random() < 0.9 else at - 40 * MINUTE
        lived.go_on(at)
        with open_ledger(session.paths.ledger) as ledger:
            if random.random() < 0.2:
                late = call(at - random.random() * 70 * DAY, round(random.random(), 4), model="late")
                ledger.book_usage(logged([late]))
            if random.random() < 0.1:
                ledger.book("topup", "a", at - random.random() * 60 * DAY, usd(30), now=at)
            if random.random() < 0.1 and (entries := ledger.entries()):
                ledger.book("undo", "a", at, None, now=at, undoes=random.choice(entries).id)
            if random.random() < 0.2:
                with ledger.calls() as store:
                    store.roll()
        held = session.folded.get("a")
        assert board(session) == board(opened(session_of, seed))
        used += held is not None and session.folded.get("a") is held and held.past is not None
    assert used > 3 or seed > 4  # some lives leave nothing to fold


def test_the_first_board_folds_nothing_and_the_second_does(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = opened(session_of, SOME)
    Lived(session, life(SOME)).go_on(NOW)
    board(session)
    assert session.folded["a"].past is None
    board(session)
    assert session.folded["a"].past is not None


@pytest.mark.parametrize("what", ["a late call", "an earlier booking", "an undo", "an import", "another zone"])
def test_what_changes_the_past_is_told_by_the_next_board(session_of: SessionOf, clock: Clock, what: str) -> None:
    clock.instant = NOW
    session = opened(session_of, SOME)
    Lived(session, life(SOME)).go_on(NOW)
    board(session), board(session)
    assert session.folded["a"].past is not None
    with open_ledger(session.paths.ledger) as ledger:
        first = ledger.entries()[0]
        if what == "a late call":
            ledger.book_usage(logged([call(NOW - 50 * DAY, 3, model="late")]))
        elif what == "an earlier booking":
            ledger.book("topup", "a", NOW - 50 * DAY, usd(30), now=NOW)
        elif what == "an undo":
            ledger.book("undo", "a", NOW, None, now=NOW, undoes=first.id)
        elif what == "an import":
            earlier = NOW - 76 * DAY
            ledger.take_in([("a", told(earlier, 70))])
    if what == "another zone":
        text = session.paths.config.read_text().replace(ZONES[SOME % 4], ZONES[2])
        session.paths.config.write_text(text)
        fresh = session_of()
    else:
        fresh = opened(session_of, SOME)
    assert board(session) == board(fresh)


def test_an_explanation_has_all_rows_however_long_the_pane_was_open(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = opened(session_of, SOME)
    Lived(session, life(SOME)).go_on(NOW)
    for _board in range(3):
        board(session)
    for field in ("balance", "spend", "runway", "drift", "burn_per_day"):
        shown = board(session).account("a")
        assert shown is not None
        assert rows(session, shown, field) == rows(opened(session_of, SOME), shown, field)


def test_many_accounts_are_folded_a_few_at_a_time(
    session_of: SessionOf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folded, "BUDGET", 0.0)
    clock.instant = NOW
    session = opened(session_of, SOME)
    Lived(session, life(SOME)).go_on(NOW)
    board(session), board(session)
    assert session.folded["a"].past is None, "no time for it"
    monkeypatch.setattr(folded, "BUDGET", 9.0)
    clock.instant += 5 * MINUTE
    board(session)
    assert session.folded["a"].past is not None
    clock.instant += timedelta(days=8)
    before = session.folded["a"]
    board(session)
    assert session.folded["a"] is not before, "what was folded long ago is folded anew"


def test_a_board_goes_on_from_the_one_before_until_the_day_is_over(session_of: SessionOf, clock: Clock) -> None:
    session, began = opened(session_of, SOME), NOW.replace(hour=4) - 2 * DAY
    lived, used = Lived(session, life(SOME)), []
    for at in (began, began, *(began + later * MINUTE for later in (0, 45, 90, 135, 180, 300))):
        clock.instant = at
        lived.go_on(at)
        assert board(session) == board(opened(session_of, SOME))
        used.append(session.trails["a"].begun if "a" in session.trails else None)
    first, *same, last = used[2:]
    assert first is not None and first.told and first.usage
    assert all(one is first for one in same)
    assert last is not first, "another day"
    assert all(stem.walked and stem.stocked for stem in first._stems.values() if stem.anchors)


def test_after_a_late_call_boards_go_on_from_before_it(session_of: SessionOf, clock: Clock) -> None:
    session = opened(session_of, SOME)
    lived, used = Lived(session, life(SOME)), []
    for later in range(7):
        clock.instant = NOW - DAY + later * MINUTE
        lived.go_on(clock.instant)
        if later > 2:
            late = call(NOW - 3 * DAY + later * MINUTE, later, model="late")
            with open_ledger(session.paths.ledger) as ledger:
                ledger.book_usage(logged([late]))
        assert board(session) == board(opened(session_of, SOME))
        used.append(session.trails["a"].begun if "a" in session.trails else None)
    before, changed, *same = used[2:]
    assert before is not None and changed is not None
    assert before.of is not None and before.until > changed.until > before.of.past.until
    assert all(one is changed for one in same)
