"""A first balance by hand: whose it is, and how much is left. Two times enter, and there is a bar."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from creditsui.config import ConfigError
from creditsui.core import book, settings
from creditsui.core.accounts import adding
from creditsui.core.accounts.adding import Draft
from creditsui.core.session import Session
from creditsui.core.settings import ProviderChoice
from creditsui.domain import format as show
from creditsui.domain.money import AmountError, Money, typed_amount
from creditsui.tui.console import open_console
from creditsui.tui.screens.modal import Modal
from creditsui.tui.screens.sync import short_url
from creditsui.tui.widgets.called import Wrong, id_of, typed_capacity
from creditsui.tui.widgets.field import Field, Row, after, field, hint, typed
from creditsui.tui.widgets.search import Found, Search


class ByHandScreen(Modal):
    """Adds an account without a key and books its balance."""

    DEFAULT_CSS = """
    ByHandScreen OptionList {
        padding: 0 1; border: none; background: $background 40%;
        scrollbar-size-vertical: 1; scrollbar-background: $surface; text-wrap: nowrap; text-overflow: ellipsis;
    }
    ByHandScreen.-roomy Found { max-height: 10; }
    ByHandScreen .in-left, ByHandScreen Found { display: none; }
    ByHandScreen.-who Found, ByHandScreen.-left .in-left { display: block; }
    ByHandScreen.-left #console-row.unused { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o", "console", "Open the console page")]
    heading = "Enter a balance"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.choices = [one for one in settings.providers(session) if one.id != "manual"]
        self.picked: ProviderChoice | None = None
        self._account = ""
        """Of the account to be; empty until it has a name."""

    def fields(self) -> ComposeResult:
        yield Row("of", Search(placeholder="a provider, or any name", id="provider", classes="wide", limit=40))
        yield Found(self.choices)
        yield Row("left now", Field(placeholder="45.00", id="amount"), after("USD", id="currency"), classes="in-left")
        yield Row("a full bar is", Field(id="capacity"), hint("optional"), classes="in-left")
        console = Static("", id="console", classes="value", markup=False)
        yield Row("look it up at", console, after("ctrl+o"), id="console-row", classes="in-left")
        yield Static("", id="says", markup=False)

    def on_mount(self) -> None:
        self._show("who")
        self.query_one(Found).filter("")

    def _show(self, step: str) -> None:
        self.update_classes({"-who": step == "who", "-left": step == "left"})
        self.tell_keys(f"enter {'next' if step == 'who' else 'book'} · esc cancel")
        self.update()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget.id == "provider" and not self.busy and self.has_class("-left"):
            self._show("who")
            self.query_one(Found).filter(typed(self, "provider"))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id == "provider" and self.has_class("-who"):
            self.query_one(Found).filter(event.value)
        self.update()

    def on_key(self, event: events.Key) -> None:
        # Tab out of the search takes what is highlighted, as enter does.
        if event.key == "tab" and self.query_one("#provider", Search).has_focus:
            event.stop()
            event.prevent_default()
            self.action_accept()

    def on_search_key_pasted(self) -> None:
        self.refuse("That looks like a key; none is needed here. esc, then a takes it.")

    def action_step(self, by: int) -> None:
        self.query_one(Found).step(by)

    @on(events.Click, "#console")
    def action_console(self) -> None:
        if self.picked is not None and self.picked.console_url:
            open_console(self.app, self.picked.console_url)

    def update(self) -> None:
        if not self.has_class("-left"):
            self.say("Whose balance? Nobody is asked and no key is needed.")
            return
        text = typed(self, "amount")
        if not text:
            self.say("How much is left, as the provider's own page shows it: 45, 45.00, $45 or 45 EUR.")
            return
        try:
            left = typed_amount(text, self.currency)
        except AmountError as fault:
            self.say(str(fault))
            return
        full = "" if typed(self, "capacity") else " A full bar is as much, until you top up or say more."
        self.say(self.figures(f"{show.amount(left)} is where the ledger starts.{full}"), "live")

    @property
    def currency(self) -> str:
        """Of an amount that names none."""
        return self.picked.currency if self.picked is not None else "USD"

    @on(Found.Clicked)
    def action_accept(self) -> None:
        if self.busy:
            return
        try:
            if self.has_class("-who"):
                self._take(self.query_one(Found).choice)
            else:
                self._accept()
        except (ConfigError, settings.Unsettable) as fault:
            self.refuse(str(fault))

    def _take(self, one: ProviderChoice | None) -> None:
        """Go on to the amount."""
        name = field(self, "provider")
        self._account = adding.proposed(self.session, one.id, own_key=False) if one is not None else id_of(name.value)
        if not self._account:
            self.refuse("Type whose balance it is, such as Anthropic or Piggy bank.", name)
            return
        self.picked = one
        if one is not None:
            name.value = one.name
        page = "" if one is None else short_url(one.console_url)
        self.query_one("#console", Static).update(self.plain(page))
        self.query_one("#console-row").set_class(not page, "unused")
        self.query_one("#currency", Static).update(self.currency)
        self._show("left")
        self.call_after_refresh(field(self, "amount").focus)

    def _accept(self) -> None:
        amount, capacity = field(self, "amount"), field(self, "capacity")
        if not amount.value.strip():
            self.refuse("Type how much is left; esc leaves everything as it is.", amount)
            return
        try:
            left = typed_amount(amount.value, self.currency)
        except AmountError as fault:
            self.refuse(str(fault), amount)
            return
        try:
            full = typed_capacity(capacity, left.currency)
        except Wrong as wrong:
            self.refuse(str(wrong), wrong.at)
            return
        one, name = self.picked, typed(self, "provider")
        if one is not None:
            name = one.name if self._account == one.id else f"{one.name} {self._account.rpartition('-')[2]}"
        draft = Draft(
            provider=one.id if one is not None else "manual", id=self._account, label=name, currency=left.currency
        )
        self.perform(lambda: self._book(draft, left, full))

    def _book(self, draft: Draft, left: Money, full: float | None) -> str:
        if settings.account(self.session, draft.id) is None:  # it may be there since a try that was not booked
            adding.add(self.session, draft)
        book.sync(self.session, draft.id, left, capacity=full)
        return f"{draft.label} {self.figures(show.amount(left))} · e moves its thresholds, u takes the balance back"
