"""A real pane in a pseudo-terminal of its own, and everything that can happen to a terminal.

    with Terminal(CREDITSUI, "--still", env=env) as pane:
        pane.until("Nothing to watch yet")    # what it wrote so far holds these words
        pane.send(b"?")                       # keys, pastes, rubbish
        pane.resize(44, 20)                   # as a window manager does it
        assert "Keys" in pane.text()          # what stands on the screen now, by an emulator
        pane.signal(signal.SIGTERM)
        assert pane.ended() == 143
        pane.given_back()                     # every mode is as it was found

Unlike a plain `Program` it is the controlling terminal of what runs in it, so that closing it (`pane.hang_up()`) sends
the SIGHUP that a closed window sends. All that was written is kept in `written`, for `sequences` to take it apart.
"""

import fcntl
import os
import re
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte

from tests.benchmarks.program import Program
from tests.conftest import PATIENCE

_OWN = (
    "import fcntl,os,sys,termios;fcntl.ioctl(0,termios.TIOCSCTTY,0);"
    "import signal;[signal.signal(getattr(signal,n),signal.SIG_IGN) for n in sys.argv[1].split()];"
    "os.execv(sys.argv[2],sys.argv[2:])"
)
"""Make the terminal one's own, ignore some signals as nohup does, and become the program."""
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_UNSEEN = re.compile(rb"\x1b\[[<>?=][0-9;]*\$?[pu]|\x1b\[[0-9;]*t|\x1b\][^\x07]*\x07")
"""What the emulator would take for text."""


class Terminal(Program):
    def __init__(
        self, *command: str, env: dict[str, str], width: int = 120, height: int = 36, ignored: str = ""
    ) -> None:
        super().__init__(sys.executable, "-c", _OWN, ignored, *command, env=env, width=width, height=height)
        self.size = width, height
        self._drawn = 0
        self._screen: pyte.Screen | None = None
        self.modes = termios.tcgetattr(self.terminal)
        """As they were found."""

    def send(self, data: bytes) -> None:
        """All of it, while what the program writes meanwhile is read."""
        os.set_blocking(self.terminal, False)
        try:
            while data:
                try:
                    data = data[os.write(self.terminal, data) :]
                except BlockingIOError:
                    self._read(0.01)
        finally:
            os.set_blocking(self.terminal, True)

    def resize(self, width: int, height: int) -> None:
        """The kernel tells whoever the terminal belongs to."""
        self.size = width, height
        self._drawn, self._screen = len(self.written), None
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self.terminal)
        self.terminal = os.open(os.devnull, os.O_RDWR)

    def ended(self, seconds: float = PATIENCE) -> int:
        """Its exit code, once it ends; all that it wrote until then is read."""
        self.wait(lambda: self.process.poll() is not None, seconds)
        while self._read(0.05):
            pass
        return self.process.returncode

    def wait(self, holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Read until it holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, self.text() or self.written[-500:]
            if not self._read(0.05):
                time.sleep(0.01)

    def shows(self, *texts: str, seconds: float = PATIENCE) -> None:
        """Wait until these stand on the screen."""
        self.wait(lambda: all(text in self.text() for text in texts), seconds)

    def text(self) -> str:
        """The screen, as it was painted since it has this size."""
        if self._screen is None:
            self._screen = pyte.Screen(*(max(1, one) for one in self.size))
            self._stream = pyte.ByteStream(self._screen)
        new = self.written[self._drawn :]
        begun = new.rfind(b"\x1b", len(new) - 64)  # the rest of a sequence may still come
        whole = len(new) if begun < 0 or len(new) - begun > 32 else begun
        self._drawn += whole
        self._stream.feed(_UNSEEN.sub(b"", new[:whole]))
        return "\n".join(line.rstrip() for line in self._screen.display)

    def given_back(self) -> None:
        """Raises unless every mode is as it was found."""
        last = dict(self._told())
        left = {mode for mode, what in last.items() if what != ("h" if mode in ("25", "7") else "l")}
        assert not left - {"2026", "2031", "2048"}, f"left on (or, of 25, off): {left}"
        assert last.get("2026", "l") == "l"
        assert self.written.count(b"\x1b[<u") >= len(re.findall(rb"\x1b\[>\d+u", self.written)) > 0
        assert termios.tcgetattr(self.terminal) == self.modes

    def _told(self) -> Iterator[tuple[str, str]]:
        for found in _MODE.finditer(self.written):
            for mode in found[1].decode().split(";"):
                yield mode, found[2].decode()

    def others(self) -> list[int]:
        """Processes that it started and that are still there."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and int(path.parent.name) != self.process.pid and fields[0] != "Z":
                found.append(int(path.parent.name))
        return found

    def stop(self) -> None:
        """As ctrl+z of a shell, and back again."""
        self.signal(signal.SIGSTOP)
        self.signal(signal.SIGCONT)
