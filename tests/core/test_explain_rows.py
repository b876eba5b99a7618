"""Behind every number stand the ledger's own rows, and they add up to it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core import book
from creditsui.core.evidence import Row, as_json, lines
from creditsui.core.explain.answer import FIELDS
from creditsui.core.explain.rows import PICKS, rows
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.money import Money, money
from creditsui.domain.reading import Balance, Limit, Reading, Window
from creditsui.domain.usage import Usage
from tests.core.conftest import Clock, SessionOf

CONFIG = """\
timezone = "UTC"
[accounts.anthropic]
[accounts.deepseek]
[accounts.deepseek.budget]
amount = 50.0
per = "month"
"""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def usd(amount: float) -> Money:
    return money(amount, "USD")


@pytest.fixture
def session(session_of: SessionOf) -> Session:
    return session_of(real=True, config=CONFIG, env={"DEEPSEEK_API_KEY": "sk-0123456789abcdef"})


def view(session: Session, id: str = "anthropic") -> AccountView:
    found = boards.board(session).account(id)
    assert found is not None
    return found


def behind(session: Session, field: str, id: str = "anthropic") -> list[Row]:
    return rows(session, view(session, id), field)


def texts(found: Sequence[Row]) -> list[str]:
    return [row.text for row in found]


def call(name: str, at: datetime, cost: float | None, model: str = "claude-opus-4-8", **more: object) -> Usage:
    return Usage(
        key=name, source="claude-code", account="anthropic", at=at, model=model, input=100, output=20,
        cost=None if cost is None else usd(cost), **more,
    )  # fmt: skip


def log(session: Session, *calls: Usage) -> None:
    with open_ledger(session.paths.ledger) as ledger:
        ledger.book_usage(list(calls))


def read(session: Session, at: datetime, left: float, **more: object) -> None:
    with open_ledger(session.paths.ledger) as ledger:
        ledger.record("deepseek", Reading(at=at, balances=(Balance(usd(left)),), **more))


@pytest.fixture
def synced(session: Session, clock: Clock) -> Session:
    """Synced nine and two days ago, topped up between and since, with calls all along."""
    start = clock.instant
    clock.instant = start - 9 * DAY
    book.sync(session, "anthropic", usd(45))
    clock.instant = start - 5 * DAY
    book.topup(session, "anthropic", usd(20), expires=date(2027, 11, 15), note="a card")
    clock.instant = start - 2 * DAY
    book.sync(session, "anthropic", usd(60))
    clock.instant = start - DAY
    book.topup(session, "anthropic", usd(5), kind="granted")
    clock.instant = start
    log(
        session,
        call("early", start - 7 * DAY, 3.5),
        call("one", start - DAY, 1.25),
        call("two", start - 2 * HOUR, 2.5),
        call("three", start - HOUR, 0.5, model="claude-haiku-4-5"),
        call("plan", start - HOUR, 9, billing="subscription"),
    )
    return session


def test_a_carried_balance_rests_on_its_anchor_what_was_booked_since_and_the_calls(synced: Session) -> None:
    assert texts(behind(synced, "balance")) == [
        "entry 3, sync $60.00 on 18 Nov 19:00 UTC",
        "entry 4, top-up +$5.00 on 19 Nov 19:00 UTC, granted",
        "claude-code, claude-opus-4-8: 2 calls, $3.75",
        "claude-code, claude-haiku-4-5: 1 call, $0.50",
    ]


def test_the_rows_of_a_basis_add_up_to_its_figures(synced: Session) -> None:
    basis, found = view(synced).basis, behind(synced, "basis")
    assert basis is not None and found[0].amount == basis.anchor
    booked = [row.amount for row in found[1:] if row.kind != "calls"]
    assert sum(one.micros for one in booked if one) == basis.credited.micros
    assert sum(row.amount.micros for row in found if row.kind == "calls" and row.amount) == basis.seen.micros


def test_a_drift_rests_on_both_truths_and_what_lay_between(synced: Session) -> None:
    assert texts(behind(synced, "drift")) == [
        "entry 1, sync $45.00 on 11 Nov 19:00 UTC",
        "entry 2, top-up +$20.00 on 15 Nov 19:00 UTC, expires 15 Nov 2027",
        "claude-code, claude-opus-4-8: 1 call, $3.50",
        "entry 3, sync $60.00 on 18 Nov 19:00 UTC",
    ]


def test_spend_tells_what_a_plan_covers_and_the_entries_of_its_time(synced: Session) -> None:
    found = texts(behind(synced, "spend"))
    assert "claude-code, claude-opus-4-8: 3 calls, $7.25" in found
    assert "claude-code, claude-opus-4-8: 1 call, worth $9.00, which a plan covers" in found
    assert found[-1] == "entry 1, sync $45.00 on 11 Nov 19:00 UTC"
    assert behind(synced, "burn_per_day") == behind(synced, "days") == behind(synced, "spend")
    assert behind(synced, "runway")[0] == behind(synced, "balance")[0]


def test_calls_without_a_price_are_told_in_tokens(session: Session, clock: Clock) -> None:
    book.sync(session, "anthropic", usd(10))
    clock.instant += 3 * HOUR
    log(session, call("dear", clock.instant - HOUR, None, model="brand-new"))
    assert "claude-code, brand-new: 1 call, 120 tokens without a known price" in texts(behind(session, "balance"))


def test_what_was_undone_stands_behind_nothing(synced: Session) -> None:
    before = [behind(synced, field) for field in PICKS]
    book.sync(synced, "anthropic", usd(450))
    assert behind(synced, "balance")[0].number == 5
    book.undo(synced)
    assert [behind(synced, field) for field in PICKS] == before


def test_a_live_number_rests_on_its_reading(session: Session, clock: Clock) -> None:
    window = Window("day", 0.25, resets_at=clock.instant + HOUR, seconds=86_400)
    limit = Limit(usd(100), usd(86.5), "monthly")
    for back, left in ((3 * HOUR, 20), (2 * HOUR, 45), (HOUR, 44), (timedelta(0), 44)):
        read(session, clock.instant - back, left, limit=limit, windows=(window,))
    assert texts(behind(session, "balance", "deepseek")) == [
        "reading of 20 Nov 18:00 UTC: $44.00, the same until 20 Nov 19:00 UTC"
    ]
    assert texts(behind(session, "limit", "deepseek"))[0].startswith(
        "reading of 20 Nov 18:00 UTC: $86.50 left of $100.00"
    )
    assert "day 25% used" in texts(behind(session, "windows", "deepseek"))[0]
    assert texts(behind(session, "proposals", "deepseek")) == [
        "reading of 20 Nov 16:00 UTC: $20.00",
        "reading of 20 Nov 17:00 UTC: $45.00",
    ]
    assert texts(behind(session, "hits", "deepseek"))[0] == "reading of 20 Nov 17:00 UTC: $45.00"
    assert texts(behind(session, "capacity", "deepseek")) == ["reading of 20 Nov 17:00 UTC: $45.00"]
    (all_of_them,) = behind(session, "budget", "deepseek")
    assert all_of_them.count == 3 and "3 readings" in all_of_them.text


def test_the_first_instant_of_a_span_belongs_to_it(session_of: SessionOf, clock: Clock) -> None:
    month = CONFIG.replace("[accounts.deepseek.budget]", "[accounts.anthropic.budget]")
    session = session_of(real=True, config=month)
    book.sync(session, "anthropic", usd(45))
    first = datetime(2026, 11, 1, tzinfo=UTC)
    log(session, call("first", first, 2.5), call("before", first - DAY, 1))
    assert texts(behind(session, "budget"))[0] == "claude-code, claude-opus-4-8: 1 call, $2.50"
    session = session_of(real=True, config=month.replace('"month"', '"total"'))
    assert texts(behind(session, "budget"))[0] == "claude-code, claude-opus-4-8: 2 calls, $3.50"
    start = clock.instant
    log(session, *(call(str(back), start - back * HOUR + timedelta(minutes=5), 0.3) for back in range(1, 24 * 8)))
    log(session, call("dear", start, 42))
    clock.instant = start + timedelta(minutes=30)
    assert view(session).spike is not None
    assert texts(behind(session, "spike")) == ["claude-code, claude-opus-4-8: 1 call, $42.00"]


def test_lots_and_what_expired_rest_on_their_top_ups(synced: Session, clock: Clock) -> None:
    assert [row.number for row in behind(synced, "lots")] == [4, 2, 3]
    assert [row.number for row in behind(synced, "topups")] == [4, 2]
    clock.instant += timedelta(days=400)
    assert [row.number for row in behind(synced, "expired")] == [2]
    assert any("expired by" in text for text in texts(behind(synced, "balance")))


def test_every_field_with_rows_is_one_that_is_explained() -> None:
    assert set(PICKS) <= set(FIELDS)


def test_an_empty_ledger_and_an_unknown_field_have_no_rows(session: Session) -> None:
    assert behind(session, "balance") == [] and behind(session, "label") == []


def test_more_rows_than_fit_are_counted_and_say_where_they_are() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    many = [Row(kind="entry", text=str(number), at=at, number=number) for number in range(7)]
    many += [Row(kind="calls", text="calls", at=at) for _ in range(4)]
    assert lines(many)[-1] == "and 3 more: creditsui spend --by source,model"
    assert lines(many, 5)[5:] == ["and 6 more: creditsui entries, creditsui spend --by source,model"]
    assert lines(many[:7]) == [str(number) for number in range(7)]


def test_a_row_as_json_has_exact_figures(synced: Session) -> None:
    entry, _, calls, _ = map(as_json, behind(synced, "balance"))
    assert (entry["kind"], entry["number"], entry["amount"], entry["currency"]) == ("entry", 3, 60, "USD")
    assert entry["at"] == "2026-11-18T19:00:00Z"
    assert (calls["source"], calls["count"], calls["amount"]) == ("claude-code", 2, 3.75)
    assert calls["until"] == "2026-11-20T17:00:00Z"
