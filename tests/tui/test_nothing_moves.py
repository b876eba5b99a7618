"""When answers come, only what they tell appears: every row keeps its place, and in it every column."""

from dataclasses import replace
from random import Random

import pytest

from creditsui.domain.board import AccountView, Board
from creditsui.tui.widgets.account_row import AccountRow
from tests.tui import boards
from tests.tui.boards import changed
from tests.tui.conftest import Open, Pane, settled
from tests.tui.stage import until

BOARD = changed(boards.BOARD, "claude", label="Claude Max")
"""Its label as a user writes it: the window comes with the answer."""


def unread(view: AccountView) -> AccountView:
    """As it is known from the settings alone."""
    return AccountView(
        id=view.id,
        provider=view.provider,
        label=view.label,
        provider_name=view.provider_name,
        semantics=view.semantics,
        key_from=view.key_from,
    )


def worst_first(views: list[AccountView]) -> tuple[AccountView, ...]:
    """In the board's own order, where nobody has been heard of yet last."""
    place = {view.id: at for at, view in enumerate(BOARD.accounts)}
    return tuple(sorted(views, key=lambda view: (view.read_at is None and view.problem is None, place[view.id])))


def places(app: Pane) -> dict[str, tuple[object, ...]]:
    """Where each row stands, where its name begins, and how wide its columns are."""
    roster = app.dash.roster
    return {
        row.view.id: (row.region, row._strips[0].text.find(row.view.label[:6]), roster._columns)
        for row in app.dash.query(AccountRow)
    }


@pytest.mark.parametrize(("width", "height"), [(44, 20), (80, 24), (120, 36)])
async def test_nothing_moves_while_the_first_answers_come_in(pane: Open, width: int, height: int) -> None:
    chance = Random(f"{width}x{height}")
    waiting = [unread(view) for view in BOARD.accounts]
    chance.shuffle(waiting)
    first = Board(generated_at=BOARD.generated_at, accounts=tuple(waiting))
    async with pane(width, height, board=first, account=None) as (app, pilot):
        before = places(app)
        assert all(at >= 0 for _, at, _ in before.values())
        coming = chance.sample(BOARD.accounts, len(BOARD.accounts))
        views = {view.id: view for view in waiting}
        for view in coming[:-1]:
            views[view.id] = view
            app.board = replace(BOARD, accounts=worst_first(list(views.values())))
            await until(pilot, lambda view=view: app.dash.roster._rows[view.id].view == view)  # type: ignore[misc]
            await pilot.pause()
            assert places(app) == before, f"when {view.id} was read:\n{app.text()}"
        app.board = BOARD
        await until(pilot, lambda: app.dash.roster.order == [view.id for view in BOARD.accounts])
        await settled(app, pilot)
        assert {at[1:] for at in places(app).values()} == {at[1:] for at in before.values()}
        assert app.cursor == BOARD.accounts[0].id, "once all are in, the worst is on top"
