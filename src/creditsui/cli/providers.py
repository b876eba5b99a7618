"""`creditsui providers`: who can be asked, for what, and with which key; and one of the user's own."""

import argparse


def list(args: argparse.Namespace) -> int:
    from creditsui.cli import providers_list

    return providers_list.run(args)


def new(args: argparse.Namespace) -> int:
    from creditsui.cli import providers_new

    return providers_new.run(args)


def test(args: argparse.Namespace) -> int:
    from creditsui.cli import providers_test

    return providers_test.run(args)
