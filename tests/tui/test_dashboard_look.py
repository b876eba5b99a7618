"""The dashboard as text, at every size it has a form for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from creditsui.domain.board import AccountView, Band, Board, Hit, HitPart, Runway, Spend
from creditsui.domain.reading import Balance, Certainty, Limit, ModelSpend, Semantics, Window
from creditsui.tui import facts
from creditsui.tui.manner import Manner
from tests.tui import boards
from tests.tui.boards import ANTHROPIC, BOARD, NOW, XAI, changed, spent, usd
from tests.tui.conftest import Open, settled
from tests.tui.stage import until

Same = Callable[[str], None]
SIZES = [(120, 36), (80, 24), (44, 20), (80, 6), (80, 1), (100, 12), (60, 16)]


@pytest.mark.parametrize(("width", "height"), SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
async def test_size(pane: Open, same: Same, width: int, height: int) -> None:
    async with pane(width, height) as (app, _):
        same(app.text())


async def test_ascii(pane: Open, same: Same) -> None:
    async with pane(100, 30, ascii=True) as (app, _):
        text = app.text()
        assert text.isascii()
        same(text)


async def test_ascii_is_ascii_at_every_size_and_in_every_modal(pane: Open) -> None:
    async with pane(120, 36, ascii=True) as (app, pilot):

        async def plain(what: str, *sizes: tuple[int, int]) -> None:
            for size in sizes:
                await pilot.resize_terminal(*size)
                await settled(app, pilot)
                assert app.size == size and app.text().isascii() and "???" not in app.text(), f"{what}\n{app.text()}"

        await plain("dashboard", (120, 36), (80, 24), (44, 20), (80, 6), (80, 1), (120, 36))
        for key in ("question_mark", "S", "t", "e", "K", "a", "x", "slash"):
            await pilot.press(key)
            await until(pilot, lambda key=key: (app.screen is app.dash) == (key == "slash"))  # type: ignore[misc]
            await plain(key, (44, 20), (80, 24), (120, 36))
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.dash)


async def test_ticking(pane: Open) -> None:
    async with pane(120, 36, still=False) as (app, _):
        assert "10s ago · next 0:50" in app.text()
        assert "↻1h12m" in app.text()


async def test_a_quota_says_which_window_it_is(pane: Open) -> None:
    board = changed(BOARD, "claude", label="Claude Max", health=0.02, band=Band.CRITICAL)
    board = replace(board, accounts=tuple(view for view in board.accounts if view.id != "xai"))
    async with pane(120, 36, board=board) as (app, _):
        lines = app.text().splitlines()
        assert "✖ Claude Max 5h 2%" in lines[0]
        assert any(line.startswith(" ✖ Claude Max 5h ") for line in lines)


async def test_a_refill_on_another_day_says_the_day(pane: Open) -> None:
    week = Window("7d", 0.8, resets_at=NOW + timedelta(days=3), seconds=604800)
    board = changed(BOARD, "claude", windows=(week,), binding="7d", label="Claude", health=0.2, band=Band.CRITICAL)
    async with pane(80, 24, board=board, account="claude") as (app, _):
        row = next(line for line in app.text().splitlines() if "Claude 7d" in line)
        assert row.endswith(" 20%  ↻23 Nov")
        limits = next(line for line in app.text().splitlines() if line.startswith(" limits"))
        assert limits.endswith("↻23 Nov")


async def test_a_detail_says_all_that_is_known_and_nothing_twice(pane: Open) -> None:
    cap = Limit(amount=usd("10"), remaining=usd("3"), resets="daily")
    board = changed(
        BOARD, "anthropic", balance=Balance(usd("3")), purse=usd("41.2"), limit=cap, binding="limit", health=0.3
    )
    async with pane(120, 36, board=board) as (app, _):
        text = app.text()
        assert "$41.20 in the account" in text and "renews daily" in text
    spent = AccountView(
        id="payg", provider="p", label="Pay", badges=("PAYG",), spend=Spend("USD", all=usd("120.10")), read_at=NOW
    )
    by_hand = AccountView(id="hand", provider="p", label="Piggy", manual=True)
    async with pane(120, 36, board=Board(generated_at=NOW, accounts=(spent, by_hand))) as (app, _):
        detail = " ".join(line.partition("│")[2] for line in app.text().splitlines())
        assert detail.count("$120.10") == 1
        assert "s enters its balance" in next(line for line in app.text().splitlines() if "Piggy" in line)


async def test_a_purse_that_was_just_begun_says_what_is_missing_once(pane: Open) -> None:
    new = changed(BOARD, "anthropic", spend=None, burn=None, runway=Runway("gathering"), hits=(), days=())
    board = replace(new, accounts=tuple(view for view in new.accounts if view.id == "anthropic"))
    async with pane(80, 24, board=board) as (app, _):
        lines = app.text().splitlines()
        assert "gathering" not in lines[0]
        assert any("runway gathering: needs 3 days of spend" in line for line in lines)
        assert any(line.startswith(" top-up    +$30.00 8 Nov") for line in lines)


async def test_a_detail_names_the_models_that_cost_most(pane: Open) -> None:
    models = tuple(ModelSpend(f"vendor/model-{n}", usd(str(90 - n))) for n in range(9))
    board = changed(BOARD, "anthropic", spend=Spend("USD", usd("3.12"), usd("28.70"), usd("96.40"), models=models))
    for width in (100, 50):
        async with pane(width, 60, board=board, account="anthropic") as (app, pilot):
            await pilot.press("enter")
            await pilot.pause()
            line = next(line for line in app.text().splitlines() if "models" in line)
            assert "vendor/model-0 90.00" in line and "model-8" not in line


async def test_a_hit_tells_the_calls_that_made_it_and_what_went_unseen(pane: Open) -> None:
    causes = (
        ("claude-opus · web-app", "1.00"),
        ("gpt-5 · api", "0.50"),
        ("haiku", "0.30"),
        ("mini", "0.20"),
        ("nano", "0.10"),
    )
    parts = tuple(HitPart(cause, usd(amount)) for cause, amount in (*causes, ("unseen", "0.21")))
    hits = (Hit(NOW, usd("2.31"), "claude-opus · web-app", parts), Hit(NOW, usd("9"), "m", parts[1:2]))
    board = changed(BOARD, "anthropic", hits=hits)
    async with pane(120, 36, board=board) as (app, pilot):
        lines = [" ".join(line.partition("│")[2].split()) for line in app.text().splitlines()]
        at = next(index for index, line in enumerate(lines) if line.startswith("hits"))
        assert lines[at : at + 7] == [
            "hits −$2.31 claude-opus · web-app 10:04",
            "$0.50 gpt-5 · api",
            "$0.30 haiku",
            "$0.21 unseen",
            "and 2 more",
            "−$9.00 gpt-5 · api 10:04",
            "",
        ]
        await pilot.press("P")
        assert "gpt-5" not in app.text() and "0.50" not in app.text()
    async with pane(80, 24, board=board) as (app, _):
        assert "−$2.31 claude-opus · web-app + 5 10:04" in app.text()


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (34, "−$0.89  claude-opus-4-8 · web-app 10:04"),
        (24, "−$0.89  claude-opus-4-8 · web-a… 10:04"),
        (22, "−$0.89  claude-opus-4-8 · web… 10:04"),
        (21, "−$0.89  claude-opus-4-8       10:04"),
        (15, "−$0.89  claude-opus-4-8 10:04"),
    ],
)
def test_of_a_hit_the_model_stands_whole_before_a_project_is_hinted_at(width: int, said: str) -> None:
    view = replace(ANTHROPIC, hits=(Hit(NOW, usd("0.89"), "claude-opus-4-8 · web-app"),))
    room = len("−$0.89  ") + len(" 10:04")
    (line,) = facts.hits(view, Manner(NOW, UTC), facts.LABEL + room + width)
    assert "".join(text for text, _ in line).removeprefix("hits      ").split() == said.split()


async def test_nothing_in_a_detail_is_cut_off(pane: Open) -> None:
    async with pane(110, 60) as (app, pilot):
        await pilot.press("enter")
        for width in (40, 50, 60, 100, 110):
            await pilot.resize_terminal(width, 60)
            await settled(app, pilot)
            text = app.text()
            assert max(map(len, text.splitlines())) <= width
            for part in ("empty Tue 24 Nov", "$6.03 never", "30d 96.40", "5 min apart", "o open", "stops requests"):
                assert part in text, text


async def test_every_width_and_height_is_drawn_in_full(pane: Open) -> None:
    async with pane(20, 5) as (app, pilot):
        for width, height in ((20, 5), (30, 10), (12, 3), (59, 9), (99, 18), (200, 60), (4, 2)):
            await pilot.resize_terminal(width, height)
            await settled(app, pilot)
            lines = app.text().splitlines()
            assert len(lines) == height
            assert all(len(line) <= width for line in lines)


async def test_states_of_a_bar(pane: Open, same: Same) -> None:
    empty = replace(XAI, id="empty", label="Empty", health=0.0, balance=replace(XAI.balance, remaining=usd("-0.20")))  # type: ignore[type-var]
    payg = AccountView(
        id="payg",
        provider="payg",
        label="Pay as you go",
        semantics=Semantics.COUNTER,
        certainty=Certainty.LIVE,
        badges=("PAYG",),
        spend=Spend("USD", usd("3.12")),
        read_at=NOW,
    )
    unread = AccountView(id="new", provider="new", label="Not read", refreshing=True)
    manual = AccountView(id="hand", provider="hand", label="By hand", manual=True)
    wide = replace(ANTHROPIC, id="wide", label="日本語のとても長い名前です [bold]", certainty=Certainty.LIVE)
    board = Board(generated_at=NOW, accounts=(empty, payg, unread, manual, wide))
    async with pane(100, 24, board=board, account="empty") as (app, _):
        same(app.text())
    async with pane(80, 24, board=board, account="empty") as (app, _):
        assert "K.O." in app.text()
        assert "PAYG · $3.12 today" in app.text()


async def test_damage_leaves_a_trail_that_drains(pane: Open, same: Same) -> None:
    async with pane(80, 24, still=False) as (app, pilot):
        app.at(0)
        app.board = spent(BOARD, "anthropic", usd("9.00"), Band.LOW)
        await pilot.pause()
        seen = {}
        for seconds in (0.2, 0.59, 1.0, 1.45, 2.9, 3.1):
            app.at(seconds)
            await pilot.pause()
            seen[seconds] = next(line for line in app.text().splitlines() if "Anthropic" in line)
        same("\n".join(f"{seconds:4} {line}" for seconds, line in seen.items()) + "\n")
        trail = {seconds: line.count("▓") for seconds, line in seen.items()}
        assert trail[0.2] == trail[0.59] > trail[1.0] > trail[2.9] == 0
        assert "−$9.03" in seen[2.9]
        assert "−$9.03" not in seen[3.1] and "$9.00" in seen[3.1]


async def test_fresh_credit_is_tinted(pane: Open) -> None:
    async with pane(80, 24, still=False) as (app, pilot):
        app.at(0)
        app.board = spent(BOARD, "xai", usd("9.00"), Band.HEALTHY)
        await pilot.pause()
        app.at(0.6)
        await pilot.pause()
        line = next(line for line in app.text().splitlines() if " xAI " in line and "▄" in line)
        assert "▒" in line and "+$7.98" in line
        app.at(2.1)
        await pilot.pause()
        line = next(line for line in app.text().splitlines() if " xAI " in line and "▄" in line)
        assert "▒" not in line and "+$7.98" in line


async def test_nothing_moves_when_still(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        app.board = spent(BOARD, "anthropic", usd("9.00"), Band.LOW)
        await pilot.pause()
        assert "▓" not in app.text() and "−$9.03" not in app.text()
        assert not app.dash.roster.moving


async def test_a_notice_and_a_problem_are_said(pane: Open) -> None:
    board = replace(BOARD, notices=("config.toml line 3: nonsense [bold]",))
    async with pane(120, 36, board=board, account="groq") as (app, _):
        assert "config.toml line 3: nonsense [bold]" in app.text()
        assert "Groq refused the key." in app.text()


async def test_a_limit_that_costs_is_offered_with_its_price(pane: Open) -> None:
    board = changed(BOARD, "groq", probe=False, probe_cost="$0.0001 each")
    async with pane(120, 36, board=board, account="groq") as (app, _):
        assert "b reads limits by a request" in app.text()
        assert "$0.0001 each" in app.text()
    board = changed(board, "groq", semantics=Semantics.COUNTER)
    async with pane(120, 36, board=board, account="groq") as (app, _):
        assert "b reads costs by a request" in app.text()


async def test_an_empty_board_welcomes(pane: Open) -> None:
    async with pane(100, 30, board=Board(generated_at=boards.NOW)) as (app, pilot):
        while "VENICE_API_KEY" not in app.text():
            await pilot.pause(0.01)
        text = app.text()
        assert "Nothing to watch yet" in text and "OPENROUTER_API_KEY" in text
        assert "d  look around in the demo" in text
        assert text.splitlines()[-1].split("  ")[:5] == [" s Sync", "a Add", "d Demo", "2 Spend", "? Help"]
