"""The key of an account that is being added: asked for after what its provider needs besides, and tried before it is
taken."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from textual import on, work

from creditsui.config import ConfigError
from creditsui.core import settings
from creditsui.core.accounts import adding
from creditsui.core.accounts.adding import Draft
from creditsui.core.accounts.keys import KeyTest, Slot
from creditsui.core.session import Session
from creditsui.core.settings import ProviderChoice
from creditsui.domain.secret import Secret, accept
from creditsui.tui.screens.modal import sentence
from creditsui.tui.screens.trial import Trial
from creditsui.tui.widgets.field import Choice, Field, SecretField, field
from creditsui.tui.widgets.needs import Needs
from creditsui.tui.widgets.search import source


@dataclass(frozen=True, slots=True)
class Taken:
    """A key that the account is to have, what was tried with it, and what came of that."""

    secret: Secret
    draft: Draft
    slot: Slot
    says: str


class KeyStep(Trial):
    """The step of the key: the widgets are the modal's."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.choices = [one for one in settings.providers(session) if one.id != "manual"]
        self.picked: ProviderChoice | None = None
        self.taken: Taken | None = None
        self._instead: tuple[Secret, ProviderChoice] | None = None
        """A key of another service, and which: enter adds that one."""

    def take(self, one: ProviderChoice | None) -> None:
        """Go on with a provider, or with an account by hand."""
        raise NotImplementedError

    def call(self) -> None:
        """Go on to the account's own fields."""
        raise NotImplementedError

    @on(Needs.Chosen)
    def first(self) -> None:
        """Go to the first field that must still be filled: one after another, then the key."""
        with suppress(ConfigError, settings.Unsettable):
            for name in adding.missing(self.session, self.draft()):
                self.query_one(Needs).entry(name).focus()
                return
        one = self.picked
        if one is not None and one.takes_key:
            self.query_one("#key", SecretField).focus()
        elif one is not None and one.params:
            self.query_one(Needs).entry(one.params[0].name).focus()

    @property
    def serves(self) -> str:
        """What was found on this machine and would serve without a key of its own; empty: nothing."""
        one = self.picked
        return source(one.found) if one is not None and one.found and adding.inherits(self.session, one.id) else ""

    def tell_key(self) -> None:
        if not self.has_class("-takes-key"):
            self.say("It is asked without a key of its own.")
            return
        empty = f"{self.serves} serves" if self.serves else "it may be given later"
        self.say(f"A key is tried first and kept only if it works. Empty: {empty}.")

    def on_secret_field_refused(self) -> None:
        self.refuse("That is more than one line, so nothing was taken. Copy the key alone and paste again.")

    def draft(self) -> Draft:
        """What was said so far of who is asked, and where."""
        one = self.picked
        if one is None:
            return Draft(provider="manual")
        needs = self.query_one(Needs)
        return Draft(provider=one.id, base_url=needs.base_url, params=needs.params)

    def try_key(self) -> None:
        """Try the key, or go on without one."""
        entry, draft = self.query_one("#key", SecretField), self.draft()
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
            self.taken = None
            self.call()
            return
        try:
            secret = accept(entry.value)
        except ValueError as fault:
            self.refuse(str(fault), entry)
            return
        if self._instead is not None and self._instead[0] == secret:
            other = self._instead[1]
            self.take(other)
            entry.value = secret.reveal()
            self.call_after_refresh(self.action_accept)
            return
        if self.taken is not None and (self.taken.secret, self.taken.draft) == (secret, draft):
            self.call()
            return
        if self._untested():
            self.taken = Taken(secret, draft, "key", "The key was not tested.")
            self.call()
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
            self.taken = Taken(secret, draft, result.slot, result.says)
            self.busy = False
            self.call()
        elif other is not None:
            self.refuse(f"{result.says} It was not sent: enter adds {other.name} instead.", entry)
            self._instead = secret, other
        else:
            self.refuse(result.says, entry)
            self.query_one("#then-row").set_class(result.hopeless, "unused")

    def forget(self) -> None:
        self.taken = self._instead = None
        self.query_one("#key", SecretField).value = ""
