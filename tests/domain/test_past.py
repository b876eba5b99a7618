"""A long past in a few figures: a board that has it tells the same, to the micro-unit, as one that looks at all."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

import pytest

from creditsui.domain.account import Account, Budget
from creditsui.domain.before import Forgotten, Known, Past
from creditsui.domain.board import AccountView
from creditsui.domain.condense import Condensed, marks
from creditsui.domain.entry import Entry
from creditsui.domain.facts import Facts, purse
from creditsui.domain.observe import calendar
from creditsui.domain.past import fold, holds, known
from creditsui.domain.reading import Recorded, Semantics, Window
from creditsui.domain.usage import Usage
from creditsui.domain.view import view
from tests.domain.make import DAY, HOUR, MINUTE, NOW, call, cny, entry, report, told, usd
from tests.soak import rounds

ZONES = [UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Los_Angeles")]
INTERVAL = 5 * MINUTE


@dataclass(frozen=True)
class Life:
    account: Account
    readings: Sequence[Recorded]
    entries: tuple[Entry, ...]
    usage: Sequence[Usage]
    semantics: Semantics

    def until(self, now: datetime) -> Facts:
        """All that is known of it then."""
        rows = [row for row in self.readings if row.reading.at <= now]
        if rows and rows[-1].until > now:
            rows[-1] = Recorded(rows[-1].reading, now)
        return Facts(
            account=self.account,
            semantics=self.semantics,
            readings=rows,
            entries=tuple(one for one in self.entries if one.booked_at <= now),
            usage=[one for one in self.usage if one.at <= now],
        )


@lru_cache(4)
def life(seed: int, days: int = 75) -> Life:
    random = Random(seed)
    start = NOW - days * DAY
    counts, live = random.random() < 0.3, random.random() < 0.75
    calm = random.random() < 0.5
    rows: list[Recorded] = []
    at, left, spent, other = start, 60.0, 0.0, 9.0
    while live and at < NOW:
        fall = random.random() * 0.5 if 8 <= at.hour < 22 else 0.0
        left, spent = left - fall, spent + fall
        rise = 40 if left < 15 else 0.0
        rise += random.choice([0.3, 5, 20]) if random.random() < (0.001 if calm else 0.01) else 0
        left += rise
        other -= random.random() * 0.01
        purses = (
            [] if counts else [usd(round(left, 6)), *([cny(round(other, 4))] if seed % 3 == 0 and at.day > 4 else [])]
        )
        spend = report(None, all=round(spent, 6)) if counts or seed % 5 == 0 else None
        row = told(at, *purses, spend=spend, windows=[Window("5h", round(random.random(), 2))])
        rows.append(replace(row, until=at + random.randrange(3) * 5 * MINUTE))
        at += 40 * MINUTE
        at += random.random() * 30 * HOUR if random.random() < 0.004 else timedelta(0)
    entries: list[Entry] = []
    for number in range(1, random.choice([2, 12, 60])):
        kind = random.choice(["sync", "topup", "topup", "adjust"])
        booked = start + random.random() * days * DAY
        if entries and random.random() < 0.1:
            booked = entries[-1].at + 3 * MINUTE
            kind = "sync"
        amount = random.choice([40, 20, 5, 9, 70]) * (1 if random.random() < 0.9 else 10)
        expires = (booked + random.randrange(0, 50) * DAY).date() if kind == "topup" and random.random() < 0.6 else None
        money = cny(amount) if random.random() < 0.1 else usd(amount)
        one = entry(number, kind, money, min(booked, NOW), expires=expires)  # type: ignore[arg-type]
        entries.append(one)
    entries = [
        replace(one, number=number)
        for number, one in enumerate(sorted(entries, key=lambda one: (one.at, one.number)), 1)
    ]
    calls = []
    for n in range(random.choice([0, 10, 400])):
        made = call(start + random.random() * days * DAY, round(random.random(), 6), model=f"m-{n % 5}")
        if random.random() < 0.1:
            made = replace(made, cost=None)
        elif random.random() < 0.1:
            made = replace(made, billing="subscription")
        elif random.random() < 0.3:
            made = replace(made, key="", at=made.at.replace(hour=0, minute=0, second=0, microsecond=0))
        calls.append(made)
    budget = random.choice([None, Budget(usd(50), "month"), Budget(usd(90), "total"), Budget(cny(3), "week")])
    account = Account("a", "p", "A", currency=random.choice(["USD", "CNY"]), budget=budget,
                      capacity=random.choice([None, 100]))  # fmt: skip
    return Life(
        account, rows, tuple(entries), sorted(calls, key=lambda one: one.at),
        Semantics.COUNTER if counts and random.random() < 0.5 else Semantics.BALANCE,
    )  # fmt: skip


def folded(facts: Facts, now: datetime, zone: tzinfo) -> tuple[Known, Past | None]:
    """As the board does: what expired is looked for in all readings, everything else in the condensed ones."""
    days = calendar(now, zone)
    old = replace(facts, told=Condensed(marks(facts.entries, zone), zone).all(facts.readings))
    seen = known(purse(old, days, zone), now)
    fresh = replace(facts, told=Condensed(marks(facts.entries, zone, seen), zone).all(facts.readings), known=seen)
    return seen, fold(fresh, purse(fresh, days, zone), now, zone)


def fast(facts: Facts, seen: Known, past: Past, zone: tzinfo) -> Facts:
    return replace(
        facts,
        told=Condensed(marks(facts.entries, zone, seen), zone).all(facts.readings),
        known=seen,
        past=past,
        usage=[one for one in facts.usage if one.at >= past.until],
    )


def board(facts: Facts, now: datetime, zone: tzinfo) -> tuple[AccountView, object]:
    return view(facts, "a", calendar(now, zone), zone, INTERVAL)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(rounds(full=120, short=40)))
def test_it_makes_no_difference_to_any_number(seed: int) -> None:
    it, zone, random = life(seed), ZONES[seed % len(ZONES)], Random(seed)
    made = NOW - random.random() * 6 * DAY
    seen, past = folded(it.until(made), made, zone)
    if past is None:
        pytest.skip("there is no place to cut")
    for now in (made, made + random.random() * (NOW - made), NOW):
        facts = it.until(now)
        quick = fast(facts, seen, past, zone)
        assert holds(past, quick)
        try:
            shown, shares = board(quick, now, zone)
        except Forgotten:
            continue
        plain, whole = board(facts, now, zone)
        for field in fields(AccountView):
            assert getattr(shown, field.name) == getattr(plain, field.name), field.name
        assert shares == whole
