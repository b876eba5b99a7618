"""The painter of upright columns."""

from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.bar import ASCII, PLAIN, UNICODE, Run
from creditsui.domain.columns import ROLES, Column, paint_columns, pitch

amounts = st.floats(0, 1e9) | st.floats()
columns = st.lists(st.builds(Column, amounts, amounts, st.booleans()), max_size=40)


def texts(lines: list[list[Run]]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def roles(lines: list[list[Run]]) -> list[list[str]]:
    return [[role for text, role in line for _ in text] for line in lines]


def test_twice_as_high_is_twice_as_much() -> None:
    assert texts(paint_columns([Column(4), Column(8), Column(2)], 3, 2)) == [" █ ", "██▄"]


def test_a_little_is_seen_and_nothing_is_not() -> None:
    assert texts(paint_columns([Column(0), Column(0.001), Column(100)], 3, 1)) == [" ▁█"]
    assert texts(paint_columns([Column(), Column()], 2, 2)) == ["  ", "  "]


def test_what_a_plan_covers_stands_pale_upon_what_was_paid() -> None:
    drawn = paint_columns([Column(6, 10)], 1, 2)
    assert texts(drawn) == ["█", "▆"]
    assert roles(drawn) == [["column-pale"], ["column-on-pale"]]


def test_without_colour_the_characters_tell_the_parts() -> None:
    assert texts(paint_columns([Column(8, 8), Column(0, 1)], 2, 4, PLAIN)) == ["▒ ", "▒ ", "█ ", "█▒"]
    assert texts(paint_columns([Column(8, 8), Column(0, 1), Column(2)], 3, 4, ASCII)) == ["-  ", "-  ", "#  ", "#-="]


def test_nobody_knows_how_much_is_not_nothing() -> None:
    assert texts(paint_columns([Column(unknown=True), Column(1)], 2, 2)) == [" █", "?█"]


def test_columns_are_as_wide_as_there_is_room_but_no_slabs() -> None:
    assert pitch(30, 65) == (2, 1)
    assert pitch(7, 100) == (7, 6)
    assert pitch(30, 30) == (1, 1)
    assert pitch(31, 30) == (0, 0)
    assert texts(paint_columns([Column(1), Column(1)], 9, 1)) == ["███ ███  "]


@given(columns, st.integers(-1, 90), st.integers(-1, 12), st.sampled_from([UNICODE, PLAIN, ASCII]))
def test_it_fills_its_room_exactly_whatever_is_drawn(
    drawn: list[Column], width: int, height: int, glyphs: object
) -> None:
    lines = paint_columns(drawn, width, height, glyphs)  # type: ignore[arg-type]
    assert len(lines) == max(0, height)
    assert all(len(text) == max(0, width) for text in texts(lines))
    assert all(role in ROLES for line in lines for _, role in line)
    assert glyphs is not ASCII or all(text.isascii() for text in texts(lines))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_more_is_never_lower(series: list[float]) -> None:
    lines = texts(paint_columns([Column(value) for value in series], len(series), 3))
    marks = " ▁▂▃▄▅▆▇█"
    heights = [sum(marks.index(line[index]) for line in lines) for index in range(len(series))]
    ordered = [high for _, high in sorted(zip(series, heights, strict=True))]
    assert ordered == sorted(ordered)
