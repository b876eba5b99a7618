import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.providers.times import duration, instant, midnight
from tests.providers.answering import NOW


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-09-17T09:13:32Z", datetime(2026, 9, 17, 9, 13, 32, tzinfo=UTC)),
        ("2026-07-03T00:30:00.282668+00:00", datetime(2026, 7, 3, 0, 30, 0, 282668, tzinfo=UTC)),
        ("2025-12-23T16:00:00.000Z", datetime(2025, 12, 23, 16, tzinfo=UTC)),
        ("2026-07-03T02:30:00.123456789+02:00", datetime(2026, 7, 3, 0, 30, 0, 123456, tzinfo=UTC)),
        ("2026-07-03T00:30:00", datetime(2026, 7, 3, 0, 30, tzinfo=UTC)),
        (1774047600, datetime.fromtimestamp(1774047600, UTC)),
        ("1774047600", datetime.fromtimestamp(1774047600, UTC)),
        (Decimal("1774047600.5"), datetime.fromtimestamp(1774047600.5, UTC)),
        (1789110151246, datetime.fromtimestamp(1789110151.246, UTC)),
        (90, NOW + timedelta(seconds=90)),
        ("12.5", NOW + timedelta(seconds=12.5)),
        ("6m0s", NOW + timedelta(minutes=6)),
        ("2m59.56s", NOW + timedelta(seconds=179.56)),
        ("17ms", NOW + timedelta(milliseconds=17)),
        ("1h2m3s", NOW + timedelta(hours=1, minutes=2, seconds=3)),
        ("2d", NOW + timedelta(days=2)),
        ("0s", NOW),
    ],
)
def test_every_shape_in_which_a_reset_is_told(value: object, expected: datetime) -> None:
    found = instant(value, NOW)
    assert found is not None and abs(found - expected) < timedelta(milliseconds=1)
    assert found.tzinfo is not None


@pytest.mark.parametrize(
    "value",
    [None, "", "soon", True, False, 0, "0", -5, "NaN", "inf", 1e300, 10**400, "9" * 39, [], {}, "1y", "m", "1s x"],
)
def test_what_names_no_instant_is_none(value: object) -> None:
    assert instant(value, NOW) is None


def test_a_timestamp_without_a_zone_is_utc_wherever_this_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert instant("2026-07-03T00:30:00", NOW) == datetime(2026, 7, 3, 0, 30, tzinfo=UTC)


def test_durations() -> None:
    assert duration("45.837906927s") == pytest.approx(45.837906927)
    assert duration("1m 2s") is None and duration("") is None and duration("-1s") is None


def test_midnight_is_utc() -> None:
    here = datetime.fromisoformat("2026-11-21T01:30:00+05:00")
    assert midnight(here) == datetime(2026, 11, 20, tzinfo=UTC)


@given(st.text(max_size=60) | st.integers() | st.floats() | st.decimals() | st.none() | st.lists(st.integers()))
def test_nothing_is_raised_for_anything(value: object) -> None:
    found = instant(value, NOW)
    assert found is None or found.tzinfo is not None
