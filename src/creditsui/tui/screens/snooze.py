"""Snooze: hear nothing of an account for a while, or of what goes on there until it has recovered. One key each."""

import asyncio
from datetime import datetime, time, timedelta
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from creditsui.core.alerts import watch
from creditsui.core.alerts.watch import Standing
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.hidden import masked
from creditsui.tui import snoozed
from creditsui.tui.manner import Manner
from creditsui.tui.screens.modal import Modal, sentence

_MORNING = time(8)
_NIGHT = time(5)
"""Before this, the morning that is meant is that of the same day."""
_MOST = 4


class SnoozeScreen(Modal):
    """Dismissed with a sentence about what was chosen, or with None."""

    DEFAULT_CSS = """
    SnoozeScreen .choice { height: 1; }
    SnoozeScreen #says { margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "hour", "One hour"),
        Binding("t", "tomorrow", "Until tomorrow"),
        Binding("r", "recovered", "Until it recovers"),
        Binding("u", "wake", "Tell again"),
    ]
    heading = "Snooze"
    keys = "esc cancel"

    def __init__(self, session: Session, view: AccountView, manner: Manner) -> None:
        super().__init__(view)
        self.session = session
        self.view = view
        self.manner = manner
        self.now = session.now()
        self.standing: list[Standing] | None = None
        """What goes on there; None until it was read."""

    def fields(self) -> ComposeResult:
        yield Static("", id="says", markup=False)
        yield self._choice("h", "hour", f"one hour, until {self._until(self._hour)}", "gap")
        yield self._choice("t", "tomorrow", f"until {self._until(self._tomorrow)}")
        yield self._choice("r", "recovered", "until it recovers")
        if self.view.id in self.manner.quiet:
            yield self._choice("u", "wake", "tell it again")

    def _choice(self, key: str, action: str, words: str, more: str = "") -> Static:
        shown = Content(self.plain(f"{key}  {words}")).stylize(Style.from_meta({"@click": f"screen.{action}"}))
        return Static(shown.stylize("bold", 0, 1), classes=f"choice {more}")

    def on_mount(self) -> None:
        self._read()

    @work(exclusive=True, group="read", exit_on_error=False)
    async def _read(self) -> None:
        try:
            found = await asyncio.to_thread(watch.standing, self.session)
        except Exception as error:
            self.refuse(sentence(error))
            return
        self.standing = [one for one in found if one.alert.account == self.view.id]
        lines = [self._said(one) for one in self.standing[:_MOST]]
        self.say("\n".join(lines) or "Nothing is wrong here now. Asleep, it tells nothing of what begins.")

    def _said(self, one: Standing) -> str:
        message = one.alert.message
        if self.hidden:
            message = self.name_of(self.view) + masked(message.removeprefix(one.alert.label), percents=False)
        return f"{message}{' · known' if one.acknowledged else ''}"

    # ── what is chosen ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _hour(self) -> datetime:
        return self.now + timedelta(hours=1)

    @property
    def _tomorrow(self) -> datetime:
        here = self.now.astimezone(self.manner.zone)
        day = here.date() if here.time() < _NIGHT else here.date() + timedelta(days=1)
        return datetime.combine(day, _MORNING, self.manner.zone)

    def _until(self, at: datetime) -> str:
        return snoozed.until(at, self.manner)

    def action_hour(self) -> None:
        self._snooze(self._hour)

    def action_tomorrow(self) -> None:
        self._snooze(self._tomorrow)

    def _snooze(self, until: datetime) -> None:
        def act() -> str:
            watch.snooze(self.session, self.view.id, until)
            return f"Nothing is told of {self.name_of(self.view)} until {self._until(until)}."

        self.perform(act)

    def action_recovered(self) -> None:
        def act() -> str:
            count = watch.acknowledge(self.session, self.view.id)
            name = self.name_of(self.view)
            return f"Nothing more is told of it until {name} recovers." if count else f"Nothing is wrong with {name}."

        self.perform(act)

    def action_wake(self) -> None:
        def act() -> str:
            watch.resume(self.session, self.view.id)
            return f"{self.name_of(self.view)} is told of again."

        self.perform(act)

    def action_accept(self) -> None:
        self.say("h, t or r; esc leaves it as it is.")
