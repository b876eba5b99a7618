"""The changes of the route that were applied: `routing.json`, a list with the newest last."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from creditsui.adapters.regular import opened
from creditsui.domain.clean import decode_json
from creditsui.routing.route import Change, Choice, Route

LARGEST = 8 << 20


def changes(path: Path) -> list[Change]:
    """Those that can be read; a line of nonsense hides no other."""
    try:
        with opened(path) as (file, _):
            rows = decode_json(file.read(LARGEST + 1))
    except (OSError, ValueError):
        return []
    found = [_change(row) for row in rows] if isinstance(rows, list) else []
    return sorted((one for one in found if one is not None), key=lambda one: one.at)


def _change(row: Any) -> Change | None:
    try:
        return Change(
            at=_instant(row["at"]),
            config=str(row.get("config", "")),
            backup=str(row["backup"]),
            before=str(row["before_sha"]),
            after=str(row["after_sha"]),
            route=_route(row["route"]),
            reason=str(row.get("reason", "")),
            undone=row.get("undone") is True,
            undone_at=_instant(row["undone_at"]) if row.get("undone_at") else None,
            undone_pin=pin if isinstance(pin := row.get("undone_pin"), str) else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _instant(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _route(row: Any) -> Route:
    helper = row.get("delegation")
    behind = row.get("fallbacks") or ()
    return Route(_choice(row["primary"]), _choice(helper) if helper else None, tuple(_choice(one) for one in behind))


def _choice(row: Any) -> Choice:
    return Choice(str(row["provider"]), str(row["model"]))
