"""The demo's invented life: purses with a month behind them, and what happens to them next. Pure and repeatable.

A loop of the story has eight beats: 1 spends; 2 is a spike, and runs an account low; with 3 another one is empty;
4 tops that one up; 5 refills the plan; 6 is after midnight, and a gift has ended; 7 finds a key dead. Then again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random

from creditsui.core.demo.clock import EXPIRY, TOPUP, Calendar, place
from creditsui.domain.money import Money
from creditsui.domain.usage import Usage

DAYS = 35
LATE = timedelta(seconds=12)
"""How old the newest reading is when the demo opens."""
STEP = timedelta(hours=3)
RUNAWAY = timedelta(minutes=40)
"""How long ago a session did what is called a spike."""
_TOPPED_UP = 0.5
"""Below this share of a full one a purse is topped up in the story; some are kept fuller before it."""
_CENT = 10_000
_STEPS_A_DAY = timedelta(days=1) // STEP
_BY_HOUR = (0.3, 0.1, 0.3, 1.2, 1.8, 1.6, 1.7, 1.0)
"""How busy each stretch of a day is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """A balance in cents of `currency`: what is left at the start, what a full one holds, how fast it drains."""

    id: str
    currency: str
    left: int
    full: int
    a_day: int
    source: str = ""
    """The agent that spends from it and writes a log; empty: nobody sees the calls."""
    models: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    away: tuple[int, int] = (0, 0)
    """The beats between which its provider cannot be reached."""
    low: float = 0.2
    """Below this share somebody tops it up."""
    expiring: int = 0
    """How much of the latest top-up has an end."""
    fills: int = 2000
    """How much a purse that is filled up early was filled up with."""
    gifts: tuple[int, ...] = ()
    """How much of the latest top-up was a gift that ends with each of the coming nights. It is spent first."""
    lapsed: int = 0
    """How much of a gift was left when its last day, the day before yesterday, was over."""
    spike: int = 0
    """What that session took; a part of what went since the last sync."""
    plot: tuple[tuple[int, int], ...] = ()
    """Beats of a loop at which a given number of cents goes at once; in later loops the same share of what is left."""
    steady: bool = False
    """Whether it spends at any hour alike, as what nobody sits before does."""
    unlogged: float = 0.0
    """The share of calls that no log tells of."""
    synced: timedelta = timedelta(0)
    """How long ago somebody last looked at the provider's console."""

    def money(self, cents: int) -> Money:
        return Money(cents * _CENT, self.currency)


XAI = Purse(id="xai", currency="USD", left=102, full=1000, a_day=270, low=0.04, plot=((1, 14), (2, 31), (3, 57)))
MOONSHOT = Purse(
    id="moonshot", currency="CNY", left=2520, full=3600, a_day=210, away=(-120, 4), lapsed=460, plot=((8, 130),)
)
OPENROUTER = Purse(
    id="openrouter",
    currency="USD",
    left=4120,
    full=5000,
    a_day=445,
    source="hermes",
    models=("claude-sonnet-4.6", "gemini-3.1-pro", "glm-4.7"),
    projects=("research-bot", "inbox"),
    low=0.6,
    plot=((1, 185), (4, 96)),
)
DEEPSEEK = Purse(
    id="deepseek",
    currency="CNY",
    left=7110,
    full=7200,
    a_day=85,
    low=0.75,
    fills=4000,
    gifts=(1000, 900, 900, 900),
    plot=((8, 130),),
)
ANTHROPIC = Purse(
    id="anthropic",
    currency="USD",
    left=1803,
    full=3000,
    a_day=410,
    source="claude-code",
    models=("claude-opus-4-8", "claude-sonnet-4-6"),
    projects=("web-app", "creditsui"),
    expiring=2000,
    unlogged=0.1,
    synced=timedelta(hours=27),
    steady=True,
    plot=((1, 60), (2, 396)),
)
OPENAI = Purse(
    id="openai",
    currency="USD",
    left=611,
    full=2000,
    a_day=290,
    source="codex",
    models=("gpt-5.2-codex", "gpt-5-mini"),
    projects=("billing-api", "docs"),
    unlogged=0.07,
    synced=timedelta(hours=3),
    spike=420,
    steady=True,
    plot=((8, 44),),
)
LIVE = (XAI, MOONSHOT, OPENROUTER, DEEPSEEK)
"""Asked for their balance."""
KEPT = (ANTHROPIC, OPENAI)
"""Nobody can be asked: synced by hand, carried forward by what their agents logged."""
PURSES = {purse.id: purse for purse in (*LIVE, *KEPT)}


@dataclass(frozen=True, slots=True)
class Point:
    """A balance in cents at an instant, and what was spent or topped up since the point before."""

    at: datetime
    cents: int
    spent: int = 0
    gained: int = 0
    lost: int = 0
    """What ended unspent."""


