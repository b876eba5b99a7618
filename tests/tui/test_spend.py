"""The spend screen: what it says at every size, and what its keys and the mouse do."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from creditsui.adapters.ledger import LedgerError, open_ledger
from creditsui.core.spend_page import Asked
from creditsui.domain.spending import Slot
from creditsui.tui.screens.help import HelpScreen
from creditsui.tui.screens.spend import SpendScreen
from creditsui.tui.widgets.breakdown import Breakdown
from tests.tui import boards
from tests.tui.conftest import Open, Pane, settled
from tests.tui.spendings import Book, month, slot
from tests.tui.stage import until

Same = Callable[[str], None]
SIZES = [(120, 36), (80, 24), (44, 20), (100, 14), (80, 6), (80, 1)]
IDS = [f"{width}x{height}" for width, height in SIZES]


class Stand:
    """The screen on a book."""

    def __init__(self, app: Pane, pilot: Pilot[int], screen: SpendScreen, book: Book) -> None:
        self.app, self.pilot, self.screen, self.book = app, pilot, screen, book

    async def press(self, *keys: str) -> None:
        """Each key, and what it asks for."""
        for key in keys:
            await self.pilot.press(key)
            await self.rest()

    async def rest(self) -> None:
        await until(self.pilot, lambda: self.screen._busy_since is None)
        await settled(self.app, self.pilot)

    @property
    def text(self) -> str:
        return self.app.text()

    @property
    def names(self) -> list[str]:
        """What the rows are called, from the top."""
        return [row.keys[0] for row in self.screen.rows.items]

    def row(self, name: str) -> str:
        return next(line for line in self.text.splitlines() if name in line and any(mark in line for mark in "▄▓╌"))


@pytest.fixture
def spend(pane: Open) -> Callable[..., Any]:
    @asynccontextmanager
    async def opened(
        width: int = 120, height: int = 36, slots: list[Slot] | None = None, **more: Any
    ) -> AsyncIterator[Stand]:
        async with pane(width, height, **more) as (app, pilot):
            book = Book(slots)
            screen = SpendScreen(book)
            app.push_screen(screen)
            await until(pilot, lambda: screen.page is not None)
            stand = Stand(app, pilot, screen, book)
            await stand.rest()
            yield stand

    return opened


@pytest.mark.parametrize(("width", "height"), SIZES, ids=IDS)
async def test_spend(spend: Callable[..., Any], same: Same, width: int, height: int) -> None:
    async with spend(width, height) as stand:
        lines = stand.text.splitlines()
        assert len(lines) == height and all(len(line) <= width for line in lines)
        same(stand.text)


@pytest.mark.parametrize(("width", "height"), SIZES, ids=IDS)
async def test_spend_in_ascii(spend: Callable[..., Any], same: Same, width: int, height: int) -> None:
    async with spend(width, height, ascii=True) as stand:
        assert stand.text.isascii() and "???" not in stand.text
        if (width, height) == (80, 24):
            same(stand.text)


async def test_2_opens_it_and_1_and_esc_return(pane: Open) -> None:
    async with pane(100, 30) as (app, pilot):
        assert "2 Spend" in app.text().splitlines()[-1]
        for key in ("1", "escape"):
            await pilot.press("2")
            await until(pilot, lambda: "Nothing is known to be spent yet" in app.text())
            assert isinstance(app.screen, SpendScreen)
            await pilot.press(key)
            await until(pilot, lambda: app.screen is app.dash)
        assert app.cursor == "anthropic"
        await pilot.press("2", "2")
        assert sum(isinstance(screen, SpendScreen) for screen in app.screen_stack) == 1


async def test_it_shows_the_calls_of_a_real_ledger(pane: Open) -> None:
    async with pane(100, 30) as (app, pilot):
        with open_ledger(app.session.paths.ledger) as ledger:
            from tests.core.test_spending import call

            ledger.book_usage([call("2026-11-20T09:00", "3.25", model="m-one"), call("2026-11-18T09:00", None)])
        await pilot.press("2")
        await until(pilot, lambda: "m-one" in app.text())
        text = app.text()
        assert "$3.25 spent" in text and "10 tokens unpriced" in text and "no known price, in tokens: m-1 (10)" in text
        with open_ledger(app.session.paths.ledger) as ledger:
            ledger.book_usage([call("2026-11-20T09:30", "1", model="m-two")])
        app.board = replace(boards.BOARD, notices=("x",))
        await until(pilot, lambda: "m-two" in app.text() and "$4.25 spent" in app.text())


async def test_w_goes_through_the_periods(spend: Callable[..., Any]) -> None:
    async with spend(80, 24, slots=[*month(), slot(200, 7)]) as stand:
        seen = []
        for _ in range(4):
            await stand.press("w")
            seen.append(
                (
                    stand.book.asked[-1].period,
                    stand.text.splitlines()[0].split(" spent")[0].split("creditsui")[-1].strip(),
                )
            )
        assert seen == [
            ("all", "$95.75 + ¥80.00"),
            ("today", "$1.70"),
            ("7d", "$27.55 + ¥26.00"),
            ("30d", "$88.75 + ¥80.00"),
        ]


async def test_tab_cycles_the_breakdown_both_ways(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        seen = []
        for key in ("tab", "tab", "tab", "tab", "tab", "shift+tab"):
            await stand.press(key)
            seen.append(stand.screen.asked.by)
        assert seen == ["project", "source", "session", "account", "model", "account"]
        assert stand.screen.focused is stand.screen.rows
        assert "not told" not in stand.text
        await stand.press("shift+tab")
        assert "not told" in stand.text, "the session of calls whose log names none"


async def test_enter_filters_by_the_row_and_esc_goes_back_to_it(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        await stand.press("j", "enter")
        where = (("model", "gpt-5.1-codex"),)
        assert stand.book.asked[-1] == Asked("30d", "project", where)
        assert " only model gpt-5.1-codex   esc without it" in stand.text.splitlines()[1]
        assert stand.names == ["api", ""] and "[project]" in stand.text and " model " not in stand.text.splitlines()[13]
        await stand.press("enter", "w")
        assert stand.book.asked[-1] == Asked("all", "source", (*where, ("project", "api")))
        await stand.press("escape")
        assert stand.book.asked[-1] == Asked("all", "project", where)
        await stand.press("escape")
        assert stand.book.asked[-1] == Asked("all", "model", ())
        assert stand.screen.rows.current.keys == ("gpt-5.1-codex",)
        await stand.press("escape")
        assert stand.app.screen is stand.app.dash


async def test_a_row_can_be_opened_to_the_end_and_not_further(spend: Callable[..., Any]) -> None:
    async with spend(100, 30) as stand:
        await stand.press(*["enter"] * 7)
        assert len(stand.screen.asked.where) == 5
        assert stand.names == ["5f0c2a"] or len(stand.names) == 1
        await stand.press(*["escape"] * 5)
        assert stand.screen.asked == Asked()


async def test_a_filter_holds_for_the_sums_and_the_chart(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        await stand.press("G", "enter")
        assert "   ¥80.00 spent   " in stand.text.splitlines()[0]
        assert "¥16.00" in stand.text.splitlines()[3]
        assert "$" not in stand.text


async def test_the_chart_is_of_the_currency_under_the_cursor(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        assert stand.text.splitlines()[3].lstrip().startswith("$18.80")
        await stand.press("G")
        assert stand.text.splitlines()[3].lstrip().startswith("¥16.00")
        await stand.press("g")
        assert stand.text.splitlines()[3].lstrip().startswith("$18.80")


async def test_what_a_plan_covers_stands_apart_from_what_was_spent(spend: Callable[..., Any]) -> None:
    plan = [
        slot(0, 5, billing="subscription", account="claude", model="on-plan"),
        slot(0, 2, billing="unknown", model="who"),
    ]
    async with spend(120, 36, slots=plan) as stand:
        top = stand.text.splitlines()[0]
        assert "$0.00 spent   $5.00 covered by plans   $2.00 nobody knows who pays for" in top
        assert "($5.00)" in stand.row("on-plan") and "$0" not in stand.row("on-plan") and "▓" in stand.row("on-plan")


async def test_what_has_no_price_is_a_question_and_no_amount(spend: Callable[..., Any]) -> None:
    async with spend(100, 30, slots=[slot(0, 0, model="x", unpriced_tokens=849_000)]) as stand:
        assert "╌" in stand.row(" x ") and " ? " in stand.row(" x ") and "$" not in stand.text
        assert "849.0k tokens unpriced" in stand.text and "no known price, in tokens: x (849.0k)" in stand.text


async def test_today_is_one_day_among_seven(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        await stand.press("w", "w")
        assert stand.text.splitlines()[0].endswith(" 20 Nov")
        chart = "\n".join(stand.text.splitlines()[3:13])
        assert chart.rstrip().endswith("today") and "14 Nov" in chart
        assert "$16.45" in chart, "the highest of the seven, not of today"


async def test_the_days_before_today_have_no_holes_where_a_plan_begins(spend: Callable[..., Any]) -> None:
    plan = [slot(1, 3), slot(1, 4, billing="subscription"), slot(0, 1)]
    async with spend(80, 24, slots=plan, env={"LANG": "C.UTF-8"}) as stand:
        await stand.press("w", "w")
        columns = [line[43:45] for line in stand.text.splitlines()[3:12]]
        assert set(columns) == {"██"}, stand.text


@pytest.mark.parametrize(
    ("days", "axis"),
    [
        (36, "12 Oct 2 Nov today"),
        (60, "21 Sep 19 Oct today"),
        (300, "1 Jan 1 May today"),
        (9000, "1 Jan 2002 today"),
    ],
)
async def test_long_times_are_told_by_weeks_months_and_years(spend: Callable[..., Any], days: int, axis: str) -> None:
    async with spend(44, 20, slots=[slot(days - 1), slot(0)]) as stand:
        await stand.press("w")
        assert " ".join(stand.text.splitlines()[9].split()) == axis


@pytest.mark.parametrize(("width", "height"), [(120, 36), (80, 24), (44, 20), (80, 6)])
async def test_nothing_spent_yet_teaches_where_it_would_come_from(
    spend: Callable[..., Any], width: int, height: int
) -> None:
    async with spend(width, height, slots=[]) as stand:
        text = " ".join(stand.text.replace("│", " ").split())
        assert "Nothing is known to be spent yet." in text
        if height > 6:
            assert "Claude Code" in text
        if height > 20:
            assert "[sources.NAME]" in text and "creditsui ingest" in text


async def test_where_there_is_no_chart_the_words_have_its_room(spend: Callable[..., Any]) -> None:
    async with spend(44, 20, slots=[]) as stand:
        assert stand.text.splitlines()[4] == " Nothing is known to be spent yet."
        assert "Balances tell too: whatever one loses" in stand.text
    async with spend(44, 20) as stand:
        assert "today" in stand.text.splitlines()[9]


async def test_an_empty_period_says_which_one_is_not(spend: Callable[..., Any]) -> None:
    async with spend(80, 24, slots=[slot(60)]) as stand:
        assert "Nothing was spent here: 30 days." in stand.text
        assert "Calls are known on 21 Sep; w shows another period." in stand.text


async def test_new_calls_show_without_losing_the_place(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        await stand.press("j")
        stand.book.slots = [*stand.book.slots, slot(0, 500, model="brand-new")]
        stand.app.board = replace(boards.BOARD, notices=("x",))
        await until(stand.pilot, lambda: "brand-new" in stand.text)
        assert stand.screen.rows.current.keys == ("gpt-5.1-codex",)
        assert "$588.75" in stand.text


async def test_while_a_modal_covers_it_nothing_is_read(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        await stand.press("question_mark")
        assert isinstance(stand.app.screen, HelpScreen)
        asked = len(stand.book.asked)
        stand.book.slots = [*stand.book.slots, slot(0, 500, model="brand-new")]
        stand.app.board = replace(boards.BOARD, notices=("x",))
        await settled(stand.app, stand.pilot)
        assert len(stand.book.asked) == asked
        await stand.press("escape")
        await until(stand.pilot, lambda: "brand-new" in stand.text)


async def test_reading_shows_a_spinner_and_ends_with_no_timer(spend: Callable[..., Any]) -> None:
    async with spend(80, 24, still=False) as stand:
        stand.book.gate.clear()
        await stand.pilot.press("w")
        await until(stand.pilot, lambda: "reading" in stand.text.splitlines()[0])
        frames = {stand.text.splitlines()[0]}
        await until(stand.pilot, lambda: bool(frames.add(stand.text.splitlines()[0])) or len(frames) > 2)
        assert "claude-opus" in stand.text, "what was there stays until there is something new"
        stand.book.gate.set()
        await stand.rest()
        assert "reading" not in stand.text
        assert not [timer for timer in stand.screen._timers if timer.name == "wheel"]


async def test_the_last_wish_counts(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        taken: list[Asked] = []
        take = stand.screen._take
        stand.screen._take = lambda page, asked: (taken.append(asked), take(page, asked))[1]
        stand.book.gate.clear()
        stand.screen.action_period()
        await until(stand.pilot, lambda: len(stand.book.asked) == 2)
        stand.screen.action_period()
        stand.screen.action_period()
        stand.book.gate.set()
        await stand.rest()
        assert "[7 days]" in stand.text and stand.text.startswith(" $27.55")
        assert len(stand.book.asked) == 3, "the one in the middle was never read"
        assert taken == [Asked("7d")], "nor is the first one shown when it comes"


async def test_keys_typed_ahead_wait_for_their_rows(spend: Callable[..., Any]) -> None:
    from tests.tui.test_in_order import burst

    async with spend(80, 24) as stand:
        stand.book.gate.clear()
        burst(stand.app, "j\rj\r")
        await until(stand.pilot, lambda: len(stand.book.asked) == 2 and bool(stand.app._typed))
        stand.book.gate.set()
        await until(stand.pilot, lambda: len(stand.screen.asked.where) == 2)
        await stand.rest()
        assert stand.screen.asked.where == (("model", "gpt-5.1-codex"), ("project", ""))


async def test_a_ledger_that_cannot_be_read_is_a_sentence_and_the_next_key_tries_again(
    spend: Callable[..., Any],
) -> None:
    async with spend(80, 24) as stand:
        stand.book.fault = LedgerError("The ledger is of a newer version.")
        await stand.press("tab")
        assert " ! The ledger is of a newer version." in stand.text.splitlines()[1]
        stand.book.fault = None
        await stand.press("tab")
        assert "newer version" not in stand.text and stand.names[0] == "claude-code"


async def test_a_damaged_ledger_says_what_to_do_in_the_place_of_rows(pane: Open) -> None:
    from tests.cli.test_spend import garble
    from tests.core.test_spending import call

    async with pane(120, 30) as (app, pilot):
        with open_ledger(app.session.paths.ledger) as ledger:
            ledger.book_usage([call("2026-11-20T09:00", "3.25", model="m-one")])
        garble(app.session.paths.ledger, "slots")
        await pilot.press("2")
        await until(pilot, lambda: " ! The ledger is damaged; it was left as it is." in app.text().splitlines()[1])
        wanted = "creditsuidoctor--restoreputsthelastsoundcopyintheplaceof"
        await until(pilot, lambda: wanted in "".join("".join(app.text().split()).replace("│", "")))
        assert isinstance(app.screen, SpendScreen) and "m-one" not in app.text()


async def test_privacy_hides_amounts_and_whose_but_not_the_bars(spend: Callable[..., Any]) -> None:
    async with spend(100, 30) as stand:
        await stand.press("tab", "P")
        text = stand.text
        assert "88" not in text and "web-app" not in text and "thesis" not in text and "$18" not in text
        assert "••" in text and "▄" in text
        await stand.press("enter")
        assert "web-app" not in stand.text


async def test_the_mouse_does_what_the_keys_do(spend: Callable[..., Any]) -> None:
    async with spend(80, 24) as stand:
        lines = stand.text.splitlines()
        await stand.pilot.click("#period", offset=(lines[2].index("today") + 1, 0))
        await stand.rest()
        assert stand.screen.asked.period == "today"
        await stand.pilot.click("#by", offset=(stand.text.splitlines()[13].index("source") + 1, 0))
        await stand.rest()
        assert stand.screen.asked.by == "source"
        await stand.pilot.click(Breakdown, offset=(5, 1))
        await stand.rest()
        assert stand.screen.rows.current.keys == ("codex",) and stand.screen.asked.where == ()
        await stand.pilot.click(Breakdown, offset=(5, 1))
        await stand.rest()
        assert stand.screen.asked.where == (("source", "codex"),)
        footer = stand.text.splitlines()[-1]
        await stand.pilot.click("#footer", offset=(footer.index("Back"), 0))
        await stand.rest()
        assert stand.screen.asked.where == ()


async def test_a_long_list_scrolls_with_the_cursor(spend: Callable[..., Any]) -> None:
    async with spend(80, 24, slots=[slot(0, 100 - n, model=f"model-{n:02}") for n in range(60)]) as stand:
        await stand.press("G")
        assert stand.row("model-59").startswith("▌")
        await stand.press("pageup", "k")
        assert "▌" in stand.text and "model-59" not in stand.text
        await stand.press("g")
        assert stand.row("model-00").startswith("▌")


async def test_help_lists_its_keys_as_they_are_remapped(spend: Callable[..., Any]) -> None:
    async with spend(80, 40, settings='[keys]\nperiod = "W"\n') as stand:
        assert "W Period" in stand.text and " W  today" in stand.text
        await stand.press("question_mark")
        text = stand.text
        for part in (
            "today, 7 days, 30 days, all time",
            "by model, project",
            "only what this row spent",
            "hide amounts",
        ):
            assert part in text
        assert "thresholds" not in text


async def test_any_size_is_drawn_in_full(spend: Callable[..., Any]) -> None:
    async with spend(20, 5) as stand:
        for width, height in ((20, 5), (30, 10), (12, 3), (59, 9), (99, 18), (200, 60), (4, 2), (1, 1)):
            await stand.pilot.resize_terminal(width, height)
            await stand.rest()
            lines = stand.text.splitlines()
            assert len(lines) == height and all(len(line) <= width for line in lines)


async def test_a_wide_name_or_one_with_brackets_breaks_nothing(spend: Callable[..., Any]) -> None:
    names = ["日本語のとても長い名前です" * 3, "[bold]x[/]", "a" * 200]
    async with spend(80, 24, slots=[slot(0, 1, model=name) for name in names]) as stand:
        assert "[bold]x[/]" in stand.text and "日本語" in stand.text
        assert all(len(line.encode("utf-16-le")) // 2 <= 80 for line in stand.text.splitlines())


async def test_another_theme_is_seen_at_once(spend: Callable[..., Any]) -> None:
    async with spend(80, 24, env={"LANG": "C.UTF-8"}) as stand:
        before = stand.app.ink.style("column").color
        stand.app.theme = "creditsui-light"
        await settled(stand.app, stand.pilot)
        assert stand.app.ink.style("column").color != before
        drawn = {segment.style.color for strip in stand.screen.query_one("#chart")._strips for segment in strip}  # type: ignore[attr-defined]
        assert stand.app.ink.style("column").color in drawn and before not in drawn


async def test_of_thousands_of_sessions_those_that_cost_most_are_listed_and_the_others_counted(
    spend: Callable[..., Any],
) -> None:
    many = [slot(0, 5000 - n, session=f"s-{n:04}") for n in range(3000)]
    async with spend(80, 24, slots=[*many, slot(0, 1, currency="CNY", session="yuan")]) as stand:
        await stand.press("shift+tab", "shift+tab", "G")
        assert len(stand.names) == 201 and "¥1.00" in stand.row("yuan")
        assert "and 2,800 more that cost less" in stand.text
        assert "s-0199" in stand.text and "s-0200" not in stand.text


async def test_what_was_spent_is_whole_before_the_days_are_told(spend: Callable[..., Any]) -> None:
    async with spend(44, 20, board=replace(boards.BOARD, demo=True)) as stand:
        for width in (44, 46, 50, 56):
            await stand.pilot.resize_terminal(width, 20)
            await stand.rest()
            top = stand.text.splitlines()[0]
            assert "$88.75" in top and "…" not in top and len(top) <= width
