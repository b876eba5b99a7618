"""`creditsui doctor`: what was found, and what to do."""

import argparse
import json
import os
import sys

from creditsui.cli.codes import FINE
from creditsui.core.doctor import as_json, doctor, lines
from creditsui.core.start import open_session


def run(args: argparse.Namespace) -> int:
    report = doctor(open_session(os.environ))
    if args.json:
        sys.stdout.write(json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in lines(report))
    return FINE
