"""Key: typed or pasted, tried with the provider, and only then kept."""

import asyncio
from typing import ClassVar, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from creditsui.core import settings
from creditsui.core.accounts import keys as keyring
from creditsui.core.accounts.keys import KeyTest, Place, Slot
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.problem import Refused
from creditsui.domain.secret import Secret, accept
from creditsui.tui.console import open_console
from creditsui.tui.screens.modal import sentence
from creditsui.tui.screens.trial import Trial
from creditsui.tui.widgets.field import Choice, Row, SecretField, after


class KeyScreen(Trial):
    """Takes one key of an account. It is drawn as dots, sent to the provider once, and never told to anybody else."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o", "console", "Open the page where keys are made")]
    heading = "Key"
    keys = "enter test and keep · esc cancel"

    def __init__(self, session: Session, view: AccountView) -> None:
        super().__init__(view)
        self.session = session
        self.view = view
        self._tested: tuple[Secret, Slot, KeyTest] | None = None
        """A key that passed, and what came of it: a second try at keeping it need not ask again."""

    def fields(self) -> ComposeResult:
        choice = next((one for one in settings.providers(self.session) if one.id == self.view.provider), None)
        now = self.view.key_from
        if now is not None:
            hint = f" · …{self.view.key_hint}" if self.view.key_hint and not self.hidden else ""
            yield Row("now from", Static(self.plain(now + hint), markup=False))
        if choice is not None and choice.key_url:
            made = choice.key_url.removeprefix("https://").removeprefix("www.").rstrip("/")
            yield Row("made at", Static(made, id="made", classes="value", markup=False), after("ctrl+o"))
        yield Row("key", SecretField(placeholder="paste it here", id="key", classes="wide"))
        if choice is not None and choice.admin_credential:
            yield Row("it is", Choice((("key", "key"), ("admin_key", "admin key")), id="slot"))
        where = (("keyring", "keyring"), ("file", "a file"))
        yield Row("keep it in", Choice(where, id="where"), id="place")
        needs = f"Needed: {choice.credential}. " if choice is not None else ""
        yield Static(f"{needs}It is tried first and kept only if it works.", id="says", markup=False)

    def on_mount(self) -> None:
        self.query_one("#place").display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_secret_field_refused(self) -> None:
        self.refuse("That is more than one line, so nothing was taken. Copy the key alone and paste again.")

    @on(events.Click, "#made")
    def action_console(self) -> None:
        choice = next((one for one in settings.providers(self.session) if one.id == self.view.provider), None)
        if choice is not None and choice.key_url:
            open_console(self.app, choice.key_url)

    @property
    def slot(self) -> Slot:
        found = self.query("#slot")
        return cast(Slot, found.first(Choice).value) if found else "key"

    def action_cancel(self) -> None:
        # A keyring may wait for a password for a minute; leaving is always possible.
        self._forget()
        self.dismiss(None)

    def action_accept(self) -> None:
        if self.busy:
            return
        entry = self.query_one("#key", SecretField)
        try:
            secret = accept(entry.value)
        except ValueError as fault:
            self.refuse(str(fault), entry)
            return
        self.busy = True
        self._take(secret, self.slot, self.query_one("#where", Choice).value)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def _take(self, secret: Secret, slot: Slot, where: str) -> None:
        try:
            tried = await self._test(secret, slot)
            if tried is None:
                return
            self.turn("Keeping it…", tried.says)
            place: Place = "file" if where == "file" else "keyring"
            kept = await asyncio.to_thread(keyring.save, self.session, self.view.id, secret, place, tried.slot)
        except Refused as refused:
            self.query_one("#place").display = True
            self.not_kept(refused, "The key works, but is not kept yet")
        except Exception as error:
            self.stop()
            self.refuse(sentence(error))
        else:
            self._forget()
            self.dismiss(f"{tried.says} {kept}")
        finally:
            self.stop()
            self.busy = False

    async def _test(self, secret: Secret, slot: Slot) -> KeyTest | None:
        """What the key can read, or None after saying why it cannot be kept."""
        if self._tested is not None and self._tested[:2] == (secret, slot):
            return self._tested[2]
        self.turn("Testing…")
        # A loop of its own: what asking does between its requests (files, the keyring) must not hold up the screen.
        result = await asyncio.to_thread(lambda: asyncio.run(keyring.test(self.session, self.view.id, secret, slot)))
        self.stop()
        if not result.ok:
            why = f"{result.says} It was not sent: a adds it there." if result.other else result.says
            self.refuse(why, self.query_one("#key", SecretField))
            return None
        self._tested = (secret, slot, result)
        return result

    def _forget(self) -> None:
        self._tested = None
        self.query_one("#key", SecretField).value = ""
