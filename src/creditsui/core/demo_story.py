"""The demo's invented life: purses with a month behind them, and what happens to them next. Pure and repeatable."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from creditsui.domain.money import Money
from creditsui.domain.usage import Usage

DAYS = 35
LATE = timedelta(seconds=12)
"""How old the newest reading is when the demo opens."""
STEP = timedelta(hours=3)
GIFT = timedelta(days=6)
RUNAWAY = timedelta(minutes=40)
"""How long ago a session did what is called a spike."""
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
    granted: int = 0
    """How much of the latest top-up was a gift, which ends in `GIFT` and is spent first."""
    lapsed: int = 0
    """How much of a gift was left when its last day, the day before yesterday, was over."""
    spike: int = 0
    """What that session took; a part of what went since the last sync."""
    plot: tuple[tuple[int, int], ...] = ()
    """Beats at which a given number of cents goes at once; what happens by chance comes after them."""
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
    id="moonshot", currency="CNY", left=2520, full=3600, a_day=210, away=(-120, 4), lapsed=460, plot=((5, 130),)
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
    away=(16, 20),
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
    granted=800,
    plot=((2, 420), (6, 380)),
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
    unlogged=0.16,
    synced=timedelta(hours=27),
    plot=((1, 96), (2, 231), (5, 80)),
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
    plot=((4, 44),),
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


def past(purse: Purse, start: datetime) -> list[Point]:
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
            gained = round(purse.full * chance.uniform(1 - 2 * purse.low, 1 - purse.low)) if purse.low < 0.5 else 2000
            points.append(Point(at, cents, 0, gained))
            cents -= gained
        else:
            lost = min(purse.lapsed if at - STEP < over <= at else 0, purse.full - cents)
            spent = min(spent, purse.full - cents - lost)
            points.append(Point(at, cents, spent, 0, lost))
            cents += spent + lost
        at -= STEP
    return points[::-1]


def midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def topups(purse: Purse, start: datetime) -> Iterator[tuple[Point, int, date | None]]:
    """What came in: the point at which it did, how much of it was a gift, and the last day of that."""
    points = past(purse, start)
    filled = [at for at, point in enumerate(points) if point.gained]
    lapse = next((at for at, point in enumerate(points) if point.lost), 0)
    for at in filled:
        gift, end = 0, None
        if purse.granted and at == filled[-1]:
            gift, end = purse.granted, (start + GIFT).date()
        elif at < lapse and not any(at < other < lapse for other in filled):
            gift = points[lapse].lost + sum(point.spent for point in points[at + 1 : lapse])
            end = points[lapse].at.date() - timedelta(days=1)
        yield points[at], gift if gift < points[at].gained else 0, end


def gift(purse: Purse, at: datetime, cents: int, start: datetime) -> int:
    """How much of a balance at an instant is the gift."""
    came = max((point.at for point in past(purse, start) if point.gained), default=start)
    return max(0, purse.granted - (purse.full - cents)) if at >= came else 0


def balance(purse: Purse, beat: int) -> int:
    """Cents left after `beat` beats of the demo."""
    cents = purse.left
    for number in range(1, beat + 1):
        cents += _filled(purse, cents)
        cents -= min(cents, hit(purse, number))
    return cents


def hit(purse: Purse, beat: int) -> int:
    """Cents that go at one beat: what the plot says, later a few percent now and then."""
    told = dict(purse.plot)
    if beat in told:
        return told[beat]
    chance = _chance(purse, beat)
    if beat <= max(told, default=0) or chance.random() > 0.3:
        return 0
    return max(1, round(purse.full * chance.uniform(0.004, 0.03)))


def _filled(purse: Purse, cents: int) -> int:
    return purse.full - cents if cents < purse.full * purse.low else 0


def past_calls(purse: Purse, start: datetime) -> Iterator[Usage]:
    """What the purse's agent logged in the month before `start`."""
    chance = _chance(purse, "logs")
    for point in past(purse, start):
        spent = point.spent - (purse.spike if point.at == start - LATE else 0)
        if spent > 0 and chance.random() >= purse.unlogged:
            yield _call(purse, f"past-{point.at.isoformat()}", point.at - timedelta(minutes=7), spent)
    if purse.spike:
        yield replace(_call(purse, "spike", start - RUNAWAY, purse.spike), model=purse.models[0])


def calls(purse: Purse, start: datetime, length: timedelta, beat: int) -> Iterator[Usage]:
    """What it logged in the first `beat` beats of `length`."""
    for number in range(1, beat + 1):
        cents = hit(purse, number)
        if cents:
            yield _call(purse, f"{start.isoformat()}-{number}", start + number * length, cents)


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
