"""tmux' own settings file, which the user wrote: one marked line of ours is added to it, and taken away again."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from creditsui.adapters.atomic import Conflict, replace
from creditsui.adapters.regular import opened

LARGEST = 1 << 20
_MARK = b"# creditsui tmux --remove takes this line away"
_MADE = _MARK + b", and the file"
"""It was we who made the file."""


class Unfit(Exception):
    """No line can be added to this file; the text is a sentence."""


def place(env: Mapping[str, str], home: Path) -> Path:
    """The file that is ours to change: the last of those that tmux reads, else the one it would read first."""
    every = candidates(env, home)
    there = [path for path in every if path.exists() or path.is_symlink()]
    if there:
        return there[-1]
    return next((path for path in reversed(every[1:]) if path.parent.is_dir()), every[0])


def candidates(env: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """A user's own files in the order tmux reads them: each that is there, so that the last one has the last word."""
    usual = home / ".config/tmux/tmux.conf"
    folder = env.get("XDG_CONFIG_HOME", "")
    told = (Path(folder) / "tmux/tmux.conf",) if folder.startswith("/") else ()
    return tuple(dict.fromkeys((home / ".tmux.conf", *told, usual)))


def holds(path: Path) -> bool:
    """Whether a line of ours stands in it. Raises OSError and Unfit."""
    data = _read(path)
    return data is not None and _MARK in data


def add(path: Path, command: str, *, lock: Path) -> bool:
    """Have the file run a tmux command at its end; whether anything changed. Raises OSError, Conflict and Unfit."""
    before = _read(path)
    after = with_line(before, command)
    if after == before:
        return False
    replace(path, after, mode=0o644, unless_changed=before or b"", lock=lock)
    return True


def take_away(path: Path, *, lock: Path) -> bool:
    """Take our line out, and a file that it alone stood in and that we made; whether there was any.

    Raises OSError, Conflict and Unfit.
    """
    before = _read(path)
    if before is None or _MARK not in before:
        return False
    after = without_line(before)
    if after is not None:
        replace(path, after, unless_changed=before, lock=lock)
        return True
    if _read(path) != before:
        raise Conflict(f"{path} was changed by somebody else just now")
    Path(os.path.realpath(path)).unlink()
    return True


def with_line(data: bytes | None, command: str) -> bytes:
    """`data` with our line at its end, or in the place of an older one; None: there is no file. Raises Unfit."""
    mark = _MADE if data is None else _MARK
    lines = (data or b"").split(b"\n")
    ours = [at for at, text in enumerate(lines) if _MARK in text]
    if ours:
        made = any(_MADE in lines[at] for at in ours)
        lines[ours[0]] = command.encode() + b" " + (_MADE if made else _MARK)
        return b"\n".join(text for at, text in enumerate(lines) if at not in ours[1:])
    if (data or b"").rstrip(b"\n").endswith(b"\\"):
        raise Unfit("its last line ends in a backslash, so that a line below it would belong to it")
    line = command.encode() + b" " + mark
    # Without a line end before there is none after: taking the line away leaves the same bytes.
    return (data or b"") + (b"\n" + line if data and not data.endswith(b"\n") else line + b"\n")


def without_line(data: bytes) -> bytes | None:
    """`data` without our line, as it was before; None where the file itself was ours and nothing else is in it."""
    lines = data.split(b"\n")
    kept = [text for text in lines if _MARK not in text]
    made = any(_MADE in text for text in lines)
    left = b"\n".join(kept)
    return None if made and not left else left


def _read(path: Path) -> bytes | None:
    try:
        with opened(path) as (file, _):
            data: bytes = file.read(LARGEST + 1)
    except FileNotFoundError:
        if path.is_symlink():
            raise Unfit("it is a symbolic link to a file that is not there") from None
        return None
    if len(data) > LARGEST:
        raise Unfit("it is larger than 1 MiB")
    return data


def forget(path: Path) -> bool:
    """Delete a file of ours, its lock and its folder if nothing else is in it; whether it was there."""
    there = path.exists()
    path.unlink(missing_ok=True)
    path.with_name(f".{path.name}.lock").unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()
    return there
