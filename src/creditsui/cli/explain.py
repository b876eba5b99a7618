"""`creditsui explain`: where a number comes from."""

import argparse
import json
import os
import sys

from creditsui.cli import named
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse, say
from creditsui.core import board as boards
from creditsui.core.evidence import as_json, lines
from creditsui.core.explain.answer import FIELDS, explain
from creditsui.core.explain.rows import rows
from creditsui.core.start import open_session


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    named.account(session, args.id)
    if args.field not in FIELDS:
        raise WrongUse(f"{say(args.field)} is not a field; there are {', '.join(FIELDS)}")
    board = boards.board(session)
    said, view = explain(board, args.id, args.field, session.now()), board.account(args.id)
    found = rows(session, view, args.field) if view is not None else []
    if args.json:
        told = {"schema": 1, "account": args.id, "field": args.field, "lines": said, "rows": [*map(as_json, found)]}
        sys.stdout.write(json.dumps(told, indent=1, allow_nan=False) + "\n")
        return FINE
    sys.stdout.writelines(line + "\n" for line in said)
    if found:
        sys.stdout.writelines(["\nThe rows behind it:\n", *(f"  {line}\n" for line in lines(found))])
    return FINE
