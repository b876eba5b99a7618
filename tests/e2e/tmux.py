"""A real tmux with a server of its own: start a program in a pane, press keys, read the screen."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import PATIENCE

CREDITSUI = Path(sys.executable).with_name("creditsui")


def look_until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """`wait_until`, where a look is a process: who waits long looks less often."""
    end, pause = time.monotonic() + seconds, 0.03
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("it did not come true in time")
        time.sleep(pause)
        pause = min(1.4 * pause, 0.5)


needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")


class Pane:
    """One pane with a shell in it."""

    def __init__(self, socket: Path, width: int, height: int, env: Mapping[str, str]) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        self._env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env}
        self.run("new-session", "-d", "-x", str(width), "-y", str(height), "bash --norc --noprofile")
        look_until(lambda: self.text().rstrip().endswith(("$", "#")))

    def run(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], env=self._env, capture_output=True, text=True, check=True)
        return done.stdout

    def text(self) -> str:
        return self.run("capture-pane", "-p")

    def colours(self) -> str:
        return self.run("capture-pane", "-p", "-e")

    def flag(self, name: str) -> str:
        """A format variable of the pane: `alternate_on`, `cursor_flag`, `mouse_any_flag`, `pane_pid`."""
        return self.run("display-message", "-p", f"#{{{name}}}").strip()

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Keys by tmux' names: `Enter`, `Escape`, `C-r`, or a character."""
        self.run("send-keys", *keys)

    def start(self, command: str) -> None:
        self.type(command)
        self.press("Enter")

    def resize(self, width: int, height: int) -> None:
        self.run("resize-window", "-x", str(width), "-y", str(height))

    def shows(self, *texts: str, seconds: float = PATIENCE) -> str:
        """Wait until all of these stand on the screen, and return it."""

        def all_there() -> bool:
            screen = self.text()
            return all(text in screen for text in texts)

        try:
            look_until(all_there, seconds)
        except AssertionError:
            raise AssertionError(f"{texts} did not all appear on\n{self.text()}") from None
        return self.text()

    def lacks(self, text: str, seconds: float = PATIENCE) -> None:
        look_until(lambda: text not in self.text(), seconds)

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)


@contextmanager
def pane(folder: Path, *, width: int = 120, height: int = 36, env: Mapping[str, str] | None = None) -> Iterator[Pane]:
    # A socket's path may have 107 characters; the folder of a test is often longer.
    short = Path("/tmp") / f"cui-{os.getpid()}-{abs(hash(str(folder))) % 10**8}.sock"
    opened = Pane(short, width, height, {"HOME": str(folder), "COLORTERM": "truecolor", **(env or {})})
    try:
        yield opened
    finally:
        opened.close()
        short.unlink(missing_ok=True)
