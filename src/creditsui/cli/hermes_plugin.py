"""`creditsui hermes-plugin`: credits inside Hermes Agent."""

import argparse
import os
import sys

from creditsui.cli.codes import FINE
from creditsui.core.hermes import plugin as hermes_plugin
from creditsui.core.start import open_session
from creditsui.domain.clean import clean
from creditsui.paths import NAME

_ENABLE = (
    f"To do: hermes plugins enable {NAME}, then restart the dashboard and the gateway.\n"
    "Only you can enable it: a plugin runs code inside Hermes.\n"
)


def run(args: argparse.Namespace) -> int:
    plugin = hermes_plugin.plugin(open_session(os.environ))
    folder = clean(str(plugin.folder), None)
    if args.write:
        changed = hermes_plugin.install(plugin)
        sys.stdout.write("".join(f"{folder}/{name}\n" for name in changed))
        sys.stderr.write(
            f"Wrote {len(changed)} of {len(plugin.files)} files to {folder}.\n"
            if changed
            else f"{folder} is up to date; nothing was written.\n"
        )
    else:
        for name, data in plugin.files.items():
            sys.stdout.write(f"==> {folder}/{name} <==\n{data.decode()}\n")
        sys.stderr.write(plugin.fault or "Nothing was written; creditsui hermes-plugin --write does it.")
        sys.stderr.write("\n")
    sys.stderr.write(_ENABLE + (f"{plugin.note}\n" if plugin.note else ""))
    return FINE
