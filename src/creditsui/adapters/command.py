"""Running another program with a time limit: no shell, its own process group, and little of what it says is kept."""

import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from creditsui.domain.clean import clean

GRACE = 1.0
"""Seconds between being asked to end and being ended."""
LARGEST = 1 << 20
"""Bytes; who writes more is ended."""
_KEPT = 4000
_STEP = 0.02
_CHUNK = 1 << 16

_running: set[int] = set()
"""Process groups under way."""
_starting = threading.Lock()
"""Held until one that was started is among them."""


class NotRun(Exception):
    """It did not do its work; the text is a sentence without its name, such as `ended with exit code 3`."""


def run(argv: Sequence[str], *, text: str = "", env: Mapping[str, str], cwd: Path, seconds: float) -> str:
    """Run a program and return the beginning of what it wrote, clean and on one line. Raises NotRun.

    `text` is its standard input; a program that does not read it is fine. When the time is over its whole process
    group is asked to end, and then ended. What it leaves running in the background when it ends in time may stay.
    """
    try:
        with _starting:
            process = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                env=dict(env), cwd=cwd if cwd.is_dir() else "/", start_new_session=True,
            )  # fmt: skip
            _running.add(process.pid)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NotRun(_unstarted(error)) from None
    try:
        told = _Talk(process, text).until(time.monotonic() + seconds)
    finally:
        _end(process)
        _running.discard(process.pid)
    if told.flooded:
        raise NotRun(f"wrote more than {LARGEST >> 20} MiB and was ended")
    if told.late:
        raise NotRun(f"did not end within {seconds:g} seconds and was ended")
    said = clean(bytes(told.kept).decode("utf-8", "replace").strip())
    if process.returncode:
        how = f"exit code {process.returncode}"
        if process.returncode < 0:
            how = f"signal {-process.returncode}"
        raise NotRun(f"ended with {how}{f': {said}' if said else ''}")
    return said


def give_up() -> None:
    """Ask every program under way to end, because this one does."""
    with _starting:
        groups = tuple(_running)
    for group in groups:
        _signal(group, signal.SIGTERM)


class _Talk:
    """What goes into a process and what comes out of it, never waiting for either longer than allowed."""

    def __init__(self, process: "subprocess.Popen[bytes]", text: str) -> None:
        self._process = process
        self._left = memoryview(text.encode("utf-8", "replace"))
        self.kept = bytearray()
        self._read = 0
        self.late = False

    @property
    def flooded(self) -> bool:
        return self._read > LARGEST

    def until(self, end: float) -> "_Talk":
        """Talk until the process ends, floods, or it is `end` by the monotonic clock."""
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None and sink is not None
        with selectors.DefaultSelector() as waiting:
            os.set_blocking(source.fileno(), False)
            os.set_blocking(sink.fileno(), False)
            waiting.register(source, selectors.EVENT_READ)
            if self._left:
                waiting.register(sink, selectors.EVENT_WRITE)
            else:
                sink.close()
            while self._process.poll() is None and not self.flooded:
                if time.monotonic() >= end:
                    self.late = True
                    break
                if not waiting.get_map():
                    time.sleep(_STEP)
                for key, _ in waiting.select(_STEP) if waiting.get_map() else ():
                    if not (self._take() if key.fileobj is source else self._give()):
                        waiting.unregister(key.fileobj)
                        if key.fileobj is sink:
                            _close(sink)
            self._take()
        _close(sink)
        _close(source)
        return self

    def _take(self) -> bool:
        """Read what is there; whether there may be more."""
        assert self._process.stdout is not None
        while not self.flooded:
            try:
                data = os.read(self._process.stdout.fileno(), _CHUNK)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not data:
                return False
            self._read += len(data)
            self.kept += data[: _KEPT - len(self.kept)]
        return False

    def _give(self) -> bool:
        """Write what fits; whether there is more to write. A reader that is gone has had enough."""
        assert self._process.stdin is not None
        try:
            self._left = self._left[os.write(self._process.stdin.fileno(), self._left) :]
        except BlockingIOError:
            return True
        except OSError:
            return False
        return bool(self._left)


def _close(stream: object) -> None:
    with suppress(OSError):
        stream.close()  # type: ignore[attr-defined]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the whole group of a process that has not ended by itself."""
    if process.poll() is not None:
        return
    _signal(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    _signal(process.pid, signal.SIGKILL)  # also those of the group that outlived the first one
    process.wait()


def _signal(group: int, which: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, which)


def _unstarted(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "is not a program that may be run; chmod +x makes it one"
    if isinstance(error, OSError) and error.strerror:
        return f"could not be started ({error.strerror})"
    return "could not be started"
