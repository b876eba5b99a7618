"""Invented histories of accounts with a known future: what was spent before a cut, and how long the money then lasted.

How people spend is drawn first, then what creditsui would have seen of it; everything follows from a seed. They are
invented, so what is proven with them holds as far as people spend like that. One assumption weighs: an account
known by the calls in logs alone is synced every week or two. Without that its balance is unsure, and the range wide.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log
from random import Random

from creditsui.domain.account import Account
from creditsui.domain.entry import Entry, EntryType
from creditsui.domain.money import Money
from creditsui.domain.reading import Balance, Reading, Recorded
from creditsui.domain.usage import Usage
from creditsui.domain.view import Facts

FAMILIES = ("steady", "weekly", "bursty", "trending", "top-ups", "refills", "gaps", "stale", "mixed")
DAY = timedelta(days=1)
FUTURE = 500
"""Days that are invented after the cut."""
_BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
_CENT = 10_000

Spent = list[tuple[datetime, int]]
"""When, and micro-units; oldest first."""
Balances = list[tuple[datetime, int]]
"""What is left from an instant on, in micro-units."""


@dataclass(frozen=True, slots=True)
class Story:
    """What is known at `now`, and how many days what is left then truly lasts."""

    family: str
    facts: Facts
    now: datetime
    lasts: float


def stories(seed: int, count: int) -> Iterator[Story]:
    """`count` of them, of all families in turn."""
    random, told = Random(seed), 0
    while told < count:
        story = _story(random, FAMILIES[told % len(FAMILIES)])
        if story is not None:
            told += 1
            yield story


# ── how people spend ─────────────────────────────────────────────────────────────────────────────────────────────────

Pace = Callable[[int], float]
"""What a day takes, as a multiple of the usual, by its number; 0 is the day of the cut."""


def _steady(random: Random, first: datetime) -> Pace:
    spread, memory, off = random.uniform(0.1, 0.5), random.uniform(0.0, 0.5), 0.0
    quiet = random.uniform(0.8, 1.0)

    def pace(day: int) -> float:
        nonlocal off
        off = memory * off + random.gauss(0, spread) * (1 - memory**2) ** 0.5
        return exp(off - spread**2 / 2) * (quiet if _weekend(first, day) else 1.0)

    return pace


def _weekly(random: Random, first: datetime) -> Pace:
    quiet, spread = random.choice((0.0, random.uniform(0.05, 0.4))), random.uniform(0.15, 0.5)
    lazy = random.randrange(5) if random.random() < 0.4 else None

    def pace(day: int) -> float:
        if _weekend(first, day):
            return quiet * exp(random.gauss(0, spread))
        return exp(random.gauss(0, spread)) * (0.4 if (first + day * DAY).weekday() == lazy else 1.0)

    return pace


def _bursty(random: Random, first: datetime) -> Pace:
    """Days of work and days of nothing, each in runs, and work of very different sizes."""
    begins, ends, spread = 1 / random.uniform(1.2, 3.5), 1 / random.uniform(1.0, 3.5), random.uniform(0.5, 1.0)
    busy = random.random() < begins / (begins + ends)

    def pace(day: int) -> float:
        nonlocal busy
        busy = random.random() >= ends if busy else random.random() < begins
        return exp(random.gauss(0, spread)) if busy else 0.0

    return pace


def _trending(random: Random, first: datetime) -> Pace:
    """From one level to another in some weeks, up or down."""
    rises, middle, slow = (
        random.uniform(1.8, 4) ** random.choice((1, -1)),
        random.uniform(-25, 20),
        random.uniform(3, 9),
    )
    under = random.choice((_steady, _weekly))(random, first)

    def pace(day: int) -> float:
        return under(day) * exp(log(rises) / (1 + exp(-(day - middle) / slow)))

    return pace


def _mixed(random: Random, first: datetime) -> Pace:
    """Any of these, at a level that wanders, with a change of project now and then."""
    under = random.choice((_steady, _weekly, _bursty, _trending))(random, first)
    wander, level, changes = random.uniform(0.0, 0.06), 0.0, random.choice((0.0, 0.0, 1 / 45))

    def pace(day: int) -> float:
        nonlocal level
        level = 0.99 * level + random.gauss(0, wander)
        level += random.gauss(0, 0.5) if random.random() < changes else 0.0
        return under(day) * exp(level)

    return pace


_PACES: dict[str, Callable[[Random, datetime], Pace]] = {
    "steady": _steady,
    "weekly": _weekly,
    "bursty": _bursty,
    "trending": _trending,
    "mixed": _mixed,
}


def _weekend(first: datetime, day: int) -> bool:
    return (first + day * DAY).weekday() >= 5


def _spending(random: Random, pace: Pace, usual: float, cut: datetime, past: int) -> Spent:
    """Calls of every day, `usual` micro-units on a usual one."""
    midnight = cut.replace(hour=0, minute=0, second=0, microsecond=0)
    busy = random.randint(2, 14)
    begins, hours = random.uniform(7, 11), random.uniform(6, 13)
    spent: Spent = []
    for day in range(-past, FUTURE):
        amount = usual * pace(day)
        if amount < 1:
            continue
        # Beyond the first weeks only when the money is gone matters, and a few calls a day tell it.
        calls = random.randint(1, busy) if day < 30 else 4
        parts = [random.expovariate(1) for _call in range(calls)]
        at = sorted(begins + hours * random.betavariate(1.5, 1.5) for _call in range(calls))
        for part, hour in zip(parts, at, strict=True):
            spent.append((midnight + day * DAY + timedelta(hours=hour), max(1, round(amount * part / sum(parts)))))
    return spent


# ── what is seen of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _story(random: Random, family: str) -> Story | None:
    past = random.randint(4, 75)
    cut = _BEGIN + timedelta(days=random.randrange(300), minutes=random.randrange(1440))
    first = cut.replace(hour=0, minute=0, second=0, microsecond=0)
    kind = family if family in _PACES else random.choice(("steady", "weekly", "bursty", "mixed"))
    usual = 10 ** random.uniform(-0.3, 1.6) * 1e6
    spent = _spending(random, _PACES[kind](random, first), usual, cut, past)
    before = [one for one in spent if one[0] <= cut]
    if not before:
        return None
    begin = cut - past * DAY
    credits = _credits(random, family, before, usual, begin)
    left = sum(amount for _, amount in credits) - sum(amount for _, amount in before)
    lasts = _lasts(left, [one for one in spent if one[0] > cut], cut)
    if left <= _CENT or lasts is None:
        return None
    account = Account(id="a", provider="p", label="A")
    calls = family not in ("refills", "gaps", "stale") and random.random() < 0.5
    if calls:
        booked = _entries(_syncs(random, credits, before, cut), credits[1:])
        facts = Facts(account=account, entries=booked, usage=tuple(_usage(before)))
        return Story(family, facts, cut, lasts)
    booked = _entries((), credits[1:]) if family == "top-ups" and random.random() < 0.5 else ()
    readings = _readings(_balances(credits, before), _looks(random, family, begin, cut))
    if not readings:
        return None
    return Story(family, Facts(account=account, can_ask=True, readings=readings, entries=booked), cut, lasts)


def _credits(random: Random, family: str, before: Spent, usual: float, begin: datetime) -> Spent:
    """What came in, the first at the very beginning."""
    if family not in ("top-ups", "refills"):
        left = exp(random.uniform(log(1.5), log(60))) * usual * random.uniform(0.5, 1.0)
        return [(begin, sum(amount for _, amount in before) + round(left))]
    size = round(usual * random.choice((5, 7, 10, 20, 40)) / 1e6 + 0.5) * 1_000_000
    credits, left, due = [(begin, size)], size, begin + timedelta(days=30 if random.random() < 0.5 else 7)
    low = random.uniform(0.05, 0.3) * size
    for at, amount in before:
        if family == "refills" and at >= due:
            credits.append((due, size - left)) if size > left else None
            left = max(left, size)
            while due <= at:
                due += timedelta(days=7)
        while left - amount < (low if family == "top-ups" else 0):
            credits.append((at - timedelta(minutes=1), size))
            left += size
        left -= amount
    return credits


def _lasts(left: int, after: Spent, cut: datetime) -> float | None:
    for at, amount in after:
        left -= amount
        if left <= 0:
            return (at - cut) / DAY
    return None


def _syncs(random: Random, credits: Spent, before: Spent, cut: datetime) -> Spent:
    """The true balance, at the beginning and every week or two."""
    found, balances, at = [credits[0]], _balances(credits, before), credits[0][0]
    while (at := at + random.uniform(4, 14) * DAY) < cut:
        found.append((at, next(left for then, left in reversed(balances) if then <= at)))
    return found


def _entries(syncs: Spent, topups: Spent) -> tuple[Entry, ...]:
    booked: list[tuple[datetime, EntryType, int]] = [(at, "sync", amount) for at, amount in syncs]
    booked += [(at, "topup", amount) for at, amount in topups]
    return tuple(
        Entry(
            number=number,
            id=f"{number:032x}",
            type=kind,
            account="a",
            at=at,
            booked_at=at,
            amount=Money(amount, "USD"),
        )
        for number, (at, kind, amount) in enumerate(sorted(booked), 1)
    )


def _usage(spent: Spent) -> Iterator[Usage]:
    for number, (at, amount) in enumerate(spent):
        yield Usage(key=f"{number:x}", source="s", account="a", at=at, model="m", cost=Money(amount, "USD"))


def _balances(credits: Spent, before: Spent) -> Balances:
    left, found = 0, []
    for at, amount in sorted([*credits, *((at, -amount) for at, amount in before)], key=lambda change: change[0]):
        left += amount
        found.append((at, left))
    return found


def _looks(random: Random, family: str, begin: datetime, cut: datetime) -> list[datetime]:
    """When somebody looked: about every hour, with what the family says of times when nobody did."""
    looks, at = [], begin + timedelta(minutes=1)
    while at <= cut:
        looks.append(at)
        at += timedelta(minutes=random.randint(40, 80))
    if family == "gaps":
        for _gap in range(random.randint(1, 3)):
            gone = cut - random.uniform(1.0, 25) * DAY
            back = gone + random.uniform(1.5, 6) * DAY
            looks = [at for at in looks if not gone <= at <= back or at > cut - DAY]
    if family == "stale":
        gone = cut - random.uniform(0.2, 4) * DAY
        looks = [at for at in looks if at <= gone]
    return looks


def _readings(balances: Balances, looks: list[datetime]) -> tuple[Recorded, ...]:
    rows: list[Recorded] = []
    place, left, said = 0, 0, None
    for at in looks:
        while place < len(balances) and balances[place][0] <= at:
            left = balances[place][1]
            place += 1
        cents = left // _CENT * _CENT
        if cents == said:
            rows[-1] = Recorded(rows[-1].reading, at)
        else:
            rows.append(Recorded(Reading(at=at, balances=(Balance(Money(cents, "USD")),)), at))
        said = cents
    return tuple(rows)
