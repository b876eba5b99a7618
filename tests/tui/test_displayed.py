"""The words of `[display]`: said in the palette or by an editor, they hold at once and the next time."""

from pathlib import Path

from creditsui.config import parse
from creditsui.core import settings
from creditsui.domain.bar import ASCII
from creditsui.tui.app import CreditsApp
from creditsui.tui.displayed import WORDS
from creditsui.tui.palette import Commands
from creditsui.tui.screens.dashboard import Dashboard
from tests.tui.conftest import PLAIN, Open
from tests.tui.stage import session, until


async def test_each_word_said_in_the_palette_holds_at_once_and_is_written_down(home: Path) -> None:
    opened = session(home)
    app = CreditsApp(opened, settings.config(opened), still=True, env=PLAIN)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.board is not None)
        dashboard = app.screen
        assert isinstance(dashboard, Dashboard)
        for word, value in (("motion", "full"), ("density", "rows"), ("sort", "name"), ("glyphs", "ascii")):
            commands = Commands(dashboard)
            await commands.startup()
            hits = [hit async for hit in commands.search(f"{word} {value}")]
            best = max(hits, key=lambda hit: hit.score)
            assert str(best.text) == f"{word} {value}"
            await best.command()  # type: ignore[misc]
            await until(pilot, lambda: getattr(settings.config(opened).display, word) == value)  # noqa: B023
        await until(pilot, lambda: app.refresher.sort is None and app.config.display.sort == "name")
        assert (app.motion, app.animation_level, dashboard.roster.level) == ("full", "full", "full")
        assert (dashboard.density, dashboard.roster.density) == ("rows", "rows")
        assert app.glyphs is ASCII and dashboard.has_class("-ascii")
        await until(pilot, lambda: "\n".join(strip.text for strip in app.screen._compositor.render_strips()).isascii())
    assert "# my accounts" in opened.paths.config.read_text()


async def test_what_an_editor_writes_holds_without_a_restart_and_motion_stops_in_its_middle(pane: Open) -> None:
    async with pane(120, 36, still=False) as (app, pilot):
        assert app.motion == "full" and not app.still
        before, app.config = app.config, parse('[display]\nmotion = "none"\ndensity = "rows"\n')
        app.redress(app.config, before)
        await pilot.pause()
        assert app.still and not app.dash.roster.moving
        assert all(motion.level == "none" for motion in app.dash.roster._motions.values())
        assert app._clock is None and app.dash.roster.density == "rows"


def test_every_word_that_the_settings_know_is_offered_with_what_it_means() -> None:
    for word, values in WORDS.items():
        for value, means in values:
            assert getattr(parse(f'[display]\n{word} = "{value}"').display, word) == value and means
