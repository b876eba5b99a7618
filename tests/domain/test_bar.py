"""The painter: exact pictures of the states, and what holds of every bar at every width."""

import itertools
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.account import Thresholds
from creditsui.domain.bar import (
    ASCII,
    PLAIN,
    ROLES,
    UNICODE,
    Bar,
    Glyphs,
    Run,
    bar_of,
    paint_block,
    paint_card,
    paint_row,
    paint_tall,
)
from creditsui.domain.board import AccountView, Band
from creditsui.domain.money import money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Certainty

TICKS = (0.25, 0.5, 0.75)
READ = datetime.fromisoformat("2026-11-20T19:40:48+00:00")

fractions = st.floats(0, 1)
bars = st.builds(
    Bar,
    fill=st.none() | fractions,
    trail=st.just(0.0) | fractions,
    fresh=st.just(0.0) | fractions,
    ticks=st.lists(fractions, max_size=3).map(tuple),
    band=st.sampled_from(Band),
    stale=st.booleans(),
    hatch=st.just(0.0) | fractions,
    state=st.sampled_from(["bar", "bar", "bar", "none", "empty"]),
)
widths = st.integers(1, 130)
glyph_sets = st.sampled_from([UNICODE, PLAIN, ASCII])


def text(runs: list[Run]) -> str:
    return "".join(part for part, _ in runs)


def roles(runs: list[Run]) -> list[str]:
    """The role of each cell."""
    return [role for part, role in runs for _ in part]


@pytest.mark.parametrize(
    ("bar", "plain", "ascii"),
    [
        (Bar(0.33, ticks=TICKS, band=Band.LOW), "▄▄▄▄▄┊▖▁▁▁┊▁▁▁▁┊▁▁▁▁", "#####|=...|....|...."),
        (Bar(0.1, trail=0.2, ticks=TICKS, band=Band.CRITICAL), "▄▄▓▓▓┊▁▁▁▁┊▁▁▁▁┊▁▁▁▁", "##---|....|....|...."),
        (Bar(0.6, hatch=0.1, ticks=TICKS, band=Band.FAIR), "▄▄▄▄▄┊▄▄▄▄┊▞▁▁▁┊▁▁▁▁", "#####|####|%...|...."),
        (Bar(0.99, fresh=0.29, ticks=TICKS, band=Band.HEALTHY), "▄▄▄▄▄┊▄▄▄▄┊▄▄▄▒┊▒▒▒▖", "#####|####|###+|+++="),
        (Bar(1.0, ticks=TICKS, band=Band.HEALTHY), "▄▄▄▄▄┊▄▄▄▄┊▄▄▄▄┊▄▄▄▄", "#####|####|####|####"),
        (Bar(0.0, ticks=TICKS, band=Band.CRITICAL, state="empty"), "▁▁▁▁▁┊▁▁K.O.▁▁▁┊▁▁▁▁", ".....|..K.O....|...."),
        (Bar(None, ticks=TICKS, state="none"), "╌" * 20, "- " * 10),
    ],
)
def test_each_state_reads_without_colour(bar: Bar, plain: str, ascii: str) -> None:
    assert text(paint_row(bar, 20, PLAIN)) == plain
    assert text(paint_row(bar, 20, ASCII)) == ascii


def test_a_row_in_colour_is_one_line_told_apart_by_roles() -> None:
    runs = paint_row(Bar(0.33, trail=0.14, ticks=TICKS, band=Band.LOW), 20)
    assert runs == [
        ("▄▄▄▄▄", "fill:low"),
        ("▄", "tick-fill:low"),
        ("▄▄▄▖", "trail"),
        ("▄", "tick-track"),
        ("▄▄▄▄", "track"),
        ("▄", "tick-track"),
        ("▄▄▄▄", "track"),
    ]


def test_a_card_is_a_light_line_over_the_bands_own_tone() -> None:
    upper, lower = paint_card(Bar(0.31, ticks=(0.25,), band=Band.LOW), 8)
    assert upper == [("▄▄▖", "fill-top:low"), ("▄▄▄▄▄", "track-top")]
    assert lower == [("▀▀▘", "fill:low"), ("▀▀▀▀▀", "track")]


