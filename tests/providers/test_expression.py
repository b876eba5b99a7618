"""The language of declarations: every rule, and that nothing an answer holds brings it down."""

import sys
import threading
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from creditsui.domain.clean import decode_json
from creditsui.providers.expression import LONGEST, Expression, ExpressionError, Missing, expression
from tests.soak import rounds

ANSWER = decode_json("""{
  "data": {"total": 20.10, "used": "7.35", "none": null, "yes": true, "rate-limit": 5, "5h": {"used": 3}},
  "limits": [{"type": "week", "left": 3, "cap": 10, "by": [{"n": 1}, {"n": 2}]},
             {"type": "day", "left": null, "cap": "4", "by": [{"n": 4}]}],
  "empty": [], "code": 0, "text": "hello", "or": 6, "small": "9", "big": "10", "same": "10.0"
}""")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("data.total", "20.10"),
        ("data.total - data.used", "12.75"),
        ("0.1 + 0.2", "0.3"),
        ("2 + 3 * 4 - 10 / 4", "11.5"),
        ("(2 + 3) * -4", "-20"),
        ("-data.total", "-20.10"),
        ("1e3 * 1.5", "1500"),
        ("data['rate-limit']", "5"),
        ("data['5h'].used", "3"),
        ("$['or'] + @['or']", "12"),
        ("limits[0].left", "3"),
        ("limits[-1].cap", "4"),
        ("limits[type == 'day'].cap", "4"),
        ("limits[type == 'week' and left > 2].left", "3"),
        ("limits[cap == $.limits[1].cap].cap", "4"),
        ("min(limits[*].left)", "3"),
        ("min(data.nothing, 5, data.none)", "5"),
        ("max(limits[*].cap)", "10"),
        ("sum(limits[*].cap)", "14"),
        ("sum(limits[*].by[*].n)", "7"),
        ("sum(empty)", "0"),
        ("count(limits)", "2"),
        ("count(empty)", "0"),
        ("first(data.nothing, data.none, data.used)", "7.35"),
        ("1 / 3 * 3", None),
    ],
)
def test_a_number_is_found_and_calculated_exactly(text: str, value: str | None) -> None:
    found = expression(text).number(ANSWER)
    assert found is not None
    assert found == Decimal(value) if value is not None else abs(found - 1) < Decimal("1e-70")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("code == 0", True),
        ("code != 0", False),
        ("data.yes", True),
        ("data.yes == true", True),
        ("not data.yes", False),
        ("code == false", False),
        ("data.yes == 1", False),
        ("data.none == null", True),
        ("data.nothing == null", True),
        ("data.nothing != null", False),
        ("data.total != null", True),
        ("null == null", True),
        ("data.nothing != 1", False),
        ("data.nothing > 1", False),
        ("not data.nothing > 1", True),
        ("data.none <= 0", False),
        ("text == 'hello'", True),
        ("text > 'a'", False),
        ("text != 1", True),
        ("big > small", True),
        ("big == same", False),
        ("big == 10", True),
        ("code == 1 or code == 0 and text == 'hello'", True),
        ("(code == 1 or code == 0) and text == 'no'", False),
        ("limits == 2", False),
        ("text", False),
        ("code", False),
    ],
)
def test_a_condition_holds_only_when_it_is_known_to_be_true(text: str, holds: bool) -> None:
    assert expression(text).holds(ANSWER) is holds


