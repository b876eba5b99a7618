from pathlib import Path

from textual.widgets import OptionList

from creditsui.core import settings
from creditsui.tui.screens.add_account import AddAccountScreen, Search
from creditsui.tui.widgets.field import Field
from tests.tui.stage import CONFIG, Stage, closed, session, try_in, until


def value(app: Stage, id: str) -> str:
    return app.shown.query_one(f"#{id}", Field).value


async def test_a_few_letters_and_three_enters_add_a_known_provider_without_a_key(home: Path) -> None:
    opened = session(home)
    app = Stage(AddAccountScreen(opened))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"deeps", "enter")
        assert app.shown.focused is app.shown.query_one("#key")
        await pilot.press("enter")
        assert (value(app, "id"), value(app, "label")) == ("deepseek", "DeepSeek")
        await pilot.press("enter")
        assert await closed(pilot, app) == "DeepSeek added · K takes its key"
    added = settings.account(opened, "deepseek")
    assert added is not None
    assert (added.provider, added.label) == ("deepseek", "DeepSeek")
    assert opened.paths.config.read_text().startswith(CONFIG.rstrip("\n"))


async def test_any_name_may_be_added_by_hand(home: Path) -> None:
    opened = session(home)
    app = Stage(AddAccountScreen(opened))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"My Purse", "enter")
        assert value(app, "id") == "my-purse"
        await pilot.press("tab", "tab", *"points", "tab", *"250", "tab", *"piggy", "enter")
        assert await closed(pilot, app) == "My Purse added · S enters its balance"
    added = settings.account(opened, "my-purse")
    assert added is not None
    assert (added.provider, added.currency, added.capacity, added.pool) == ("manual", "points", 250, "piggy")


async def test_the_arrows_choose_without_leaving_the_search(home: Path) -> None:
    app = Stage(AddAccountScreen(session(home)))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"open")
        listed = app.shown.query_one("#list", OptionList)
        names = [listed.get_option_at_index(index).id for index in range(listed.option_count)]
        assert names[-1] == "by-hand"
        assert {"p-openai", "p-openrouter"} <= set(names)
        await pilot.press("down")
        assert app.shown.focused is app.shown.query_one(Search)
        await pilot.press("tab", "enter")
        assert f"p-{value(app, 'id')}" == names[1]


async def test_the_mouse_chooses(home: Path) -> None:
    app = Stage(AddAccountScreen(session(home)))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"deeps")
        await until(pilot, lambda: "DeepSeek" in app.text() and "Anthropic" not in app.text())
        for _ in range(20):  # the box may still be moving to its new size when the first click comes
            await pilot.click("#list", offset=(3, 0))
            await pilot.pause()
            if app.shown.focused is app.shown.query_one("#key"):
                break
        assert app.shown.focused is app.shown.query_one("#key")
        below = next(y for y, line in enumerate(app.text().splitlines()) if "enter test" in line)
        await pilot.click(offset=(app.text().splitlines()[below].index("enter") + 1, below))
        assert value(app, "id") == "deepseek"


async def test_changing_ones_mind_about_the_provider(home: Path) -> None:
    opened = session(home)
    app = Stage(AddAccountScreen(opened))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"deeps", "enter", "enter", "shift+tab", "shift+tab")
        assert app.shown.focused is app.shown.query_one(Search)
        await pilot.press(*"jar", "enter", "enter")
        await closed(pilot, app)
    added = settings.account(opened, "jar")
    assert added is not None
    assert added.provider == "manual"


async def test_what_cannot_be_is_refused_in_place(home: Path) -> None:
    opened = session(home)
    app = Stage(AddAccountScreen(opened))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"jar", "enter")
        for field, typed, word in (
            ("id", "", "id"),
            ("id", "piggy", "already"),
            ("id", "two words", "id"),
            ("id", "../x", "id"),
            ("currency", "$$", "currency"),
            ("currency", "", "currency"),
            ("capacity", "-5", "more than nothing"),
            ("capacity", "NaN", "not an amount"),
            ("capacity", "abc", "not an amount"),
            ("capacity", "0", "more than nothing"),
            ("capacity", "$5 EUR", "two currencies"),
            ("capacity", "¥5", "more than nothing"),
            ("pool", "nobody", "nobody"),
        ):
            assert word in await try_in(pilot, app, app.shown.query_one(f"#{field}", Field), typed)
    assert opened.paths.config.read_text() == CONFIG


async def test_esc_adds_nothing(home: Path) -> None:
    opened = session(home)
    app = Stage(AddAccountScreen(opened))
    async with app.run_test() as pilot:
        await pilot.press(*"jar", "enter", "escape")
        assert await closed(pilot, app) is None
    assert opened.paths.config.read_text() == CONFIG


async def test_brackets_are_only_brackets_and_all_fits_a_small_pane(home: Path) -> None:
    app = Stage(AddAccountScreen(session(home)))
    async with app.run_test(size=(44, 20)) as pilot:
        await pilot.press(*"[red]x")
        assert "“[red]x” by hand" in app.text()
        await pilot.press("enter")
        text = app.text()
        assert "same purse as" in text
        assert "esc cancel" in text
