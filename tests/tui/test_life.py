"""The real program in a real terminal: how it ends when it is told to, and when it fails."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROGRAM = [sys.executable, "-m", "creditsui"]
CANARY = "canary-7f3a"
#: A pane that fails with a secret among its local variables and those of its callers.
FAILING = f"""
import os
from creditsui.core.start import open_session
from creditsui.tui.app import CreditsApp

class Failing(CreditsApp):
    def _keep(self):
        api_key = "{CANARY}"
        raise KeyError("somewhere inside")

app = Failing(open_session(os.environ))
app.run()
raise SystemExit(app.return_code)
"""


class Terminal:
    """A process on a pseudo-terminal of 120 by 36, and all it wrote so far."""

    def __init__(self, argv: list[str], env: Mapping[str, str]) -> None:
        self.written = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(argv[0], argv, dict(env))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))

    def read(self, until: bytes | None = None, seconds: float = 60.0) -> bytes:
        """Read until these bytes came, or to the end."""
        end = time.monotonic() + seconds
        while until is None or until not in self.written:
            assert time.monotonic() < end, f"it did not come in time: {self.written[-2000:]!r}"
            if not select.select([self.fd], [], [], 0.1)[0]:
                continue
            try:
                more = os.read(self.fd, 65536)
            except OSError:
                break
            if not more:
                break
            self.written += more
        assert until is None or until in self.written, f"it ended before: {self.written[-2000:]!r}"
        return self.written

    def count(self, seconds: float) -> int:
        """Bytes written in so many seconds."""
        end, count = time.monotonic() + seconds, 0
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                count += len(os.read(self.fd, 65536))
        return count

    def ended(self) -> int:
        self.read()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@contextmanager
def terminal(argv: list[str], home: Path, **more: str) -> Iterator[Terminal]:
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}
    opened = Terminal(argv, env)
    try:
        yield opened
    finally:
        os.close(opened.fd)


def test_q_ends_it_with_nothing_to_complain_about(home: Path) -> None:
    with terminal(PROGRAM, home) as shown:
        shown.read(b"Nothing to watch yet")
        os.write(shown.fd, b"q")
        assert shown.ended() == 0
        assert b"Traceback" not in shown.written


def test_a_pane_that_is_not_looked_at_writes_not_one_byte_while_its_clock_would_tick(home: Path) -> None:
    config = home / ".config" / "creditsui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[accounts.piggy]\nprovider = "manual"\nlabel = "Piggy"\n')
    subprocess.run([*PROGRAM, "sync", "piggy", "12.5"], env={"HOME": str(home), "PATH": os.environ["PATH"]}, check=True)
    with terminal(PROGRAM, home) as shown:
        shown.read(b"Piggy")
        shown.read(b"\x1b[?1004h")
        shown.count(3)
        assert any(shown.count(1) for _ in range(12)), "the clock ticks every ten seconds"
        os.write(shown.fd, b"\x1b[O")
        shown.count(3)
        assert shown.count(9) == 0, "the next tick would have come by now"
        os.write(shown.fd, b"q")


def test_a_stray_byte_does_not_end_it(home: Path) -> None:
    with terminal(PROGRAM, home) as shown:
        shown.read(b"Nothing to watch yet")
        os.write(shown.fd, b"\xff\xfe")
        os.write(shown.fd, b"?")
        shown.read(b"account before")
        os.write(shown.fd, b"?q")
        assert shown.ended() == 0


def test_a_fault_shows_no_values_anywhere(home: Path) -> None:
    with terminal([sys.executable, "-c", FAILING], home) as shown:
        assert shown.ended() == 1
        assert CANARY.encode() not in shown.written
        assert b"KeyError" in shown.written and b"creditsui.log" in shown.written.replace(b"\r\n", b"")
        assert b"\x1b[?1049l" in shown.written
    written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert any(b"somewhere inside" in text or b"KeyError" in text for text in written)
    assert not any(CANARY.encode() in text for text in written)


def test_on_a_terminal_without_a_size_it_is_drawn_once_and_then_rests(home: Path) -> None:
    ours, theirs = pty.openpty()
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    program = subprocess.Popen(
        [*PROGRAM, "--still"], stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
    )
    os.close(theirs)
    try:
        seen, end = b"", time.monotonic() + 60
        while b"Nothing to watch yet" not in seen:
            assert time.monotonic() < end, "the welcome never came"
            if select.select([ours], [], [], 0.1)[0]:
                seen += os.read(ours, 65536)
        assert len(seen) < 100_000
        size = struct.unpack("HHHH", fcntl.ioctl(ours, termios.TIOCGWINSZ, b"\0" * 8))
        assert size[:2] == (24, 80)
    finally:
        program.kill()
        program.wait()
        os.close(ours)


def test_a_terminal_that_closes_without_a_signal_ends_it(home: Path) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    # In a session of its own without a controlling terminal nobody sends it a SIGHUP.
    program = subprocess.Popen(
        [*PROGRAM, "--demo"], stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
    )
    os.close(theirs)
    try:
        seen = b""
        while b"OpenRouter" not in seen:
            seen += os.read(ours, 65536)
        os.close(ours)
        assert program.wait(timeout=60) in (120, 130)  # 120: Python's own, when it cannot flush its streams
    finally:
        program.kill()
