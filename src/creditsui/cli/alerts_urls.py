"""`creditsui alerts add` and `remove`: addresses that alerts are sent to. They come in like keys and are never told."""

import argparse
import os
import sys

from creditsui.cli import unseen
from creditsui.cli.codes import FINE
from creditsui.core.alerts import urls as alert_urls
from creditsui.core.start import open_session


def add(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    alert_urls.check(args.name)
    address = unseen.read(f"Apprise URL for {args.name}", "address")
    sys.stderr.write(alert_urls.add(session, args.name, address, file=args.file) + "\n")
    return FINE


def remove(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    sys.stderr.write(alert_urls.remove(session, args.name) + "\n")
    return FINE
