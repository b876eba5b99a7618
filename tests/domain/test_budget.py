from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from creditsui.domain.account import Account, Budget
from creditsui.domain.board import AccountView, Band, BudgetUse
from creditsui.domain.budget import period, text_of, typed
from creditsui.domain.compose import Facts, compose
from creditsui.domain.money import AmountError
from creditsui.domain.reading import Recorded
from tests.domain.make import MINUTE, NOW, ago, call, cny, entry, report, told, usd

BERLIN = ZoneInfo("Europe/Berlin")


def viewed(
    budget: Budget, *readings: Recorded, now: datetime = NOW, currency: str = "USD", **known: object
) -> AccountView:
    account = Account(id="a", provider="a", label="A", currency=currency, budget=budget)
    facts = Facts(account=account, readings=readings, can_ask=True, **known)  # type: ignore[arg-type]
    return compose([facts], now=now, zone=UTC, interval=5 * MINUTE).accounts[0]


def use(budget: Budget, *readings: Recorded, **known: object) -> BudgetUse:
    found = viewed(budget, *readings, **known).budget  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("per", "begin", "end"),
    [
        ("day", "2026-11-19T23:00", "2026-11-20T23:00"),
        ("week", "2026-11-15T23:00", "2026-11-22T23:00"),  # Monday the 16th, in Berlin
        ("month", "2026-10-31T23:00", "2026-11-30T23:00"),
    ],
)
def test_a_period_begins_at_midnight_of_the_zone_and_a_week_on_monday(per: str, begin: str, end: str) -> None:
    wanted = (datetime.fromisoformat(begin + "Z"), datetime.fromisoformat(end + "Z"))
    assert period(per, NOW, BERLIN) == wanted
    assert period("total", NOW, BERLIN) is None


def test_a_day_of_summer_time_is_as_long_as_it_is() -> None:
    begin, end = period("day", datetime(2026, 10, 25, 12, tzinfo=UTC), BERLIN) or (NOW, NOW)
    assert end - begin == timedelta(hours=25)


def test_what_a_balance_lost_in_the_period_is_taken_off_the_budget() -> None:
    live = [
        told(ago(9), 60),
        told(ago(8), 50, until=ago(3, minutes=5)),
        told(ago(3), 45, until=ago(hours=2)),
        told(ago(hours=1), 40, until=NOW),
    ]
    assert use(Budget(usd(20), "week"), *live).remaining == usd(10)
    assert use(Budget(usd(20), "week"), *live).resets_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert use(Budget(usd(20), "day"), *live).remaining == usd(15)
    assert use(Budget(usd(50), "month"), *live).remaining == usd(30)


def test_spend_that_no_log_saw_counts_too() -> None:
    calls = (call(ago(hours=3), 2), call(ago(hours=2), 1))
    live = [told(ago(hours=4), 50), told(ago(hours=1), 40, until=NOW)]
    found = use(Budget(usd(20), "day"), *live, usage=calls)
    assert (found.spent, found.remaining) == (usd(10), usd(10))


def test_more_than_the_budget_is_told_as_over_and_the_bar_is_empty() -> None:
    shown = viewed(Budget(usd(2), "day"), usage=(call(ago(hours=3), 5),))
    assert shown.budget is not None and shown.budget.remaining == usd(-3)
    assert (shown.health, shown.binding, shown.band) == (0.0, "budget", Band.CRITICAL)


def test_a_budget_is_a_bar_where_no_balance_is_known() -> None:
    shown = viewed(Budget(usd(20), "month"), usage=(call(ago(hours=3), 5),))
    assert (shown.balance, shown.health, shown.binding, shown.band) == (None, 0.75, "budget", Band.FAIR)


def test_a_budget_binds_only_where_it_is_the_emptiest() -> None:
    live = [told(ago(hours=4), 50), told(ago(hours=1), 40, until=NOW)]
    assert viewed(Budget(usd(100), "day"), *live).binding == "balance"
    assert viewed(Budget(usd(12), "day"), *live).binding == "budget"


def test_a_budget_without_known_spend_is_unknown_not_untouched() -> None:
    shown = viewed(Budget(usd(20), "month"))
    assert shown.budget is not None and shown.budget.amount == usd(20)
    assert (shown.budget.spent, shown.budget.remaining, shown.budget.projected) == (None, None, None)
    assert (shown.health, shown.binding) == (None, None)
    just_synced = viewed(Budget(usd(20), "month"), entries=(entry(1, "sync", 40, NOW),))
    assert just_synced.budget is not None and just_synced.budget.remaining is None


