"""How far the reading of logs has come, as a thin line on every screen."""

import threading

import pytest

from creditsui.domain.bar import ASCII
from creditsui.tui.ink import width_of
from creditsui.tui.manner import Manner
from creditsui.tui.screens.spend import SpendScreen
from creditsui.tui.widgets.logs import LogsRead, logs_line
from tests.tui.boards import NOW
from tests.tui.conftest import Open
from tests.tui.spendings import Book
from tests.tui.stage import until

MANNER = Manner(NOW, NOW.tzinfo)  # type: ignore[arg-type]


def drawn(done: int, whole: int, width: int, manner: Manner = MANNER) -> str:
    return "".join(text for text, _ in logs_line(LogsRead(done, whole), manner, width))


def test_the_line_is_as_long_as_what_is_read() -> None:
    assert drawn(0, 100, 40) == " reading logs ────────────────────   0% "
    assert drawn(50, 100, 40) == " reading logs ━━━━━━━━━━──────────  50% "
    assert drawn(999, 1000, 40).endswith("  99% ") and "─" in drawn(999, 1000, 40)
    assert drawn(3, 4, 40, Manner(NOW, MANNER.zone, glyphs=ASCII)) == " reading logs ===============-----  75% "


@pytest.mark.parametrize("width", [0, 1, 7, 20, 35, 200])
@pytest.mark.parametrize(("done", "whole"), [(0, 0), (5, 0), (7, 3), (-1, 10), (3, 10**12)])
def test_any_numbers_fit_into_the_line(width: int, done: int, whole: int) -> None:
    assert width_of(logs_line(LogsRead(done, whole), MANNER, width)) == max(width, 7)


async def test_whoever_reads_tells_from_a_thread_and_the_line_goes_when_all_is_read(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        before = app.text()
        reader = threading.Thread(target=lambda: [app.post_message(LogsRead(done, 200)) for done in range(101)])
        reader.start()
        await until(pilot, lambda: " reading logs ━" in app.text() and " 50%" in app.text())
        reader.join()
        assert app.text().splitlines()[1].startswith(" reading logs ━")
        app.post_message(LogsRead(200, 200))
        await until(pilot, lambda: app.text() == before)


async def test_the_spend_screen_shows_it_too(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        app.push_screen(SpendScreen(Book()))
        await until(pilot, lambda: "claude-opus" in app.text())
        app.post_message(LogsRead(1, 4))
        await until(pilot, lambda: " 25%" in app.text().splitlines()[1])
        await pilot.press("escape")
        assert " 25%" in app.text().splitlines()[1], "on the other screen as well"


async def test_what_is_wrong_is_said_rather_than_how_far_it_is(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        app.post_message(LogsRead(1, 4))
        await until(pilot, lambda: "reading logs" in app.text())
        app._complain("Something is wrong.")
        await until(pilot, lambda: " ! Something is wrong." in app.text())


async def test_folders_that_may_not_be_looked_into_are_told_on_every_screen_until_they_may(pane: Open) -> None:
    async with pane(120, 36) as (app, pilot):
        before = app.text()
        app.session.unlisted[:] = [("codex", "/home/me/.codex/sessions"), ("codex", "/home/me/.codex/archived")]
        app.post_message(LogsRead(0, 0))
        told = " ! 2 log folders unreadable: creditsui doctor"
        await until(pilot, lambda: app.text().splitlines()[1].startswith(told))
        app.push_screen(SpendScreen(Book()))
        await until(pilot, lambda: "claude-opus" in app.text() and told in app.text().splitlines()[1])
        await pilot.press("escape")
        app.session.unlisted.clear()
        app.post_message(LogsRead(0, 0))
        await until(pilot, lambda: app.text() == before)
