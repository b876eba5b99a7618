"""Opening a provider's page in a real browser of the test's own: a script that writes down what it was given."""

from pathlib import Path

import pytest
from textual.app import App

from creditsui.tui.console import open_console
from tests.conftest import wait_until

URL = "https://console.example/billing"


async def test_the_browser_gets_the_address_and_no_key(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\n{{ echo "$1"; env; }} > {seen}.part; mv {seen}.part {seen}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-v1-canary-0123456789")
    app: App[object] = App()
    async with app.run_test():
        open_console(app, URL)
        wait_until(seen.exists)
    told = seen.read_text()
    assert told.startswith(URL) and "HOME=" in told
    assert "canary" not in told


async def test_without_a_display_the_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    app: App[object] = App()
    async with app.run_test() as pilot:
        open_console(app, URL)
        while not app._notifications:
            await pilot.pause()
        assert [toast.message for toast in app._notifications] == [URL]
        assert app.clipboard == URL
