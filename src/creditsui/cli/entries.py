"""`creditsui entries`: what was booked, newest first."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

from creditsui import config as configuration
from creditsui.cli.codes import FINE
from creditsui.config import Config, ConfigError
from creditsui.core import book, settings
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain import format as words
from creditsui.domain.clean import clean
from creditsui.domain.entry import Entry, standing


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    entries = book.entries(session)
    if args.json:
        rows = [_row(entry) for entry in entries]
        sys.stdout.write(json.dumps({"schema": 1, "entries": rows}, ensure_ascii=False, indent=1) + "\n")
        return FINE
    if not entries:
        sys.stderr.write("Nothing was booked yet; creditsui sync ID AMOUNT books a balance.\n")
        return FINE
    sys.stdout.writelines(_lines(session, entries))
    return FINE


def _lines(session: Session, entries: list[Entry]) -> list[str]:
    zone = configuration.zone(_config(session), session.env)
    counting = {entry.id for entry in standing(entries)}
    numbers = {entry.id: entry.number for entry in entries}
    widest = max(len(entry.account) for entry in entries)
    lines = []
    for entry in entries:
        amount = "" if entry.amount is None else _amount(entry)
        about = [f"of entry {numbers.get(entry.undoes, '?')}"] if entry.undoes else []
        about += [entry.kind] if entry.kind != "paid" else []
        about += [f"expires {entry.expires_at}"] if entry.expires_at else []
        about += [clean(entry.note)] if entry.note else []
        about += ["taken back"] if entry.type != "undo" and entry.id not in counting else []
        at = f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M}"
        row = f"{entry.number:>4}  {at}  {entry.account:<{widest}}  {entry.type:<6}  {amount:>12}  {' · '.join(about)}"
        lines.append(row.rstrip() + "\n")
    return lines


def _amount(entry: Entry) -> str:
    if entry.amount is None:
        return ""
    return words.amount(entry.amount) if entry.type == "sync" else words.signed(entry.amount)


def _config(session: Session) -> Config:
    try:
        return settings.config(session)
    except ConfigError:
        return Config()


def _row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": "entry",
        "number": entry.number,
        "id": entry.id,
        "type": entry.type,
        "account": entry.account,
        "at": _utc(entry.at),
        "amount": entry.amount.amount if entry.amount is not None else None,
        "currency": entry.amount.currency if entry.amount is not None else None,
        "expires_at": entry.expires_at.isoformat() if entry.expires_at else None,
        "granted": entry.kind != "paid",
        "credit": entry.kind,
        "note": entry.note,
    }
    return row | ({"undoes": entry.undoes} if entry.undoes else {})


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
