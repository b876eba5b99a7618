"""The demo tells its story in a minute: each beat is on the screen, in words, in a toast, or floating beside a bar."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.widgets._toast import Toast

from creditsui.core.demo.session import PACE, demo_session
from creditsui.tui import refresher
from creditsui.tui.app import CreditsApp
from tests.tui.stage import until
from tests.tui.walk import text

START = datetime(2026, 11, 20, 19, 40, tzinfo=UTC)
STORY = (
    (7.5, "spend", ("OpenRouter", "−$1.85"), ""),
    (15, "a spike", ("Anthropic", "−$4.52"), "Anthropic spends 7.4× the usual"),
    (15, "an alert", ("▲ Anthropic", "$12.82 left"), "Anthropic is low"),
    (22.5, "a knock-out", ("✖ xAI", "$0.00"), "xAI is empty"),
    (30, "a top-up", ("● xAI", "+$10.00"), ""),
    (37.5, "a refill", ("Claude Max 7d", "68% left"), "xAI is healthy again"),
    (45, "an expiry", ("DeepSeek", "−¥9.10"), "DeepSeek: ¥9.00 expires tomorrow"),
    (52.5, "a dead key", ("OpenRouter", "key rejected"), "OpenRouter rejects the key"),
    (67.5, "and again", ("xAI", "−$1.37"), ""),
)
"""By which second what is seen: the line of the account that it happens to, and the toast."""


async def test_a_minute_of_the_demo_shows_every_beat_of_its_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresher, "AGAIN", 0.0)  # the clock is ours
    passed = [0.0]
    session = demo_session(PACE, tmp_path, lambda: START + timedelta(seconds=passed[0]))
    app = CreditsApp(session, env={"COLORTERM": "truecolor", "LANG": "C.UTF-8"})
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: app.board is not None and "Groq" in text(app))
        roster = next(iter(app.query("#roster")))
        roster._clock = lambda: passed[0]  # type: ignore[attr-defined]
        for second, beat, (who, what), toast in STORY:
            passed[0] = second
            app.refresher.wake()

            def seen(who: str = who, what: str = what, toast: str = toast) -> bool:
                lines = text(app).splitlines()
                row = any(who in line and what in line.partition(who)[2] for line in lines)
                return row and (not toast or any(toast in str(one._notification.message) for one in app.query(Toast)))

            try:
                await until(pilot, seen)
            except AssertionError:
                pytest.fail(f"{beat}, at {second} s:\n{text(app)}")


def test_twice_the_speed_takes_half_the_time(tmp_path: Path) -> None:
    told: list[datetime] = []
    for factor, seconds in ((1, 53.0), (2, 26.5)):
        passed = [0.0]

        def clock(passed: list[float] = passed) -> datetime:
            return START + timedelta(seconds=passed[0])

        session = demo_session(PACE * factor, tmp_path / str(factor), clock)
        passed[0] = seconds
        told.append(session.now())
    assert told[0] == told[1] and told[0].date() == START.date() + timedelta(days=1)
