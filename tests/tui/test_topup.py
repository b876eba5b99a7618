from datetime import date
from pathlib import Path

import pytest

from creditsui.core import book
from creditsui.domain.board import Band
from creditsui.tui.screens.topup import TopUpScreen
from creditsui.tui.widgets.field import Choice, Field
from creditsui.tui.widgets.preview import Preview
from tests.tui.stage import Stage, closed, refused, session, try_in, usd, view


async def test_digits_and_enter_book_the_credit(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view()))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press(*"20", "enter")
        assert await closed(pilot, app) == "Piggy [bank] +$20.00 · u takes it back"
    (entry,) = book.entries(opened)
    assert (entry.type, entry.amount, entry.kind, entry.expires_at) == ("topup", usd(20), "paid", None)


async def test_everything_by_keys(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view()))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press(*"20", "tab", *"2027-11-20", "tab", *"gift", "tab", "space", "enter")
        assert await closed(pilot, app) == "Piggy [bank] +$20.00 until 20 Nov 2027 · u takes it back"
    (entry,) = book.entries(opened)
    assert (entry.kind, entry.expires_at, entry.note) == ("granted", date(2027, 11, 20), "gift")


async def test_the_bar_shows_what_the_credit_does(home: Path) -> None:
    app = Stage(TopUpScreen(session(home), view()))
    async with app.run_test(size=(44, 20)) as pilot:
        preview = app.shown.query_one(Preview)
        assert preview.words == "60%"
        await pilot.press(*"20")
        assert preview.words == "60 → 100"
        assert preview.bar.fill == 1.0
        assert preview.bar.fresh == pytest.approx(20 / 38.03)
        assert preview.bar.band is Band.HEALTHY
        assert app.says == "$18.03 + $20.00 = $38.03"
        assert "60 → 100" in app.text()


async def test_a_set_capacity_stays(home: Path) -> None:
    app = Stage(TopUpScreen(session(home), view(capacity_from="config")))
    async with app.run_test() as pilot:
        await pilot.press(*"3")
        preview = app.shown.query_one(Preview)
        assert preview.words == "60 → 70"
        assert preview.bar.fresh == pytest.approx(0.1)


async def test_what_is_no_credit_is_refused_in_place(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view()))
    async with app.run_test() as pilot:
        amount = app.shown.query_one("#amount", Field)
        for typed in ("-20", "0", "0.00", "-", "NaN", "abc", "$5 EUR", "inf", ""):
            app.shown.query_one("#expires", Field).focus()
            assert "ID" not in await try_in(pilot, app, amount, typed)
            assert app.shown.focused is amount
            assert app.shown.query_one(Preview).words == "60%"
    assert book.entries(opened) == []


async def test_credit_that_is_gone_already_is_not_booked(home: Path) -> None:
    app = Stage(TopUpScreen(session(home), view()))
    async with app.run_test() as pilot:
        await pilot.press(*"20", "tab", *"2026-11-19", "enter")
        assert await refused(pilot, app) == "19 Nov is over: that credit is gone."


async def test_a_day_that_cannot_be_is_refused(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view()))
    async with app.run_test() as pilot:
        await pilot.press(*"20")
        for day in ("soon", "2027-13-01", "20.11.2027", "2026-11-19", "2027"):
            app.shown.query_one("#amount", Field).focus()
            assert await try_in(pilot, app, app.shown.query_one("#expires", Field), day)
            assert app.shown.focused is app.shown.query_one("#expires", Field)
    assert book.entries(opened) == []


async def test_esc_books_nothing(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view()))
    async with app.run_test() as pilot:
        await pilot.press(*"20", "escape")
        assert await closed(pilot, app) is None
    assert book.entries(opened) == []


async def test_another_currency_stands_beside(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view()))
    async with app.run_test() as pilot:
        app.shown.query_one("#amount", Field).value = "¥20"
        await pilot.pause()
        assert "never added" in app.says
        assert app.shown.query_one(Preview).words == "60%"


async def test_the_mouse_chooses_granted(home: Path) -> None:
    app = Stage(TopUpScreen(session(home), view()))
    async with app.run_test(size=(60, 20)) as pilot:
        choice = app.shown.query_one(Choice)
        await pilot.click(choice, offset=(12, 0))
        assert choice.value == "granted"
        await pilot.click(choice, offset=(1, 0))
        assert choice.value == "paid"


async def test_an_empty_account_comes_back_to_life(home: Path) -> None:
    app = Stage(TopUpScreen(session(home), view(balance=None, purse=usd(-3), health=0.0, band=Band.CRITICAL)))
    async with app.run_test() as pilot:
        await pilot.press(*"2")
        assert app.shown.query_one(Preview).bar.state == "empty"
        await pilot.press("0")
        assert app.shown.query_one(Preview).words == "0 → 100"
