"""What leaves the pane because the user wants it to: a line for the clipboard, a picture of the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from textual import work
from textual.app import App
from textual.screen import Screen
from textual.widgets._toast import ToastRack

from creditsui.tui.toasts import answer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from creditsui.tui.app import CreditsApp

_TURNS = 3
"""Refreshes until a screen that was told to hide figures has come to rest: cells, layout, cells again."""


class Sharing(App[int]):
    env: Mapping[str, str]
    posing = False
    """Whether the screen is being got ready for a picture; the terminal sees nothing of that."""

    @work(exclusive=True, group="copy", exit_on_error=False)
    async def copy_line(self, text: str) -> None:
        """Into the clipboard by way of the terminal; shown, to be copied by hand, where that is held up."""
        self.copy_to_clipboard(text)
        why = ""
        if self.env.get("TMUX"):
            from creditsui.core import clipboard

            why = await asyncio.to_thread(clipboard.held_up, self.env)
        if why:
            answer(self, text, title=f"Not copied: {why}", fault=True)
        else:
            answer(self, f"Copied: {text}")

    @work(exclusive=True, group="picture", exit_on_error=False)
    async def save_picture(self) -> None:
        """Write the screen as an SVG beside the user's pictures, else into the current folder. A picture is made to be
        shown to others: amounts, labels and paths are hidden in it whatever the screen shows."""
        from creditsui.tui.picture import draw, save

        pane = cast("CreditsApp", self)
        name = f"creditsui-{datetime.now(UTC):%Y%m%d-%H%M%S}.svg"
        before, self.posing = pane.hidden, True
        try:
            await self._pose(hidden=True)
            drawing = draw(self)
        finally:
            await self._pose(hidden=before)
            self.posing = False
            self._display(self.screen, self.screen._compositor.render_update(full=True))
        try:
            path = await asyncio.to_thread(save, drawing, name, self.env, pane.session.paths.home)
        except OSError as error:
            pane.say(f"The picture was not saved: {error.strerror}.", fault=True)
        else:
            pane.say(f"Saved {path.name if pane.hidden else path}, without amounts and labels")

    async def _pose(self, *, hidden: bool) -> None:
        pane = cast("CreditsApp", self)
        pane.hidden = hidden
        for rack in self.screen.query(ToastRack):
            rack.display = not self.posing or not hidden
        pane.repaint()
        for _ in range(_TURNS):
            rested = asyncio.Event()
            self.screen.call_after_refresh(rested.set)
            await rested.wait()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if not self.posing:
            super()._display(screen, renderable)
