"""`creditsui providers new`: the first draft of a declaration."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from creditsui.cli.codes import FINE
from creditsui.cli.failure import Failed
from creditsui.cli.parser import WrongUse, say
from creditsui.core import settings
from creditsui.core.declare import curl
from creditsui.core.declare import draft as declaring
from creditsui.core.start import open_session
from creditsui.domain.clean import decode_json

LARGEST = 2 << 20
"""Bytes of a sample: as much as is taken from a service."""


def run(args: argparse.Namespace) -> int:
    if args.like and args.curl:
        raise WrongUse("--like and --curl exclude each other")
    if not settings.fit(args.name):
        raise WrongUse(settings.ID_RULE)
    session = open_session(os.environ)
    declaring.check_name(session, args.name)
    request = _curl() if args.curl else None
    sample = answer(args.sample) if args.sample else None
    path = declaring.new(
        session, args.name, like=args.like or "", curl=request, sample=sample, sampled=bool(args.sample)
    )
    sys.stdout.write(f"{path}\n")
    for line in _next(args.name, request):
        sys.stderr.write(f"{line}\n")
    return FINE


def _next(id: str, request: curl.Curl | None) -> list[str]:
    lines = []
    if request is not None:
        told = f"{request.method} {request.url}{request.path}"
        key = f", its key in {request.auth.partition(':')[0]}" if request.auth else ", without a key in it"
        lines.append(f"It asks {told}{key}; the key itself was not kept.")
    if request is not None and request.auth.endswith("{key|base64}"):
        lines.append("The key is user:password, or “key:” where there is no password.")
    lines += [
        "Next:",
        f"  1. give it its key: set {declaring.variable(id)}, or: creditsui key set {id} --no-test",
        f"  2. creditsui providers test {id}        says what each field comes to",
        f"  3. creditsui status {id}",
    ]
    return lines


def _curl() -> curl.Curl:
    """From a prompt on a terminal, else from standard input up to its end. Raises Failed, which repeats nothing."""
    if sys.stdin is None:
        raise Failed("There is no standard input to read the curl command from.")
    if sys.stdin.isatty():
        sys.stderr.write("Paste the curl command, then an empty line (its key is not kept):\n")
        lines = []
        while (line := sys.stdin.readline()).strip():
            lines.append(line)
        text = "".join(lines)
    else:
        text = sys.stdin.buffer.read(curl.LONGEST + 1).decode("utf-8", "replace")
    try:
        return curl.parse(text)
    except curl.NotDeclarable as fault:
        raise Failed(str(fault)) from None


def answer(name: str) -> Any:
    """The JSON in a file; “-” is standard input. Raises Failed."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LARGEST + 1) if sys.stdin is not None else b""
        else:
            with Path(name).open("rb") as file:
                data = file.read(LARGEST + 1)
    except OSError as fault:
        raise Failed(f"{say(name)} cannot be read: {fault.strerror or type(fault).__name__}.") from None
    if len(data) > LARGEST:
        raise Failed(f"{say(name)} is larger than {LARGEST >> 20} MB.")
    try:
        return decode_json(data)
    except ValueError:
        raise Failed(f"{say(name)} holds no JSON.") from None
