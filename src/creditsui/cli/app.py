"""`creditsui` without a verb: the dashboard."""

import gc
import os
import sys
from typing import TYPE_CHECKING

from creditsui.cli.codes import WRONG

if TYPE_CHECKING:
    from argparse import Namespace

    from creditsui.tui.early import Early


def run(args: "Namespace") -> int:
    from creditsui.cli.parser import WrongUse

    if args.speed is not None and not (args.demo and args.speed > 0):
        raise WrongUse("--speed is a number above 0 and goes with --demo")
    return start(
        account=args.account,
        ascii=args.ascii,
        still=args.still,
        theme=args.theme,
        speed=(args.speed or 1.0) if args.demo else None,
    )


def start(
    *,
    account: str | None = None,
    ascii: bool = False,
    still: bool = False,
    theme: str | None = None,
    speed: float | None = None,
) -> int:
    """Open the dashboard until the user leaves; `speed` is the demo's. Returns the exit code."""
    terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if not terminal or os.environ.get("TERM", "").lower() == "dumb":
        sys.stderr.write("The dashboard needs a terminal; creditsui status prints the same as text.\n")
        return WRONG
    _give_size(sys.stdout.fileno())
    # What is loaded now stays: looking through it for garbage would only hold up the first frame. The pane turns the
    # collector on again when the board is there.
    gc.disable()
    early = None
    if speed is None and not (account or ascii or still or theme):
        from creditsui.tui.early import paint

        early = paint(os.environ)
    try:
        return _open(account=account, ascii=ascii, still=still, theme=theme, speed=speed, early=early)
    finally:
        if early is not None:
            early.end()


def _give_size(terminal: int) -> None:
    """A terminal that does not know its size (a serial line, a container) gets the usual one, until somebody tells it:
    what is guessed instead differs between the layers above, which would then lay out the pane in turns for ever."""
    if sys.platform == "win32" or all(os.get_terminal_size(terminal)):
        return
    import fcntl
    import struct
    import termios
    from contextlib import suppress

    with suppress(OSError):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))


def _open(
    *, account: str | None, ascii: bool, still: bool, theme: str | None, speed: float | None, early: "Early | None"
) -> int:
    from creditsui.tui.app import run as dashboard

    if speed is not None:
        import tempfile
        from pathlib import Path

        from creditsui.core.demo.session import PACE, demo_session

        with tempfile.TemporaryDirectory(prefix="creditsui-demo-") as folder:
            session = demo_session(speed * PACE, Path(folder))
            return dashboard(session, account=account, ascii=ascii, still=still, theme=theme)
    from creditsui.core.start import open_session

    session = open_session(os.environ)
    return dashboard(session, account=account, ascii=ascii, still=still, theme=theme, early=early)
