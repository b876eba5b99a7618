"""Which toasts give way to an answer."""

import pytest

from tests.tui.conftest import Open
from tests.tui.stage import until


def toasts(app: object) -> list[str]:
    return [toast.message for toast in app._notifications]  # type: ignore[attr-defined]


async def test_an_answer_takes_the_place_of_the_one_before_and_an_alert_stays_its_time(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        app.notify("xAI is critical", severity="error", timeout=15)
        await until(pilot, lambda: toasts(app) == ["xAI is critical"])
        app.say("Copied: this")
        await until(pilot, lambda: toasts(app) == ["xAI is critical", "Copied: this"])
        app.say("Copied: that", fault=True)
        await until(pilot, lambda: toasts(app) == ["xAI is critical", "Copied: that"])
        await pilot.press("o")
        await until(pilot, lambda: len(toasts(app)) == 2 and toasts(app)[0] == "xAI is critical")
        assert "Copied: that" not in toasts(app)


@pytest.mark.parametrize(("key", "height", "stays"), [("t", 8, False), ("question_mark", 8, False), ("t", 24, True)])
async def test_an_answer_makes_room_for_what_opens_in_a_low_pane(
    pane: Open, key: str, height: int, stays: bool
) -> None:
    async with pane(44, height) as (app, pilot):
        app.notify("xAI is critical", severity="error", timeout=15)
        app.say("Copied: this")
        await until(pilot, lambda: len(toasts(app)) == 2)
        await pilot.press(key)
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.pause()
        assert toasts(app) == ["xAI is critical", *(["Copied: this"] if stays else [])]
