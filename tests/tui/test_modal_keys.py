"""The help beside a modal: f1 tells its keys and those of the field in use, and ? where nothing is typed."""

from textual.widgets import Static

from creditsui.tui.screens.explain import ExplainScreen
from creditsui.tui.screens.help import HelpScreen
from creditsui.tui.screens.modal import Modal
from creditsui.tui.widgets.field import Field
from tests.tui.conftest import Open, settled
from tests.tui.stage import until

TOLD = {
    "e": ("1 more", "5 less", "Next edge", "next field", "save", "cancel"),
    "t": ("next field", "book", "cancel"),
    "S": ("Open the console page", "next field", "book", "cancel"),
    "a": ("Next provider", "Open the page where keys are made"),
    "x": ("Next number", "More words", "back"),
    "n": ("One hour", "Until tomorrow", "Until it recovers"),
    "K": ("Open the page where keys are made", "test and keep"),
}


async def test_f1_tells_what_the_keys_of_each_modal_do_and_leads_back(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        for key, words in TOLD.items():
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, Modal))
            await settled(app, pilot)
            modal, focused = app.screen, app.screen.focused
            assert "f1 keys" in app.text()
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            await settled(app, pilot)
            told = {str(line.content) for line in app.screen.query(".words").results(Static)}
            assert set(words) <= told, key
            assert not any("elete" in line or "clipboard" in line for line in told), "what every text field knows"
            await pilot.press("f1")
            await until(pilot, lambda modal=modal: app.screen is modal)  # type: ignore[misc]
            assert app.screen.focused is focused
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.dash)


async def test_a_question_mark_is_a_letter_in_a_field_and_asks_for_help_where_there_is_none(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Modal))
        await pilot.press("question_mark")
        field = app.screen.focused
        assert isinstance(field, Field) and field.value == "?"
        await pilot.press("escape", "x")
        await until(pilot, lambda: isinstance(app.screen, ExplainScreen))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_the_key_of_the_help_takes_no_room_from_a_narrow_pane(pane: Open) -> None:
    async with pane(44, 20) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Modal))
        await settled(app, pilot)
        assert "esc cancel" in app.text() and "f1" not in app.text()
