"""`creditsui providers test`: what a declaration makes of an answer."""

import argparse


def run(args: argparse.Namespace) -> int:
    raise NotImplementedError
