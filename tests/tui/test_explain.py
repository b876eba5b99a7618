from pathlib import Path

from textual.widgets import OptionList, Static

from creditsui.core.explain import FIELDS, explain
from creditsui.domain.board import Board
from creditsui.tui.screens.explain import ExplainScreen
from tests.tui.stage import NOW, Stage, closed, until, view

VIEW = view()
BOARD = Board(generated_at=NOW, accounts=(VIEW,))


def words(app: Stage) -> list[str]:
    first, rest = (str(app.shown.query_one(id, Static).content) for id in ("#first", "#rest"))
    return [first, *rest.split("\n")] if rest else [first]


async def test_tab_goes_through_every_number_and_round(home: Path) -> None:
    app = Stage(ExplainScreen(BOARD, VIEW, NOW))
    async with app.run_test(size=(100, 30)) as pilot:
        for name in FIELDS:
            expected = explain(BOARD, "piggy", name, NOW)
            await until(pilot, lambda expected=expected: words(app) == expected)
            await pilot.press("tab")
        await until(pilot, lambda: words(app) == explain(BOARD, "piggy", "balance", NOW))
        await pilot.press("shift+tab", "up", "down", "escape")
        assert await closed(pilot, app) is None


async def test_the_mouse_shows_another_number_and_leaves_it_open(home: Path) -> None:
    app = Stage(ExplainScreen(BOARD, VIEW, NOW))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.click(OptionList, offset=(3, 1))
        await until(pilot, lambda: words(app) == explain(BOARD, "piggy", "health", NOW))
        assert app.screen is app.shown


async def test_enter_closes(home: Path) -> None:
    app = Stage(ExplainScreen(BOARD, VIEW, NOW))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert await closed(pilot, app) is None


async def test_it_reads_well_in_a_small_pane(home: Path) -> None:
    app = Stage(ExplainScreen(BOARD, VIEW, NOW))
    async with app.run_test(size=(44, 20)) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: "60% is the least of:" in app.text())
        assert "balance: $18.03 of $30.00 = 60%" in app.text()


async def test_an_account_that_is_gone_meanwhile_is_no_crash(home: Path) -> None:
    app = Stage(ExplainScreen(Board(generated_at=NOW), VIEW, NOW))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "no account" in words(app)[0])
