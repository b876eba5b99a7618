from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.account import Account, Thresholds
from creditsui.domain.board import AccountView, Band, Board
from creditsui.domain.cadence import AskState
from creditsui.domain.compose import Facts, compose
from creditsui.domain.money import Money
from creditsui.domain.problem import Kind, Problem
from creditsui.domain.reading import (
    Balance,
    Certainty,
    Limit,
    ModelSpend,
    Reading,
    Recorded,
    ReportedSpend,
    Semantics,
    Window,
)
from tests.domain.make import HOUR, MINUTE, NOW, ago, call, cny, entry, report, told, usd

INTERVAL = 5 * MINUTE


def facts(id: str = "a", *readings: Recorded, **values: object) -> Facts:
    """An account whose provider tells the balance, and can be asked; words of Account go to the account."""
    own = {name: values.pop(name) for name in tuple(values) if name in Account.__dataclass_fields__}
    account = Account(**{"id": id, "provider": "x", "label": id.upper(), **own})  # type: ignore[arg-type]
    known: dict[str, object] = {"tells": ("balance",), "can_ask": True, "readings": readings, **values}
    return Facts(account=account, **known)  # type: ignore[arg-type]


def board(*all_of: Facts, sort: str = "worst") -> Board:
    return compose(all_of, now=NOW, zone=UTC, interval=INTERVAL, sort=sort)


def view(one: Facts) -> AccountView:
    return board(one).accounts[0]


def by_hand(*entries: object, **values: object) -> Facts:
    return facts("a", tells=(), can_ask=False, entries=tuple(entries), **values)


def order(*all_of: Facts, sort: str = "worst") -> list[str]:
    return [one.id for one in board(*all_of, sort=sort).accounts]


# What can be spent


def test_a_live_balance() -> None:
    found = view(facts("a", told(ago(1), 50), told(ago(minutes=1), "41.20", until=ago(minutes=0.2))))
    assert found.balance == Balance(usd("41.20")) and found.purse == usd("41.20") and found.error == usd(0)
    assert (found.capacity, found.capacity_from, found.health) == (usd(50), "highest", 0.824)
    assert (found.band, found.binding, found.certainty) == (Band.HEALTHY, "balance", Certainty.LIVE)
    assert (found.read_at, found.age(NOW), found.stale, found.manual) == (ago(minutes=0.2), 12.0, False, False)


def test_a_cap_on_the_key_leaves_the_less_and_has_its_own_health() -> None:
    found = view(facts("a", told(NOW, 41, limit=Limit(usd(100), usd(5), "monthly")), capacity=50.0))
    assert found.balance == Balance(usd(5)) and found.purse == usd(41)
    assert (found.health, found.binding) == (0.05, "limit")
    roomy = view(facts("a", told(NOW, 41, limit=Limit(usd(100), usd(74), "monthly")), capacity=50.0))
    assert (roomy.health, roomy.binding) == (0.74, "limit")


def test_a_cap_alone_is_not_money() -> None:
    one = board(facts("a", told(NOW, limit=Limit(usd(100), usd(74), "monthly"))))
    found = one.accounts[0]
    assert (found.balance, found.semantics, found.health) == (None, Semantics.CAP, 0.74)
    assert found.runway.state == "refills"
    assert one.totals == ()


def test_granted_and_paid_parts_stand_while_they_are_the_parts_of_just_this() -> None:
    whole = Balance(cny(110), granted=cny(10), paid=cny(100))
    reading = Recorded(Reading(at=ago(minutes=1), balances=(whole,)), ago(minutes=1))
    assert view(facts("a", reading)).balance == whole
    assert len(view(facts("a", reading)).lots) == 2
    topped_up = view(facts("a", reading, entries=(entry(1, "topup", cny(5)),)))
    assert topped_up.balance == Balance(cny(115))


