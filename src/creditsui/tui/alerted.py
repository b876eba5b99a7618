"""What is new after a board: told once, on this screen and on every other way the user wants to be told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from creditsui.domain.hidden import masked
from creditsui.tui.refresher import sentence
from creditsui.tui.toasts import make_way

if TYPE_CHECKING:
    from creditsui.core.alerts.delivered import Delivered
    from creditsui.core.alerts.settings import AlertSettings
    from creditsui.core.alerts.watch import Standing
    from creditsui.domain.alert import Alert, Level
    from creditsui.domain.board import Board
    from creditsui.tui.app import CreditsApp

_STANDS = frozenset({"band", "window", "key"})
"""Rules from which a refill is the recovery."""
_TOASTS = 2
"""More at once become one."""
_SECONDS = 15.0
_SEVERITY: Mapping[Level, Literal["information", "warning", "error"]] = MappingProxyType(
    {"info": "information", "warning": "warning", "critical": "error"}
)
_NOBODY: Mapping[str, datetime | None] = MappingProxyType({})

Result = TypeVar("Result")


class Look(NamedTuple):
    """What came of looking once."""

    settings: AlertSettings
    alerts: list[Alert]
    quiet: Mapping[str, datetime | None]


class Alerted:
    """Looks after each new board, in a thread, and after the last one only where several came meanwhile."""

    def __init__(self, pane: CreditsApp) -> None:
        self._pane = pane
        self._next: Board | None = None
        self._last: datetime | None = None
        self._looking = False
        self.settings: AlertSettings | None = None
        """None until they were read."""
        self.quiet = _NOBODY
        """Accounts of which nothing is told for now, and until when; None: until they have recovered."""
        self._failed: set[str] = set()
        """Ways that failed the last time: told once."""
        self._trouble = ""
        self._told: dict[tuple[str, str], str] = {}
        """What was last said on the screen of an account and a rule."""

    def take(self, board: Board) -> None:
        """A new board is there; one that only shows who is being asked has nothing new."""
        if board.generated_at != self._last:
            self._last, self._next = board.generated_at, board
            if not self._looking:
                self._looking = True
                self._pane.run_worker(self._look(), group="alerts", exit_on_error=False)

    def again(self) -> None:
        """Somebody snoozed an account, or woke it."""
        self._last = None
        if self._pane.board is not None:
            self.take(self._pane.board)

    async def _look(self) -> None:
        try:
            while (board := self._next) is not None:
                self._next = None
                await self._hear(board)
        finally:
            self._looking = False

    async def _hear(self, board: Board) -> None:
        try:
            found = await asyncio.to_thread(self._read, board)
        except Exception as error:
            self._say_once(sentence(error))
            return
        self._trouble = ""
        if found.quiet != self.quiet:
            self.quiet = found.quiet
            self._pane.repaint()
        self._pane.retitle()
        if found.alerts:
            shown = [self._shown(alert, board) for alert in found.alerts]
            self._toast(shown)
            if found.settings.bell:
                self._pane.bell()
            self._pane.run_worker(self._deliver(found, shown), group="deliver", exit_on_error=False)

    def _read(self, board: Board) -> Look:
        """In a thread."""
        from creditsui.core.alerts import watch
        from creditsui.core.alerts.settings import alert_settings

        session = self._pane.session
        self.settings = settings = alert_settings(session)
        new = watch.look(session, board, hold=True)
        return Look(settings, new, _quiet(watch.standing(session), watch.snoozed(session)))

    def _toast(self, shown: Sequence[Alert]) -> None:
        from creditsui.domain import alert_text

        if len(shown) > _TOASTS:
            message = self._pane.manner.plain(alert_text.body(shown))
            title = f"{len(shown)} alerts"
            severity = _SEVERITY[alert_text.worst(shown)]
            make_way(self._pane, 1, ())
            self._pane.notify(message, title=title, severity=severity, timeout=_SECONDS, markup=False)
            return
        make_way(self._pane, len(shown), [text for alert in shown for text in self._overtaken(alert)])
        for alert in shown:
            message = self._pane.manner.plain(alert.message)
            self._pane.notify(message, severity=_SEVERITY[alert.level], timeout=_SECONDS, markup=False)
            self._told[alert.account, alert.rule] = message

    def _overtaken(self, alert: Alert) -> list[str]:
        """What was said of the account before and is so no more."""
        others = _STANDS if alert.rule == "refill" else {"refill"} if alert.rule in _STANDS else frozenset()
        return [
            text
            for (account, rule), text in self._told.items()
            if account == alert.account and rule in {alert.rule, *others}
        ]

    def _shown(self, alert: Alert, board: Board) -> Alert:
        """As it may be seen on a screen now."""
        if not self._pane.hidden:
            return alert
        view = board.account(alert.account)
        name = "an account" if view is None else view.provider_name or view.provider
        said = masked(alert.message.removeprefix(alert.label), percents=False)
        return replace(alert, label=name, message=name + said)

    async def _deliver(self, found: Look, shown: Sequence[Alert]) -> None:
        """In a thread that nobody waits for when the pane is left: a way may take its time."""
        from creditsui.core.alerts import watch as episodes
        from creditsui.core.alerts.deliver import deliver

        pane, session = self._pane, self._pane.session

        def act() -> list[Delivered]:
            told = deliver(session, found.settings, found.alerts, shown=shown, terminal=pane.tell_terminal)
            episodes.handed_on(session, found.alerts)
            return told

        with suppress(Exception):  # what could not be remembered is told again, which is better than never
            for one in await _apart(act):
                self._heard(one)

    def _heard(self, one: Delivered) -> None:
        if one.arrived or not one.here:
            self._failed.discard(one.channel)
        elif one.channel not in self._failed:
            self._failed.add(one.channel)
            self._warn("An alert did not arrive", one.reason)

    def _say_once(self, sentence: str) -> None:
        if sentence != self._trouble:
            self._trouble = sentence
            self._warn("No alerts now", sentence)

    def _warn(self, title: str, sentence: str) -> None:
        said = self._pane.manner.plain(sentence)
        self._pane.notify(said, title=title, severity="warning", timeout=_SECONDS, markup=False)


def _quiet(standing: Sequence[Standing], snoozed: Mapping[str, datetime]) -> Mapping[str, datetime | None]:
    """Who is snoozed, and who has nothing going on that was not acknowledged."""
    known = {one.alert.account for one in standing if one.acknowledged}
    loud = {one.alert.account for one in standing if not one.acknowledged}
    return {**dict.fromkeys(known - loud), **snoozed}


async def _apart(act: Callable[[], Result]) -> Result:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: Exception | None) -> None:
        if not done.done():
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, error = None, None
        try:
            result = act()
        except Exception as raised:
            error = raised
        with suppress(RuntimeError):  # the pane was left meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, name="deliver", daemon=True).start()
    return await done
