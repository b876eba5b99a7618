"""Add account: a provider found by typing, then its key, which is tried, then what the account is called and holds.

Nothing is stored before the last enter; going back is moving back to an earlier field.
"""

import asyncio
from dataclasses import asdict, replace
from typing import ClassVar, Literal

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from creditsui.config import ConfigError
from creditsui.core import settings
from creditsui.core.accounts import adding, keys
from creditsui.core.accounts.adding import Draft
from creditsui.core.accounts.keys import Place, Slot
from creditsui.core.session import Session
from creditsui.core.settings import ProviderChoice
from creditsui.domain.problem import Refused
from creditsui.domain.secret import accept
from creditsui.tui.console import open_console
from creditsui.tui.screens.add_key import KeyStep, Taken
from creditsui.tui.screens.modal import sentence
from creditsui.tui.widgets.called import Called, Wrong, id_of
from creditsui.tui.widgets.field import Choice, Row, SecretField, field, typed
from creditsui.tui.widgets.needs import Needs
from creditsui.tui.widgets.search import Found, Search, source

Step = Literal["who", "key", "named"]


class AddAccountScreen(KeyStep):
    """Adds an account to the configuration, with its key if it has one of its own."""

    DEFAULT_CSS = """
    AddAccountScreen OptionList {
        height: auto; max-height: 4; padding: 0 1; border: none; background: $background 40%;
        scrollbar-size-vertical: 1; scrollbar-background: $surface; text-wrap: nowrap; text-overflow: ellipsis;
    }
    AddAccountScreen.-roomy Found { max-height: 10; }
    AddAccountScreen #says { min-height: 2; }
    AddAccountScreen Vertical { height: auto; }
    AddAccountScreen .in-key, AddAccountScreen .in-named, AddAccountScreen #key-row { display: none; }
    AddAccountScreen Found { display: none; }
    AddAccountScreen.-who Found { display: block; }
    AddAccountScreen.-key .in-key, AddAccountScreen.-named .in-named { display: block; }
    AddAccountScreen.-key.-takes-key #key-row, AddAccountScreen.-named.-takes-key #key-row { display: block; }
    AddAccountScreen.-key #then-row.unused { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o", "console", "Open the page where keys are made")]
    heading = "Add an account"
    keys = "enter next · esc cancel"

    def __init__(self, session: Session, wanted: str = "") -> None:
        """`wanted` is what the search for a provider begins with."""
        super().__init__(session)
        self._wanted = wanted
        self._filled: tuple[str, bool] | None = None
        """For which provider, with a key of its own or not, the last fields were filled in."""
        self._left = False

    def fields(self) -> ComposeResult:
        yield Row("provider", Search(self._wanted, placeholder="type a name", id="provider", classes="wide", limit=40))
        yield Found(self.choices)
        yield Needs(classes="in-key")
        yield Row("key", SecretField(placeholder="paste it here", id="key", classes="wide"), id="key-row")
        with Vertical(classes="in-key"):
            yield Row("then", Choice((("again", "try again"), ("keep", "go on untested")), id="then"), id="then-row")
        yield Called(classes="in-named")
        yield Static("", id="says", markup=False)

    def on_mount(self) -> None:
        self._show("who")
        self._filter(self._wanted)

    # ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def step(self) -> Step:
        return "who" if self.has_class("-who") else "key" if self.has_class("-key") else "named"

    def _show(self, step: Step) -> None:
        steps = {f"-{one}": one == step for one in ("who", "key", "named")}
        # All at once: each change styles everything in the box anew.
        self.update_classes(steps | {"-takes-key": self.picked is not None and self.picked.takes_key})
        self.query_one("#then-row").set_class(True, "unused")
        act = "add" if step == "named" else "test" if step == "key" and self.has_class("-takes-key") else "next"
        self.tell_keys(f"enter {act} · esc cancel")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.busy:
            return
        id = event.widget.id or ""
        if id == "provider" and self.step != "who":
            self._show("who")
            self._filter(self.query_one("#provider", Search).value)
        elif id == "key" and self.step == "named":
            self._show("key")
            self.tell_key()
        elif id == "key" and not self.query_one("#says").classes & {"fault", "good"}:
            self.tell_key()
        elif id.startswith("param-"):
            self.say(self.query_one(Needs).about(id))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        id = event.input.id or ""
        if id == "provider" and self.step == "who":
            self._filter(event.value)
        elif id in {"key", "address"} or id.startswith("param-"):
            self._instead = None
            self.query_one("#then-row").add_class("unused")

    @on(Found.Clicked)
    def action_accept(self) -> None:
        if self.busy:
            return
        try:
            if self.step == "who":
                self.take(self.query_one(Found).choice)
            else:
                (self.try_key if self.step == "key" else self._add)()
        except (ConfigError, settings.Unsettable) as fault:
            self.refuse(str(fault))

    def action_cancel(self) -> None:
        # A keyring may wait for a password for a minute; leaving is always possible, and then nothing is kept.
        self._left = True
        self.forget()
        self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        # Tab out of the search takes what is highlighted, as enter does.
        if event.key == "tab" and self.query_one("#provider", Search).has_focus:
            event.stop()
            event.prevent_default()
            self.action_accept()

    @on(Needs.Opened)
    def action_console(self) -> None:
        if self.picked is not None and self.picked.key_url:
            open_console(self.app, self.picked.key_url)

    # ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _filter(self, text: str) -> None:
        self.query_one(Found).filter(text)
        self._tell()

    def action_step(self, by: int) -> None:
        self.query_one(Found).step(by)

    @on(Found.Highlighted)
    def _highlight(self) -> None:
        if self.step == "who":
            self._tell()

    def _tell(self) -> None:
        one = self.query_one(Found).choice
        if one is None:
            self.say("An account by hand: any purse that you keep count of. Sync and top-up do the rest.")
        else:
            found = f" Found: {source(one.found)}." if one.found else ""
            self.say(f"Needed: {one.credential}.{found}")

    def on_search_key_pasted(self, event: Search.KeyPasted) -> None:
        """A key was pasted before its provider was chosen: its form may say whose it is."""
        try:
            secret = accept(event.text)
        except ValueError:
            self.refuse("That looks like a key, and not like one alone. Choose the provider, then paste its key.")
            return
        maker = keys.maker(self.session, secret)
        one = next((choice for choice in self.choices if choice.id == maker), None)
        if one is None:
            self.refuse("That looks like a key. Choose the provider first; its key comes next, as dots.")
            return
        self.take(one)
        self.query_one("#key", SecretField).value = secret.reveal()
        self.say(f"This is a key of {one.name}: enter tests it.", "good")

    def take(self, one: ProviderChoice | None) -> None:
        """Go on with a provider, or with an account by hand."""
        name = typed(self, "provider")
        if one is not self.picked or one is None:
            self.forget()
            self._filled = None
            self.picked = one
            if one is not None:
                self.query_one(Needs).ask_for(one)
        self.query_one("#provider", Search).value = one.name if one is not None else name
        if one is None or not (one.takes_key or one.params):
            self.call()
            return
        self._show("key")
        self.tell_key()
        self.call_after_refresh(self.first)

    # ── named ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def call(self) -> None:
        """Go on to the account's own fields, filled as far as can be guessed."""
        one, taken = self.picked, self.taken
        draft, called, name = self.draft(), self.query_one(Called), typed(self, "provider")
        if self._filled != (draft.provider, taken is not None) or one is None:
            self._filled = draft.provider, taken is not None
            id = adding.proposed(self.session, one.id, own_key=taken is not None) if one is not None else id_of(name)
            number = f" {id.rpartition('-')[2]}" if one is not None and id != one.id else ""
            called.fill(id=id, label=f"{one.name if one is not None else name}{number}")
        called.fill(currency=adding.currency(self.session, draft))
        called.keeps(taken is not None)
        self._show("named")
        field(self, "id").focus()
        if taken is not None:
            self.say(f"{taken.says} enter adds it; nothing here has to be changed.", "good")
        elif one is None:
            self.say("Sync enters its balance.")
        elif self.serves:
            self.say(f"{self.serves} serves.", "live")
        else:
            self.say("Without a key of its own; K takes one later." if one.takes_key else f"Needed: {one.credential}.")

    def _add(self) -> None:
        try:
            said = self.query_one(Called).read()
        except Wrong as wrong:
            self.refuse(str(wrong), wrong.at)
            return
        draft = replace(self.draft(), **asdict(said))
        self.busy = True
        self._store(draft, self.taken, "file" if self.query_one("#where", Choice).value == "file" else "keyring")

    @work(exclusive=True, group="act", exit_on_error=False)
    async def _store(self, draft: Draft, taken: Taken | None, where: Place) -> None:
        if taken is not None:
            self.turn("Keeping it…", taken.says)
        step = self._next()
        secret = taken.secret if taken is not None else None
        slot: Slot = taken.slot if taken is not None else "key"
        try:
            said = await asyncio.to_thread(adding.add, self.session, draft, secret, where, slot, lambda: not self._left)
        except Refused as refused:
            self.not_kept(refused, "Nothing is stored yet")
        except Exception as error:
            self.stop()
            self.refuse(sentence(error))
        else:
            self.forget()
            self.dismiss(said if secret is not None else f"{said} · {step}")
        finally:
            self.stop()
            self.busy = False

    def _next(self) -> str:
        """The next step of an account without a key of its own."""
        one = self.picked
        if one is None or self.serves:
            return f"{self.serves} serves" if one is not None else "S enters its balance"
        return "K takes its key" if one.takes_key else f"needed: {one.credential}"
