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
from creditsui.verbs import find
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
