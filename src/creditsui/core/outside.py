"""A file of the user's own that is written at once and whole: a report or metrics, wherever they shall lie."""

import errno
import os
from pathlib import Path

from creditsui.core.session import Session


def write(session: Session, path: Path, data: bytes, mode: int = 0o600) -> None:
    """Let `path` have this. `mode` is that of a new file; one that was there keeps its own, and a link stays a link.

    Raises OSError with a reason in words; then what was there before is there still.
    """
    from creditsui.adapters import atomic
    from creditsui.paths import ensure

    fault = _fault(session, path)
    if fault is not None:
        raise OSError(*fault, str(path))
    state = session.paths.status.parent
    try:
        ensure(state)
        atomic.replace(path, data, mode=mode, lock=state / "outside")
    except OSError as error:
        raise OSError(error.errno, error.strerror or type(error).__name__, str(path)) from None


def _fault(session: Session, path: Path) -> tuple[int, str] | None:
    """Why nothing may be written there."""
    paths = session.paths
    own = (paths.config, paths.keys, paths.ledger, paths.status, paths.claude_status, paths.prices, paths.log)
    target = Path(os.path.realpath(path))
    if target in (Path(os.path.realpath(one)) for one in own):
        return errno.EINVAL, "it is a file of creditsui itself; name another one"
    if path.exists() and not (path.is_file() or path.is_dir()):
        return errno.EINVAL, "it is no file; “-” writes to standard output"
    if target.is_dir():
        return errno.EISDIR, "it is a folder; name a file"
    if not target.parent.is_dir():
        return errno.ENOENT, "there is no such folder"
    return None
