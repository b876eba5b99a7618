"""`creditsui metrics`: the board for Prometheus, and what a fleet is watched with."""

import argparse
import os
import sys
from importlib.resources import files
from pathlib import Path

from creditsui import __version__
from creditsui.cli import failure, progress, shown
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse
from creditsui.core import board as boards
from creditsui.core import metrics, outside, settings
from creditsui.core.start import open_session
from creditsui.outputs import metrics as outputs


def run(args: argparse.Namespace) -> int:
    wanted = [name for name in ("rules", "dashboard", "textfile") if getattr(args, name)]
    if len(wanted) > 1:
        raise WrongUse(f"--{wanted[0]} and --{wanted[1]} are two things: take one of them")
    if args.rules or args.dashboard:
        name = "alerts.yml" if args.rules else "grafana.json"
        sys.stdout.write(files("creditsui").joinpath("fleet", name).read_text(encoding="utf-8"))
        return FINE
    session = open_session(os.environ)
    settings.config(session)  # without it there would be metrics of nothing, and nobody the wiser
    refused = None if args.cached else progress.latest(session)
    if refused is not None:
        failure.report(refused)
    board = boards.board(session)
    spent = metrics.counted(session, (row for view in board.accounts for row in outputs.spent_of(view)))
    text = outputs.text(board, __version__, spent)
    if args.textfile is None:
        sys.stdout.write(text)
    else:
        outside.write(session, Path(args.textfile), text.encode(), mode=0o644)  # node_exporter is another user
        if not args.textfile.endswith(".prom"):
            sys.stderr.write("creditsui: node_exporter reads only files whose names end with .prom.\n")
    shown.notices(board)
    return FINE
