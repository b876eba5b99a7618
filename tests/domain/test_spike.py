"""Hours that cost far more than usual: what counts as usual, when an episode begins and ends, and what is none."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random
from zoneinfo import ZoneInfo

import pytest

from creditsui.domain.board import Spike
from creditsui.domain.hours import Calls, Falls, Hours, every_hour, hour_number, hour_of, shift
from creditsui.domain.money import MICRO
from creditsui.domain.reading import Reading, Recorded
from creditsui.domain.spike import FAR, NEAR, spike
from tests.domain.make import DAY, HOUR, MINUTE, NOW, told, usd

BERLIN = ZoneInfo("Europe/Berlin")
HALF = ZoneInfo("Asia/Kolkata")


def calls(amounts: Mapping[datetime, float], now: datetime = NOW, zone: tzinfo = UTC) -> Calls:
    """Calls at these instants, which cost so many dollars."""
    off = shift(now, zone)

    def load(since: datetime, until: datetime | None) -> Mapping[int, int]:
        sums: dict[int, int] = {}
        for at, amount in amounts.items():
            if since <= at and (until is None or at < until):
                sums[hour_number(at, off)] = sums.get(hour_number(at, off), 0) + round(amount * MICRO)
        return sums

    return Calls(load, min(amounts), hour_of(now - NEAR, zone), off)


def falls(rows: list[Recorded], now: datetime = NOW, lapses: tuple[tuple[datetime, int], ...] = ()) -> Falls:
    def of(reading: Reading) -> int | None:
        return next((balance.remaining.micros for balance in reading.balances), None)

    return Falls(rows, of, now, now - FAR, lapses)


def find(*series: Hours, now: datetime = NOW, zone: tzinfo = UTC) -> Spike | None:
    return spike(series, "USD", now, zone)


def steady(days: int, *, now: datetime = NOW, zone: tzinfo = UTC, amount: float = 2.0) -> dict[datetime, float]:
    """From 9 to 17 o'clock on every weekday, up to yesterday."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        (today - timedelta(days=back) + timedelta(hours=hour, minutes=20)).astimezone(UTC): amount
        for back in range(1, days + 1)
        for hour in range(9, 17)
        if (today - timedelta(days=back)).weekday() < 5
    }


def today(hour: int, minute: int = 0) -> datetime:
    return NOW.replace(hour=hour, minute=minute, second=0, microsecond=0)


def test_an_hour_far_above_the_same_hour_of_the_same_weekday_is_a_spike() -> None:
    found = find(calls(steady(60) | {today(14, 10): 20.0}))
    assert found is not None
    assert (found.since, found.until) == (today(14), today(15))
    assert (found.amount, found.usual) == (usd(20), usd(2))
    assert found.peak.against == "weekday" and found.peak.seen == 6 and found.peak.limit == usd(6)


def test_an_hour_as_dear_as_usual_is_none() -> None:
    assert find(calls(steady(60) | {today(14): 2.0})) is None
    assert find(calls(steady(60) | {today(14): 5.9})) is None, "three times is the least"


def test_what_is_usual_at_its_hour_is_no_spike_however_calm_the_others_are() -> None:
    batch = {NOW.replace(hour=3, minute=5) - back * DAY: 50.0 for back in range(60)}
    background = dict.fromkeys(every_hour(hour_of(NOW, UTC) - 60 * DAY, NOW), 0.5)
    assert find(calls(background | batch)) is None
    assert find(calls(background | batch | {NOW.replace(hour=16, minute=5): 50.0})) is not None


def test_weekdays_are_told_apart_once_there_are_four_of_each() -> None:
    """Mondays cost ten times the other days: no Monday is a spike then."""
    monday = NOW - 4 * DAY
    usual = {at: 10.0 if at.weekday() == 0 else 1.0 for at in (NOW - back * DAY for back in range(60)) if at < NOW}
    usual = {at: amount for at, amount in usual.items() if at <= monday}
    assert find(calls(usual, monday), now=monday) is None
    short = {at: amount for at, amount in usual.items() if at >= monday - 20 * DAY}
    found = find(calls(short, monday), now=monday)
    assert found is not None and found.peak.against == "hour", "with few weeks every day's same hour is the usual"


def test_with_too_little_seen_nothing_is_a_spike() -> None:
    assert find(calls(steady(6) | {today(14): 200.0})) is None
    assert find(calls({today(14): 200.0})) is None
    assert find(calls({today(14): 200.0, NOW - 50 * DAY: 1.0})) is None, "who spent twice has no usual"
    assert find(calls({today(14): 200.0} | {NOW - (9 + back) * DAY: 1.0 for back in range(4)})) is None
    assert find(calls({today(14): 200.0} | {NOW - (9 + back) * DAY: 1.0 for back in range(5)})) is not None


