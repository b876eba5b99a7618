"""Toasts: answers to the user, and alerts, which stay longer and are left alone by answers."""

from collections.abc import Collection
from typing import Any

from textual.app import App

_ALERTS = 3
"""That stand at once: more would cover what they speak of."""
_LOW = 14
"""Lines of a pane in which a toast would cover what was just opened."""


def answer(app: App[Any], sentence: str, *, title: str = "", fault: bool = False) -> None:
    """Say what came of what the user did, in the place of the answer before, so that answers never pile up."""
    if any(toast.message == sentence for toast in app._notifications):
        return
    _forget(app)
    app.notify(sentence, title=title, severity="warning" if fault else "information", markup=False)


def make_way(app: App[Any], coming: int, overtaken: Collection[str]) -> None:
    """So many alerts are coming: what they overtook goes, and beyond a few the oldest."""
    standing = [toast for toast in app._notifications if toast.timeout > app.NOTIFICATION_TIMEOUT]
    true = [toast for toast in standing if toast.message not in overtaken]
    gone = true[: max(0, len(true) + coming - _ALERTS)]
    for toast in standing:
        if toast in gone or toast.message in overtaken:
            app._unnotify(toast, refresh=False)


def make_room(app: App[Any]) -> None:
    """Something opens that the user wants to see now: in a low pane the last answer makes room for it."""
    if app.size.height < _LOW:
        _forget(app)
        app._refresh_notifications()


def _forget(app: App[Any]) -> None:
    for toast in list(app._notifications):
        if toast.timeout <= app.NOTIFICATION_TIMEOUT:
            app._unnotify(toast, refresh=False)
