"""A session on an empty home with providers of the test's own, asked over real sockets."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from creditsui import paths
from creditsui.core.asking.ask import ask
from creditsui.core.session import Session
from creditsui.providers.spec import Provider

SessionOf = Callable[..., Session]


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session_of(home: Path, clock: Clock) -> SessionOf:
    """`session_of(provider, …, config="…", env={…})`."""

    def make(
        *providers: Provider, config: str = "", env: Mapping[str, str] | None = None, real: bool = False
    ) -> Session:
        from creditsui.providers import catalogue

        found = paths.find({"HOME": str(home)})
        if config:
            found.config.parent.mkdir(parents=True, exist_ok=True)
            found.config.write_text(config)
        table = catalogue() if real else {one.id: one for one in providers}
        return Session(
            paths=found,
            env={"HOME": str(home), **(env or {})},
            now=clock,
            providers=lambda: table,
            ask=ask,
        )

    return make