def test_where_the_hour_is_usually_calm_it_is_held_against_what_a_busy_hour_costs() -> None:
    """Who works at 3 o'clock for once makes no spike by it."""
    assert find(calls(steady(60) | {today(3): 2.5})) is None
    found = find(calls(steady(60) | {today(3): 9.0}))
    assert found is not None and found.peak.against == "busy"
    assert (found.usual, found.peak.limit, found.peak.seen) == (usd(2), usd(6), 40)
    assert find() is None


def test_cents_are_no_spike() -> None:
    assert find(calls(steady(60, amount=0.002) | {today(14): 0.9})) is None
    found = find(calls(steady(60, amount=0.002) | {today(14): 1.1}))
    assert found is not None and found.peak.limit == usd(1)


def test_what_is_little_of_a_day_is_no_spike() -> None:
    night = {today(2) - back * DAY: 0.5 for back in range(1, 60)}
    busy = {today(hour) - back * DAY: 40.0 for back in range(1, 60) for hour in range(8, 20)}
    assert find(calls(night | busy | {today(2): 50.0})) is None, "480 a day: under an eighth of it nobody cares"
    found = find(calls(night | busy | {today(2): 70.0}))
    assert found is not None and usd(60) < found.peak.limit < usd(61)


def test_an_account_that_strays_much_must_stray_more() -> None:
    random, marked = Random(5), 0
    for _ in range(30):
        usual = {at: random.lognormvariate(0, 1) for at in every_hour(hour_of(NOW, UTC) - 60 * DAY, NOW)}
        marked += find(calls(usual)) is not None
    assert marked <= 6, "24 hours each, so nearly a thousand: about one in two hundred"
    assert find(calls(usual | {today(14): 60.0})) is not None


def test_an_episode_goes_on_until_two_calm_hours_have_passed() -> None:
    usual = steady(60)
    hot = {today(13, 5): 30.0, today(15, 5): 40.0}
    for hour, until in ((15, None), (16, None), (17, None), (18, today(16)), (19, today(16))):
        now = today(hour, 41)
        found = find(calls(usual | {at: amount for at, amount in hot.items() if at <= now}, now), now=now)
        assert found is not None and (found.since, found.until) == (today(13), until), hour
        assert (found.amount, found.peak.at) == (usd(70), today(15))
    tomorrow = today(15, 59) + DAY
    assert find(calls(usual | hot, tomorrow), now=tomorrow) is not None
    assert find(calls(usual | hot, today(16, 1) + DAY), now=today(16, 1) + DAY) is None, "told for a day"


def test_two_calm_hours_make_two_episodes() -> None:
    found = find(calls(steady(60) | {today(10, 5): 30.0, today(13, 5): 40.0}))
    assert found is not None and found.since == today(13) and found.amount == usd(40)
    one = find(calls(steady(60) | {today(10, 5): 30.0, today(12, 5): 40.0}))
    assert one is not None and one.since == today(10)


def test_an_episode_keeps_its_beginning_for_as_long_as_it_is_told() -> None:
    usual = dict.fromkeys(every_hour(hour_of(NOW, UTC) - 60 * DAY, NOW), 1.0)
    begun = hour_of(NOW, UTC)
    hot = usual | dict.fromkeys(every_hour(begun, begun + 36 * HOUR), 30.0)
    starts = set()
    for later in range(1, 60):
        now = begun + later * HOUR + 10 * MINUTE
        found = find(calls({at: amount for at, amount in hot.items() if at <= now}, now), now=now)
        starts.add(None if found is None else found.since)
    assert starts == {begun}


@pytest.mark.parametrize("zone", [BERLIN, HALF, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns")])
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 10, 26, 12, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 12, 30, tzinfo=UTC),
        datetime(2026, 10, 5, 12, 30, tzinfo=UTC),
        datetime(2026, 11, 2, 18, tzinfo=UTC),
    ],
)
def test_the_hours_are_those_of_the_clock_on_the_wall_when_clocks_change(zone: tzinfo, now: datetime) -> None:
    """Each weekday from 9 to 17 o'clock: an hour off, the first or last hour of the day would be a spike."""
    there = now.astimezone(zone)
    usual = steady(60, now=now, zone=zone)
    more = {
        at: 2.0
        for hour in range(9, 17)
        if (at := there.replace(hour=hour, minute=20, second=0).astimezone(UTC)) <= now and there.weekday() < 5
    }
    assert find(calls(usual | more, now, zone), now=now, zone=zone) is None
    found = find(calls(usual | more | {now: 30.0}, now, zone), now=now, zone=zone)
    assert found is not None and found.since == hour_of(now, zone) and found.since.astimezone(zone).minute == 0


