"""Each rule of alerts: which line is crossed, when it is clear of it again, and what is said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from creditsui.domain.account import Thresholds
from creditsui.domain.alert import Rule
from creditsui.domain.board import (
    AccountView,
    Band,
    Basis,
    BudgetUse,
    Lot,
    Pace,
    Runway,
    Spend,
    Spike,
    SpikeHour,
)  # fmt: skip
from creditsui.domain.edges import Edge, edges
from creditsui.domain.health import band
from creditsui.domain.problem import Kind, Problem
from creditsui.domain.reading import Balance, Certainty, Limit, Window
from tests.domain.make import DAY, HOUR, MINUTE, NOW, usd

TODAY = NOW.date()


def account(left: float = 9.02, full: float = 45.0, **more: object) -> AccountView:
    thresholds = more.get("thresholds", Thresholds())
    runway = more.get("runway", Runway())
    assert isinstance(thresholds, Thresholds) and isinstance(runway, Runway)
    view = AccountView(
        id="anthropic",
        provider="anthropic",
        label="Anthropic",
        certainty=Certainty.LIVE,
        balance=Balance(usd(left)),
        purse=usd(left),
        capacity=usd(full),
        health=min(1.0, left / full),
        binding="balance",
        band=band(min(1.0, left / full), thresholds, usd(left), runway.days),
        spend=Spend("USD"),
        key_from="keyring",
        read_at=NOW - MINUTE,
    )
    return replace(view, **more)  # type: ignore[arg-type]


def of(view: AccountView, rule: Rule, **more: object) -> dict[str, Edge | None]:
    return dict(edges(view, NOW, UTC, **more)[rule])  # type: ignore[arg-type]


def one(view: AccountView, rule: Rule, **more: object) -> Edge:
    (found,) = of(view, rule, **more).values()
    assert found is not None
    return found


# band


def test_a_band_is_told_with_what_is_left_of_what_and_for_how_long() -> None:
    edge = one(account(runway=Runway("known", 2.0, 1.9, 2.2)), "band")
    assert edge.message == "Anthropic is critical: $9.02 of $45.00, about 2 days"
    assert (edge.step, edge.subject, edge.level, edge.threshold) == (2, "critical", "critical", 0.25)
    assert edge.value == pytest.approx(9.02 / 45)
    wide = one(account(20, runway=Runway("known", 3.0, 2.1, 4.2)), "band")
    assert wide.message == "Anthropic is low: $20.00 of $45.00, 2–4 days"
    assert (wide.step, wide.subject, wide.level, wide.threshold) == (1, "low", "warning", 0.5)


def test_how_long_is_a_range_in_words() -> None:
    def said(*days: float) -> str:
        return one(account(runway=Runway("known", *days)), "band").message.partition("$45.00, ")[2]

    assert said(0.4, 0.3, 1.2) == "7 hours to 1 day"
    assert said(1.0, 1.0, 1.0) == "about 1 day"
    assert said(0.02, 0.01, 0.2) == "under an hour to 5 hours"
    assert said(5000, 4000, 9000) == "about 10+ years"


@pytest.mark.parametrize(
    ("percent", "step", "keeps"),
    [
        (0, 3, 3),
        (1.9, 2, 3),
        (2, 2, 2),
        (24.9, 2, 2),
        (25, 1, 2),
        (26.9, 1, 2),
        (27, 1, 1),
        (50, 1, 1),
        (51.9, 0, 1),
        (52, 0, 0),
        (100, 0, 0),
    ],
)
def test_an_edge_is_left_two_points_above_it(percent: float, step: int, keeps: int) -> None:
    edge = one(account(percent, 100), "band")
    assert (edge.step, edge.keeps) == (step, keeps)


def test_what_is_empty_is_a_line_of_its_own_below_critical_and_below_every_floor() -> None:
    edge = one(account(0, runway=Runway("empty")), "band")
    assert edge.message == "Anthropic is empty: $0.00 of $45.00, nothing left to spend"
    assert (edge.subject, edge.level, edge.value, edge.threshold) == ("empty", "critical", 0.0, 0.0)
    floored = one(account(0, thresholds=Thresholds(amount=5)), "band")
    assert (floored.step, floored.keeps, floored.subject) == (3, 3, "empty")


def test_an_edge_near_the_top_can_still_be_left() -> None:
    top = Thresholds(healthy=100, warning=99, critical=10)
    assert one(account(100, 100, thresholds=top), "band").keeps == 0
    assert one(account(99.5, 100, thresholds=top), "band").keeps == 1


def test_a_floor_in_money_pushes_the_band_and_says_so() -> None:
    floored = Thresholds(amount=30)
    edge = one(account(29, 30, thresholds=floored), "band")
    assert (edge.step, edge.value, edge.threshold) == (2, 29.0, 30)
    assert edge.message == "Anthropic is critical: $29.00 under the floor of 30.00"
    assert one(account(31, 31, thresholds=floored), "band").keeps == 2
    assert one(account(31.5, 31.5, thresholds=floored), "band").keeps == 0


def test_a_floor_in_days_pushes_the_band_and_a_forecast_that_sways_does_not_end_it() -> None:
    def at(*days: float) -> Edge:
        return one(account(45, thresholds=Thresholds(days=3), runway=Runway("known", *days)), "band")

    edge = at(2.4, 2, 3)
    assert (edge.step, edge.value, edge.threshold) == (2, 2.4, 3)
    assert edge.message == "Anthropic is critical: $45.00, 2–3 days under the floor of 3 days"
    assert (at(3.2, 3, 4).step, at(3.2, 3, 4).keeps, at(3.5, 3, 4).keeps) == (0, 2, 0)


def test_a_floor_that_cannot_be_judged_keeps_no_episode_open() -> None:
    floors = Thresholds(days=3, amount=5)
    assert one(account(45, thresholds=floors, runway=Runway("gathering")), "band").keeps == 0
    quota = account(health=0.9, binding="5h", band=Band.HEALTHY, balance=None, purse=None, thresholds=floors)
    assert one(quota, "band").keeps == 0


def test_where_only_a_floor_can_be_judged_it_is() -> None:
    def at(left: float) -> Edge:
        floored = Thresholds(amount=30)
        pushed = band(None, floored, usd(left))
        return one(account(left, health=None, binding=None, capacity=None, thresholds=floored, band=pushed), "band")

    assert (at(29).step, at(31).keeps, at(32).keeps) == (2, 2, 0)
    assert at(32).message == "Anthropic is above its floor again"


def test_what_cannot_be_measured_tells_nothing() -> None:
    assert "band" not in edges(account(health=None, binding=None, band=Band.UNKNOWN, capacity=None), NOW, UTC)


def test_a_stale_a_disabled_and_an_account_being_asked_tell_nothing() -> None:
    bad = account(problem=Problem("offline", "Cannot reach it"), stale=True)
    assert not set(edges(bad, NOW, UTC)) & {"band", "lot", "budget", "spike", "window", "runway", "key"}
    assert not edges(account(enabled=False), NOW, UTC)
    assert not edges(account(refreshing=True), NOW, UTC)


def test_a_provider_that_says_the_credit_is_used_up_is_believed() -> None:
    out = account(
        problem=Problem("out_of_money", "Used up"), stale=True, binding="problem", health=0.0, band=Band.CRITICAL
    )
    assert one(out, "band").message == "Anthropic is empty: it says itself that the credit is used up"


def test_what_binds_is_what_is_said() -> None:
    window = Window("5h", 0.88, resets_at=NOW + 72 * MINUTE)
    plan = account(health=0.12, binding="5h", band=Band.CRITICAL, windows=(window,))
    assert one(plan, "band").message == "Anthropic is critical: 12% of 5h left, refills in 1h12m"
    capped = account(health=0.2, binding="limit", band=Band.CRITICAL, limit=Limit(usd(100), usd(20)))
    assert one(capped, "band").message == "Anthropic is critical: $20.00 left of its cap of $100.00"
    guessed = account(certainty=Certainty.ESTIMATED)
    assert one(guessed, "band").message == "Anthropic is critical: about $9.02 of $45.00"


def test_a_purse_that_is_shown_as_another_account_is_told_there() -> None:
    assert set(edges(account(), NOW, UTC, shared=True)) == {"key", "budget", "spike"}


# key


@pytest.mark.parametrize(("kind", "says"), [("rejected", "Anthropic rejects the key"), ("forbidden", "no longer lets")])
def test_a_key_that_is_refused_is_told_though_the_number_is_stale(kind: Kind, says: str) -> None:
    edge = one(account(stale=True, problem=Problem(kind, "no")), "key")
    assert edge.step == 1 and says in edge.message and edge.level == "critical"
    login = one(account(stale=True, problem=Problem(kind, "no"), key_from="login"), "key")
    assert "the login" in login.message and "key" not in login.message


@pytest.mark.parametrize("kind", ["offline", "busy", "limited", "no_key", "locked", "changed"])
def test_other_trouble_tells_nothing_of_the_key(kind: Kind) -> None:
    assert "key" not in edges(account(stale=True, problem=Problem(kind, "no")), NOW, UTC)


def test_a_part_that_is_refused_says_nothing_against_the_key() -> None:
    assert one(account(problem=Problem("forbidden", "no", part="spend")), "key").step == 0


# lots


def lots(*ends: tuple[float, date]) -> AccountView:
    return account(45, lots=tuple(Lot(usd(left), "paid", on) for left, on in ends))


@pytest.mark.parametrize(("days", "step"), [(31, 0), (30, 1), (8, 1), (7, 2), (2, 2), (1, 3), (0, 3)])
def test_credit_is_told_thirty_seven_and_one_days_before_it_ends(days: int, step: int) -> None:
    edge = one(lots((12, TODAY + timedelta(days=days))), "lot")
    assert (edge.step, edge.keeps, edge.value) == (step, step, days)


def test_what_expires_when() -> None:
    assert one(lots((12, TODAY + 7 * DAY)), "lot").message == "Anthropic: $12.00 expires in 7 days, on Fri 27 Nov"
    assert one(lots((12, TODAY + DAY)), "lot").message == "Anthropic: $12.00 expires tomorrow, on Sat 21 Nov"
    assert one(lots((12, TODAY)), "lot").message == "Anthropic: $12.00 expires today"


def test_each_day_on_which_credit_ends_is_a_thing_of_its_own() -> None:
    soon, later = TODAY + 5 * DAY, TODAY + 40 * DAY
    found = of(lots((2, soon), (3, soon), (4, later), (0, TODAY + DAY)), "lot")
    assert list(found) == [soon.isoformat(), later.isoformat()]
    assert (edge := found[soon.isoformat()]) is not None and "$5.00" in edge.message


# runway


def lasts(days: float, state: str = "known") -> AccountView:
    runway = Runway(state, days, days, days, TODAY + timedelta(days=int(days)))  # type: ignore[arg-type]
    return account(45, runway=runway if state == "known" else Runway(state))  # type: ignore[arg-type]


def test_a_day_to_last_through_is_missed_where_it_is_empty_by_then() -> None:
    until = TODAY + timedelta(days=34)
    edge = one(lasts(30), "runway", until=until)
    assert (edge.step, edge.value, edge.threshold) == (1, 30, 35)
    assert edge.message == "Anthropic will probably not last through Thu 24 Dec 2026: $45.00, about 30 days"
    steps = [one(lasts(days), "runway", until=until) for days in (34, 35, 38, 39)]
    assert [(one.step, one.keeps) for one in steps] == [(1, 1), (0, 1), (0, 1), (0, 0)]


def test_a_day_to_last_through_needs_a_forecast_and_is_over_one_day() -> None:
    until = TODAY + timedelta(days=34)
    assert of(lasts(0, "gathering"), "runway", until=until) == {"2026-12-24": None}
    assert one(lasts(0, "idle"), "runway", until=until).step == 0
    assert one(lasts(0, "empty"), "runway", until=until).step == 1
    assert of(lasts(3), "runway", until=TODAY - DAY) == of(lasts(3), "runway") == {}


# budget


def budget(spent: float | None, of: float = 50.0, since: datetime = NOW - 10 * DAY) -> AccountView:
    told = None if spent is None else usd(spent)
    left = None if spent is None else usd(of - spent)
    return account(45, budget=BudgetUse(usd(of), "month", since, NOW + 20 * DAY, told, left, None, 0.3, None))


@pytest.mark.parametrize(
    ("spent", "step", "keeps"), [(0, 0, 0), (38.9, 0, 0), (39.1, 0, 1), (40, 1, 1), (49.1, 1, 2), (50, 2, 2)]
)
def test_a_budget_is_told_at_80_and_100_percent(spent: float, step: int, keeps: int) -> None:
    edge = one(budget(spent), "budget")
    assert (edge.step, edge.keeps) == (step, keeps)


def test_what_a_budget_says() -> None:
    assert one(budget(41.5), "budget").message == "Anthropic spent 83% of its budget: $41.50 of $50.00 a month"
    over = one(budget(52), "budget")
    assert (over.subject, over.level, over.threshold, over.value) == ("100%", "critical", 1.0, 1.04)
    assert of(budget(None), "budget") == {"month": None}


# windows


def course(projected: float | None, dry: datetime | None = None, used: float = 0.5) -> AccountView:
    window = Window("7d", used, resets_at=NOW + 3 * DAY)
    pace = Pace("7d", "fraction", 0.5, projected, dry)
    return account(45, windows=(window, Window("minute", 1.0)), paces=(pace,))


def test_a_window_on_course_to_run_out_is_told_with_when_and_how_early() -> None:
    edge = one(course(1.3, NOW + DAY), "window")
    assert (edge.step, edge.value, edge.threshold) == (1, 1.3, 1.0)
    assert edge.message == "Anthropic: 7d is on course to run out on Sat 21 Nov at 19:41, 2d before it refills"


def test_off_course_needs_a_margin_and_used_up_is_the_bands_to_tell() -> None:
    assert [one(course(share), "window").keeps for share in (0.96, 0.95)] == [1, 0]
    assert (one(course(1.0, used=1.0), "window").step, one(course(1.0, used=1.0), "window").keeps) == (0, 1)
    assert one(course(None), "window").keeps == 1


def test_windows_of_one_name_are_told_apart_by_their_unit() -> None:
    both = (
        Window("day", 0.1, unit="tokens", resets_at=NOW + HOUR),
        Window("day", 0.1, unit="requests", resets_at=NOW + HOUR),
    )
    assert list(of(account(windows=both), "window")) == ["day/tokens", "day/requests"]


# spike, drift


def test_a_spike_is_told_while_it_goes_on() -> None:
    hour = SpikeHour(NOW - HOUR, usd(30), usd(3), usd(10), "weekday", 6)
    spike = Spike(NOW - 2 * HOUR, None, usd(42), usd("3.50"), hour)
    edge = one(account(spike=spike), "spike")
    assert edge.message == "Anthropic spends 12× the usual: $42.00 since 17:41"
    assert (edge.value, edge.threshold, edge.begins) == (42, 3.5, spike.since)
    assert of(account(spike=replace(spike, until=NOW)), "spike") == {}


def test_a_number_that_only_the_user_can_mend_is_told_when_it_is_too_uncertain() -> None:
    basis = Basis(
        anchor=usd(20), at=NOW - DAY, by_user=True, credited=usd(0), seen=usd(11), unseen=usd(0), share=None,
        spread=0.25, pairs=0, rate=None,
    )  # fmt: skip
    edge = one(account(basis=basis, wide=True, error=usd(6)), "drift")
    assert edge.message == "Anthropic is uncertain: $9.02 ± $6.00, time to sync it"
    assert of(account(basis=basis, wide=False, error=usd(1)), "drift") == {}
