"""`creditsui doctor`: what was found, and what to do."""

import argparse
import json
import os
import sys
from pathlib import Path

from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse
from creditsui.core.doctor import as_json, doctor, lines
from creditsui.core.start import open_session


def run(args: argparse.Namespace) -> int:
    if sum(map(bool, (args.json, args.restore, args.bundle))) > 1:
        raise WrongUse("--json, --restore and --bundle each do something else: take one of them")
    session = open_session(os.environ)
    if args.restore:
        from creditsui.core import copies

        sys.stdout.write(copies.restore(session) + "\n")
        return FINE
    report = doctor(session)
    if args.bundle:
        from creditsui.core import bundle

        sys.stdout.write(bundle.write(session, report, Path(args.bundle).expanduser()) + "\n")
        return FINE
    if args.json:
        sys.stdout.write(json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in lines(report))
    return FINE
