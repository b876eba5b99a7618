"""What every test starts from: a home of its own, and nothing of this machine's environment."""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import unsynced
from tests.soak import FULL, rounds

unsynced.install()
PATIENCE = 60.0
"""Seconds to wait for what has to come. It is for a machine on which much else runs, and costs only who fails."""
settings.register_profile(
    "creditsui",
    deadline=None,  # speed is what the benchmarks tell
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not FULL,  # what fails once fails always; chance has its place in the long runs
    max_examples=rounds(full=400, short=40),
)
settings.load_profile("creditsui")
_KEPT = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "CREDITSUI_UPDATE_SNAPSHOTS"}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """While all is loaded there is no garbage to look for."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """What is loaded by now stays. To look through it for garbage again and again took a quarter of the panes' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home. Keys, logins and the keyring of whoever runs the tests are out of reach."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in list(os.environ):
        if name not in _KEPT and not name.startswith("PYTEST"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    _tell_zone()
    backend = sys.modules.get("creditsui.adapters.keyring_backend")
    if backend is not None:
        monkeypatch.setattr(backend, "_found", None)  # each test looks for its own keyring
    yield folder
    monkeypatch.undo()
    _tell_zone()


def _tell_zone() -> None:
    if hasattr(time, "tzset"):  # not on Windows
        time.tzset()


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE, every: float = 0.02) -> None:
    """Look until it holds; the state decides, not a guess about how long it takes."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("it did not come true in time")
        time.sleep(every)
