"""Finding the few lines of a log that tell something, without decoding the others."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import MsgspecError
from msgspec.json import Decoder

Number = int | float | str | bool | None
"""Of a count in a log: read by `count`, so that a bad one costs itself and not its line."""

UNREADABLE = (MsgspecError, RecursionError, UnicodeDecodeError)
"""What a decoder raises for a line that is none: no JSON, another shape, too deep."""

_EARLIEST, _LATEST = 1_000_000_000_000, 4_102_444_800_000  # 2001 and 2100: outside, a clock or a unit is wrong
_LARGEST_LOGIN = 1_000_000
_LOGIN = Decoder(dict[str, Any])


def marked(data: bytes, markers: Sequence[bytes]) -> Iterator[memoryview]:
    """The lines that hold any of the markers, in order and each once, without their ends."""
    view, size = memoryview(data), len(data)
    nexts = [(found, marker) for marker in markers if (found := data.find(marker)) >= 0]
    while nexts:
        first = min(found for found, _ in nexts)
        start = data.rfind(b"\n", 0, first) + 1
        end = data.find(b"\n", first)
        end = size if end < 0 else end
        yield view[start:end]
        later = ((found if found >= end else data.find(marker, end), marker) for found, marker in nexts)
        nexts = [(found, marker) for found, marker in later if found >= 0]


def moment(told: Number) -> int | None:
    """Milliseconds since 1970 of an ISO time (UTC where it names no zone), or of seconds or milliseconds since then;
    None for what is no time of any call."""
    if isinstance(told, str):
        try:
            when = datetime.fromisoformat(told)
        except ValueError:
            return None
        at = round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    elif isinstance(told, bool) or told is None or not math.isfinite(told):
        return None
    else:
        at = int(told) if abs(told) >= 100_000_000_000 else int(told * 1000)
    return at if _EARLIEST <= at <= _LATEST else None


def micro(told: Number) -> int | None:
    """Micro-USD of an amount in USD; None where it is 0 or no amount: agents write 0 where they know no price."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told < 1_000_000:
        return None
    return round(told * 1_000_000)


def login(path: Path) -> dict[str, Any]:
    """A small JSON file of an agent's, which says how it is logged in; empty where there is none."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_LOGIN:
            return {}
        return _LOGIN.decode(path.read_bytes())
    except (OSError, *UNREADABLE):
        return {}
