"""What was met when all logs had been read, so that nobody looks into anything while all of it is as it was.

One small file of numbers that tell a changed file or folder from the same one. It imports little: with nothing new a
run is done before the program is even loaded.
"""

import os
from collections.abc import Iterable, Mapping

from creditsui import __file__ as program
from creditsui import __version__
from creditsui.adapters import spare

_HEAD = f"seen 1 {__version__} {program}"
_OURS = "+"
"""Before the name of a file of ours, which is the same empty or not there, as SQLite leaves it."""
_SETTLING = 2_000_000_000
"""Nanoseconds: what changed within them before a look began may have changed again, unseen, in the same tick."""


def unchanged(file: str, env: Mapping[str, str]) -> tuple[int, bool] | None:
    """What `keep` was given, `logs` and `plain`, where all is as it was then; None where somebody has to look."""
    data = spare.load(file)
    if data is None:
        return None
    try:
        head, logs, plain, variables, *rest = os.fsdecode(data).split("\0")
        told = int(logs), bool(int(plain))
        count = int(variables)
    except ValueError:
        return None
    names, places = rest[:count], rest[count:]
    if head != _HEAD or len(names) != count or not places or len(places) % 2:
        return None
    if [_variable(name.partition("=")[0], env) for name in names] != names:
        return None
    pairs = iter(places)
    return told if all(_mark(place) == mark for place, mark in zip(pairs, pairs, strict=True)) else None


def keep(
    file: str,
    env: Mapping[str, str],
    *,
    logs: int,
    plain: bool,
    variables: Iterable[str],
    places: Iterable[str],
    ours: Iterable[str],
    began: int,
) -> None:
    """`places` and `variables` are what decides that nothing is new; `ours` are files that this program has just
    written itself; `began` is when the look for logs did, in nanoseconds since 1970. `plain`: there is nothing to be
    said beside how many logs there are. Where something changed lately nothing is kept: it may still be changing."""
    names = sorted({_variable(name, env) for name in variables if name})
    told = [_HEAD, str(logs), str(int(plain)), str(len(names)), *names]
    for place in ours:
        told += [f"{_OURS}{place}", _mark(f"{_OURS}{place}")]
    for place in places:
        mark = _mark(place)
        if not os.path.isabs(place) or (mark and int(mark.rpartition(" ")[2]) > began - _SETTLING):  # noqa: PTH117
            spare.drop(file)
            return
        told += [place, mark]
    if not any("\0" in one for one in told):
        spare.keep(file, os.fsencode("\0".join(told)))


def _mark(place: str) -> str:
    """What is different whenever a file, or the entries of a folder, are; "" where nothing is there, or nobody may
    look. The last number is when that was, which no program can set to an earlier time."""
    try:
        told = os.stat(place.removeprefix(_OURS))  # noqa: PTH116
    except (OSError, ValueError):
        return ""
    if not told.st_size and place.startswith(_OURS):
        return ""
    return f"{told.st_dev} {told.st_ino} {told.st_mode} {told.st_size} {told.st_mtime_ns} {told.st_ctime_ns}"


def _variable(name: str, env: Mapping[str, str]) -> str:
    value = env.get(name)
    return name if value is None else f"{name}={value}"
