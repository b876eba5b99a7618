"""`creditsui line`: one line from the last board. It runs every few seconds in a status bar, so it imports little."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from datetime import UTC, datetime

from creditsui.cli.codes import FINE

TYPE_CHECKING = False  # a status line has no time to load typing
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

_LONGEST_BOARD = 8_388_608
_UNREADABLE = {"accounts": None}
_PATIENCE = 2.0
"""Seconds that standard input may take."""
_HOSTS = ("plain", "tmux", "waybar", "starship", "claude")
_VALUES = ("--for", "--template", "--width", "--hide", "--only")


def quick(words: list[str]) -> int | None:
    """Run when the arguments are written plainly. None: nothing was done, the full parser (15 ms) has to look."""
    values: dict[str, str] = {}
    several: dict[str, list[str]] = {"--hide": [], "--only": []}
    rest = iter(words)
    private = False
    for word in rest:
        if word == "--then":
            values[word] = ""
            break
        if word == "--private":
            private = True
            continue
        value = next(rest, "-")
        if word not in _VALUES or value.startswith("-"):
            return None
        several.get(word, []).append(value)
        values[word] = value
    then = list(rest)
    host, width = values.get("--for", "plain"), values.get("--width", "1")
    wide = width.isdecimal() and len(width) < 6 and int(width) > 0
    if host not in _HOSTS or not wide or ("--then" in values) != bool(then) or (then and host != "claude"):
        return None
    told = {
        "host": host,
        "template": values.get("--template"),
        "width": int(width) if "--width" in values else None,
        "hide": several["--hide"],
        "only": several["--only"],
        "private": private,
    }
    return _show(told, then)


def run(args: Namespace) -> int:
    host: str = getattr(args, "for")
    if args.then and host != "claude":
        from creditsui.cli.parser import WrongUse

        raise WrongUse("--then goes with --for claude")
    names = ("template", "width", "hide", "only", "private")
    return _show({"host": host} | {name: getattr(args, name) for name in names}, args.then)


def _show(told: dict[str, Any], then: list[str]) -> int:
    """Print the line; `told` is what `outputs.line` is told beside the board."""
    if told["host"] != "claude":
        sys.stdout.write(_ours(told) + "\n")
        return FINE
    # Claude Code drops a status line whose command fails, so whatever happens a line is printed and the code is 0.
    raw = _piped()
    try:
        _tap(raw)
    except Exception as error:
        sys.stderr.write(f"creditsui line: the rate limits were not kept ({type(error).__name__})\n")
    before = _theirs(then, raw) if then else ""
    from creditsui.places import NoHome

    try:
        ours = _ours(told)
    except NoHome as nowhere:
        ours = str(nowhere)
    except Exception as error:
        ours = f"creditsui: {type(error).__name__}"
    sys.stdout.write(before + ours + "\n")
    return FINE


def _ours(told: dict[str, Any]) -> str:
    from creditsui.core.terminal import utf8
    from creditsui.outputs.line import line

    color, board = not os.environ.get("NO_COLOR"), _board()
    _strangers(board, [*told["hide"], *told["only"]])
    return line(board, datetime.now(UTC), color=color, ascii=not utf8(os.environ), **told)


def _strangers(board: dict[str, Any], ids: list[str]) -> None:
    """Say on stderr which of these ids no account has: the line itself would be the same without a word."""
    accounts = board.get("accounts")
    known = {one.get("id") for one in accounts if isinstance(one, dict)} if isinstance(accounts, list) else set()
    for id in dict.fromkeys(ids) if known else ():
        if id not in known:
            from creditsui.domain.clean import clean

            sys.stderr.write(f"creditsui line: no account has the id {clean(id, 40)}\n")


def _board() -> dict[str, Any]:
    """The last board; empty when there is none yet, without accounts when it cannot be read. Raises NoHome."""
    from creditsui.places import status

    path = status(os.environ)
    try:
        # A pipe in its place would be waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            data = json.loads(file.read(_LONGEST_BOARD))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        return _UNREADABLE
    return data if isinstance(data, dict) else _UNREADABLE


def _tap(raw: bytes) -> None:
    from creditsui.core.tap import keep
    from creditsui.places import claude_status

    keep(raw, claude_status(os.environ), datetime.now(UTC))


def _piped() -> bytes:
    """Standard input up to its end, a bound in size and one in time; nothing from a terminal."""
    from creditsui.core.tap import LONGEST_INPUT

    try:
        if sys.stdin is None or sys.stdin.isatty():
            return b""
        source, data, until = sys.stdin.fileno(), b"", time.monotonic() + _PATIENCE
        while len(data) <= LONGEST_INPUT:
            ready, _, _ = select.select([source], [], [], max(0.0, until - time.monotonic()))
            chunk = os.read(source, 65_536) if ready else b""
            if not chunk:
                break
            data += chunk
        return data
    except (OSError, ValueError):
        return b""


def _theirs(command: list[str], raw: bytes) -> str:
    """What the user's own status line command makes of the same input; empty when it fails."""
    import subprocess

    # One word with blanks is what stood in Claude Code's settings: a line for the shell.
    argv = ["/bin/sh", "-c", command[0]] if len(command) == 1 and " " in command[0] else command
    try:
        done = subprocess.run(argv, input=raw, stdout=subprocess.PIPE, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"creditsui line: your command failed ({type(error).__name__})\n")
        return ""
    text = done.stdout.decode("utf-8", "replace").rstrip("\n")
    return f"{text}\n" if text else ""
