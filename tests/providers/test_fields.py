from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.money import AmountError, Money
from creditsui.providers.fields import amount, cents, number, record, records, share, word


@pytest.mark.parametrize(
    ("value", "figure"), [(3, 3.0), ("3", 3.0), (" 3.5 ", 3.5), (Decimal("3.25"), 3.25), ("-1e3", -1000.0), ("0", 0.0)]
)
def test_numbers_and_numbers_written_as_text(value: object, figure: float) -> None:
    assert number(value) == figure


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "x",
        "1_000",
        "٣",
        "NaN",
        "inf",
        "1e999",
        Decimal("NaN"),
        Decimal("1e400"),
        float("inf"),
        10**400,
        "1" * 41,
        [],
    ],
)
def test_everything_else_is_unknown(value: object) -> None:
    assert number(value) is None and share(value) is None


def test_percent_is_always_percent() -> None:
    assert share(0.5) == 0.005 and share("50") == 0.5 and share(140) == 1.0 and share(-3) == 0.0


def test_cents_are_exact_and_may_have_decimals() -> None:
    assert cents("123.45", "USD") == Money(1_234_500, "USD")
    assert cents(325, "usd") == Money(3_250_000, "USD")
    assert cents("-1000", "USD") == Money(-10_000_000, "USD")
    for odd in (None, "NaN", "x"):
        with pytest.raises(AmountError):
            cents(odd, "USD")


def test_an_amount_that_is_none_is_unknown_not_zero() -> None:
    assert amount(None, "USD") is None and amount("", "USD") is None and amount("0.00", "USD") == Money(0, "USD")


def test_shapes() -> None:
    assert record({"a": 1}) == {"a": 1} and records([{"a": 1}, 2, None]) == [{"a": 1}]
    assert records({"a": 1}) == [] and word(" x ") == "x" and word(7) == ""
    for odd in (None, [], "x", 1):
        with pytest.raises(TypeError):
            record(odd)


@given(st.text() | st.integers() | st.floats() | st.decimals() | st.booleans() | st.none())
def test_a_share_is_a_fraction_or_unknown(value: object) -> None:
    found = share(value)
    assert found is None or 0.0 <= found <= 1.0
