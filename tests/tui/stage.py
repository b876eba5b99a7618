"""A tiny application that shows one screen, and an account to show on it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain.board import AccountView, Band, Drift, Lot, Runway, Spend
from creditsui.domain.money import Money, money
from creditsui.domain.reading import Balance, Certainty, Window
from creditsui.tui.themes import THEMES, defaults
from creditsui.tui.widgets.field import Field
from tests.conftest import PATIENCE

NOW = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)
WAITING = "nothing yet"
CONFIG = """\
# my accounts
[accounts.piggy]
provider = "manual"
label = "Piggy [bank]"
"""


def usd(amount: float) -> Money:
    return money(amount, "USD")


def session(home: Path, config: str = CONFIG, env: Mapping[str, str] | None = None, **changes: Any) -> Session:
    """A real session on an empty home, at a fixed instant, with one account by hand."""
    opened = open_session({"HOME": str(home), **(env or {})})
    if config:
        opened.paths.config.parent.mkdir(parents=True, exist_ok=True)
        opened.paths.config.write_text(config)
    return replace(opened, now=lambda: NOW, **changes)


def view(**changes: Any) -> AccountView:
    """$18.03 of $30.00, estimated."""
    usual: dict[str, Any] = {
        "id": "piggy",
        "provider": "manual",
        "label": "Piggy [bank]",
        "provider_name": "Piggy [bank]",
        "certainty": Certainty.ESTIMATED,
        "balance": Balance(usd(18.03)),
        "purse": usd(18.03),
        "error": usd(0.8),
        "balances": (Balance(usd(18.03)),),
        "capacity": usd(30),
        "capacity_from": "top-up",
        "health": 0.601,
        "binding": "balance",
        "band": Band.FAIR,
        "windows": (
            Window("5h", 0.2, resets_at=NOW + timedelta(hours=2), seconds=18_000),
            Window("minute", 0.04, limit=1000, remaining=960, unit="requests", seconds=60),
        ),
        "spend": Spend("USD", usd(3.12), usd(28.7), usd(96.4), since=NOW - timedelta(days=30)),
        "burn": usd(4.1),
        "runway": Runway("known", 4.4, 3, 6, date(2026, 11, 24)),
        "drift": Drift(usd(0.31), NOW - timedelta(days=8)),
        "lots": (Lot(usd(12), "paid", date(2026, 12, 3)), Lot(usd(6.03), "granted", None)),
        "days": ((date(2026, 11, 18), None), (date(2026, 11, 19), usd(3)), (date(2026, 11, 20), usd(5.2))),
        "read_at": NOW - timedelta(hours=3),
        "manual": True,
        "console_url": "https://example.com/billing",
    }
    return AccountView(**(usual | changes))


class Stage(App[None]):
    """`said` is what the screen was dismissed with."""

    def __init__(self, screen: Screen[Any], **attributes: Any) -> None:
        super().__init__()
        self.shown = screen
        self.said: str | None = WAITING
        for name, value in attributes.items():
            setattr(self, name, value)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return defaults(self.current_theme)

    def compose(self) -> Any:
        yield Static("behind")

    def on_mount(self) -> None:
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "creditsui"
        self.push_screen(self.shown, self.answered)

    def answered(self, said: str | None) -> None:
        self.said = said

    @property
    def says(self) -> str:
        """The sentence inside the modal."""
        return str(self.shown.query_one("#says", Static).content)

    @property
    def faulty(self) -> bool:
        return any(says.has_class("fault") for says in self.shown.query("#says"))

    def text(self) -> str:
        """The whole screen, as somebody would copy it."""
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Let the application run until it holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        await pilot.pause(0.01)


async def try_in(pilot: Pilot[None], app: Stage, field: Field, typed: str) -> str:
    """Why the modal does not take what is typed into this field, which then holds again what it held."""
    before, field.value = field.value, typed
    await pilot.pause()
    app.shown.say("")  # type: ignore[attr-defined]  # what was said of the field before
    assert not app.faulty
    await pilot.press("enter")
    why = await refused(pilot, app)
    assert field.value == typed
    field.value = before
    return why


async def closed(pilot: Pilot[None], app: Stage) -> str | None:
    """What the modal said when it closed."""
    await until(pilot, lambda: app.said is not WAITING or app.faulty)
    assert app.said is not WAITING, app.says
    return app.said


async def refused(pilot: Pilot[None], app: Stage) -> str:
    """Why the modal did not close."""
    await until(pilot, lambda: app.faulty or app.said is not WAITING)
    assert app.said is WAITING, app.said
    return app.says
