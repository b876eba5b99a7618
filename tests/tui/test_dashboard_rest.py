"""When nothing happens nothing runs: the coarse clock alone, or not even that."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.timer import Timer

from creditsui.domain.board import Band
from creditsui.tui.screens.modal import Modal
from creditsui.tui.screens.topup import TopUpScreen
from creditsui.tui.widgets.detail import Detail
from tests.tui import boards
from tests.tui.boards import BOARD, NOW, changed, spent, usd
from tests.tui.conftest import Open, Pane
from tests.tui.stage import Stage, closed, session, until, view


def running(app: Pane) -> list[str]:
    """Names of the timers that would fire if everybody just waited."""
    pumps = [app, *app.screen_stack, *(node for screen in app.screen_stack for node in screen.walk_children())]
    timers: list[Timer] = [timer for pump in pumps for timer in pump._timers]
    timers.append(app.animator._timer)
    return [one.name for one in timers if one._active.is_set() and one._task is not None and not one._task.done()]


async def test_after_motion_only_the_coarse_clock_is_left(pane: Open) -> None:
    async with pane(120, 36, still=False) as (app, pilot):
        assert running(app) == ["clock"]
        app.board = spent(BOARD, "anthropic", usd("9.00"), Band.LOW)
        await pilot.pause()
        assert app.dash.roster.moving
        app.at(3.1)
        await until(pilot, lambda: not app.dash.roster.moving)
        assert running(app) == ["clock"]


async def test_still_runs_nothing_at_all(pane: Open) -> None:
    async with pane(120, 36) as (app, pilot):
        app.board = spent(BOARD, "anthropic", usd("9.00"), Band.LOW)
        await pilot.pause()
        assert running(app) == []


async def test_motion_none_in_the_settings_is_still_too(pane: Open) -> None:
    async with pane(120, 36, still=False, settings='[display]\nmotion = "none"') as (app, _):
        assert running(app) == []
        assert "next at 10:04" in app.text()


async def test_a_blurred_pane_shows_instants_and_stops_its_clock(pane: Open) -> None:
    async with pane(120, 36, still=False) as (app, pilot):
        assert "next 0:50" in app.text()
        app.post_message(events.AppBlur())
        await until(pilot, lambda: not app.app_focus)
        await pilot.pause()
        assert running(app) == []
        assert "next at 10:04" in app.text()
        app.post_message(events.AppFocus())
        await until(pilot, lambda: "next 0:50" in app.text())
        assert running(app) == ["clock"]


async def test_the_clock_is_coarse(pane: Open) -> None:
    async with pane(120, 36, still=False) as (app, pilot):
        assert app._clock is not None and app._clock._interval == 10
        accounts = tuple(replace(view, read_at=NOW - timedelta(hours=2)) for view in BOARD.accounts)
        app.board = replace(BOARD, accounts=accounts, next_at=NOW + timedelta(minutes=9))
        await pilot.pause()
        assert app._clock._interval == 60


async def test_the_same_board_again_paints_nothing(pane: Open) -> None:
    async with pane(120, 36) as (app, pilot):
        painted = []
        for node in app.dash.walk_children():
            node.refresh = lambda *a, node=node, **k: painted.append(node) or node  # type: ignore[method-assign]
        app.board = replace(BOARD, notices=())
        app.dash.show()
        await pilot.pause()
        assert [node for node in painted if type(node).__name__ in ("AccountRow", "Line", "Footer", "Detail")] == []


async def test_motion_is_reduced_over_ssh(pane: Open) -> None:
    async with pane(80, 24, still=False, env={"LANG": "C.UTF-8", "SSH_CONNECTION": "1 2 3 4"}) as (app, _):
        assert app.motion == "reduced"


async def test_only_a_row_in_flight_spins(pane: Open) -> None:
    async with pane(80, 24, still=False) as (app, pilot):
        app.board = boards.changed(BOARD, "openai", refreshing=True)
        await pilot.pause()
        lines = app.text().splitlines()
        assert "⟳ 1" in lines[0]
        assert [line for line in lines if any(sign in line for sign in "⠋⠙⠹⠸⠼⠴⠦⠇")] == [
            line for line in lines if " OpenAI " in line
        ]
        app.board = BOARD
        await until(pilot, lambda: not app.dash.roster.moving)


async def test_privacy_holds_in_modals_too(pane: Open) -> None:
    board = changed(BOARD, "anthropic", label="Secret purse")
    async with pane(120, 36, board=board) as (app, pilot):
        await pilot.press("P")
        for key, typed in (("S", ""), ("S", "17"), ("t", "20"), ("e", ""), ("K", ""), ("x", "")):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, Modal))
            await pilot.press(*typed)
            await pilot.pause()
            text = app.text()
            for amount in ("18.03", "30.00", "0.80", "1.03", "38.03", "a1f3", "Secret"):
                assert amount not in text, text
            assert "Anthropic" in text
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.dash)


async def test_privacy_holds_in_what_is_said_after_an_act(home: Path) -> None:
    app = Stage(TopUpScreen(session(home), view()), hidden=True)
    async with app.run_test() as pilot:
        await pilot.press(*"20", "enter")
        said = await closed(pilot, app)
        assert said is not None and "20" not in said and "u takes it back" in said


@pytest.mark.parametrize("key", ["S", "t"])
async def test_in_a_pane_of_one_line_the_field_is_seen(pane: Open, key: str) -> None:
    async with pane(80, 1) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, Modal))
        await pilot.press("2", "0")
        await until(pilot, lambda: " 20 " in app.text() and "USD" in app.text())


async def test_a_board_or_a_fault_that_comes_while_the_pane_is_left_is_not_painted(pane: Open) -> None:
    """Its widgets go one after another, and whoever asks ends after them."""
    async with pane() as (app, _):
        close = app._close_all

        async def in_between() -> None:
            await app.dash.query_one(Detail).remove()
            app._take(replace(BOARD))
            app._complain("It is too late for this.")
            await close()

        app._close_all = in_between  # type: ignore[method-assign]
