"""Several machines in one ledger: whoever comes first, the same board, and nothing twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import book
from creditsui.core.board import board
from creditsui.core.credit import accept_by_itself
from creditsui.core.session import Session
from creditsui.core.spending import ALL, spent
from creditsui.domain.board import AccountView
from creditsui.domain.call import Call
from creditsui.domain.reading import Balance, Reading, Window
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.core.test_transfer import DAY, HOUR, NOW, elsewhere, keep, lines_of, made, shown, take, usd

__all__ = ["clock", "session_of"]

MINUTE = timedelta(minutes=1)
STEPS = [(NOW - Random(3).uniform(0, 30) * HOUR, 0.0)] + [
    (NOW - 30 * HOUR + Random(at).uniform(0, 1780) * MINUTE, (0.3, 1.0, 2.5)[at % 3]) for at in range(40)
]
SPENT = round(sum(amount for _, amount in STEPS), 2)
TOP_UP = NOW - 9 * HOUR


def left(at: datetime) -> float:
    """What really was left: spend in steps, and $30 that came in."""
    return round(100 - sum(amount for when, amount in STEPS if when <= at) + (30 if at >= TOP_UP else 0), 2)


def watch(session: Session, first: timedelta, ahead: timedelta = timedelta(0), every: timedelta = 5 * MINUTE) -> None:
    """A machine that asked about a balance and a quota for 31 hours; its clock is `ahead`."""
    with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
        at = NOW - 31 * HOUR + first
        while at < NOW - 10 * MINUTE:
            used = ((at - NOW) / (5 * HOUR) + 0.6) % 1
            resets = at + (1 - used) * 5 * HOUR + Random(at.minute).uniform(-1, 1) * MINUTE / 9
            ledger.record("deepseek", Reading(at=at + ahead, balances=(Balance(usd(left(at))),)))
            windows = (Window("5h", round(used, 2), resets_at=resets, seconds=18_000),)
            ledger.record("claude", Reading(at=at + ahead, plan="max", windows=windows))
            at += every


def account(session: Session, id: str) -> AccountView:
    return next(view for view in board(session).accounts if view.id == id)


@pytest.fixture
def machines(session_of: SessionOf, clock: Clock, tmp_path: Path) -> list[Session]:
    """Two that watch, and two that both will be merged in."""
    clock.instant = NOW
    return [elsewhere(session_of, tmp_path, name) for name in ("one", "two", "both", "turned")]


def merged(into: Session, order: Sequence[Session]) -> None:
    for one in order:
        assert take(into, lines_of(one)).bad_in_all == 0


@pytest.mark.parametrize("ahead", [-9, -3, 0, 1, 3, 7, 9])
def test_readings_of_two_machines_whose_clocks_differ_are_no_ping_pong(machines: list[Session], ahead: int) -> None:
    one, two, both, turned = machines
    watch(one, 0 * MINUTE)
    watch(two, 2 * MINUTE, ahead * MINUTE)
    for into, order in ((both, (one, two)), (turned, (two, one, two))):
        merged(into, order)
        view = account(into, "deepseek")
        assert view.spend is not None and view.spend.all == usd(SPENT), "what one alone saw"
        assert [found.amount for found in view.proposals] == [usd(30)]
        assert view.balance is not None and view.balance.remaining == usd(left(NOW))
    assert shown(both) == shown(turned)
    assert account(both, "claude").paces and account(one, "claude").paces


def test_a_pane_that_stays_open_sees_what_a_new_one_does(machines: list[Session], clock: Clock) -> None:
    """Whether a reading is an echo may be known only by those after it."""
    one, two, both, _ = machines
    watch(one, 0 * MINUTE)
    watch(two, 2 * MINUTE, 7 * MINUTE)
    merged(both, (one, two))
    board(both)
    random, level = Random(5), left(NOW)
    for step in range(40):
        clock.instant = NOW + step * 4 * MINUTE
        level = round(level + random.choice([-1.5, -0.7, 0, 0.7, 20]), 2)
        with open_ledger(both.paths.ledger) as ledger:
            ledger.record("deepseek", Reading(at=clock.instant, balances=(Balance(usd(level)),)))
        fresh = replace(both, history={}, imported=[], condensed={}, recalled={}, booked=[])
        assert shown(both) == shown(fresh), step


def test_what_one_machine_alone_read_stays_as_it_was(machines: list[Session]) -> None:
    """Money that is held and given back is no echo where nobody else looked."""
    one = machines[0]
    levels = (50, 48, 50, 47, 48.5, 46)
    with open_ledger(one.paths.ledger) as ledger:
        for place, level in enumerate(levels):
            ledger.record("deepseek", Reading(at=NOW - HOUR + place * MINUTE, balances=(Balance(usd(level)),)))
        assert len(ledger.readings("deepseek")) == len(levels)


def test_entries_of_both_machines_stand_in_the_order_of_their_time(machines: list[Session], clock: Clock) -> None:
    """The same account synced on both, an undo on one of them, a top-up on the other."""
    one, two, both, turned = machines
    acts = [
        (one, 9, lambda session: book.sync(session, "anthropic", usd(60))),
        (two, 8, lambda session: book.sync(session, "anthropic", usd(50))),
        (one, 7, lambda session: book.sync(session, "anthropic", usd(20))),
        (one, 6, lambda session: book.undo(session)),
        (two, 5, lambda session: book.topup(session, "anthropic", usd(25), expires=NOW.date() + 30 * DAY)),
        (one, 4, lambda session: book.sync(session, "anthropic", usd(70))),
        (two, 3, lambda session: book.sync(session, "anthropic", usd(69))),
    ]
    for session, ago, act in acts:
        clock.instant = NOW - ago * HOUR
        act(session)
    clock.instant = NOW
    merged(both, (one, two, one))
    merged(turned, (two, one))
    for into in (both, turned):
        view = account(into, "anthropic")
        assert view.balance is not None and view.balance.remaining == usd(69)
        assert view.spend is not None and view.spend.all == usd(16), "60 to 50, and 75 over 70 to 69"
        assert len(book.entries(into)) == 7
    assert shown(both) == shown(turned)


def test_logs_that_overlap_count_once_and_the_fuller_call_wins(machines: list[Session]) -> None:
    """A folder that is synced between them: one machine read a call while it was written, and knew no price."""
    one, two, both, turned = machines

    def calls(partly: bool, name: str) -> list[tuple[Call, str, float | None, str]]:
        shared = [(made(f"shared {at}", NOW - at * HOUR, "anthropic"), "pi", 1.0, "metered") for at in range(20)]
        grown = (made("grown", NOW - HOUR, "anthropic", output=5 if partly else 50), "pi", 0.1 if partly else 1.0,
                 "metered")  # fmt: skip
        priced = (made("priced", NOW - HOUR, "anthropic", model="m-2"), "pi", None if partly else 2.0, "metered")
        own = [(made(f"{name} {at}", NOW - at * HOUR, "anthropic"), "pi", 4.0, "metered") for at in range(3)]
        return [*shared, grown, priced, *own]

    keep(one, calls(True, "one"))
    keep(two, calls(False, "two"))
    merged(both, (one, two, one))
    merged(turned, (two, one, two))
    for into in (both, turned):
        (row,) = spent(into, ALL).report(["account"]).rows
        assert (row.calls, row.cost, row.unpriced_tokens) == (28, usd(20 + 1 + 2 + 6 * 4), 0)
    assert shown(both) == shown(turned)
    assert lines_of(both) == lines_of(turned)


def test_machines_that_take_each_other_in_agree(machines: list[Session]) -> None:
    one, two, both, turned = machines
    watch(one, 0 * MINUTE)
    watch(two, 2 * MINUTE, 4 * MINUTE, 7 * MINUTE)
    keep(one, [(made("mine", NOW - HOUR, "anthropic"), "pi", 2, "metered")])
    keep(two, [(made("yours", NOW - HOUR, "anthropic"), "pi", 4, "metered")])
    first = lines_of(one)
    merged(one, (two,))
    assert take(two, first).bad_in_all == 0
    merged(both, (one,))
    merged(turned, (two, one))
    told = [shown(session) for session in (one, two, both, turned)]
    assert told[0] == told[1] == told[2] == told[3]


def topped_up(session: Session, clock: Clock, offset: timedelta) -> None:
    """A machine that saw $30 come in, and booked it by itself once it had seen it twice."""
    session.paths.config.write_text(f'{session.paths.config.read_text()}\n[book]\naccept = "auto"\n')
    for minutes, level in ((-60, 12.4), (-55, 42.4), (-50, 42.4 if offset else 42.1), (-5, 41)):
        clock.instant = NOW + minutes * MINUTE + offset
        with open_ledger(session.paths.ledger) as ledger:
            ledger.record("deepseek", Reading(at=clock.instant, balances=(Balance(usd(level)),)))
        accept_by_itself(session, board(session))
    clock.instant = NOW


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_rise_that_both_booked_by_themselves_is_one_top_up(
    machines: list[Session], clock: Clock, by_hand: bool
) -> None:
    one, two, both, turned = machines
    topped_up(one, clock, 0 * MINUTE)
    if by_hand:
        book.topup(two, "deepseek", usd(30), at=NOW - 58 * MINUTE)
    else:
        topped_up(two, clock, 2 * MINUTE)
    assert len(book.entries(one)) == len(book.entries(two)) == 1
    for into, order in ((both, (one, two, one)), (turned, (two, one, two))):
        merged(into, order)
        view = account(into, "deepseek")
        assert len(view.topups) == 1 and not view.proposals
        assert view.spend is not None and view.spend.all == usd("1.4")
    assert shown(both) == shown(turned)
    merged(one, (two,))
    assert shown(one)["accounts"] == shown(both)["accounts"] and not accept_by_itself(one, board(one))


def test_two_top_ups_that_one_machine_booked_stay_two(machines: list[Session], clock: Clock) -> None:
    one, _, both, _ = machines
    clock.instant = NOW
    for minutes in (50, 40):
        id = f"{minutes:012x}5{0:03x}8{0:015x}"
        book.topup(one, "deepseek", usd(30), at=NOW - minutes * MINUTE, id=id)
        merged(both, (one, one))
    assert len(account(both, "deepseek").topups) == 2
