"""Sync: what the bar shows, what is really there, and what the difference will be booked as."""

from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from creditsui.core import book
from creditsui.core.session import Session
from creditsui.domain import format as show
from creditsui.domain.board import AccountView
from creditsui.domain.money import AmountError, Money, typed_amount
from creditsui.domain.reading import Certainty
from creditsui.domain.reconcile import CORRECTED, slipped
from creditsui.tui.console import open_console
from creditsui.tui.screens.modal import Modal
from creditsui.tui.widgets.called import Wrong, typed_capacity
from creditsui.tui.widgets.field import Field, Row, after, field, hint, typed


class SyncScreen(Modal):
    """Books the true balance that the user reads off the provider's console."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o", "console", "Open the console page")]
    heading = "Sync"
    keys = "enter book · esc cancel"

    def __init__(self, session: Session, view: AccountView) -> None:
        super().__init__(view)
        self.session = session
        self.view = view
        self.shown = view.purse or (view.balance.remaining if view.balance else None)
        self.currency = self.shown.currency if self.shown else view.currency

    def fields(self) -> ComposeResult:
        capacity = self.view.capacity
        yield Row("now shows", Static(self.plain(self.figures(self._shows())), classes="value", id="now", markup=False))
        yield Row("really", Field(placeholder=self.figures(show.figure(self.shown)), id="amount"), after(self.currency))
        yield Row(
            "a full bar is",
            Field(placeholder=self.figures(show.figure(capacity)) if capacity else "", id="capacity"),
            hint("optional"),
        )
        if self.view.console_url:
            yield Row(
                "console",
                Static(short_url(self.view.console_url), id="console", classes="value", markup=False),
                after("ctrl+o"),
            )
        yield Static("", id="says", markup=False)

    def _shows(self) -> str:
        if self.shown is None:
            return "nothing yet"
        estimated = self.view.certainty is Certainty.ESTIMATED
        words = f"{'~' if estimated else ''}{show.amount(self.shown)}"
        if self.view.error is not None and self.view.error.micros:
            words += f" ±{show.figure(self.view.error)}"
        return f"{words}  {self.view.certainty}"

    def update(self) -> None:
        text = typed(self, "amount")
        if not text:
            self.say("Type the balance that the provider's own page shows.")
            return
        try:
            really = typed_amount(text, self.currency)
            sentence = corrects(self.view, really, self.session.now()) or missed(self.shown, really)
            self.say(self.figures(sentence), "live")
        except AmountError:
            self.say("Write it like 45, 45.00, $45 or 45 USD; a debt as -3.20.")

    def action_accept(self) -> None:
        amount, capacity = field(self, "amount"), field(self, "capacity")
        if not amount.value.strip():
            self.refuse("Type the balance first; esc leaves everything as it is.", amount)
            return
        try:
            really = typed_amount(amount.value, self.currency)
        except AmountError as fault:
            self.refuse(str(fault), amount)
            return
        try:
            full = typed_capacity(capacity, really.currency)
        except Wrong as wrong:
            self.refuse(str(wrong), wrong.at)
            return
        self.perform(lambda: self._book(really, full))

    def _book(self, really: Money, full: float | None) -> str:
        instead = corrects(self.view, really, self.session.now())
        book.sync(self.session, self.view.id, really, capacity=full)
        unseen = f" · {instead}" if instead else ""
        if not instead and self.shown is not None and self.shown.currency == really.currency and really < self.shown:
            unseen = f" · {show.amount(self.shown - really)} booked as unseen"
        synced = self.figures(f" synced to {show.amount(really)}{unseen}")
        return f"{self.name_of(self.view)}{synced} · u takes it back"

    @on(events.Click, "#console")
    def action_console(self) -> None:
        if self.view.console_url:
            open_console(self.app, self.view.console_url)


def corrects(view: AccountView, really: Money, now: datetime) -> str:
    """That it takes the place of a sync of just now which was a slip; else empty."""
    last, known = view.basis, view.drift
    if last is None or not last.by_user or not last.anchor.micros or last.credited.micros or last.anchor == really:
        return ""
    if now - last.at > CORRECTED or last.anchor.currency != really.currency:
        return ""
    if known is not None:
        if known.expected is None or known.reported != last.anchor:
            return ""
        near = known.expected - last.seen - last.unseen - really
        if not slipped(known.amount.micros, near.micros):
            return ""
    return f"instead of the {show.amount(last.anchor)} of just now"


def missed(shown: Money | None, really: Money) -> str:
    """What the difference between the bar and the truth means, in one sentence."""
    if shown is None:
        return f"The first balance: {show.amount(really)} is where the ledger starts."
    if shown.currency != really.currency:
        return f"{show.amount(really)} stands beside {show.amount(shown)}: two currencies are never added."
    if really == shown:
        return "The ledger had it right: nothing was missed."
    if really < shown:
        return f"the ledger missed {show.amount(shown - really)}: booked as unseen"
    return f"{show.amount(really - shown)} more than the ledger knew; new credit is a top-up (t)"


def short_url(url: str) -> str:
    """A page's address without what every address begins with."""
    return url.removeprefix("https://").removeprefix("www.").rstrip("/")
