"""Every screen of the pane at every size, in one run of the app on the demo's accounts: its frames as text.

    async with walking(monkeypatch, folder) as walk:
        frames = await walk.frames("spend")     # {(200, 60): "…", …}

One app is resized through all sizes, as a terminal's window is, since starting it costs more than a frame. Of a modal
only its box is told: what lies below is another screen's.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.pilot import Pilot
from textual.widgets import Input

from creditsui.core.asking.refresh import refresh
from creditsui.core.demo.session import demo_session
from creditsui.domain.alert import Alert
from creditsui.domain.board import Band
from creditsui.tui.app import CreditsApp
from tests.tui.conftest import Pane
from tests.tui.stage import until

NOW = datetime(2026, 11, 20, 19, 40, tzinfo=UTC)
SIZES = ((200, 60), (80, 24), (44, 20), (80, 6), (20, 8), (80, 1), (120, 36))
"""The size that a screen is opened at comes last."""
SCREENS: Mapping[str, tuple[str, ...]] = {
    "dashboard": (),
    "detail": ("enter",),
    "portrait": ("enter", "enter"),
    "spend": ("2",),
    "timeline": ("3",),
    "routing": ("4",),
    "explain": ("x",),
    "help": ("question_mark",),
    "thresholds": ("e",),
    "topup": ("t",),
    "sync": ("S",),
    "add": ("a",),
    "key": ("K",),
    "snooze": ("n",),
    "alert": (),
}
"""The keys that lead to each from the list of accounts."""
WHOLE = ("dashboard", "detail", "portrait", "spend", "timeline", "routing", "alert")
"""Those that are no modal."""
ALERT = Alert(
    account="xai",
    label="xAI",
    rule="band",
    subject="critical",
    level="critical",
    band=Band.CRITICAL,
    value=0.1,
    threshold=0.25,
    since=NOW,
    at=NOW,
    message="xAI is critical: $1.02 left of $10.00, about 9 hours",
)

Frames = dict[tuple[int, int], str]


def text(app: CreditsApp) -> str:
    """The whole screen, as somebody would copy it."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


class Walked(CreditsApp):
    painted = 0
    """How many frames there were."""

    def _display(self, *told: Any) -> None:
        super()._display(*told)
        self.painted += 1


async def calm(app: Walked | Pane, pilot: Pilot[int]) -> None:
    """Wait until the layout has come to rest."""
    painted, same = -1, 0
    while same < 3 or getattr(app.screen, "busy", False):
        await pilot.pause()
        painted, same = app.painted, same + 1 if app.painted == painted and not app.screen._layout_required else 0


@dataclass
class Walk:
    app: Walked | Pane
    pilot: Pilot[int]
    cut: list[str]
    """Fields in which a number is seen only in part: the screen, its size, the field and what was in it."""

    async def frames(self, name: str) -> Frames:
        """Go to a screen, look at it at every size, and come back."""
        for key in SCREENS[name]:
            await self.pilot.press(key)
            await calm(self.app, self.pilot)
        if name == "alert":
            self.app.alerted._toast([ALERT])
        found = await self.sized(name)
        await self._back()
        return found

    async def sized(self, name: str) -> Frames:
        """What is shown now, at every size."""
        found: Frames = {}
        for width, height in SIZES:
            await self.pilot.resize_terminal(width, height)
            await calm(self.app, self.pilot)
            assert self.app.size == (width, height)
            strips = self.app.screen._compositor.render_strips()
            assert all(strip.cell_length == width for strip in strips)
            found[width, height] = "\n".join(strip.text.rstrip() for strip in strips)
            for field in self.app.screen.query(Input):
                told = field.value or field.placeholder
                if any(map(str.isdigit, told)) and 0 < field.content_size.width < len(told):
                    self.cut.append(f"{name} {width}x{height} #{field.id}: {told}")
        return found

    async def _back(self) -> None:
        self.app.clear_notifications()
        while self.app.screen is not self.app.screen_stack[0] or self.app.screen.has_class("-detail"):
            await self.pilot.press("escape")
            await calm(self.app, self.pilot)


@asynccontextmanager
async def walking(monkeypatch: pytest.MonkeyPatch, folder: Path, **more: Any) -> AsyncIterator[Walk]:
    """The pane on the demo, still, with Anthropic under the cursor."""

    def unpainted(compositor: Compositor, *_: object, **__: object) -> None:
        compositor._dirty_regions.clear()

    # No terminal is there to be painted, and that is most of a frame's work.
    monkeypatch.setattr(Compositor, "render_update", unpainted)
    session = demo_session(1.0, folder, lambda: NOW)
    await refresh(session)
    env = {"COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    app = Walked(session, **({"account": "anthropic", "still": True, "env": env} | more))
    async with app.run_test(size=SIZES[-1], notifications=True) as pilot:
        await until(pilot, lambda: app.board is not None and app.board.account("groq") is not None)
        await calm(app, pilot)
        yield Walk(app, pilot, [])
