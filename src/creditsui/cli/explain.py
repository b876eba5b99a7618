"""`creditsui explain`: where a number comes from."""

import argparse
import os
import sys

from creditsui.cli import named
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse, say
from creditsui.core import board as boards
from creditsui.core.explain import FIELDS, explain
from creditsui.core.start import open_session


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    named.account(session, args.id)
    if args.field not in FIELDS:
        raise WrongUse(f"{say(args.field)} is not a field; there are {', '.join(FIELDS)}")
    sys.stdout.writelines(line + "\n" for line in explain(boards.board(session), args.id, args.field, session.now()))
    return FINE
