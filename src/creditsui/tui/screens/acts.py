"""What the keys of the dashboard do to accounts and to the book. Each act ends with one sentence and a fresh board."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import work

from creditsui.domain import format as words
from creditsui.tui.screens.view import View

if TYPE_CHECKING:
    from creditsui.domain.board import Board
    from creditsui.domain.entry import Entry
    from creditsui.tui.manner import Manner


class Acts(View):
    """A screen with an account under its cursor, and the acts on it. Modals are imported when they are opened."""

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_sync(self) -> None:
        from creditsui.domain.problem import LASTING

        view = self.current
        if view is None:
            from creditsui.tui.screens.by_hand import ByHandScreen

            known = {one.id for one in self.board.accounts} if self.board is not None else set()
            self.pane.push_screen(ByHandScreen(self.pane.session), self._done(new_since=known))
        elif view.manual or (view.problem is not None and view.problem.kind in LASTING):
            self.action_sync_by_hand()
        else:
            self.pane.refresher.ask([view.id], force=True)

    def action_refresh(self) -> None:
        view = self.current
        if view is not None and view.manual:
            self.pane.say(f"{self.pane.manner.name(view)} cannot be asked: s enters its balance.")
        elif view is not None:
            self.pane.refresher.ask([view.id], force=True)

    @work(exclusive=True, group="refused", exit_on_error=False)
    async def action_refused(self) -> None:
        """The provider just refused a call: it is asked where it can tell, else nothing is left."""
        from creditsui.core.asking import refusal
        from creditsui.tui.screens.modal import sentence

        view, manner = self.current, self.pane.manner
        if view is None:
            return
        if refusal.askable(view):
            await self.pane.refresher.ask([view.id], force=True)
        try:
            found = await asyncio.to_thread(refusal.judge, self.pane.session, view.id)
        except Exception as why:
            self.pane.say(sentence(why), fault=True)
            return
        back = f" · {self.key_of('undo')} takes it back" if found.entry is not None else ""
        self.pane.say(f"{manner.name(view)} {manner.figures(found.says)}{back}")
        await self.pane.refresher.reload()
        self.go_to(view.id)

    def action_refresh_all(self) -> None:
        self.pane.refresher.ask(force=True)

    @work(exclusive=True, group="probe", exit_on_error=False)
    async def action_probe(self) -> None:
        view = self.current
        if view is None or view.probe is None:
            self.pane.say("This provider tells its limits without a request, or not at all.")
            return
        from creditsui.core import settings

        wanted = not view.probe
        try:
            await asyncio.to_thread(settings.set_account, self.pane.session, view.id, probe=wanted)
        except settings.Unsettable as refusal:
            self.pane.say(str(refusal), fault=True)
            return
        cost = f" · {view.probe_cost}" if view.probe_cost else ""
        name = self.pane.manner.name(view)
        self.pane.say(f"{name}: limits are read by requests now{cost}" if wanted else f"{name}: no requests.")
        await self.pane.refresher.reload()
        if wanted:
            self.pane.refresher.ask([view.id], force=True)

    # ── modals ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_sync_by_hand(self) -> None:
        from creditsui.tui.screens.sync import SyncScreen

        if self.current is not None:
            self.pane.push_screen(SyncScreen(self.pane.session, self.current), self._done())

    def action_topup(self) -> None:
        from creditsui.tui.screens.topup import TopUpScreen

        if self.current is not None:
            self.pane.push_screen(TopUpScreen(self.pane.session, self.current), self._done())

    def action_thresholds(self) -> None:
        from creditsui.tui.screens.thresholds import ThresholdsScreen

        if self.current is not None:
            self.pane.push_screen(ThresholdsScreen(self.pane.session, self.current), self._done())

    def action_key(self) -> None:
        from creditsui.tui.screens.key import KeyScreen

        view = self.current
        if view is not None:
            self.pane.push_screen(KeyScreen(self.pane.session, view), self._done(ask=[view.id]))

    def action_add_provider(self, provider: str) -> None:
        self.action_add(provider=provider)

    def action_add(self, provider: str = "") -> None:
        from creditsui.tui.screens.add_account import AddAccountScreen

        known = {view.id for view in self.board.accounts} if self.board is not None else set()
        self.pane.push_screen(AddAccountScreen(self.pane.session, provider), self._done(new_since=known))

    def action_explain(self) -> None:
        from creditsui.tui.screens.explain import ExplainScreen

        if self.current is not None and self.board is not None:
            session = self.pane.session
            self.pane.push_screen(ExplainScreen(self.board, self.current, session.now(), session), self._done())

    def action_snooze(self) -> None:
        from creditsui.tui.screens.snooze import SnoozeScreen

        def done(sentence: str | None) -> None:
            if sentence:
                self.pane.say(sentence)
                self.pane.alerted.again()

        if self.current is not None:
            self.pane.push_screen(SnoozeScreen(self.pane.session, self.current, self.pane.manner), done)

    def _done(self, *, ask: list[str] | None = None, new_since: set[str] | None = None) -> Callable[[str | None], None]:
        def done(sentence: str | None) -> None:
            if sentence:
                self.pane.say(sentence)
                self._settle(ask, new_since)

        return done

    @work(group="settle", exit_on_error=False)
    async def _settle(self, ask: list[str] | None, new_since: set[str] | None) -> None:
        """After an act: show what it changed, and ask the account it concerns if there is something new to ask with."""
        await self.pane.refresher.reload()
        if new_since is not None and self.board is not None:
            fresh = [view for view in self.board.accounts if view.id not in new_since]
            if fresh:
                self.go_to(fresh[0].id)
                if not fresh[0].manual:
                    ask = [fresh[0].id]
                elif fresh[0].purse is None:
                    self.action_sync_by_hand()
        if ask is not None:
            self.pane.refresher.ask(ask, force=True)

    # ── the book ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_undo(self) -> None:
        self._turn_back(undo=True)

    def action_redo(self) -> None:
        self._turn_back(undo=False)

    @work(group="book", exit_on_error=False)
    async def _turn_back(self, *, undo: bool) -> None:
        from creditsui.core import book

        try:
            _, entry = await asyncio.to_thread(book.undo if undo else book.redo, self.pane.session)
        except book.Unbookable as refusal:
            self.pane.say(str(refusal), fault=True)
            return
        what = _entry_words(entry, self.board, self.pane.manner)
        key = self.key_of("redo" if undo else "undo")
        self.pane.say(
            f"Undone: {what}. {key} books it again." if undo else f"Booked again: {what}. {key} takes it back."
        )
        await self.pane.refresher.reload()
        self.go_to(entry.account)

    # ── out of the pane ──────────────────────────────────────────────────────────────────────────────────────────────

    def action_console(self) -> None:
        from creditsui.tui.console import open_console

        if self.current is not None and self.current.console_url:
            open_console(self.app, self.current.console_url)
        else:
            self.pane.say("No page of this provider is known.")

    def action_copy(self) -> None:
        view, manner = self.current, self.pane.manner
        if view is None:
            return
        parts = [
            words.health(view) if view.health is not None else "",
            manner.figures(words.left(view)) + " left" if words.left(view) else manner.figures(words.known(view)),
            manner.time_left(view),
            manner.remark(view),
        ]
        text = f"{words.marker(view, manner.glyphs)} {manner.name(view)} " + " · ".join(part for part in parts if part)
        self.pane.copy_line(text)


def _entry_words(entry: Entry, board: Board | None, manner: Manner) -> str:
    view = board.account(entry.account) if board is not None else None
    kind = {"sync": "the balance", "topup": "the top-up", "adjust": "the adjustment", "undo": "the undo"}[entry.type]
    worth = f" of {manner.amount(entry.amount)}" if entry.amount is not None else ""
    if entry.type == "adjust" and entry.amount is not None and not entry.amount.micros:
        kind, worth = "that a rise is no top-up", ""
    return f"{kind}{worth}, {manner.name(view) if view is not None else entry.account}, no. {entry.number}"
