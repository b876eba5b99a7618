"""Of a line that changed, exactly the cells from the first to the last that are different."""

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from creditsui.tui.changed import regions, span

CELLS = st.lists(st.tuples(st.sampled_from("ab▄"), st.sampled_from([None, Style(bold=True)])), min_size=1, max_size=12)


def strip(cells: list[tuple[str, Style | None]], joined: bool) -> Strip:
    """Of one segment for each cell, or of as few as say the same."""
    one = Strip([Segment(text, style) for text, style in cells])
    return one.simplify() if joined else one


@given(CELLS, st.data(), st.booleans(), st.booleans())
def test_the_span_is_where_lines_differ_however_they_are_made_up(
    before: list[tuple[str, Style | None]], data: st.DataObject, one: bool, other: bool
) -> None:
    after = data.draw(st.lists(st.sampled_from(before), min_size=len(before), max_size=len(before)))
    different = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    if different:
        assert span(strip(before, one), strip(after, other)) == (different[0], different[-1] + 1)


def test_a_line_that_is_the_same_is_not_told_and_one_of_another_width_is_told_in_whole() -> None:
    one, wide = Strip([Segment("abc")]), Strip([Segment("abcd")])
    assert list(regions([one, one], [one, wide])) == [(0, 1, 4, 1)]
