"""`creditsui tmux`: a segment of tmux' status line, and keys that open the pane."""

import argparse
import json
import os
import shlex
import sys
from dataclasses import replace

from creditsui.cli.codes import FINE, PROBLEM
from creditsui.cli.failure import Failed
from creditsui.cli.parser import WrongUse
from creditsui.core import tmux
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain.clean import clean

_SIGNS = {"ok": "●", "better": "◆", "hurts": "✖"}


def run(args: argparse.Namespace) -> int:
    if args.write + args.remove + args.check > 1:
        raise WrongUse("--write, --remove and --check do not go together")
    if args.json and not args.check:
        raise WrongUse("--json goes with --check")
    session = open_session(os.environ)
    if args.check:
        return _check(session, args.json)
    if args.remove:
        return _remove(session)
    return _install(session, args)


def _install(session: Session, args: argparse.Namespace) -> int:
    keys = tmux.keys(args.popup_key, args.key)
    for key, act in tmux.taken(session, keys).items():
        if key == tmux.CLICK:
            sys.stderr.write(f"A click on the right of the status line is left to what it does: {act}.\n")
            keys = replace(keys, click=False)
        elif key in keys.named:
            sys.stderr.write(f"prefix {key} did this until now: {act}.\n")
        elif args.write:
            how = "name another (or the same, to take it) with --popup-key or --key"
            raise Failed(f"prefix {key} already does: {act}. To do: {how}")
        else:
            sys.stderr.write(f"prefix {key} already does: {act}.\n")
    text = tmux.snippet(tmux.program(sys.argv[0], sys.executable), _says(args), keys)
    if not args.write:
        sys.stdout.write(text)
        sys.stderr.write("Nothing was written; creditsui tmux --write installs it.\n")
        return FINE
    done = tmux.install(session, text)
    sys.stdout.write("".join(f"{clean(str(path), None)}\n" for path in done.changed))
    load = f"To load it into a tmux that runs: tmux source-file {clean(shlex.quote(str(done.snippet)), None)}"
    sys.stderr.write(f"{load}\n" if done.changed else "Up to date.\n")
    return FINE


def _says(args: argparse.Namespace) -> list[str]:
    """What the line shall say, as words of its own command line."""
    words = ["--template", args.template] if args.template is not None else []
    words += ["--width", str(args.width)] if args.width is not None else []
    for name, ids in (("--hide", args.hide), ("--only", args.only)):
        for id in ids:
            words += [name, id]
    return [*words, *(["--private"] if args.private else [])]


def _remove(session: Session) -> int:
    done = tmux.remove(session)
    sys.stdout.write("".join(f"{clean(str(path), None)}\n" for path in done.changed))
    if not done.changed:
        sys.stderr.write("There was nothing of creditsui in tmux' settings.\n")
        return FINE
    clear = f"tmux set-option -gu {tmux.SEGMENT}"
    sys.stderr.write(f"A tmux that runs keeps the segment until: {clear}; the keys stay until it ends.\n")
    return FINE


def _check(session: Session, as_json: bool) -> int:
    from creditsui.core import tmux_check

    found = tmux_check.diagnose(session)
    if as_json:
        sys.stdout.write(json.dumps(tmux_check.as_json(found)) + "\n")
    else:
        signs = _SIGNS if _utf8() else {"ok": "o", "better": "*", "hurts": "x"}
        width = max(len(one.name) for one in found.checks)
        for one in found.checks:
            told = f"{signs[one.state]} {one.name:<{width}}  {one.found}"
            sys.stdout.write(f"{told}\n{'':<{width + 4}}{one.do}\n" if one.do else f"{told}\n")
    return PROBLEM if found.hurts else FINE


def _utf8() -> bool:
    from creditsui.core.terminal import utf8

    return utf8(os.environ)
