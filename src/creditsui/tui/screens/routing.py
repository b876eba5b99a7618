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
from textual.containers import Horizontal
from textual.timer import Timer

from creditsui.core import route as routing
from creditsui.outputs.route import changed_lines
from creditsui.routing.route import Change, Decision
from creditsui.tui import routed
from creditsui.tui.ink import Run, fit
from creditsui.tui.keys import ROUTING_KEYS
from creditsui.tui.screens.modal import sentence
from creditsui.tui.screens.view import View
from creditsui.tui.widgets.footer import Footer
from creditsui.tui.widgets.logs import logs_line
from creditsui.tui.widgets.page import Page
from creditsui.tui.widgets.topbar import Clock, Line

_SPIN = 0.12


class RoutingScreen(View):
    """Topbar, page, footer. A decision is made when the screen opens and when it is asked for; nothing is ever written
    without a question."""

    BINDINGS: ClassVar[list[BindingType]] = [*ROUTING_KEYS]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-line"), (3, "-strip"), (9, "-short"), (18, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#page"

    def __init__(self) -> None:
        super().__init__()
        self.decision: Decision | None = None
        """What is shown; None until the first was made."""
        self.past: Sequence[Change] = ()
        self.fault = ""
        self.busy = False
        self._decided: datetime | None = None
        self._spinner: Timer | None = None
        self._step = 0

    def compose(self) -> ComposeResult:
        with Horizontal(id="topbar"):
            yield Line(id="standing")
            yield Clock(id="clock")
        yield Line(id="notice")
        yield Page(id="page")
        yield Footer(id="footer")

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────

    def on_mount(self) -> None:
        self.set_class(self.pane.glyphs.ascii, "-ascii")
        self._ask()

    def show(self) -> None:
        """Bars have the colours of the board; the decision stays until another is asked for."""
        self.paint()

    def say(self) -> None:
        self.paint()

    def new_ink(self) -> None:
        self.paint()

    def on_resize(self) -> None:
        self.call_after_refresh(self.paint)

    def on_screen_resume(self) -> None:
        self.paint()

    def _ask(self) -> None:
        self.busy = True
        self._decide()
        self.paint()

    @work(exclusive=True, group="route", exit_on_error=False)
    async def _decide(self) -> None:
        """Reads Hermes' files and asks who is in question for its models: seconds, where one does not answer."""
        if not self.pane.still and self._spinner is None:
            self._spinner = self.set_interval(_SPIN, self._spin, name="spinner")
        try:
            session = self.pane.session
            self.decision = await routing.decide(session)
            self.past = await asyncio.to_thread(routing.history, session)
            self._decided, self.fault = session.now(), ""
        except Exception as error:
            self.fault = sentence(error)
        finally:
            self.busy = False
            if self._spinner is not None:
                self._spinner.stop()
                self._spinner = None
        self.paint()

    def _spin(self) -> None:
        self._step += 1
        self._paint_clock()

    def paint(self) -> None:
        if not self.is_mounted or not self.query("#page"):
            return
        self._paint_top()
        self._paint_clock()
        self.say_notice()
        self.query_one("#page", Page).show(self.pane.ink, self._lines)
        self.query_one(Footer).show(self.pane.ink, *self.footer_hints())

    def _lines(self, width: int) -> Sequence[list[Run]]:
        decision, manner = self.decision, self.pane.manner
        if decision is None:
            said = self.fault or "Who could carry the work is asked for the models it serves …"
            return [[(f" {manner.plain(said)}", "warn" if self.fault else "dim")]]
        bands = {view.id: view.band for view in self.board.accounts} if self.board is not None else {}
        return routed.page(decision, self.past, bands, manner, width, PurePath(self.pane.session.paths.home))

    def _paint_top(self) -> None:
        width, decision = self.size.width, self.decision
        brand: list[Run] = [(" creditsui ", "badge"), ("   ", "text")] if width >= 60 else [(" ", "text")]
        if self.board is not None and self.board.demo:
            brand += [(" DEMO ", "demo"), ("  ", "text")]
        if decision is not None and self.pane.hidden:
            decision = routed.private(decision)
        head = "routing" if decision is None else routed.headline(decision)
        line = fit([*brand, (self.pane.manner.plain(head), "strong")], width - 1)
        self.query_one("#standing", Line).paint(self.pane.ink, line)

    def _paint_clock(self) -> None:
        manner = self.pane.manner
        runs: list[Run] = []
        if self.busy:
            runs = [(manner.spinner(self._step) + " ", "accent"), ("asking", "dim")]
        elif self._decided is not None and self.size.width >= 60:
            runs = [(manner.plain(f"as of {manner.day_or_clock(self._decided)}"), "dim")]
        self.query_one(Clock).show(self.pane.ink, runs)

    def say_notice(self) -> None:
        manner, notice = self.pane.manner, self.query_one("#notice", Line)
        trouble = self.pane.trouble or (self.fault if self.decision is not None else "")
        if trouble:
            runs: list[Run] = [(" ! ", "warn"), (manner.plain(trouble), "warn")]
        elif self.pane.logs is not None:
            runs = logs_line(self.pane.logs, manner, self.size.width)
        else:
            runs = [*self._where(), *self.aside()]
        notice.paint(self.pane.ink, fit(runs, self.size.width))

    def _where(self) -> list[Run]:
        decision = self.decision
        if decision is None or not decision.config:
            return []
        where = routed.short(decision.config, PurePath(self.pane.session.paths.home))
        count = changed_lines(decision)
        end = f"   {count} line{'' if count == 1 else 's'} would change" if decision.state == "change" else ""
        return [(self.pane.manner.plain(f" {where}"), "text"), (end, "dim")]

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are neither shown nor taken."""
        decision = self.decision
        if action == "apply":
            return decision is not None and decision.state == "change" and not self.busy
        if action == "take_back":
            return decision is not None and routed.last(self.past, decision.config) is not None and not self.busy
        return True

    def action_move(self, by: int) -> None:
        self.query_one("#page", Page).move(by)

    def action_page(self, by: int) -> None:
        page = self.query_one("#page", Page)
        page.move(by * max(1, page.size.height - 1))

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

    def action_back(self) -> None:
        self.dismiss(None)

    def action_accounts(self) -> None:
        self.dismiss(None)

    def action_route(self) -> None:
        """This screen already."""

    def action_spend(self) -> None:
        """Another screen takes this one's place: all lie over the accounts."""
        from creditsui.core.spend_page import SpendBook
        from creditsui.tui.screens.spend import SpendScreen

        self.pane.switch_screen(SpendScreen(SpendBook(self.pane.session)))

    def action_timeline(self) -> None:
        from creditsui.tui.screens.timeline import TimelineScreen

        self.pane.switch_screen(TimelineScreen())

    def action_jump(self, account: str) -> None:
        self.dismiss(None)
        dashboard = self.pane.screen_stack[0]
        if hasattr(dashboard, "go_to"):
            dashboard.go_to(account)