def test_an_hour_that_the_clock_leaves_out_is_no_other_one() -> None:
    """Of the six Sundays before, the one on which clocks changed had no 2 o'clock; its 3 o'clock is no stand-in."""
    now = datetime(2026, 4, 19, 0, 30, tzinfo=UTC)
    usual = {
        at: 1.0 if at.astimezone(BERLIN).hour == 2 else 9.0 for at in every_hour(hour_of(now, UTC) - 60 * DAY, now)
    }
    found = find(calls(usual | {now: 60.0}, now, BERLIN), now=now, zone=BERLIN)
    assert found is not None and found.peak.seen == 5 and found.peak.usual == usd(1)


def test_an_hour_that_the_clock_repeats_is_two_hours() -> None:
    now = datetime(2026, 10, 25, 3, 30, tzinfo=UTC)
    usual = dict.fromkeys(every_hour(hour_of(now, UTC) - 60 * DAY, now), 1.0)
    hot = {datetime(2026, 10, 25, 0, 10, tzinfo=UTC): 25.0, datetime(2026, 10, 25, 1, 10, tzinfo=UTC): 25.0}
    found = find(calls(usual | hot, now, BERLIN), now=now, zone=BERLIN)
    assert found is not None and found.amount == usd(52), "2 o'clock twice, each with its usual call beside"
    assert found.since == datetime(2026, 10, 25, tzinfo=UTC)


def draining(hourly: Mapping[datetime, float], days: int = 60, every: timedelta = 5 * MINUTE) -> list[Recorded]:
    """A balance told every few minutes that loses 1 an hour, or what is said of the hour."""
    rows: list[Recorded] = []
    at, left = hour_of(NOW, UTC) - days * DAY, 10_000.0
    while at <= NOW:
        rows.append(told(at, round(left, 6)))
        at += every
        left -= hourly.get(hour_of(at - every, UTC), 1.0) * (every / HOUR)
    return rows


def test_a_balance_that_falls_is_enough_to_know() -> None:
    found = find(falls(draining({today(14): 30.0, today(15): 12.0})))
    assert found is not None and (found.since, found.until) == (today(14), today(16))
    assert found.amount == usd(42) and found.usual == usd(2)
    assert find(falls(draining({}))) is None


def test_what_a_balance_lost_while_nobody_looked_is_no_spike() -> None:
    rows = [row for row in draining({today(hour): 9.0 for hour in range(8, 15)}) if not 7 < row.reading.at.hour < 15]
    rows += [row for row in draining({}) if row.reading.at < today(0) and 7 < row.reading.at.hour < 15]
    rows.sort(key=lambda row: row.reading.at)
    assert find(falls(rows)) is None


def test_a_top_up_is_no_spend_and_hides_none() -> None:
    rows = draining({today(14): 30.0})
    more = [row if row.reading.at < today(14, 30) else told(row.reading.at, row.reading.balances[0].remaining + usd(50))
            for row in rows]  # fmt: skip
    found = find(falls(more))
    assert found is not None and found.amount == usd(27.5), "all but the five minutes in which it came in"
    calm = [row if row.reading.at < today(14, 30) else told(row.reading.at, row.reading.balances[0].remaining + usd(50))
            for row in draining({})]  # fmt: skip
    assert find(falls(calm)) is None


def test_credit_that_expires_is_no_spike() -> None:
    rows = [row if row.reading.at < today(0, 5) else told(row.reading.at, row.reading.balances[0].remaining - usd(40))
            for row in draining({})]  # fmt: skip
    assert find(falls(rows)) is not None
    assert find(falls(rows, lapses=((today(0), usd(50).micros),))) is None


def test_two_series_are_each_held_against_their_own_past() -> None:
    """Logs that see a tenth of the spend would make every hour of the balance a spike, and the other way round."""
    rows, seen = draining({}), dict.fromkeys(every_hour(hour_of(NOW, UTC) - 60 * DAY, NOW), 0.1)
    assert find(calls(seen), falls(rows)) is None
    found = find(calls(seen | {today(14): 8.0}), falls(draining({today(15): 30.0})))
    assert found is not None and found.since == today(14) and found.until == today(16)
    assert found.amount == usd(31), "the balance tells more of the same hours: what is in both counts once"


def test_old_calls_read_late_are_no_spike_of_today() -> None:
    late = {NOW - 40 * DAY + index * MINUTE: 9.0 for index in range(50)}
    assert find(calls(steady(60) | late)) is None
