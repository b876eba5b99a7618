from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.account import Account, Thresholds
from creditsui.domain.board import Band
from creditsui.domain.health import band, capacity, counts, health, refilled, spendable
from creditsui.domain.reading import Limit, Window
from tests.domain.make import HOUR, NOW, ago, cny, entry, history, told, usd

ACCOUNT = Account(id="a", provider="x", label="X")
ORDER = [Band.CRITICAL, Band.LOW, Band.FAIR, Band.HEALTHY]
shares = st.floats(0, 1)
edges = st.lists(st.integers(0, 100), min_size=3, max_size=3).map(sorted)


def test_a_quota_beyond_which_money_pays_does_not_say_that_an_account_ran_dry() -> None:
    free = Window("day", 1.0, 50, 0, "requests", seconds=86400, counts=False)
    assert not counts(free)
    assert health(usd(60), usd(100), windows=(free,)) == (0.6, "balance")
    assert health(usd(60), usd(100), windows=(replace(free, counts=True),)) == (0.0, "day")
    assert health(None, None, windows=(free,)) == (None, None)


# Bands


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(100, Band.HEALTHY), (75.1, Band.HEALTHY), (75, Band.FAIR), (50.1, Band.FAIR), (50, Band.LOW), (25, Band.LOW),
     (24.9, Band.CRITICAL), (0, Band.CRITICAL)],
)  # fmt: skip
def test_an_edge_belongs_to_the_band_below_it_but_25_is_low(percent: float, expected: Band) -> None:
    assert band(percent / 100, Thresholds()) is expected


@given(edges, st.integers(1, 10_000))
def test_edges_are_exact_for_amounts_of_money(edge: list[int], whole: int) -> None:
    critical, warning, healthy = edge
    thresholds = Thresholds(healthy=healthy, warning=warning, critical=critical)
    at = {one: band(usd(one * whole) / usd(100 * whole), thresholds) for one in edge}
    assert at[healthy] is not Band.HEALTHY
    assert at[warning] in (Band.LOW, Band.CRITICAL)
    assert at[critical] is not Band.CRITICAL


