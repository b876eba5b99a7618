"""The last board that creditsui wrote, as dashboards of credits are told: providers, and how old it is."""

import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from . import words
from .account import instant, money, number, rank, row, table, tables
from .account import text as line

SCHEMA = 1
LARGEST = 8 << 20
"""Bytes; no board is larger."""
OLD = 600
"""Seconds from which on the whole board is stale: nobody has looked since."""
_TOLD = Path(__file__).resolve().parent / "status.path"
_ASK = "creditsui status"


def status(env: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What every account has left, the worst first. Never raises: what cannot be told has an `error` and a `hint`."""
    try:
        data = _read(env)
    except FileNotFoundError:
        return _nothing("there is no board yet", _ASK)
    except (OSError, ValueError, RecursionError):
        return _nothing("the last board cannot be read", _ASK)
    schema = data.get("schema")
    if type(schema) is not int or schema < 1 or not isinstance(data.get("accounts"), list):
        return _nothing("the last board cannot be read", _ASK)
    if schema > SCHEMA:
        return _nothing("the last board is from a newer creditsui", "creditsui hermes-plugin --write")
    made = instant(data.get("generated_at"))
    age = None if made is None else max(0, int((now - made).total_seconds()))
    rows = [row(one, now) for one in tables(data.get("accounts")) if one.get("enabled") is not False]
    return {
        "providers": sorted(rows, key=rank),
        "cached": True,
        "age_seconds": age,
        "stale": age is None or age > OLD,
        "demo": data.get("demo") is True,
        "error": None,
        "hint": None,
        "totals": [_total(one) for one in tables(data.get("totals"))],
        "shown": {
            "left": " + ".join(filter(None, map(money, tables(data.get("totals"))))),
            "age": "of unknown age" if age is None else "just now" if age < 10 else f"{words.age(age)} ago",
        },
    }


def text(board: Mapping[str, Any], wanted: str = "") -> str:
    """The same for a chat: one line for each account whose name holds one of the words that are `wanted`."""
    if board["error"]:
        return f"creditsui: {board['error']}. To do: {board['hint']}"
    rows = board["providers"]
    asked = wanted.lower().split()[:20]
    found = [one for one in rows if not asked or any(word in _names(one) for word in asked)]
    if not found:
        return f"creditsui: no account of that name among {len(rows)}." if rows else "creditsui: no accounts yet."
    demo = " · DEMO" if board["demo"] else ""
    stale = " · stale, to renew it: creditsui status" if board["stale"] else ""
    total = f" · {board['shown']['left']} left" if board["shown"]["left"] and not asked else ""
    return "\n".join([f"Credits, {board['shown']['age']}{total}{stale}{demo}", *map(_line, found)])


def _line(one: Mapping[str, Any]) -> str:
    shown = one["shown"]
    left = "" if shown["left"] == shown["percent"] else shown["left"]
    facts = " · ".join(filter(None, (shown["percent"], left, shown["lasts"], shown["age"])))
    todo = f" To do: {one['hint']}" if one["hint"] else ""
    trouble = f" — {one['error'].rstrip('.')}.{todo}" if one["error"] else ""
    return f"{shown['glyph']} {one['label'] or '?'}: {facts}{trouble}"


def _names(one: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (one["account"], one["label"], one["provider"]))).lower()


def _total(data: Mapping[str, Any]) -> dict[str, Any]:
    burn = number(data.get("burn_per_day"))
    return {"currency": line(data.get("currency")), "remaining": number(data.get("remaining")), "burn_per_day": burn}


def _nothing(error: str, hint: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"providers": [], "cached": True, "age_seconds": None, "stale": True, "demo": False}
    return empty | {"error": error, "hint": hint, "totals": [], "shown": {"left": "", "age": ""}}


def _read(env: Mapping[str, str]) -> Mapping[str, Any]:
    """The file as it is, strictly. Raises OSError and ValueError."""
    for path in places(env):
        try:
            # A pipe in its place would be waited for.
            file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        except FileNotFoundError:
            continue
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise OSError("no file")
            with os.fdopen(file, "rb", closefd=False) as opened:
                data = opened.read(LARGEST + 1)
        finally:
            os.close(file)
        if len(data) > LARGEST:
            raise ValueError("too large")
        return table(json.loads(data, parse_constant=_refuse))
    raise FileNotFoundError


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")


def places(env: Mapping[str, str]) -> Iterator[Path]:
    """Where the board may be: where the creditsui that wrote this plugin keeps it, then where one would here."""
    try:
        told = Path(_TOLD.read_text(encoding="utf-8").rstrip("\n"))
        if told.is_absolute():
            yield told
    except (OSError, ValueError):
        pass
    state = env.get("XDG_STATE_HOME", "")
    if Path(state).is_absolute():
        yield Path(state, "creditsui", "status.json")
        return
    home = env.get("HOME", "")
    if Path(home).is_absolute():
        usual = ("Library", "Application Support") if sys.platform == "darwin" else (".local", "state")
        yield Path(home, *usual, "creditsui", "status.json")
