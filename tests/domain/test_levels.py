"""Where a balance stood at the end of each day."""

from datetime import UTC, datetime, timedelta

from creditsui.domain.levels import levels
from creditsui.domain.money import Money
from creditsui.domain.observe import calendar
from creditsui.domain.reconcile import History
from tests.domain.make import DAY, HOUR, NOW, ago, call, entry, history, told, usd

DAYS = calendar(NOW, UTC)
LEFT = usd(1)


def of(known: History, now: Money | None = LEFT) -> list[float | None]:
    """The last days; those before are not known."""
    found = [None if one is None else one.amount for one in levels(known, DAYS, now)]
    assert len(found) == len(DAYS.days)
    last = found[-6:]
    assert not any(found[:-6])
    return last


def test_a_day_ends_where_the_provider_told_it_last() -> None:
    rows = [told(ago(2, hours=9), 30), told(ago(2, hours=2), 28), told(ago(1, hours=9), 20)]
    assert of(history(rows)) == [None, None, None, 28, 20, 1]


def test_a_balance_that_did_not_change_stands_for_as_long_as_it_was_confirmed() -> None:
    assert of(history([told(ago(4), 30, until=ago(2))])) == [None, 30, 30, 30, None, 1]


def test_a_day_on_which_nobody_could_ask_is_not_known() -> None:
    assert of(history([told(ago(5), 30), told(ago(1), 12)])) == [30, None, None, None, 12, 1]


def test_what_the_user_told_is_known_on_its_day_and_with_a_log_on_the_days_after() -> None:
    syncs = [entry(1, "sync", 30, ago(4))]
    assert of(history((), syncs)) == [None, 30, None, None, None, 1]
    calls = [call(ago(6), 1), call(ago(3), 2), call(ago(2), 3)]
    assert of(history((), syncs, calls)) == [None, 30, 28, 25, 25, 1]


def test_a_log_tells_nothing_of_the_days_before_its_first_call() -> None:
    syncs, calls = [entry(1, "sync", 30, ago(4))], [call(ago(2), 3)]
    assert of(history((), syncs, calls)) == [None, 30, None, 27, 27, 1]


def test_what_was_booked_after_it_was_told_counts_on_its_day() -> None:
    booked = [entry(1, "sync", 30, ago(2, hours=6)), entry(2, "topup", 5, ago(2, hours=3))]
    assert of(history((), booked)) == [None, None, None, 35, None, 1]


def test_a_call_after_midnight_is_of_the_next_day() -> None:
    midnight = datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC)
    syncs, calls = [entry(1, "sync", 30, midnight - 5 * HOUR)], [call(midnight - 9 * HOUR, 1), call(midnight, 4)]
    assert of(history((), syncs, calls)) == [None, None, None, None, 30, 1]


def test_nothing_told_is_nothing_known_and_never_nothing_left() -> None:
    assert of(history(), None) == [None] * 6
    assert of(history((), (), [call(ago(2), 3)]), None) == [None] * 6


def test_today_is_what_is_left_now() -> None:
    rows = [told(NOW - timedelta(days=2), 30, until=NOW)]
    assert of(history(rows), usd(29))[-2:] == [30, 29]


def test_what_was_told_before_the_first_day_stands_on_it() -> None:
    found = levels(history([told(NOW - 90 * DAY, 30, until=NOW)]), DAYS, usd(30))
    assert {None if one is None else one.amount for one in found} == {30}
