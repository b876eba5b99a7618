"""The timeline screen: what it says at every size, and what its keys and the mouse do."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from creditsui.domain.board import Board, Pace
from creditsui.tui.screens.advise import AdviseScreen
from creditsui.tui.screens.spend import SpendScreen
from creditsui.tui.screens.timeline import TimelineScreen
from creditsui.tui.screens.topup import TopUpScreen
from tests.tui import boards
from tests.tui.conftest import Open, Pane, settled
from tests.tui.stage import until

Same = Callable[[str], None]
SIZES = [(120, 36), (80, 24), (44, 20), (100, 14), (80, 6), (80, 1)]
IDS = [f"{width}x{height}" for width, height in SIZES]


def timeline(app: Pane) -> TimelineScreen:
    assert isinstance(app.screen, TimelineScreen)
    return app.screen


@pytest.mark.parametrize(("width", "height"), SIZES, ids=IDS)
async def test_timeline(pane: Open, same: Same, width: int, height: int) -> None:
    async with pane(width, height) as (app, pilot):
        await pilot.press("3")
        await settled(app, pilot)
        same(app.text())


@pytest.mark.parametrize(("width", "height"), [(80, 24)], ids=["80x24"])
async def test_timeline_in_ascii(pane: Open, same: Same, width: int, height: int) -> None:
    async with pane(width, height, ascii=True) as (app, pilot):
        await pilot.press("3")
        await settled(app, pilot)
        assert app.text().isascii()
        same(app.text())


async def test_the_cursor_comes_along_and_goes_back(pane: Open) -> None:
    async with pane() as (app, pilot):
        await pilot.press("3")
        await settled(app, pilot)
        screen = timeline(app)
        assert screen.current is not None and screen.current.id == "anthropic"
        await pilot.press("g")
        assert screen.current.id == "xai" and "xAI: $1.02 lasts" in app.text()
        await pilot.press("j", "enter")
        await settled(app, pilot)
        assert app.cursor == "openai" and app.screen is app.dash


async def test_another_span_shows_another_part(pane: Open) -> None:
    async with pane() as (app, pilot):
        await pilot.press("3", "w")
        await settled(app, pilot)
        assert "[7 days]" in app.text() and "Sat 21" in app.text()
        await pilot.press("w", "w", "w")
        await settled(app, pilot)
        assert "[a year]" in app.text() and "2027" in app.text()


async def test_screens_lie_beside_each_other(pane: Open) -> None:
    async with pane() as (app, pilot):
        for key, kind in (("2", SpendScreen), ("3", TimelineScreen), ("2", SpendScreen)):
            await pilot.press(key)
            await settled(app, pilot)
            assert isinstance(app.screen, kind) and len(app.screen_stack) == 2
        await pilot.press("1")
        await settled(app, pilot)
        assert app.screen is app.dash


async def test_a_quota_on_course_to_run_dry_is_said(pane: Open) -> None:
    dry = Pace("5h", "fraction", 0.76, 1.2, boards.CLAUDE.windows[0].resets_at)
    claude = replace(boards.CLAUDE, paces=(replace(dry, runs_out_at=boards.NOW),))
    async with pane(board=Board(generated_at=boards.NOW, accounts=(claude,))) as (app, pilot):
        await pilot.press("3")
        await settled(app, pilot)
        assert "runs dry before it refills" in app.text()


async def test_hidden_figures_are_hidden_here_too(pane: Open) -> None:
    async with pane() as (app, pilot):
        await pilot.press("3", "g", "P")
        await settled(app, pilot)
        assert "$1.02" not in app.text() and "•" in app.text()


async def test_where_amounts_are_hidden_labels_are_too_and_how_long_it_lasts_and_when_it_is_empty_are_not(
    pane: Open,
) -> None:
    mine = replace(boards.XAI, label="Secret Inc", provider_name="xAI")
    async with pane(board=Board(generated_at=boards.NOW, accounts=(mine,))) as (app, pilot):
        await pilot.press("3", "P")
        await settled(app, pilot)
        said = next(line for line in app.text().splitlines() if "lasts" in line)
        assert "Secret" not in app.text() and "xAI: $•• lasts 7–11h   empty Fri 20 Nov" in said


async def test_nothing_to_show_says_so(pane: Open) -> None:
    off = replace(boards.XAI, enabled=False)
    async with pane(board=Board(generated_at=boards.NOW, accounts=(off,))) as (app, pilot):
        await pilot.press("3")
        await settled(app, pilot)
        assert "No account is on" in app.text()


async def test_the_advisor_leads_to_the_top_up(pane: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from creditsui.core.advise import Advice
    from creditsui.tui.screens import advise

    asked: list[tuple[date, list[str]]] = []

    def told(session: object, day: date, ids: list[str]) -> list[Advice]:
        asked.append((day, ids))
        return [Advice(ids[0], day, boards.usd("36.194"), "Anthropic needs $36.20 more.")]

    monkeypatch.setattr(advise, "advise", told)
    async with pane() as (app, pilot):
        await pilot.press("3", "t")
        await until(pilot, lambda: isinstance(app.screen, AdviseScreen) and app.screen.advice is not None)
        assert "needs $36.20 more" in app.text()
        await pilot.press(*"2026-12-24")
        await until(pilot, lambda: bool(asked) and asked[-1] == (date(2026, 12, 24), ["anthropic"]))
        await until(pilot, lambda: isinstance(app.screen, AdviseScreen) and app.screen.advice is not None)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TopUpScreen))
        await settled(app, pilot)
        assert re.search(r"amount +36\.20 +USD", app.text())


async def test_the_advisor_knows_no_day_that_is_over(pane: Open) -> None:
    async with pane() as (app, pilot):
        await pilot.press("3", "t")
        await until(pilot, lambda: isinstance(app.screen, AdviseScreen))
        await pilot.press(*"2020-01-01")
        await settled(app, pilot)
        assert "is over" in app.text()
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, AdviseScreen) and "nothing to top up by" in app.text()


@pytest.mark.parametrize("width", [44, 60, 72, 80, 100])
async def test_each_sign_of_the_legend_stands_with_its_words_or_not_at_all(pane: Open, width: int) -> None:
    async with pane(width, 24) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, TimelineScreen))
        await settled(app, pilot)
        legend = app.text().splitlines()[-2].strip().split("   ")
        known = {"9 in 10 last", "may last", "even odds", "refills", "credit expires", "budget starts anew", "weekend"}
        assert legend and all(
            len(sign) == 1 and words in known for sign, _, words in (one.partition(" ") for one in legend)
        )


async def test_weekends_are_one_column_from_the_axis_to_the_last_lane_and_the_gaps_between(pane: Open) -> None:
    async with pane(120, 36) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, TimelineScreen))
        await settled(app, pilot)
        top, tall = timeline(app).query_one("#axis").region.y, timeline(app).lanes.each * len(timeline(app).lanes.items)
        lines = app.screen._compositor.render_strips()[top : top + tall]
        at = app.text().splitlines()[top].index("Sun 22")
        inside, outside = {app.ink.style("text@weekend").bgcolor}, {app.ink.style("text").bgcolor}
        cursor = {app.ink.style(f"text{shade}", "ground-cursor").bgcolor for shade in ("", "@weekend")}
        assert inside != outside and len(cursor) == 2
        for line in lines:
            (cell,) = [piece for strip in [line.crop(at, at + 1)] for piece in strip]
            assert cell.style is not None and {cell.style.bgcolor} <= inside | cursor