@given(edges, shares, shares, st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_less_is_never_better_and_floors_only_push_down(
    edge: list[int], one: float, other: float, amount: float, days: float, least: float, soonest: float
) -> None:
    thresholds = Thresholds(healthy=edge[2], warning=edge[1], critical=edge[0])
    low, high = sorted((one, other))
    assert ORDER.index(band(low, thresholds)) <= ORDER.index(band(high, thresholds))
    floored = replace(thresholds, amount=least, days=soonest)
    assert ORDER.index(band(one, floored, usd(round(amount, 2)), days)) <= ORDER.index(band(one, thresholds))


def test_floors() -> None:
    five = Thresholds(amount=5, days=2)
    assert band(0.9, five, usd("4.99"), 9.0) is Band.CRITICAL
    assert band(0.9, five, usd(5), 2.0) is Band.HEALTHY
    assert band(0.9, five, usd(50), 1.9) is Band.CRITICAL
    assert band(0.9, five, None, None) is Band.HEALTHY


def test_nothing_to_measure_is_unknown_unless_a_floor_is_broken() -> None:
    assert band(None, Thresholds()) is Band.UNKNOWN
    assert band(None, Thresholds(amount=5), usd(3)) is Band.CRITICAL
    assert band(None, Thresholds(amount=5), usd(8)) is Band.UNKNOWN


# Health


@given(st.integers(-(10**9), 10**12), st.integers(-(10**9), 10**12), st.integers(1, 10**12))
def test_more_money_is_never_less_health(one: int, other: int, full: int) -> None:
    low, high = sorted((one, other))
    found = [health(usd(micros), usd(full))[0] for micros in (low, high)]
    assert found[0] is not None and found[1] is not None
    assert 0 <= found[0] <= found[1] <= 1


@given(st.none() | st.floats(-1, 2), st.lists(st.floats(-1, 2), max_size=4), st.none() | st.integers(-5, 100))
def test_health_is_the_least_part_and_names_it(left: float | None, used: list[float], cap: int | None) -> None:
    windows = [Window(f"w{index}", share, seconds=86_400) for index, share in enumerate(used)]
    limit = None if cap is None else Limit(usd(80), usd(cap))
    value, binding = health(None if left is None else usd(round(left, 3)), usd(1), limit, windows)
    parts = {window.name: min(1.0, max(0.0, 1 - window.used)) for window in windows}
    parts |= {} if left is None else {"balance": min(1.0, max(0.0, round(left, 3)))}
    parts |= {} if cap is None else {"limit": min(1.0, max(0.0, cap / 80))}
    if not parts:
        assert (value, binding) == (None, None)
    else:
        assert binding is not None and value == pytest.approx(min(parts.values()))
        assert parts[binding] == pytest.approx(value)


def test_debt_and_an_empty_purse_are_nothing() -> None:
    assert health(usd("-3.20"), usd(45)) == (0.0, "balance")
    assert health(usd("-3.20"), None) == (0.0, "balance")
    assert health(usd(0), usd(45)) == (0.0, "balance")
    assert health(usd(0), None) == (0.0, "balance")


def test_a_purse_that_never_held_anything_does_not_hide_a_plan() -> None:
    assert health(usd(0), None, None, [Window("5h", 0.4)]) == (0.6, "5h")
    assert health(usd(0), usd(10), None, [Window("5h", 0.4)]) == (0.0, "balance")


def test_a_balance_needs_a_capacity() -> None:
    for full in (None, usd(0), usd(-5), cny(45)):
        assert health(usd(30), full) == (None, None)


def test_a_cap_without_a_remainder_or_of_nothing() -> None:
    assert health(None, None, Limit(usd(100), None)) == (None, None)
    assert health(None, None, Limit(usd(0), usd(0))) == (0.0, "limit")
    assert health(usd(80), usd(80), Limit(usd(20), usd(5))) == (0.25, "limit")


# Windows


@pytest.mark.parametrize(
    ("window", "counted"),
    [
        (Window("5h", 0), True),
        (Window("7d", 0), True),
        (Window("month", 0), True),
        (Window("minute", 0), False),
        (Window("tokens/min", 0), False),
        (Window("input tokens per minute", 0), False),
        (Window("gemini weekly", 0), True),
        (Window("premium", 0), True),
        (Window("premium", 0, seconds=3599), False),
        (Window("minute", 0, seconds=3600), True),
    ],
)
def test_only_windows_of_an_hour_or_more_count(window: Window, counted: bool) -> None:
    assert counts(window) is counted


def test_a_window_past_its_reset_is_full_again() -> None:
    old = Window("5h", 0.9, 100, 10, "messages", NOW - HOUR)
    ahead = Window("7d", 0.5, resets_at=NOW + HOUR)
    fresh, guessed = refilled([old, ahead], NOW)
    assert fresh == (Window("5h", 0.0, 100, 100, "messages", None), ahead)
    assert guessed
    assert refilled([old], NOW - HOUR)[0][0].used == 0.0
    assert refilled([old], NOW - HOUR - timedelta(seconds=1)) == ((old,), False)


def test_a_minute_that_passed_makes_nothing_a_guess() -> None:
    assert refilled([Window("minute", 0.9, resets_at=NOW - HOUR)], NOW)[1] is False


# Capacity


def test_the_users_capacity_comes_first() -> None:
    account = replace(ACCOUNT, capacity=50.0)
    assert capacity(account, history([told(NOW, 90)]), []) == (usd(50), "config")
    assert capacity(replace(ACCOUNT, capacity=0.0), history([told(NOW, 90)]), []) == (usd(90), "highest")


def test_then_what_the_latest_top_up_led_to() -> None:
    entries = [entry(1, "sync", 45, ago(3)), entry(2, "topup", 20, ago(2))]
    assert capacity(ACCOUNT, history([], entries), entries) == (usd(65), "top-up")
    later = [*entries, entry(3, "sync", 30, ago(1))]
    assert capacity(ACCOUNT, history([], later), later) == (usd(65), "top-up")
    # Topped up again from 30: a full bar is what that led to.
    again = [*later, entry(4, "topup", 10, ago(hours=2))]
    assert capacity(ACCOUNT, history([], again), again) == (usd(40), "top-up")


def test_of_a_live_balance_the_provider_says_what_it_led_to() -> None:
    topup = entry(1, "topup", 30, ago(2))
    live = [told(ago(3), 10), told(ago(1.9), "39.50"), told(ago(1), 20)]
    assert capacity(ACCOUNT, history(live, [topup]), [topup]) == (usd("39.50"), "top-up")
    # Booked after the balance had shown it: not counted twice.
    late = entry(1, "topup", 30, ago(1.5))
    assert capacity(ACCOUNT, history([told(ago(3), 10), told(ago(2), 40, until=ago(1))], [late]), [late])[0] == usd(40)


def test_then_the_highest_ever_seen() -> None:
    assert capacity(ACCOUNT, history([told(ago(3), 10), told(ago(2), 40), told(ago(1), 20)]), []) == (
        usd(40),
        "highest",
    )
    assert capacity(ACCOUNT, history([told(ago(3), 0)]), []) == (None, None)
    assert capacity(ACCOUNT, history(), []) == (None, None)
    foreign = entry(1, "topup", cny(30), ago(2))
    assert capacity(ACCOUNT, history([told(ago(3), 10)], [foreign]), [foreign]) == (usd(10), "highest")


# What can be spent


def test_a_cap_in_the_same_currency_leaves_the_less_of_both() -> None:
    assert spendable(usd(41), Limit(usd(100), usd("74.50"))) == usd(41)
    assert spendable(usd(41), Limit(usd(100), usd(5))) == usd(5)
    assert spendable(usd(-3), Limit(usd(100), usd(5))) == usd(-3)
    assert spendable(usd(41), Limit(cny(100), cny(5))) == usd(41)
    assert spendable(usd(41), Limit(usd(100), None)) == spendable(usd(41), None) == usd(41)
    assert spendable(None, Limit(usd(100), usd(5))) is None
