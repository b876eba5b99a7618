"""How a run begins: the session of the real machine."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from creditsui import paths
from creditsui.core.session import Session

if TYPE_CHECKING:
    from creditsui.core.round import Outcome, Round
    from creditsui.providers.spec import Provider


def open_session(env: Mapping[str, str]) -> Session:
    """Nothing is read, created or imported that a status line would have to wait for. Raises `paths.NoHome`."""
    return Session(paths=paths.find(env), env=env, now=lambda: datetime.now(UTC), providers=_catalogue, ask=_ask)


def _catalogue() -> "Mapping[str, Provider]":
    from creditsui.providers import catalogue

    return catalogue()


async def _ask(round: "Round") -> "Outcome":
    from creditsui.core.ask import ask

    return await ask(round)
