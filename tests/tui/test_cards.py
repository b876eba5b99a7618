"""Cards grow with the pane: a thick bar, and the percent in figures that are read from across the room."""

from dataclasses import replace
from datetime import UTC

import pytest

from creditsui.domain.bar import ASCII, UNICODE
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.rows import card
from creditsui.tui.runs import width_of
from creditsui.tui.sheet import full
from tests.tui.boards import ANTHROPIC, BOARD, NOW, XAI, changed, usd
from tests.tui.conftest import Open

MANNER = Manner(NOW, UTC)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("tall", [2, 3, 4])
def test_every_card_has_the_lines_it_was_given_and_none_is_wider_than_the_pane(glyphs: object, tall: int) -> None:
    manner = Manner(NOW, UTC, glyphs=glyphs)  # type: ignore[arg-type]
    for view in BOARD.accounts:
        for width in (40, 99, 100, 136, 220):
            lines = card(view, Frame(view.health), manner, width, cursor=True, tall=tall)
            assert len(lines) == 1 + tall
            assert all(width_of(line) <= width - 2 for line in lines), (view.id, width)


def test_a_thick_bar_has_big_figures_beside_it_and_no_word_above_them() -> None:
    lines = ["".join(text for text, _ in line) for line in card(XAI, Frame(0.1), MANNER, 120, cursor=False, tall=3)]
    assert [line[-20:] for line in lines[1:]] == [
        " ▀██   ██▀▀██ ██ ▄█▀",
        "  ██   ██  ██  ▄█▀  ",
        "▄▄██▄▄ ██▄▄██ ▄█▀ ██",
    ]
    assert lines[0].endswith("$1.02 left · 7–11h") and len(lines[0]) <= len(lines[1]) - 20
    assert "10%" not in "".join(lines)


def test_where_big_figures_do_not_fit_the_percent_stands_in_the_middle_of_the_bar() -> None:
    lines = [
        "".join(text for text, _ in line) for line in card(ANTHROPIC, Frame(0.6), MANNER, 70, cursor=False, tall=3)
    ]
    assert [line.endswith("~60%") for line in lines] == [False, False, True, False]


async def test_cards_grow_where_there_is_room_and_stand_close_where_there_is_little(pane: Open) -> None:
    few = changed(BOARD, "xai")
    for height, lines, air in ((60, 4, 2), (48, 4, 1), (36, 3, 1), (28, 3, 0)):
        async with pane(200, height, board=few) as (app, _):
            roster = app.dash.roster
            assert roster.step == lines, height
            tops = sorted(row.region.y for row in roster._rows.values())
            assert tops[1] - tops[0] == lines + air, height


def test_a_detail_with_lines_to_spare_shows_what_was_left_after_each_day_and_never_more_than_fits() -> None:
    known = replace(ANTHROPIC, levels=tuple(usd(str(1 + day)) for day in range(30)))
    least = len(full(known, Frame(0.6), MANNER, 60))
    seen = []
    for height in range(least - 1, least + 16):
        lines = ["".join(text for text, _ in line) for line in full(known, Frame(0.6), MANNER, 60, height)]
        assert len(lines) <= max(least, height)
        seen.append(sum("█" in line for line in lines))
        assert any(line.startswith("balance") for line in lines) == (len(lines) > least), height
    assert seen == sorted(seen) and seen[0] < 3 < 10 < seen[-1]
