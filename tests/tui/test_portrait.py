"""The portrait of one account: how it opens, what it says, and that it fits wherever it stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.account import Thresholds
from creditsui.domain.bar import ASCII, PLAIN, UNICODE
from creditsui.domain.board import AccountView, Band, Board, Lot, Pace, Proposal, Runway
from creditsui.domain.money import Money
from creditsui.domain.reading import Balance, Certainty
from creditsui.tui.digits import big
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.portrait import portrait
from creditsui.tui.runs import width_of
from creditsui.tui.shadow import ghost, shadow
from tests.tui.boards import ANTHROPIC, BOARD, CLAUDE, NOW, spent, usd
from tests.tui.conftest import Open, settled
from tests.tui.stage import until

Same = Callable[[str], None]
MANNER = Manner(NOW, UTC)
SIZES = [(200, 60), (120, 36), (80, 24), (44, 20), (60, 16), (100, 12), (80, 6)]


def fell(random: Random = Random(8)) -> tuple[Money | None, ...]:  # noqa: B008
    """Thirty days of a balance that falls and is filled up again; of three days nobody knew anything."""
    left, found = 24.0, []
    for day in range(29):
        left = 30.0 if day == 17 else max(1.5, left - random.random() * 2)
        found.append(None if 5 <= day < 8 else usd(f"{left:.2f}"))
    return (*found, usd("18.03"))


LEVELS = fell()
KNOWN = replace(ANTHROPIC, levels=LEVELS)
PACED = replace(CLAUDE, paces=(Pace("5h", "fraction", 0.76, 0.74), Pace("7d", "fraction", 0.5, 1.27)))


def board() -> Board:
    return replace(
        BOARD, accounts=tuple({"anthropic": KNOWN, "claude": PACED}.get(view.id, view) for view in BOARD.accounts)
    )


def text(lines: Any) -> str:
    return "\n".join("".join(part for part, _ in line).rstrip() for line in lines)


def said(view: AccountView, manner: Manner = MANNER, width: int = 118, height: int = 33) -> str:
    return text(portrait(view, Frame(view.health), manner, width, height))


# How it opens


async def test_enter_opens_the_detail_then_the_portrait_and_esc_goes_back_a_step(pane: Open) -> None:
    async with pane(120, 36, board=board()) as (app, pilot):
        await pilot.press("enter")
        await settled(app, pilot)
        assert "50 ◆ fair" not in app.text() and "OpenRouter" not in app.text()
        await pilot.press("enter")
        await settled(app, pilot)
        assert "50 ◆ fair" in app.text()
        await pilot.press("escape")
        await settled(app, pilot)
        assert "50 ◆ fair" not in app.text() and "OpenRouter" not in app.text()
        await pilot.press("escape")
        await settled(app, pilot)
        assert "OpenRouter" in app.text()


async def test_a_third_enter_is_the_list_again(pane: Open) -> None:
    async with pane(80, 24, board=board()) as (app, pilot):
        first = app.text()
        await pilot.press("enter", "enter", "enter")
        await settled(app, pilot)
        assert app.text() == first


async def test_a_click_on_the_bar_opens_it_and_another_closes_it(pane: Open) -> None:
    async with pane(120, 36, board=board()) as (app, pilot):
        first = app.text()
        y = next(y for y, line in enumerate(first.splitlines()) if "25" in line and "50" in line and "75" in line) - 1
        await pilot.click(offset=(90, y))
        await settled(app, pilot)
        lines = app.text().splitlines()
        assert "50 ◆ fair" in app.text()
        await pilot.click(offset=(20, next(y for y, line in enumerate(lines) if "25 ▲ low" in line) - 3))
        await settled(app, pilot)
        assert app.text() == first


async def test_a_click_on_words_leaves_the_portrait_open(pane: Open) -> None:
    async with pane(120, 36, board=board()) as (app, pilot):
        await pilot.press("enter", "enter")
        await settled(app, pilot)
        await pilot.click(offset=(10, 2))
        await settled(app, pilot)
        assert "50 ◆ fair" in app.text()


async def test_a_click_on_what_is_told_in_brief_tells_all(pane: Open) -> None:
    async with pane(80, 24, board=board()) as (app, pilot):
        await pilot.click(offset=(10, 18))
        await settled(app, pilot)
        assert app.dash.has_class("-detail") and not app.dash.has_class("-portrait")


async def test_the_portrait_goes_on_to_the_next_account_and_from_its_beginning(pane: Open) -> None:
    async with pane(80, 16, board=board()) as (app, pilot):
        await pilot.press("enter", "enter", "pagedown")
        await settled(app, pilot)
        assert " Anthropic " not in app.text()
        await pilot.press("j")
        await settled(app, pilot)
        assert app.text().splitlines()[2].split()[0] == "Moonshot"


async def test_motion_is_seen_in_the_portrait_and_comes_to_its_end(pane: Open) -> None:
    async with pane(80, 24, board=board(), still=False) as (app, pilot):
        await pilot.press("enter", "enter")
        await settled(app, pilot)
        still = app.text()
        app.at(0)
        app.board = spent(board(), "anthropic", usd("12"), Band.LOW)
        app.dash.show()
        app.at(0.4)
        await settled(app, pilot)
        assert "−$6.03" in app.text() and "▓" in app.text()
        for seconds in range(1, 40):
            app.at(seconds / 10)
        await settled(app, pilot)
        assert "−$6.03" not in app.text() and "▓" not in app.text()
        app.board = board()
        app.dash.show()
        for seconds in range(41, 90):
            app.at(seconds / 10)
        await settled(app, pilot)
        assert app.text() == still


# How it looks


@pytest.mark.parametrize(("width", "height"), SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
async def test_portrait(pane: Open, same: Same, width: int, height: int) -> None:
    async with pane(width, height, board=board()) as (app, pilot):
        await pilot.press("enter", "enter") if height > 8 else await pilot.press("enter")
        await settled(app, pilot)
        same(app.text())


@pytest.mark.parametrize("account", ["claude", "groq", "moonshot"])
async def test_portrait_of(pane: Open, same: Same, account: str) -> None:
    async with pane(100, 30, board=board(), account=account) as (app, pilot):
        await pilot.press("enter", "enter")
        await settled(app, pilot)
        same(app.text())


async def test_portrait_in_ascii(pane: Open, same: Same) -> None:
    async with pane(80, 24, board=board(), ascii=True) as (app, pilot):
        await pilot.press("enter", "enter")
        await settled(app, pilot)
        assert app.text().isascii()
        same(app.text())


VIEWS = [
    *(KNOWN if view.id == "anthropic" else PACED if view.id == "claude" else view for view in BOARD.accounts),
    replace(KNOWN, health=0.0, balance=Balance(usd("0")), purse=usd("0"), band=Band.CRITICAL, lots=()),
    replace(KNOWN, capacity=None, capacity_from=None, health=None, binding=None, band=Band.UNKNOWN),
    replace(KNOWN, thresholds=Thresholds(100, 50, 50, days=2, amount=5), stale=True),
    replace(KNOWN, thresholds=Thresholds(0, 0, 0), levels=(usd("-3"), *LEVELS[1:])),
    replace(KNOWN, lots=tuple(Lot(usd("0.9"), "granted", date(2026, 11, 20 + at % 9)) for at in range(20))),
    AccountView(id="p", provider="p", label="Pay", badges=("PAYG",)),
]


@given(
    st.sampled_from(VIEWS), st.integers(10, 210), st.integers(2, 70), st.sampled_from([UNICODE, PLAIN, ASCII]),
    st.floats(0, 1) | st.none(),
)  # fmt: skip
def test_it_fits_and_nothing_of_it_fails_at_any_size(
    view: AccountView, width: int, height: int, glyphs: Any, fill: float | None
) -> None:
    manner = Manner(NOW, UTC, glyphs=glyphs)
    frame = Frame(view.health if fill is None else fill, trail=0.1, fresh=0.05, flash=0.5, dimmed=True)
    lines = portrait(view, frame, manner, width, height)
    assert all(width_of(line) <= width for line in lines)


@pytest.mark.parametrize("size", [(118, 33), (78, 21), (42, 17)], ids=str)
def test_down_to_its_thresholds_it_is_in_sight_without_scrolling(size: tuple[int, int]) -> None:
    lines = said(KNOWN, width=size[0], height=size[1]).splitlines()
    assert next(at for at, line in enumerate(lines) if "╵75" in line) < size[1]


# What it says


def test_thresholds_are_named_in_as_many_words_as_there_is_room_for() -> None:
    assert "✖ critical" in said(KNOWN) and "╵25 ▲ low" in said(KNOWN) and "╵75 ● healthy" in said(KNOWN)
    assert "╵25 ▲  " in said(KNOWN, width=42, height=17)
    own = replace(KNOWN, thresholds=Thresholds(80, 60, 7, days=2, amount=5))
    assert all(edge in said(own) for edge in ("╵7 ▲ low", "╵60 ◆ fair", "╵80 ● healthy"))
    assert "critical below $5.00 or 2 days too" in said(own)


def test_lots_part_the_fill_with_what_ends_first_at_its_edge() -> None:
    line = next(line for line in said(KNOWN).splitlines() if "╰" in line)
    assert line.index("$6.03 lasts") < line.index("$12.00 until 3 Dec")
    assert len(line.strip()) == round(0.601 * 114)
    assert "╰" not in said(replace(KNOWN, lots=(Lot(usd("18.03"), "paid", None),)))


def test_the_bar_shows_where_it_stood_a_week_ago_if_that_is_known_and_the_bar_is_of_the_balance() -> None:
    then = LEVELS[-8]
    assert then is not None and ghost(KNOWN) == then / usd("30")
    assert f"7d ago {then.amount / 30:.0%} ▾" in said(KNOWN)
    for other in (
        replace(KNOWN, levels=(*LEVELS[:-8], None, *LEVELS[-7:])),
        replace(KNOWN, levels=()),
        replace(KNOWN, binding="limit"),
        replace(KNOWN, capacity=None),
    ):
        assert ghost(other) is None


def test_a_quota_says_where_an_even_pace_would_have_it() -> None:
    lines = said(PACED).splitlines()
    mark = next(line for line in lines if "even pace ▾" in line)
    assert mark.index("▾") == 2 + int(0.24 * 114)
    assert any("7d 69% left" in line and "127% used at reset" in line for line in lines)


def test_the_shadow_has_a_column_a_day_and_none_where_nobody_knew() -> None:
    lines = shadow(KNOWN, MANNER, 60, 4)
    bottom = text(lines[3:4])
    assert bottom[10:16] == "······" and "·" not in bottom[:10] + bottom[16:]
    assert text(lines[0:1])[34:36] == "██", "the day of the top-up reaches the top"
    assert text(lines[4:5])[34] == "▲" and text(lines[5:6]).startswith("22 Oct") and text(lines[5:6]).endswith("today")
    assert shadow(replace(KNOWN, levels=(*[None] * 29, usd("18.03"))), MANNER, 60, 4) == []
    assert shadow(replace(KNOWN, levels=(usd("0"),) * 30, capacity=None), MANNER, 60, 4) == []


def test_a_balance_that_is_gone_has_no_column_and_one_that_is_nearly_gone_the_lowest() -> None:
    levels = (usd("0"), usd("0.01"), *[usd("30")] * 28)
    assert text(shadow(replace(KNOWN, levels=levels), MANNER, 30, 3)[2:3])[:3] == " ▁█"


def test_what_to_press_is_what_helps_here() -> None:
    assert "s enters the balance · t tops up · e moves the thresholds · x explains" in said(KNOWN)
    came = replace(KNOWN, proposals=(Proposal(NOW - timedelta(days=1), usd("25"), "paid", True),))
    assert "t books +$25.00" in said(came)
    assert "t tops up" not in said(PACED)


def test_no_amount_is_told_where_amounts_hide() -> None:
    hidden = said(KNOWN, replace(MANNER, hidden=True), height=60)
    assert "••" in hidden and not any(
        part in hidden for part in ("18.03", "6.03", "12.00", "$30", "4.10", "claude-opus")
    )


def test_big_figures_are_of_one_length_and_of_what_has_a_shape() -> None:
    for percent in ("~60%", "<1%", "100%", "?%", "1234567890%"):
        lines = big(percent)
        assert lines is not None and len({len(line) for line in lines}) == 1
    assert big("K.O.") is None and big("") is None


def test_an_account_without_a_forecast_or_a_past_says_what_it_knows() -> None:
    bare = replace(KNOWN, levels=(), days=(), runway=Runway(), lots=(), certainty=Certainty.LIVE, error=None)
    assert "$18.03 of $30.00" in said(bare) and "lasts" not in said(bare)


async def test_a_strip_tells_the_detail_in_its_lines_and_enter_goes_back(pane: Open) -> None:
    async with pane(80, 6, board=board()) as (app, pilot):
        first = app.text()
        await pilot.press("enter")
        await settled(app, pilot)
        assert "$18.03 of $30.00" in app.text() and "─ Anthropic" in app.text()
        await pilot.press("enter")
        await until(pilot, lambda: app.text() == first)


async def test_no_amount_is_cut_in_the_narrowest_strip(pane: Open) -> None:
    async with pane(20, 8, board=board()) as (app, pilot):
        await pilot.press("enter")
        await settled(app, pilot)
        line = next(line for line in app.text().splitlines() if "$18.03" in line)
        assert line.strip() == "$18.03 of $30.00", app.text()


async def test_the_keys_it_tells_are_those_in_force(pane: Open) -> None:
    async with pane(120, 36, settings='[keys]\ntopup = "T"\nexplain = "f3"\nconsole = "ctrl+b"\n') as (app, pilot):
        assert "^b open" in app.text()
        await pilot.press("enter", "enter")
        await until(
            pilot, lambda: "s enters the balance · T tops up · e moves the thresholds · f3 explains" in app.text()
        )
