"""`creditsui mcp`: what is left, for agents that speak the Model Context Protocol."""

import argparse
import os
import signal
import sys
from importlib.util import find_spec

from creditsui.cli import failure
from creditsui.cli.codes import FINE, INTERRUPTED
from creditsui.cli.parser import WrongUse
from creditsui.core.start import open_session
from creditsui.domain.preflight import Unfit


def run(args: argparse.Namespace) -> int:
    if find_spec("mcp") is None or find_spec("mcp_types") is None:
        raise failure.Failed("creditsui mcp needs the official SDK: pip install 'creditsui[mcp]'")
    session = open_session(os.environ)
    if sys.stdin.isatty():
        sys.stderr.write("An agent speaks to this, not a person: claude mcp add creditsui -- creditsui mcp\n")
    # The thread that reads standard input cannot be interrupted; nothing is in the midst of being written.
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    from creditsui.cli.mcp_server import serve

    serve(session, _reason)
    return FINE


def _reason(error: Exception) -> str:
    """In one sentence; what nobody expected goes into the log."""
    if isinstance(error, WrongUse | Unfit):
        text = str(error).rstrip(".")
        return f"{text[:1].upper()}{text[1:]}."
    return failure.said(error)
