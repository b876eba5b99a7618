"""The timeline screen: who dies first, and when, on one axis."""

from __future__ import annotations

from datetime import datetime, timedelta
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from creditsui.domain import format as words
from creditsui.domain import timeline
from creditsui.domain.board import AccountView
from creditsui.domain.timeline import Lane
from creditsui.outputs.runway import end_of
from creditsui.tui.ink import Run, fit, width_of
from creditsui.tui.keys import TIMELINE_KEYS
from creditsui.tui.screens.view import Over
from creditsui.tui.widgets.lanes import Lanes
from creditsui.tui.widgets.lines import Lines
from creditsui.tui.widgets.options import Options
from creditsui.tui.widgets.topbar import Clock, Line

SPANS = ("auto", "7", "30", "90", "365")
_SPAN_WORDS = {"auto": "what matters", "7": "7 days", "30": "30 days", "90": "90 days", "365": "a year"}
_MOST_SAID = 4
_STUCK = "\xa0"
"""Between words that stay on one line."""


class TimelineScreen(Over):
    """Topbar, axis, lanes, the account under the cursor in words, footer. It paints the app's board, and reads
    nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [*TIMELINE_KEYS]
    AUTO_FOCUS = "#lanes"

    def __init__(self, account: str | None = None) -> None:
        """`account` is the one under the cursor at first."""
        super().__init__()
        self.span = "auto"
        self._start_at = account

    def body(self) -> ComposeResult:
        yield Options(id="span")
        yield Lines(id="axis")
        yield Lanes(id="lanes")
        yield Lines(id="said")
        yield Line(id="signs")

    @property
    def lanes(self) -> Lanes:
        return self.query_one("#lanes", Lanes)

    @property
    def current(self) -> AccountView | None:
        lane = self.lanes.current
        return None if lane is None else lane.view

    def on_mount(self) -> None:
        self.lanes.cursor = self._start_at
        self.paint()

    def fill(self) -> None:
        board = self.board
        if board is None:
            return
        ink, manner = self.pane.ink, self.pane.manner
        found = timeline.lanes(board, manner.zone, manner.now)
        days = timeline.span(found) if self.span == "auto" else int(self.span)
        nothing = "No account is on: there is nothing to forecast." if not found else ""
        self.lanes.show(found, days, manner, ink, nothing)
        options = [(span, _SPAN_WORDS[span]) for span in SPANS]
        self.query_one("#span", Options).show(ink, options, self.span, self.key_of("period"))
        name, axis, _ = self.lanes.columns(self.lanes.scrollable_content_region.width)
        self.query_one("#axis", Lines).show(ink, lambda _, __: [self._axis(days, axis, name)] if found else [])
        shaded = any(timeline.weekends(days, axis, manner.now, manner.zone))
        signs = timeline.legend(
            found, manner.glyphs, self.size.width - 2, manner.now + timedelta(days=days), weekends=shaded
        )
        self.query_one("#signs", Line).paint(ink, [(" ", "text"), *signs])
        self._paint_top(found)
        self._paint_said()

    def _axis(self, days: int, width: int, name: int) -> list[Run]:
        if not width:
            return []
        manner = self.pane.manner
        return [(" " * (5 + name), "text"), *timeline.axis(days, width, manner.now, manner.zone, manner.glyphs)]

    def _paint_top(self, found: tuple[Lane, ...]) -> None:
        manner = self.pane.manner
        dying = next((lane for lane in found if lane.low is not None and lane.first != float("inf")), None)
        line: list[Run] = [("nothing runs out", "strong")]
        if dying is not None:
            lasts = manner.plain(words.runway(dying.view.runway)) if dying.refill is None else "before it refills"
            line = [("first to die: ", "dim"), (manner.name(dying.view), "strong"), (f"  {lasts}", "strong")]
            line = line[width_of([*self.brand(), *line]) >= self.size.width :]
        self.query_one("#standing", Line).paint(self.pane.ink, fit([*self.brand(), *line], self.size.width - 1))
        self.query_one(Clock).show(self.pane.ink, [])

    def _paint_said(self) -> None:
        """The account under the cursor in words."""
        lane, said, manner = self.lanes.current, self.query_one("#said", Lines), self.pane.manner
        sentences = [] if lane is None else about(lane, manner.now, manner.name(lane.view))
        width = max(20, self.size.width - 3)
        text: list[Run] = []
        for role, sentence in zip(("text", "dim"), sentences, strict=False):
            text += [(manner.figures(line.replace(_STUCK, " ")), role) for line in wrap(sentence, width)]
        room = _MOST_SAID if self.size.height >= 18 else 1
        said.styles.height = len(text[:room]) + (1 if self.size.height >= 18 else 0)
        head = manner.plain(end_of(lane.view, manner.now, manner.zone)) if lane is not None else ""
        lines: list[list[Run]] = [[]] if self.size.height >= 18 else []
        lines += [[(" ", "text"), line] for line in text[:room]]
        if head and text and width_of(lines[-len(text[:room])]) + len(head) + 4 <= width:
            lines[-len(text[:room])] += [("   ", "text"), (head, "strong")]
        said.show(self.pane.ink, lambda _, __: lines)

    # ── messages and keys ────────────────────────────────────────────────────────────────────────────────────────────

    def on_listing_moved(self) -> None:
        self._paint_said()

    def on_listing_opened(self) -> None:
        self.action_open()

    def on_options_chosen(self, event: Options.Chosen) -> None:
        self.span = event.value
        self.paint()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are neither shown nor taken."""
        return self.current is not None if action in ("advise", "open") and self.ready else True

    def action_period(self) -> None:
        self.span = SPANS[(SPANS.index(self.span) + 1) % len(SPANS)]
        self.paint()

    def action_advise(self) -> None:
        from creditsui.tui.screens.advise import AdviseScreen

        view = self.current
        if view is not None:
            self.pane.push_screen(AdviseScreen(self.pane.session, view), self._advised)

    def _advised(self, amount: str | None) -> None:
        from creditsui.tui.screens.topup import TopUpScreen

        if amount is not None and self.current is not None:
            self.pane.push_screen(TopUpScreen(self.pane.session, self.current, amount), self._booked)

    def _booked(self, sentence: str | None) -> None:
        if sentence is not None:
            self.pane.say(sentence)
            self.pane.run_worker(self.pane.refresher.reload(), group="settle", exit_on_error=False)

    def action_open(self) -> None:
        if self.current is not None:
            self.action_jump(self.current.id)


def about(lane: Lane, now: datetime, name: str) -> list[str]:
    """An account's future in sentences: how long, by what pace, and what comes meanwhile."""
    view, future = lane.view, lane.view.runway
    if future.state == "known":
        pace = f" at{_STUCK}{words.amount(view.burn)}{_STUCK}a{_STUCK}day" if view.burn is not None else ""
        left = f"{words.left(view)} " if words.left(view) else ""
        first = f"{name}: {left}lasts {words.runway(future)}{pace}"
    elif lane.refill is not None:
        what = "" if lane.window is None else f" {words.quota(lane.window)}"
        first = f"{name}{what}: {'runs dry before it refills' if lane.dry else 'lasts until it refills'}"
    else:
        first = f"{name}: {lane.words or future.state}"
    coming = [
        f"{event.what} in {words.span((event.at - now).total_seconds())}".replace(" ", _STUCK)
        for event in lane.events[:4]
    ]
    return [first, " · ".join(coming)] if coming else [first]
