"""Screen 4 in a real terminal, on a real home of Hermes: one key writes, one takes back, and not a byte else moves."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tests.core.conftest import SessionOf, clock, session_of
from tests.core.hermes_home import CONFIG, KEY, Hermes, drains, hermes
from tests.e2e.tmux import CREDITSUI, needs_tmux, pane

__all__ = ["clock", "session_of"]
pytestmark = needs_tmux


@pytest.fixture
def at_work(home: Path, session_of: SessionOf) -> Iterator[Hermes]:
    with hermes(home, session_of, "anthropic", "google", "deepseek") as it:
        now = datetime.now(UTC)
        for account, left, days in (("google", "92", 92.0), ("anthropic", "40", 16.0), ("deepseek", "9", 9.0)):
            drains(it.session, account, left, days, now)
        yield it


def test_4_ranks_enter_writes_and_u_takes_back_every_byte(home: Path, at_work: Hermes) -> None:
    with pane(home) as screen:
        screen.start(f"{CREDITSUI} --still; echo rc=$?")
        screen.shows("Google", "Anthropic", "runway")
        screen.press("4")
        shown = screen.shows("Google Gemini should carry the work", "as it would be", "+  default:")
        assert "1 ● Google Gemini" in shown and KEY not in shown and at_work.config.read_text() == CONFIG
        screen.press("Enter")
        screen.shows("Change Hermes' settings", "nothing else in it")
        screen.press("Enter")
        screen.shows("Written to config.yaml", "Google Gemini carries the work", "what was changed")
        written = at_work.config.read_text()
        assert 'default: "gemini-3.1-pro-preview"   # cheap' in written
        assert "terminal:\n  backend: local\n" in written
        screen.press("u")
        # Whoever took it back may apply it again at once; by itself nothing would for a day.
        screen.shows("byte for byte", "The last change was taken back", "without you", "as it would be")
        assert at_work.config.read_text() == CONFIG
        for width, height in ((80, 24), (44, 20), (80, 6), (80, 1), (120, 36)):
            screen.resize(width, height)
            wait_until(lambda width=width: all(len(line) <= width for line in screen.text().splitlines()))  # type: ignore[misc]
            screen.shows("Google Gemini should carry the work")
        screen.press("1")
        screen.shows("runway")
        screen.press("q")
        screen.shows("rc=0")


def test_without_hermes_the_pane_says_what_to_do(home: Path) -> None:
    with pane(home) as screen:
        screen.start(f"{CREDITSUI} sync piggy 3 2>/dev/null; {CREDITSUI} --demo --still")
        screen.shows("DEMO", "OpenRouter")
        screen.press("4")
        screen.shows("DEMO", "Hermes")
        screen.press("q")
