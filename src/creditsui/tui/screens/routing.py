"""The routing screen: which provider should carry Hermes' work, why, and which lines would change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from creditsui.core.hermes import route as routing
from creditsui.outputs.route import changed_lines
from creditsui.routing.route import Change, Decision
from creditsui.tui import routed
from creditsui.tui.ink import Run, fit
from creditsui.tui.keys import ROUTING_KEYS
from creditsui.tui.screens.modal import sentence
from creditsui.tui.screens.view import Over
from creditsui.tui.wheel import Wheel
from creditsui.tui.widgets.page import Page
from creditsui.tui.widgets.topbar import Clock, Line


class RoutingScreen(Over):
    """Topbar, page, footer. A decision is made when the screen opens and when it is asked for; nothing is ever written
    without a question."""

    BINDINGS: ClassVar[list[BindingType]] = [*ROUTING_KEYS]
    AUTO_FOCUS = "#page"

    def __init__(self) -> None:
        super().__init__()
        self.decision: Decision | None = None
        """What is shown; None until the first was made."""
        self.past: Sequence[Change] = ()
        self.fault = ""
        self.busy = False
        self._decided: datetime | None = None
        self._wheel = Wheel(self, self._paint_clock)

    def body(self) -> ComposeResult:
        yield Page(id="page")

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────

    def on_mount(self) -> None:
        self._ask()

    def _ask(self) -> None:
        self.busy = True
        self._decide()
        self.paint()

    @work(exclusive=True, group="route", exit_on_error=False)
    async def _decide(self) -> None:
        """Reads Hermes' files and asks who is in question for its models: seconds, where one does not answer."""
        if not self.pane.still:
            self._wheel.start()
        try:
            session = self.pane.session
            self.decision = await routing.decide(session, by_hand=True)
            self.past = await asyncio.to_thread(routing.history, session)
            self._decided, self.fault = session.now(), ""
        except Exception as error:
            self.fault = sentence(error)
        finally:
            self.busy = False
            self._wheel.stop()
        self.paint()

    def fill(self) -> None:
        """Bars have the colours of the board; the decision stays until another is asked for."""
        self._paint_top()
        self._paint_clock()
        self.query_one("#page", Page).show(self.pane.ink, self._lines)

    def _lines(self, width: int) -> Sequence[list[Run]]:
        decision, manner = self.decision, self.pane.manner
        if decision is None:
            said = self.fault or "Who could carry the work is asked for the models it serves …"
            return [[(f" {manner.plain(said)}", "warn" if self.fault else "dim")]]
        bands = {view.id: view.band for view in self.board.accounts} if self.board is not None else {}
        home = PurePath(self.pane.session.paths.home)
        return routed.page(decision, self.past, bands, manner, width, home, self._names)

    @property
    def _names(self) -> dict[str, str]:
        """Of providers, by account."""
        return {view.id: view.provider_name for view in self.board.accounts} if self.board is not None else {}

    def _paint_top(self) -> None:
        decision = self.decision
        if decision is not None and self.pane.hidden:
            decision = routed.private(decision, self._names)
        head = "routing" if decision is None else routed.headline(decision)
        line = fit([*self.brand(), (self.pane.manner.plain(head), "strong")], self.size.width - 1)
        self.query_one("#standing", Line).paint(self.pane.ink, line)

    def _paint_clock(self) -> None:
        manner = self.pane.manner
        runs: list[Run] = []
        if self.busy:
            runs = [(manner.spinner(self._wheel.step) + " ", "accent"), ("asking", "dim")]
        elif self._decided is not None and self.size.width >= 60:
            runs = [(manner.plain(f"as of {manner.day_or_clock(self._decided)}"), "dim")]
        self.query_one(Clock).show(self.pane.ink, runs)

    @property
    def wrong(self) -> str:
        return self.fault if self.decision is not None else ""

    def remark(self) -> list[Run]:
        decision = self.decision
        if decision is None or not decision.config:
            return []
        where = routed.short(decision.config, PurePath(self.pane.session.paths.home))
        count = changed_lines(decision)
        lines = f"   {count} line{'' if count == 1 else 's'}" if decision.state == "change" else ""
        end = f"{lines} would change" if lines and len(where) + len(lines) + 15 <= self.size.width else lines
        return [(self.pane.manner.place(f" {where}"), "text"), (end, "dim")]

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are neither shown nor taken."""
        decision = self.decision
        if action == "apply":
            return decision is not None and decision.state == "change" and not self.busy
        if action == "take_back":
            return decision is not None and routed.last(self.past, decision.config) is not None and not self.busy
        return True

    def action_again(self) -> None:
        if not self.busy:
            self._ask()

    def action_apply(self) -> None:
        from creditsui.tui.screens.apply_route import ApplyScreen

        if self.decision is not None:
            self.pane.push_screen(ApplyScreen(self.pane.session, self.decision), self._written)

    def _written(self, said: str | None) -> None:
        if said is not None:
            self.pane.say(said)
            self._ask()

    @work(exclusive=True, group="undo", exit_on_error=False)
    async def action_take_back(self) -> None:
        try:
            change = await asyncio.to_thread(routing.undo, self.pane.session)
        except Exception as error:
            self.pane.say(sentence(error), fault=True)
        else:
            name = PurePath(change.config).name
            self._written(f"{name} is byte for byte what it was before {self.pane.manner.day_or_clock(change.at)}.")