def test_the_main_currency_is_the_users_where_there_is_any_else_the_first_with_money() -> None:
    both = told(NOW, usd(0), cny(70))
    assert view(facts("a", both)).balance == Balance(cny(70))
    assert view(facts("a", told(NOW, cny(70), usd(3)))).balance == Balance(usd(3))
    assert view(facts("a", told(NOW, cny(70), usd(3)), currency="CNY")).balance == Balance(cny(70))
    assert view(facts("a", both)).balances == (Balance(usd(0)), Balance(cny(70)))


def test_sync_topup_undo_by_hand() -> None:
    sync, topup = entry(1, "sync", 45, ago(minutes=2)), entry(2, "topup", 20, ago(minutes=1))
    before, after = view(by_hand(sync, capacity=50.0)), view(by_hand(sync, topup, capacity=50.0))
    assert (before.balance, before.health, before.certainty) == (Balance(usd(45)), 0.9, Certainty.SYNCED)
    assert (after.balance, after.health, after.error) == (Balance(usd(65)), 1.0, usd(0))
    assert [(mark.at, mark.amount) for mark in after.topups] == [(ago(minutes=1), usd(20))]
    assert after.manual and after.next_at is None and not after.stale


def test_nothing_known() -> None:
    found = view(facts("a"))
    assert (found.balance, found.health, found.band, found.certainty) == (None, None, Band.UNKNOWN, Certainty.UNKNOWN)
    assert (found.spend, found.burn, found.runway.state, found.read_at, found.stale) == (
        None,
        None,
        "unknown",
        None,
        False,
    )


# Quotas


def test_a_plan_of_windows() -> None:
    windows = [Window("5h", 0.56, resets_at=NOW + HOUR), Window("7d", 0.31), Window("minute", 0.99)]
    found = view(facts("a", told(NOW, windows=windows), semantics=Semantics.BALANCE))
    assert (found.semantics, found.health, found.binding) == (Semantics.WINDOW, pytest.approx(0.44), "5h")
    assert found.runway.state == "refills"


def test_a_window_past_its_reset_makes_the_rest_a_guess() -> None:
    windows = [Window("5h", 0.9, resets_at=ago(minutes=1)), Window("7d", 0.31)]
    found = view(facts("a", told(ago(1), windows=windows)))
    assert (found.windows[0].used, found.windows[0].resets_at) == (0.0, None)
    assert (found.certainty, found.binding, found.stale) == (Certainty.ESTIMATED, "7d", False)


def test_a_minute_that_refilled_changes_nothing() -> None:
    found = view(facts("a", told(ago(minutes=2), 9, windows=[Window("minute", 0.9, resets_at=ago(minutes=1))])))
    assert found.certainty is Certainty.LIVE


def test_minutes_alone_are_no_plan() -> None:
    found = view(facts("a", told(NOW, windows=[Window("minute", 0.2)])))
    assert (found.semantics, found.health, found.runway.state) == (Semantics.BALANCE, None, "unknown")


def test_a_plan_with_no_extra_credit_is_not_out_of_money() -> None:
    found = view(facts("a", told(NOW, Money(0, "credits"), windows=[Window("5h", 0.25)]), semantics=Semantics.WINDOW))
    assert (found.health, found.binding, found.runway.state) == (0.75, "5h", "refills")


# Certainty, age, problems


def trouble(kind: Kind, since: timedelta = MINUTE, **values: object) -> AskState:
    return AskState("a", attempted_at=NOW - since, problem=Problem(kind, "no"), failures=1, **values)  # type: ignore[arg-type]


def test_a_live_number_is_stale_after_twice_the_interval_and_at_least_ten_minutes() -> None:
    for minutes, expected in ((9.9, False), (10.1, True)):
        assert view(facts("a", told(ago(minutes=minutes), 9))).stale is expected
    slow = facts("a", told(ago(minutes=50), 9))
    assert compose([slow], now=NOW, zone=UTC, interval=30 * MINUTE).accounts[0].stale is False
    assert compose([slow], now=NOW, zone=UTC, interval=20 * MINUTE).accounts[0].stale is True
    assert view(replace(slow, pace=30 * MINUTE)).stale is False


