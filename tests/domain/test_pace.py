from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.board import Pace
from creditsui.domain.pace import pace, paces
from creditsui.domain.reading import Reading, Recorded, Window
from tests.domain.make import HOUR, MINUTE, NOW, ago

RESET = NOW + 2 * HOUR
"""Of five hours: three of them are over."""


def five(used: float, resets_at: datetime | None = RESET, **more: object) -> Window:
    return replace(Window("5h", used, resets_at=resets_at, seconds=18_000), **more)  # type: ignore[arg-type]


def read(at: datetime, *windows: Window, until: datetime | None = None) -> Recorded:
    return Recorded(Reading(at=at, windows=windows), until or at)


def found(used: float, *readings: Recorded, **more: object) -> Pace:
    one = pace(five(used, **more), readings, NOW)
    assert one is not None
    return one


def test_an_even_pace_is_the_share_of_the_time_that_is_over() -> None:
    assert found(0.5).even == pytest.approx(0.6)
    assert found(0.5).projected is None


def test_use_goes_on_as_it_did() -> None:
    one = found(0.6, *(read(ago(minutes=180 - 30 * step), five(0.1 * step)) for step in range(7)))
    assert one.projected == pytest.approx(1.0) and one.rate == pytest.approx(0.2)
    assert one.since == ago(hours=3)


def test_what_is_over_before_the_reset_runs_dry_at_an_instant() -> None:
    one = found(0.75, *(read(ago(minutes=180 - 30 * step), five(0.125 * step)) for step in range(7)))
    assert one.projected == pytest.approx(1.25)
    assert one.runs_out_at is not None and abs(one.runs_out_at - (NOW + HOUR)) < MINUTE
    assert found(0.3, read(ago(hours=3), five(0)), read(NOW, five(0.3))).runs_out_at is None


def test_recent_use_counts_more() -> None:
    late = found(0.5, read(ago(hours=3), five(0), until=ago(hours=1)), read(NOW, five(0.5)))
    soon = found(0.5, read(ago(hours=2), five(0.5), until=NOW))
    assert late.projected is not None and soon.projected is not None
    assert late.projected > 0.5 + 0.5 / 3 * 2 > soon.projected >= 0.5


def test_nothing_is_foretold_from_too_little() -> None:
    young = NOW + 18_000 * timedelta(seconds=1) - 20 * MINUTE
    assert found(0.2, read(NOW, five(0.2, young)), resets_at=young).projected is None
    old = NOW + 18_000 * timedelta(seconds=1) - 40 * MINUTE
    assert found(0.2, read(NOW, five(0.2, old)), resets_at=old).projected is not None


def test_a_period_begins_with_nothing_used() -> None:
    """One reading in the middle of a period tells what its first half took."""
    assert found(0.45, read(NOW, five(0.45))).projected == pytest.approx(0.75)


def test_the_period_before_tells_nothing_of_this_one() -> None:
    before = five(0.9, RESET - 5 * HOUR)
    one = found(0.3, read(ago(hours=4), before, until=ago(hours=3.2)), read(NOW, five(0.3)))
    assert one.projected == pytest.approx(0.5)


def test_a_clock_that_trembles_makes_no_new_period() -> None:
    shaken = [five(0.1 * step, RESET + timedelta(seconds=40 * (-1) ** step)) for step in range(7)]
    one = found(0.6, *(read(ago(minutes=180 - 30 * step), shaken[step]) for step in range(7)))
    assert one.projected == pytest.approx(1.0) and one.since == ago(hours=3)


def test_a_refill_is_a_refill_and_never_negative_use() -> None:
    readings = (
        read(ago(hours=3), five(0.0)),
        read(ago(hours=2), five(0.9)),
        read(ago(hours=1), five(0.0)),
        read(NOW, five(0.1)),
    )
    one = found(0.1, *readings)
    assert one.projected == pytest.approx(0.3) and one.since == ago(hours=1)


def test_the_rounding_of_a_provider_is_no_refill() -> None:
    readings = (read(ago(hours=2), five(0.31)), read(ago(hours=1), five(0.30)), read(NOW, five(0.45)))
    assert found(0.45, *readings).since == ago(hours=3)


def test_a_reading_that_is_old_is_carried_on_from_when_it_was_read() -> None:
    one = found(0.6, read(ago(hours=1), five(0.6)))
    assert one.projected == pytest.approx(0.6 + 0.3 * 3) and one.runs_out_at is not None
    dry = found(0.9, read(ago(hours=1), five(0.9)))
    assert dry.runs_out_at == NOW  # most likely it already is


def test_of_a_window_without_a_reset_or_a_length_or_use_for_anybody_nothing_is_said() -> None:
    assert paces((five(0.5, None), Window("odd", 0.5, resets_at=RESET), five(0.5, counts=False)), (), NOW) == ()
    assert pace(five(0.5, NOW - MINUTE), (), NOW) is None
    assert pace(five(0.5, NOW + 6 * HOUR), (), NOW) is None  # the length is wrong
    assert pace(five(0.0, NOW + 5 * HOUR + timedelta(seconds=30)), (), NOW) == Pace("5h", "fraction", 0.0)


def test_a_month_is_as_long_as_the_one_that_ends() -> None:
    november = Window("month", 0.5, resets_at=datetime(2026, 12, 1, tzinfo=UTC))
    one = pace(november, (), NOW)
    assert one is not None and one.even == pytest.approx((19 + 19 / 24 + 41 / 1440) / 30)


def test_windows_of_the_same_name_are_told_apart_by_what_they_count() -> None:
    requests, tokens = five(0.2, unit="requests"), five(0.8, unit="tokens")
    calm, fast = paces((requests, tokens), (read(NOW, requests, tokens),), NOW)
    assert calm.projected == pytest.approx(0.2 / 0.6) and fast.projected == pytest.approx(0.8 / 0.6)


def test_a_month_of_readings_is_looked_at_in_a_moment() -> None:
    window = Window("month", 0.5, resets_at=datetime(2026, 12, 1, tzinfo=UTC))
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    many = tuple(read(begin + 5 * step * MINUTE, replace(window, used=step / 12_000)) for step in range(5672))
    one = pace(replace(window, used=5671 / 12_000), many, NOW)
    assert one is not None and one.projected == pytest.approx(30 * 288 / 12_000, rel=0.01)


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 1)), max_size=12), st.floats(0, 1))
def test_what_is_foretold_is_never_below_what_is_used(told: list[tuple[float, float]], used: float) -> None:
    rows = sorted((*told, (0.0, used)), key=lambda row: -row[0])
    one = found(used, *(read(ago(minutes=back), five(share)) for back, share in rows))
    if one.projected is not None:
        assert one.projected >= 0
        assert (one.runs_out_at is None) or one.projected > 1
