"""Writing Hermes' config.yaml: verified before, kept as it was, replaced at once, and taken back byte by byte."""

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from creditsui.adapters import atomic, hermes_history, hermes_past
from creditsui.adapters.regular import opened
from creditsui.domain.clean import clean
from creditsui.paths import ensure
from creditsui.routing import hermes_config
from creditsui.routing.route import Change, Refused, Route

KEPT = 10
"""Backups of one file."""
_TRIES = 100


@dataclass(frozen=True, slots=True)
class Applied:
    backup: Path
    change: Change


def apply(
    path: Path,
    old: bytes,
    new: bytes,
    route: Route,
    *,
    history: Path,
    at: datetime,
    reason: str,
    agrees: Callable[[bytes, bytes, Route], object] | None = None,
) -> Applied | None:
    """Put `new` in the place of `old`, which is what must stand there still. None: they are the same, nothing is done.

    The bytes before stay in a file beside it that only its owner can read, and the change is noted in `history` first,
    so that it can be taken back whatever happens. `agrees` is asked once more before that: it raises Refused where
    Hermes' own loader reads another route. Raises Refused, then every byte is as it was.
    """
    if new == old:
        return None
    ours = hermes_past.ours(history, path)
    hermes_config.verify(old, new, route, ours)
    if agrees is not None:
        agrees(old, new, route)
    added = hermes_config.added(old, new)
    try:
        _settle(path, old, history)
        _writable(path, old)
        backup = _kept(path, old, at)
    except OSError as error:
        raise _failed(path, error) from None
    change = Change(
        at=at, config=str(path), backup=str(backup), before=sha(old), after=sha(new), route=route, reason=reason
    )
    try:
        ensure(history.parent)
        hermes_past.noted(history, change, added)
        _replaced(path, old, new, history)
    except BaseException as error:
        with suppress(OSError, Refused):
            if sha(_read(path)) != change.after:  # else it was written, and interrupted only then
                hermes_past.forgotten(history, change)
                backup.unlink()
        if isinstance(error, OSError | atomic.Conflict):
            raise _failed(path, error) from None
        raise
    _sweep(path, backup)
    _stands(path, new)
    return Applied(backup, change)


def undo(path: Path, *, history: Path, at: datetime | None = None, pin: str | None = None) -> Change:
    """Take the latest change of a file back: the very bytes that stood there before, if it is still the one that was
    written. `at` and `pin` are noted with it. Raises Refused."""
    change = next(
        (one for one in reversed(hermes_history.changes(history)) if one.config == str(path) and not one.undone), None
    )
    if change is None:
        raise Refused(f"There is no change of {clean(str(path))} to take back.")
    try:
        now = _read(path)
        if sha(now) != change.before:
            if sha(now) != change.after:
                raise Refused(
                    f"{path.name} was changed since then, so it is left alone; how it was before is in {change.backup}."
                )
            before = _backed(Path(change.backup))
            if sha(before) != change.before:
                raise Refused(f"{change.backup} is not what was kept, so nothing is put back.")
            _replaced(path, now, before, history)
            hermes_past.undone(history, change, at, pin)
            _stands(path, before)
        else:
            hermes_past.undone(history, change, at, pin)
    except (OSError, atomic.Conflict) as error:
        raise _failed(path, error) from None
    return replace(change, undone=True, undone_at=at, undone_pin=pin)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _settle(path: Path, now: bytes, history: Path) -> None:
    """Where a change was noted and then killed before it was made, or taken back by hand, say so."""
    found = [one for one in hermes_history.changes(history) if one.config == str(path) and not one.undone]
    if found and found[-1].before == sha(now) != found[-1].after:
        hermes_past.undone(history, found[-1])


def _writable(path: Path, old: bytes) -> None:
    """Raises Refused where it is not ours to write: another owner would not get it back."""
    with opened(path) as (file, status):
        if file.read(len(old) + 1) != old:
            raise Refused(f"{path.name} was changed by somebody else just now; nothing was written.")
        if os.geteuid() not in (0, status.st_uid):
            raise Refused(f"{path.name} belongs to another user, who would lose it.")


def _kept(path: Path, old: bytes, at: datetime) -> Path:
    """A new file with the bytes from before, safely on the disk."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")  # no name is ever used again
    for number in range(_TRIES):
        backup = path.with_name(f"{path.name}.creditsui-{stamp}{f'-{number:02}' if number else ''}")
        try:
            descriptor = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(old)
                file.flush()
                os.fsync(descriptor)
            atomic.sync_folder(path.parent)
        except BaseException:
            backup.unlink(missing_ok=True)
            raise
        return backup
    raise Refused(f"There are too many backups of {path.name} of this second.")


def _replaced(path: Path, old: bytes, new: bytes, history: Path) -> None:
    atomic.replace(path, new, unless_changed=old, lock=history.with_name("routing-config"))


def _stands(path: Path, new: bytes) -> None:
    """Raises Refused where somebody else wrote right after us: theirs is the newest and stays."""
    with suppress(OSError):
        if _read(path) == new:
            return
    raise Refused(f"{path.name} was written, and changed by somebody else right after that.")


def _backed(backup: Path) -> bytes:
    try:
        return _read(backup)
    except OSError:
        raise Refused(f"{backup} is gone, so nothing can be put back.") from None


def _read(path: Path) -> bytes:
    with opened(path) as (file, _):
        return file.read()


def _sweep(path: Path, newest: Path) -> None:
    """Keep the latest backups only, by their names."""
    pattern = re.compile(rf"{re.escape(path.name)}\.creditsui-\d{{8}}T\d{{12}}Z(-\d\d)?")
    with suppress(OSError):
        found = sorted(one for one in path.parent.iterdir() if pattern.fullmatch(one.name) and one != newest)
        for one in found[: max(0, len(found) - KEPT + 1)]:
            one.unlink()


def _failed(path: Path, error: OSError | atomic.Conflict) -> Refused:
    if isinstance(error, atomic.Conflict):
        return Refused(f"{path.name} was changed by somebody else just now; nothing was written.")
    return Refused(f"{clean(str(path))} cannot be written ({error.strerror or type(error).__name__}).")
