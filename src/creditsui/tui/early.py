"""The first paint: the last board straight onto the terminal, before Textual is loaded, which takes longer than all
the rest. Where anything is in doubt nothing is painted, and the pane starts as it would.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from creditsui import __version__
from creditsui.core.conditions import conditions, files, stamp

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

ENTER = "\x1b[?1049h"
"""The alternate screen. Some terminals clear it each time that they are told."""
_LEAVE = "\x1b[0m\x1b[?1049l\x1b[?25h"
_LEAVE_ALL = "\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[<u"
_LONGEST = 8_388_608
_SIGNALS = ("SIGTERM", "SIGHUP")


class Early:
    """A terminal that was painted on; `end` gives it back as it was, whatever happened meanwhile."""

    def __init__(self, attributes: list[Any], keyboard: int, screen: int) -> None:
        self.attributes = attributes
        """Of the terminal as it was found."""
        self.taken = False
        """Whether Textual has it now, and leaves the alternate screen by itself."""
        self._keyboard, self._screen = keyboard, screen

    def end(self) -> None:
        if not self.taken:
            _write(self._screen, _LEAVE)
        with suppress(termios.error):  # it is gone
            termios.tcsetattr(self._keyboard, termios.TCSANOW, self.attributes)

    def killed(self, number: int, frame: object) -> None:
        """By a signal before the pane can leave in good order."""
        if self.taken:
            _write(self._screen, _LEAVE_ALL)
        self.taken = False
        self.end()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def paint(env: Mapping[str, str]) -> Early | None:
    """Paint the last board onto the terminal of this process; None: nothing was done."""
    if termios is None:
        return None
    try:
        keyboard, screen = sys.__stdin__.fileno(), sys.__stderr__.fileno()  # type: ignore[union-attr]
        if _behind(keyboard):
            return None
        size = os.get_terminal_size(sys.__stdout__.fileno())  # type: ignore[union-attr]
        frame = _frame(env, (size.columns, size.lines))
        attributes = termios.tcgetattr(keyboard)
    except Exception:
        return None  # what is amiss the pane says better
    if not frame:
        return None
    early = Early(attributes, keyboard, screen)
    for name in _SIGNALS:
        signal.signal(getattr(signal, name), early.killed)
    try:
        termios.tcsetattr(keyboard, termios.TCSANOW, _raw(attributes))
        _write(screen, f"{ENTER}\x1b[?25l\x1b[?2026h{frame}\x1b[?2026l")
    except BaseException:
        early.end()
        raise
    return early


def _behind(keyboard: int) -> bool:
    """Whether another program has the terminal now; to change its modes would stop this one."""
    try:
        return os.tcgetpgrp(keyboard) != os.getpgrp()
    except OSError:
        return False  # nobody here has jobs


def _raw(attributes: list[Any]) -> list[Any]:
    """Keys come one by one, are shown nowhere and stay as typed; of those that send signals only Ctrl+C still does."""
    changed = [*attributes[:6], list(attributes[6])]
    changed[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    changed[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    changed[6][termios.VMIN], changed[6][termios.VTIME] = 1, 0
    for key in (termios.VSUSP, termios.VQUIT):
        changed[6][key] = b"\0"
    return changed


def _frame(env: Mapping[str, str], size: tuple[int, int]) -> str:
    """What to write; empty where the pane may look otherwise."""
    look_file, status, config = files(env)
    if stamp(look_file) is None:
        return _name(size)
    look = _read(look_file)
    place = look["sizes"].get(f"{size[0]}x{size[1]}")
    known = look["version"] == __version__ and look["conditions"] == conditions(env)
    if place is None or not known or look["config"] != stamp(config):
        return ""
    data = _read(status)
    if len(data["accounts"]) != place["count"]:
        return ""

    from zoneinfo import ZoneInfo

    from creditsui.domain.bar import ASCII, UNICODE
    from creditsui.tui.manner import Manner
    from creditsui.tui.painted import painted
    from creditsui.tui.recalled import recalled

    now, zone = datetime.now(UTC), ZoneInfo(look["zone"])
    interval = timedelta(minutes=look["refresh_minutes"])
    board = recalled(data, now, zone, interval=interval, ticks=look["ticks"])
    manner = Manner(now, zone, look["still"] is True, glyphs=ASCII if look["glyphs"] == "ascii" else UNICODE)
    return painted(board, manner, look["colours"], place, size)


def _name(size: tuple[int, int]) -> str:
    """Who comes, for a pane that was never open: where it will stand, and in no colour that may be another there."""
    return "\x1b[2J\x1b[1;1H\x1b[1m creditsui \x1b[0m" if size[0] >= 60 and size[1] >= 9 else ""


def _read(path: str) -> dict[str, Any]:
    import json

    # A pipe in its place would be waited for.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        data = json.loads(file.read(_LONGEST))
    if not isinstance(data, dict):
        raise TypeError(path)
    return data


def _write(screen: int, text: str) -> None:
    data = text.encode()
    try:
        while data:
            data = data[os.write(screen, data) :]
    except OSError:
        pass  # it is gone
