"""The file that tells the next start how the pane looked here: no amount and no label, only places and colours."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from creditsui.core.session import Session
from creditsui.places import look

_LONGEST = 1_048_576


def kept(session: Session) -> dict[str, Any]:
    """What it holds; empty where there is none or it makes no sense."""
    try:
        with Path(look(session.env)).open("rb") as file:
            found = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("sizes"), dict) else {}


def keep(session: Session, found: Mapping[str, Any]) -> None:
    """Write it; where that fails, the next start paints when Textual does."""
    from creditsui.adapters import atomic

    atomic.replace(Path(look(session.env)), f"{json.dumps(found)}\n".encode())
