"""Top up: new credit, with a preview of the bar after it."""

from datetime import date

from textual.app import ComposeResult
from textual.widgets import Static

from creditsui.core import book
from creditsui.core.session import Session
from creditsui.domain import format as show
from creditsui.domain.bar import Bar, bar_of
from creditsui.domain.board import AccountView
from creditsui.domain.entry import CREDIT_KINDS, CreditKind
from creditsui.domain.health import band
from creditsui.domain.money import AmountError, Money, typed_amount
from creditsui.tui.screens.modal import Modal
from creditsui.tui.widgets.field import Choice, Field, Row, after, field, typed
from creditsui.tui.widgets.preview import Preview


class TopUpScreen(Modal):
    """Books new credit, paid for or granted."""

    heading = "Top up"
    keys = "enter book · esc cancel"

    def __init__(self, session: Session, view: AccountView) -> None:
        super().__init__(view)
        self.session = session
        self.view = view
        self.before = view.purse or (view.balance.remaining if view.balance else None)
        self.currency = self.before.currency if self.before else view.currency

    def fields(self) -> ComposeResult:
        yield Row("amount", Field(id="amount"), after(self.currency, id="currency"))
        yield Row("expires", Field(placeholder="YYYY-MM-DD", id="expires", limit=10), after("optional"))
        yield Row("note", Field(placeholder="optional", id="note", classes="wide", limit=200))
        yield Row("it was", Choice(tuple((kind, kind) for kind in CREDIT_KINDS), id="kind"))
        yield Preview(words=12, classes="gap")
        yield Static("", id="says", markup=False)

    def update(self) -> None:
        text = typed(self, "amount")
        amount: Money | None = None
        if not text:
            self.say("Type how much credit came in.")
        else:
            try:
                amount = typed_amount(text, self.currency)
            except AmountError:
                self.say("Write it like 20, 20.00, $20 or 20 USD.")
        if amount is not None:
            self.query_one("#currency", Static).update(amount.currency)
            self._tell(amount)
        self._preview(amount)

    def _tell(self, amount: Money) -> None:
        if amount.micros <= 0:
            self.say("A top-up is more than nothing; a debt is entered with sync.")
        elif self.before is None:
            self.say("No balance is known yet; sync (S) gives the bar its start.")
        elif self.before.currency != amount.currency:
            beside = f"{show.amount(amount)} beside {show.amount(self.before)}"
            self.say(f"{self.figures(beside)}: two currencies are never added.")
        else:
            added = f"{show.amount(self.before)} + {show.amount(amount)} = {show.amount(self.before + amount)}"
            self.say(self.figures(added), "live")

    def _preview(self, amount: Money | None) -> None:
        preview = self.query_one(Preview)
        fits = amount is not None and amount.micros > 0 and self.before is not None
        if not fits or amount is None or self.before is None or amount.currency != self.before.currency:
            now = bar_of(self.view) or Bar(None, state="none")
            preview.show(now, [(show.percent(self.view.health), f"band:{self.view.band.value}")])
            return
        after_it = self.before + amount
        # A set capacity stays; otherwise the balance after the latest top-up becomes what a full bar stands for.
        full = self.view.capacity if self.view.capacity_from == "config" and self.view.capacity else after_it
        fill = min(1.0, max(0.0, after_it / full)) if full.micros > 0 else 0.0
        fresh = min(fill, amount / full) if full.micros > 0 else 0.0
        reached = band(fill, self.view.thresholds, after_it, self._days())
        edges = self.view.thresholds
        bar = Bar(
            fill,
            fresh=fresh,
            ticks=(edges.critical / 100, edges.warning / 100, edges.healthy / 100),
            band=reached,
            state="bar" if fill > 0 else "empty",
        )
        was = show.percent(self.view.health).rstrip("%")
        preview.show(
            bar,
            [
                (was, f"band:{self.view.band.value}"),
                (" → ", "dim"),
                (show.percent(fill).rstrip("%"), f"band:{reached.value}"),
            ],
        )

    def _days(self) -> float | None:
        runway = self.view.runway
        return runway.days if runway.state == "known" else None

    def action_accept(self) -> None:
        amount, expires = field(self, "amount"), field(self, "expires")
        if not amount.value.strip():
            self.refuse("Type the amount first; esc leaves everything as it is.", amount)
            return
        try:
            credit = typed_amount(amount.value, self.currency)
        except AmountError as fault:
            self.refuse(str(fault), amount)
            return
        if credit.micros <= 0:
            self.refuse("A top-up is more than nothing; a debt is entered with sync.", amount)
            return
        last: date | None = None
        if expires.value.strip():
            try:
                last = date.fromisoformat(expires.value.strip())
            except ValueError:
                self.refuse("Write the last day like 2027-11-20, or leave it empty.", expires)
                return
            if last < self.session.now().date():
                self.refuse(f"{show.short_day(last, self.session.now().date())} is over: that credit is gone.", expires)
                return
        kind = CREDIT_KINDS[self.query_one("#kind", Choice).chosen]
        note = typed(self, "note")
        self.perform(lambda: self._book(credit, last, kind, note))

    def _book(self, credit: Money, last: date | None, kind: CreditKind, note: str) -> str:
        book.topup(self.session, self.view.id, credit, expires=last, kind=kind, note=note)
        until = "" if last is None else f" until {show.short_day(last, self.session.now().date())}"
        return f"{self.name_of(self.view)} {self.figures(show.signed(credit))}{until} · u takes it back"
