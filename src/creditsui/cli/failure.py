"""What the user reads when a command cannot go on: one line, never a traceback, never a secret."""

import errno
import os
import sys

from creditsui.cli.codes import PROBLEM
from creditsui.core import crash
from creditsui.domain.clean import clean
from creditsui.domain.problem import Refused

_EXPECTED = frozenset(
    {"NoHome", "ConfigError", "LedgerError", "Unbookable", "Unsettable", "Unexplained", "Refused", "Conflict"}
)


class Failed(Exception):
    """The command ran and could not do it; the text is a sentence for the user."""


def report(error: Exception) -> int:
    """Say why on stderr and return the exit code. Where the unexpected happened is written to the log."""
    sys.stderr.write(said(error) + "\n")
    return PROBLEM


def said(error: Exception) -> str:
    """Why, in a clean sentence."""
    debug = bool(os.environ.get("CREDITSUI_DEBUG"))
    if debug:
        sys.stderr.write(crash.details(error, os.environ))
    if expected(error):
        sentence = _sentence(error)
    elif isinstance(error, OSError):
        sentence = _trouble(error)
    else:
        log = None if debug else crash.note(error, os.environ)
        sentence = f"creditsui failed: {type(error).__name__}." + (f" Details are in {log}." if log else "")
    return clean(crash.hidden(sentence, os.environ), 400)


def expected(error: Exception) -> bool:
    """Whether it was foreseen, so its text is a sentence for the user."""
    return isinstance(error, Failed) or any(kind.__name__ in _EXPECTED for kind in type(error).__mro__)


def _sentence(error: Exception) -> str:
    """What the error says and, where it knows, the next step."""
    said = str(error)
    action = error.problem.action if isinstance(error, Refused) else None
    return f"{said.rstrip('.')}. To do: {action}" if action else said


def _trouble(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"{where}the disk is full. Free some space and try again; nothing was half-written."
    return f"{where}{error.strerror or type(error).__name__}."
