"""Explain: every number of one account with the rule behind it."""

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from creditsui.core.explain import FIELDS, Unexplained, explain
from creditsui.domain.board import AccountView, Board
from creditsui.tui.manner import masked
from creditsui.tui.screens.modal import Modal


class ExplainScreen(Modal):
    """Fields at the left, the words about the one under the cursor at the right."""

    DEFAULT_CSS = """
    ExplainScreen > Panel { max-width: 88; height: 22; max-height: 100%; }
    ExplainScreen Horizontal { height: 1fr; }
    ExplainScreen OptionList {
        width: 16; height: 100%; border: none; padding: 0; background: $surface; color: $text-muted;
        scrollbar-size-vertical: 1; scrollbar-background: $surface;
        & > .option-list--option-highlighted { background: $primary 22%; color: $text; text-style: bold; }
        &:focus { border: none; background-tint: $primary 0%; }
        &:focus > .option-list--option-highlighted { background: $primary 22%; color: $text; text-style: bold; }
    }
    ExplainScreen #words { width: 1fr; height: 100%; padding: 0 0 0 2;
        scrollbar-size-vertical: 1; scrollbar-background: $surface; }
    ExplainScreen #words Static { margin: 0 0 1 0; height: auto; }
    ExplainScreen.-slim Horizontal, ExplainScreen.-narrow Horizontal { layout: vertical; }
    ExplainScreen.-slim OptionList, ExplainScreen.-narrow OptionList { width: 100%; height: 4; margin: 0 0 1 0; }
    ExplainScreen.-slim #words, ExplainScreen.-narrow #words { height: 1fr; padding: 0; }
    ExplainScreen #first { text-style: bold; color: $text; }
    ExplainScreen #rest { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "step(1)", "Next number", priority=True),
        Binding("shift+tab", "step(-1)", "Previous number", priority=True),
        Binding("enter", "accept", "Close", priority=True),
        Binding("x,q", "cancel", "Close", show=False),
    ]
    AUTO_FOCUS = "OptionList"
    heading = "Explain"
    keys = "tab another number · esc back"

    def __init__(self, board: Board, view: AccountView, now: datetime) -> None:
        super().__init__(view)
        self.board = board
        self.view = view
        self.now = now

    def fields(self) -> ComposeResult:
        with Horizontal():
            yield OptionList(*(Option(Content(name), id=name) for name in FIELDS), markup=False, compact=True)
            with VerticalScroll(id="words", can_focus=False):
                yield Static("", id="first", markup=False)
                yield Static("", id="rest", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0

    def action_step(self, by: int) -> None:
        listed = self.query_one(OptionList)
        if by > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        try:
            lines = explain(self.board, self.view.id, event.option.id or "", self.now)
        except Unexplained as fault:
            lines = [str(fault)]
        if self.hidden:
            lines = [masked(line, percents=False) for line in lines]
        self.query_one("#first", Static).update(self.plain(lines[0]))
        self.query_one("#rest", Static).update(self.plain("\n".join(lines[1:])))
        self.query_one("#words", VerticalScroll).scroll_home(animate=False)

    def action_accept(self) -> None:
        self.dismiss(None)
