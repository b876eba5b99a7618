"""`creditsui` without a verb: the dashboard."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from creditsui.cli.codes import WRONG
from creditsui.cli.parser import WrongUse


def run(args: argparse.Namespace) -> int:
    if args.speed is not None and not (args.demo and args.speed > 0):
        raise WrongUse("--speed is a number above 0 and goes with --demo")
    terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if not terminal or os.environ.get("TERM", "").lower() == "dumb":
        sys.stderr.write("The dashboard needs a terminal; creditsui status prints the same as text.\n")
        return WRONG
    if args.demo:
        return _demo(args)
    from creditsui.core.crash import prepare
    from creditsui.core.start import open_session
    from creditsui.tui.app import run as dashboard

    prepare(os.environ)
    session = open_session(os.environ)
    return dashboard(session, account=args.account, ascii=args.ascii, still=args.still, theme=args.theme)


def _demo(args: argparse.Namespace) -> int:
    from creditsui.core.demo import demo_session
    from creditsui.tui.app import run as dashboard

    with tempfile.TemporaryDirectory(prefix="creditsui-demo-") as folder:
        session = demo_session(args.speed or 1.0, Path(folder))
        return dashboard(session, account=args.account, ascii=args.ascii, still=args.still, theme=args.theme)
