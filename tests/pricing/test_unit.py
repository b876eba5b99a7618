"""What a call costs by a unit price: exactly, as a whole, at its hour and length."""

from dataclasses import replace
from datetime import UTC, datetime

from creditsui.domain.call import Call
from creditsui.pricing.unit import UnitPrice, cost, price

OPUS = UnitPrice(
    input=5_000_000, output=25_000_000, cache_read=500_000, cache_write=6_250_000, cache_write_1h=10_000_000
)


def call(at: str = "2026-11-02T12:00:00Z", **tokens: int) -> Call:
    return Call(key=1, at=round(datetime.fromisoformat(at).timestamp() * 1000), model="m", **tokens)


def test_a_call_costs_the_sum_of_its_disjoint_tokens_to_the_micro_dollar() -> None:
    assert cost(call(input=3, output=97, cache_read=17_997, cache_write=4_678), OPUS) == 40_676
    assert cost(call(input=1_000_000), OPUS) == 5_000_000


def test_half_a_micro_dollar_is_rounded_up_and_less_of_it_is_nothing() -> None:
    assert cost(call(cache_read=1), OPUS) == 1
    assert cost(call(cache_read=1), replace(OPUS, cache_read=499_999)) == 0


def test_writes_for_an_hour_are_a_part_of_all_writes_and_have_their_own_price() -> None:
    assert cost(call(cache_write=1_000_000, cache_write_1h=400_000), OPUS) == 600_000 * 6.25 + 400_000 * 10


def test_a_log_that_tells_more_writes_for_an_hour_than_writes_makes_no_call_cheaper() -> None:
    assert cost(call(cache_write=10, cache_write_1h=1_000_000), OPUS) == 100


def test_reasoning_is_told_but_counted_once_as_output() -> None:
    assert cost(call(output=1000, reasoning=900), OPUS) == cost(call(output=1000), OPUS)


def test_a_call_with_tokens_that_have_no_price_is_unpriced_and_not_cheaper() -> None:
    unit = replace(OPUS, cache_read=None)
    assert cost(call(input=10, cache_read=1), unit) is None
    assert cost(call(input=10), unit) == 50
    assert price(call(output=1), [replace(OPUS, output=None)]) is None


def test_pitfall_17_a_long_prompt_is_dearer_as_a_whole_and_ten_short_ones_are_not() -> None:
    short, long = replace(OPUS, up_to=272_000), replace(OPUS, input=10_000_000, above=272_000)
    assert price(call(input=272_000), [short, long]) == 1_360_000
    assert price(call(input=272_001), [short, long]) == 2_720_010
    assert price(call(input=1, cache_read=271_999, cache_write=1), [short, long]) == price(
        call(input=1, cache_read=271_999, cache_write=1), [long]
    )


def test_the_sum_of_a_session_has_the_price_of_short_prompts() -> None:
    short, long = replace(OPUS, up_to=272_000), replace(OPUS, input=10_000_000, above=272_000)
    assert price(call(input=1_000_000), [short, long], summed=True) == 5_000_000


def test_a_price_holds_from_its_first_millisecond_to_before_its_last() -> None:
    at = call().at
    assert price(call(input=1_000), [replace(OPUS, since=at)]) == 5_000
    assert price(call(input=1_000), [replace(OPUS, until=at)]) is None
    assert price(call(input=1_000), [replace(OPUS, since=at + 1)]) is None


def test_a_price_by_the_hour_holds_at_its_hours_of_its_days_in_utc() -> None:
    peak = replace(OPUS, from_minute=60, to_minute=240, weekdays=0b0011111)
    assert price(call("2026-11-02T01:00:00Z", input=1_000), [peak]) == 5_000
    assert price(call("2026-11-02T03:59:59.999Z", input=1_000), [peak]) == 5_000
    assert price(call("2026-11-02T04:00:00Z", input=1_000), [peak]) is None
    assert price(call("2026-11-02T00:59:59Z", input=1_000), [peak]) is None
    friday, saturday, sunday = "2026-11-06T02:00:00Z", "2026-11-07T02:00:00Z", "2026-11-08T02:00:00Z"
    assert [price(call(day, input=1_000), [peak]) for day in (friday, saturday, sunday)] == [5_000, None, None]


def test_weekdays_are_those_of_the_calendar() -> None:
    for day in range(1, 8):
        at = f"2026-11-0{day}T12:00:00Z"
        only = replace(OPUS, weekdays=1 << datetime.fromisoformat(at).astimezone(UTC).weekday())
        held = [price(call(f"2026-11-0{other}T12:00:00Z", input=1), [only]) for other in range(1, 8)]
        assert [one is not None for one in held] == [other == day for other in range(1, 8)]
