"""The notifiers of a desktop: `notify-send` where there is a session with a bus, `osascript` on a Mac."""

import os
import shutil
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Literal

from creditsui.adapters import command
from creditsui.adapters.command import NotRun

Notifier = Literal["notify-send", "osascript"]
Urgency = Literal["low", "normal", "critical"]
APP = "creditsui"
SECONDS = 5.0
_SCRIPT = ("on run argv", "display notification (item 1 of argv) with title (item 2 of argv)", "end run")


class Nowhere(Exception):
    """Nobody on this machine shows notifications; the text is a sentence without its full stop."""


def notifier(env: Mapping[str, str]) -> Notifier | None:
    """The one that reaches the screen of this very machine; None where there is no screen, or no notifier."""
    if sys.platform == "darwin":
        return "osascript" if _found("osascript", env) else None
    return "notify-send" if _bus(env) and _found("notify-send", env) else None


def show(which: Notifier, title: str, text: str, urgency: Urgency, env: Mapping[str, str], home: Path) -> None:
    """Have it shown. Raises Nowhere where nobody shows any, and NotRun where it failed otherwise."""
    argv = _mac(title, text) if which == "osascript" else _linux(title, text, urgency)
    # What it is given is not ASCII everywhere, but the locale of a cron job is.
    beside = {"LC_ALL": "C.UTF-8", "DBUS_SESSION_BUS_ADDRESS": _bus(env)} if which == "notify-send" else {}
    try:
        command.run(argv, env={**env, **beside}, cwd=home, seconds=SECONDS)
    except NotRun as why:
        if "ServiceUnknown" in str(why):
            raise Nowhere("no program here shows notifications") from None
        raise


def _linux(title: str, text: str, urgency: Urgency) -> list[str]:
    # The text is read as markup, and before that backslashes are taken for escapes.
    body = escape(text, quote=False).replace("\\", "\\\\")
    return ["notify-send", f"--app-name={APP}", f"--urgency={urgency}", "--", title, body]


def _mac(title: str, text: str) -> list[str]:
    lines = [part for line in _SCRIPT for part in ("-e", line)]
    return ["osascript", *lines, "--", text, title]


def _found(name: str, env: Mapping[str, str]) -> bool:
    return shutil.which(name, path=env.get("PATH", os.defpath)) is not None


def _bus(env: Mapping[str, str]) -> str:
    """The address of the session's bus, also from a cron job, which is told nothing of it; empty: there is none."""
    if told := env.get("DBUS_SESSION_BUS_ADDRESS", ""):
        return told
    folder = env.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return f"unix:path={folder}/bus" if Path(folder, "bus").exists() else ""
