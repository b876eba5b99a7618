"""Key: typed or pasted, tried with the provider, and only then kept."""

import asyncio
from typing import Literal, cast

from textual import work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input, Static

from creditsui.core import keys as keyring
from creditsui.core import settings
from creditsui.core.keys import Slot
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.problem import Refused
from creditsui.domain.secret import Secret, accept
from creditsui.tui.screens.modal import Modal, sentence
from creditsui.tui.widgets.field import Choice, Row, SecretField
from creditsui.tui.widgets.preview import glyphs_of

_WHEEL = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN_WHEEL = "|/-\\"


class KeyScreen(Modal):
    """Takes one key of an account. It is drawn as dots, sent to the provider once, and never told to anybody else."""

    heading = "Key"
    keys = "enter test and keep · esc cancel"

    def __init__(self, session: Session, view: AccountView) -> None:
        super().__init__(view)
        self.session = session
        self.view = view
        self._tested: tuple[Secret, Slot, str] | None = None
        """A key that passed, and what was said about it: a second try at keeping it need not ask again."""
        self._wheel: Timer | None = None

    @property
    def holds_keys(self) -> bool:
        return False  # a provider may take seconds to answer

    def fields(self) -> ComposeResult:
        choice = next((one for one in settings.providers(self.session) if one.id == self.view.provider), None)
        now = self.view.key_from
        if now is not None:
            hint = f" · …{self.view.key_hint}" if self.view.key_hint and not self.hidden else ""
            yield Row("now from", Static(self.plain(now + hint), markup=False))
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
            says = await self._test(secret, slot)
            if says is None:
                return
            self._turn("Keeping it…", says)
            place: Literal["keyring", "file"] = "file" if where == "file" else "keyring"
            kept = await asyncio.to_thread(keyring.save, self.session, self.view.id, secret, place, slot)
        except Refused as refused:
            self._stop()
            self.query_one("#place").display = True
            self.refuse(
                f"{refused.problem.message.rstrip('.')}. The key works, but is not kept yet: try again, or "
                "choose a file that only you can read.",
                self.query_one("#where", Choice),
            )
        except Exception as error:
            self._stop()
            self.refuse(sentence(error))
        else:
            self._forget()
            self.dismiss(f"{says} {kept}")
        finally:
            self._stop()
            self.busy = False

    async def _test(self, secret: Secret, slot: Slot) -> str | None:
        """What the key can read, or None after saying why it cannot be kept."""
        if self._tested is not None and self._tested[:2] == (secret, slot):
            return self._tested[2]
        self._turn("Testing…")
        # A loop of its own: what asking does between its requests (files, the keyring) must not hold up the screen.
        result = await asyncio.to_thread(lambda: asyncio.run(keyring.test(self.session, self.view.id, secret, slot)))
        self._stop()
        if not result.ok:
            self.refuse(result.says, self.query_one("#key", SecretField))
            return None
        self._tested = (secret, slot, result.says)
        return result.says

    def _turn(self, doing: str, before: str = "") -> None:
        """A wheel while somebody else is waited for; it stands still where motion is off."""
        self._stop()
        wheel = _PLAIN_WHEEL if glyphs_of(self.app).ascii else _WHEEL
        lead = f"{before} " if before else ""
        step = 0

        def draw() -> None:
            nonlocal step
            self.say(f"{lead}{wheel[step % len(wheel)]} {doing}", "good" if before else "quiet")
            step += 1

        draw()
        if self.app.animation_level != "none":
            self._wheel = self.set_interval(0.1, draw)

    def _stop(self) -> None:
        if self._wheel is not None:
            self._wheel.stop()
            self._wheel = None

    def _forget(self) -> None:
        self._tested = None
        self.query_one("#key", SecretField).value = ""
