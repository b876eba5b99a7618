"""Under `P` no screen shows an amount, a label, what money was spent on, or a path: a canary in each is in no cell."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditsui.core.hermes import route as acts
from creditsui.domain.board import AccountView, Band, Board, Hit, Lot, Proposal, Runway, Spend, TopUpMark, Total
from creditsui.domain.money import money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance
from creditsui.tui.screens.spend import SpendScreen
from creditsui.tui.titled import title
from tests.soak import rounds
from tests.tui import boards, routes, spendings
from tests.tui.boards import NOW, usd
from tests.tui.conftest import Open, Pane, settled
from tests.tui.stage import until

SIZES = [(120, 36), (80, 24), (44, 20), (80, 6), (80, 1)]
NAME = "Kanari"
#: Money, or anything with cents; and the canary.
SEEN = re.compile(rf"{NAME}|[$€¥£]\s?[1-9]|(?<!0)\d[\d,]*\.\d\d(?!\d)|/srv/|7,?351", re.IGNORECASE)
MUCH = "7351.97"


def whole(amount: str = MUCH, label: str = f"{NAME} Ltd") -> AccountView:
    """An account about which everything is known."""
    much = usd(amount)
    return replace(
        boards.ANTHROPIC,
        id="kanari-id",
        label=label,
        balance=Balance(much),
        purse=much,
        balances=(Balance(much), Balance(money(amount, "CNY"))),
        capacity=much + much,
        health=0.2,
        band=Band.CRITICAL,
        error=usd("73.51"),
        burn=much,
        lots=(Lot(much, "paid", NOW.date() + timedelta(days=3)), Lot(much, "granted", None)),
        spend=Spend("USD", much, much, much),
        days=tuple((day, much) for day, _ in boards.ANTHROPIC.days),
        hits=(Hit(NOW, much, f"{NAME}-model · {NAME}-project"),),
        topups=(TopUpMark(NOW - timedelta(days=2), much),),
        proposals=(Proposal(NOW - timedelta(hours=1), much, "paid", False),),
        runway=Runway("known", 4, 3, 6, (NOW + timedelta(days=4)).date()),
        key_hint="7351",
    )


def board(view: AccountView) -> Board:
    faulty = replace(view, id="kanari-two", problem=Problem("rejected", f"{view.label} of /srv/kanari/x owes {MUCH}."))
    return Board(
        generated_at=NOW,
        accounts=(view, faulty, boards.OPENROUTER),
        totals=(Total("USD", usd(MUCH), Spend("USD"), usd(MUCH)),),
        notices=(f"{view.label} holds {MUCH} in /srv/kanari/config.toml: look there.",),
        next_at=NOW + timedelta(seconds=48),
    )


def shown(app: Pane) -> Iterator[str]:
    yield app.text()
    yield title(app.board, app.manner)
    for toast in app._notifications:
        yield f"{toast.title} {toast.message}"


def clear(app: Pane) -> None:
    for text in shown(app):
        found = SEEN.search(text)
        assert found is None, f"{found[0]!r} in:\n{text}"


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_no_view_of_the_accounts_shows_it(pane: Open, width: int, height: int) -> None:
    async with pane(width, height, board=board(whole()), account="kanari-id") as (app, pilot):
        assert SEEN.search(app.text()), "it is there to be hidden"
        app.say(f"Undone: {NAME} {MUCH}")
        await pilot.press("P")
        await settled(app, pilot)
        clear(app)
        for keys in (["enter"], ["enter"], ["escape"], ["escape"], ["v"], ["j"], ["f"], ["escape"], ["y"]):
            await pilot.press(*keys)
            await settled(app, pilot)
            clear(app)


async def test_nothing_that_opens_shows_it(pane: Open) -> None:
    async with pane(80, 36, board=board(whole()), account="kanari-id") as (app, pilot):
        app.refresher.ask = lambda *_, **__: None  # type: ignore[assignment, method-assign, return-value]
        await pilot.press("P")
        for key in ("S", "t", "e", "K", "x", "n", "a", "question_mark", "colon", "3", "o", "z", "r"):
            app.dash.go_to("kanari-id")
            await pilot.press(key)
            await settled(app, pilot)
            assert (app.screen is app.dash) == (key in "ozr"), key
            clear(app)
            for more in ("down", "enter") if key == "3" else ("down", "pagedown"):
                await pilot.press(more)
                await settled(app, pilot)
                clear(app)
            while app.screen is not app.dash:
                await pilot.press("escape")
                await settled(app, pilot)


async def test_the_timeline_shows_it_at_no_size(pane: Open) -> None:
    async with pane(*SIZES[0], board=board(whole()), account="kanari-id") as (app, pilot):
        await pilot.press("3", "P")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("j")
            await settled(app, pilot)
            clear(app)


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_the_spend_screen_shows_it_by_no_breakdown(pane: Open, width: int, height: int) -> None:
    slots = [
        spendings.slot(ago, 7351.97, project=NAME, session=NAME, account="kanari-id", unpriced_tokens=7351)
        for ago in range(9)
    ]
    async with pane(width, height, board=board(whole())) as (app, pilot):
        screen = SpendScreen(spendings.Book(slots))
        app.push_screen(screen)
        await until(pilot, lambda: screen.page is not None)
        await pilot.press("P")
        for key in ("tab", "tab", "tab", "tab", "tab", "enter", "enter", "w"):
            await pilot.press(key)
            await until(pilot, lambda: screen._busy_since is None)
            await settled(app, pilot)
            clear(app)


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_the_routing_screen_shows_it_nowhere(
    pane: Open, monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    first = routes.CHANGE.ranking[0]
    one = replace(first, why=f"{NAME} has ${MUCH}.", candidate=replace(first.candidate, label=NAME))
    decision = replace(
        routes.CHANGE,
        ranking=(one, *routes.CHANGE.ranking[1:]),
        reason=f"{NAME} has 50d and ${MUCH}.",
        warnings=(f"Hermes will skip 1 job of {NAME}, until it is pinned: kanari.",),
        config="/srv/kanari/config.yaml",
    )
    past = replace(routes.PAST[0], reason=f"{NAME} had ${MUCH}.", config="/srv/kanari/config.yaml")
    book = routes.Book(decision, past=(past,))
    for name in ("decide", "history", "apply", "undo"):
        monkeypatch.setattr(acts, name, getattr(book, name), raising=False)
    async with pane(width, height, board=board(whole())) as (app, pilot):
        await pilot.press("4", "P")
        for key in ("j", "G", "enter"):
            await pilot.press(key)
            await settled(app, pilot)
            clear(app)


@settings(
    max_examples=rounds(12, 6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    amount=st.decimals(min_value=1000, max_value=10**7, places=2).map(str),
    label=st.text("abcdefghij ö[]/$", min_size=3, max_size=30).map(lambda text: f"{NAME}{text}"),
    size=st.sampled_from(SIZES),
)
async def test_whatever_the_amount_and_the_label_no_cell_shows_either(
    pane: Open, amount: str, label: str, size: Any
) -> None:
    async with pane(*size, board=board(whole(amount, label)), account="kanari-id") as (app, pilot):
        await pilot.press("P")
        await settled(app, pilot)
        clear(app)
        assert amount not in app.text() and label not in app.text()
