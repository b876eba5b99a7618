"""What the user reads when a command cannot go on: one line, never a traceback, never a secret."""

import errno
import os
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from creditsui.cli.codes import PROBLEM
from creditsui.domain.clean import clean, clean_lines
from creditsui.domain.secret import Secret, scrub

_LOG_BYTES = 1_000_000
_EXPECTED = frozenset(
    {"NoHome", "ConfigError", "LedgerError", "NewerLedger", "Unbookable", "Unsettable", "Refused", "Conflict"}
)


class Failed(Exception):
    """The command ran and could not do it; the text is a sentence for the user."""


def report(error: Exception) -> int:
    """Say why on stderr and return the exit code. What nobody expected is written to the log, without locals."""
    debug = bool(os.environ.get("CREDITSUI_DEBUG"))
    if debug:
        sys.stderr.write(_details(error))
    if isinstance(error, Failed) or any(kind.__name__ in _EXPECTED for kind in type(error).__mro__):
        sentence = _hidden(str(error))
    elif isinstance(error, OSError):
        sentence = _trouble(error)
    else:
        log = None if debug else _logged(error)
        where = f" Details are in {log}." if log else ""
        sentence = f"creditsui failed: {type(error).__name__}.{where}"
    sys.stderr.write(clean(sentence, 400) + "\n")
    return PROBLEM


def _trouble(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"{where}The disk is full. Free some space and try again; nothing was half-written."
    return _hidden(f"{where}{error.strerror or type(error).__name__}.")


def _hidden(text: str) -> str:
    return scrub(text, _secrets())


def _secrets() -> Iterator[Secret]:
    for name, value in os.environ.items():
        if len(value) >= 8 and any(word in name.upper() for word in ("KEY", "TOKEN", "SECRET", "PASSWORD")):
            yield Secret(value)


def _details(error: Exception) -> str:
    text = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
    return clean_lines(_hidden(text))


def _logged(error: Exception) -> Path | None:
    """Where the details went; None when even that failed."""
    try:
        from creditsui.paths import find

        log = find(os.environ).log
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_name(log.name + ".1"))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        log.touch(0o600)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{now} creditsui failed\n{_details(error)}\n")
        return log
    except Exception:
        return None
