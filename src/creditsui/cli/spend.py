"""`creditsui spend`: what was spent on what, by the calls that agents logged and what went unseen."""

import argparse
import gc
import os
import sys
from datetime import date

from creditsui.cli import amounts, failure, progress, shown
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse, say
from creditsui.core import spending
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain.spending import KEYS, TIMES, Report
from creditsui.outputs import spend as outputs

_BY, _BY_UNPRICED = "day", "model,source"


def run(args: argparse.Namespace) -> int:
    if args.json and args.csv:
        raise WrongUse("--json and --csv are two forms of the same: take one of them")
    by = _by(args.by or (_BY_UNPRICED if args.unpriced else _BY))
    since = spending.ALL if args.since == "all" else _day(args.since)
    until = _day(args.until)
    gc.disable()  # what a report is made of are many small things, none of which goes before the end
    session = open_session(os.environ)
    logs, refused = _read_logs(session)
    places, times = any(name in spending.PLACES for name in by), any(name in TIMES for name in by)
    found = spending.spent(session, since, until, places=places, times=times)
    if found.since > found.until:
        raise WrongUse(f"{found.since} is after the last day, {found.until}")
    report = found.report(by, unpriced=args.unpriced)
    if args.json:
        sys.stdout.write(outputs.dumps(report) + "\n")
    elif args.csv:
        sys.stdout.write(outputs.csv(report))
    elif report.rows:
        _show(session, report, args.unpriced)
    if not report.rows:
        sys.stderr.write(_nothing(report, logs, session.now().astimezone(found.zone).date(), args.unpriced) + "\n")
    return FINE if refused is None else failure.report(refused)


def _read_logs(session: Session) -> tuple[int, Exception | None]:
    """How many logs there are, and why nothing could be kept of them, such as a ledger that may only be read: what it
    holds is told all the same."""
    try:
        return progress.ingest(session).files, None
    except Exception as error:
        if not failure.expected(error) or not session.paths.ledger.exists():
            raise
        return 0, error


def _show(session: Session, report: Report, unpriced: bool) -> None:
    sys.stdout.write(outputs.table(report, *shown.paper(session), unpriced=unpriced) + "\n")


def _by(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in KEYS:
            raise WrongUse(f"{say(name)} is nothing to group by; there are {', '.join(KEYS)}")
    return list(dict.fromkeys(names))


def _day(text: str | None) -> date | None:
    return None if text is None else amounts.day(text)


def _nothing(report: Report, logs: int, today: date, unpriced: bool) -> str:
    """What to say in the place of a table, and what to do."""
    if report.span is None:
        why = f"the {logs:,} logs that were found tell none" if logs else "no log was found"
        return f"No call of an agent is known: {why}. creditsui doctor says where logs are looked for."
    first, last = report.span
    if last < report.since or first > report.until:
        when = f"on {first}" if first == last else f"from {first} to {last}"
        until = f" --until {last}" if last > today else ""
        return (
            f"No call between {report.since} and {report.until}; there are some {when}. "
            f"To do: creditsui spend --since {first}{until}"
        )
    return f"Every call has a known price. {report.prices}".rstrip() if unpriced else "No call in these days."
