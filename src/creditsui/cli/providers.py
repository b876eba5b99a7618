"""`creditsui providers`: who can be asked, for what, and with which key."""

import argparse
import json
import os
import sys
import textwrap
from shutil import get_terminal_size

from creditsui.cli.codes import FINE
from creditsui.core import settings
from creditsui.core.start import open_session


def list(args: argparse.Namespace) -> int:
    providers = settings.providers(open_session(os.environ))
    if args.json:
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "tells": [*one.tells],
                "credential": one.credential,
                "env": [*one.env],
                "cost_of_asking": one.cost_of_asking,
                "console_url": one.console_url,
            }
            for one in providers
        ]
        sys.stdout.write(json.dumps({"schema": 1, "providers": rows}, ensure_ascii=False, indent=1) + "\n")
        return FINE
    width = max((len(one.id) for one in providers), default=0)
    columns = max(40, get_terminal_size((80, 24)).columns)
    indent = " " * (width + 2)
    for one in providers:
        tells = ", ".join(one.tells) or "tells nothing; you enter the balance"
        head = f"{one.id:<{width}}  {one.name}: {tells}"
        sys.stdout.write(textwrap.fill(head, columns, subsequent_indent=indent + "  ") + "\n")
        if not one.env and not one.tells:
            continue
        about = [f"{one.credential} · {one.env[0]}" if one.env else one.credential]
        about += [one.admin_credential] if one.admin_credential else []
        about += [f"asking costs {one.cost_of_asking}"] if one.cost_of_asking else []
        for text in about:
            said = textwrap.fill(text, columns, initial_indent=indent, subsequent_indent=indent + "  ")
            sys.stdout.write(said + "\n")
    return FINE


def new(args: argparse.Namespace) -> int:
    from creditsui.cli import providers_new

    return providers_new.run(args)


def test(args: argparse.Namespace) -> int:
    from creditsui.cli import providers_test

    return providers_test.run(args)
