"""How the pane comes onto a terminal that was painted before it, and what it leaves for the next to be painted by."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual import events, work
from textual.screen import Screen

from creditsui.tui.driver import taking_over
from creditsui.tui.in_order import KeysInOrder
from creditsui.tui.screens.dashboard import Dashboard

if TYPE_CHECKING:
    from rich.console import RenderableType

    from creditsui.tui.app import CreditsApp
    from creditsui.tui.early import Early

LATEST = 3.0
"""Seconds that what was painted before may stand; then the pane shows what it has."""
_LOOK = 0.01
_SETTLED = 0.5


class Arrival(KeysInOrder):
    """What stands on the terminal stays until every row has its cells; then one frame takes its place, and the keys
    that were typed meanwhile do what they do."""

    def __init__(self, early: Early | None = None) -> None:
        super().__init__()
        self.coming = early is not None
        self._look: dict[str, Any] | None = None
        if early is not None:
            self.driver_class = taking_over(early) or self.driver_class

    def come(self, *, keep: bool) -> None:
        """There is a board. `keep`: the pane looks as it does without any options, and may be painted early so."""
        if self.coming:
            self.call_after_refresh(self._take_over)
        if keep:
            self._keep_look()

    def come_at_last(self) -> None:
        """Not to wait for a board for ever."""
        if self.coming:
            self.set_timer(LATEST, partial(self._take_over, at_last=True), name="coming")

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if not self.coming:
            super()._display(screen, renderable)

    def _held(self, event: events.Key | events.Paste) -> bool:
        """Keys that are typed at what was painted before are meant for the rows that come."""
        return self.coming or super()._held(event)

    def _take_over(self, *, at_last: bool = False) -> None:
        if not self.coming:
            return
        screen = self.screen
        if not at_last and isinstance(screen, Dashboard) and not screen.settled:
            self.set_timer(_LOOK, self._take_over, name="coming")
            return
        self.coming = False
        whole = screen._compositor.render_update(full=True, screen_stack=self._background_screens)
        self._display(screen, whole)

    @work(exclusive=True, group="look", exit_on_error=False)
    async def _keep_look(self) -> None:
        from creditsui.core import looks
        from creditsui.tui.look import look

        await asyncio.sleep(_SETTLED)  # a board that comes meanwhile ends this wait and begins another
        pane = cast("CreditsApp", self)
        if self._look is None:
            self._look = await asyncio.to_thread(looks.kept, pane.session)
        screen = self.screen_stack[0]
        found = look(pane, screen, self._look) if isinstance(screen, Dashboard) else None
        if found is not None and found != self._look:
            self._look = found
            await asyncio.to_thread(looks.keep, pane.session, found)
