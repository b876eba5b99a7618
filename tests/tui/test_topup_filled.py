"""What the top-up is filled with: the end that the provider gives its credit, and a rise that nobody booked."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from creditsui.core import book
from creditsui.domain.board import Proposal
from creditsui.tui.screens.topup import TopUpScreen
from creditsui.tui.widgets.field import Choice, Field
from creditsui.tui.widgets.preview import Preview
from tests.tui.stage import NOW, Stage, closed, session, usd, view

ROSE = NOW - timedelta(days=8)
CAME = Proposal(ROSE, usd(12), "paid", True)


def shown(app: Stage, id: str) -> str:
    return app.shown.query_one(f"#{id}", Field).value


async def test_the_providers_own_end_is_filled_in_and_may_be_denied(home: Path) -> None:
    opened = session(home)
    for typed, expires in (
        ((), date(2027, 11, 20)),
        (("tab", "delete"), None),
        (("tab", *"2028-01-02"), date(2028, 1, 2)),
    ):
        app = Stage(TopUpScreen(opened, view(credit_lasts_days=365)))
        async with app.run_test(size=(60, 20)) as pilot:
            assert shown(app, "expires") == "2027-11-20"
            await pilot.press(*"20", *typed, "enter")
            await closed(pilot, app)
        assert book.entries(opened)[0].expires_at == expires


async def test_a_gift_has_no_end_by_the_rule_of_what_is_bought(home: Path) -> None:
    app = Stage(TopUpScreen(session(home), view(credit_lasts_days=365)))
    async with app.run_test(size=(60, 20)) as pilot:
        app.shown.query_one("#kind", Choice).chosen = 1
        await pilot.pause()
        assert shown(app, "expires") == ""
        app.shown.query_one("#kind", Choice).chosen = 0
        await pilot.pause()
        assert shown(app, "expires") == "2027-11-20"
        app.shown.query_one("#expires", Field).value = "2028-01-02"
        app.shown.query_one("#kind", Choice).chosen = 2
        await pilot.pause()
        assert shown(app, "expires") == "2028-01-02"


async def test_enter_books_a_rise_at_the_time_it_came(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view(proposals=(CAME,), credit_lasts_days=365)))
    async with app.run_test(size=(60, 22)) as pilot:
        assert shown(app, "amount") == "12.00" and shown(app, "expires") == "2027-11-12"
        assert app.says == "The balance rose by $12.00 and nobody booked it."
        assert "12 Nov 19:41" in app.text()
        assert app.shown.query_one(Preview).bar.fresh == pytest.approx(12 / 18.03)
        await pilot.press("enter")
        assert await closed(pilot, app) == "Piggy [bank] +$12.00 of 12 Nov until 12 Nov 2027 · u takes it back"
    (entry,) = book.entries(opened)
    assert (entry.at, entry.amount, entry.kind, entry.expires_at) == (ROSE, usd(12), "paid", date(2027, 11, 12))


async def test_what_came_in_otherwise_can_be_booked_before_a_rise_is(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view(proposals=(CAME,), credit_lasts_days=365)))
    async with app.run_test(size=(60, 22)) as pilot:
        app.shown.query_one("#when", Choice).chosen = 1
        await pilot.pause()
        assert shown(app, "expires") == "2027-11-20"
        await pilot.press(*"5", "enter")
        await closed(pilot, app)
    (entry,) = book.entries(opened)
    assert (entry.at, entry.amount) == (NOW, usd(5))


async def test_the_oldest_rise_comes_first_and_a_gift_is_one(home: Path) -> None:
    later = Proposal(datetime.fromisoformat("2026-11-15T09:00Z"), usd(7), "paid", True)
    opened = session(home)
    app = Stage(TopUpScreen(opened, view(proposals=(Proposal(ROSE, usd(3), "granted", True), later))))
    async with app.run_test(size=(60, 22)) as pilot:
        assert app.says.endswith("nobody booked it; 1 more after it.")
        await pilot.press("enter")
        await closed(pilot, app)
    (entry,) = book.entries(opened)
    assert (entry.amount, entry.kind, entry.at) == (usd(3), "granted", ROSE)


async def test_where_amounts_hide_a_rise_is_booked_unseen(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view(proposals=(CAME,))), hidden=True)
    async with app.run_test(size=(60, 22)) as pilot:
        assert "12.00" not in app.text()
        await pilot.press("enter")
        await closed(pilot, app)
    (entry,) = book.entries(opened)
    assert entry.amount == usd(12)


@pytest.mark.parametrize("width", [40, 44, 60, 80])
async def test_every_kind_of_credit_can_be_read_at_every_width(home: Path, width: int) -> None:
    app = Stage(TopUpScreen(session(home), view(proposals=(CAME,))))
    async with app.run_test(size=(width, 22)):
        assert "(•) paid  ( ) granted  ( ) promo" in app.text()
        assert "12 Nov 19:41  ( ) now" in app.text()


async def test_a_rise_may_be_no_top_up(home: Path) -> None:
    opened = session(home)
    app = Stage(TopUpScreen(opened, view(proposals=(CAME,))))
    async with app.run_test(size=(60, 22)) as pilot:
        app.shown.query_one("#what", Choice).chosen = 1
        await pilot.pause()
        assert app.says == "A refund or a correction, then: +$12.00 is not asked about again."
        await pilot.press("enter")
        assert await closed(pilot, app) == "Piggy [bank] +$12.00 is no top-up · u takes that back"
    (entry,) = book.entries(opened)
    assert (entry.type, entry.amount, entry.at, entry.note) == ("adjust", usd(0), ROSE, "no top-up")
