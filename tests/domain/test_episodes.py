"""Never two alerts in one episode, never none: histories by chance, against a judge that shares nothing with it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from creditsui.adapters.ledger import open_ledger
from creditsui.domain.alert import Alert
from creditsui.domain.band import Band
from creditsui.domain.board import AccountView, Pace
from creditsui.domain.edges import Edge, Sight, edges
from creditsui.domain.episodes import Manner, Sample, Watch, handed, step
from creditsui.domain.health import band
from creditsui.domain.look import Look, jumped
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Certainty, Window
from tests.domain.make import DAY, HOUR, MINUTE, usd
from tests.soak import rounds

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
FULL = 50.0


# ── what happens: a true balance over true time, and what somebody sees of it ────────────────────────────────────────


@dataclass(frozen=True)
class Moment:
    """What is true at one instant, and how much of it can be seen."""

    minutes: int
    """Of true time since the moment before."""
    percent: float
    fault: str = ""
    """`failed`: the provider does not answer; `stale`: the number is old; `blind`: nobody looks at all."""
    jump: int = 0
    """Minutes by which somebody sets the clock on the wall, before this moment."""
    restart: bool = False
    """Whether the program starts anew; `reboot` the machine."""
    reboot: bool = False
    again: bool = False
    """Whether somebody looks at the same reading once more."""
    tell: Literal["now", "later", "never"] = "now"
    """`later`: the hours are quiet. `never`: alerts are off."""


MOMENTS = some.builds(
    Moment,
    minutes=some.integers(3, 9) | some.integers(60, 3000),
    percent=some.sampled_from(
        [3.0, 20.0, 24.9, 25.0, 26.0, 27.0, 27.5, 40.0, 49.9, 50.0, 51.0, 52.0, 55.0, 70.0, 99.0]
    ),
    fault=some.sampled_from(["", "", "", "", "", "", "", "", "failed", "stale", "blind"]),
    jump=some.sampled_from([*[0] * 14, 30, -30, 2000, -2000]),
    restart=some.sampled_from([False, True]),
    reboot=some.sampled_from([False, False, False, False, False, True]),
    again=some.sampled_from([False, False, True]),
    tell=some.sampled_from(["now", "now", "now", "now", "now", "later", "later", "never"]),
)


@dataclass
class Machine:
    """Two clocks, one of which may be set, and a program that forgets all but its ledger."""

    wall: datetime = START
    uptime: float = 0.0
    boot: int = 0

    def pass_by(self, moment: Moment) -> None:
        self.wall += timedelta(minutes=moment.minutes)
        self.uptime += moment.minutes * 60
        if moment.reboot:
            self.uptime, self.boot = 30.0, self.boot + 1
        self.wall += timedelta(minutes=moment.jump)

    def look(self) -> Look:
        return Look(self.wall, self.uptime, f"boot {self.boot}")


def seen(percent: float, at: datetime, read: datetime, *, stale: bool) -> AccountView:
    left = usd(percent / 100 * FULL)
    return AccountView(
        id="a",
        provider="p",
        label="A",
        certainty=Certainty.LIVE,
        balance=Balance(left),
        purse=left,
        balances=(Balance(left),),
        capacity=usd(FULL),
        health=percent / 100,
        binding="balance",
        band=band(percent / 100, AccountView(id="a", provider="p", label="A").thresholds),
        read_at=read,
        stale=stale,
        problem=Problem("offline", "Cannot reach it") if stale else None,
    )


# ── the judge ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Judge:
    """By the words of the contract alone: an episode is over where the account stood a band higher, and two points
    above the edge, in two different good readings. It knows of edges by their numbers and of no step."""

    open: dict[str, bool] = field(default_factory=dict)
    """The lines whose episodes go on, and whether they were told or need not be."""
    calm: dict[str, datetime] = field(default_factory=dict)
    known: bool = False

    def expects(self, percent: float, read: datetime, tell: str) -> list[str]:
        """The lines that must be told at a good look, the worst alone."""
        crossed = [line for line, over in (("low", percent <= 50), ("critical", percent < 25)) if over]
        for line, edge in (("low", 50), ("critical", 25)):
            if line in crossed:
                self.open.setdefault(line, not self.known)
            if line in crossed or percent < edge + 2:
                self.calm.pop(line, None)
            elif line in self.open and self.calm.setdefault(line, read) != read:
                del self.open[line], self.calm[line]
        self.known = True
        if tell == "later":
            return []
        due = [line for line in crossed if not self.open[line]]
        self.open |= dict.fromkeys(crossed, True)
        return due[-1:] if tell == "now" else []

    def shake(self) -> None:
        """A clock was set: what it had timed is worth nothing."""
        self.calm.clear()


def judged(moments: list[Moment], keep: Callable[[Watch], Watch]) -> None:
    machine, judge, watch, last = Machine(), Judge(), Watch(), None
    read = machine.wall
    for moment in moments:
        machine.pass_by(moment)
        if moment.fault == "blind":
            continue
        here = machine.look()
        if not moment.fault:
            read = here.at
        for _ in range(2 if moment.again else 1):
            here = machine.look()
            # The words: the two clocks disagree by more than 90 seconds, or the one on the wall went back.
            shaken = last is not None and apart(last, here)
            assert shaken == jumped(last, here)
            last = here
            if shaken:
                watch, told = watch.shaken(), list[Alert]()
                judge.shake()
                expected: list[str] = []
            else:
                view = seen(moment.percent, here.at, read, stale=moment.fault != "")
                watch, told = step(watch, sample(view, here.at), Manner(tell=moment.tell))
                expected = [] if moment.fault else judge.expects(moment.percent, read, moment.tell)
            assert [one.subject for one in told] == expected
            if moment.restart:
                watch = keep(watch)


def apart(last: Look, here: Look) -> bool:
    walls = (here.at - last.at).total_seconds()
    if walls < -90:
        return True
    assert last.uptime is not None and here.uptime is not None
    return last.boot == here.boot and abs(walls - (here.uptime - last.uptime)) > 90


def sample(view: AccountView, at: datetime, sight: Sight | None = None, word: str = "") -> Sample:
    by_hand = view.basis is not None and view.basis.by_user
    return Sample(
        account=view.id,
        label=view.label,
        band=view.band,
        at=at,
        reading=None if by_hand else view.read_at,
        word=word,
        sight=edges(view, at, UTC) if sight is None else sight,
    )


@contextmanager
def kept_in_a_ledger() -> Iterator[Callable[[Watch], Watch]]:
    """What comes back of a memory that was written to a real ledger and read by another connection."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"

        def keep(watch: Watch) -> Watch:
            with open_ledger(path) as ledger, ledger.episodes() as store:
                store.keep([("a", watch)])
            with open_ledger(path, readonly=True) as ledger:
                return ledger.watches()["a"]

        yield keep


