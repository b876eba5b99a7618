"""Quiet hours by the clock on the wall, over midnight and where a clock leaves an hour out or repeats it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from creditsui.domain.look import Look, jumped
from creditsui.domain.quiet import Quiet, quiet

BERLIN = ZoneInfo("Europe/Berlin")


def test_hours_over_midnight_are_one_span() -> None:
    night = Quiet(time(22), time(7))
    loud = [hour for hour in range(24) if not night.holds(datetime(2026, 11, 20, hour, tzinfo=UTC), UTC)]
    assert loud == list(range(7, 22))
    noon = Quiet(time(12), time(13, 30))
    assert [noon.holds(datetime(2026, 11, 20, *at, tzinfo=UTC), UTC) for at in ((12, 0), (13, 29), (13, 30))] == [
        True,
        True,
        False,
    ]


def test_they_end_by_the_wall_on_the_days_a_clock_changes() -> None:
    night = Quiet(time(22), time(7))
    for day in (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 19, tzinfo=UTC)):
        minutes = [day + timedelta(minutes=minute) for minute in range(16 * 60)]
        over = [at.astimezone(BERLIN) for at in minutes if night.holds(at, BERLIN)]
        assert (over[0].strftime("%H:%M"), over[-1].strftime("%H:%M")) == ("22:00", "06:59")
        assert len(over) in (8 * 60, 10 * 60)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    two = Quiet(time(2), time(3))
    held = [
        at
        for minute in range(300)
        if two.holds(at := datetime(2026, 10, 24, 22, tzinfo=UTC) + timedelta(minutes=minute), BERLIN)
    ]
    assert len(held) == 120
    assert not any(two.holds(datetime(2026, 3, 29, 0, minute, tzinfo=UTC), BERLIN) for minute in range(60))
    assert not any(two.holds(datetime(2026, 3, 29, 1, minute, tzinfo=UTC), BERLIN) for minute in range(60))


def test_what_people_write() -> None:
    assert quiet("") is None and quiet("  ") is None
    assert quiet("22:00-07:00") == quiet(" 22:00 – 7:00 ") == Quiet(time(22), time(7))
    for wrong in ("22-7", "24:00-07:00", "07:00", "22:00-22:00", "x", "22:60-07:00"):
        with pytest.raises(ValueError, match=r"span|begins"):
            quiet(wrong)


def test_a_night_of_sleep_is_no_jump_and_a_clock_that_is_set_is_one() -> None:
    evening = Look(datetime(2026, 11, 20, 22, tzinfo=UTC), 5000.0, "a")
    hours = timedelta(hours=8)
    assert not jumped(None, evening)
    assert not jumped(evening, Look(evening.at + hours, 5000.0 + 8 * 3600, "a"))
    assert jumped(evening, Look(evening.at + hours, 5060.0, "a"))
    assert jumped(evening, Look(evening.at - timedelta(minutes=2), 5060.0, "a"))
    assert not jumped(evening, Look(evening.at + timedelta(seconds=89), 5000.0, "a"))


def test_after_a_start_only_a_clock_that_went_back_tells() -> None:
    before = Look(datetime(2026, 11, 20, 22, tzinfo=UTC), 5000.0, "a")
    assert not jumped(before, Look(before.at + timedelta(days=3), 10.0, "b"))
    assert jumped(before, Look(before.at - timedelta(days=3), 10.0, "b"))
    assert not jumped(before, Look(before.at + timedelta(days=3)))


def test_looks_of_two_processes_may_come_out_of_turn() -> None:
    first = Look(datetime(2026, 11, 20, 22, tzinfo=UTC), 5000.0, "a")
    assert not jumped(first, Look(first.at - timedelta(seconds=5), 4995.0, "a"))