def test_quotas_are_stale_by_the_same_rule() -> None:
    def plan(minutes: float) -> Facts:
        return facts("a", told(ago(minutes=minutes), windows=[Window("7d", 0.31)]))

    assert (view(plan(9)).stale, view(plan(11)).stale) == (False, True)
    assert view(plan(9)).read_at == ago(minutes=9)


def test_what_the_user_said_grows_uncertain_not_stale() -> None:
    found = view(by_hand(entry(1, "sync", 45, ago(30))))
    assert (found.certainty, found.stale, found.error) == (Certainty.ESTIMATED, False, None)


def test_a_problem_keeps_the_last_good_value_as_stale() -> None:
    found = view(facts("a", told(ago(minutes=3), 9), state=trouble("offline")))
    assert found.balance == Balance(usd(9)) and found.stale
    assert found.problem is not None and found.problem.kind == "offline"


def test_a_problem_beside_fresh_numbers_does_not_make_them_stale() -> None:
    found = view(facts("a", told(ago(minutes=1), 9), state=trouble("forbidden", 1 * MINUTE)))
    assert not found.stale and found.problem is not None


def test_a_synced_account_without_a_key_is_no_problem() -> None:
    assert view(by_hand(entry(1, "sync", 45), state=trouble("no_key"))).problem is None
    assert view(by_hand(entry(1, "topup", 45), state=trouble("no_key"))).problem is not None
    assert view(by_hand(entry(1, "sync", 45), state=trouble("rejected"))).problem is not None
    assert view(by_hand()).problem is None


def test_who_can_be_asked() -> None:
    assert view(facts("a", tells=("spend", "windows"))).manual
    assert view(facts("a", can_ask=False)).manual
    assert not view(facts("a", tells=("windows",), semantics=Semantics.WINDOW)).manual


def test_when_it_is_asked_next() -> None:
    asked = AskState("a", attempted_at=ago(minutes=2), fingerprint="used")
    one = board(facts("a", state=asked), facts("b", state=replace(asked, attempted_at=ago(minutes=4))))
    assert one.next_at == NOW + MINUTE
    assert {found.id: found.next_at for found in one.accounts} == {"a": NOW + 3 * MINUTE, "b": NOW + MINUTE}
    assert view(facts("a")).next_at == NOW
    assert view(facts("a", state=replace(asked, attempted_at=ago(1)))).next_at == NOW
    for never in (facts("a", enabled=False), facts("a", can_ask=False), facts("a", state=trouble("rejected"))):
        assert view(never).next_at is None


def test_probes_are_offered_only_where_they_have_a_use() -> None:
    assert view(facts("a")).probe is None
    assert view(facts("a", probe_cost="1 token")).probe is False
    assert view(facts("a", probe_cost="1 token", probe=True)).probe is True


# Spend and time left


def test_a_month_of_drain_has_a_pace_and_an_end() -> None:
    readings = [told(ago(day), 40 - 2 * (10 - day)) for day in range(10, -1, -1)]
    found = view(facts("a", *readings))
    assert found.burn is not None and found.burn.amount == pytest.approx(2, rel=0.01)
    assert found.runway.state == "known" and found.runway.days == pytest.approx(10, rel=0.05)
    assert found.runway.empty_on == date(2026, 11, 30)
    assert found.spend is not None and found.spend.all == usd(20)
    assert len(found.days) == 30 and found.days[0][1] is None and found.days[-2][1] == usd(2)


