"""Invented lives of an account that only its user can sync, of whose spend a fifth goes by unseen.

How money is spent is drawn first, then which calls no log tells of, then when somebody looks at the console. What is
known is the ledger's own: entries and calls. Everything follows from a seed.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from creditsui.domain.entry import Entry, EntryType
from creditsui.domain.money import Money
from creditsui.domain.usage import Usage

HABITS = ("calls", "sessions", "mornings")
"""What goes unseen at a time: single calls, whole sessions, or all of a half-day, as on another machine."""
UNSEEN = 0.2
_BEGIN = datetime(2026, 9, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Life:
    """`entries` are the syncs, each by the truth, and top-ups, oldest first; `calls` are those that a log tells."""

    entries: tuple[Entry, ...]
    calls: tuple[Usage, ...]
    spent: tuple[tuple[datetime, int], ...]
    """All that was, seen or not, in micro-units; oldest first."""

    @property
    def syncs(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.type == "sync"]

    def known(self, until: datetime, number: int) -> tuple[list[Entry], list[Usage]]:
        """The ledger just before the entry of that number was booked at that instant."""
        return [one for one in self.entries if one.number < number], [one for one in self.calls if one.at <= until]

    def truth(self, at: datetime) -> int:
        """What was really left, in micro-units."""
        last = [entry for entry in self.entries if entry.type == "sync" and entry.at <= at][-1]
        later = [one for one in self.entries if one.number > last.number and one.at <= at and one.type == "topup"]
        left = sum(one.amount.micros for one in (last, *later) if one.amount is not None)
        since, until = (bisect_right(self.spent, limit, key=lambda one: one[0]) for limit in (last.at, at))
        return left - sum(micros for _, micros in self.spent[since:until])


def lives(
    seed: int, count: int, habit: str, unseen: float = UNSEEN, every: tuple[float, float] = (1, 3)
) -> Iterator[Life]:
    """`count` lives of one habit, with a sync after so many days, from and to."""
    random = Random(f"{seed} {habit} {unseen}")
    for _ in range(count):
        yield _life(random, habit, unseen, every)


def _life(random: Random, habit: str, unseen: float, every: tuple[float, float]) -> Life:
    full = random.choice((20, 50, 100, 200)) * 10**6
    made = _calls(random, full * random.uniform(0.02, 0.06), random.uniform(5, 12))
    hidden = _hidden(random, made, habit, unseen)
    calls = tuple(
        _usage(at, micros, session) for number, (at, micros, session) in enumerate(made) if number not in hidden
    )
    entries = [_entry(1, "sync", _BEGIN, full)]
    left, looks = full, _BEGIN + random.uniform(*every) * _DAY
    for at, micros, _ in made:
        if at >= looks:
            entries.append(_entry(len(entries) + 1, "sync", looks, left))
            looks += random.uniform(*every) * _DAY
        left -= micros
        if left < full / 4:
            entries.append(_entry(len(entries) + 1, "topup", at, full * 3 // 4))
            left += full * 3 // 4
    return Life(tuple(entries), calls, tuple((at, micros) for at, micros, _ in made))


def _calls(random: Random, a_day: float, sessions: float) -> list[tuple[datetime, int, str]]:
    """When, micro-units, and the session, over a month; quieter at weekends, each session as dear as it happens."""
    found = []
    for day in range(30):
        busy = random.uniform(0.4, 1.6) * (0.4 if day % 7 > 4 else 1.2)
        for session in range(round(sessions * busy)):
            start = _BEGIN + (day + random.uniform(0.05, 0.95)) * _DAY
            usual = a_day / sessions / 20 * random.lognormvariate(-0.18, 0.6)
            for call in range(1 + round(random.expovariate(1 / 20))):
                at = start + call * timedelta(seconds=90)
                found.append((at, round(usual * random.lognormvariate(-0.3, 0.8)), f"{day}-{session}"))
    return sorted(found)


def _hidden(random: Random, made: list[tuple[datetime, int, str]], habit: str, unseen: float) -> set[int]:
    """The calls that no log tells of, by their number: as many as make that share of the spend."""
    groups: dict[Hashable, list[int]] = {}
    for number, (at, _, session) in enumerate(made):
        together: dict[str, Hashable] = {"calls": number, "sessions": session, "mornings": (at.date(), at.hour < 12)}
        groups.setdefault(together[habit], []).append(number)
    order, hidden = list(groups.values()), set[int]()
    random.shuffle(order)
    rest = unseen * sum(micros for _, micros, _ in made)
    for group in order:
        cost = sum(made[number][1] for number in group)
        if cost <= rest:
            hidden.update(group)
            rest -= cost
    return hidden


def _entry(number: int, type: EntryType, at: datetime, micros: int) -> Entry:
    return Entry(
        number=number, id=f"{number:032x}", type=type, account="a", at=at, booked_at=at, amount=Money(micros, "USD")
    )


def _usage(at: datetime, micros: int, session: str) -> Usage:
    return Usage(
        key=f"{at.timestamp()} {session}", source="test", account="a", at=at, model="m", input=1,
        cost=Money(micros, "USD"), session=session,
    )  # fmt: skip


# ── replaying them ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown at an instant, and what was true; micro-units."""

    syncs: int
    """How many there had been."""
    at_sync: bool
    """Whether the next sync came just then, rather than earlier in the same stretch."""
    left: int
    half: int | None
    truth: int
    plain: int
    """What would have been shown without a learned share."""
    best: int
    """What somebody who knew the true share from the start would have shown."""

    @property
    def close(self) -> bool:
        """Within 5 % of the truth."""
        return _near(self.left, self.truth)

    @property
    def covered(self) -> bool:
        return self.half is not None and abs(self.left - self.truth) <= self.half


def _near(shown: int, truth: int) -> bool:
    return 20 * abs(shown - truth) <= abs(truth)


def replay(life: Life, unseen: float = UNSEEN, parts: tuple[float, ...] = (0.25, 0.6, 1.0)) -> list[Shown]:
    """What was shown at these parts of the time between every two syncs; 1 is just before the later one."""
    from creditsui.domain.reconcile import carry, histories

    found = []
    whole = [at for at, _ in life.spent]
    for count, (before, sync) in enumerate(zip(life.syncs, life.syncs[1:], strict=False), 1):
        for part in parts:
            at = before.at + part * (sync.at - before.at)
            entries = [one for one in life.entries if one.number < sync.number and one.at <= at]
            calls = life.calls[: bisect_right(life.calls, at, key=lambda one: one.at)]
            carried = carry(histories((), entries, calls)["USD"], at)
            assert carried is not None
            truth = sync.amount.micros if part == 1 and sync.amount is not None else life.truth(at)
            low, high = bisect_right(whole, before.at), bisect_right(whole, at)
            assert low <= high
            basis = carried.basis
            plain = basis.anchor.micros + basis.credited.micros - basis.seen.micros
            best = plain - round(basis.seen.micros * unseen / (1 - unseen))
            half = None if carried.error is None else carried.error.micros
            found.append(Shown(count, part == 1, carried.remaining.micros, half, truth, plain, best))
    return found


def share(shown: list[Shown], of: str = "close") -> float:
    """Of how many it holds, as a fraction."""
    if of in ("plain", "best"):
        return sum(_near(getattr(one, of), one.truth) for one in shown) / len(shown)
    return sum(getattr(one, of) for one in shown) / len(shown)
