"""Which prices are in use: the table, how new it is, and a mark that changes when any price may have changed.

Nothing here loads the table itself: it brings pydantic and 30 MB.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from creditsui.domain.digest import blake2b
from creditsui.pricing.aliases import maker

__all__ = ["PACKAGE", "fingerprint", "maker", "table_date", "table_name", "table_told"]

PACKAGE = "genai-prices"
_VERSION = re.compile(r"\w+-([0-9][\w.+!]*)\.dist-info")
_START = re.compile(rb"start_date=datetime\.date\((\d{4}), (\d{1,2}), (\d{1,2})\)")


@cache
def table_name() -> str:
    """`genai-prices 0.2.3`; its name alone where it is not installed."""
    # What an installer writes beside a package tells its version at once; asking importlib for it takes 20 ms.
    name = PACKAGE.replace("-", "_")
    found = PathFinder.find_spec(name)
    beside = Path(found.origin).parent.parent if found and found.origin else None
    named = list(beside.glob(f"{name}-*.dist-info")) if beside else []
    if len(named) == 1 and (told := _VERSION.fullmatch(named[0].name)):
        return f"{PACKAGE} {told[1]}"
    from importlib import metadata

    try:
        return f"{PACKAGE} {metadata.version(PACKAGE)}"
    except metadata.PackageNotFoundError:
        return PACKAGE


@cache
def table_date() -> date | None:
    """The day on which the newest of its prices began, up to the day it was installed on: it carries no date, but many
    dated prices, and announced ones too."""
    from importlib import metadata

    try:
        file = Path(str(metadata.distribution(PACKAGE).locate_file("genai_prices/data.py")))
        installed = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
        days = {date(*map(int, parts)) for parts in _START.findall(file.read_bytes())}
    except (metadata.PackageNotFoundError, OSError, ValueError):
        return None
    return max((day for day in days if day <= installed), default=None)


def table_told() -> str:
    """Both in words: `genai-prices 0.2.3, newest price of 2026-11-09`."""
    day = table_date()
    return table_name() if day is None else f"{table_name()}, newest price of {day}"


def files() -> list[str]:
    """What `fingerprint` looks at: it is the same while these are."""
    found = PathFinder.find_spec(PACKAGE.replace("-", "_"))
    table = [str(Path(found.origin).with_name("data.py"))] if found and found.origin else []
    return [*table, *map(str, _code())]


def _code() -> list[Path]:
    return sorted(Path(__file__).parent.glob("*.py"))


def fingerprint(own: Mapping[str, Any]) -> str:
    """Of the table, of the code here that adds to it, and of the user's own prices."""
    told = blake2b(f"{table_name()}\0{json.dumps(own, sort_keys=True, default=str)}".encode(), digest_size=8)
    for file in _code():
        told.update(file.read_bytes())
    return told.hexdigest()
