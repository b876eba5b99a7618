from collections.abc import Sequence
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.account import Account
from creditsui.domain.board import Board, Expired, Expiring, Lot
from creditsui.domain.compose import Facts, compose
from creditsui.domain.entry import CREDIT_KINDS, Entry, standing
from creditsui.domain.lot import Stock, expiring, lots, stock, topups, usable
from creditsui.domain.money import Money
from creditsui.domain.observe import calendar, observe
from creditsui.domain.reading import Balance, Certainty, Recorded
from creditsui.domain.reconcile import carry
from creditsui.domain.unseen import Known, unseen
from tests.domain.make import MINUTE, NOW, ago, call, cny, entry, history, told, usd

TODAY = NOW.date()
DECEMBER = date(2026, 12, 3)


def open_lots(entries: Sequence[Entry], readings: Sequence[Recorded] = (), parts: Balance | None = None) -> list[Lot]:
    held = stocked(entries, readings)
    found = carry(held.history, NOW)
    return list(lots(held, found.remaining, parts, TODAY)) if found else []


def stocked(entries: Sequence[Entry], readings: Sequence[Recorded] = ()) -> Stock:
    return stock(history(readings, entries), topups(entries, "USD"), NOW, UTC)


def test_without_a_top_up_there_are_no_lots() -> None:
    assert open_lots([entry(1, "sync", 45, ago(3))]) == []


def test_what_expires_first_is_spent_first() -> None:
    entries = [
        entry(1, "sync", 0, ago(9)),
        entry(2, "topup", 30, ago(8)),
        entry(3, "topup", 12, ago(7), expires=DECEMBER),
        entry(4, "sync", "35.00", ago(1)),
    ]
    assert open_lots(entries) == [Lot(usd(5), "paid", DECEMBER), Lot(usd(30), "paid", None)]


def test_what_was_spent_before_a_lot_came_is_not_taken_from_it() -> None:
    entries = [
        entry(1, "sync", 30, ago(9)),
        entry(2, "sync", "6.03", ago(5)),
        entry(3, "topup", 12, ago(4), expires=DECEMBER),
    ]
    assert open_lots(entries) == [Lot(usd(12), "paid", DECEMBER), Lot(usd("6.03"), "paid", None)]


def test_granted_credit_stays_apart() -> None:
    entries = [entry(1, "sync", 10, ago(9)), entry(2, "topup", 5, ago(8), kind="granted", expires=DECEMBER)]
    assert open_lots(entries) == [Lot(usd(5), "granted", DECEMBER), Lot(usd(10), "paid", None)]


def test_debt_leaves_nothing() -> None:
    assert open_lots([entry(1, "topup", 5, ago(8)), entry(2, "sync", -3, ago(7))]) == []


def test_a_top_up_booked_after_the_balance_showed_it_is_whole() -> None:
    live = [told(ago(hours=9), 10), told(ago(hours=8), 40, until=NOW)]
    entries = [entry(1, "topup", 30, ago(hours=6), expires=DECEMBER)]
    assert open_lots(entries, live) == [Lot(usd(30), "paid", DECEMBER), Lot(usd(10), "paid", None)]


def test_the_parts_a_provider_tells_are_lots_too() -> None:
    parts = Balance(usd(110), granted=usd(10), paid=usd(100))
    live = [told(NOW, 110)]
    assert open_lots([], live, parts) == [Lot(usd(10), "granted", None), Lot(usd(100), "paid", None)]
    entries = [entry(1, "topup", 8, ago(1), kind="granted", expires=DECEMBER)]
    assert open_lots(entries, live, parts) == [
        Lot(usd(8), "granted", DECEMBER),
        Lot(usd(2), "granted", None),
        Lot(usd(100), "paid", None),
    ]


def test_only_top_ups_of_the_currency_count() -> None:
    assert topups([entry(1, "topup", cny(5)), entry(2, "sync", 5), entry(3, "topup", 7)], "USD")[0].number == 3


# Credit that runs out of time


def test_what_is_left_of_a_lot_is_gone_the_day_after_it_expires() -> None:
    entries = [entry(1, "sync", 10, ago(9)), entry(2, "topup", 20, ago(8), expires=ago(1).date())]
    one = stocked(entries)
    found = carry(one.history, NOW)
    assert found is not None and found.remaining == usd(10)
    assert open_lots(entries) == [Lot(usd(10), "paid", None)]
    last_day = [entries[0], entry(2, "topup", 20, ago(8), expires=TODAY)]
    assert open_lots(last_day) == [Lot(usd(20), "paid", TODAY), Lot(usd(10), "paid", None)]


