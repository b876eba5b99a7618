"""`creditsui ingest`: read new lines of agents' logs into the ledger now."""

import gc
import json
import os
import sys
import time
from typing import TYPE_CHECKING

from creditsui.cli.codes import FINE
from creditsui.core.logs.report import Progress, Report

if TYPE_CHECKING:
    from argparse import Namespace


def quick(words: list[str]) -> int | None:
    """Run when the words are written plainly. None: nothing was done, the full parser has to look.

    With nothing new it is done at once; else readers are begun before anything is loaded that only a crash needs.
    """
    if not {*words} <= {"--json", "--progress"}:
        return None
    from creditsui.core.logs import unchanged

    began = time.monotonic()
    if logs := unchanged.logs(os.environ):
        return _say(Report(files=logs, seconds=round(time.monotonic() - began, 3)), "--json" in words)
    from creditsui.core.crash import no_core_dump

    no_core_dump()
    gc.disable()  # the process ends soon; looking for what can be freed is a fiftieth of its time
    return _ingest(rebuild=False, as_json="--json" in words, lines="--progress" in words)


def run(args: "Namespace") -> int:
    return _ingest(rebuild=args.rebuild, as_json=args.json, lines=args.progress)


def _ingest(*, rebuild: bool, as_json: bool, lines: bool) -> int:
    from creditsui.core.logs.ingest import ingest
    from creditsui.core.start import open_session

    session = open_session(os.environ)
    if lines:
        report = ingest(session, rebuild=rebuild, progress=_line)
    else:
        from creditsui.cli import progress

        report = progress.ingest(session, rebuild=rebuild)
    from creditsui.core.logs import faults as log_faults  # not before the readers have begun

    for fault in log_faults.known(session):
        sys.stderr.write(f"{fault}\n")
    return _say(report, as_json)


def _say(report: Report, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps({"schema": 1, **report._asdict()}) + "\n")
        return FINE
    if not report.files and not report.unlisted:
        sys.stderr.write("No log of an agent was found; creditsui doctor says where they are looked for.\n")
        return FINE
    if not (report.read_bytes or report.duplicates or report.skipped_lines):
        sys.stdout.write(f"Nothing new in {_several(report.files, 'log')}.\n")
        return FINE
    said = f"{_several(report.new, 'new call')} from {_several(report.files, 'log')}"
    more = [f"{report.duplicates:,} met before"] if report.duplicates else []
    more += [f"{_several(report.skipped_lines, 'line')} that could not be read"] if report.skipped_lines else []
    sys.stdout.write(", ".join([said, *more]) + f" ({_size(report.read_bytes)} in {report.seconds:.1f} s)\n")
    return FINE


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _size(bytes: int) -> str:
    return f"{bytes / 1e6:,.1f} MB" if bytes >= 100_000 else f"{bytes / 1e3:,.1f} kB"


def _line(now: Progress) -> None:
    sys.stdout.write(json.dumps({"done": now.done, "whole": now.whole}) + "\n")
    sys.stdout.flush()
