"""A pane that is open for weeks: sleep, clocks that are set, summer time, travel. Nobody is asked more than once for
any of it, and no number becomes wrong."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from creditsui.core import board
from creditsui.core.alerts.watch import look
from creditsui.core.asking.round import Outcome, Round
from creditsui.domain.bar import UNICODE
from creditsui.domain.cadence import APART
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.outputs.table import table
from tests.soak import rounds
from tests.tui.test_refresher import CONFIG, World, until
from tests.weeks import Clock, Hasty

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AGE = re.compile(r"[-−]\d+(?:\.\d+)?\s?(?:s|m|h|d|w)\b")


async def settled(world: World) -> None:
    """Long enough that a second round would have begun, had there been one."""
    await until(world.refresher._idle)
    asked = world.asked
    for _ in range(20):
        world.refresher.wake()
        await asyncio.sleep(0.02)
    assert world.asked == asked, "it asks again and again"


@pytest.mark.parametrize("jump", [8 * HOUR, 72 * HOUR, -24 * HOUR, 24 * HOUR], ids=str)
async def test_sleep_or_a_clock_that_was_set_is_one_refresh(
    home: Path, jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creditsui.tui.refresher.AGAIN", 0.0)
    monkeypatch.setattr("creditsui.core.asking.refresh.APART", timedelta(0))
    world = World(home)
    async with world.running():
        await until(lambda: world.balance == 10)
        await settled(world)
        before = world.asked
        world.now += jump
        world.left = 7
        world.refresher.wake()
        await until(lambda: world.asked > before)
        await settled(world)
        assert world.asked == before + 1
        shown = world.shown[-1]
        text = table(shown, 100, "none", UNICODE)
        assert not AGE.search(text), text
        view = shown.account("acme")
        assert view is not None and view.problem is None


async def test_on_waking_and_only_then_providers_are_asked_one_after_another(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creditsui.tui.refresher.AGAIN", 0.0)
    monkeypatch.setattr("creditsui.core.asking.refresh.APART", timedelta(0))
    woken: list[bool] = []

    async def spy(*session: Any, **how: Any) -> None:
        woken.append(how["woken"])
        await refresh(*session, **how)

    from creditsui.core.asking.refresh import refresh

    monkeypatch.setattr("creditsui.core.asking.refresh.refresh", spy)
    world = World(home)
    async with world.running():
        await until(lambda: world.balance == 10 and world.refresher._idle())
        world.now += 8 * HOUR
        world.refresher.wake()
        await until(lambda: world.asked == 2 and world.refresher._idle())
        world.refresher.ask(force=True)
        await until(lambda: len(woken) == 3)
    assert woken == [False, True, False]
    assert timedelta(seconds=2) <= APART


async def test_a_jump_that_asks_nobody_again_while_paused(home: Path) -> None:
    world = World(home)
    async with world.running():
        await until(lambda: world.balance == 10)
        world.refresher.paused = True
        before = world.asked
        world.now += 8 * HOUR
        await settled(world)
        assert world.asked == before


def drained(home: Path, zone: str, begin: datetime, hours: int, *, step: timedelta = HOUR) -> World:
    """A dollar an hour from $100 on, asked at every step."""
    from creditsui.core.asking.refresh import refresh

    world = World(home, f'timezone = "{zone}"\n{CONFIG}')
    world.now, world.left = begin, 100

    async def run() -> None:
        for n in range(hours):
            world.left = 100 - n
            await refresh(world.session)
            world.now += step
        world.now -= step

    asyncio.run(run())
    return world


@pytest.mark.parametrize(
    ("begin", "hours"),
    [
        pytest.param(datetime(2026, 10, 24, 22, tzinfo=UTC), 25, id="the long day"),
        pytest.param(datetime(2026, 3, 28, 23, tzinfo=UTC), 23, id="the short day"),
        pytest.param(datetime(2026, 6, 9, 22, tzinfo=UTC), 24, id="a day"),
    ],
)
def test_the_sum_of_a_day_is_what_was_lost_in_it_however_long_it_is(home: Path, begin: datetime, hours: int) -> None:
    world = drained(home, "Europe/Berlin", begin, hours)
    assert world.now.astimezone(ZoneInfo("Europe/Berlin")).hour == 23
    found = board.board(world.session).account("acme")
    assert found is not None and found.spend is not None and found.spend.today is not None
    assert found.spend.today.amount == hours - 1


def test_who_travels_loses_and_doubles_nothing(home: Path) -> None:
    """The same two days, looked at from five zones: today and what came before it are always all of it."""
    world = drained(home, "UTC", datetime(2026, 11, 18, tzinfo=UTC), 48)
    for zone in ("UTC", "Asia/Tokyo", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Kiritimati"):
        world.session.paths.config.write_text(f'timezone = "{zone}"\n{CONFIG}')
        fresh = replace(world.session, history={}, condensed={}, recalled={}, folded={}, hours={}, good=[], booked=[])
        found = board.board(fresh).account("acme")
        assert found is not None and found.spend is not None and found.spend.today is not None
        local = world.now.astimezone(ZoneInfo(zone))
        midnight = local.replace(hour=0, minute=0)
        gone = min(47, int((local - midnight) / HOUR))
        # What fell between the reading before midnight and the one at it belongs to the day before.
        assert abs(found.spend.today.amount - gone) <= 1, zone
        assert found.spend.week is not None and found.spend.week.amount == 47, zone


@pytest.mark.soak
async def test_three_days_of_refreshes_are_as_many_and_no_day_age_or_alert_is_wrong(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the refresher itself and virtual clocks, over the night in which the clocks of Berlin are set back."""
    step, begin = timedelta(minutes=rounds(full=1, short=30)), datetime(2026, 10, 24, 6, tzinfo=UTC)
    world, clock, berlin = World(home, CONFIG.replace("= 1\n", f"= {step // MINUTE}\n")), Clock(begin), "Europe/Berlin"
    world.session.paths.config.write_text(f'timezone = "{berlin}"\n{world.session.paths.config.read_text()}')
    asked: list[datetime] = []

    async def ask(round: Round) -> Outcome:
        asked.append(clock.now())
        left = money(f"{1000 - len(asked) / 100:.2f}", "USD")
        return Outcome(Reading(at=clock.now(), balances=(Balance(left),)))

    over, alerts, ages = asyncio.Event(), [], []

    def each(pane: Hasty) -> bool:
        if world.shown and pane.rounds % 10 == 0:
            shown = world.shown[-1]
            alerts.extend(look(world.session, shown))
            ages.extend(AGE.findall(table(shown, 100, "none", UNICODE)))
        if clock.now() >= begin + 72 * HOUR:
            over.set()
        return not over.is_set()

    monkeypatch.setattr("creditsui.tui.refresher.monotonic", clock.monotonic)
    monkeypatch.setattr(Hasty, "clock", clock, raising=False)
    monkeypatch.setattr(Hasty, "each", staticmethod(each), raising=False)
    world.session = replace(world.session, now=clock.now, uptime=clock.uptime, ask=ask)
    world.refresher = Hasty(world.session, world.shown.append, world.told.append)
    async with world.running():
        await over.wait()
    assert len(asked) == pytest.approx(72 * HOUR / step, rel=0.01)
    assert alerts == [] and ages == [] and world.told == []
    view = world.shown[-1].account("acme")
    assert view is not None and view.problem is None and not view.stale
    spent = {day: amount.amount for day, amount in view.days if amount is not None}
    truth = Counter(at.astimezone(ZoneInfo(berlin)).date() for at in asked[1:])
    # What fell between the last answer of a day and the first of the next one is in parts of both.
    assert spent.keys() == truth.keys()
    assert all(abs(float(spent[day]) - count / 100) <= 0.011 for day, count in truth.items()), (spent, truth)
