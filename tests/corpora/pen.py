"""What all logs are written with: text of any length, ids, and times in the order of work."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

_UNIT = 'the “quick” fox\\n\\tjumped \\"over\\" \\\\ {lazy: dogs, naïve} 0123456789 — '
"""JSON as it stands in a line: escapes and letters that take several bytes, whole in every repetition."""
_SIZE = len(_UNIT.encode())
_LONGEST = 200_000
_TEXT = _UNIT * (_LONGEST // _SIZE)
HERE = '"@"'
"""In an object that is written: where the long text goes."""

FIRST = int(datetime(2026, 9, 20, 6, tzinfo=UTC).timestamp() * 1000)
DAYS = 52
"""Over which work is spread: the clocks of Auckland, Berlin and New York change in them."""


def text(random: Random, median: int) -> str:
    """Most are short, and some very long: up to 200 KB."""
    size = min(_LONGEST, int(random.paretovariate(1.2) * median * 0.56))
    return _TEXT[: len(_UNIT) * (size // _SIZE)]


def hex_of(random: Random, digits: int) -> str:
    return f"{random.getrandbits(4 * digits):0{digits}x}"


def uuid_of(random: Random) -> str:
    digits = hex_of(random, 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def iso(at: int) -> str:
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{at % 1000:03d}Z"


def milliseconds(told: str) -> int:
    return round(datetime.fromisoformat(told).timestamp() * 1000)


EDGES = tuple(
    milliseconds(told) + shift
    for told in (
        "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", "2026-10-25T02:30:00+02:00",
        "2026-10-25T02:30:00+01:00", "2026-09-27T00:00:00+12:00", "2026-09-28T00:00:00+13:00",
        "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00", "2026-11-03T00:00:00+00:00",
        "2026-10-10T00:00:00+05:45",
    )
    for shift in (-1, 0)
)  # fmt: skip
"""The instants at which days begin, and the last ones before, in zones whose clocks change; and the hour that Berlin
has twice."""


def dated(file: "File", at: int) -> int:
    """A log that was last changed at a time, to the second: who finds none in a line may take that."""
    os.utime(file.path, (at // 1000, at // 1000))
    return at // 1000 * 1000


class File:
    """A log that is being written, a line at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lines: list[bytes] = []

    def add(self, line: dict[str, Any], body: str = "") -> bytes:
        written = json.dumps(line, separators=(",", ":"), ensure_ascii=False).replace(HERE, f'"{body}"', 1)
        return self.raw(written.encode() + b"\n")

    def raw(self, line: bytes) -> bytes:
        self.lines.append(line)
        return line

    def close(self) -> int:
        """Bytes."""
        data = b"".join(self.lines)
        self.path.write_bytes(data)
        return len(data)
