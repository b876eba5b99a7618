"""The demo's story crosses lines, so that whoever looks on for a minute sees alerts, each once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from creditsui.core.alerts import watch
from creditsui.core.alerts.deliver import deliver
from creditsui.core.alerts.settings import AlertSettings
from creditsui.core.asking.refresh import refresh
from creditsui.core.board import board
from creditsui.core.demo.session import PACE, demo_session
from creditsui.domain.alert import Alert


def test_each_beat_worth_an_alert_is_told_once_within_the_minute_and_on_this_screen_only(tmp_path: Path) -> None:
    now = [datetime(2026, 11, 20, 19, 40, tzinfo=UTC)]
    session = demo_session(PACE, tmp_path, lambda: now[0])
    told: list[Alert] = []
    for _ in range(9):
        asyncio.run(refresh(session))
        told += watch.look(session, board(session), hold=True)
        watch.handed_on(session, told)
        now[0] += timedelta(seconds=7.5)
    assert [(one.account, one.rule, one.level) for one in told] == [
        ("anthropic", "band", "warning"),
        ("anthropic", "spike", "warning"),
        ("xai", "band", "critical"),
        ("xai", "refill", "info"),
        ("deepseek", "lot", "critical"),
        ("claude", "refill", "info"),
        ("openrouter", "key", "critical"),
    ]
    settings = AlertSettings(command=("touch", str(tmp_path / "told")), urls=("phone",))
    assert deliver(session, settings, told, terminal=lambda sequence: None) == []
    assert not (tmp_path / "told").exists()