@pytest.mark.parametrize("text", ["data.none", "data.none + 1", "sum(data.none)", "min(data.none)", "first(data.none)"])
def test_null_stays_null(text: str) -> None:
    assert expression(text).number(ANSWER) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("data.balance", "data has no “balance” (it has: total, used, none, yes, ['rate-limit'], ['5h'])"),
        ("data.rate - limit", "data has no “rate” (it has: ['rate-limit'], total"),
        ("data.total.left", "data.total is 20.10, so it has no “left”"),
        ("data.none.left", "data.none is null, so it has no “left”"),
        ("$.nothing", "the answer has no “nothing” (it has: data, limits, empty, code, text, ['or'], small, big, …)"),
        ("limits.left", "limits is a list of 2, so it has no “left”"),
        ("limits[5]", "limits is a list of 2, so there is no [5]"),
        ("limits[type == 'year'].left", "no item of limits is the one that was asked for"),
        ("data[*].x", "data is an object, not a list"),
        ("limits[*].by[0].m", "limits[*].by[0] is a list of 2, so it has no “m”"),
        ("text + 1", "a value is “hello”, not a number"),
        ("text", "“text” is “hello”, not a number"),
        ("data.yes", "“data.yes” is true, not a number"),
        ("1 / code", "nothing can be divided by 0"),
        ("sum(limits[*].nothing)", "has no “nothing”"),
        ("count(text)", "what is counted is “hello”, not a list"),
        ("1e300 * 1e300", "a number is too large"),
        ("1e-300 * 1e-300", "a number is too large"),
    ],
)
def test_what_is_missing_is_said_with_the_place_where_it_ends(text: str, says: str) -> None:
    with pytest.raises(Missing) as missing:
        expression(text).number(ANSWER)
    assert says in str(missing.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "something is missing at its end"),
        ("data.", "a name is missing after “.”"),
        ("data.5h", "is written ['5h']"),
        ("data total", "“total” was not expected"),
        ("code = 0", "equality is written =="),
        ('text == "x"', "single quotes"),
        ("a && b", "write and"),
        ("a || b", "write or"),
        ("average(a)", "there is no “average”; there are min, max, sum, count, first"),
        ("min(a", "“)” is missing"),
        ("a[1.5]", "a whole number"),
        ("a[*", "“]” is missing"),
        ("a[]", "was not expected"),
        ("and", "“and” was not expected"),
        ("(" * 30 + "a" + ")" * 30, "nested too deeply"),
        ("not " * 30 + "a", "nested too deeply"),
        ("-" * 30 + "a", "nested too deeply"),
        ("a" * (LONGEST + 1), "longer than 400"),
        ("1e999999", "too large"),
        ("1e999999999999999999999", "too large"),
        ("9" * 41, "too large"),
        ("a ; b", "“; b” is not understood"),
        ("a\u202eb", "is not understood"),
    ],
)
def test_a_mistake_is_met_when_it_is_written(text: str, says: str) -> None:
    with pytest.raises(ExpressionError) as fault:
        expression(text)
    assert says in str(fault.value)


ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**15, 10**5000)
    | st.decimals()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([Decimal("1e999999"), Decimal("-1e-999999"), "1e999", "9" * 39, "a", "b"])
)
JSON = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=12,
)
PIECES = [
    "a",
    "b",
    "c",
    ".",
    "[0]",
    "[*]",
    "[",
    "]",
    "(",
    ")",
    "+",
    "-",
    "*",
    "/",
    "==",
    "!=",
    "<",
    ">=",
    " and ",
    " or ",
]
PIECES += [" not ", "min(", "max(", "sum(", "count(", "first(", ",", "'a'", "1", "0", "1e300", "null", "true", "$", "@"]
SHAPES = [
    "a",
    "a.b",
    "a[0].b",
    "a[*].b",
    "a[b == 1].c",
    "@ + 1",
    "min(a, b)",
    "sum(a[*].b, c)",
    "count(a)",
    "a * b * c",
]
SHAPES += ["a / b", "a - b - c", "first(a, b.c)", "max(a[*])", "a > b", "a == b", "a < 1 or not b", "a[$.b[@ == a]].c"]


@settings(deadline=None, max_examples=rounds(full=400, short=120))
@given(
    st.sampled_from(SHAPES) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=20), JSON
)
@example("a + 1", {"a": 10**5000})
@example("a + 1", {"a": Decimal("1e999999")})
@example("a * a", {"a": Decimal("NaN")})
def test_any_text_over_any_answer_is_a_value_or_says_why_not(text: str, answer: Any) -> None:
    try:
        made = expression(text)
    except ExpressionError as fault:
        assert str(fault)
        return
    try:
        number = made.number(answer)
    except Missing as missing:
        assert str(missing)
    else:
        assert number is None or (number.is_finite() and len(str(int(number))) < 320)
    assert made.holds(answer) in {True, False}


LONG = ["+".join(["a"] * 200), ".".join(["a"] * 200), " or ".join(["a"] * 80), " and ".join(["a"] * 66)]
LONG += ["a" + "[0]" * 130, "a[" * 19 + "a" + "]" * 19, "min(" * 19 + "a" + ")" * 19]


@pytest.mark.parametrize("text", LONG, ids=lambda text: str(text)[:12])
def test_the_longest_expressions_fit_any_stack(text: str) -> None:
    fault: list[BaseException] = []

    def deep(levels: int) -> None:
        if levels:
            return deep(levels - 1)
        try:
            expression(text).holds({"a": 1})
        except BaseException as error:
            fault.append(error)

    thread = threading.Thread(target=deep, args=(sys.getrecursionlimit() // 2,))
    thread.start()
    thread.join()
    assert not fault


def test_filters_within_filters_come_to_an_end() -> None:
    answer = {"x": [{"n": number} for number in range(3000)]}
    made = expression("x[count($.x[*]) == 1 or $.x[n == -1] == 1 or $.x[n == -2] == 1].n")
    with pytest.raises(Missing, match="too much to look through"):
        made.value(answer)


def test_an_expression_is_compiled_once() -> None:
    assert isinstance(expression("a.b"), Expression) and expression("a.b") is expression("a.b")
