"""No face shows a bare point where P10 and P90 differ when rounded: how long it lasts is a range wherever it stands."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.core.explain.answer import explain
from creditsui.domain import format as words
from creditsui.domain.bar import ASCII, UNICODE
from creditsui.domain.board import AccountView, Band, Board, Runway
from creditsui.domain.timeline import Lane, lanes
from creditsui.outputs import runway as runways
from creditsui.outputs.json import as_json
from creditsui.outputs.line import line
from creditsui.outputs.table import table
from creditsui.tui import sheet
from creditsui.tui.facts import Line
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.screens.timeline import about
from creditsui.tui.widgets.account_row import card, columns, row
from creditsui.tui.widgets.lanes import Lanes
from creditsui.tui.widgets.topbar import Standing, topbar
from tests.tui.boards import NOW, purse, usd

Face = Callable[[AccountView, Manner], str]


def text(lines: Sequence[Line]) -> str:
    return "\n".join("".join(part for part, _ in one) for one in lines)


def board(view: AccountView) -> Board:
    return Board(generated_at=NOW, accounts=(view,))


def lane_of(view: AccountView) -> Lane:
    (lane,) = lanes(board(view), UTC)
    return lane


FACES: dict[str, Face] = {
    "row": lambda view, manner: text([row(view, Frame(None), manner, columns([view], manner, 100), cursor=False)]),
    "narrow row": lambda view, manner: text(
        [row(view, Frame(None), manner, columns([view], manner, 44), cursor=False)]
    ),
    "card": lambda view, manner: text(card(view, Frame(None), manner, 100, cursor=False)),
    "top": lambda view, manner: text(topbar(board(view), manner, Standing(), 120)),
    "detail": lambda view, manner: text(sheet.full(view, Frame(None), manner, 60)),
    "brief": lambda view, manner: text(sheet.brief(view, manner, 80, 12)),
    "narrow brief": lambda view, manner: text(sheet.brief(view, manner, 44, 12)),
    "table": lambda view, manner: table(board(view), 100, glyphs=manner.glyphs),
    "line": lambda view, manner: line(as_json(board(view)), NOW, ascii=manner.glyphs.ascii),
    "runway table": lambda view, manner: runways.table(board(view), UTC, 100, glyphs=manner.glyphs),
    "narrow runway table": lambda view, manner: runways.table(board(view), UTC, 30, glyphs=manner.glyphs),
    "timeline": lambda view, manner: manner.plain(Lanes._lasts(lane_of(view), manner)),
    "timeline in words": lambda view, manner: manner.plain("\n".join(about(lane_of(view), NOW, view.label))),
    "template": lambda view, manner: line(as_json(board(view)), NOW, template="{time}", ascii=manner.glyphs.ascii),
}
BARE = re.compile(r"(?<![\w$.–/-])(?:\d+(?:h|d|mo|y)\+?|<1h)(?![\w–-])")
"""A length of time that is neither end of a range."""


def lasting(p10: float, p50: float, p90: float) -> AccountView:
    view = purse("xai", "xAI", usd("4.02"), usd("10"), Band.LOW, (min(p10, 3000), min(p50, 3000), min(p90, 3000)))
    day = (NOW + timedelta(days=p50)).date()
    return replace(view, runway=Runway("known", p50, p10, p90, day), read_at=NOW)


def shown(face: str, view: AccountView, ascii: bool) -> str:
    return FACES[face](view, Manner(NOW, UTC, glyphs=ASCII if ascii else UNICODE))


futures = st.lists(st.floats(0, 3650) | st.floats(0, 40) | st.floats(0, 2), min_size=3, max_size=3).map(sorted)


@pytest.mark.parametrize("face", FACES)
@given(futures, st.booleans())
def test_no_face_shows_a_bare_point_where_the_range_has_two_ends(face: str, days: list[float], ascii: bool) -> None:
    low, middle, high = days
    told, view = words.time_to_empty(middle, low, high), lasting(low, middle, high)
    found = shown(face, view, ascii)
    if words.time_to_empty(low) == words.time_to_empty(high):
        assert told in found and "–" not in told
        return
    assert "–" in told
    told = told.replace("–", "-") if ascii else told
    assert told in found
    point = words.runway(Runway("known", middle))
    # The detail tells the middle of what may happen, and at once how wide it is.
    rest = found.replace(f"{point}  {told}", "") if face in ("detail", "brief") else found
    assert not BARE.search(rest.replace(told, "").replace("30d", "")), found


@given(futures)
def test_the_explanation_tells_both_ends(days: list[float]) -> None:
    low, middle, high = days
    said = "\n".join(explain(board(lasting(low, middle, high)), "xai", "runway", NOW))
    assert "Eight times in ten between" in said
    assert "3650" not in said


def test_a_range_in_ascii_has_a_plain_dash() -> None:
    assert "3-6d" in shown("row", lasting(3.1, 4.2, 6.2), True)
    assert "3–6d" in shown("row", lasting(3.1, 4.2, 6.2), False)


def test_the_search_for_bare_points_finds_them() -> None:
    assert BARE.search("empty in 4d") and BARE.search(" 9h ·") and BARE.search("30d+")
    assert (
        not BARE.search("3–6d")
        and not BARE.search("12–30d+")
        and not BARE.search("$7.31/day")
        and not BARE.search("9h–2d")
    )
