"""kill -9, again and again, while a route is written to Hermes' config.yaml: the old bytes or the new ones, whole."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from creditsui.adapters import hermes_history, hermes_past, hermes_write
from creditsui.routing.hermes_config import rewrite
from creditsui.routing.route import Choice, Route
from tests.adapters.killing import Nursery
from tests.soak import rounds

ROUTES = (
    Route(Choice("deepseek", "deepseek-v4-pro"), Choice("anthropic", "claude-haiku-5.5"), (Choice("gemini", "flash"),)),
    Route(
        Choice("gemini", "gemini-3.1-pro"), None, (Choice("deepseek", "deepseek-v4-pro"), Choice("anthropic", "opus"))
    ),
)
CONFIG = b"""\
# mine \xf0\x9f\xa6\x8a
model:
  default: claude   # flagship
  provider: anthropic
providers: {box: {api_key: "0123456789"}}
fallback_providers:
- {provider: custom, model: q, base_url: "http://127.0.0.1:1/v1", api_key: k}
approvals: {mode: "off"}"""
KILLS = rounds(full=200, short=60)
WRITING = """
import signal
from datetime import UTC, datetime
from pathlib import Path
from creditsui.adapters import hermes_past, hermes_write
from creditsui.routing.hermes_config import rewrite
from tests.e2e.test_route_kill import ROUTES
config, history = map(Path, sys.argv[1:3])
def work(first):
    route, old = ROUTES[first // 2 % 2], config.read_bytes()
    new = rewrite(old, route, hermes_past.ours(history, config))
    told(first)
    hermes_write.apply(config, old, new, route, history=history, at=datetime.now(UTC), reason="test",
                       agrees=lambda *_: told(first + 1))
    signal.pause()
"""


@pytest.mark.soak
def test_killed_at_any_moment_the_settings_of_hermes_are_the_old_or_the_new(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    target, config, history = (
        tmp_path / "dotfiles/h.yaml",
        tmp_path / "hermes/config.yaml",
        tmp_path / "data/routing.json",
    )
    for one in (target, config):
        one.parent.mkdir()
    target.write_bytes(CONFIG)
    target.chmod(0o640)
    config.symlink_to(target)
    seen, outcomes = {CONFIG}, {"old": 0, "new": 0}
    within = _time_that_it_takes(tmp_path / "trial")
    with Nursery(WRITING, config, history, seed=6) as nursery:
        for kill in range(KILLS):
            old = target.read_bytes()
            # The same route until it is written, so that every kill is in the way of a change.
            turn = outcomes["new"] % 2
            new = rewrite(old, ROUTES[turn], hermes_past.ours(history, config))
            assert new != old
            # Half of them while it is checked and half while it is written.
            nursery.killed(2 * turn, after=2, within=within)
            found = target.read_bytes()
            assert found in (old, new), f"kill {kill}: a third thing"
            outcomes["new" if found == new else "old"] += 1
            seen.add(found)
            _rest(config, target, history, seen)
    assert min(outcomes.values()) > KILLS // 20, f"not at all moments: {outcomes}"
    _works_on(config, target, history)


def _time_that_it_takes(folder: Path) -> float:
    """Seconds within which a change comes about here and now, with checking and all."""
    folder.mkdir()
    config = folder / "config.yaml"
    config.write_bytes(CONFIG)
    new = rewrite(CONFIG, ROUTES[0])
    begun = time.monotonic()
    hermes_write.apply(
        config, CONFIG, new, ROUTES[0], history=folder / "routing.json", at=datetime.now(UTC), reason="test"
    )
    return 4 * (time.monotonic() - begun)  # a fork has its memory to copy, too


def _rest(config: Path, target: Path, history: Path, seen: set[bytes]) -> None:
    """What a kill may leave behind: no half backup that counts, nothing that anybody else can read."""
    assert config.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    backups = [one for one in config.parent.iterdir() if one != config]
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in backups)
    assert len(backups) <= hermes_write.KEPT + 80
    assert len([one for one in target.parent.iterdir() if one != target]) <= 1
    changes = [one for one in hermes_history.changes(history) if not one.undone]
    for change in changes[-hermes_write.KEPT :]:
        backup = Path(change.backup)
        assert not backup.exists() or hermes_write.sha(backup.read_bytes()) == change.before
        assert change.before in {hermes_write.sha(one) for one in seen}
    if target.read_bytes() != CONFIG:
        assert changes[-1].after == hermes_write.sha(target.read_bytes()) or (
            changes[-1].before == hermes_write.sha(target.read_bytes())  # noted, and killed before it was made
        ), "every change that was made can be taken back"


def _works_on(config: Path, target: Path, history: Path) -> None:
    route = Route(Choice("openrouter", "x"))
    old = target.read_bytes()
    new = rewrite(old, route, hermes_past.ours(history, config))
    hermes_write.apply(config, old, new, route, history=history, at=datetime.now(UTC), reason="test")
    assert target.read_bytes() == new
    hermes_write.undo(config, history=history)
    assert target.read_bytes() == old
    assert [one.name for one in target.parent.iterdir()] == ["h.yaml"]
    assert len([one for one in config.parent.iterdir() if one != config]) == hermes_write.KEPT
