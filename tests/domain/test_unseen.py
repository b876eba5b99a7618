"""What a purse lost and no log knows: by the day, once for each purse, and never what a log knows already."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from creditsui.domain.reading import Recorded, Semantics
from creditsui.domain.spending import Slot
from creditsui.domain.unseen import Known, unseen
from creditsui.domain.usage import Usage
from tests.domain.make import NOW, ago, call, cny, entry, report, told, usd


def told_of(*members: Known, zone: tzinfo = UTC, days: int = 30) -> dict[str, float]:
    """By account and the day it begins in the zone."""
    found = {}
    for slot in unseen(members, NOW, zone, days):
        day = slot.at.astimezone(zone)
        assert (day.hour, day.minute) == (0, 0) and slot.source == slot.model == "unseen"
        found[f"{slot.account} {day:%m-%d} {slot.currency}"] = slot.cost_micros / 10**6
    return found


def known(
    *readings: Recorded, calls: Sequence[Usage] = (), account: str = "a", semantics: Semantics = Semantics.BALANCE
) -> Known:
    return Known(account=account, readings=readings, usage=calls, semantics=semantics)


def test_what_a_balance_lost_beyond_the_calls_is_unseen() -> None:
    one = known(told(ago(hours=3), 20), told(ago(hours=1), 15), calls=[call(ago(hours=2), 3)])
    assert told_of(one) == {"a 11-20 USD": 2}


def test_what_the_logs_explain_is_not_unseen() -> None:
    assert told_of(known(told(ago(hours=3), 20), told(ago(hours=1), 17), calls=[call(ago(hours=2), 3)])) == {}
    assert told_of(known(calls=[call(ago(hours=2), 3)])) == {}, "no balance tells anything"
    assert told_of(known(told(ago(hours=3), 20), calls=[call(ago(hours=2), 3)])) == {}, "nor does only one"


def test_a_call_that_is_billed_minutes_later_is_not_counted_twice() -> None:
    one = known(
        told(ago(hours=3), 20), told(ago(hours=2), 20), told(ago(hours=1), 17), calls=[call(ago(hours=2, minutes=1), 3)]
    )
    assert told_of(one) == {}


def test_a_call_from_just_before_midnight_that_is_billed_just_after_it_is_not_counted_twice() -> None:
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    minute = timedelta(minutes=1)
    one = known(
        told(midnight - 9 * minute, 20),
        told(midnight - 2 * minute, 20),
        told(midnight + 3 * minute, 16),
        calls=[call(midnight - 3 * minute, 3)],
    )
    assert told_of(one) == {"a 11-20 USD": 1}


def test_a_plans_calls_and_unpriced_ones_explain_no_loss_of_money() -> None:
    calls = [call(ago(hours=2), 3, billing="subscription"), call(ago(hours=2), None)]
    assert told_of(known(told(ago(hours=3), 20), told(ago(hours=1), 17), calls=calls)) == {"a 11-20 USD": 3}


def test_days_are_those_of_the_zone() -> None:
    eleven, minute = datetime(2026, 11, 19, 11, tzinfo=UTC), timedelta(minutes=1)
    falls = ((-60, 20), (-1, 18), (1, 18), (60, 17))
    one = known(*(told(eleven + minutes * minute, left) for minutes, left in falls))
    assert told_of(one) == {"a 11-19 USD": 3}
    assert told_of(one, zone=ZoneInfo("Pacific/Tongatapu")) == {"a 11-19 USD": 2, "a 11-20 USD": 1}


def test_a_top_up_and_credit_that_expired_are_no_spend() -> None:
    booked = entry(1, "topup", 10, ago(days=5), expires=date(2026, 11, 18))
    rise = (told(ago(days=6), 5), told(ago(days=5), 15, until=ago(days=3)), told(ago(days=1), 5))
    assert told_of(replace(known(*rise), entries=[booked])) == {}


def test_two_keys_on_one_purse_see_the_same_loss_once_and_the_calls_of_both_explain_it() -> None:
    falls = (told(ago(hours=3), 20), told(ago(hours=1), 10))
    one = known(*falls, calls=[call(ago(hours=2), 3)])
    other = known(*falls, account="b", calls=[call(ago(hours=2), 4)])
    assert told_of(one, other) == {"a 11-20 USD": 3}


def test_what_two_keys_tell_of_themselves_adds_up() -> None:
    def key(name: str) -> Known:
        days = report(date(2026, 11, 1), (date(2026, 11, 19), 5))
        calls = [replace(call(ago(days=1), 2), account=name)]
        return known(told(ago(hours=1), spend=days), account=name, calls=calls)

    assert told_of(key("a"), key("b")) == {"a 11-19 USD": 3, "b 11-19 USD": 3}


def test_a_providers_day_is_one_of_utc_and_its_calls_are_those_of_the_same_hours() -> None:
    days = report(date(2026, 11, 1), (date(2026, 11, 18), 5), (date(2026, 11, 19), 7))
    calls = [call(datetime(2026, 11, 18, 23, tzinfo=UTC), 5), call(datetime(2026, 11, 19, 1, tzinfo=UTC), 6)]
    one = known(told(ago(hours=1), spend=days), calls=calls)
    assert told_of(one, zone=ZoneInfo("Pacific/Tongatapu")) == {"a 11-19 USD": 1}


def test_where_a_balance_was_watched_before_the_report_begins_the_days_are_those_of_utc_too() -> None:
    days = report(date(2026, 11, 18), (date(2026, 11, 18), 5), (date(2026, 11, 19), 7))
    calls = [call(datetime(2026, 11, 18, 23, tzinfo=UTC), 5), call(datetime(2026, 11, 19, 1, tzinfo=UTC), 6)]
    morning, until = datetime(2026, 11, 16, 1, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)
    watched = (told(morning, 20), told(morning + timedelta(hours=1), 18, until=until))
    one = known(*watched, told(ago(minutes=1), 6, spend=days), calls=calls)
    assert told_of(one, zone=ZoneInfo("Pacific/Tongatapu")) == {"a 11-16 USD": 2, "a 11-19 USD": 1}


def test_a_report_of_what_no_log_knows_is_unseen_as_a_whole() -> None:
    days = report(date(2026, 11, 1), (date(2026, 11, 18), 5))
    assert told_of(known(told(ago(hours=1), spend=days))) == {"a 11-18 USD": 5}


def test_what_a_counter_grew_by_is_spend_and_what_it_stood_at_first_is_not() -> None:
    one = known(
        told(ago(hours=3), spend=report(None, all=100)),
        told(ago(hours=1), spend=report(None, all=104)),
        calls=[call(ago(hours=2), 3)],
        semantics=Semantics.COUNTER,
    )
    assert told_of(one) == {"a 11-20 USD": 1}


def test_currencies_stay_apart() -> None:
    one = known(told(ago(hours=3), usd(20), cny(50)), told(ago(hours=1), usd(19), cny(43)))
    assert told_of(one) == {"a 11-20 USD": 1, "a 11-20 CNY": 7}


def test_no_calls_and_no_tokens_are_claimed_for_it() -> None:
    (slot,) = unseen([known(told(ago(hours=3), 20), told(ago(hours=1), 15))], NOW, UTC, 30)
    assert slot == Slot(
        datetime(2026, 11, 20, tzinfo=UTC), "unseen", "a", model="unseen", project="unseen", session="unseen",
        cost_micros=5_000_000, currency="USD",
    )  # fmt: skip
