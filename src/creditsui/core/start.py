"""How a run begins: the session of the real machine."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from creditsui import paths
from creditsui.core.session import Session

if TYPE_CHECKING:
    from creditsui.core.asking.round import Outcome, Round
    from creditsui.core.declare.declared import Catalogue
    from creditsui.providers.spec import Provider


def open_session(env: Mapping[str, str]) -> Session:
    """Nothing is read, created or imported that a status line would have to wait for. Raises `paths.NoHome`."""
    found = paths.find(env)
    return Session(
        paths=found, env=env, now=lambda: datetime.now(UTC), providers=_providers(found), ask=_ask, uptime=_uptime
    )


def _providers(found: paths.Paths) -> "Callable[[], Mapping[str, Provider]]":
    """The catalogue, loaded when somebody asks for it."""

    def providers() -> "Mapping[str, Provider]":
        from creditsui.core.declare.declared import Catalogue

        if not kept:
            kept.append(Catalogue(found.declared))
        return kept[0]()

    kept: list[Catalogue] = []
    return providers


def _uptime() -> tuple[float, str] | None:
    from creditsui.adapters.uptime import uptime

    return uptime()


async def _ask(round: "Round") -> "Outcome":
    from creditsui.core.asking.ask import ask

    return await ask(round)
