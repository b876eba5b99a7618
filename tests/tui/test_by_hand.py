"""A first balance by hand: from nothing to a bar, and what is refused on the way."""

from pathlib import Path

from creditsui.core import book, settings
from creditsui.domain.money import Money
from creditsui.tui.app import CreditsApp
from creditsui.tui.screens.by_hand import ByHandScreen
from creditsui.tui.widgets.field import Field
from tests.tui.conftest import PLAIN
from tests.tui.stage import Stage, closed, refused, session, try_in, until, usd


async def test_a_few_letters_enter_an_amount_and_enter_make_a_bar(home: Path) -> None:
    opened = session(home, "")
    app = CreditsApp(opened, still=True, env=PLAIN)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.board is not None)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, ByHandScreen))
        await pilot.press(*"anth", "enter", *"45")
        await until(pilot, lambda: "where the ledger starts" in str(app.screen.query_one("#says").content))  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: app.board is not None and bool(app.board.accounts))
        await until(pilot, lambda: app.screen is app.screen_stack[0])
        assert app.board is not None
        (view,) = app.board.accounts
        assert (view.label, view.purse, view.health) == ("Anthropic", usd(45), 1.0)
        assert not app.screen.query("Welcome").first().is_on_screen  # the bar stands in its place
    account = settings.account(opened, "anthropic")
    assert account is not None and (account.provider, account.configured) == ("anthropic", True)


async def test_a_purse_of_any_name_and_currency_takes_what_a_full_bar_is(home: Path) -> None:
    opened = session(home)
    app = Stage(ByHandScreen(opened))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"My Gateway", "enter", *"20 EUR", "tab", *"50", "enter")
        assert (await closed(pilot, app) or "").startswith("My Gateway €20.00 · e moves its thresholds")
    account = settings.account(opened, "my-gateway")
    assert account is not None
    assert (account.provider, account.currency, account.capacity) == ("manual", "EUR", 50)
    assert book.entries(opened)[0].amount == Money(20_000_000, "EUR")


async def test_what_cannot_be_is_refused_where_it_was_typed_and_nothing_is_stored(home: Path) -> None:
    opened = session(home)
    before = opened.paths.config.read_text()
    app = Stage(ByHandScreen(opened))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"deepseek", "enter")
        amount, capacity = (app.shown.query_one(f"#{id}", Field) for id in ("amount", "capacity"))
        assert await try_in(pilot, app, amount, "") and app.shown.focused is amount
        assert await try_in(pilot, app, amount, "abc") and app.shown.focused is amount
        amount.value = "20"
        assert await try_in(pilot, app, capacity, "-1") and app.shown.focused is capacity
        amount.focus()
        assert await try_in(pilot, app, capacity, "5 EUR") and app.shown.focused is capacity
    assert opened.paths.config.read_text() == before and book.entries(opened) == []


async def test_without_a_name_nothing_goes_on(home: Path) -> None:
    app = Stage(ByHandScreen(session(home)))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("up", "enter")  # by hand is the last line
        assert "Type whose balance it is" in await refused(pilot, app)


async def test_a_second_account_of_a_provider_gets_a_number_and_going_back_keeps_what_was_typed(home: Path) -> None:
    opened = session(home, '[accounts.deepseek]\nprovider = "deepseek"\n')
    app = Stage(ByHandScreen(opened))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"deeps", "enter", *"7", "shift+tab")
        assert app.shown.has_class("-who")
        await pilot.press("enter", "enter")
        await closed(pilot, app)
    account = settings.account(opened, "deepseek-2")
    assert account is not None and account.label == "DeepSeek 2"
    assert book.entries(opened)[0].account == "deepseek-2"
