"""The smallest panes: what cannot be seen takes no keys, and what is seen is not cut."""

import pytest
from textual.command import CommandPalette
from textual.widgets import Input

from creditsui.core.accounts.detect import Looked
from creditsui.domain.board import Board
from creditsui.tui.screens.timeline import TimelineScreen
from creditsui.tui.screens.welcome import lines
from creditsui.tui.widgets.field import Field
from tests.tui import boards
from tests.tui.conftest import Open, settled
from tests.tui.stage import until


async def test_on_one_line_no_filter_opens_that_nobody_sees(pane: Open) -> None:
    async with pane(80, 1) as (app, pilot):
        await pilot.press("slash", "f", "z")
        await settled(app, pilot)
        assert not app.screen.query(Input) and app.screen is app.dash
        assert app.refresher.sort == "name", "z is still the key that sorts"


async def test_on_one_line_privacy_hides_amounts_and_labels_too(pane: Open) -> None:
    board = boards.changed(boards.BOARD, "xai", label="My secret project")
    async with pane(80, 1, board=board) as (app, pilot):
        await until(pilot, lambda: "My secret project 10%" in app.text() and "$" in app.text())
        await pilot.press("P")
        await until(pilot, lambda: "xAI 10%" in app.text())
        assert "secret" not in app.text() and "$" not in app.text()


@pytest.mark.parametrize("height", [1, 3])
async def test_the_help_begins_with_its_first_words_in_the_lowest_pane(pane: Open, height: int) -> None:
    async with pane(80, height) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Move" in app.text().splitlines()[0])


async def test_the_help_breaks_no_word_in_the_narrowest_pane(pane: Open) -> None:
    async with pane(20, 8) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "next account" in app.text())


@pytest.mark.parametrize(("width", "height"), [(80, 6), (20, 8)])
async def test_the_palette_shows_what_it_found_in_a_low_pane(pane: Open, width: int, height: int) -> None:
    async with pane(width, height) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"spend")
        await until(pilot, lambda: app.text().splitlines()[2].strip() == "spend")


@pytest.mark.parametrize("width", [20, 24, 30, 36])
async def test_how_long_it_lasts_is_whole_on_the_narrowest_timeline(pane: Open, width: int) -> None:
    async with pane(width, 12) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, TimelineScreen))
        await settled(app, pilot)
        assert all(time in app.text() for time in ("7–11h", "1–3d", "3–6d", "30d+"))


async def test_where_there_is_no_account_the_timeline_says_so_in_whole_and_offers_no_key_for_one(pane: Open) -> None:
    async with pane(44, 20, board=Board(generated_at=boards.NOW), account=None) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: "there is nothing to" in app.text() and "forecast." in app.text())
        assert "Top up" not in app.text() and "enter" not in app.text()
        await pilot.press("t", "enter")
        assert isinstance(app.screen, TimelineScreen)


async def test_the_welcome_is_wrapped_for_the_room_there_is_and_again_for_more(pane: Open) -> None:
    async with pane(44, 20, board=Board(generated_at=boards.NOW), account=None) as (app, pilot):
        await until(pilot, lambda: "\n        writes nothing\n" in app.text())
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "d  look around in the demo; it writes nothing" in app.text())


def test_no_place_of_the_welcome_is_broken_in_two() -> None:
    names = ("~/.config/github-copilot/hosts.json", "~/.config/gh/hosts.yml", "ZENMUX_MANAGEMENT_API_KEY", "A_KEY")
    for width in range(12, 90):
        told = [
            text.strip() for text, tone in lines([Looked(name, None) for name in names], width) if tone == "missing"
        ]
        for part in ", ".join(told).replace(",,", ",").split(", "):
            whole = part in names
            assert whole or (part.endswith("…") and any(name.startswith(part[:-1]) for name in names)), (width, told)


async def test_an_explanation_has_most_of_a_small_pane(pane: Open) -> None:
    async with pane(44, 10) as (app, pilot):
        await pilot.press("x")
        await until(pilot, lambda: bool(app.screen.query("#words")))
        await settled(app, pilot)
        assert app.screen.query_one("#words").size.height >= 4


async def test_in_the_narrowest_pane_every_field_of_a_form_shows_its_name_its_unit_and_what_is_typed(
    pane: Open,
) -> None:
    forms = {"S": "really\n123.45 USD", "t": "amount\n123.45 USD", "e": "healthy above\n123.45 %"}
    async with pane(20, 8) as (app, pilot):
        for key, seen in forms.items():
            await pilot.press(key)
            await until(pilot, lambda: bool(app.screen.query(Field)))
            await pilot.press(*"123.45")
            await settled(app, pilot)
            inside = [" ".join(line.strip("│▄▀█ ▁▂▃▅▆▇").split()) for line in app.text().splitlines()]
            assert seen in "\n".join(inside), app.text()
            assert all(one.size.width >= 8 or one.region.width == 0 for one in app.screen.query(Field)), key
            await pilot.press("escape")
            await settled(app, pilot)


async def test_a_choice_without_room_shows_the_chosen_word_and_a_click_takes_the_next(pane: Open) -> None:
    async with pane(20, 16) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: "< paid >" in app.text())
        await pilot.click("#kind")
        await until(pilot, lambda: "< granted >" in app.text())


async def test_where_the_act_is_too_long_for_the_edge_of_a_form_the_way_out_stands_there_in_whole(pane: Open) -> None:
    async with pane(20, 8) as (app, pilot):
        for key, edge in (("x", "esc back"), ("K", "esc cancel"), ("S", "enter book")):
            await pilot.press(key)
            await until(pilot, lambda edge=edge: edge in app.text().splitlines()[-1])  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.dash)


async def test_a_low_pane_without_accounts_tells_every_way_to_begin(pane: Open) -> None:
    async with pane(80, 6, board=Board(generated_at=boards.NOW)) as (app, pilot):
        await until(pilot, lambda: all(way in app.text() for way in ("a  add", "s  enter", "d  look")))
        await pilot.resize_terminal(80, 1)
        await until(pilot, lambda: "Nothing to watch yet: a adds an account" in app.text())