def test_calls_without_a_price_leave_the_end_open() -> None:
    entries = [entry(1, "sync", 50, ago(9)), entry(2, "sync", 30, ago(1))]
    assert view(by_hand(*entries)).runway.state == "known"
    unpriced = view(by_hand(*entries, usage=(call(ago(3), None, tokens=700),)))
    assert unpriced.runway.state == "unknown"
    assert unpriced.spend is not None and unpriced.spend.unpriced_tokens == 700
    assert view(by_hand(*entries, usage=(call(ago(31), None),))).runway.state == "known"
    # A balance that the provider tells needs no prices.
    readings = [told(ago(day), 10 + day) for day in range(9, -1, -1)]
    assert view(facts("a", *readings, usage=(call(ago(3), None),))).runway.state == "known"


def test_a_plans_calls_are_notional() -> None:
    calls = (call(ago(1), 3, billing="subscription"), call(ago(40), 9, billing="subscription"))
    found = view(facts("a", told(NOW, windows=[Window("5h", 0.5)]), usage=calls, semantics=Semantics.WINDOW))
    assert found.spend is not None
    assert (found.spend.notional, found.spend.all, found.burn) == (usd(3), None, None)


def test_a_cap_that_never_resets_runs_out() -> None:
    readings = [
        told(ago(day), limit=Limit(usd(20), usd(day + 5)), spend=report(None, all=15 - day)) for day in range(9, -1, -1)
    ]
    found = view(facts("a", *readings))
    assert found.runway.state == "known" and found.runway.days == pytest.approx(5, rel=0.05)


def test_floors_push_the_band_down() -> None:
    full = told(ago(5), 10), told(NOW, 9)
    assert view(facts("a", *full)).band is Band.HEALTHY
    assert view(facts("a", *full, thresholds=Thresholds(amount=9.5))).band is Band.CRITICAL
    readings = [told(ago(day), 10 + day) for day in range(9, -1, -1)]
    assert view(facts("a", *readings, capacity=10.0, thresholds=Thresholds(days=11))).band is Band.CRITICAL


# The whole


def test_worst_first() -> None:
    def left(id: str, share: float, **values: object) -> Facts:
        return facts(id, told(NOW, share * 10), capacity=10.0, **values)

    broken = facts("broken", state=trouble("rejected"))
    payg = facts("payg", told(NOW))
    stale = left("stale", 0.6, state=trouble("offline"))
    ko = left("ko", -0.1)
    disabled = left("disabled", 0.01, enabled=False)
    fine, fair, low, critical = left("fine", 0.9), left("fair", 0.7), left("low", 0.4), left("critical", 0.1)
    found = order(broken, disabled, payg, fine, fair, low, critical, ko, stale)
    assert found == ["ko", "critical", "low", "stale", "fair", "fine", "payg", "broken", "disabled"]


def test_within_a_band_the_shorter_runway_then_the_lower_health_is_worse() -> None:
    fast = facts("fast", *(told(ago(day), 60 + day * 9) for day in range(9, -1, -1)), capacity=100.0)
    slow = facts("slow", *(told(ago(day), 55 + day) for day in range(9, -1, -1)), capacity=100.0)
    unknown = facts("unknown", told(NOW, 51), capacity=100.0)
    also = facts("also", told(NOW, 52), capacity=100.0)
    assert order(also, unknown, slow, fast) == ["fast", "slow", "unknown", "also"]


def test_other_orders() -> None:
    b, a, off = facts("b", label="zeta"), facts("a", label="Alpha"), facts("off", label="aaa", enabled=False)
    assert order(off, b, a, sort="name") == ["a", "b", "off"]
    assert order(off, b, a, sort="config") == ["b", "a", "off"]


def test_totals_count_a_purse_once_and_leave_out_what_is_disabled() -> None:
    history = [told(ago(hours=2), 44), told(ago(hours=1), 41)]
    main = facts("or", *history)
    key = facts("key", *history, pool="or")
    other = facts("ds", told(NOW, cny(70)))
    off = facts("off", told(NOW, 500), enabled=False)
    found = {total.currency: total for total in board(main, key, other, off).totals}
    assert found["USD"].remaining == usd(41) and found["USD"].spend.today == usd(3)
    assert found["CNY"].remaining == cny(70)


