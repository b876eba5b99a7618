"""What was changed or taken back rests: for how long, and what ends it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from creditsui.routing.options import Options
from creditsui.routing.plan import plan
from creditsui.routing.rest import Past, past, rests, until
from creditsui.routing.route import Change, Route
from tests.routing.candidates import NOW, known, route

HOUR = timedelta(hours=1)


def change(at: datetime, undone_at: datetime | None = None, pin: str | None = None, **other: bool) -> Change:
    return Change(
        at=at, config="c", backup="b", before="old", after="new", route=route("google"), reason="It lasts longer.",
        undone=undone_at is not None or other.get("undone", False), undone_at=undone_at, undone_pin=pin,
    )  # fmt: skip


def test_what_was_taken_back_rests_from_that_moment_on() -> None:
    one = change(NOW - 30 * HOUR, NOW - HOUR, "")
    assert past([one], "old", None, "") == Past(one.at, one.undone_at)


def test_a_change_that_stands_again_ends_the_rest() -> None:
    one, other = change(NOW - 9 * HOUR, NOW - 8 * HOUR, ""), change(NOW - HOUR)
    assert past([one, other], "new", None, "") == Past(other.at)
    assert past([one, other], "new", None, "", by_hand=True) == Past(other.at)


def test_a_pin_ends_it_that_did_not_stand_there_when_it_was_taken_back() -> None:
    one = change(NOW - 9 * HOUR, NOW - 8 * HOUR, "xai")
    assert past([one], "old", None, "xai").undone == one.undone_at
    assert past([one], "old", None, "google").undone is None
    assert past([one], "old", None, "").undone == one.undone_at


def test_by_hand_it_is_as_though_the_change_had_never_been() -> None:
    before, one = change(NOW - 90 * HOUR), change(NOW - 9 * HOUR, NOW - 8 * HOUR, "")
    assert past([before, one], "old", None, "", by_hand=True) == Past(before.at, one.undone_at)


def test_an_older_history_that_says_no_more_than_that_it_was_taken_back_counts_from_the_change() -> None:
    one = change(NOW - 9 * HOUR, undone=True)
    assert past([one], "old", None, "") == Past(one.at, one.at)


def test_bytes_that_were_put_back_without_us_rest_and_a_change_that_was_killed_does_not() -> None:
    one = change(NOW - 9 * HOUR)
    assert past([one], "old", NOW - HOUR, "") == Past(one.at, NOW - HOUR)
    assert past([one], "old", NOW - 10 * HOUR, "") == Past(one.at)
    assert past([one], "new", NOW - HOUR, "") == past([one], "third", NOW - HOUR, "") == Past(one.at)


def test_the_rest_ends_after_a_day_of_real_hours_and_not_of_the_clock() -> None:
    zone = ZoneInfo("Europe/Berlin")
    assert until(datetime(2026, 10, 24, 20, 0, tzinfo=UTC).astimezone(zone)) == "2026-10-25 21:00"
    assert rests(NOW - 23 * HOUR, NOW) and not rests(NOW - 24 * HOUR, NOW) and not rests(None, NOW)


def test_what_a_clock_that_was_wrong_noted_ahead_of_now_stops_nothing() -> None:
    assert rests(NOW, NOW) and not rests(NOW + HOUR, NOW)


@pytest.mark.parametrize("current", [None, route("deepseek"), route("google"), route("anthropic", "google", "google")])
def test_nothing_at_all_is_planned_while_it_rests_and_the_reason_says_until_when(current: Route | None) -> None:
    board = (known("google", 92), known("anthropic", 16), known("deepseek", 9))
    free = plan(board, Options(), current, None, NOW)
    assert free.state == "change"
    undone = (NOW - timedelta(minutes=40)).astimezone(ZoneInfo("Europe/Berlin"))
    found = plan(board, Options(), current, NOW - HOUR, NOW, frozenset(), undone)
    assert (found.state, found.route) == ("no-op", None)
    assert found.ranking
    if free.route and current and free.route.primary == current.primary:
        assert found.reason == (
            "The last change was taken back 40m ago: all of it rests until 2026-11-21 19:20, "
            "unless you apply a change yourself or pin a provider."
        )
    later = plan(board, Options(), current, NOW - 26 * HOUR, NOW, frozenset(), NOW - 25 * HOUR)
    assert later.state == "change"


def test_a_route_that_needs_no_change_keeps_its_own_reason_while_another_rests() -> None:
    board = (known("google", 92), known("anthropic", 16))
    found = plan(board, Options(), route("google", "anthropic", "anthropic"), NOW, NOW, frozenset(), NOW)
    assert (found.state, found.reason) == ("no-op", "Google has 92d of runway, the longest of all.")
