"""The `creditsui` command: runs what was typed, and turns whatever happens into one line and an exit code."""

import os
import sys
from collections.abc import Sequence

from creditsui.cli.codes import FINE, INTERRUPTED


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command line (without the program's name) and returns its exit code. Raises nothing."""
    given = list(sys.argv[1:] if words is None else words)
    if sys.stdout is None or sys.stderr is None:  # closed by whoever started us
        nowhere = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    code = FINE
    try:
        code = _run(given)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        pass  # whoever read us has seen enough
    except Exception as error:
        from creditsui.cli.failure import report

        code = report(error)
    return _settled(code)


def _run(words: list[str]) -> int:
    if not words:
        from creditsui.cli.app import start

        return start()
    if words[:1] == ["line"]:
        from creditsui.cli.line import quick

        code = quick(words[1:])
        if code is not None:
            return code
    if words[:1] == ["ingest"]:
        from creditsui.cli import ingest

        code = ingest.quick(words[1:])
        if code is not None:
            return code
    from creditsui.cli.dispatch import dispatch

    return dispatch(words)


def _settled(code: int) -> int:
    """What standard output did not take by now it never will, so nothing is left for the interpreter to fail on."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
