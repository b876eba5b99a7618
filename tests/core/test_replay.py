"""Lives replayed through the real ledger by the acts that a user has: what is shown before every sync, and what a slip
of the finger leaves behind."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core import book, spending
from creditsui.core.asking.refresh import refresh
from creditsui.core.explain.answer import explain
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.money import Money, money
from creditsui.domain.reading import Balance, Reading
from creditsui.domain.usage import Usage
from creditsui.outputs.json import as_json, dumps
from tests.core.conftest import Clock, SessionOf
from tests.core.test_out_of_money import BALANCE, ENV, config
from tests.servers import Reply, Server
from tests.unlogged import Life, lives

CONFIG = 'timezone = "UTC"\n[accounts.a]\nprovider = "manual"\n'
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def usd(amount: float) -> Money:
    return money(amount, "USD")


def view(session: Session) -> AccountView:
    found = boards.board(session).account("a")
    assert found is not None
    return found


def known(session: Session) -> str:
    """The whole board as scripts get it, but for when it was made."""
    told = json.loads(dumps(boards.board(session)))
    return json.dumps(told | {"generated_at": None})


def spend(session: Session, *calls: Usage) -> None:
    with open_ledger(session.paths.ledger) as ledger:
        ledger.book_usage(calls)


def call(clock: Clock, cost: float, ago: timedelta = MINUTE) -> Usage:
    at = clock.instant - ago
    return Usage(key=f"{at}", source="test", account="a", at=at, model="m", input=10, cost=usd(cost))


def lived(session: Session, clock: Clock, life: Life, syncs: int) -> list[tuple[AccountView, int]]:
    """Live up to just before the sync of that number; what was shown before each one, and the truth then."""
    shown: list[tuple[AccountView, int]] = []
    done, told = 0, iter(life.calls)
    waiting = next(told, None)
    for entry in life.entries:
        clock.instant = entry.at
        fresh = []
        while waiting is not None and waiting.at <= entry.at:
            fresh.append(waiting)
            waiting = next(told, None)
        spend(session, *fresh)
        assert entry.amount is not None
        if entry.type == "topup":
            book.topup(session, "a", entry.amount)
            continue
        if done:
            shown.append((view(session), entry.amount.micros))
        if done == syncs:
            break
        book.sync(session, "a", entry.amount)
        done += 1
    return shown


def taught(session: Session, clock: Clock, pairs: int = 4) -> None:
    """Syncs by which a fifth more than what is seen goes: 12 of every 10."""
    left = 100.0
    for _ in range(pairs + 1):
        book.sync(session, "a", usd(left))
        clock.instant += 2 * DAY
        spend(session, call(clock, 10, DAY))
        left -= 12


def test_the_board_is_within_five_percent_of_the_truth_after_three_syncs(session_of: SessionOf, clock: Clock) -> None:
    near = []
    for number, life in enumerate(lives(3, 4, "calls", every=(2, 5))):
        session = session_of(config=CONFIG + f'label = "{number}"\n')
        session.paths.ledger.unlink(missing_ok=True)
        session.history.clear()
        shown = lived(session, clock, life, 6)
        for one, truth in shown[2:]:
            assert one.purse is not None and one.basis is not None
            basis = one.basis
            assert one.purse == basis.anchor + basis.credited - basis.seen - basis.unseen
            near.append(20 * abs(one.purse.micros - truth) <= truth)
    assert len(near) >= 12 and sum(near) >= 0.9 * len(near)


def test_balance_and_spend_agree_to_the_micro_unit(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=CONFIG)
    book.sync(session, "a", usd(60))
    clock.instant += DAY
    spend(session, call(clock, 10))
    book.sync(session, "a", usd(48))
    before = view(session).spend
    clock.instant += timedelta(hours=3)
    spend(session, call(clock, 3.333333, MINUTE), call(clock, 1.111111, 2 * MINUTE))
    book.topup(session, "a", usd(5))
    one = view(session)
    after = one.spend
    assert one.basis is not None and one.basis.unseen.micros > 0 and one.purse is not None
    assert before is not None and before.all is not None and after is not None and after.all is not None
    spent = after.all - before.all
    assert usd(48) + usd(5) - spent == one.purse, "what was added to spend is what went from the balance"
    assert one.basis.seen + one.basis.unseen == spent
    said = "\n".join(explain(boards.board(session), "a", "spend", clock.instant))
    assert "is an estimate" in said
    # The next truth takes the place of the estimate: nothing is counted twice.
    book.sync(session, "a", usd(47))
    now = view(session).spend
    assert now is not None and now.all is not None and now.all - before.all == usd(6)


def test_an_estimate_is_explained_to_the_last_cent(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=CONFIG)
    taught(session, clock)
    board = boards.board(session)
    said = "\n".join(explain(board, "a", "balance", clock.instant))
    one = view(session)
    assert one.basis is not None and one.purse is not None and one.error is not None
    for part in ("You said $52.00", "−$10.00 that calls were seen", "usually goes unseen", "may be off by ±"):
        assert part in said
    drift = as_json(board)["accounts"][0]["drift"]
    assert drift["pairs"] == 4 and 0.15 < drift["share"] < 0.2
    assert drift["expected"] - drift["reported"] == pytest.approx(drift["amount"])


def test_a_sync_mistyped_tenfold_and_undone_leaves_no_trace(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=CONFIG)
    taught(session, clock)
    book.sync(session, "a", usd(40))
    clock.instant += DAY
    spend(session, call(clock, 5))
    before = known(session)
    book.sync(session, "a", usd(340))
    assert known(session) != before
    book.undo(session)
    assert known(session) == before


def test_a_sync_mistyped_tenfold_and_then_put_right_poisons_nothing(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=CONFIG)
    taught(session, clock)
    clock.instant += timedelta(hours=1)
    before = view(session)
    book.sync(session, "a", usd(400))
    clock.instant += 2 * MINUTE
    book.sync(session, "a", usd(40))
    after = view(session)
    assert after.purse == usd(40) and after.spend is not None and before.spend is not None
    assert after.spend.all is not None and before.spend.all is not None
    assert abs((after.spend.all - before.spend.all).micros) < 2 * 10**6, "400 is no credit that came in and went"
    assert after.drift is not None and abs(after.drift.amount.micros) < 10**6
    assert before.basis is not None and after.basis is not None
    assert before.basis.share is not None and abs((after.basis.share or 0) - before.basis.share) < 0.02


def test_one_put_right_the_next_day_teaches_no_wrong_share(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=CONFIG)
    taught(session, clock)
    share = view(session).basis
    book.sync(session, "a", usd(400))
    clock.instant += DAY
    spend(session, call(clock, 5))
    book.sync(session, "a", usd(34))
    clock.instant += DAY
    spend(session, call(clock, 5))
    after = view(session)
    assert share is not None and share.share is not None and after.basis is not None and after.basis.share is not None
    assert abs(after.basis.share - share.share) < 0.03
    assert after.error is not None and after.error < usd(3)


def test_a_gap_in_which_a_provider_could_not_be_asked_is_told_apart_from_the_hours_around_it(
    session_of: SessionOf, clock: Clock
) -> None:
    """Old calls are summed by the day, but never across the edge of a gap."""
    session = session_of(config=CONFIG)
    start = clock.instant - 20 * DAY
    with open_ledger(session.paths.ledger) as ledger:
        for hours, left in ((0, 100.0), (1, 90.0), (5, 66.0), (6, 56.0)):
            at = start + timedelta(hours=hours)
            ledger.record("a", Reading(at=at, balances=(Balance(usd(left)),)))
        for often in range(12):  # calls of the newest falls are told one by one anyway
            at = start + DAY + often * 40 * MINUTE
            ledger.record("a", Reading(at=at, balances=(Balance(usd(50 - often)),)))
        rows = [
            Usage(key=f"{n}", source="test", account="a", at=start + timedelta(hours=hours), model="m", cost=usd(cost))
            for n, (hours, cost) in enumerate(((0.5, 10), (2, 10), (3, 10), (5.5, 10)))
        ]
        many = [
            Usage(
                key=f"late {n}",
                source="test",
                account="a",
                at=start + 3 * DAY + n * MINUTE,
                model="m",
                cost=usd(0.0001),
            )
            for n in range(3000)
        ]
        ledger.book_usage([*rows, *many])
    drift = view(session).drift
    assert drift is not None and drift.pairs == 1
    assert drift.amount == usd(4), "20 was seen in the gap, and 24 was lost"


def test_a_number_gone_uncertain_asks_for_a_sync_of_that_account_only(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=CONFIG)
    taught(session, clock)
    assert not view(session).wide
    for _ in range(6):
        clock.instant += DAY
        spend(session, call(clock, 6))
    one = view(session)
    assert one.wide and one.error is not None and one.error > usd(1)
    assert as_json(boards.board(session))["accounts"][0]["wide"] is True
    assert explain(boards.board(session), "a", "wide", clock.instant)[0].startswith("Yes")
    book.sync(session, "a", usd(9))
    assert not view(session).wide


async def test_an_account_that_is_being_read_is_never_nudged(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: Reply({"error": "no"}, 401)}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        with open_ledger(session.paths.ledger) as ledger:
            ledger.record("deepseek", Reading(at=clock.instant - DAY, balances=(Balance(usd(8)),)))
            ledger.book_usage([replace(call(clock, 6), account="deepseek")])
        one = boards.board(session).account("deepseek")
        assert one is not None and one.error is not None and one.error > usd(2) and not one.wide
        await refresh(session, force=True)
        refused = boards.board(session).account("deepseek")
    assert refused is not None and refused.wide, "but where its key is rejected, only the user can tell"


def test_the_spend_report_tells_the_same_sum_as_the_board(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=CONFIG)
    taught(session, clock)
    told, one = spending.spent(session).report(["source"]), view(session)
    assert one.spend is not None and one.spend.month is not None
    rows = {row.keys[0]: row.cost.micros for row in told.rows if row.cost is not None}
    assert sum(rows.values()) == one.spend.month.micros
    assert one.basis is not None and rows["unseen"] == 4 * 2 * 10**6 + one.basis.unseen.micros
