"""`creditsui providers new`: the first draft of a declaration."""

import argparse


def run(args: argparse.Namespace) -> int:
    raise NotImplementedError
