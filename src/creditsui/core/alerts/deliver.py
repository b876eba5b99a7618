"""Alerts on their way to the user: each channel by itself and in its own time, so that one that fails costs only
itself."""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from creditsui.core.alerts import urls as alert_urls
from creditsui.core.alerts.delivered import Delivered
from creditsui.core.alerts.settings import AlertSettings
from creditsui.core.session import Session
from creditsui.domain import alert_text
from creditsui.domain.alert import Alert, as_json
from creditsui.domain.clean import clean
from creditsui.domain.problem import Refused

COMMAND_SECONDS = 10.0
_COMMANDS = 30.0
"""Seconds after which no further alert is given to a command."""
_WHOLE = 60.0
"""Seconds after which nobody waits for any channel; each has a limit of its own."""
_log = logging.getLogger("creditsui.alerts")
_under_way: list[bool] = []
"""One for each delivery that goes on."""


Act = Callable[[], Delivered]


def deliver(
    session: Session,
    settings: AlertSettings,
    alerts: Sequence[Alert],
    *,
    terminal: Callable[[str], None] | None = None,
    shown: Sequence[Alert] = (),
) -> list[Delivered]:
    """Send alerts by every way that is set; say of each how it went. Never raises, and blocks: not on an event loop.

    `terminal` takes escape sequences to the terminal that the user sits before. `shown` are the same alerts as they
    may be seen on a screen, where that is not as they are. What the demo makes up stays on its own screen.
    """
    if not alerts or session.demo:
        return []
    _under_way.append(True)
    try:
        return list(_delivered(_ways(session, settings, alerts, terminal, shown or alerts)))
    finally:
        _under_way.pop()


def leave(seconds: float = 1.0) -> None:
    """The program ends: what is under way gets this long, and then programs that were started are ended."""
    end = time.monotonic() + seconds
    while _under_way and time.monotonic() < end:
        time.sleep(0.02)
    command = sys.modules.get("creditsui.adapters.command")
    if command is not None:
        command.give_up()


def _delivered(ways: Iterator[tuple[str, Act]]) -> Iterator[Delivered]:
    from creditsui.adapters.apart import TooLate, apart

    waiting = [(name, apart(act, _WHOLE, f"alert-{name}")) for name, act in ways]
    for name, wait in waiting:
        try:
            result = wait()
        except TooLate:
            result = Delivered(name, False, f"{name} did not answer in time")
        except Exception as error:  # a channel is no reason to fail, whatever is wrong with it
            result = Delivered(name, False, f"{name} failed ({type(error).__name__})")
        if not result.arrived and result.here:
            _log.warning("%s", result.reason)
        yield result


def _ways(
    session: Session,
    settings: AlertSettings,
    alerts: Sequence[Alert],
    terminal: Callable[[str], None] | None,
    shown: Sequence[Alert],
) -> Iterator[tuple[str, Act]]:
    if settings.desktop:
        from creditsui.core.alerts import desktop

        yield "desktop", lambda: desktop.tell(session, shown, terminal)
    if settings.command:
        yield "command", lambda: _command(session, settings.command, alerts)
    for name in settings.urls:
        yield name, lambda name=name: _message(session, name, alerts)  # type: ignore[misc]


def _command(session: Session, argv: Sequence[str], alerts: Sequence[Alert]) -> Delivered:
    """Run the user's program once for each alert. One that fails does not keep the others from it."""
    from creditsui.adapters import command

    home, reasons = session.paths.home, []
    program = str(home / argv[0][2:]) if argv[0].startswith("~/") else argv[0]
    env, end = _without_keys(session), time.monotonic() + _COMMANDS
    for alert in alerts:
        if time.monotonic() > end:
            break  # the reason is known by now
        text = json.dumps(as_json(alert), ensure_ascii=False) + "\n"
        try:
            command.run([program, *argv[1:]], text=text, env=env, cwd=home, seconds=COMMAND_SECONDS)
        except command.NotRun as why:
            reasons.append(str(why))
    name = clean(Path(program).name, 40)
    if reasons:
        return Delivered("command", False, f"The command {name} {_hidden(reasons[0])}")
    return Delivered("command", True, f"{name} ran")


def _message(session: Session, name: str, alerts: Sequence[Alert]) -> Delivered:
    from creditsui.adapters import notify_urls

    kinds: dict[str, notify_urls.Kind] = {"info": "info", "warning": "warning", "critical": "failure"}
    try:
        address = alert_urls.address(session, name)
        if address is None:
            return Delivered(name, False, f"{name} has no address yet: creditsui alerts add {name}")
        title = "creditsui" if len(alerts) == 1 else f"creditsui: {len(alerts)} alerts"
        notify_urls.send(address, title, alert_text.body(alerts), kinds[alert_text.worst(alerts)])
    except Refused as refused:
        return Delivered(name, False, f"{name} was not told: {alert_urls.unread(refused, name)}")
    except notify_urls.NotSent as why:
        return Delivered(name, False, f"{name} {why}")
    return Delivered(name, True, "its service took it")


def _without_keys(session: Session) -> dict[str, str]:
    """The environment without the variables that creditsui takes keys from: what else the command needs is its own."""
    from creditsui.core import configured

    taken = {name for one in session.providers().values() for name in (*one.env, *one.admin_env, *one.useless_env)}
    config = configured.last_good(session)
    for account in config.accounts if config is not None else ():
        taken |= {form.removeprefix("env:") for form in (account.key, account.admin_key) if form.startswith("env:")}
    return {name: value for name, value in session.env.items() if name not in taken}


def _hidden(text: str) -> str:
    """What another program said, without what this one keeps secret."""
    from creditsui.adapters import log

    return clean(log.scrubbed(text))
