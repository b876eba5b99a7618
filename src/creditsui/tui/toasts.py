"""Toasts that answer the user."""

from typing import Any

from textual.app import App


def answer(app: App[Any], sentence: str, *, title: str = "", fault: bool = False) -> None:
    """Say what came of what the user did, in the place of the answer before, so that answers never pile up. What stays
    longer than an answer was told for another reason, and is left alone."""
    if any(toast.message == sentence for toast in app._notifications):
        return
    for toast in list(app._notifications):
        if toast.timeout <= app.NOTIFICATION_TIMEOUT:
            app._unnotify(toast, refresh=False)
    app.notify(sentence, title=title, severity="warning" if fault else "information", markup=False)
