"""The demo's invented life: purses with a month behind them, and what happens to them next. Pure and repeatable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from creditsui.domain.money import Money
from creditsui.domain.usage import Usage

DAYS = 35
LATE = timedelta(seconds=12)
"""How old the newest reading is when the demo opens."""
STEP = timedelta(hours=3)
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
    plot: tuple[tuple[int, int], ...] = ()
    """Beats at which a given number of cents goes at once; what happens by chance comes after them."""
    unlogged: float = 0.0
    """The share of calls that no log tells of."""
    synced: timedelta = timedelta(0)
    """How long ago somebody last looked at the provider's console."""

    def money(self, cents: int) -> Money:
        return Money(cents * _CENT, self.currency)


XAI = Purse(id="xai", currency="USD", left=102, full=1000, a_day=270, low=0.04, plot=((1, 14), (2, 31), (3, 57)))
MOONSHOT = Purse(id="moonshot", currency="CNY", left=2520, full=3600, a_day=210, away=(-120, 4), plot=((5, 130),))
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
DEEPSEEK = Purse(id="deepseek", currency="CNY", left=7110, full=7200, a_day=85, low=0.75, plot=((2, 420), (6, 380)))
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
    plot=((2, 231), (5, 80)),
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


def past(purse: Purse, start: datetime) -> list[Point]:
    """The month before `start`, oldest first. It ends at what is left now; a purse that ran low was filled up."""
    points: list[Point] = []
    chance = _chance(purse, "past")
    cents, at = purse.left, start - LATE
    for _ in range(DAYS * _STEPS_A_DAY):
        busy = _BY_HOUR[at.hour // 3] * (0.4 if at.weekday() >= 5 else 1.2) * chance.uniform(0.55, 1.45)
        spent = round(purse.a_day / _STEPS_A_DAY * busy)
        if cents == purse.full:
            gained = round(purse.full * chance.uniform(1 - 2 * purse.low, 1 - purse.low)) if purse.low < 0.5 else 2000
            points.append(Point(at, cents, 0, gained))
            cents -= gained
        else:
            spent = min(spent, purse.full - cents)
            points.append(Point(at, cents, spent))
            cents += spent
        at -= STEP
    return points[::-1]


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
        if point.spent and chance.random() >= purse.unlogged:
            yield _call(purse, f"past-{point.at.isoformat()}", point.at - timedelta(minutes=7), point.spent)


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
