"""The advisor: how much to add so that an account lasts to a day; enter goes on to the top-up."""

import asyncio
from datetime import UTC, date, timedelta, tzinfo

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from creditsui.core.advise import Advice, advise
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.tui.screens.modal import Modal, sentence
from creditsui.tui.widgets.field import Field, Row, field, typed

_AHEAD = timedelta(days=30)


class AdviseScreen(Modal):
    """Says what it would take; books nothing. It is dismissed with None, or with the amount to top up as text."""

    heading = "How much lasts"
    keys = "enter top up by that · esc close"

    def __init__(self, session: Session, view: AccountView) -> None:
        super().__init__(view)
        self.session = session
        self.view = view
        self.advice: Advice | None = None

    @property
    def zone(self) -> tzinfo:
        zone: tzinfo = getattr(getattr(self.app, "manner", None), "zone", UTC)
        return zone

    @property
    def today(self) -> date:
        return self.session.now().astimezone(self.zone).date()

    def fields(self) -> ComposeResult:
        day = (self.today + _AHEAD).isoformat()
        yield Row("through", Field(day, placeholder="YYYY-MM-DD", id="until", limit=10))
        yield Static("", id="says", markup=False)

    def update(self) -> None:
        until = self._until()
        self.advice = None
        if until is None:
            self.say("Type the day it shall last through, like 2026-12-24.")
        elif until < self.today:
            self.say("That day is over; type one to come.")
        else:
            self._ask(until)

    def _until(self) -> date | None:
        try:
            return date.fromisoformat(typed(self, "until"))
        except ValueError:
            return None

    @work(exclusive=True, group="advice", exit_on_error=False)
    async def _ask(self, until: date) -> None:
        try:
            found = await asyncio.to_thread(advise, self.session, until, [self.view.id])
        except Exception as error:
            self.say(sentence(error), "fault")
            return
        if found and until == self._until():
            self.advice = found[0]
            said = found[0].sentence.replace(self.view.label, self.name_of(self.view), 1)
            self.say(self.figures(said), "live")

    def action_accept(self) -> None:
        amount = self.advice.amount if self.advice is not None else None
        if amount is None or amount.micros <= 0:
            self.refuse("There is nothing to top up by; esc closes.", field(self, "until"))
            return
        self.dismiss(f"{-(-amount.micros // 10_000) / 100:.2f} {amount.currency}")
