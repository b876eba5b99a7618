"""“It just refused me”: who can tell is asked; where nobody can, the purse is empty until somebody says otherwise."""

from datetime import timedelta

import pytest

from creditsui.core import board as boards
from creditsui.core import book
from creditsui.core.asking import refusal
from creditsui.core.asking.refresh import refresh
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Limit, Window
from tests.core.conftest import Clock, SessionOf
from tests.core.test_out_of_money import BALANCE, ENV, FULL, SPENT, config
from tests.servers import Reply, Server

CONFIG = '[accounts.a]\nprovider = "manual"\n'


def usd(amount: float) -> Money:
    return money(amount, "USD")


def view(session: Session, id: str = "a") -> AccountView:
    found = boards.board(session).account(id)
    assert found is not None
    return found


def test_where_nobody_can_be_asked_nothing_is_left_and_undo_takes_it_back(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=CONFIG)
    book.sync(session, "a", usd(6.11))
    clock.instant += timedelta(days=2)
    assert not refusal.askable(view(session))
    found = refusal.judge(session, "a")
    assert found.entry is not None and (found.entry.amount, found.entry.note) == (usd(0), "refused")
    assert found.says == "has nothing left; $6.11 was expected and is booked as unseen"
    one = view(session)
    assert one.purse == usd(0) and one.health == 0 and one.drift is not None and one.drift.amount == usd(6.11)
    book.undo(session)
    assert view(session).purse == usd(6.11)


def test_what_it_taught_is_told(session_of: SessionOf, clock: Clock) -> None:
    from tests.core.test_replay import call, spend

    session = session_of(config=CONFIG)
    book.sync(session, "a", usd(50))
    clock.instant += timedelta(days=2)
    spend(session, call(clock, 40))
    found = refusal.judge(session, "a")
    assert found.says.endswith("$10.00 was expected and is booked as unseen, and 12% beside what is seen is taken to go"
                               " unseen from now on")  # fmt: skip


def test_an_account_that_nobody_ever_synced_starts_at_nothing(session_of: SessionOf) -> None:
    session = session_of(config=CONFIG)
    assert refusal.judge(session, "a").entry is not None
    assert view(session).purse == usd(0)
    again = refusal.judge(session, "a")
    assert again.entry is None and again.says == "was known to be empty: $0.00"


def test_a_debt_stays_a_debt(session_of: SessionOf) -> None:
    session = session_of(config=CONFIG)
    book.sync(session, "a", usd(-3.2))
    assert refusal.judge(session, "a").entry is None
    assert view(session).purse == usd(-3.2)


def test_an_unknown_account_is_refused(session_of: SessionOf) -> None:
    with pytest.raises(book.Unbookable, match="nobody"):
        refusal.judge(session_of(config=CONFIG), "nobody")


async def test_a_provider_that_still_tells_money_is_believed(session_of: SessionOf) -> None:
    with Server({BALANCE: FULL}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        await refresh(session, force=True)
        assert refusal.askable(view(session, "deepseek"))
        found = refusal.judge(session, "deepseek")
    assert found.entry is None and found.says == "still tells $8.00, so something else refused"
    assert book.entries(session) == []


async def test_a_provider_that_says_that_all_is_spent_is_believed(session_of: SessionOf) -> None:
    with Server({BALANCE: SPENT}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        await refresh(session, force=True)
        found = refusal.judge(session, "deepseek")
    assert (found.entry, found.says) == (None, "says itself that the credit is used up")


@pytest.mark.parametrize(("status", "booked"), [(401, False), (500, True)], ids=["the key", "no answer"])
async def test_a_rejected_key_is_no_empty_purse_but_silence_may_be(
    session_of: SessionOf, status: int, booked: bool
) -> None:
    with Server({BALANCE: Reply({"error": "no"}, status)}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        await refresh(session, force=True)
        found = refusal.judge(session, "deepseek")
    assert (found.entry is not None) == booked
    assert booked or "rejects the key itself" in found.says


def judged(monkeypatch: pytest.MonkeyPatch, session: Session, **known: object) -> str:
    """What is said of an account of which just this was read a moment ago."""
    from dataclasses import replace

    from creditsui.domain.board import Board
    from creditsui.domain.reading import Certainty

    given = {"certainty": Certainty.LIVE, "read_at": session.now(), "currency": "USD"} | known
    one = AccountView(id="a", provider="manual", label="A", **given)  # type: ignore[arg-type]
    monkeypatch.setattr(boards, "board", lambda _: replace(Board(generated_at=session.now()), accounts=(one,)))
    found = refusal.judge(session, "a")
    assert found.entry is None
    return found.says


def test_of_windows_the_fullest_is_named_with_its_refill(
    session_of: SessionOf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, soon = session_of(config=CONFIG), clock.instant + timedelta(hours=1, minutes=12)
    week = Window("7d", 0.4, resets_at=clock.instant + timedelta(days=3))
    used_up, nearly = Window("5h", 1.0, resets_at=soon), Window("5h", 0.93, resets_at=soon)
    assert judged(monkeypatch, session, windows=(week, used_up)) == "has used up 5h (refills in 1h12m)"
    likely = "most likely 5h (refills in 1h12m) did it: 7% left"
    assert judged(monkeypatch, session, windows=(week, nearly)) == likely
    old = judged(monkeypatch, session, windows=(week, nearly), problem=Problem("offline", "no network"))
    assert old == f"could not be asked; {likely}"
    also = judged(monkeypatch, session, windows=(week, nearly), purse=usd(5))
    assert also.endswith("most used of its limits is 5h (refills in 1h12m)")


def test_a_cap_that_is_used_up_is_named(session_of: SessionOf, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = Limit(usd(100), usd(0), "monthly")
    said = judged(monkeypatch, session_of(config=CONFIG), limit=limit, purse=usd(41))
    assert said == "has used up its cap of $100.00, which starts anew monthly"
