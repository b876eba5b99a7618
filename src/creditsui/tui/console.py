"""Opening a page of a provider: in the browser where there is one to see, else as an address to copy."""

import os
import subprocess
import sys

from textual.app import App

from creditsui.core import crash
from creditsui.tui.toasts import answer


def open_console(app: App[object], url: str) -> None:
    """Show `url`. On a server a text browser would paint over the pane, so the address is copied and told instead."""
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        # A process of its own: a browser that starts slowly holds up nothing, and it inherits no key.
        subprocess.Popen(
            [sys.executable, "-m", "webbrowser", url],
            env=crash.without_secrets(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        said = "Opened in the browser"
    else:
        app.copy_to_clipboard(url)
        said = "No browser here: copied"
    answer(app, url, title=said)
