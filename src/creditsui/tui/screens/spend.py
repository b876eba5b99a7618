"""The spend screen: what was spent, day by day, and on what."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from creditsui.core.spend_page import BREAKDOWNS, PERIODS, Asked, Page, SpendBook
from creditsui.tui import spent
from creditsui.tui.ink import Run, fit, width_of
from creditsui.tui.keys import SPEND_KEYS
from creditsui.tui.screens.modal import sentence
from creditsui.tui.screens.view import Over, View
from creditsui.tui.wheel import Wheel
from creditsui.tui.widgets.breakdown import Breakdown, Place
from creditsui.tui.widgets.lines import Lines
from creditsui.tui.widgets.options import Options
from creditsui.tui.widgets.topbar import Clock, Line

_HOLD = 1.0
"""Seconds for which keys wait for the page that the key before asked for."""


class SpendScreen(Over):
    """Topbar, chart, breakdown, footer. What is shown is read in a thread; the last wish counts."""

    BINDINGS: ClassVar[list[BindingType]] = [*SPEND_KEYS]
    AUTO_FOCUS = "#rows"
    VERTICAL_BREAKPOINTS = [*View.VERTICAL_BREAKPOINTS, (32, "-high"), (48, "-vast")]  # noqa: RUF012

    def __init__(self, book: SpendBook) -> None:
        super().__init__()
        self.book = book
        self.asked = Asked()
        self.page: Page | None = None
        """What is shown; None until the first was read."""
        self.fault = ""
        self._shown: Asked | None = None
        self._before: list[tuple[str, Place | None]] = []
        """For each filter, the breakdown and the row it was chosen in."""
        self._back_to: Place | None = None
        self._rest: list[spent.Line] = []
        """The sums that the line at the top has no room for."""
        self._old = False
        self._busy_since: float | None = None
        self._wheel = Wheel(self, self._paint_clock)

    def body(self) -> ComposeResult:
        with Container(id="spent"):
            with Container(id="left"):
                yield Options(id="period")
                yield Lines(id="chart")
            with Container(id="right"):
                yield Options(id="by")
                yield Breakdown(id="rows")
        yield Lines(id="remarks")

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def rows(self) -> Breakdown:
        return self.query_one("#rows", Breakdown)

    @property
    def holds_keys(self) -> bool:
        """Whether keys wait: what is typed now is meant for rows that are there in a moment."""
        return self._busy_since is not None and self._waiting and monotonic() - self._busy_since < _HOLD

    @property
    def _waiting(self) -> bool:
        return self._shown != self.asked and not self.fault

    def on_mount(self) -> None:
        self._read()
        self.paint()

    def show(self) -> None:
        """There may be new calls in the ledger."""
        self.book.outdated()
        if self.pane.screen is self:
            self._read()
        else:
            self._old = True

    def on_screen_resume(self) -> None:
        if self._old:
            self._read()

    def ask(self, asked: Asked) -> None:
        """Show this as soon as it is read."""
        self.asked, self.fault = asked, ""
        self._read()
        self.paint()

    def _read(self) -> None:
        self._old = True
        if self._busy_since is None:
            self._busy_since = monotonic()
            self._load()

    @work(group="spend", exit_on_error=False)
    async def _load(self) -> None:
        if not self.pane.still:
            self._wheel.start()
        try:
            while self._old:
                self._old, asked = False, self.asked
                try:
                    page = await asyncio.to_thread(self.book.page, asked)
                except Exception as error:
                    self.fault = sentence(error)
                    continue
                if asked == self.asked:
                    self._take(page, asked)
        finally:
            self._busy_since = None
            self._wheel.stop()
        self.paint()

    def _take(self, page: Page, asked: Asked) -> None:
        another = asked != self._shown
        self.page, self._shown, self.fault = page, asked, ""
        if another:
            self.rows.cursor, self._back_to = self._back_to, None
            self.rows.scroll_home(animate=False)
        self.paint()

    def fill(self) -> None:
        ink, manner = self.pane.ink, self.pane.manner
        self._paint_top()
        periods = [(period, spent.PERIOD_WORDS[period]) for period in PERIODS]
        free = [one for one in BREAKDOWNS if one == self.asked.by or one not in dict(self.asked.where)]
        self.query_one("#period", Options).show(ink, periods, self.asked.period, self.key_of("period"))
        self.query_one("#by", Options).show(ink, [(one, one) for one in free], self.asked.by, self.key_of("by"))
        self.set_class(bool(self.fault) if self.page is None else not self.page.days.rows, "-empty")
        if self.page is not None and self._shown is not None:
            report = self.page.rows
            rows = spent.foremost(spent.ordered(report))
            said = spent.nothing(report, self._shown.period, self.key_of("period")) if not rows else []
            if len(report.rows) > len(rows):
                said = [f"and {len(report.rows) - len(rows):,} more that cost less"]
            self.rows.show(rows, self._shown.by, manner, ink, after=said)
            remarks = self.query_one("#remarks", Lines)
            lines = spent.remarks(report, manner)[: 3 if self.size.height >= 20 else 1]
            remarks.styles.height = len(lines)
            remarks.show(ink, lambda width, _: [fit(spent.shorter(line, width), width) for line in lines])
            self._paint_chart()
        elif self.fault:
            self.query_one("#remarks", Lines).styles.height = 0
            self.rows.show([], self.asked.by, manner, ink, after=[manner.plain(self.fault)])

    def _paint_chart(self) -> None:
        if self.page is None or self._shown is None:
            return
        row, days, manner = self.rows.current, self.page.days, self.pane.manner
        purse = spent.purse_of(row) if row is not None else next(map(spent.purse_of, spent.ordered(days)), None)
        one_day = self._shown.period == "today"

        def draw(width: int, height: int) -> list[spent.Line]:
            return [] if purse is None else spent.chart(days, purse, manner, width, height, one_day=one_day)

        self.query_one("#chart", Lines).show(self.pane.ink, draw)

    def _paint_top(self) -> None:
        manner, width = self.pane.manner, self.size.width
        room = width - self._paint_clock()
        brand: list[Run] = [(" creditsui ", "badge"), ("   ", "text")]
        parts = spent.totals(self.page.rows, manner) if self.page is not None else [[("spend", "strong")]]
        some = [(brand, "   ", parts), ([], "   ", parts), *(([], " · ", parts[:kept]) for kept in (3, 2, 1))]
        line: list[Run] = []
        for lead, gap, kept in some:
            line = [*(lead or [(" ", "text")]), *self.demo_badge(), *_joined(kept, gap)]
            self._rest = parts[len(kept) :]
            if width_of(line) <= room:
                break
        else:
            if self._busy_since is None:  # what was spent matters more than since when
                self.query_one(Clock).show(self.pane.ink, [])
                room = width - 1
            if width_of(line) > room:
                line = spent.sums(line, room)
        self.query_one("#standing", Line).paint(self.pane.ink, fit(line, room))

    def _paint_clock(self) -> int:
        """The right end; how many cells it takes."""
        manner = self.pane.manner
        runs: list[Run] = []
        if self._busy_since is not None and (self._waiting or self.page is None):
            runs = [(manner.spinner(self._wheel.step) + " ", "accent"), ("reading", "dim")]
        elif self.page is not None and self.size.width >= 44:
            runs = [(manner.plain(spent.days_of(self.page.rows)), "dim")]
        self.query_one(Clock).show(self.pane.ink, runs)
        return width_of(runs) + 5 if runs else 0

    @property
    def wrong(self) -> str:
        return self.fault

    def remark(self) -> list[Run]:
        rest: list[Run] = [(" ", "text"), *_joined(self._rest, " · "), ("  ", "text")] if self._rest else []
        return self._filters() or rest

    def _filters(self) -> list[Run]:
        manner = self.pane.manner
        runs: list[Run] = []
        for by, value in self.asked.where:
            lead = " · " if runs else " only "
            runs += [(lead, "dim"), (f"{by} ", "dim"), (spent.name(by, value, manner), "accent")]
        return [*runs, (f"   {self.key_of('back')} without it", "dim")] if runs else []

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_listing_moved(self) -> None:
        self._paint_chart()

    def on_listing_opened(self) -> None:
        self.action_open()

    def on_options_chosen(self, event: Options.Chosen) -> None:
        if event.options.id == "period":
            self._choose(period=event.value)
        else:
            self._choose(by=event.value)

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _choose(self, *, period: str = "", by: str = "") -> None:
        asked = Asked(period or self.asked.period, by or self.asked.by, self.asked.where)
        if asked != self.asked:
            self.ask(asked)

    def action_period(self) -> None:
        self._choose(period=PERIODS[(PERIODS.index(self.asked.period) + 1) % len(PERIODS)])

    def action_breakdown(self, by: int) -> None:
        self._choose(by=_after(self.asked.by, self.asked.where, by))

    def action_open(self) -> None:
        row, by = self.rows.current, self.asked.by
        if row is None or self._waiting or by in dict(self.asked.where):
            return
        self._before.append((by, self.rows.cursor))
        where = (*self.asked.where, (by, row.keys[0]))
        self.ask(Asked(self.asked.period, _after(by, where), where))

    def action_back(self) -> None:
        if not self.asked.where:
            self.action_accounts()
            return
        by, self._back_to = self._before.pop()
        self.ask(Asked(self.asked.period, by, self.asked.where[:-1]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "open" and self.page is not None:
            return bool(self.page.rows.rows) and self.asked.by not in dict(self.asked.where)
        return True


def _after(by: str, where: Sequence[tuple[str, str]], step: int = 1) -> str:
    """The breakdown after this one, past those that a filter leaves one row of."""
    known = dict(where)
    free = [one for one in BREAKDOWNS if one == by or one not in known]
    return free[(free.index(by) + step) % len(free)]


def _joined(parts: Sequence[spent.Line], gap: str) -> spent.Line:
    runs: spent.Line = []
    for at, part in enumerate(parts):
        runs += [*([(gap, "dim")] if at else []), *part]
    return runs
