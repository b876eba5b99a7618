"""The demo's Hermes: a decision without a socket, written and taken back in the demo's own folder."""

import socket
from pathlib import Path
from typing import Any

import pytest

from creditsui.core.demo.session import demo_session
from creditsui.core.hermes import route
from tests.core.conftest import Clock


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that somebody wanted to reach."""
    asked: list[Any] = []

    def refuse(self: socket.socket, address: Any) -> None:
        asked.append(address)
        raise OSError("there is no network in the demo")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return asked


async def test_it_is_changed_and_put_back_without_asking_anybody(
    tmp_path: Path, home: Path, clock: Clock, no_network: list[Any]
) -> None:
    session = demo_session(1.0, tmp_path / "demo", clock)
    found = await route.decide(session)
    assert found.state == "change" and found.route is not None and found.route.primary.provider != "anthropic"
    assert any("morning brief" in warning for warning in found.warnings)
    config = Path(found.config)
    assert config.is_relative_to(tmp_path / "demo")
    before = config.read_bytes()
    change = route.apply(session, found)
    assert config.read_bytes() != before and b'mode: "off"' in config.read_bytes()
    assert (await route.decide(session)).state == "no-op"
    assert route.undo(session).before == change.before and config.read_bytes() == before
    assert no_network == [] and not (home / ".hermes").exists()
