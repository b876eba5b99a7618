"""Add account: a provider found by typing, then its key, which is tried, then what the account is called and holds.

Nothing is stored before the last enter; going back is moving back to an earlier field.
"""

import asyncio
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import ClassVar, Literal

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from creditsui.config import ConfigError
from creditsui.core import adding, keys, settings
from creditsui.core.adding import Draft
from creditsui.core.keys import KeyTest, Place, Slot
from creditsui.core.session import Session
from creditsui.core.settings import ProviderChoice
from creditsui.domain.problem import Refused
from creditsui.domain.secret import Secret, accept
from creditsui.tui.console import open_console
from creditsui.tui.screens.modal import sentence
from creditsui.tui.screens.trial import Trial
from creditsui.tui.widgets.called import Called, Wrong, id_of
from creditsui.tui.widgets.field import Choice, Field, Row, SecretField, field, typed
from creditsui.tui.widgets.needs import Needs
from creditsui.tui.widgets.search import Found, Search, source

Step = Literal["who", "key", "named"]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A key that the account is to have, what was tried with it, and what came of that."""

    secret: Secret
    draft: Draft
    slot: Slot
    says: str


class AddAccountScreen(Trial):
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

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.choices = [one for one in settings.providers(session) if one.id != "manual"]
        self.picked: ProviderChoice | None = None
        self._taken: _Taken | None = None
        self._instead: tuple[Secret, ProviderChoice] | None = None
        """A key of another service, and which: enter adds that one."""
        self._filled: tuple[str, bool] | None = None
        """For which provider, with a key of its own or not, the last fields were filled in."""
        self._left = False

    def fields(self) -> ComposeResult:
        yield Row("provider", Search(placeholder="type a name", id="provider", classes="wide", limit=40))
        yield Found(self.choices)
        yield Needs(classes="in-key")
        yield Row("key", SecretField(placeholder="paste it here", id="key", classes="wide"), id="key-row")
        with Vertical(classes="in-key"):
            yield Row("then", Choice((("again", "try again"), ("keep", "go on untested")), id="then"), id="then-row")
        yield Called(classes="in-named")
        yield Static("", id="says", markup=False)

    def on_mount(self) -> None:
        self._show("who")
        self._filter("")

    # ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def step(self) -> Step:
        return "who" if self.has_class("-who") else "key" if self.has_class("-key") else "named"

    def _show(self, step: Step) -> None:
        for one in ("who", "key", "named"):
            self.set_class(one == step, f"-{one}")
        self.set_class(self.picked is not None and self.picked.takes_key, "-takes-key")
        self.query_one("#then-row").set_class(True, "unused")
        act = "add" if step == "named" else "test" if step == "key" and self.has_class("-takes-key") else "next"
        self.query_one("Panel").border_subtitle = self.clickable(f"enter {act} · esc cancel")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.busy:
            return
        id = event.widget.id or ""
        if id == "provider" and self.step != "who":
            self._show("who")
            self._filter(self.query_one("#provider", Search).value)
        elif id == "key" and self.step == "named":
            self._show("key")
            self._tell_key()
        elif id == "key" and not self.query_one("#says").classes & {"fault", "good"}:
            self._tell_key()
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
                self._take(self.query_one(Found).choice)
            else:
                (self._try if self.step == "key" else self._add)()
        except (ConfigError, settings.Unsettable) as fault:
            self.refuse(str(fault))

    def action_cancel(self) -> None:
        # A keyring may wait for a password for a minute; leaving is always possible, and then nothing is kept.
        self._left = True
        self._forget()
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
        self._take(one)
        self.query_one("#key", SecretField).value = secret.reveal()
        self.say(f"This is a key of {one.name}: enter tests it.", "good")

    def _take(self, one: ProviderChoice | None) -> None:
        """Go on with a provider, or with an account by hand."""
        name = typed(self, "provider")
        if one is not self.picked or one is None:
            self._forget()
            self._filled = None
            self.picked = one
            if one is not None:
                self.query_one(Needs).ask_for(one)
        self.query_one("#provider", Search).value = one.name if one is not None else name
        if one is None or not (one.takes_key or one.params):
            self._call()
            return
        self._show("key")
        self._tell_key()
        self.call_after_refresh(self._first)

    # ── key ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    @on(Needs.Chosen)
    def _first(self) -> None:
        """Go to the first field that must still be filled: one after another, then the key."""
        with suppress(ConfigError, settings.Unsettable):
            for name in adding.missing(self.session, self._draft()):
                self.query_one(Needs).entry(name).focus()
                return
        one = self.picked
        if one is not None and one.takes_key:
            self.query_one("#key", SecretField).focus()
        elif one is not None and one.params:
            self.query_one(Needs).entry(one.params[0].name).focus()

    @property
    def _serves(self) -> str:
        """What was found on this machine and would serve without a key of its own; empty: nothing."""
        one = self.picked
        return source(one.found) if one is not None and one.found and adding.inherits(self.session, one.id) else ""

    def _tell_key(self) -> None:
        if not self.has_class("-takes-key"):
            self.say("It is asked without a key of its own.")
            return
        empty = f"{self._serves} serves" if self._serves else "it may be given later"
        self.say(f"A key is tried first and kept only if it works. Empty: {empty}.")

    def on_secret_field_refused(self) -> None:
        self.refuse("That is more than one line, so nothing was taken. Copy the key alone and paste again.")

    def _draft(self) -> Draft:
        """What was said so far of who is asked, and where."""
        one = self.picked
        if one is None:
            return Draft(provider="manual")
        needs = self.query_one(Needs)
        return Draft(provider=one.id, base_url=needs.base_url, params=needs.params)

    def _try(self) -> None:
        """Try the key, or go on without one."""
        entry, draft = self.query_one("#key", SecretField), self._draft()
        for name, says in adding.missing(self.session, draft).items():
            self.refuse(says, self.query_one(Needs).entry(name))
            return
        try:
            settings.check_address(draft.base_url)
        except settings.Unsettable as fault:
            self.refuse(str(fault), field(self, "address"))
            return
        if not entry.value.strip():
            if entry.is_on_screen and isinstance(self.focused, Field) and self.focused is not entry:
                entry.focus()  # from field to field; without a key only from its own
                return
            self._taken = None
            self._call()
            return
        try:
            secret = accept(entry.value)
        except ValueError as fault:
            self.refuse(str(fault), entry)
            return
        if self._instead is not None and self._instead[0] == secret:
            other = self._instead[1]
            self._take(other)
            entry.value = secret.reveal()
            self.call_after_refresh(self.action_accept)
            return
        if self._taken is not None and (self._taken.secret, self._taken.draft) == (secret, draft):
            self._call()
            return
        if self._untested():
            self._taken = _Taken(secret, draft, "key", "The key was not tested.")
            self._call()
            return
        self.busy = True
        self._test(secret, draft)

    def _untested(self) -> bool:
        shown = not self.query_one("#then-row").has_class("unused")
        return shown and self.query_one("#then", Choice).value == "keep"

    @work(exclusive=True, group="act", exit_on_error=False)
    async def _test(self, secret: Secret, draft: Draft) -> None:
        self.turn("Testing…")
        try:
            # A loop of its own: what asking does between its requests must not hold up the screen.
            result = await asyncio.to_thread(lambda: asyncio.run(adding.test(self.session, draft, secret)))
        except Exception as error:
            self.stop()
            self.refuse(sentence(error))
        else:
            self.stop()
            self._judge(result, secret, draft)
        finally:
            self.stop()
            self.busy = False

    def _judge(self, result: KeyTest, secret: Secret, draft: Draft) -> None:
        """What came of the test: on to the account's own fields, or why not."""
        entry = self.query_one("#key", SecretField)
        other = next((one for one in self.choices if one.id == result.other), None)
        if result.ok:
            self._taken = _Taken(secret, draft, result.slot, result.says)
            self.busy = False
            self._call()
        elif other is not None:
            self.refuse(f"{result.says} It was not sent: enter adds {other.name} instead.", entry)
            self._instead = secret, other
        else:
            self.refuse(result.says, entry)
            self.query_one("#then-row").set_class(result.hopeless, "unused")

    # ── named ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _call(self) -> None:
        """Go on to the account's own fields, filled as far as can be guessed."""
        one, taken = self.picked, self._taken
        draft, called, name = self._draft(), self.query_one(Called), typed(self, "provider")
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
            self.say(taken.says, "good")
        elif one is None:
            self.say("Sync enters its balance.")
        elif self._serves:
            self.say(f"{self._serves} serves.", "live")
        else:
            self.say("Without a key of its own; K takes one later." if one.takes_key else f"Needed: {one.credential}.")

    def _add(self) -> None:
        try:
            said = self.query_one(Called).read()
        except Wrong as wrong:
            self.refuse(str(wrong), wrong.at)
            return
        draft = replace(self._draft(), **asdict(said))
        self.busy = True
        self._store(draft, self._taken, "file" if self.query_one("#where", Choice).value == "file" else "keyring")

    @work(exclusive=True, group="act", exit_on_error=False)
    async def _store(self, draft: Draft, taken: _Taken | None, where: Place) -> None:
        if taken is not None:
            self.turn("Keeping it…", taken.says)
        step = self._next()
        secret = taken.secret if taken is not None else None
        slot: Slot = taken.slot if taken is not None else "key"
        try:
            said = await asyncio.to_thread(adding.add, self.session, draft, secret, where, slot, lambda: not self._left)
        except Refused as refused:
            self.stop()
            self.refuse(
                f"{refused.problem.message.rstrip('.')}. Nothing is stored yet: try again, or choose a file that only "
                "you can read.",
                self.query_one("#where", Choice),
            )
        except Exception as error:
            self.stop()
            self.refuse(sentence(error))
        else:
            self._forget()
            self.dismiss(said if secret is not None else f"{said} · {step}")
        finally:
            self.stop()
            self.busy = False

    def _next(self) -> str:
        """The next step of an account without a key of its own."""
        one = self.picked
        if one is None or self._serves:
            return f"{self._serves} serves" if one is not None else "S enters its balance"
        return "K takes its key" if one.takes_key else f"needed: {one.credential}"

    def _forget(self) -> None:
        self._taken = self._instead = None
        self.query_one("#key", SecretField).value = ""
