from datetime import UTC, datetime
from decimal import Decimal

import pytest

from creditsui.domain.reading import Reading, Window
from creditsui.providers.spec import Answer, Get
from tests.providers.answering import answer, known, read, refused

MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
BALANCES = {"USD": Decimal("12.3456"), "DIEM": Decimal("90.5")}


def told(billing: Answer | None = None, **changes: object) -> Reading:
    data = {
        "accessPermitted": True, "apiTier": {"id": "paid", "isCharged": True}, "balances": BALANCES,
        "keyExpiration": None, "nextEpochBegins": "2026-11-21T00:00:00.000Z", "rateLimits": [],
    }  # fmt: skip
    limits = answer({"data": {**data, **changes}})
    if billing is None:
        return read("venice", limits=limits)
    return read("venice", limits=limits, billing=billing)


def allowance(whole: object, left: object) -> Answer:
    body = {"canConsume": True, "balances": {"diem": left, "usd": 25}, "diemEpochAllocation": whole}
    return answer(body, credential="admin_key")


def left(reading: Reading) -> list[tuple[float, str]]:
    return [(balance.remaining.amount, balance.remaining.currency) for balance in reading.balances]


def test_diem_is_a_currency_of_its_own_and_never_added_to_dollars() -> None:
    assert left(told()) == [(12.3456, "USD"), (90.5, "diem")] and told().plan == "paid"


def test_bundled_credits_are_a_purse_that_can_consume_does_not_know_of() -> None:
    reading = told(balances={"USD": 0, "DIEM": 0, "BUNDLED_CREDITS": 40})
    assert left(reading) == [(40.0, "credits")]
    refusing = answer({"canConsume": False, "balances": {"diem": 0, "usd": 0}, "diemEpochAllocation": 100})
    reading = told(refusing, balances={"USD": 0, "DIEM": 0, "BUNDLED_CREDITS": 40})
    assert left(reading) == [(40.0, "credits")] and reading.badges == () and not reading.windows[0].counts


def test_dollars_may_be_negative() -> None:
    assert left(told(balances={"USD": Decimal("-0.03"), "DIEM": 0})) == [(-0.03, "USD")]
    assert left(told(balances={"USD": Decimal("-0.03"), "DIEM": 5})) == [(-0.03, "USD"), (5.0, "diem")]


def test_a_purse_that_is_null_is_unknown_and_one_that_is_empty_does_not_hide_the_other() -> None:
    assert left(told(balances={"USD": None, "DIEM": 3})) == [(3.0, "diem")]
    assert left(told(balances={"USD": 0, "DIEM": 3})) == [(3.0, "diem")]
    assert left(told(balances={"USD": 0, "DIEM": 0})) == [(0.0, "USD")]


@pytest.mark.parametrize("odd", [{}, {"USD": None, "DIEM": None}, {"USD": "n/a"}, [], None])
def test_no_purse_at_all_is_a_changed_answer_never_zero(odd: object) -> None:
    with pytest.raises((KeyError, TypeError)):
        told(balances=odd)


def test_a_key_for_calls_is_told_when_diem_refills_but_not_what_a_full_day_is() -> None:
    reading = told()
    assert reading.windows == () and reading.badges == ("DIEM refills 00:00 UTC",)
    assert told(balances={"USD": 5}).badges == ()
    assert told(nextEpochBegins="2026-11-20T00:00:00.000Z").badges == ()


def test_an_admin_key_makes_a_window_of_the_days_diem() -> None:
    (window,) = told(allowance(100, Decimal("90.5"))).windows
    assert window == Window("day", window.used, 100.0, 90.5, "diem", MIDNIGHT, 86400, counts=False)
    assert window.used == pytest.approx(0.095)
    assert told(allowance(100, Decimal("90.5"))).badges == ()


def test_the_window_stops_who_has_no_dollars_that_pay_for_the_rest() -> None:
    dry = {"USD": 0, "DIEM": 2}
    assert [window.counts for window in told(allowance(100, 2), balances=dry).windows] == [True]
    assert [window.counts for window in told(allowance(100, 2)).windows] == [False]


@pytest.mark.parametrize(
    "billing", [allowance(0, 5), allowance(None, 5), allowance(100, None), answer(None, 401), answer([]), answer({})]
)
def test_without_an_allowance_there_is_no_window(billing: Answer) -> None:
    assert told(billing).windows == ()


def test_more_diem_than_a_day_holds_and_less_than_none_stay_within_the_window() -> None:
    assert [(one.used, one.remaining) for one in told(allowance(100, 130)).windows] == [(0.0, 130.0)]
    assert [(one.used, one.remaining) for one in told(allowance(100, -1)).windows] == [(1.0, 0.0)]


def test_only_an_admin_key_is_sent_where_a_key_for_calls_is_refused_with_a_401() -> None:
    asks = {ask.name: ask for ask in known("venice").asks if isinstance(ask, Get)}
    assert asks["billing"].credential == ("admin_key",) and asks["billing"].failure == "soft"
    assert asks["limits"].credential == ("key", "admin_key") and asks["limits"].failure == "fatal"


def test_a_401_for_the_admin_key_is_a_wrong_kind_and_for_the_usual_one_a_rejection() -> None:
    assert refused("venice", 401, {"error": "Authentication failed"}, "admin_key").kind == "wrong_kind"
    problem = refused("venice", 401, {"error": "Authentication failed"})
    assert problem.kind == "rejected" and problem.action == "creditsui key set venice"


def test_a_402_is_of_the_key_or_of_the_account_and_says_both() -> None:
    problem = refused("venice", 402, {"error": "API key USD spend limit exceeded"})
    assert problem.kind == "out_of_money" and "this key has reached the spending limit of its own" in problem.message
    assert problem.action == "top up or raise it at https://venice.ai/settings/api"


def test_a_402_that_asks_for_a_key_is_a_rejection() -> None:
    assert refused("venice", 402, {"error": "Authentication required"}).kind == "rejected"


def test_a_key_that_is_locked_out_waits() -> None:
    assert refused("venice", 429, {"error": "Too many failed attempts"}).kind == "limited"


def test_what_the_key_may_not_do_is_said() -> None:
    assert "not available for calls" in told(accessPermitted=False).badges
    assert "key expired" in told(keyExpiration="2026-11-01T00:00:00.000Z").badges
    assert "key expired" not in told(keyExpiration="2027-11-01T00:00:00.000Z").badges