def test_calls_without_a_price_in_the_period_make_a_budget_unknown() -> None:
    calls = (call(ago(hours=3), 5), call(ago(1), None))
    assert use(Budget(usd(20), "month"), usage=calls).remaining is None
    assert use(Budget(usd(20), "day"), usage=calls).remaining == usd(15)
    live = [told(ago(2), 50), told(ago(hours=1), 40, until=NOW)]
    assert use(Budget(usd(20), "month"), *live, usage=calls).remaining == usd(10)


def test_money_of_another_currency_touches_no_budget() -> None:
    live = [told(ago(hours=4), cny(50)), told(ago(hours=1), cny(40), until=NOW)]
    assert use(Budget(usd(20), "day"), *live).remaining is None
    assert use(Budget(cny(20), "day"), *live, currency="CNY").remaining == cny(10)


def test_a_budget_in_the_second_of_two_currencies() -> None:
    live = [told(ago(hours=4), 50, cny(50)), told(ago(hours=1), 50, cny(40), until=NOW)]
    assert use(Budget(cny(20), "day"), *live).remaining == cny(10)


def test_on_the_thirty_first_the_first_of_the_month_still_counts() -> None:
    now = datetime(2026, 10, 31, 12, tzinfo=UTC)
    calls = (
        call(datetime(2026, 9, 30, 12, tzinfo=UTC), 1),
        call(datetime(2026, 10, 1, 12, tzinfo=UTC), 3),
        call(now, 4),
    )
    assert use(Budget(usd(20), "month"), usage=calls, now=now).spent == usd(7)


def test_a_budget_in_all_counts_what_was_ever_seen() -> None:
    found = use(Budget(usd(20), "total"), usage=(call(ago(300), 3), call(ago(1), 4)))
    assert (found.spent, found.resets_at, found.elapsed, found.projected) == (usd(7), None, None, None)


def test_a_providers_own_days_count_and_not_where_they_begin_too_late() -> None:
    rows = ((date(2026, 11, 1), 2), (date(2026, 11, 19), 3), (date(2026, 11, 20), 1))
    known = told(NOW, spend=report(date(2026, 11, 1), *rows))
    assert use(Budget(usd(20), "month"), known).spent == usd(6)
    late = told(NOW, spend=report(date(2026, 11, 18), *rows[1:]))
    assert use(Budget(usd(20), "month"), late).spent is None
    assert use(Budget(usd(20), "day"), late).spent == usd(1)


def test_what_was_seen_only_from_within_the_period_says_since_when() -> None:
    found = use(Budget(usd(20), "month"), usage=(call(ago(2), 3),))
    assert (found.spent, found.seen_since) == (usd(3), ago(2))
    assert use(Budget(usd(20), "day"), usage=(call(ago(2), 3),)).seen_since is None


def test_the_end_of_the_period_is_projected_at_the_pace_observed() -> None:
    calls = tuple(call(ago(days), 2) for days in range(12, -1, -1))
    found = use(Budget(usd(40), "month"), usage=calls)
    assert found.projected is not None and found.spent == usd(26)
    assert 45 < found.projected.amount < 50
    assert found.elapsed == pytest.approx(19.82 / 30, abs=0.001)


def test_what_came_in_and_what_expired_is_no_spend_of_a_budget() -> None:
    live = [told(ago(hours=9), 50), told(ago(hours=5), 75), told(ago(hours=1), 74, until=NOW)]
    assert use(Budget(usd(20), "day"), *live).spent == usd(1)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("50/month", Budget(usd(50), "month")),
        ("50", Budget(usd(50), "month")),
        ("$10 a day", Budget(usd(10), "day")),
        ("12,50 per week", Budget(usd("12.5"), "week")),
        ("25 USD/Week", Budget(usd(25), "week")),
        ("200 in total", Budget(usd(200), "total")),
        ("200/total", Budget(usd(200), "total")),
        ("none", None),
        (" ", None),
    ],
)
def test_how_a_budget_may_be_typed(text: str, budget: Budget | None) -> None:
    assert typed(text, "USD") == budget
    assert typed(text_of(budget), "USD") == budget


@pytest.mark.parametrize(
    "text", ["x", "50/year", "0/month", "-5/day", "€50/month", "/month", "50/month/day", "nan", "1e9"]
)
def test_what_is_no_budget_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AmountError, match=r"budget .*\.$"):
        typed(text, "USD")
