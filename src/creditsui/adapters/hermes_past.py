"""Writing `routing.json`, the changes of the route: a row stands there before its file does, and lists never race."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from creditsui.adapters import atomic
from creditsui.adapters.hermes_history import LARGEST
from creditsui.adapters.regular import opened
from creditsui.routing.route import Change, Choice, Refused

KEPT = 200
"""Changes, of all homes of Hermes together."""
_TRIES = 20
Row = dict[str, Any]


def noted(history: Path, change: Change, added: frozenset[Choice]) -> None:
    """Add a change; `added` are the fallbacks that it put into the chain. Raises Refused and OSError."""
    row = {
        "at": change.at.astimezone(UTC).isoformat(),
        "config": change.config,
        "backup": change.backup,
        "before_sha": change.before,
        "after_sha": change.after,
        "route": {
            "primary": _row(change.route.primary),
            "delegation": change.route.delegation and _row(change.route.delegation),
            "fallbacks": [_row(one) for one in change.route.fallbacks],
        },
        "added": [_row(one) for one in sorted(added, key=lambda one: (one.provider, one.model))],
        "reason": change.reason,
        "undone": False,
    }
    _edit(history, lambda rows: [*rows, row][-KEPT:])


def forgotten(history: Path, change: Change) -> None:
    """Take away a change that never came about."""
    _edit(history, lambda rows: [row for row in rows if not _is(row, change)])


def undone(history: Path, change: Change, at: datetime | None = None, pin: str | None = None) -> None:
    """Keep a change as one that was taken back, `at` that moment, while `pin` was pinned; None: nobody knows."""
    told: Row = {"undone": True}
    if at is not None:
        told |= {"undone_at": at.astimezone(UTC).isoformat(), "undone_pin": pin}
    _edit(history, lambda rows: [row | told if _is(row, change) else row for row in rows])


def ours(history: Path, config: Path) -> frozenset[Choice]:
    """The fallbacks that our changes put into the chain of a file, and that the user had not put there. Raises
    Refused."""
    rows = [row for row in _rows(_read(history)) if row.get("config") == str(config) and row.get("undone") is not True]
    told = [one for row in rows if isinstance(row.get("added"), list) for one in row["added"] if isinstance(one, dict)]
    return frozenset(Choice(str(one.get("provider")), str(one.get("model"))) for one in told)


def _row(choice: Choice) -> Row:
    return {"provider": choice.provider, "model": choice.model}


def _is(row: Row, change: Change) -> bool:
    try:
        at = datetime.fromisoformat(row["at"])
    except (KeyError, TypeError, ValueError):
        return False
    same = row.get("config") == change.config and row.get("backup") == change.backup
    return same and (at if at.tzinfo else at.replace(tzinfo=UTC)) == change.at


def _edit(history: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    for _ in range(_TRIES):
        before = _read(history)
        data = json.dumps(change(_rows(before)), ensure_ascii=False, indent=1).encode() + b"\n"
        try:
            return atomic.replace(history, data, unless_changed=before)
        except atomic.Conflict:
            continue
    raise Refused(f"{history} is written by somebody else all the time.")


def _read(history: Path) -> bytes:
    try:
        with opened(history) as (file, _):
            return file.read(LARGEST)
    except FileNotFoundError:
        return b""


def _rows(data: bytes) -> list[Row]:
    try:
        found = json.loads(data) if data.strip() else []
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise Refused("routing.json, the history of changes, is damaged: move it away to begin a new one.")
    return [row for row in found if isinstance(row, dict)]