def test_a_stale_bar_turns_grey_and_is_never_hatched() -> None:
    assert roles(paint_row(Bar(0.5, ticks=(0.25,), band=Band.FAIR, stale=True, hatch=0.2), 8)) == [
        *["stale"] * 2,
        "tick-stale",
        "stale",
        *["track"] * 4,
    ]


def test_a_bar_that_stands_alone_is_drawn_in_eighths() -> None:
    assert text(paint_block(Bar(0.52, band=Band.FAIR), 10)) == "█████▎    "
    assert text(paint_block(Bar(0.3, trail=0.2, ticks=TICKS, band=Band.LOW), 8)) == "██▍█┊ ┊ "


@given(bars, widths, glyph_sets)
def test_every_line_is_exactly_as_wide_as_asked(bar: Bar, width: int, glyphs: Glyphs) -> None:
    for line in (paint_row(bar, width, glyphs), *paint_card(bar, width, glyphs), paint_block(bar, width)):
        assert len(text(line)) == width


@given(bars, widths, glyph_sets)
def test_only_declared_roles_are_painted_and_neighbours_differ(bar: Bar, width: int, glyphs: Glyphs) -> None:
    for line in (paint_row(bar, width, glyphs), *paint_card(bar, width, glyphs), paint_block(bar, width)):
        names = [role for _, role in line]
        assert set(names) <= set(ROLES)
        assert all(one != other for one, other in itertools.pairwise(names))


@given(st.floats(0, 1, exclude_min=True), widths, glyph_sets, st.sampled_from(Band))
def test_a_remnant_is_always_seen(fill: float, width: int, glyphs: Glyphs, band: Band) -> None:
    for trail in (0.0, 0.3, 1.0):
        row = paint_row(Bar(fill, trail=trail, band=band), width, glyphs)
        assert roles(row)[0] == f"fill:{band.value}"


@given(st.floats(0, 1, exclude_max=True), widths, st.booleans())
def test_less_than_all_never_looks_full(fill: float, width: int, fresh: bool) -> None:
    for glyphs in (UNICODE, PLAIN, ASCII):
        row = paint_row(Bar(fill, fresh=0.2 if fresh else 0.0, band=Band.HEALTHY), width, glyphs)
        assert text(row)[-1] == glyphs.row[1] or roles(row)[-1] == "track"
    assert text(paint_block(Bar(fill, band=Band.HEALTHY), width))[-1] != "█"


@given(fractions, fractions, widths)
def test_more_is_never_drawn_shorter(one: float, other: float, width: int) -> None:
    less, more = sorted((one, other))

    def halves(fill: float) -> int:
        row = paint_row(Bar(fill, band=Band.FAIR), width)
        return sum((1 if character == "▖" else 2) for part, role in row if role != "track" for character in part)

    assert halves(less) <= halves(more)


@given(bars, widths)
def test_layers_stand_in_their_order(bar: Bar, width: int) -> None:
    order = ["fill", "stale", "hatch", "fresh", "trail", "track"]
    names = [role.removeprefix("tick-").split(":")[0] for role in roles(paint_row(bar, width))]
    ranks = [order.index(name) for name in names if name in order]
    assert ranks == sorted(ranks)


@given(st.floats(), st.floats(), st.floats())
def test_numbers_out_of_range_are_clipped(fill: float, trail: float, hatch: float) -> None:
    assert len(text(paint_row(Bar(fill, trail=trail, fresh=hatch, hatch=hatch, ticks=(trail,)), 20))) == 20


def test_no_width_paints_nothing() -> None:
    assert paint_row(Bar(0.5), 0) == [] == paint_block(Bar(0.5), -3)
    assert paint_card(Bar(0.5), 0) == ([], [])


def test_a_painted_row_may_be_changed_without_spoiling_the_next() -> None:
    bar = Bar(0.5, band=Band.FAIR)
    paint_row(bar, 8).clear()
    assert text(paint_row(bar, 8)) == "▄" * 8


