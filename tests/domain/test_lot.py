from collections.abc import Sequence
from datetime import UTC, date

from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.board import Lot
from creditsui.domain.entry import CREDIT_KINDS, Entry
from creditsui.domain.lot import lots, topups, with_expiries
from creditsui.domain.money import Money
from creditsui.domain.reading import Balance, Certainty, Recorded
from creditsui.domain.reconcile import carry
from tests.domain.make import NOW, ago, cny, entry, history, told, usd

TODAY = NOW.date()
DECEMBER = date(2026, 12, 3)


def open_lots(entries: Sequence[Entry], readings: Sequence[Recorded] = (), parts: Balance | None = None) -> list[Lot]:
    booked = topups(entries, "USD")
    one = with_expiries(history(readings, entries), booked, NOW, UTC)
    found = carry(one, NOW)
    return list(lots(one, booked, found.remaining, parts, TODAY)) if found else []


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
    one = with_expiries(history([], entries), topups(entries, "USD"), NOW, UTC)
    found = carry(one, NOW)
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
    one = with_expiries(history([], entries), topups(entries, "USD"), NOW, UTC)
    found = carry(one, NOW)
    assert found is not None and (found.remaining, found.certainty) == (usd(10), Certainty.ESTIMATED)


def test_a_sync_after_the_expiry_already_knows() -> None:
    entries = [
        entry(1, "sync", 10, ago(9)),
        entry(2, "topup", 20, ago(8), expires=ago(4).date()),
        entry(3, "sync", 9, ago(1)),
    ]
    one = with_expiries(history([], entries), topups(entries, "USD"), NOW, UTC)
    found = carry(one, NOW)
    assert found is not None and found.remaining == usd(9)


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
    booked = topups(entries, "USD")
    one = with_expiries(history([], entries), booked, NOW, UTC)
    found = carry(one, NOW)
    assert found is not None
    held = lots(one, booked, found.remaining, None, TODAY)
    assert all(lot.remaining.micros > 0 for lot in held)
    assert all(lot.expires_at is None or lot.expires_at >= TODAY for lot in held)
    assert not rows or sum(lot.remaining.micros for lot in held) == max(0, found.remaining.micros)
