from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.board import Runway
from creditsui.domain.money import Money
from creditsui.domain.observe import Observed, calendar
from creditsui.domain.runway import LONGEST, burn, runway
from tests.domain.make import NOW, cny, usd

LOCAL = calendar(NOW, UTC)


def observed(*days: float, covered: float = 1.0) -> Observed:
    """The last days, each seen as much as `covered`."""
    idle = 30 - len(days)
    return Observed(
        currency="USD",
        calendar=LOCAL,
        days=(0,) * idle + tuple(round(day * 1_000_000) for day in days),
        covered=(0.0,) * idle + (covered,) * len(days),
        since=LOCAL.edges[idle],
    )


def last(left: Money | None, seen: Observed) -> Runway:
    return runway(left, seen, NOW, UTC)


def test_a_steady_pace_has_a_narrow_range_around_what_is_left_by_the_pace() -> None:
    found = last(usd(20), observed(*[2] * 10))
    assert found.state == "known" and found.empty_on in (date(2026, 11, 30), date(2026, 12, 1))
    assert found.p10 is not None and found.days is not None and found.p90 is not None
    assert 6 < found.p10 < 9.5 < found.days < 10.5 < found.p90 < 15


def test_the_day_is_that_of_the_zone() -> None:
    found = runway(usd(1), observed(*[4] * 10), NOW, ZoneInfo("Asia/Tokyo"))
    assert found.days is not None and found.days < 0.5
    assert found.empty_on == date(2026, 11, 21)  # 19:41 and some hours are the next day already in UTC, and there


def test_an_uneven_pace_has_a_range_around_its_middle() -> None:
    found = last(usd(60), observed(*[1, 9, 2, 0, 0, 12, 4, 3] * 3))
    assert found.p10 is not None and found.days is not None and found.p90 is not None
    assert found.p10 < found.days < found.p90
    assert 10 < found.days < 22  # 60 at about 3.90 a day


def test_fewer_days_make_a_wider_range() -> None:
    def width(found: Runway) -> float:
        assert found.p10 is not None and found.days is not None and found.p90 is not None
        return (found.p90 - found.p10) / found.days

    assert width(last(usd(60), observed(*[1, 5, 9] * 10))) < width(last(usd(60), observed(1, 5, 9)))


def test_states() -> None:
    busy = observed(*[2] * 10)
    assert runway(None, busy, NOW, UTC, refills=True) == Runway("refills")
    assert last(None, busy) == Runway("unknown")
    assert last(usd(0), busy) == last(usd(-3), busy) == Runway("empty")
    assert last(usd(9), observed(2, 2)) == Runway("gathering", seen=2.0)
    assert last(usd(9), observed(2, 2, 2)).state == "known"
    assert last(usd(9), observed(*[2] * 5, covered=0.5)) == Runway("gathering", seen=2.5)


def test_idle_after_seven_days_without_spend() -> None:
    assert last(usd(9), observed(5, *[0] * 7)) == Runway("idle")
    assert last(usd(9), observed(*[0] * 7)) == Runway("idle")
    assert last(usd(9), observed(5, *[0] * 6)).state == "known"
    assert last(usd(9), observed(*[0] * 5)) == Runway("gathering", seen=5.0)
    # Days that nobody saw are no days without spend.
    unseen = observed(*[5] * 5, *[0] * 10)
    assert last(usd(9), replace(unseen, covered=(0.0,) * 15 + (1.0,) * 5 + (0.0,) * 10)).state == "known"


def test_a_trickle_is_told_up_to_ten_years() -> None:
    assert last(usd(10**6), observed(0.001, 0, 0, 0)).days == LONGEST


def test_the_same_facts_give_the_same_numbers() -> None:
    seen = observed(*[1, 9, 2, 0, 0, 12, 4, 3])
    assert last(usd(60), seen) == last(usd(60), seen)


def test_recent_days_count_more() -> None:
    growing, shrinking = burn(observed(*[1] * 10, *[5] * 10)), burn(observed(*[5] * 10, *[1] * 10))
    assert growing is not None and shrinking is not None
    assert usd(3) < growing and shrinking < usd(3)


def test_burn_is_by_the_time_that_was_seen() -> None:
    assert burn(observed(*[2] * 4, covered=0.5)) == usd(4)
    assert burn(observed(2, covered=0.9)) is None
    assert burn(observed()) is None
    assert burn(observed(0, 0)) == usd(0)


def test_the_oldest_day_alone_leaves_the_calendar_without_a_fault() -> None:
    """On the day after clocks went back, a calendar of thirty days is longer than so many times 24 hours."""
    berlin = ZoneInfo("Europe/Berlin")
    late = calendar(datetime(2026, 10, 31, 22, 50, tzinfo=UTC), berlin)
    only = replace(observed(), calendar=late, days=(5_000_000, *(0,) * 29), covered=(1.0, *(0.0,) * 29))
    assert burn(only) is None


def test_money_of_another_currency_is_never_divided_by_this_one() -> None:
    assert last(cny(9), observed(*[2] * 10)) == Runway("unknown")


days = st.lists(st.floats(0, 1000), min_size=3, max_size=30)


@given(days, st.integers(1, 10**12))
def test_the_range_holds_its_middle(spent: list[float], micros: int) -> None:
    found = last(Money(micros, "USD"), observed(*spent))
    assert found.state in ("known", "idle", "gathering")
    if found.state == "known":
        assert found.p10 is not None and found.days is not None and found.p90 is not None
        assert 0 < found.p10 <= found.days <= found.p90 <= LONGEST


@given(days, st.integers(1, 10**10), st.integers(1, 10**10))
def test_more_money_lasts_no_shorter(spent: list[float], one: int, other: int) -> None:
    less, more = (last(Money(micros, "USD"), observed(*spent)).days for micros in sorted((one, other)))
    if less is not None and more is not None:
        assert less <= more * (1 + 1e-9)


@given(days)
def test_burn_lies_between_the_least_and_the_most_of_a_day(spent: list[float]) -> None:
    found = burn(observed(*spent))
    assert found is not None
    assert round(min(spent) * 1e6) - 1 <= found.micros <= round(max(spent) * 1e6) + 1
