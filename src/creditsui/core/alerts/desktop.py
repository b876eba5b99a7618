"""One notification on the screen that the user sits before: by that machine's own notifier, or by the terminal."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from creditsui.domain import alert_text, escape
from creditsui.domain.alert import Alert, Level

if TYPE_CHECKING:
    from creditsui.adapters import notify
    from creditsui.core.alerts.delivered import Delivered
    from creditsui.core.session import Session

_URGENCY: "Mapping[Level, notify.Urgency]" = {"info": "low", "warning": "normal", "critical": "critical"}
_DEAF = ("linux", "dumb", "screen")
"""Terminals, by how their names begin, that show what they were to notify of, or pass it on to nobody."""


def tell(session: "Session", alerts: Sequence[Alert], terminal: Callable[[str], None] | None) -> "Delivered":
    """Over SSH the terminal is asked, since the machine's own screen is somewhere else; else its notifier; never both.

    A bell is what is left where the terminal takes no notification.
    """
    from creditsui.adapters import notify
    from creditsui.adapters.command import NotRun
    from creditsui.core.alerts.delivered import Delivered

    env = session.env
    away = any(env.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
    which = None if away and terminal is not None else notify.notifier(env)
    why = "no screen was found here"
    if which is not None:
        title = "creditsui" if len(alerts) == 1 else alert_text.headline(alerts)
        text = alert_text.body(alerts)
        try:
            notify.show(which, title, text, _URGENCY[alert_text.worst(alerts)], _quiet(env), session.paths.home)
        except notify.Nowhere as nowhere:
            why = str(nowhere)
        except NotRun as failed:
            return Delivered("desktop", False, f"{which} {failed}")
        else:
            return Delivered("desktop", True, f"{which} took it")
    if terminal is None:
        return Delivered("desktop", False, why, here=False)
    return _by_terminal(session, alert_text.headline(alerts), terminal)


def _by_terminal(session: "Session", text: str, terminal: Callable[[str], None]) -> "Delivered":
    from creditsui.adapters import notify_tmux
    from creditsui.core.alerts.delivered import Delivered

    env = session.env
    tmux = notify_tmux.around(_quiet(env), session.paths.home)
    if tmux is not None:
        if not tmux.passes:
            terminal("\a")
            return Delivered(
                "terminal", True, "tmux passes no notification on, so the bell rang: set -g allow-passthrough all"
            )
        told = escape.notification(text, escape.dialect(tmux.terminal))
        terminal(escape.through_tmux(told))
        return Delivered("terminal", True, "the terminal around tmux was asked to show it")
    name = env.get("TERM", "")
    if name.startswith(_DEAF):
        terminal("\a")
        return Delivered("terminal", True, "this terminal shows no notifications, so the bell rang")
    names = (name, env.get("TERM_PROGRAM", ""), "vte" if env.get("VTE_VERSION") else "")
    terminal(escape.notification(text, escape.dialect(*names)))
    return Delivered("terminal", True, "the terminal was asked to show it")


def _quiet(env: Mapping[str, str]) -> dict[str, str]:
    """What another program needs to know of the environment: no keys."""
    from creditsui.core import crash

    return crash.without_secrets(env)
