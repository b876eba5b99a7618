"""What the forecast promises beside its calibration: that it stands still, knows weekdays, bursts and doubt."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.board import Runway
from creditsui.domain.forecast import forecast
from creditsui.domain.money import Money
from creditsui.domain.observe import Observed, calendar, observe
from creditsui.domain.reconcile import History
from creditsui.domain.runway import LONGEST, needed, runway
from creditsui.domain.usage import Usage
from tests.domain.make import DAY, HOUR, MINUTE, NOW, cny, usd


def told(now: datetime, *days: float, covered: float = 1.0) -> Observed:
    """The last whole days before midnight, and nothing of today yet."""
    local = calendar(now, UTC)
    idle = 29 - len(days)
    return Observed(
        currency="USD",
        calendar=local,
        days=(*(0,) * idle, *(round(day * 1_000_000) for day in days), 0),
        covered=(*(0.0,) * idle, *(covered,) * len(days), 0.0),
        since=local.edges[idle],
    )


MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
"""A Saturday begins."""
UNEVEN = (3.1, 4.6, 2.2, 5.9, 4.0, 3.3, 4.8, 2.9, 5.1, 3.8)


def known(left: Money, seen: Observed, **more: object) -> tuple[float, float, float]:
    found: Runway = runway(left, seen, seen.calendar.now, UTC, **more)  # type: ignore[arg-type]
    assert found.state == "known"
    assert found.p10 is not None and found.days is not None and found.p90 is not None
    return found.p10, found.days, found.p90


def width(found: tuple[float, float, float]) -> float:
    return log(found[2] / found[0])


def calls(spent: Callable[[datetime], float], first: datetime, until: datetime) -> History:
    """A call every hour."""
    rows, at = [], first
    while at < until:
        cost = Money(round(spent(at) * 1_000_000), "USD")
        rows.append(Usage(key=f"{at}", source="s", account="a", at=at, model="m", cost=cost))
        at += HOUR
    return History("USD", ((first, first, 0, 1),), (), rows)


def test_a_minute_moves_a_number_by_a_minute_at_any_time_of_day_and_past_midnight() -> None:
    random = Random(4)
    costs = [random.choice((0.0, 0.0, 0.1, 0.4, 2.0)) for _hour in range(60 * 24)]
    costs[18 * 24 : 19 * 24] = [3.0] * 24  # a burst, which grows old and leaves the calendar in the course of this
    first = NOW - 50 * DAY
    history = calls(lambda at: costs[(at - first) // HOUR], first, NOW)
    before: tuple[float, float, float] | None = None
    for minute in range(0, 3 * 1440, 7):  # nothing more is spent
        now = NOW - DAY + minute * MINUTE
        seen = observe(
            replace(history, usage=[row for row in history.usage if row.at <= NOW - DAY]), calendar(now, UTC)
        )
        found = known(usd(60), seen)
        if before is not None:
            for one, other in zip(found, before, strict=True):
                assert abs(log(one / other)) < 0.006, now
        before = found


def test_the_middle_is_near_what_is_left_by_the_pace() -> None:
    _, middle, _ = known(usd(40), told(MIDNIGHT, *UNEVEN))
    assert middle == pytest.approx(40 / (sum(UNEVEN) / len(UNEVEN)), rel=0.1)


def test_few_days_make_a_wide_range() -> None:
    few, many = (told(MIDNIGHT, *UNEVEN[:count], *UNEVEN[:count] * 2) for count in (1, 9))
    assert width(known(usd(60), few)) > width(known(usd(60), many))


def test_bursts_make_a_wide_range_and_a_day_that_empties_it_is_seen_coming() -> None:
    bursts = (0, 0, 0, 12, 0, 0, 0, 0, 11, 0, 0, 13, 0, 0, 0, 0, 0, 12)
    calm = (sum(bursts) / len(bursts),)
    low, middle, _ = found = known(usd(10), told(MIDNIGHT, *bursts))
    assert width(found) > 1.5 * width(
        known(usd(10), told(MIDNIGHT, *(calm[0] * (0.9 + 0.2 * (i % 2)) for i in range(18))))
    )
    assert low < 1 < middle


def test_weekdays_differ_once_there_are_three_weeks() -> None:
    def week(days: int) -> Observed:
        dates = [(MIDNIGHT - back * DAY).weekday() for back in range(days, 0, -1)]
        return told(MIDNIGHT, *((0.3 if name >= 5 else 5.0) * (1 + 0.05 * (i % 3)) for i, name in enumerate(dates)))

    # It is Saturday: before there are three weeks it looks as if money went today.
    _, young, _ = known(usd(4), week(14))
    _, old, _ = known(usd(4), week(28))
    assert young < 1.5 < 1.9 < old < 3
    ahead = forecast(week(28), MIDNIGHT)
    assert ahead is not None and max(ahead.week[:2]) < 0.5 < 1 < min(ahead.week[2:])
    assert sum(ahead.week) == pytest.approx(7)


def test_a_rest_day_that_is_no_weekend_is_learned_too() -> None:
    dates = [(MIDNIGHT - back * DAY).weekday() for back in range(28, 0, -1)]
    ahead = forecast(told(MIDNIGHT, *(0.0 if name == 2 else 5.0 + name / 9 for name in dates)), MIDNIGHT)
    assert ahead is not None and ahead.week[4] == min(ahead.week) < 0.6  # Wednesday, from Saturday on


def test_a_trend_is_followed_with_caution() -> None:
    rising, falling = (
        told(MIDNIGHT, *(4 * by**i * (0.9 + 0.2 * (i % 2)) for i in range(20))) for by in (1.06, 1 / 1.06)
    )
    up, down = forecast(rising, MIDNIGHT), forecast(falling, MIDNIGHT)
    assert up is not None and down is not None
    assert up.trend > 0.02 and down.trend < -0.02
    assert up.pace < up.pace_now < 2 * up.pace and down.pace / 2 < down.pace_now < down.pace
    # Chance makes no trend.
    level = forecast(told(MIDNIGHT, *UNEVEN), MIDNIGHT)
    assert level is not None and abs(level.trend) < 0.01


def test_a_fall_that_nobody_watched_is_one_observation_and_not_as_many_as_it_has_days() -> None:
    spread = [3.0] * 5 + [5.0] * 5 + [4.0] * 5
    watched = [one + 0.001 * i for i, one in enumerate(spread)]
    assert width(known(usd(20), told(MIDNIGHT, *spread))) > 1.15 * width(known(usd(20), told(MIDNIGHT, *watched)))


def test_what_was_probably_spent_since_the_balance_was_known_is_gone() -> None:
    seen = told(MIDNIGHT, *UNEVEN)
    now = known(usd(40), seen)
    old = known(usd(40), seen, at=MIDNIGHT - 3 * DAY)
    assert old[1] == pytest.approx(now[1] - 3, abs=0.5)
    gone = runway(usd(4), seen, MIDNIGHT, UTC, at=MIDNIGHT - 9 * DAY)
    assert (gone.state, gone.p10, gone.days, gone.p90) == ("known", 0.0, 0.0, 0.0)  # probably, but nobody said so
    assert known(usd(40), seen, at=MIDNIGHT + HOUR) == now  # a clock that ran back


def test_an_unsure_balance_widens_the_range() -> None:
    seen = told(MIDNIGHT, *UNEVEN)
    sure, unsure = known(usd(40), seen, error=usd(0)), known(usd(40), seen, error=usd(15))
    assert sure == known(usd(40), seen) and width(unsure) > 1.2 * width(sure)
    assert known(usd(1), seen, error=usd(900))[0] >= 0
    assert known(usd(40), seen, error=cny(15)) == sure


def test_ten_years_are_no_day_in_the_calendar() -> None:
    found = runway(usd(10**6), told(MIDNIGHT, 0.01, 0, 0.02, 0), MIDNIGHT, UTC)
    assert (found.state, found.days, found.empty_on) == ("known", LONGEST, None)


def test_what_is_needed_lasts_to_the_end_of_the_day_in_four_cases_of_five() -> None:
    seen = told(MIDNIGHT, *UNEVEN)
    until = date(2026, 12, 20)
    more = needed(usd(40), seen, until, UTC)
    assert more is not None and usd(70) < more < usd(130)  # thirty days at about 4.00, and something to be sure
    ahead = forecast(seen, MIDNIGHT)
    assert ahead is not None
    assert ahead.lasts((usd(40) + more).micros, 0.2) == pytest.approx(30, rel=1e-6)


def test_what_is_needed_is_never_less_than_nothing_and_grows_with_the_day_and_the_certainty() -> None:
    seen = told(MIDNIGHT, *UNEVEN)
    assert needed(usd(4000), seen, date(2026, 12, 24), UTC) == usd(0)
    soon, later = (needed(usd(10), seen, date(2026, 12, day), UTC) for day in (10, 24))
    surer = needed(usd(10), seen, date(2026, 12, 10), UTC, share=0.9)
    assert soon is not None and later is not None and surer is not None and soon < later and soon < surer
    debt = needed(usd(-5), seen, date(2026, 12, 10), UTC)
    assert debt == soon + usd(15)


def test_what_is_needed_allows_for_the_age_of_a_balance_and_for_its_error() -> None:
    seen, until = told(MIDNIGHT, *UNEVEN), date(2026, 12, 10)
    plain = needed(usd(10), seen, until, UTC)
    old = needed(usd(10), seen, until, UTC, gone=2 * DAY)
    unsure = needed(usd(10), seen, until, UTC, error=usd(9))
    assert plain is not None and old is not None and unsure is not None
    assert usd(5) < old - plain < usd(12)  # two days at about 4.00 are gone
    assert usd(0) < unsure - plain < usd(9)
    assert needed(usd(10), seen, until, UTC, error=cny(9)) == plain
    assert needed(usd(-5), seen, until, UTC, error=usd(0)) == plain + usd(15)


def test_what_is_needed_and_how_long_it_lasts_agree_for_an_old_and_unsure_balance() -> None:
    seen, until = told(MIDNIGHT, *UNEVEN), date(2026, 12, 9)
    left = next(
        usd(one) for one in range(60, 400)
        if needed(usd(one), seen, until, UTC, share=0.9, gone=DAY, error=usd(20)) == usd(0)
    )  # fmt: skip
    ahead = runway(left, seen, MIDNIGHT, UTC, at=MIDNIGHT - DAY, error=usd(20))
    assert ahead.p10 == pytest.approx(19, abs=0.4)


def test_nothing_is_needed_where_nothing_can_be_foretold() -> None:
    seen = told(MIDNIGHT, *UNEVEN)
    assert needed(usd(10), seen, date(2026, 11, 20), UTC) is None  # the day is over
    assert needed(cny(10), seen, date(2026, 12, 24), UTC) is None
    assert needed(usd(10), told(MIDNIGHT, 1, 2), date(2026, 12, 24), UTC) is None
    assert needed(usd(10), told(MIDNIGHT, 5, *[0] * 8), date(2026, 12, 24), UTC) is None


spends = st.lists(st.floats(0, 1000), min_size=3, max_size=29)


@given(spends, st.floats(0.01, 400), st.floats(0.01, 400))
def test_more_days_never_take_less_and_a_surer_share_never_less(days: list[float], one: float, other: float) -> None:
    ahead = forecast(told(MIDNIGHT, *days), MIDNIGHT)
    if ahead is not None:
        low, high = sorted((one, other))
        for share in (0.1, 0.5, 0.9):
            assert ahead.spent(low, share) <= ahead.spent(high, share) * (1 + 1e-9)
        assert ahead.spent(low, 0.1) <= ahead.spent(low, 0.5) <= ahead.spent(low, 0.9)


@given(spends, st.integers(1, 10**10), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_the_range_holds_its_middle_however_old_and_unsure(days: list[float], micros: int, age: timedelta) -> None:
    found = runway(
        Money(micros, "USD"), told(MIDNIGHT, *days), MIDNIGHT, UTC, at=MIDNIGHT - age, error=Money(micros // 3, "USD")
    )
    if found.state == "known":
        assert found.p10 is not None and found.days is not None and found.p90 is not None
        assert 0 <= found.p10 <= found.days <= found.p90 <= LONGEST


@given(spends, st.floats(0.001, 10_000), st.floats(0, 1), st.sampled_from([0.1, 0.5, 0.9]))
def test_it_lasts_until_so_much_is_spent(days: list[float], left: float, unsure: float, share: float) -> None:
    ahead = forecast(told(MIDNIGHT, *days), MIDNIGHT)
    if ahead is not None:
        lasts = ahead.unsure(unsure).lasts(left * 1_000_000, share)
        spent = ahead.unsure(unsure).spent(lasts, 1 - share)
        assert 0 < lasts <= LONGEST
        assert spent == pytest.approx(left * 1_000_000, rel=1e-5) or (lasts == LONGEST and spent < left * 1_000_000)
