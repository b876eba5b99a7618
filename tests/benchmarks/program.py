"""A program in a pseudo-terminal of its own: when its text appears, what it writes, what it uses."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

CREDITSUI = str(Path(sys.executable).with_name("creditsui"))
_SCHEDULED = 2
"""The clock of Linux that counts the time for which a process ran."""

STATIC = """
from textual.app import App
from textual.widgets import Static

class Still(App):
    def compose(self):
        yield Static("ready to compare")

Still().run()
"""
"""The least that a Textual app can be: what everything is held against."""


class Program:
    def __init__(self, *command: str, env: dict[str, str], width: int = 120, height: int = 36) -> None:
        self.written = b""
        self.started = time.perf_counter()
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.terminal = ours
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LANG": "C.UTF-8",
                "PATH": os.environ["PATH"],
                **env,
            },
        )
        os.close(theirs)

    def until(self, text: str, seconds: float = 30) -> float:
        """Seconds from the start until this stands in what was written."""
        wanted = text.encode()
        while wanted not in self.written:
            if not self._read(seconds - (time.perf_counter() - self.started)):
                raise AssertionError(f"{text!r} was not painted; {self.written[-300:]!r}")
        return time.perf_counter() - self.started

    def idle(self, seconds: float) -> int:
        """Let it stand this long; the bytes that it wrote meanwhile."""
        before, end = len(self.written), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
        return len(self.written) - before

    def settle(self, quiet: float = 6, seconds: float = 40) -> None:
        """Wait until it has written nothing for a while."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and self._read(quiet):
            pass

    def answer(self, key: bytes) -> float:
        """Seconds from a key to the first byte of what it changed; then wait until all of it is painted."""
        start = time.perf_counter()
        os.write(self.terminal, key)
        if not self._read(5):
            raise AssertionError(f"nothing was painted after {key!r}")
        took = time.perf_counter() - start
        while self._read(0.06):
            pass
        return took

    def press(self, key: bytes, quiet: float = 0.06) -> None:
        """Send a key, and wait until what it changed is painted."""
        os.write(self.terminal, key)
        if not self._read(5):
            raise AssertionError(f"nothing was painted after {key!r}")
        while self._read(quiet):
            pass

    @property
    def cpu(self) -> float:
        """Seconds of a core used so far by all its threads, user and system, to the nanosecond where ticks would be
        a hundredth of a second."""
        return time.clock_gettime((~self.process.pid << 3) | _SCHEDULED)

    @property
    def memory(self) -> float:
        """Resident megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.terminal], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            self.written += os.read(self.terminal, 65536)
        except OSError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)
