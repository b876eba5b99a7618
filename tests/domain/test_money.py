from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.money import MICRO, AmountError, Money, currency_code, money, total, typed_amount

micros = st.integers(-(10**18), 10**18)
currencies = st.sampled_from(["USD", "CNY", "EUR", "points"])


@given(micros, micros)
def test_sums_are_exact(a: int, b: int) -> None:
    assert Money(a, "USD") + Money(b, "USD") - Money(b, "USD") == Money(a, "USD")
    assert -Money(-a, "USD") == Money(a, "USD")


@given(micros)
def test_an_amount_written_out_reads_back_the_same(value: int) -> None:
    written = f"{Decimal(value) / MICRO:f}"
    assert money(written, "USD") == money(Decimal(written), "USD") == Money(value, "USD")
    assert typed_amount(written, "USD") == Money(value, "USD")


@given(st.integers(-(10**9), 10**9))
def test_a_float_means_its_shortest_decimal(cents: int) -> None:
    assert money(cents / 100, "USD").micros == cents * 10_000


def test_amounts_are_ordered_and_divided_within_a_currency() -> None:
    one, two = Money(1, "USD"), Money(2, "USD")
    assert one < two and one <= two and one <= one
    assert not two < one and not one < one and not two <= one
    assert one / two == 0.5
    assert Money(10, "USD").times(0.25) == two
    with pytest.raises(ZeroDivisionError):
        one / Money(0, "USD")


@given(micros, micros, currencies, currencies)
def test_two_currencies_never_meet(a: int, b: int, one: str, other: str) -> None:
    left, right = Money(a, one), Money(b, other)
    if one == other:
        assert (left + right).currency == one
        return
    for act in (lambda: left + right, lambda: left - right, lambda: left < right, lambda: left <= right):
        with pytest.raises(AmountError):
            act()
    with pytest.raises(AmountError):
        left / right


@given(st.lists(st.builds(Money, micros, currencies)))
def test_totals_keep_every_currency_apart(amounts: list[Money]) -> None:
    sums = total(amounts)
    assert list(sums) == list(dict.fromkeys(amount.currency for amount in amounts))
    for currency, found in sums.items():
        assert found.micros == sum(amount.micros for amount in amounts if amount.currency == currency)


@pytest.mark.parametrize(
    "value",
    [None, True, "", "words", "nan", "inf", "-Infinity", float("nan"), float("inf"), Decimal("NaN"), "1e30", 10**13, [],
     "4５", "9" * 50],
)  # fmt: skip
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(AmountError):
        money(value, "USD")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("45", Money(45 * MICRO, "USD")),
        (" 45.00 ", Money(45 * MICRO, "USD")),
        ("$45", Money(45 * MICRO, "USD")),
        ("¥45", Money(45 * MICRO, "CNY")),
        ("45 eur", Money(45 * MICRO, "EUR")),
        ("300 points", Money(300 * MICRO, "points")),
        ("4,50", Money(4_500_000, "USD")),
        ("-3.20", Money(-3_200_000, "USD")),
        ("−3.20", Money(-3_200_000, "USD")),
        ("-$3.20", Money(-3_200_000, "USD")),
        ("$-3.20", Money(-3_200_000, "USD")),
    ],
)
def test_what_people_type(text: str, meant: Money) -> None:
    assert typed_amount(text, "USD") == meant


@pytest.mark.parametrize("text", ["", "abc", "$45 EUR", "1.2.3", "1e5", "45 $", "nan", "∞"])
def test_what_cannot_be_meant_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(AmountError) as refusal:
        typed_amount(text, "USD")
    assert str(refusal.value).endswith(".")


def test_a_currency_has_one_spelling() -> None:
    assert [currency_code(text) for text in ("usd", " Cny ", "Points", "CREDITS")] == [
        "USD",
        "CNY",
        "points",
        "credits",
    ]
    for text in ("", "U", "US$", "1BC", "a" * 20):
        with pytest.raises(AmountError):
            currency_code(text)
