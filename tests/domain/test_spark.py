from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.spark import spark, sparks

values = st.lists(st.none() | st.floats(-10, 1e9), max_size=60)


def test_it_is_drawn_from_zero() -> None:
    assert spark([0, 50, 100], 3) == "▁▅█"
    assert spark([100, 100, 99], 3) == "███"


def test_a_day_nobody_watched_is_blank_and_a_little_is_more_than_nothing() -> None:
    assert spark([None, 0.0, 0.001, 100.0], 4) == " ▁▂█"


def test_the_newest_stands_at_the_right() -> None:
    assert spark([1.0], 4) == "   █"
    assert spark([0, 0, 8, 8], 2) == "▁█"
    assert spark([None, None, 4, None], 2) == " █"


def test_ascii_and_nothing() -> None:
    assert spark([0, 1, 2], 3, ascii=True) == "_=#"
    assert spark([], 3) == "   "
    assert spark([1.0], 0) == ""
    assert spark([float("nan"), float("inf"), 1.0], 3) == "  █"


@given(values, st.integers(0, 60), st.booleans())
def test_it_is_exactly_as_wide_as_asked(series: list[float | None], width: int, ascii: bool) -> None:
    line = spark(series, width, ascii=ascii)
    assert len(line) == width
    assert line.isascii() == (ascii or not line.strip())


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_more_is_never_drawn_lower(series: list[float]) -> None:
    line = spark(series, len(series))
    ranked = sorted(zip(series, line, strict=True))
    assert [mark for _, mark in ranked] == sorted(mark for _, mark in ranked)


def test_in_more_lines_it_is_the_same_chart_seen_closer() -> None:
    assert sparks([0, 50, 100, None], 4, 2) == [" ▁█ ", "▁██ "]
    assert sparks([3, 1], 2, 1) == [spark([3, 1], 2)]
    assert sparks([1.0], 0, 3) == ["", "", ""]
