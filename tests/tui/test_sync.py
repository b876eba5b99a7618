from pathlib import Path

import pytest

from creditsui.core import book, settings
from creditsui.domain.reading import Balance, Certainty
from creditsui.tui.screens.sync import SyncScreen, missed
from creditsui.tui.widgets.field import Field
from tests.tui.stage import CONFIG, WAITING, Stage, closed, refused, session, try_in, usd, view


async def test_digits_and_enter_book_the_balance(home: Path) -> None:
    opened = session(home)
    app = Stage(SyncScreen(opened, view()))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press(*"17.5")
        assert app.says == "the ledger missed $0.53: booked as unseen"
        await pilot.press("enter")
        said = await closed(pilot, app)
    assert said == "Piggy [bank] synced to $17.50 · $0.53 booked as unseen · u takes it back"
    (entry,) = book.entries(opened)
    assert (entry.type, entry.account, entry.amount) == ("sync", "piggy", usd(17.5))


async def test_esc_books_nothing(home: Path) -> None:
    opened = session(home)
    app = Stage(SyncScreen(opened, view()))
    async with app.run_test() as pilot:
        await pilot.press(*"17.5", "escape")
        assert await closed(pilot, app) is None
    assert book.entries(opened) == []
    assert opened.paths.config.read_text() == CONFIG


async def test_bad_amounts_are_refused_in_place(home: Path) -> None:
    opened = session(home)
    app = Stage(SyncScreen(opened, view()))
    async with app.run_test(size=(60, 20)) as pilot:
        amount = app.shown.query_one("#amount", Field)
        for typed in ("-", "NaN", "abc", "$5 EUR", "1e400", "", "  ", "5..2", "٥"):
            assert await try_in(pilot, app, amount, typed)
            assert app.shown.focused is amount
    assert book.entries(opened) == []


async def test_a_debt_may_be_entered(home: Path) -> None:
    opened = session(home)
    app = Stage(SyncScreen(opened, view()))
    async with app.run_test() as pilot:
        await pilot.press(*"-3.20", "enter")
        assert (await closed(pilot, app) or "").startswith("Piggy [bank] synced to −$3.20")
    assert book.entries(opened)[0].amount == usd(-3.2)


async def test_tab_reaches_what_a_full_bar_stands_for(home: Path) -> None:
    opened = session(home)
    app = Stage(SyncScreen(opened, view()))
    async with app.run_test() as pilot:
        await pilot.press(*"45", "tab", *"50", "enter")
        await closed(pilot, app)
    account = settings.account(opened, "piggy")
    assert account is not None and account.capacity == 50
    assert opened.paths.config.read_text().startswith(CONFIG.rstrip("\n"))


@pytest.mark.parametrize("full", ["0", "-5", "abc", "5 EUR", "NaN"])
async def test_a_bad_capacity_books_nothing(home: Path, full: str) -> None:
    opened = session(home)
    app = Stage(SyncScreen(opened, view()))
    async with app.run_test() as pilot:
        await pilot.press(*"45")
        app.shown.query_one("#capacity", Field).value = full
        await pilot.press("enter")
        assert await refused(pilot, app)
        assert app.shown.focused is app.shown.query_one("#capacity", Field)
    assert book.entries(opened) == []


async def test_what_the_core_refuses_is_said_and_the_input_stays(home: Path) -> None:
    opened = session(home)
    app = Stage(SyncScreen(opened, view(id="nobody")))
    async with app.run_test() as pilot:
        await pilot.press(*"45", "enter")
        assert "nobody" in await refused(pilot, app)
        assert app.shown.query_one("#amount", Field).value == "45"
        await pilot.press("escape")
        assert await closed(pilot, app) is None


async def test_a_broken_config_is_said_in_place(home: Path) -> None:
    opened = session(home, config="this is [not toml\n")
    app = Stage(SyncScreen(opened, view()))
    async with app.run_test() as pilot:
        await pilot.press(*"45", "enter")
        assert "config.toml" in await refused(pilot, app)


async def test_it_shows_what_it_shows_now(home: Path) -> None:
    app = Stage(SyncScreen(session(home), view()))
    async with app.run_test(size=(40, 16)) as pilot:
        await pilot.pause()
        text = app.text()
    assert "Sync · Piggy [bank]" in text
    assert "~$18.03 ±0.80  estimated" in text
    assert "ctrl+o" in text


async def test_what_lies_behind_stays_in_sight(home: Path) -> None:
    app = Stage(SyncScreen(session(home), view()))
    async with app.run_test() as pilot:
        for _ in range(300):
            if "behind" in app.text():
                break
            app.screen.refresh()  # with what is laid out behind it meanwhile
            await pilot.pause(0.1)
        assert "behind" in app.text()
        assert 0 < app.shown.styles.background.a < 1


async def test_the_console_is_a_key_away_without_leaving(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    app = Stage(SyncScreen(session(home), view()))
    async with app.run_test() as pilot:
        await pilot.press(*"4", "ctrl+o")
        await pilot.pause()
        assert app.clipboard == "https://example.com/billing"
        await pilot.click("#console")
        assert len(app._notifications) == 1
        assert app.said is WAITING
        assert app.shown.query_one("#amount", Field).value == "4"


async def test_an_account_without_a_number_starts_with_one(home: Path) -> None:
    opened = session(home)
    bare = view(balance=None, purse=None, error=None, capacity=None, health=None, certainty=Certainty.UNKNOWN)
    app = Stage(SyncScreen(opened, bare))
    async with app.run_test() as pilot:
        await pilot.press(*"12")
        assert app.says == "The first balance: $12.00 is where the ledger starts."
        await pilot.press("enter")
        assert await closed(pilot, app) == "Piggy [bank] synced to $12.00 · u takes it back"


def test_each_difference_has_its_words() -> None:
    assert missed(usd(6.11), usd(5.8)) == "the ledger missed $0.31: booked as unseen"
    assert missed(usd(6.11), usd(6.11)) == "The ledger had it right: nothing was missed."
    assert missed(usd(6.11), usd(7)).startswith("$0.89 more than the ledger knew")
    euros = Balance(usd(5)).remaining.__class__(5_000_000, "EUR")
    assert "never added" in missed(usd(6.11), euros)


async def test_the_purse_is_synced_not_what_a_cap_leaves_of_it(home: Path) -> None:
    app = Stage(SyncScreen(session(home), view(balance=Balance(usd(5)), purse=usd(20))))
    async with app.run_test() as pilot:
        await pilot.press(*"19")
        assert app.says == "the ledger missed $1.00: booked as unseen"
