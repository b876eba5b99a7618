"""What the metrics need beside the board: totals that never fall."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from creditsui.core.session import Session
from creditsui.domain.money import Money

_FILE = "metrics.json"
_TRIES = 5


def counted(session: Session, spent: Iterable[tuple[tuple[str, str], Money]]) -> dict[tuple[str, str], Money]:
    """What each account has spent in all, by account and currency, or what was told before where that was more.

    An estimate that the next balance takes back would make a counter fall, and who reads it take all of it for spent
    anew. What was told is kept in the state folder; where it cannot be, the numbers are told as they are.
    """
    from creditsui.adapters import atomic

    now = dict(spent)
    path = session.paths.status.parent / _FILE
    for _ in range(_TRIES):
        before = _bytes(path)
        told = _told(before)
        most = {key: max(amount, told.get(key, amount)) for key, amount in now.items()}
        if told | most == told:
            return most
        with suppress(atomic.Conflict):  # another one told something meanwhile
            with suppress(OSError):
                atomic.replace(path, _text(told | most), unless_changed=before)
            return most
    return most


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _told(data: bytes) -> dict[tuple[str, str], Money]:
    """What was told before; nothing where the file is none of ours."""
    try:
        rows = json.loads(data) if data else []
        return {(str(id), str(code)): Money(int(micros), str(code)) for id, code, micros in rows}
    except (ValueError, TypeError, RecursionError):
        return {}


def _text(told: Mapping[tuple[str, str], Money]) -> bytes:
    rows = [[id, code, amount.micros] for (id, code), amount in sorted(told.items())]
    return f"{json.dumps(rows)}\n".encode()