@settings(max_examples=rounds(full=80, short=30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(MOMENTS, min_size=20, max_size=60))
def test_never_two_alerts_in_one_episode_and_never_none(moments: list[Moment]) -> None:
    with kept_in_a_ledger() as keep:
        judged(moments, keep)


@settings(max_examples=rounds(full=150, short=50), deadline=None)
@given(some.lists(MOMENTS, min_size=40, max_size=120))
def test_nor_where_nothing_restarts(moments: list[Moment]) -> None:
    judged(moments, lambda watch: watch)


# ── windows: their resets jitter, and refill ─────────────────────────────────────────────────────────────────────────

LENGTH = 5 * HOUR


@dataclass(frozen=True)
class Glance:
    """One look at a window of five hours."""

    minutes: int
    projected: float | None
    """None: too little was seen of this period to foretell anything."""
    jitter: float
    """By what share of the length the provider's word of the refill is off."""
    stale: bool = False
    again: bool = False


GLANCES = some.builds(
    Glance,
    minutes=some.integers(3, 40) | some.integers(200, 2000),
    projected=some.sampled_from([None, 0.5, 0.94, 0.96, 1.0, 1.2, 1.2, 1.2]),
    jitter=some.floats(-0.2, 0.2),
    stale=some.sampled_from([False, False, False, True]),
    again=some.sampled_from([False, False, True]),
)


@settings(max_examples=rounds(full=200, short=70), deadline=None)
@given(some.lists(GLANCES, min_size=10, max_size=60))
def test_a_jittering_reset_repeats_nothing_and_a_new_period_is_told_again(glances: list[Glance]) -> None:
    """The judge knows which period it really is, and no times of refills."""
    wall, watch = START, Watch()
    known, open_in, calm = False, None, None
    for glance in glances:
        wall += glance.minutes * MINUTE
        period = (wall - START) // LENGTH
        for _ in range(2 if glance.again else 1):
            view = quota(glance.projected, START + (period + 1 + glance.jitter) * LENGTH, wall, stale=glance.stale)
            watch, told = step(watch, sample(view, wall), Manner())
            if glance.stale:
                assert not told
                continue
            over = glance.projected is not None and glance.projected > 1
            clear = glance.projected is not None and glance.projected <= 0.95
            expected = 0
            if open_in is not None and (period != open_in or clear):
                if calm is not None and calm != wall:
                    open_in = calm = None
                else:
                    calm = wall
            elif open_in is not None:
                calm = None
            if open_in is None and over:
                open_in, expected = period, int(known)
            known = True
            assert [one.rule for one in told] == ["window"] * expected


def quota(projected: float | None, resets: datetime, at: datetime, *, stale: bool) -> AccountView:
    resets = max(resets, at + MINUTE)
    dry = at + (resets - at) / projected if projected is not None and projected > 1 else None
    return AccountView(
        id="a",
        provider="p",
        label="A",
        certainty=Certainty.LIVE,
        windows=(Window("5h", 0.4, resets_at=resets),),
        paces=(Pace("5h", "fraction", 0.5, projected, dry),),
        read_at=at,
        stale=stale,
    )


# ── one by one ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Story:
    """A memory that is shown one account after the other, each time with another reading, five minutes later."""

    def __init__(self, **manner: Any) -> None:
        self.watch, self.manner, self.now = Watch(), Manner(**manner), START
        self.word = ""

    def sees(self, sight: Sight, *, by_hand: bool = False) -> list[str]:
        self.now += 5 * MINUTE
        reading = None if by_hand else self.now
        shown = Sample(
            account="a", label="A", band=Band.FAIR, at=self.now, reading=reading, word=self.word, sight=sight
        )
        self.watch, told = step(self.watch, shown, self.manner)
        return [f"{one.rule}:{one.subject}" for one in told]

    def level(self, step: int, keeps: int | None = None, **more: Any) -> list[str]:
        name = ("fine", "low", "critical", "empty")[step]
        edge = Edge(step=step, keeps=step if keeps is None else keeps, subject=name, message=f"A is {name}", **more)
        return self.sees({"band": {"band": edge}})


def test_nothing_from_a_first_sample_and_escalation_is_told() -> None:
    story = Story()
    assert story.level(1) == []
    assert story.level(1) == []
    assert story.level(2) == ["band:critical"]
    assert story.level(1) == story.level(1) == story.level(1) == [], "critical to low tells nothing"
    assert story.level(2) == ["band:critical"], "it stood one band higher for a whole reading"


def test_a_worse_line_is_left_and_the_next_one_too_as_soon_as_each_was_clear_in_two_readings() -> None:
    story = Story()
    story.level(0), story.level(2)
    for keeps in (1, 0, 0):
        story.level(0, keeps=keeps)
    assert not story.watch.episodes
    assert story.level(1) == ["band:low"]


def test_a_rule_that_could_not_be_told_at_first_has_its_first_sample_later() -> None:
    story = Story()
    assert story.sees({"key": {"key": Edge()}}) == []
    assert story.level(2) == []


def test_an_account_that_goes_from_critical_to_empty_speaks_once_more_and_not_again_for_a_cent() -> None:
    story = Story()
    story.level(0)
    assert story.level(2) == ["band:critical"]
    assert story.level(3) == ["band:empty"]
    assert story.level(2, keeps=3) == story.level(3) == []
    assert [story.level(2), story.level(2), story.level(3)] == [[], [], ["band:empty"]]


def test_what_the_user_says_ends_an_episode_at_once() -> None:
    story = Story()
    story.level(0)
    assert story.level(1) == ["band:low"]
    story.word = "a top-up"
    assert story.level(0) == []
    assert story.level(1) == ["band:low"]


def test_where_only_the_user_tells_nothing_needs_to_be_confirmed() -> None:
    story = Story()
    told = [story.sees({"band": {"band": Edge(step=at, keeps=at, subject="low")}}, by_hand=True) for at in (0, 1, 0, 1)]
    assert told == [[], ["band:low"], [], ["band:low"]]


def test_credit_that_was_just_booked_to_end_soon_is_no_news_but_the_next_line_is() -> None:
    story = Story()
    story.sees({"lot": {}})

    def lot(step: int) -> list[str]:
        return story.sees({"lot": {"2026-12-03": Edge(step=step, keeps=step, subject=f"{step}", settled=True)}})

    assert [lot(1), lot(1), lot(2), lot(2), lot(3)] == [[], [], ["lot:2"], [], ["lot:3"]]


def test_credit_that_was_known_for_long_is_told_at_its_first_line() -> None:
    story = Story()
    for at, told in ((0, []), (1, ["lot:1"]), (1, [])):
        assert story.sees({"lot": {"x": Edge(step=at, keeps=at, subject=f"{at}", settled=True)}}) == told


def test_what_cannot_be_told_leaves_the_memory_as_it_is() -> None:
    story = Story()
    story.level(0)
    story.level(1)
    before = story.watch.episodes
    assert story.sees({}) == story.sees({"band": {"band": None}}) == []
    assert story.watch.episodes == before
    assert story.level(1) == []


def test_another_period_is_another_episode_though_nothing_was_seen_between() -> None:
    story = Story()
    month = START

    def budget(step: int) -> list[str]:
        edge = Edge(step=step, keeps=step, subject="80%", begins=month, apart=14 * DAY)
        return story.sees({"budget": {"month": edge}})

    assert [budget(0), budget(1), budget(1)] == [[], ["budget:80%"], []]
    month += 31 * DAY
    assert [budget(1), budget(1), budget(1)] == [[], ["budget:80%"], []], "once it was seen in two readings"


def test_what_is_held_back_is_told_once_if_it_still_holds() -> None:
    story = Story()
    story.level(0)
    story.manner = Manner(tell="later")
    assert story.level(1) == story.level(2) == []
    story.manner = Manner()
    assert story.level(2) == ["band:critical"]
    assert story.level(1) == story.level(2) == []


def test_what_has_recovered_by_then_is_never_told() -> None:
    story = Story()
    story.level(0)
    story.manner = Manner(tell="later")
    story.level(1), story.level(0), story.level(0)
    story.manner = Manner()
    assert story.level(0) == [] and not story.watch.episodes


def test_nothing_old_is_told_when_alerts_are_turned_on() -> None:
    story = Story(tell="never")
    story.level(0), story.level(1)
    story.manner = Manner()
    assert story.level(1) == []
    assert story.level(2) == ["band:critical"]


def test_a_rule_that_is_not_wanted_is_silent_and_the_others_speak() -> None:
    story = Story(ignore=frozenset({"window"}))
    calm = {"window": {"5h": Edge()}, "band": {"band": Edge()}}
    bad = {
        "window": {"5h": Edge(step=1, keeps=1, subject="5h")},
        "band": {"band": Edge(step=1, keeps=1, subject="low")},
    }
    story.sees(calm)
    assert story.sees(bad) == ["band:low"]


def test_a_recovery_is_told_to_those_who_want_good_news() -> None:
    for wanted in (False, True):
        story = Story(refills=wanted)
        for at in (0, 1, 0):
            story.level(at)
        assert story.level(0) == (["refill:band"] if wanted else [])
        assert story.level(0) == []


def test_an_acknowledged_episode_is_silent_until_it_has_recovered() -> None:
    story = Story()
    story.level(0), story.level(1)
    story.watch = replace(story.watch, episodes=tuple(replace(one, acknowledged=True) for one in story.watch.episodes))
    assert story.level(2) == story.level(1) == story.level(2) == []
    story.level(0), story.level(0)
    assert story.level(1) == ["band:low"]


def test_what_was_given_to_somebody_who_died_is_told_by_the_next_and_what_was_handed_on_is_not() -> None:
    story = Story(holder="here/1/7")
    story.level(0)
    assert story.level(1) == ["band:low"]
    assert story.level(1) == [], "the same one does not take it twice"
    died = story.watch.without(frozenset({"here/1/7"}))
    done = handed(story.watch, "here/1/7").without(frozenset({"here/1/7"}))
    story.watch, story.manner = died, Manner()
    assert story.level(1) == ["band:low"]
    story.watch = done
    assert story.level(1) == []


def test_an_episode_keeps_its_name_for_as_long_as_it_lasts() -> None:
    story = Story()
    story.level(0), story.level(1)
    (one,) = story.watch.episodes
    assert one.alert.episode == f"a:band:low:{story.now:%Y-%m-%dT%H:%M:%SZ}"
    story.level(1), story.level(0, keeps=1), story.level(1)
    assert story.watch.episodes[0].alert.episode == one.alert.episode
    story.level(2), story.level(1, keeps=2), story.level(0, keeps=2)
    assert story.watch.episodes[0].alert.subject == "critical", "it is not yet clear of that line"


def test_a_look_that_is_older_than_the_last_is_none() -> None:
    story = Story()
    story.level(0), story.level(0)
    story.now -= HOUR
    assert story.level(2) == []
    story.now += 2 * HOUR
    assert story.level(2) == ["band:critical"]
