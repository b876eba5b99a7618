"""Top up: new credit, with a preview of the bar after it. A rise that nobody booked is filled in: enter books it."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from textual.app import ComposeResult
from textual.widgets import Static

from creditsui.core import book, credit
from creditsui.core.session import Session
from creditsui.domain import format as show
from creditsui.domain.bar import Bar, bar_of
from creditsui.domain.board import AccountView, Proposal
from creditsui.domain.entry import CREDIT_KINDS, CreditKind
from creditsui.domain.health import band
from creditsui.domain.money import AmountError, Money, typed_amount
from creditsui.tui.screens.modal import Modal
from creditsui.tui.widgets.field import Choice, Field, Row, after, field, hint, typed
from creditsui.tui.widgets.preview import Preview


class TopUpScreen(Modal):
    """Books new credit, paid for or granted."""

    DEFAULT_CSS = """
    TopUpScreen.-slim Row.kinds > .name, TopUpScreen.-narrow Row.kinds > .name { width: 6; }
    TopUpScreen.-slim Row.came > .name { width: 8; }
    """
    heading = "Top up"
    keys = "enter book · esc cancel"

    def __init__(self, session: Session, view: AccountView, amount: str = "") -> None:
        """`amount` is filled in, as it would be typed."""
        super().__init__(view)
        self.session = session
        self.view = view
        self.before = view.purse or (view.balance.remaining if view.balance else None)
        self.currency = self.before.currency if self.before else view.currency
        self.amount = amount.removesuffix(f" {self.currency}")
        self.proposal = view.proposals[0] if view.proposals and not amount else None
        if self.proposal is not None:
            self.currency = self.proposal.amount.currency
        self.filled = ""
        """The last day that nobody typed."""

    @property
    def zone(self) -> tzinfo:
        zone: tzinfo = getattr(getattr(self.app, "manner", None), "zone", UTC)
        return zone

    @property
    def declined(self) -> bool:
        """Whether the rise is no top-up."""
        return any(choice.value == "none" for choice in self.query("#what").results(Choice))

    @property
    def rise(self) -> Proposal | None:
        """The rise that is booked, unless something else came in now."""
        return None if any(choice.value == "now" for choice in self.query("#when").results(Choice)) else self.proposal

    def usual(self, kind: CreditKind) -> str:
        """The last day of credit that comes in then, by the provider's rule; empty where none is known."""
        if not self.view.credit_lasts_days or kind != "paid":
            return ""
        at = self.rise.at if self.rise is not None else self.session.now()
        return (at.astimezone(self.zone).date() + timedelta(days=self.view.credit_lasts_days)).isoformat()

    def fields(self) -> ComposeResult:
        rise = self.proposal
        kind: CreditKind = rise.kind if rise is not None else "paid"
        # An amount that nobody typed is not shown where amounts are hidden.
        amount = f"{rise.amount.amount:.2f}" if rise is not None and not self.hidden else self.amount
        self.filled = self.usual(kind)
        yield Row(
            "amount",
            Field(amount, placeholder="as it rose" if rise else "", id="amount"),
            after(self.currency, id="currency"),
        )
        yield Row(
            "expires",
            Field(self.filled, placeholder="YYYY-MM-DD", id="expires", limit=10),
            hint("its rule" if self.view.credit_lasts_days else "optional"),
        )
        yield Row("note", Field(placeholder="optional", id="note", classes="wide", limit=200))
        kinds = Choice(tuple((one, one) for one in CREDIT_KINDS), id="kind", chosen=kind)
        yield Row("kind", kinds, classes="kinds")
        if rise is not None:
            day = show.short_day(rise.at.astimezone(self.zone).date())
            when = f"{day} {show.clock(rise.at, self.zone)}"
            yield Row("came in", Choice((("rise", when), ("now", "now")), id="when"), classes="came")
            yield Row("it is", Choice((("credit", "a top-up"), ("none", "no top-up")), id="what"), classes="came")
        yield Preview(words=12, classes="gap")
        yield Static("", id="says", markup=False)

    def update(self) -> None:
        if self.declined and self.proposal is not None:
            rose = f"A refund or a correction, then: {show.signed(self.proposal.amount)} is not asked about again."
            self.say(self.figures(rose), "live")
            self._preview(None)
            return
        text = typed(self, "amount")
        amount = self.rise.amount if self.rise is not None and not text else None
        if not text and amount is None:
            self.say("Type how much credit came in.")
        elif text:
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
        elif self.rise is not None:
            more = len(self.view.proposals) - 1
            rest = f"; {more} more after it" if more else ""
            rose = f"The balance rose by {show.amount(self.rise.amount)} and nobody booked it{rest}."
            self.say(self.figures(rose), "live")
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
        after_it = self.before if self.rise is not None else self.before + amount
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
        if self.declined:
            self.perform(self._decline)
            return
        rise = self.rise
        if not amount.value.strip() and rise is None:
            self.refuse("Type the amount first; esc leaves everything as it is.", amount)
            return
        try:
            asked = rise is not None and not amount.value.strip()
            came = rise.amount if rise is not None and asked else typed_amount(amount.value, self.currency)
        except AmountError as fault:
            self.refuse(str(fault), amount)
            return
        if came.micros <= 0:
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
        at = rise.at if rise is not None else None
        self.perform(lambda: self._book(came, last, kind, note, at))

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """The last day that was filled in follows; one that somebody typed stays."""
        event.stop()
        expires = field(self, "expires")
        if expires.value == self.filled:
            expires.value = self.filled = self.usual(CREDIT_KINDS[self.query_one("#kind", Choice).chosen])
        self.update()

    def _decline(self) -> str:
        if self.proposal is None:
            return ""
        credit.decline(self.session, self.view.id, self.proposal)
        rose = self.figures(show.signed(self.proposal.amount))
        return f"{self.name_of(self.view)} {rose} is no top-up · u takes that back"

    def _book(self, came: Money, last: date | None, kind: CreditKind, note: str, at: datetime | None) -> str:
        book.topup(self.session, self.view.id, came, expires=last, kind=kind, note=note, at=at)
        until = "" if last is None else f" until {show.short_day(last, self.session.now().date())}"
        of = "" if at is None else f" of {show.short_day(at.astimezone(self.zone).date())}"
        return f"{self.name_of(self.view)} {self.figures(show.signed(came))}{of}{until} · u takes it back"