def view(**values: object) -> AccountView:
    return AccountView(id="a", provider="p", label="A", **values)  # type: ignore[arg-type]


def test_the_bar_of_an_account() -> None:
    edges = Thresholds(healthy=80, warning=40, critical=10)
    live = view(health=0.6, band=Band.FAIR, read_at=READ, thresholds=edges, certainty=Certainty.LIVE)
    assert bar_of(live) == Bar(0.6, ticks=(0.1, 0.4, 0.8), band=Band.FAIR)
    estimated = view(
        health=0.6,
        band=Band.FAIR,
        read_at=READ,
        certainty=Certainty.ESTIMATED,
        binding="balance",
        error=money("0.9", "USD"),
        capacity=money(30, "USD"),
    )
    painted = bar_of(estimated)
    assert painted is not None and painted.hatch == pytest.approx(0.03)
    empty = bar_of(view(health=0.0, band=Band.CRITICAL, read_at=READ))
    assert empty is not None and empty.state == "empty"


def test_an_account_that_says_nothing_to_measure_has_no_bar_but_one_that_failed_has_a_line() -> None:
    assert bar_of(view(read_at=READ, badges=("PAYG",))) is None
    for nothing in (view(), view(problem=Problem("rejected", "key rejected"))):
        bar = bar_of(nothing)
        assert bar is not None and bar.state == "none"


# A tall bar


@given(bars, widths, st.integers(2, 7), glyph_sets)
def test_a_tall_bar_has_its_lines_and_every_one_its_width(bar: Bar, width: int, height: int, glyphs: Glyphs) -> None:
    lines = paint_tall(bar, width, height, glyphs)
    assert [len(text(line)) for line in lines] == [width] * height
    assert {role for line in lines for _, role in line} <= set(ROLES)


def test_a_tall_bar_has_its_edge_in_eighths_upon_what_comes_after_it() -> None:
    upper, body, lower = paint_tall(Bar(0.52, trail=0.2, band=Band.FAIR), 10, 3)
    assert [text(line) for line in (upper, body, lower)] == ["▄" * 10, "█████▎█▎██", "▀" * 10]
    assert body == [
        ("█████", "fill:fair"), ("▎", "fill-on-trail:fair"), ("█", "trail"), ("▎", "trail-on-track"), ("██", "track"),
    ]  # fmt: skip


def test_a_tall_bar_says_once_that_it_is_empty_or_not_known() -> None:
    empty = [text(line) for line in paint_tall(Bar(0.0, band=Band.CRITICAL, state="empty"), 10, 5)]
    assert empty == ["▄" * 10, "█" * 10, "███K.O.███", "█" * 10, "▀" * 10]
    unknown = [text(line) for line in paint_tall(Bar(None, state="none"), 6, 4)]
    assert unknown == [" " * 6, "╌" * 6, " " * 6, " " * 6]


def test_a_tall_bar_shows_faintly_where_it_stood() -> None:
    body = paint_tall(Bar(0.25, ghost=0.75, band=Band.LOW), 8, 3)[1]
    assert body == [("██", "fill:low"), ("████", "track"), ("▏", "trail-on-track"), ("█", "track")]
    risen = paint_tall(Bar(0.75, ghost=0.25, band=Band.FAIR), 8, 3)[1]
    assert ("▏", "trail-on-fill:fair") in risen
    assert text(paint_tall(Bar(0.25, ghost=0.75, band=Band.LOW), 8, 3, PLAIN)[1]) == "██░░░░╎░"
    assert text(paint_tall(Bar(0.25, ghost=0.75, band=Band.LOW), 8, 3, ASCII)[1]) == "##....:."


def test_the_last_remnant_of_a_tall_bar_is_seen_and_less_than_all_is_not_all() -> None:
    assert text(paint_tall(Bar(0.0001, band=Band.CRITICAL), 10, 3)[1])[0] == "▏"
    assert text(paint_tall(Bar(0.9999, band=Band.HEALTHY), 10, 3)[1])[-1] == "▉"
