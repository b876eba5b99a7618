"""What becomes of an error that nobody expected: where it happened goes into the log, its values nowhere."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from creditsui.adapters.core_dump import no_core_dump

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["details", "hidden", "no_core_dump", "note", "prepare", "without_secrets"]

_LOUD = ("KEY", "TOKEN", "SECRET", "PASSWORD")


def prepare(env: Mapping[str, str]) -> None:
    """Before anything secret is read: no core dumps, errors of threads into the log, the log scrubbed and private."""
    from creditsui.adapters import log
    from creditsui.paths import NoHome, find

    no_core_dump()
    log.catch_crashes()
    _remember(env)
    with suppress(NoHome):
        log.start(find(env).log)


def note(error: BaseException, env: Mapping[str, str]) -> "Path | None":
    """Log where it happened; the log's path, or None where nothing could be written."""
    from creditsui.paths import NoHome, find

    prepare(env)
    try:
        path = find(env).log
    except NoHome:
        return None
    import logging

    logging.getLogger("creditsui").error("failed", exc_info=error)
    return path if path.exists() else None


def hidden(text: str, env: Mapping[str, str]) -> str:
    """`text` without this environment's credentials, and without what looks like one."""
    from creditsui.adapters import log

    _remember(env)
    return log.scrubbed(text)


def without_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """An environment for other programs: without what looks like a credential by its name."""
    return {name: value for name, value in env.items() if not any(word in name.upper() for word in _LOUD)}


def _remember(env: Mapping[str, str]) -> None:
    from creditsui.adapters import log
    from creditsui.domain.secret import Secret

    for name, value in env.items():
        if len(value) >= 8 and any(word in name.upper() for word in _LOUD):
            log.remember(Secret(value))


def details(error: BaseException, env: Mapping[str, str]) -> str:
    """The traceback, for somebody who looks for the fault: no locals, no credentials."""
    import traceback

    return hidden("".join(traceback.format_exception(error)), env)
