"""Secrets that come in: from a hidden prompt, or from standard input up to its end; never as an argument."""

import sys

from creditsui.cli.failure import Failed
from creditsui.domain.secret import LONGEST, Secret, accept


def read(prompt: str, what: str = "key") -> Secret:
    """The secret, `what` it is called. Raises Failed, which never repeats it."""
    if sys.stdin is None:
        raise Failed(f"There is no standard input to read the {what} from.")
    if sys.stdin.isatty():
        from getpass import getpass

        try:
            text = getpass(f"{prompt} (not shown): ")
        except EOFError:
            raise Failed(f"No {what} was given.") from None
    else:
        text = sys.stdin.buffer.read(LONGEST * 4).decode("utf-8", "replace")
    try:
        return accept(text, what)
    except ValueError as fault:
        raise Failed(str(fault)) from None