def test_only_what_was_left_of_it_is_gone() -> None:
    entries = [
        entry(1, "sync", 10, ago(9)),
        entry(2, "topup", 20, ago(8), expires=ago(2).date()),
        entry(3, "sync", 16, ago(4)),
    ]
    one = stocked(entries)
    found = carry(one.history, NOW)
    assert found is not None and (found.remaining, found.certainty) == (usd(10), Certainty.ESTIMATED)


def test_a_sum_of_the_day_after_its_last_takes_nothing_from_a_lot() -> None:
    """Sums of long past days stand at the first instant of the day."""
    after = ago(1).replace(hour=0, minute=0, second=0, microsecond=0)
    entries = [entry(1, "sync", 10, ago(9)), entry(2, "topup", 20, ago(8), expires=ago(2).date())]
    one = stock(history((), entries, [call(after, 5)]), topups(entries, "USD"), NOW, UTC)
    found = carry(one.history, NOW)
    assert [gone.amount for gone in one.expired] == [usd(20)]
    assert found is not None and found.remaining == usd(5)


def test_a_sync_after_the_expiry_already_knows() -> None:
    entries = [
        entry(1, "sync", 10, ago(9)),
        entry(2, "topup", 20, ago(8), expires=ago(4).date()),
        entry(3, "sync", 9, ago(1)),
    ]
    one = stocked(entries)
    found = carry(one.history, NOW)
    assert found is not None and found.remaining == usd(9)


def test_what_expired_is_told_newest_first_and_is_no_spend() -> None:
    entries = [
        entry(1, "sync", 10, ago(9)),
        entry(2, "topup", 20, ago(8), expires=ago(5).date(), kind="promo"),
        entry(3, "topup", 5, ago(8), expires=ago(2).date()),
    ]
    one = stocked(entries)
    assert one.expired == (Expired(usd(5), "paid", ago(2).date()), Expired(usd(20), "promo", ago(5).date()))
    assert sum(observe(one.history, calendar(NOW, UTC)).days) == 0


def test_what_expires_leaves_a_live_balance_at_its_own_fall_and_is_no_spend() -> None:
    entries = [entry(1, "topup", 20, ago(8), expires=ago(2).date())]
    live = [told(ago(9), 10), told(ago(8), 30), told(ago(1), 29), told(ago(hours=20), 10, until=NOW)]
    one = stocked(entries, live)
    assert one.expired == (Expired(usd(19), "paid", ago(2).date()),)
    assert sum(observe(one.history, calendar(NOW, UTC)).days) == usd(1).micros


def test_what_the_provider_still_counts_has_not_expired() -> None:
    entries = [entry(1, "topup", 20, ago(8), expires=ago(4).date())]
    live = [told(ago(9), 10), told(ago(8), 30), told(ago(5), 29, until=NOW)]
    assert stocked(entries, live).expired == ()
    assert open_lots(entries, live) == [Lot(usd(29), "paid", None)]


def test_what_ended_since_the_provider_was_last_read_is_gone() -> None:
    entries = [entry(1, "topup", 20, ago(8), expires=ago(4).date())]
    live = [told(ago(9), 10), told(ago(8), 30, until=ago(6))]
    one = stocked(entries, live)
    found = carry(one.history, NOW)
    assert found is not None and (found.remaining, found.certainty) == (usd(10), Certainty.ESTIMATED)
    assert one.expired == (Expired(usd(20), "paid", ago(4).date()),)


def test_a_promotion_is_a_gift_to_a_provider_that_tells_paid_and_granted_apart() -> None:
    parts = Balance(usd(110), granted=usd(10), paid=usd(100))
    entries = [entry(1, "topup", 8, ago(1), kind="promo", expires=DECEMBER)]
    assert open_lots(entries, [told(NOW, 110)], parts) == [
        Lot(usd(8), "promo", DECEMBER),
        Lot(usd(2), "granted", None),
        Lot(usd(100), "paid", None),
    ]


@pytest.mark.parametrize(
    ("days", "within"), [(0, 1), (1, 1), (2, 7), (7, 7), (8, 30), (30, 30), (31, None), (-1, None)]
)
def test_the_end_of_credit_is_warned_of_at_thirty_seven_and_one_days(days: int, within: int | None) -> None:
    last = TODAY + timedelta(days=days)
    held = [Lot(usd(5), "granted", last), Lot(usd(7), "paid", last), Lot(usd(30), "paid", None)]
    wanted = None if within is None else Expiring(usd(12), last, days, within)
    assert expiring(held, TODAY) == wanted


