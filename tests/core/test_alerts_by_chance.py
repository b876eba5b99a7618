"""Histories by chance through all of it: readings in a real ledger, the board made of them, and looks of programs that
start anew. The judge is told what was recorded, and nothing of boards."""

import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from creditsui import paths
from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core.alerts import watch
from creditsui.core.asking.ask import ask
from creditsui.core.session import Session
from creditsui.domain.cadence import AskState
from creditsui.domain.look import Look
from creditsui.domain.money import money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Reading
from creditsui.providers import catalogue
from tests.domain.test_episodes import FULL, MOMENTS, Judge, Machine, Moment, apart
from tests.soak import rounds

OLD = timedelta(minutes=10)
"""From then on a reading is stale."""


class World:
    """A home of its own, in which readings come and programs look."""

    def __init__(self, home: Path) -> None:
        self.machine = Machine()
        env = {"HOME": str(home), "DEEPSEEK_API_KEY": "sk-0123456789abcdef"}
        found = paths.find(env)
        found.config.parent.mkdir(parents=True)
        found.config.write_text(f'timezone = "UTC"\n[accounts.deepseek]\ncapacity = {FULL}\n')
        table = {"deepseek": catalogue()["deepseek"]}
        self.session = Session(
            paths=found, env=env, now=lambda: self.machine.wall, providers=lambda: table, ask=ask,
            uptime=lambda: (self.machine.uptime, f"boot {self.machine.boot}"),
        )  # fmt: skip
        self.last: tuple[datetime, float] | None = None
        """The last reading that the ledger took, and its percent."""
        self.failing = False

    def read(self, moment: Moment) -> None:
        now, problem = self.machine.wall, None
        with open_ledger(self.session.paths.ledger) as ledger:
            if moment.fault == "failed":
                problem = Problem("offline", "Cannot reach it")
            elif self.last is None or now >= self.last[0]:  # a clock that went back brings nothing new
                self.last = now, moment.percent
                ledger.record(
                    "deepseek", Reading(at=now, balances=(Balance(money(moment.percent / 100 * FULL, "USD")),))
                )
            ledger.save_state(AskState("deepseek", now, None if problem else now, problem=problem))
        self.failing = problem is not None

    def good(self) -> bool:
        return not self.failing and self.last is not None and self.machine.wall - self.last[0] <= OLD

    def look(self) -> list[str]:
        board = boards.board(self.session)
        return [one.subject for one in watch.look(self.session, board) if one.rule == "band"]

    def restart(self) -> None:
        self.session = replace(self.session, history={}, condensed={}, imported=[], hints={}, good=[])


@settings(
    max_examples=rounds(full=200, short=16),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(some.lists(MOMENTS.map(lambda one: replace(one, tell="now")), min_size=15, max_size=40))
def test_never_two_in_one_episode_and_never_none_whatever_the_readings_and_the_clocks(moments: list[Moment]) -> None:
    with tempfile.TemporaryDirectory() as home:
        world, judge, last = World(Path(home)), Judge(), None
        for moment in moments:
            world.machine.pass_by(moment)
            if moment.fault == "blind":
                continue
            if moment.fault == "stale":
                world.machine.wall += OLD + timedelta(minutes=1)
                world.machine.uptime += (OLD + timedelta(minutes=1)).total_seconds()
            else:
                world.read(moment)
            if world.last is None and not world.session.paths.ledger.exists():
                continue
            for _ in range(2 if moment.again else 1):
                here: Look = world.machine.look()
                expected: list[str] = []
                if last is not None and apart(last, here):
                    judge.shake()
                elif world.good() and world.last is not None:
                    expected = judge.expects(world.last[1], world.last[0], "now")
                last = here
                assert world.look() == expected
            if moment.restart:
                world.restart()
