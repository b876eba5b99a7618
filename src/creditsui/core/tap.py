"""The tap on Claude Code's status line: keeps the rate limits that it pipes to us, and nothing else of its input.

Nothing heavy is imported here: it runs at every redraw of that status line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime, timedelta

TYPE_CHECKING = False  # there is no time to load typing
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

LONGEST_INPUT = 1_048_576
"""Bytes of standard input that are looked at."""
_MOST_WINDOWS = 16
_ENOUGH = timedelta(seconds=20)
_LATEST = 32_503_680_000  # the year 3000: what is past it is no time


def keep(raw: bytes, path: str | Path, now: datetime) -> bool:
    """Write the `rate_limits` of Claude Code's JSON to `path` (0600, atomic), with the instant they came.

    Returns whether there were any that make sense. Raises OSError when they cannot be written.
    """
    limits = read(raw)
    if not limits:
        return False
    if not _just_kept(limits, path, now):
        from pathlib import Path

        from creditsui.adapters.atomic import replace
        from creditsui.paths import ensure

        kept = {"captured_at": now.isoformat().replace("+00:00", "Z"), "rate_limits": limits}
        ensure(Path(path).parent)
        replace(Path(path), json.dumps(kept, allow_nan=False).encode())
    return True


def _just_kept(limits: dict[str, dict[str, float | None]], path: str | Path, now: datetime) -> bool:
    """Whether the same was written moments ago: a status line is redrawn several times a second."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            kept = json.loads(file.read(LONGEST_INPUT))
        age = now - datetime.fromisoformat(kept["captured_at"])
    except (OSError, ValueError, TypeError, KeyError):
        return False
    return bool(kept.get("rate_limits") == limits) and timedelta(0) <= age < _ENOUGH


def read(raw: bytes) -> dict[str, dict[str, float | None]]:
    """The windows in `raw`, by name: `used_percentage` 0 to 100 and `resets_at` in seconds of Unix time, or None.

    Whatever is not of that form is left out, so the result may be empty. Never raises.
    """
    if len(raw) > LONGEST_INPUT:
        return {}
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    limits = data.get("rate_limits") if isinstance(data, Mapping) else None
    if not isinstance(limits, Mapping):
        return {}
    kept: dict[str, dict[str, float | None]] = {}
    for name, window in limits.items():
        if len(kept) == _MOST_WINDOWS or not _plain(name) or not isinstance(window, Mapping):
            continue
        used = _number(window.get("used_percentage"))
        if used is None or not 0 <= used <= 1000:
            continue
        resets = _number(window.get("resets_at"))
        at = resets if resets is not None and 0 < resets < _LATEST else None
        kept[name] = {"used_percentage": min(used, 100), "resets_at": at}
    return kept


def _plain(name: str) -> bool:
    return len(name) <= 32 and name.isascii() and name.replace("_", "").isalnum()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:
        return None
