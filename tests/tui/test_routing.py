"""The routing screen: what it says at every size, and what its keys do to Hermes' settings."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from creditsui.core.hermes import route as acts
from creditsui.tui.screens.apply_route import ApplyScreen
from creditsui.tui.screens.help import HelpScreen
from creditsui.tui.screens.routing import RoutingScreen
from creditsui.tui.screens.spend import SpendScreen
from creditsui.tui.screens.timeline import TimelineScreen
from tests.tui import boards
from tests.tui.conftest import Open, Pane, settled
from tests.tui.routes import BROKEN, CHANGE, NO_OP, NOWHERE, PAST, Book, rank
from tests.tui.stage import until

Same = Callable[[str], None]
Routing = Callable[..., Any]
SIZES = [(120, 36), (80, 24), (44, 20), (100, 14), (80, 6), (80, 1)]
IDS = [f"{width}x{height}" for width, height in SIZES]


class Stand:
    """The screen on decisions that a test says."""

    def __init__(self, app: Pane, pilot: Pilot[int], screen: RoutingScreen, book: Book) -> None:
        self.app, self.pilot, self.screen, self.book = app, pilot, screen, book

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.rest()

    async def rest(self) -> None:
        await until(self.pilot, lambda: not self.screen.busy)
        await settled(self.app, self.pilot)

    @property
    def text(self) -> str:
        return self.app.text()

    @property
    def footer(self) -> str:
        return self.text.splitlines()[-1]

    def toast(self) -> str:
        return " ".join(toast.message for toast in self.app._notifications)


@pytest.fixture
def routing(pane: Open, monkeypatch: pytest.MonkeyPatch) -> Routing:
    @asynccontextmanager
    async def opened(width: int = 120, height: int = 36, book: Book | None = None, **more: Any) -> AsyncIterator[Stand]:
        told = book or Book(CHANGE, past=PAST)
        for name in ("decide", "history", "apply", "undo"):
            monkeypatch.setattr(acts, name, getattr(told, name), raising=False)
        async with pane(width, height, **more) as (app, pilot):
            await pilot.press("4")
            screen = app.screen
            assert isinstance(screen, RoutingScreen)
            stand = Stand(app, pilot, screen, told)
            await stand.rest()
            yield stand

    return opened


@pytest.mark.parametrize(("width", "height"), SIZES, ids=IDS)
async def test_routing(routing: Routing, same: Same, width: int, height: int) -> None:
    async with routing(width, height) as stand:
        lines = stand.text.splitlines()
        assert len(lines) == height and all(len(line) <= width for line in lines)
        same(stand.text)


@pytest.mark.parametrize(("width", "height"), SIZES, ids=IDS)
async def test_routing_in_ascii(routing: Routing, same: Same, width: int, height: int) -> None:
    async with routing(width, height, ascii=True) as stand:
        assert stand.text.isascii() and "???" not in stand.text
        if (width, height) == (80, 24):
            same(stand.text)


async def test_without_colour_the_signs_still_say_it(routing: Routing) -> None:
    async with routing() as stand:  # the pane of these tests has NO_COLOR
        text = stand.text
        assert '+  provider: "deepseek"' in text and "-  provider: anthropic" in text and "1 ● DeepSeek" in text
        assert "→ deepseek · deepseek-large" in text and "! Hermes will skip" in text


async def test_in_colour_the_diff_is_red_and_green(routing: Routing) -> None:
    async with routing(env={"COLORTERM": "truecolor", "TERM": "xterm-256color", "LANG": "C.UTF-8"}) as stand:
        painted = {
            segment.text.strip(): segment.style.color.name
            for strip in stand.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and segment.style.color is not None
        }
        added, removed = painted['+  provider: "deepseek"'], painted["-  provider: anthropic"]
        assert added != removed and painted["# my agent"] not in (added, removed)


async def test_the_whole_page_is_reached_by_keys(routing: Routing) -> None:
    async with routing(80, 24) as stand:
        assert "what was changed" not in stand.text
        await stand.press("G")
        assert "what was changed" in stand.text and "taken back" in stand.text
        assert "my-own" in stand.text
        await stand.press("g")
        assert CHANGE.reason in stand.text
        await stand.press("j")
        assert CHANGE.reason not in stand.text
        await stand.press("k", "pagedown")
        assert "know first" in stand.text
        await stand.press("pageup")
        assert CHANGE.reason in stand.text


async def test_enter_asks_and_enter_writes(routing: Routing) -> None:
    async with routing(book=Book(CHANGE, replace(NO_OP, current=CHANGE.route, route=CHANGE.route))) as stand:
        await stand.press("enter")
        assert isinstance(stand.app.screen, ApplyScreen) and "apply" not in stand.book.asked
        assert "6 lines of" in stand.text and "Hermes will skip 2 scheduled jobs" in stand.text
        await stand.press("enter")
        await until(stand.pilot, lambda: stand.book.asked == ["decide", "apply", "decide"])
        await stand.rest()
        assert stand.app.screen is stand.screen and "Written to config.yaml" in stand.toast()
        assert "deepseek · deepseek-large" in stand.text.split("what was changed")[1]
        assert "enter Apply" not in stand.footer and "u Undo" in stand.footer


async def test_esc_leaves_the_file_as_it_is(routing: Routing) -> None:
    async with routing() as stand:
        await stand.press("enter", "escape")
        assert stand.app.screen is stand.screen and stand.book.asked == ["decide"]


async def test_why_it_was_not_written_stands_in_the_question(routing: Routing) -> None:
    book = Book(CHANGE)
    book.refuse = "config.yaml is another one by now; decide again."
    async with routing(book=book) as stand:
        await stand.press("enter", "enter")
        await until(stand.pilot, lambda: "decide again." in stand.text)
        assert isinstance(stand.app.screen, ApplyScreen)


async def test_u_takes_the_last_change_back(routing: Routing) -> None:
    async with routing(book=Book(NO_OP, CHANGE, past=PAST)) as stand:
        await stand.press("u")
        await until(stand.pilot, lambda: stand.book.asked == ["decide", "undo", "decide"])
        await stand.rest()
        assert "byte for byte what it was before" in stand.toast() and stand.text.count("taken back") == 2
        assert "u Undo" not in stand.footer and "enter Apply" in stand.footer


async def test_why_nothing_was_taken_back_is_said(routing: Routing) -> None:
    book = Book(NO_OP, past=PAST)
    book.refuse = "config.yaml was edited since; nothing was put back."
    async with routing(book=book) as stand:
        await stand.press("u")
        await until(stand.pilot, lambda: "edited since" in stand.toast())
        assert "byte for byte" not in stand.toast()


async def test_where_nothing_was_changed_u_is_not_offered(routing: Routing) -> None:
    async with routing(book=Book(NO_OP)) as stand:
        assert "Undo" not in stand.footer and "Apply" not in stand.footer
        await stand.press("u", "enter")
        assert stand.book.asked == ["decide"] and stand.app.screen is stand.screen
        assert "Anthropic carries the work" in stand.text and "as it stands" in stand.text


async def test_without_hermes_it_says_so_and_what_to_do(routing: Routing) -> None:
    async with routing(80, 24, book=Book(NOWHERE)) as stand:
        assert "Hermes was not found" in stand.text and "set home under [routing]" in stand.text
        assert "Apply" not in stand.footer and "r Again" in stand.footer


async def test_a_refusal_says_the_line_and_the_reason(routing: Routing) -> None:
    async with routing(80, 24, book=Book(BROKEN)) as stand:
        assert "nothing can be changed" in stand.text and "Line 12: model.default stands there twice." in stand.text
        assert "1 ● DeepSeek" in stand.text and "Apply" not in stand.footer


async def test_r_decides_again(routing: Routing) -> None:
    async with routing(book=Book(NOWHERE, CHANGE)) as stand:
        await stand.press("r")
        await until(stand.pilot, lambda: "DeepSeek should carry the work" in stand.text)
        assert stand.book.asked == ["decide", "decide"]


async def test_a_fault_is_said_and_leaves_what_was_known(routing: Routing, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(session: object, profile: str = "", *, by_hand: bool = False) -> None:
        raise OSError(5, "Input/output error")

    async with routing() as stand:
        monkeypatch.setattr(acts, "decide", fails)
        await stand.press("r")
        await until(stand.pilot, lambda: "Input/output error" in stand.text)
        assert "1 ● DeepSeek" in stand.text


async def test_keys_work_while_it_is_asked(routing: Routing, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    answered = asyncio.Event()
    book = Book(CHANGE)

    async def slow(session: object, profile: str = "", *, by_hand: bool = False) -> Any:
        await answered.wait()
        return await book.decide(session, profile)

    async with routing(book=book) as stand:
        monkeypatch.setattr(acts, "decide", slow)
        await stand.pilot.press("r")
        await settled(stand.app, stand.pilot)
        assert stand.screen.busy and "asking" in stand.text.splitlines()[0] and "Apply" not in stand.footer
        await stand.pilot.press("3")
        await settled(stand.app, stand.pilot)
        assert isinstance(stand.app.screen, TimelineScreen)
        answered.set()
        await settled(stand.app, stand.pilot)


async def test_screens_lie_beside_each_other(routing: Routing) -> None:
    async with routing() as stand:
        for key, kind in (
            ("2", SpendScreen), ("4", RoutingScreen), ("3", TimelineScreen), ("4", RoutingScreen), ("4", RoutingScreen),
        ):  # fmt: skip
            await stand.pilot.press(key)
            await settled(stand.app, stand.pilot)
            assert isinstance(stand.app.screen, kind) and len(stand.app.screen_stack) == 2
        await stand.pilot.press("1")
        await settled(stand.app, stand.pilot)
        assert stand.app.screen is stand.app.dash and stand.app.cursor == "anthropic"


async def test_hidden_figures_and_labels_are_hidden_here_too(routing: Routing) -> None:
    own = replace(
        CHANGE.ranking[0], why="Secret Ltd has ¥71.10.", candidate=replace(CHANGE.ranking[0].candidate, label="Secret")
    )
    block = rank(
        "custom",
        "vault",
        None,
        "It is at vault.example.",
        why_not="It is at vault.example.",
        foreign=True,
        eligible=False,
    )
    decision = replace(
        CHANGE,
        ranking=(own, block, *CHANGE.ranking[1:]),
        reason="Secret has 50d.",
        warnings=("Secret gets no helpers.",),
    )
    book = Book(decision, past=(replace(PAST[0], reason="Secret was first."),))
    async with routing(book=book) as stand:
        assert "Secret" in stand.text and "$41.20" in stand.text and "vault.example" in stand.text
        await stand.press("P")
        text = stand.text
        assert (
            "Secret" not in text
            and "vault" not in text
            and "$41.20" not in text
            and "71.10" not in text
            and "••" in text
        )
        assert "40–90d" in text and "deepseek-large" in text


async def test_where_labels_are_hidden_providers_stand_by_their_names_and_times_stay(routing: Routing) -> None:
    first = CHANGE.ranking[0]
    own = replace(first, why="$41.20 left.", more="At $41.20/day.", candidate=replace(first.candidate, label="Secret"))
    book = Book(replace(CHANGE, ranking=(own, *CHANGE.ranking[1:]), reason="Secret has 50d."))
    async with routing(book=book) as stand:
        board = stand.app.board
        assert board is not None
        stand.app.board = boards.changed(board, own.candidate.account, provider_name="Deep Thought")
        await stand.press("P")
        text = stand.text
        assert "Deep Thought has 50d" in text and "1 ● Deep Thought" in text and "At $••/day." in text


async def test_bars_have_the_colours_of_a_new_board(routing: Routing) -> None:
    async with routing() as stand:
        stand.app.board = boards.changed(boards.BOARD, "deepseek", band=boards.Band.CRITICAL)
        await settled(stand.app, stand.pilot)
        assert "1 ✖ DeepSeek" in stand.text and stand.book.asked == ["decide"]


async def test_the_palette_and_the_help_know_it(routing: Routing) -> None:
    async with routing() as stand:
        await stand.press("question_mark")
        assert isinstance(stand.app.screen, HelpScreen)
        assert "change Hermes' config.yaml, after a question" in stand.text
        await stand.press("escape")
        await stand.pilot.press("1", "colon")
        await stand.pilot.press(*"route")
        await until(stand.pilot, lambda: "carry Hermes Agent" in stand.text)