def test_money_that_ends_cannot_be_spent_later() -> None:
    held = [Lot(usd(12), "paid", DECEMBER), Lot(usd(30), "paid", None)]
    assert usable(usd(42), held, date(2026, 12, 2)) == usd(42)
    assert usable(usd(42), held, DECEMBER) == usd(30)


amounts = st.integers(1, 10**9).map(lambda micros: Money(micros, "USD"))


@given(
    st.lists(
        st.tuples(amounts, st.integers(0, 20), st.none() | st.integers(-15, 15), st.sampled_from(CREDIT_KINDS)),
        max_size=6,
    ),
    st.integers(-(10**9), 10**10),
)
def test_lots_never_hold_more_than_the_balance(rows: list, synced: int) -> None:  # type: ignore[type-arg]
    entries = [entry(1, "sync", Money(synced, "USD"), ago(10))] + [
        entry(
            number,
            "topup",
            amount,
            ago(days),
            kind=kind,
            expires=None if expires is None else date.fromordinal(TODAY.toordinal() + expires),
        )
        for number, (amount, days, expires, kind) in enumerate(rows, 2)
    ]
    entries.sort(key=lambda one: (one.at, one.number))
    one = stocked(entries)
    found = carry(one.history, NOW)
    assert found is not None
    held = lots(one, found.remaining, None, TODAY)
    assert all(lot.remaining.micros > 0 for lot in held)
    assert all(lot.expires_at is None or lot.expires_at >= TODAY for lot in held)
    assert not rows or sum(lot.remaining.micros for lot in held) == max(0, found.remaining.micros)
    assert all(gone.amount.micros > 0 and gone.on < TODAY for gone in one.expired)
    before = sum(lot.micros for lot, _, _, _ in rows) + max(synced, 0)
    assert sum(gone.amount.micros for gone in one.expired) + sum(lot.remaining.micros for lot in held) <= before


# On the board


def board(entries: Sequence[Entry], readings: Sequence[Recorded] = ()) -> Board:
    account = Account(id="a", provider="a", label="A")
    facts = Facts(account=account, entries=tuple(entries), readings=tuple(readings), can_ask=True)
    return compose([facts], now=NOW, zone=UTC, interval=5 * MINUTE)


def test_what_expired_has_left_the_balance_the_totals_and_no_spend() -> None:
    entries = [entry(1, "sync", 10, ago(9)), entry(2, "topup", 20, ago(8), expires=ago(2).date())]
    found = board(entries)
    (one,), (total,) = found.accounts, found.totals
    assert one.balance is not None and one.balance.remaining == total.remaining == usd(10)
    assert one.expired == (Expired(usd(20), "paid", ago(2).date()),)
    assert one.spend is None or one.spend.all in (None, usd(0))
    assert found.totals[0].spend.month in (None, usd(0))


def test_an_undo_of_the_top_up_leaves_no_trace_of_its_end() -> None:
    entries = [entry(1, "sync", 10, ago(9)), entry(2, "topup", 20, ago(8), expires=ago(2).date())]
    undone = standing([*entries, entry(3, "undo", None, ago(1), undoes=2)])
    assert board(undone) == board(entries[:1])


def test_what_expires_in_a_live_balance_is_nothing_that_went_unseen() -> None:
    entries = [entry(1, "topup", 20, ago(8), expires=ago(2).date())]
    live = [told(ago(9), 10), told(ago(8), 30, until=ago(1)), told(ago(hours=20), 10, until=NOW)]
    assert unseen([Known(account="a", readings=live, entries=entries)], NOW, UTC, 30) == []
    (one,) = board(entries, live).accounts
    assert one.expired == (Expired(usd(20), "paid", ago(2).date()),) and one.proposals == ()


def test_a_lot_that_a_live_balance_outlives_is_no_rise_either() -> None:
    entries = [entry(1, "topup", 20, ago(8), expires=ago(4).date())]
    live = [told(ago(9), 10), told(ago(8), 30, until=ago(5)), told(ago(3), 29, until=NOW)]
    (one,) = board(entries, live).accounts
    assert (one.expired, one.proposals) == ((), ())
    assert one.spend is not None and one.spend.month == usd(1)
