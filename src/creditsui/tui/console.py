"""Opening a page of a provider: in the browser where there is one to see, else as an address to copy."""

import os
import sys
import threading
import webbrowser

from textual.app import App


def open_console(app: App[object], url: str) -> None:
    """Show `url`. On a server a text browser would paint over the pane, so the address is copied and told instead."""
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        # A browser that starts slowly must not hold up the pane, nor its going down.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
        said = "Opened in the browser"
    else:
        app.copy_to_clipboard(url)
        said = "No browser here: copied"
    app.clear_notifications()
    app.notify(url, title=said, markup=False)
