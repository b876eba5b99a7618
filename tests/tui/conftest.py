"""The pane on a board that a test says, and its screen as text."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from creditsui.config import Config, parse
from creditsui.domain.board import Board
from creditsui.tui.app import CreditsApp
from creditsui.tui.screens.dashboard import Dashboard
from creditsui.tui.widgets.account_row import AccountRow
from tests.tui import boards
from tests.tui.frames import ask_the_busy, paint_once
from tests.tui.stage import session, until

UPDATE = os.environ.get("CREDITSUI_UPDATE_SNAPSHOTS") == "1"
SNAPSHOTS = Path(__file__).with_name("snapshots")
PLAIN = {"NO_COLOR": "1", "LANG": "C.UTF-8"}


@pytest.fixture(scope="session", autouse=True)
def styles_read_once() -> Iterator[None]:
    """The same styles are read by every pane anew, more than once; hundreds of panes share what was read."""
    read, known = Stylesheet._parse_rules, dict[tuple[Any, ...], list[RuleSet]]()

    def remembered(self: Stylesheet, css: str, *told: Any, **more: Any) -> list[RuleSet]:
        key = (css, told, tuple(more.items()), tuple(self._variables.items()))
        if key not in known:
            known[key] = read(self, css, *told, **more)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", remembered)
        patch.setattr(RuleSet, "__hash__", object.__hash__)  # the same, and asked for a hundred times for each widget
        yield


@pytest.fixture(scope="session", autouse=True)
def frames_painted_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        paint_once(patch)
        ask_the_busy(patch)
        yield


class Pane(CreditsApp):
    """The app without its refresher: the board is what the test says, and `now` is the boards' own."""

    def __init__(self, home: Path, board: Board | None, config: Config | None = None, **more: Any) -> None:
        super().__init__(replace(session(home), now=lambda: boards.NOW), config, **({"env": PLAIN} | more))
        self.first = board
        self.seconds = 1000.0
        """The motion's clock."""
        self.painted = 0
        """How many frames there were."""

    def _keep(self) -> None:  # type: ignore[override]
        if self.first is not None:
            self.board = self.first

    def _display(self, *told: Any) -> None:
        super()._display(*told)
        self.painted += 1

    @property
    def dash(self) -> Dashboard:
        return next(screen for screen in self.screen_stack if isinstance(screen, Dashboard))

    @property
    def cursor(self) -> str | None:
        return self.dash.roster.cursor

    def text(self) -> str:
        """The whole screen, as somebody would copy it."""
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips()) + "\n"

    def at(self, seconds: float) -> None:
        """The motion's clock stands at so many seconds after the start; every row is painted as it is then."""
        self.seconds = 1000.0 + seconds
        self.dash.roster._on_beat()


Open = Callable[..., AbstractAsyncContextManager[tuple[Pane, Pilot[int]]]]


async def settled(app: Pane, pilot: Pilot[int]) -> None:
    """Wait until the layout has come to rest: a column or a scroll bar may still change others."""
    painted, same = -1, 0
    while same < 4:
        await pilot.pause()
        painted, same = app.painted, same + 1 if app.painted == painted and not app.screen._layout_required else 0


@pytest.fixture
def pane(home: Path) -> Open:
    """`async with pane(80, 24) as (app, pilot)`: still, unless `still=False`; Anthropic is under the cursor."""

    @asynccontextmanager
    async def opened(
        width: int = 120, height: int = 36, board: Board | None = boards.BOARD, settings: str = "", **more: Any
    ) -> AsyncIterator[tuple[Pane, Pilot[int]]]:
        given = {"account": "anthropic", "still": True} | more
        app = Pane(home, board, parse('timezone = "UTC"\n' + settings), **given)
        async with app.run_test(size=(width, height), notifications=True) as pilot:
            await until(pilot, lambda: all(row._strips for row in app.dash.query(AccountRow)))
            await settled(app, pilot)
            app.dash.roster._clock = lambda: app.seconds
            yield app, pilot

    return opened


@pytest.fixture
def same(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Compare a text with the one kept under the test's name; CREDITSUI_UPDATE_SNAPSHOTS=1 keeps it anew."""

    def compare(text: str) -> None:
        kept = SNAPSHOTS / f"{request.node.name.removeprefix('test_')}.txt"
        if UPDATE:
            SNAPSHOTS.mkdir(exist_ok=True)
            kept.write_text(text, encoding="utf-8")
        assert kept.exists(), f"no snapshot yet; the screen is:\n{text}"
        assert text == kept.read_text(encoding="utf-8")

    return compare
