"""Spikes from a real ledger: by calls and by balances, who did it, and what is said about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from creditsui.adapters.ledger import open_ledger
from creditsui.core.board import board
from creditsui.core.explain.answer import explain
from creditsui.core.session import Session
from creditsui.domain.board import AccountView, Culprit
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading, ReportedSpend
from creditsui.domain.usage import Usage
from creditsui.outputs.json import as_json
from creditsui.outputs.table import table
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.tui.boards import usd

__all__ = ["clock", "session_of"]

NOW = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONFIG = """
[accounts.openai]
[accounts.second]
provider = "openai"
pool = "openai"
"""


def call(at: datetime, cost: str, **more: Any) -> Usage:
    usual: dict[str, Any] = {
        "key": f"{at}{cost}{more}", "source": "codex", "account": "openai", "model": "m-1", "project": "web",
        "session": "s-1",
    }  # fmt: skip
    return Usage(at=at, cost=money(cost, "USD"), input=10, **(usual | more))


def hours(days: int) -> Iterator[datetime]:
    return (NOW - index * HOUR for index in range(1, 24 * days))


def keep(session: Session, *calls: Usage) -> None:
    with open_ledger(session.paths.ledger) as ledger:
        ledger.book_usage(calls)


def shown(session: Session, id: str = "openai") -> AccountView:
    found = board(session).account(id)
    assert found is not None
    return found


def test_a_spike_is_told_with_the_sessions_that_did_it(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = session_of(config=CONFIG)
    keep(session, *(call(at, "1") for at in hours(40)))
    assert shown(session).spike is None
    keep(
        session,
        call(NOW - timedelta(minutes=50), "9", session="wild", project="api"),
        call(NOW - timedelta(minutes=30), "12", session="wild", project="api"),
        call(NOW - timedelta(minutes=20), "7", model="m-2", session="calm"),
        call(NOW - 3 * HOUR, "2", session="before"),
    )
    found = shown(session).spike
    assert found is not None and found.since == NOW.replace(hour=18, minute=0) and found.until is None
    assert found.amount == usd("29") and found.usual == usd("2") and found.peak.amount == usd("19")
    assert found.culprits == (
        Culprit("m-1", "api", "wild", usd("21")),
        Culprit("m-2", "web", "calm", usd("7")),
        Culprit("m-1", "web", "s-1", usd("1")),
    )
    (told,) = (one for one in as_json(board(session))["accounts"] if one["id"] == "openai")
    assert told["spike"] == {
        "since": "2026-11-20T18:00:00Z", "until": None, "amount": 29, "usual": 2, "currency": "USD",
        "culprits": [
            {"model": "m-1", "project": "api", "session": "wild", "amount": 21},
            {"model": "m-2", "project": "web", "session": "calm", "amount": 7},
            {"model": "m-1", "project": "web", "session": "s-1", "amount": 1},
        ],
    }  # fmt: skip
    lines = explain(board(session), "openai", "spike", NOW)
    assert lines[0] == "$29.00 since 20 Nov 18:00 UTC; the same hours usually cost $2.00."
    assert "above its limit of $3.00" in lines[1] and "the middle of 5 times the same hour of the same" in lines[1]
    assert "  $21.00: m-1 · api · session wild" in lines


def test_an_account_without_logs_has_spikes_by_its_balance(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = session_of(config=CONFIG)
    with open_ledger(session.paths.ledger) as ledger:
        left = 5000
        for at in (NOW - index * HOUR / 2 for index in range(2 * 24 * 40, -1, -1)):
            left -= 30 if at == NOW else 1
            ledger.record("openai", Reading(at=at, balances=(Balance(money(left, "USD")),)))
            ledger.record("second", Reading(at=at, balances=(Balance(money(left, "USD")),)))
    found = shown(session).spike
    assert found is not None and found.amount == usd("31") and not found.culprits
    assert shown(session, "second").spike is None, "a shared purse is marked once, where it is"
    assert "No log knows a call of it" in "\n".join(explain(board(session), "openai", "spike", NOW))
    keep(session, call(NOW - timedelta(minutes=5), "28", account="second", session="s-9"))
    found = shown(session).spike
    assert found is not None and [one.session for one in found.culprits] == ["s-9"], "of any key on the purse"


def test_an_account_that_only_tells_what_it_spent_in_all_has_spikes(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = session_of(config=CONFIG)
    with open_ledger(session.paths.ledger) as ledger:
        spent = 0
        for at in (NOW - index * HOUR / 2 for index in range(2 * 24 * 40, -1, -1)):
            spent += 30 if at == NOW else 1
            ledger.record("openai", Reading(at=at, spend=ReportedSpend(all=money(spent, "USD"))))
    found = shown(session).spike
    assert found is not None and found.amount == usd("31")


def test_what_a_plan_covers_and_what_sums_grew_by_is_no_spike(session_of: SessionOf, clock: Clock) -> None:
    """Days of an agent that tells only sums may come in at once."""
    clock.instant = NOW
    session = session_of(config=CONFIG)
    keep(session, *(call(at, "1") for at in hours(40)))
    keep(session, call(NOW - HOUR, "80", billing="subscription"), call(NOW - HOUR, "90", source="hermes"))
    assert shown(session).spike is None


def test_old_logs_that_are_read_today_are_no_spike(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = session_of(config=CONFIG)
    keep(session, *(call(at, "1") for at in hours(40)))
    keep(session, *(call(NOW - timedelta(days=9, minutes=index), "5", session="late") for index in range(300)))
    assert shown(session).spike is None


def test_a_board_that_is_made_again_tells_the_same_episode(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = session_of(config=CONFIG)
    keep(session, *(call(at, "1") for at in hours(40)), call(NOW - timedelta(minutes=5), "40"))
    starts = set()
    for minutes in (0, 10, 30, 70, 200, 600):
        clock.instant = NOW + timedelta(minutes=minutes)
        keep(session, call(clock.instant, "1"))
        found = shown(session).spike
        starts.add(found and found.since)
    assert starts == {NOW.replace(minute=0)}


def test_a_disabled_account_is_not_looked_at(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = session_of(config="[accounts.openai]\nenabled = false")
    keep(session, *(call(at, "1") for at in hours(40)), call(NOW - timedelta(minutes=5), "40"))
    assert shown(session).spike is None


def test_the_table_says_what_an_account_spends_while_it_does(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = session_of(config=CONFIG)
    with open_ledger(session.paths.ledger) as ledger:
        ledger.record("openai", Reading(at=NOW, balances=(Balance(money(50, "USD")),)))
    keep(session, *(call(at, "1") for at in hours(40)), call(NOW - timedelta(minutes=5), "41"))
    found = board(session)
    assert "spends 41× the usual" in table(found, 100)
    over = tuple(
        replace(one, spike=replace(one.spike, until=NOW)) if one.spike is not None else one for one in found.accounts
    )
    assert "the usual" not in table(replace(found, accounts=over), 100)


def test_credit_until_the_last_day_there_is_spoils_no_board(session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    session = session_of(config=CONFIG)
    with open_ledger(session.paths.ledger) as ledger:
        ledger.record("openai", Reading(at=NOW - HOUR, balances=(Balance(usd(9)),)))
        ledger.book("topup", "openai", NOW - HOUR, usd(5), now=NOW, expires_at=date.max)
    assert shown(session).spike is None
