"""Money that has a last day lasts no longer than that, unless it is spent before."""

from datetime import UTC, date, timedelta

import pytest

from creditsui.domain.account import Account
from creditsui.domain.board import AccountView, Lot
from creditsui.domain.compose import Facts, compose
from creditsui.domain.entry import Entry
from creditsui.domain.forecast import forecast
from creditsui.domain.lapse import ends, lasts, lost
from creditsui.domain.observe import calendar, observe
from creditsui.domain.reading import Limit
from creditsui.domain.runway import needed
from tests.domain.make import DAY, MINUTE, NOW, ago, call, entry, history, told, usd

CALLS = tuple(call(ago(days, hours=6), 2) for days in range(29, -1, -1))
SEEN = observe(history(usage=CALLS), calendar(NOW, UTC))
SOON, LATER = NOW.date() + timedelta(days=9), NOW.date() + timedelta(days=30)


def viewed(*entries: Entry) -> AccountView:
    facts = Facts(account=Account(id="a", provider="a", label="A"), entries=entries, usage=CALLS)
    return compose([facts], now=NOW, zone=UTC, interval=5 * MINUTE).accounts[0]


def held(amount: int, expires: date | None) -> AccountView:
    return viewed(entry(1, "sync", 0, ago(minutes=3)), entry(2, "topup", amount, ago(minutes=2), expires=expires))


def test_credit_that_cannot_be_spent_in_time_ends_the_runway_at_its_last_day() -> None:
    assert (held(100, None).runway.days or 0) > 40
    shown = held(100, SOON).runway
    assert shown.state == "known" and shown.empty_on in (SOON, SOON + timedelta(days=1))
    assert shown.p90 is not None and shown.p10 is not None and shown.p10 <= shown.p90 < 9.3


def test_credit_that_is_spent_in_time_loses_nothing() -> None:
    assert held(6, SOON).runway == held(6, None).runway


def test_only_what_is_left_of_a_lot_at_its_end_is_gone() -> None:
    ahead = forecast(SEEN, NOW)
    assert ahead is not None
    spent = ahead.spent(10, 0.5)
    whole = lasts(ahead, 60_000_000, 0.5, [(10.0, 30_000_000)])
    assert whole == ahead.lasts(60_000_000 - (30_000_000 - spent), 0.5)
    assert lasts(ahead, 60_000_000, 0.5, []) == ahead.lasts(60_000_000, 0.5)
    assert lasts(ahead, 30_000_000, 0.5, [(10.0, 30_000_000)]) == pytest.approx(10.0)


def test_how_long_money_lasts_beyond_the_ends_of_two_lots() -> None:
    ahead = forecast(SEEN, NOW)
    assert ahead is not None
    over = [(5.0, 40_000_000), (10.0, 20_000_000)]
    first = 40_000_000 - ahead.spent(5, 0.5)
    second = 60_000_000 - first - ahead.spent(10, 0.5)
    assert 0 < second < 10_000_000
    assert lasts(ahead, 90_000_000, 0.5, over) == ahead.lasts(90_000_000 - first - second, 0.5)


def test_a_cap_that_leaves_less_may_outlast_what_ends() -> None:
    live = told(ago(minutes=1), 100, until=NOW, limit=Limit(usd(6), usd(6)))
    top_up = entry(1, "topup", 100, ago(minutes=2), expires=SOON)
    facts = Facts(account=Account(id="a", provider="a", label="A"), readings=(live,), entries=(top_up,), usage=CALLS)
    capped = compose([facts], now=NOW, zone=UTC, interval=5 * MINUTE).accounts[0]
    assert capped.balance is not None and capped.balance.remaining == usd(6) and len(capped.lots) == 1
    assert capped.runway.state == "known" and capped.runway.days is not None and capped.runway.days < 5


def test_of_two_lots_the_later_is_spent_once_the_first_has_ended() -> None:
    ahead = forecast(SEEN, NOW)
    assert ahead is not None
    over = [(5.0, 40_000_000), (30.0, 40_000_000)]
    first = 40_000_000 - ahead.spent(5, 0.8)
    second = 80_000_000 - first - ahead.spent(30, 0.8)
    assert lost(ahead, 0.8, over) == round(first + max(0, second))
    assert lost(ahead, 0.8, over, until=6) == round(first)
    assert lost(ahead, 0.8, over, until=4) == 0


def test_what_ends_before_it_is_spent_is_needed_on_top() -> None:
    lots = [Lot(usd(60), "paid", SOON), Lot(usd(20), "paid", None)]
    plain = needed(usd(80), SEEN, LATER, UTC)
    with_ends = needed(usd(80), SEEN, LATER, UTC, ends=ends(lots, UTC))
    assert plain == usd(0) and with_ends is not None and with_ends.micros > 0


def test_the_ends_of_lots_are_midnights_of_the_zone() -> None:
    lots = [Lot(usd(5), "paid", SOON), Lot(usd(7), "promo", NOW.date()), Lot(usd(50), "paid", None)]
    assert ends(lots, UTC) == (
        (NOW.replace(hour=0, minute=0) + DAY, 7_000_000),
        (NOW.replace(hour=0, minute=0) + 10 * DAY, 5_000_000),
    )
