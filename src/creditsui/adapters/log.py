"""The log: one private, rotating file that no secret gets into, and the last words of what nobody caught."""

import logging
import os
import stat
import sys
import threading
import time
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from creditsui.adapters.core_dump import no_core_dump
from creditsui.domain.clean import clean_lines
from creditsui.domain.secret import Scrubber, Secret, scrubber
from creditsui.paths import ensure

__all__ = ["catch_crashes", "no_core_dump", "remember", "scrubbed", "start"]

LARGEST = 512 * 1024
OLDER_FILES = 2
_LONGEST_RECORD = 20_000

_known: set[Secret] = set()
_scrubber: Scrubber | None = None
_lock = threading.Lock()


def remember(secret: Secret) -> None:
    """Keep this value out of everything that is logged from now on."""
    global _scrubber
    with _lock:
        if secret and secret not in _known:
            _known.add(secret)
            _scrubber = None


def scrubbed(text: str) -> str:
    """Text without the secrets that this process knows, and without what looks like one."""
    global _scrubber
    with _lock:
        if _scrubber is None:
            _scrubber = scrubber(_known)
        current = _scrubber
    # Cleaning comes first: what it drops could have split a secret in two.
    return current(clean_lines(text))


class _Scrubbing(logging.Formatter):
    """Scrubs the finished text, so that arguments and tracebacks are covered as well."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have left a full traceback there
        return scrubbed(super().format(record)[:_LONGEST_RECORD])

    def formatException(  # noqa: N802
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        # The messages of exceptions may quote anything; where it happened is what helps.
        return _where(ei[1])


class _Private(RotatingFileHandler):
    """Creates its files for the owner alone."""

    def _open(self):  # type: ignore[no-untyped-def]
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")


def start(path: Path, level: int = logging.INFO) -> None:
    """Send the whole program's log to this file, times in UTC; where that cannot be, nowhere. Never to the terminal."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Private | logging.NullHandler)]:
        root.removeHandler(handler)
        handler.close()
    handler = logging.NullHandler()
    try:
        ensure(path.parent)
        handler = _Private(path, maxBytes=LARGEST, backupCount=OLDER_FILES, encoding="utf-8")
        handler.setFormatter(_Scrubbing("%(asctime)sZ %(levelname)s %(name)s: %(message)s"))
    except OSError:
        pass
    root.addHandler(handler)
    root.setLevel(level)
    logging.raiseExceptions = False  # a full disk is not worth a traceback across the screen
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def catch_crashes() -> None:
    """Log what nobody caught, in any thread, and tell the user one line: never values, never locals."""
    sys.excepthook = _crashed
    threading.excepthook = lambda args: _thread_crashed(args.exc_value, args.thread)


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("creditsui").critical("failed\n%s", _where(error))
    sys.stderr.write(f"creditsui failed: {kind.__name__}. The log says where.\n")


def _thread_crashed(error: BaseException | None, thread: threading.Thread | None) -> None:
    if error is not None and not isinstance(error, SystemExit):
        name = thread.name if thread is not None else "?"
        logging.getLogger("creditsui").error("thread %s failed\n%s", name, _where(error))


def _where(error: BaseException | None) -> str:
    """The kind of an error and the lines it went through."""
    if error is None:
        return ""
    lines = [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return "\n".join([*lines, type(error).__name__])
