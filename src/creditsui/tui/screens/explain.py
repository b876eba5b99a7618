"""Explain: every number of one account with the rule behind it, and the rows of the ledger that it rests on."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from creditsui.core.explain.answer import Unexplained, explain
from creditsui.core.explain.names import looked_at, names
from creditsui.core.session import Session
from creditsui.domain.board import AccountView, Board
from creditsui.tui.manner import masked
from creditsui.tui.screens.modal import Modal, sentence

_MASK = "••••"


class ExplainScreen(Modal):
    """Fields at the left, the words about the one under the cursor at the right."""

    DEFAULT_CSS = """
    ExplainScreen > Panel { max-width: 96; height: 26; max-height: 100%; }
    ExplainScreen Horizontal { height: 1fr; }
    ExplainScreen OptionList {
        width: 15; height: 100%; border: none; padding: 0; background: $surface; color: $text-muted;
        scrollbar-size-vertical: 1; scrollbar-background: $surface;
        & > .option-list--option-highlighted { background: $primary 22%; color: $text; text-style: bold; }
        &:focus { border: none; background-tint: $primary 0%; }
        &:focus > .option-list--option-highlighted { background: $primary 22%; color: $text; text-style: bold; }
    }
    ExplainScreen #words { width: 1fr; height: 100%; padding: 0 0 0 2;
        scrollbar-size-vertical: 1; scrollbar-background: $surface; }
    ExplainScreen #words Static { margin: 0 0 1 0; height: auto; }
    ExplainScreen.-slim Horizontal, ExplainScreen.-narrow Horizontal { layout: vertical; }
    ExplainScreen.-slim OptionList, ExplainScreen.-narrow OptionList {
        width: 100%; height: 4; max-height: 40%; margin: 0 0 1 0;
    }
    ExplainScreen.-slim #words, ExplainScreen.-narrow #words { height: 1fr; padding: 0; }
    ExplainScreen #first { text-style: bold; color: $text; }
    ExplainScreen #rest, ExplainScreen #rows { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "step(1)", "Next number", priority=True),
        Binding("shift+tab", "step(-1)", "Previous number", priority=True),
        Binding("enter", "accept", "Close", priority=True),
        Binding("pagedown,right", "turn(1)", "More words", show=False, priority=True),
        Binding("pageup,left", "turn(-1)", "Words before", show=False, priority=True),
        Binding("x,q", "cancel", "Close", show=False),
    ]
    AUTO_FOCUS = "OptionList"
    heading = "Explain"
    keys = "tab another number · esc back"

    def __init__(self, board: Board, view: AccountView, now: datetime, session: Session | None = None) -> None:
        """Rows are told of the ledger of `session`."""
        super().__init__(view)
        self.board = board
        self.view = view
        self.now = now
        self.session = session
        self.names = names(view)
        self._rows: dict[str, list[str]] = {}

    def fields(self) -> ComposeResult:
        with Horizontal():
            options = [Option(Content(self.plain(name)), id=field) for field, name in self.names.items()]
            yield OptionList(*options, markup=False, compact=True)
            with VerticalScroll(id="words", can_focus=False):
                yield Static("", id="first", markup=False)
                yield Static("", id="rest", markup=False)
                yield Static("", id="rows", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = list(self.names).index(looked_at(self.view))

    def action_step(self, by: int) -> None:
        listed = self.query_one(OptionList)
        if by > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def action_turn(self, by: int) -> None:
        words = self.query_one("#words", VerticalScroll)
        if by > 0:
            words.scroll_page_down(animate=False)
        else:
            words.scroll_page_up(animate=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        field = event.option.id or ""
        board = replace(self.board, accounts=(private(self.view),)) if self.hidden else self.board
        try:
            lines = explain(board, self.view.id, field, self.now)
        except Unexplained as fault:
            lines = [str(fault)]
        self.query_one("#first", Static).update(self._said(lines[0]))
        self.query_one("#rest", Static).update(self._said("\n".join(lines[1:])))
        self.query_one("#rest", Static).display = len(lines) > 1
        self._tell(self._rows.get(field, []))
        self.query_one("#words", VerticalScroll).scroll_home(animate=False)
        if field not in self._rows and self.session is not None:
            self._find(self.session, field)

    @work(exclusive=True, group="rows", exit_on_error=False)
    async def _find(self, session: Session, field: str) -> None:
        """The ledger is looked into by a thread."""

        def found() -> list[str]:
            from creditsui.core.evidence import lines
            from creditsui.core.explain.rows import rows

            return lines(rows(session, self.view, field))

        try:
            self._rows[field] = await asyncio.to_thread(found)
        except Exception as fault:
            self._rows[field] = [sentence(fault)]
        self._tell(self._rows[field])

    def _tell(self, rows: list[str]) -> None:
        told = self.query_one("#rows", Static)
        told.display = bool(rows)
        told.update(self._said("\n".join(["The rows behind it:", *(f"  {row}" for row in rows)])))

    def _said(self, text: str) -> str:
        return self.plain(masked(text, percents=False) if self.hidden else text)

    def action_accept(self) -> None:
        self.dismiss(None)


def private(view: AccountView) -> AccountView:
    """Without what tells who did something, or for what."""
    hits = tuple(
        replace(hit, cause=_MASK, parts=tuple(replace(part, cause=_MASK) for part in hit.parts)) for hit in view.hits
    )
    spike = view.spike
    if spike is not None:
        nobody = tuple(replace(one, model=_MASK, project="", session="") for one in spike.culprits)
        spike = replace(spike, culprits=nobody)
    return replace(view, label=view.provider_name or view.provider, hits=hits, spike=spike)