def test_totals_hold_every_currency_of_an_account() -> None:
    readings = [told(ago(hours=2), cny(70), usd(9)), told(ago(hours=1), cny(64), usd(8))]
    found = {total.currency: total for total in board(facts("a", *readings)).totals}
    assert (found["USD"].remaining, found["USD"].spend.today) == (usd(8), usd(1))
    assert (found["CNY"].remaining, found["CNY"].spend.today) == (cny(64), cny(6))


def test_a_currency_nobody_has_or_spends_has_no_total() -> None:
    plan = facts("plan", told(NOW, windows=[Window("5h", 0.5)]), semantics=Semantics.WINDOW)
    assert [total.currency for total in board(plan, facts("new"), facts("ds", told(NOW, cny(0)))).totals] == ["CNY"]


def test_keys_that_count_for_themselves_add_up() -> None:
    def key(id: str, today: float) -> Facts:
        return facts(id, told(NOW, spend=report(NOW.date(), (NOW.date(), today), all=100)), pool="or")

    (total,) = board(facts("or", told(NOW, 41)), key("k1", 2), key("k2", 3)).totals
    assert (total.remaining, total.spend.today, total.spend.all) == (usd(41), usd(5), usd(200))


def test_what_logs_say_of_each_key_adds_up() -> None:
    main = by_hand(usage=(call(ago(hours=1), 2),))
    key = replace(main, account=replace(main.account, id="key", pool="a"), usage=(call(ago(hours=2), 3),))
    one = board(main, key)
    assert one.totals[0].spend.today == usd(5)
    assert {found.id: found.pool for found in one.accounts} == {"a": None, "key": "a"}


def test_what_models_cost_is_told_in_the_currency_of_the_spend() -> None:
    models = (ModelSpend("a", usd(4)), ModelSpend("b", cny(3)))
    one = view(facts("a", told(NOW, 10, spend=ReportedSpend(all=usd(4), models=models))))
    assert one.spend is not None and one.spend.models == models[:1]


def test_the_board_says_what_it_is() -> None:
    found = compose([], now=NOW, zone=UTC, interval=INTERVAL, demo=True, notices=["line 3 is broken"])
    assert (found.generated_at, found.demo, found.notices, found.next_at) == (NOW, True, ("line 3 is broken",), None)
    assert found.accounts == () and found.totals == ()


# By property

shares = st.none() | st.integers(-100, 100)


@given(
    st.lists(st.tuples(shares, st.booleans(), st.booleans()), max_size=6), st.sampled_from(["worst", "name", "config"])
)
def test_every_account_is_on_the_board_once_and_disabled_ones_last(rows: list, sort: str) -> None:  # type: ignore[type-arg]
    all_of = [
        facts(
            f"a{n}",
            *([] if left is None else [told(NOW, left)]),
            enabled=enabled,
            capacity=100.0,
            state=trouble("offline") if broken else None,
        )
        for n, (left, enabled, broken) in enumerate(rows)
    ]
    found = board(*all_of, sort=sort).accounts
    assert sorted(one.id for one in found) == [one.account.id for one in all_of]
    assert [one.enabled for one in found] == sorted((one.enabled for one in found), reverse=True)
    total = sum(left for left, enabled, _ in rows if left is not None and enabled)
    known = [one.remaining for one in board(*all_of).totals if one.remaining is not None]
    assert known == ([usd(total)] if any(left is not None and enabled for left, enabled, _ in rows) else [])


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=8), st.integers(1, 7))
def test_members_of_a_pool_are_one_purse(balances: list[int], members: int) -> None:
    readings = [told(ago(hours=len(balances) - n), left) for n, left in enumerate(balances)]
    alone = board(facts("or", *readings)).totals
    pooled = board(facts("or", *readings), *(facts(f"k{n}", *readings, pool="or") for n in range(members))).totals
    assert pooled == alone
