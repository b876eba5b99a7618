"""Snoozing by one key: what the modal says and does, and that a row shows it sleeps. The memory is the real one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from creditsui.core.alerts import watch
from creditsui.core.alerts.watch import Standing
from creditsui.tui.screens.snooze import SnoozeScreen
from tests.tui import boards
from tests.tui.conftest import Open, Pane
from tests.tui.stage import until
from tests.tui.test_alerted import alert

HOUR = boards.NOW + timedelta(hours=1)


def standing(*accounts: str, acknowledged: bool = False) -> Any:
    return lambda session: [Standing(alert(one), told=True, acknowledged=acknowledged) for one in accounts]


async def opened(app: Pane, pilot: Pilot[int], key: str = "n") -> SnoozeScreen:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, SnoozeScreen) and app.screen.standing is not None)
    await pilot.pause()
    assert isinstance(app.screen, SnoozeScreen)
    return app.screen


async def chosen(app: Pane, pilot: Pilot[int], key: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: not isinstance(app.screen, SnoozeScreen))
    await until(pilot, lambda: not app.alerted._looking)
    await pilot.pause()


async def test_n_says_what_goes_on_and_each_choice_by_its_key(pane: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "standing", standing("xai", "openai"))
    async with pane(account="xai") as (app, pilot):
        await opened(app, pilot)
        text = app.text()
        assert "Snooze · xAI" in text and "xAI is critical: $1.02 of $10.00, 9 hours" in text
        assert "h  one hour, until 11:04" in text and "t  until tomorrow 08:00" in text and "r  until it" in text
        assert "u  tell it again" not in text
        await pilot.press("escape")
        assert watch.snoozed(app.session) == {}


async def test_h_snoozes_for_an_hour_and_the_row_and_the_detail_say_so(pane: Open) -> None:
    async with pane(account="xai") as (app, pilot):
        await opened(app, pilot)
        assert "Nothing is wrong here now" in app.text()
        await chosen(app, pilot, "h")
        assert watch.snoozed(app.session) == {"xai": HOUR}
        assert "Nothing is told of xAI until 11:04." in app.text()
        app.clear_notifications()
        await until(pilot, lambda: "snoozed until 11:04 · n changes it" in app.text())
        assert next(line for line in app.text().splitlines() if "xAI" in line and "left" in line).count(" z") == 1
        await opened(app, pilot)
        assert "u  tell it again" in app.text()
        await chosen(app, pilot, "u")
        assert watch.snoozed(app.session) == {}
        await until(pilot, lambda: "snoozed until" not in app.text())


async def test_t_means_the_next_morning_in_the_users_zone_also_after_midnight_and_over_a_change_of_the_clock(
    pane: Open,
) -> None:
    for now, zone, morning in (
        (datetime(2026, 11, 20, 22, 30, tzinfo=UTC), "Europe/Berlin", datetime(2026, 11, 21, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "Europe/Berlin", datetime(2026, 11, 21, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), "Europe/Berlin", datetime(2026, 10, 25, 7, 0, tzinfo=UTC)),
    ):
        async with pane(account="xai") as (app, pilot):
            app.config = replace(app.config, timezone=zone)
            app.session = replace(app.session, now=lambda now=now: now)
            app.board = replace(boards.BOARD, generated_at=now)
            await opened(app, pilot)
            await chosen(app, pilot, "t")
            assert watch.snoozed(app.session) == {"xai": morning}
            assert "tomorrow 08:00" in app.text() or "until 08:00" in app.text()
            watch.resume(app.session, "xai")


async def test_r_acknowledges_and_says_where_there_is_nothing_to(pane: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def acknowledge(session: object, account: str) -> int:
        asked.append(account)
        monkeypatch.setattr(watch, "standing", standing("xai", acknowledged=True))
        return 1

    monkeypatch.setattr(watch, "standing", standing("xai"))
    monkeypatch.setattr(watch, "acknowledge", acknowledge)
    async with pane(account="xai") as (app, pilot):
        await opened(app, pilot)
        await chosen(app, pilot, "r")
        assert asked == ["xai"] and "Nothing more is told of it until xAI recovers." in app.text()
        app.clear_notifications()
        await until(pilot, lambda: "z quiet until it recovers" in app.text())
        monkeypatch.setattr(watch, "acknowledge", lambda session, account: 0)
        await opened(app, pilot)
        assert "· known" in app.text()
        await chosen(app, pilot, "r")
        assert "Nothing is wrong with xAI." in app.text()


async def test_a_click_does_what_the_key_does(pane: Open) -> None:
    async with pane(account="xai") as (app, pilot):
        await opened(app, pilot)
        await pilot.click("SnoozeScreen .choice", offset=(4, 0))
        await until(pilot, lambda: not isinstance(app.screen, SnoozeScreen))
        assert watch.snoozed(app.session) == {"xai": HOUR}


async def test_a_refusal_is_said_in_place(pane: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from creditsui.adapters.ledger import LedgerError

    def locked(*_: object) -> None:
        raise LedgerError("The ledger is locked by another program.")

    monkeypatch.setattr(watch, "snooze", locked)
    async with pane(account="xai") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("h")
        await until(pilot, lambda: "The ledger is locked" in app.text())
        assert isinstance(app.screen, SnoozeScreen)


async def test_labels_and_amounts_hide_and_ascii_stays_ascii(pane: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "standing", standing("xai"))
    async with pane(account="xai") as (app, pilot):
        await pilot.press("P")
        await opened(app, pilot)
        assert "$1.02" not in app.text() and "xAI is critical: $•• of $••" in app.text()
    async with pane(80, 24, account="xai", ascii=True) as (app, pilot):
        await opened(app, pilot)
        assert app.text().isascii()
    for width, height in ((44, 20), (40, 12), (80, 8)):
        async with pane(width, height, account="xai") as (app, pilot):
            await opened(app, pilot)
            assert "h  one hour" in app.text(), (width, height)


async def test_the_palette_knows_it(pane: Open) -> None:
    async with pane() as (app, pilot):
        await pilot.press("colon")
        await pilot.press(*"snooze")
        await until(pilot, lambda: "no alerts of this account for a while" in app.text())
