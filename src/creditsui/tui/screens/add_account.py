"""Add account: a provider found by typing, or any name at all, then what the account is called and holds."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from creditsui.core import settings
from creditsui.core.session import Session
from creditsui.core.settings import ProviderChoice
from creditsui.domain.money import AmountError, currency_code, typed_amount
from creditsui.tui.screens.modal import Modal
from creditsui.tui.widgets.field import Field, Row, after, field, typed


class Search(Field):
    """Filters the list below it; the arrows move in the list without leaving the field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.step(-1)", "Previous provider", show=False),
        Binding("down", "screen.step(1)", "Next provider", show=False),
    ]


class AddAccountScreen(Modal):
    """Adds an account to the configuration."""

    DEFAULT_CSS = """
    AddAccountScreen OptionList {
        height: auto; max-height: 4; padding: 0 1; border: none; background: $background 40%;
        scrollbar-size-vertical: 1; scrollbar-background: $surface; text-wrap: nowrap; text-overflow: ellipsis;
    }
    AddAccountScreen.-roomy OptionList { max-height: 8; }
    AddAccountScreen #says { min-height: 2; }
    """
    heading = "Add an account"
    keys = "enter next, then add · esc cancel"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.choices = [one for one in settings.providers(session) if one.id != "manual"]
        self.picked: ProviderChoice | None = None

    def fields(self) -> ComposeResult:
        yield Row("provider", Search(placeholder="type a name", id="provider", classes="wide", limit=40))
        listed = OptionList(id="list", markup=False, compact=True)
        listed.can_focus = False
        yield listed
        yield Row("id", Field(id="id", classes="wide", limit=64), classes="gap")
        yield Row("label", Field(id="label", classes="wide", limit=60))
        yield Row("currency", Field("USD", id="currency", classes="short"), after("of balances"))
        yield Row("a full bar is", Field(id="capacity"), after("optional"))
        yield Row("same purse as", Field(id="pool", placeholder="account id"), after("optional"))
        yield Static("", id="says", markup=False)

    def on_mount(self) -> None:
        self._filter("")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id == "provider" and event.input.has_focus:
            self.picked = None
            self._filter(event.value)

    def _filter(self, text: str) -> None:
        """List what matches: by the start of a name first, then by any part of it; by hand is always possible."""
        word = text.strip().casefold()
        found = [one for one in self.choices if word in one.name.casefold() or word in one.id.casefold()]
        found.sort(key=lambda one: not (one.name.casefold().startswith(word) or one.id.startswith(word)))
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([Option(_line(one.name, ", ".join(one.tells)), id=f"p-{one.id}") for one in found])
        name = f"“{text.strip()}” by hand" if word else "by hand"
        listed.add_option(Option(_line(name, "you enter its balance"), id="by-hand"))
        listed.highlighted = 0
        self._tell()

    def action_step(self, by: int) -> None:
        listed = self.query_one(OptionList)
        if by > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._tell()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._pick()

    def _highlighted(self) -> ProviderChoice | None:
        """The provider under the cursor of the list; None: by hand."""
        option = self.query_one(OptionList).highlighted_option
        id = (option.id or "").removeprefix("p-") if option is not None else ""
        return next((one for one in self.choices if one.id == id), None)

    def _tell(self) -> None:
        one = self._highlighted()
        if one is None:
            self.say("An account by hand: any purse that you keep count of. Sync and top-up do the rest.")
        else:
            self.say(f"Needed: {one.credential}.")

    def _pick(self) -> None:
        """Take what is highlighted and go on to the account's own fields, filled as far as can be guessed."""
        one = self._highlighted()
        self.picked = one
        name = typed(self, "provider")
        self.query_one("#provider", Search).value = one.name if one is not None else name
        field(self, "id").value = one.id if one is not None else _id(name)
        field(self, "label").value = one.name if one is not None else name
        field(self, "currency").value = one.currency if one is not None else "USD"
        field(self, "id").focus()

    def on_key(self, event: events.Key) -> None:
        # Tab out of the search takes what is highlighted, as enter does.
        if event.key == "tab" and self.query_one("#provider", Search).has_focus:
            event.stop()
            event.prevent_default()
            self._pick()

    def action_accept(self) -> None:
        if self.query_one("#provider", Search).has_focus:
            self._pick()
            return
        id, capacity, currency = field(self, "id"), field(self, "capacity"), field(self, "currency")
        if not id.value.strip():
            self.refuse("Give the account an id: letters, digits, “.”, “_” and “-”.", id)
            return
        try:
            code = currency_code(currency.value)
        except AmountError:
            self.refuse("A currency is a code like USD, or a word like points.", currency)
            return
        full: float | None = None
        if capacity.value.strip():
            try:
                stands_for = typed_amount(capacity.value, code)
            except AmountError as fault:
                self.refuse(str(fault), capacity)
                return
            if stands_for.currency != code or stands_for.micros <= 0:
                self.refuse(f"A full bar stands for more than nothing, in {code}.", capacity)
                return
            full = stands_for.amount
        wanted, provider = id.value.strip(), self.picked
        label, pool = typed(self, "label"), typed(self, "pool")
        self.perform(lambda: self._add(wanted, provider, label, code, full, pool))

    def _add(
        self, id: str, provider: ProviderChoice | None, label: str, currency: str, full: float | None, pool: str
    ) -> str:
        settings.add_account(
            self.session,
            id,
            provider=provider.id if provider is not None else "manual",
            label=label,
            currency=currency,
            capacity=full,
            pool=pool,
        )
        step = "S enters its balance" if provider is None else "K takes its key"
        return f"{label or id} added · {step}"


def _line(name: str, about: str) -> Content:
    return Content.assemble(Content(name), Content(f"  {about}").stylize("dim"))


def _id(name: str) -> str:
    """A name as an id: lower-case, with hyphens where an id may not have what stands there."""
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in name)
    return "-".join(part for part in kept.casefold().split("-") if part)[:64]