@lru_cache(maxsize=16)
def past(purse: Purse, start: datetime) -> tuple[Point, ...]:
    """The month before `start`, oldest first. It ends at what is left now; a purse that ran low was filled up."""
    points: list[Point] = []
    chance = _chance(purse, "past")
    cents, at, over = purse.left, start - LATE, midnight(start - timedelta(days=1))
    for _ in range(DAYS * _STEPS_A_DAY):
        busy = (
            (1.0 if purse.steady else _BY_HOUR[at.hour // 3])
            * (0.4 if at.weekday() >= 5 else 1.2)
            * chance.uniform(0.55, 1.45)
        )
        spent = round(purse.a_day / _STEPS_A_DAY * busy) + (0 if points else purse.spike)
        if cents == purse.full:
            gained = (
                round(purse.full * chance.uniform(1 - 2 * purse.low, 1 - purse.low)) if purse.low < 0.5 else purse.fills
            )
            points.append(Point(at, cents, 0, gained))
            cents -= gained
        else:
            lost = min(purse.lapsed if at - STEP < over <= at else 0, purse.full - cents)
            spent = min(spent, purse.full - cents - lost)
            points.append(Point(at, cents, spent, 0, lost))
            cents += spent + lost
        at -= STEP
    return tuple(points[::-1])


def midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def topups(purse: Purse, start: datetime, nights: Sequence[date]) -> Iterator[tuple[Point, list[tuple[int, date]]]]:
    """What came in: the point at which it did, and how much of it was a gift with a last day. `nights` are to come."""
    points = past(purse, start)
    filled = [at for at, point in enumerate(points) if point.gained]
    lapse = next((at for at, point in enumerate(points) if point.lost), 0)
    for at in filled:
        gifts: list[tuple[int, date]] = []
        if purse.gifts and at == filled[-1]:
            gifts = list(zip(purse.gifts, nights, strict=False))
        elif at < lapse and not any(at < other < lapse for other in filled):
            ended = points[lapse].lost + sum(point.spent for point in points[at + 1 : lapse])
            gifts = [(ended, points[lapse].at.date() - timedelta(days=1))] if ended < points[at].gained else []
        yield points[at], gifts


def gift(purse: Purse, at: datetime, cents: int, start: datetime) -> int:
    """How much of a balance at an instant of the past is a gift."""
    if not purse.gifts:
        return 0
    came = max((point.at for point in past(purse, start) if point.gained), default=start)
    return max(0, sum(purse.gifts) - (purse.full - cents)) if at >= came else 0


@dataclass(frozen=True, slots=True)
class State:
    """A purse after a beat, in cents."""

    cents: int
    gifts: tuple[int, ...] = ()
    """What is left of those that have not ended, the next to end first."""
    spent: int = 0
    """In this beat."""


class Course:
    """What becomes of a purse, beat by beat."""

    def __init__(self, purse: Purse) -> None:
        self.purse = purse
        gone = purse.full - purse.left if purse.gifts else 0
        self._states = [State(purse.left, _spend(purse.gifts, gone))]
        self._base = purse.left
        """What was left when the loop began."""

    def at(self, beat: int) -> State:
        while len(self._states) <= beat:
            self._states.append(self._next(self._states[-1], place(len(self._states))))
        return self._states[beat]

    def _next(self, last: State, here: int) -> State:
        purse, cents, gifts = self.purse, last.cents, last.gifts
        if here == 1:
            self._base = cents
        if here == TOPUP and cents < purse.full * min(purse.low, _TOPPED_UP):
            cents = purse.full
        spent = min(cents, round(dict(purse.plot).get(here, 0) * self._base / purse.left))
        cents, gifts = cents - spent, _spend(gifts, spent)
        if here == EXPIRY and gifts:
            cents, gifts = cents - gifts[0], gifts[1:]
        return State(cents, gifts, spent)


def _spend(gifts: tuple[int, ...], cents: int) -> tuple[int, ...]:
    """The gift that ends first is spent first."""
    left = []
    for one in gifts:
        left.append(max(0, one - cents))
        cents = max(0, cents - one)
    return tuple(left)


def past_calls(purse: Purse, start: datetime) -> Iterator[Usage]:
    """What the purse's agent logged in the month before `start`."""
    chance = _chance(purse, "logs")
    for point in past(purse, start):
        spent = point.spent - (purse.spike if point.at == start - LATE else 0)
        if spent > 0 and chance.random() >= purse.unlogged:
            yield _call(purse, f"past-{point.at.isoformat()}", point.at - timedelta(minutes=7), spent)
    if purse.spike:
        yield replace(_call(purse, "spike", start - RUNAWAY, purse.spike), model=purse.models[0])


def calls(course: Course, calendar: Calendar, first: int, last: int) -> Iterator[Usage]:
    """What it logged from one beat to another, both included."""
    for beat in range(first, last + 1):
        cents = course.at(beat).spent
        if cents:
            yield _call(course.purse, f"{calendar.start.isoformat()}-{beat}", calendar.begins(beat), cents)


def _call(purse: Purse, name: str, at: datetime, cents: int) -> Usage:
    chance = _chance(purse, name)
    return Usage(
        key=f"demo-{purse.id}-{name}",
        source=purse.source,
        account=purse.id,
        at=at,
        model=chance.choices(purse.models, range(len(purse.models), 0, -1))[0],
        input=chance.randrange(40, 400),
        output=cents * chance.randrange(60, 120),
        cache_read=cents * chance.randrange(3_000, 9_000),
        cache_write=cents * chance.randrange(100, 900),
        cost=purse.money(cents),
        project=chance.choices(purse.projects, range(len(purse.projects), 0, -1))[0],
        session=f"demo-{at:%Y%m%d}",
    )


def _chance(purse: Purse, what: object) -> Random:
    return Random(f"{purse.id} {what}")  # noqa: S311 - a story, no secret
