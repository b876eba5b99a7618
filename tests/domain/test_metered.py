from dataclasses import replace

from creditsui.domain.metered import metered
from tests.domain.make import ago, call, cny, usd


def test_calls_are_sorted_by_who_pays() -> None:
    paid, plan = call(ago(3), 2), call(ago(2), 3, billing="subscription")
    unknown, free_plan = call(ago(1), 4, billing="unknown"), call(ago(1), None, billing="subscription")
    found = metered([paid, plan, unknown, free_plan], since=ago(30))
    assert (found.priced, found.notional) == ([paid], {"USD": usd(3)})
    assert (found.unpriced_at, found.unpriced_tokens) == (None, 0)


def test_all_tokens_of_a_call_without_a_price_count_reasoning_not_twice() -> None:
    bare = replace(call(ago(2), None), input=1, output=20, cache_read=300, cache_write=4000, reasoning=15)
    found = metered([bare, call(ago(3), None, tokens=50_000), call(ago(40), None, tokens=9)], since=ago(30))
    assert (found.unpriced_tokens, found.unpriced_at) == (54_321, ago(2))


def test_a_plans_calls_count_from_the_day_and_by_currency() -> None:
    costs = [(1, usd(1)), (2, cny(5)), (3, usd("0.25")), (31, usd(100))]
    calls = [call(ago(days), cost, billing="subscription") for days, cost in costs]
    assert metered(calls, since=ago(30)).notional == {"USD": usd("1.25"), "CNY": cny(5)}
