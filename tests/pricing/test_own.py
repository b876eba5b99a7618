"""The user's own prices win, and what they do not say is not guessed."""

import tomllib
from typing import Any

import pytest

from creditsui.domain.call import Call
from creditsui.pricing.own import faults, own
from creditsui.pricing.quote import units
from creditsui.pricing.unit import UnitPrice, price


def toml(text: str) -> Any:
    return tomllib.loads(text)["prices"]


MYSTERY = toml('[prices."mystery-9000"]\ninput = 1.0\noutput = 4.0\n')


def test_a_model_that_the_table_lacks_has_the_users_price() -> None:
    assert units("", "mystery-9000", "", MYSTERY) == (
        UnitPrice(input=1_000_000, output=4_000_000, cache_read=None, cache_write=None, cache_write_1h=None,
                  source="config.toml"),
    )  # fmt: skip
    assert units("northwind", "Mystery-9000", "", MYSTERY)
    assert units("", "mystery-9001", "", MYSTERY) == ()


def test_cache_prices_that_were_not_said_leave_calls_with_cache_unpriced_and_others_priced() -> None:
    rows = units("", "mystery-9000", "", MYSTERY)
    assert price(Call(1, 0, "m", 1_000, 1_000), rows) == 5_000
    assert price(Call(1, 0, "m", 1_000, 1_000, 1), rows) is None
    assert price(Call(1, 0, "m", 1_000, 1_000, 0, 1), rows) is None
    told = toml("[prices.m]\ninput = 1\noutput = 4\ncache_read = 0.1\ncache_write = 1.25\n")
    assert price(Call(1, 0, "m", 0, 0, 1_000, 1_000), units("", "m", "", told)) == 1_350
    assert price(Call(1, 0, "m", 0, 0, 1_000, 1_000, 1), units("", "m", "", told)) is None


def test_the_users_price_wins_over_the_table() -> None:
    told = {"claude-opus-4-8": {"input": 1, "output": 2}}
    assert [one.input for one in units("anthropic", "claude-opus-4-8", "", told)] == [1_000_000]


def test_the_price_at_one_provider_wins_over_that_of_the_model() -> None:
    told = toml('[prices.m]\ninput = 1\noutput = 1\n[prices."northwind/m"]\ninput = 2\noutput = 2\n')
    assert [units(id, "m", "", told)[0].input for id in ("northwind", "zai", "")] == [2_000_000, 1_000_000, 1_000_000]


def test_a_tier_has_the_users_price_only_where_the_user_says_one() -> None:
    told = toml("[prices.claude-opus-4-8]\ninput = 1\noutput = 1\n")
    assert units("anthropic", "claude-opus-4-8", "fast", told)[0].input == 10_000_000
    told = toml("[prices.gpt-x]\ninput = 1\noutput = 1\n[prices.gpt-x.fast]\ninput = 3\noutput = 3\n")
    assert [units("", "gpt-x", tier, told)[0].input for tier in ("", "fast")] == [1_000_000, 3_000_000]
    assert units("", "gpt-x", "priority", told) == ()
    only = toml("[prices.gpt-x.fast]\ninput = 3\noutput = 3\n")
    assert (units("", "gpt-x", "", only), faults(only)) == ((), [])
    assert units("", "gpt-x", "fast", only)


def test_nothing_is_a_price_the_user_may_say() -> None:
    assert price(Call(1, 0, "m", 1_000), units("", "local", "", {"local": {"input": 0, "output": 0.0}})) == 0


def test_an_amount_is_exact_as_it_was_written() -> None:
    (unit,) = units("", "m", "", toml("[prices.m]\ninput = 0.003625\noutput = 0.1\n"))
    assert (unit.input, unit.output) == (3_625, 100_000)


def test_a_price_that_cannot_be_read_hides_the_tables_which_the_user_did_not_want() -> None:
    assert units("anthropic", "claude-opus-4-8", "", {"claude-opus-4-8": {"input": 1}}) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[prices]\nm = 1\n", '[prices."m"] is not a table'),
        ("[prices.m]\ninput = 1\n", "output is missing"),
        ("[prices.m]\n", "input is missing"),
        ("[prices.m]\ninput = -1\noutput = 1\n", "input is not a number from 0"),
        ("[prices.m]\ninput = nan\noutput = 1\n", "input is not a number"),
        ("[prices.m]\ninput = inf\noutput = 1\n", "input is not a number"),
        ("[prices.m]\ninput = true\noutput = 1\n", "input is not a number"),
        ('[prices.m]\ninput = "1"\noutput = 1\n', "input is not a number"),
        ("[prices.m]\ninput = 1\noutput = 1\nimput = 1\n", "imput means nothing here"),
        ("[prices.m.fast]\ninput = 1\n", '[prices."m".fast] output is missing'),
    ],
)
def test_a_price_that_cannot_be_read_is_told_and_the_model_is_unpriced_not_priced_by_the_table(
    text: str, words: str
) -> None:
    told = toml(text)
    assert words in faults(told)[0]
    assert faults(told)[0].startswith("config.toml: ")
    assert own(told, "", "m", "fast" if "fast" in text else "") == ()


def test_a_hostile_name_stays_on_its_line() -> None:
    (fault, *_) = faults({"a\n\x1b[31m": 1})
    assert "\n" not in fault and "\x1b" not in fault
