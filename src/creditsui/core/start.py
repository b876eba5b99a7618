"""How a run begins: the session of the real machine."""

from collections.abc import Mapping
from datetime import UTC, datetime

from creditsui import paths
from creditsui.core.session import Session
from creditsui.providers import catalogue


def open_session(env: Mapping[str, str]) -> Session:
    """Nothing is read, created or imported that a status line would have to wait for. Raises `paths.NoHome`."""
    from creditsui.core.ask import ask

    return Session(paths=paths.find(env), env=env, now=lambda: datetime.now(UTC), providers=catalogue, ask=ask)
