from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import OptionList

from creditsui.domain.board import Board
from creditsui.tui.app import CreditsApp
from creditsui.tui.palette import Commands
from creditsui.tui.screens.add_account import AddAccountScreen
from creditsui.tui.widgets.search import Found
from creditsui.verbs import find
from tests.tui.boards import BOARD, changed
from tests.tui.conftest import Open
from tests.tui.stage import NOW, session, until, view


class Front(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sync", "Sync", tooltip="not told twice"),
        Binding("P", "privacy", "Privacy", tooltip="hide amounts"),
    ]

    def action_sync(self) -> None:
        self.app.done.append("sync")

    def action_privacy(self) -> None:
        self.app.done.append("privacy")

    def action_add(self) -> None:
        self.app.done.append("add")

    def action_jump(self, id: str) -> None:
        self.app.done.append(f"jump {id}")


class Palette(App[None]):
    COMMANDS: ClassVar[set[Any]] = {Commands}

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.board = Board(generated_at=NOW, accounts=(view(id="a'b", label="Piggy [red]bank"), view(id="two")))

    def on_mount(self) -> None:
        self.push_screen(Front())


async def offered() -> list[tuple[str, str | None]]:
    app = Palette()
    async with app.run_test():
        return [(str(hit.text), hit.help) async for hit in Commands(app.screen).discover()]


async def test_it_offers_what_the_screen_can_do_in_the_words_of_the_command_line() -> None:
    verb = find("sync")
    assert verb is not None
    names = await offered()
    assert ("sync", verb.help) in names
    words = [name for name, _ in names]
    assert words == ["sync", "account add", "privacy", "go to Piggy [red]bank", "go to Piggy [bank]"]


async def run(*keys: str) -> list[str]:
    app = Palette()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p", *keys)
        palette = app.screen
        assert isinstance(palette, CommandPalette)
        await until(pilot, lambda: palette.query_one(OptionList).option_count > 0 and not palette.workers._workers)
        await pilot.press("enter")
        if app.screen is palette:
            await pilot.press("enter")
        await until(pilot, lambda: bool(app.done))
        return app.done


async def test_a_verb_runs_the_screens_action() -> None:
    assert await run(*"sync") == ["sync"]


async def test_a_verb_of_two_words_runs_too() -> None:
    assert await run(*"account add") == ["add"]


async def test_an_account_is_a_few_letters_away_whatever_its_id() -> None:
    assert await run(*"red") == ["jump a'b"]


async def test_of_the_frameworks_own_commands_only_those_without_a_word_of_ours(home: Path) -> None:
    app = CreditsApp(session(home), still=True)
    async with app.run_test():
        assert [command.title for command in app.get_system_commands(app.screen)] == ["Theme"]


async def found(pane: Open, query: str, **more: Any) -> list[str]:
    async with pane(80, 24, **more) as (app, _):
        commands = Commands(app.screen)
        await commands.startup()
        hits = [hit async for hit in commands.search(query)]
        return [str(hit.text) for hit in sorted(hits, key=lambda hit: -hit.score)]


async def test_themes_providers_and_accounts_are_found_by_any_of_their_words_in_any_order(pane: Open) -> None:
    assert (await found(pane, "arcade"))[0] == "theme arcade"
    assert "theme arcade" in await found(pane, "remembered arcade")
    assert "account add openrouter" in await found(pane, "openrouter add")
    assert (await found(pane, "account add openro"))[0] == "account add openrouter"
    own = changed(BOARD, "anthropic", label="Work")
    assert "go to Work" in await found(pane, "anthropic", board=own)
    assert "alerts" not in await found(pane, "zzqq")


async def test_a_provider_of_the_palette_is_the_first_in_the_list_to_choose_from(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await app.run_action("add_provider('openrouter')", app.screen)
        await until(pilot, lambda: isinstance(app.screen, AddAccountScreen) and bool(app.screen.query(Found)))
        await until(pilot, lambda: app.screen.query_one(Found).choice is not None)
        choice = app.screen.query_one(Found).choice
        assert choice is not None and choice.id == "openrouter"


async def test_hidden_labels_are_not_in_the_palette(pane: Open) -> None:
    async with pane(80, 24, board=changed(BOARD, "anthropic", label="Secret", id="secret-id")) as (app, pilot):
        await pilot.press("P")
        said = [f"{hit.text} {hit.help}" async for hit in Commands(app.screen).discover()]
        assert any("go to Anthropic" in one for one in said)
        assert not any("ecret" in one for one in said)
