"""Keys typed faster than screens open: each lands where a person meant it."""

from pathlib import Path

from textual import events
from textual.keys import _character_to_key

from creditsui.config import Config
from creditsui.core import book
from creditsui.domain.money import money
from creditsui.tui.app import CreditsApp
from creditsui.tui.screens.modal import Modal
from tests.tui.conftest import PLAIN, Open
from tests.tui.stage import session, until

NAMED = {"\r": "enter", "\x1b": "escape"}


def burst(app: CreditsApp, text: str) -> None:
    """All these keys at once, as a fast typist or a pasting terminal sends them."""
    for character in text:
        app.post_message(events.Key(NAMED.get(character) or _character_to_key(character), character))


async def test_a_filter_and_what_is_typed_after_it(pane: Open) -> None:
    async with pane(80, 24, account="xai") as (app, pilot):
        burst(app, "/low\rj")
        await until(pilot, lambda: app.cursor == "claude")
        assert app.dash.roster.order == ["openai", "claude"]
        assert app.screen is app.dash


async def test_keys_in_a_modal_that_is_still_opening(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        burst(app, "t20")
        await until(pilot, lambda: isinstance(app.screen, Modal) and "38.03" in app.text())
        burst(app, "\x1bjS7")
        await until(pilot, lambda: isinstance(app.screen, Modal) and "Moonshot" in app.text())
        await until(pilot, lambda: app.screen.query_one("#amount").value == "7")  # type: ignore[attr-defined]


async def test_keys_after_an_act_go_to_the_dashboard(home: Path) -> None:
    real = session(home)
    book.sync(real, "piggy", money(45, "USD"), capacity=50)
    app = CreditsApp(real, Config(), still=True, env=PLAIN)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.board is not None and app.board.account("piggy") is not None)
        burst(app, "t20\ruP")
        await until(pilot, lambda: len(book.entries(real)) == 3)
        await until(pilot, lambda: app.hidden and app.screen is app.screen_stack[0])
        assert [entry.type for entry in book.entries(real)] == ["undo", "topup", "sync"]


async def test_no_timer_is_left_when_all_keys_are_done(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        burst(app, "jjkk")
        await until(pilot, lambda: not app._under_way and not app._typed)
        assert app.cursor == "anthropic"
        await until(pilot, lambda: not [timer for timer in app._timers if timer.name == "keys"])
