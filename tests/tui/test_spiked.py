"""A spike on the screen: a mark in the row while it goes on, and in the detail who did it."""

from dataclasses import replace
from datetime import timedelta

from creditsui.domain.board import Board, Culprit, Hit, Spike, SpikeHour
from tests.tui.boards import ANTHROPIC, BOARD, NOW, usd
from tests.tui.conftest import Open

SINCE = NOW - timedelta(hours=2)
SPIKE = Spike(
    SINCE, None, usd("42"), usd("3.50"), SpikeHour(SINCE, usd("30"), usd("2"), usd("6"), "weekday", 6),
    (Culprit("claude-opus-4-8", "web-app", "6f1c2a3b4c5d", usd("30.10")), Culprit("", "", "", usd("2"))),
)  # fmt: skip


def spiking(spike: Spike | None) -> Board:
    hits = (Hit(NOW - timedelta(hours=1), usd("12"), "claude-opus-4-8"), Hit(NOW - timedelta(hours=9), usd("1"), "m"))
    one = replace(ANTHROPIC, spike=spike, hits=hits)
    return replace(BOARD, accounts=tuple(one if view.id == one.id else view for view in BOARD.accounts))


def line(text: str, *words: str) -> str:
    return next((line for line in text.splitlines() if all(word in line for word in words)), "")


async def test_the_row_carries_a_mark_while_it_goes_on(pane: Open) -> None:
    async with pane(80, 24, board=spiking(SPIKE)) as (app, _):
        assert "Anthropic ↯" in app.text()
    async with pane(80, 24, board=spiking(replace(SPIKE, until=NOW))) as (app, _):
        assert "Anthropic ↯" not in app.text()
    async with pane(80, 24, board=spiking(SPIKE), ascii=True) as (app, _):
        assert "Anthropic ^" in app.text() and app.text().isascii()


async def test_the_card_says_how_much_more_it_is(pane: Open) -> None:
    async with pane(140, 40, board=spiking(SPIKE)) as (app, _):
        assert "spends 12× the usual" in app.text()


async def test_the_detail_says_against_what_and_who_did_it(pane: Open) -> None:
    async with pane(120, 50, board=spiking(SPIKE), account="anthropic") as (app, _):
        text = app.text()
        assert line(text, "spike", "↯ $42.00 since 08:04") and "12× the usual $3.50" in text
        assert line(text, "$30.10  claude-opus-4-8 · web-app") and line(text, "$2.00  unnamed")
        assert line(text, "−$12.00", "↯ 09:04"), "the hit that belongs to it"
        assert "↯" not in line(text, "−$1.00", "01:04")
    async with pane(120, 50, board=spiking(replace(SPIKE, until=NOW)), account="anthropic") as (app, _):
        assert line(app.text(), "spike", "$42.00 08:04 – 10:04")


async def test_sessions_stand_where_there_is_room(pane: Open) -> None:
    async with pane(160, 50, board=spiking(SPIKE), account="anthropic") as (app, _):
        assert line(app.text(), "$30.10  claude-opus-4-8 · web-app", "6f1c2a3b")


async def test_the_brief_detail_has_a_line_of_it(pane: Open) -> None:
    async with pane(80, 24, board=spiking(SPIKE), account="anthropic") as (app, _):
        assert line(app.text(), "spike", "$42.00 since 08:04")


async def test_privacy_hides_amounts_and_names(pane: Open) -> None:
    async with pane(120, 50, board=spiking(SPIKE), account="anthropic") as (app, pilot):
        await pilot.press("P")
        await pilot.pause()
        text = app.text()
        assert "42.00" not in text and "web-app" not in text and "6f1c" not in text and "3.50" not in text
