"""Lines that are shortened in narrow panes lose whole words and whole amounts."""

from datetime import UTC

import pytest

from creditsui.domain import format as words
from creditsui.tui import spent
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.rows import columns, row
from creditsui.tui.runs import width_of
from creditsui.tui.screens.help import _half
from creditsui.tui.spent import Line
from tests.tui.boards import BOARD, NOW
from tests.tui.conftest import Open, settled
from tests.tui.stage import until

TOP: Line = [(" ", "text"), (" DEMO ", "demo"), ("  ", "text"), ("$398.21 + ¥87.22", "strong"), (" spent", "dim")]


@pytest.mark.parametrize(("width", "said"), [(25, "$398.21 + ¥87.22"), (24, "$398.21 + …"), (19, "$398.21 + …")])
def test_a_sum_that_does_not_fit_is_left_out_whole_and_what_is_missing_shows(width: int, said: str) -> None:
    assert spent.sums(TOP, width) == [*TOP[:3], (said, "strong")]


def test_a_remark_loses_its_last_words_in_whole() -> None:
    line: Line = [(" prices: genai-prices 0.2.3, newest price of 2026-11-09", "dim")]
    assert spent.shorter(line, 55) == line
    assert spent.shorter(line, 54) == [(" prices: genai-prices 0.2.3", "dim")]


@pytest.mark.parametrize(("lines", "half"), [([], 0), ([5], 1), ([5, 5], 1), ([8, 19, 4, 13, 9], 2), ([1, 9], 1)])
def test_the_help_is_parted_so_that_the_longer_column_is_short(lines: list[int], half: int) -> None:
    assert _half(lines) == half


async def test_in_a_wide_pane_all_keys_are_in_sight_at_once(pane: Open) -> None:
    async with pane(120, 36) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "leave; nothing is lost" in app.text())
        await settled(app, pilot)
        line = next(line for line in app.text().splitlines() if "next account" in line)
        assert line.index("j ↓") < 30 and "a step back" not in line
        assert "everything about this account" in app.text()
        await pilot.resize_terminal(80, 24)
        await settled(app, pilot)
        assert "leave; nothing is lost" not in app.text() and "next account" in app.text()


@pytest.mark.parametrize("width", range(18, 64))
def test_a_row_of_any_width_tells_the_percent_that_is_known_or_none(width: int) -> None:
    manner = Manner(NOW, UTC)
    fits = columns(BOARD.accounts, manner, width)
    for view in BOARD.accounts:
        runs = row(view, Frame(view.health), manner, fits, cursor=False)
        text = "".join(part for part, _ in runs)
        assert width_of(runs) <= width
        if view.health is not None:
            assert "?%" not in text
            assert not view.stale or " 2h" in text or (width < 20 and "!" in text)
            assert not fits.percent or f" {words.percent(view.health)}" in text.replace("~", " ") or view.problem
