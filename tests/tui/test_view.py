"""The frame of every screen, the way from one to another, and what is heard on each."""

from dataclasses import replace

import pytest

from creditsui.domain.board import Board
from tests.tui import boards
from tests.tui.conftest import Open
from tests.tui.stage import until

SCREENS = {"2": "SpendScreen", "3": "TimelineScreen", "4": "RoutingScreen"}


@pytest.mark.parametrize("number", SCREENS)
async def test_the_number_of_the_screen_that_is_open_leaves_it_as_it_is(pane: Open, number: str) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press(number)
        await until(pilot, lambda: type(app.screen).__name__ == SCREENS[number])
        before = app.screen
        await pilot.press(number, number)
        assert app.screen is before and len(app.screen_stack) == 2


async def test_screens_take_one_anothers_place_so_that_one_key_leads_back_from_any(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        for number in "2432342":
            await pilot.press(number)
            await until(pilot, lambda number=number: type(app.screen).__name__ == SCREENS[number])  # type: ignore[misc]
            assert len(app.screen_stack) == 2
        await pilot.press("escape")
        assert app.screen is app.dash


async def test_the_account_under_the_cursor_goes_along_to_the_timeline(pane: Open) -> None:
    async with pane(80, 24, account="openai") as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: app.screen is not app.dash and app.screen.current is not None)  # type: ignore[attr-defined]
        assert app.screen.current.id == "openai"  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", ["1", *SCREENS])
async def test_what_is_amiss_is_heard_on_every_screen(pane: Open, number: str) -> None:
    board: Board = replace(boards.BOARD, notices=("config.toml line 3: [nonsense]",))
    async with pane(80, 24, board) as (app, pilot):
        await pilot.press(number)
        await until(pilot, lambda: " ! config.toml line 3: [nonsense]" in app.text().splitlines()[1])
        app._complain("Nothing is refreshed any more.")
        await until(pilot, lambda: app.text().splitlines()[1] == " ! Nothing is refreshed any more.")


async def test_what_is_amiss_stands_behind_what_the_filter_says(pane: Open) -> None:
    async with pane(80, 24, replace(boards.BOARD, notices=("config.toml line 3",))) as (app, pilot):
        await pilot.press("slash", "o", "p", "enter")
        await until(pilot, lambda: "esc shows all ! config.toml line 3" in app.text().splitlines()[1])
