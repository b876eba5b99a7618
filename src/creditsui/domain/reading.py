"""What one round of asks found at a provider."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from creditsui.domain.money import Money


class Certainty(StrEnum):
    LIVE = "live"
    """The provider said so."""
    SYNCED = "synced"
    """The user said so, under an hour ago and no spend since."""
    ESTIMATED = "estimated"
    """Carried forward by the ledger."""
    UNKNOWN = "unknown"


class Semantics(StrEnum):
    """What kind of number a provider gives; decides how spend is derived from a series of them."""

    BALANCE = "balance"
    """Drains as it is spent."""
    COUNTER = "counter"
    """Only grows: spend so far."""
    CAP = "cap"
    """Limits spending, but is not money."""
    WINDOW = "window"
    """A quota that refills."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Credit left in one currency; negative is debt. `granted` and `paid` are its parts where the provider says."""

    remaining: Money
    granted: Money | None = None
    paid: Money | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap on spending. `remaining` is what is left under it now; `resets` is `daily weekly monthly` or None."""

    amount: Money
    remaining: Money | None = None
    resets: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A quota period. `used` is a fraction: 0 untouched, 1 used up, never percent.

    `name` is `minute day 5h 7d month` or the provider's own word; `seconds` its length where known (None: not said).
    `limit` and `remaining` are amounts in `unit` (`tokens requests messages usd fraction`), None where not told.
    `resets_at` None: it has not started, or the provider does not say.
    """

    name: str
    used: float
    limit: float | None = None
    remaining: float | None = None
    unit: str = "fraction"
    resets_at: datetime | None = None
    seconds: int | None = None
    counts: bool = True
    """Whether an account that used it up has run dry. Not so where money pays for the rest: free calls of a funded
    account."""


@dataclass(frozen=True, slots=True)
class DaySpend:
    """What a provider says was spent on one day of its own calendar (UTC)."""

    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class ModelSpend:
    """What a provider says was spent on one model in the last 30 days."""

    model: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ReportedSpend:
    """Spend in a provider's own words.

    `days` are complete from `since` on: a day without a row cost nothing. `all` is the lifetime total where told.
    `models` are the most expensive first. `late`: what is younger than this when it is told may still be missing.
    """

    days: tuple[DaySpend, ...] = ()
    since: date | None = None
    all: Money | None = None
    models: tuple[ModelSpend, ...] = ()
    late: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class ProbeCost:
    """What an opt-in one-token request used, to be booked as usage of the account that allowed it."""

    model: str
    input: int
    output: int
    cost: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One account at one instant. An empty field means that the provider did not say, never zero."""

    at: datetime
    balances: tuple[Balance, ...] = ()
    limit: Limit | None = None
    windows: tuple[Window, ...] = ()
    spend: ReportedSpend | None = None
    plan: str | None = None
    badges: tuple[str, ...] = ()
    """Short facts for the row: `PAYG`, `free tier`, `key valid`, `no key cap`."""
    probe: ProbeCost | None = None
    certainty: Certainty = Certainty.LIVE


@dataclass(frozen=True, slots=True)
class Recorded:
    """A reading as the ledger keeps it: nothing changed from `reading.at` to `until`, when it was last confirmed."""

    reading: Reading
    until: datetime


def apart(rows: Iterable[Recorded]) -> list[Recorded]:
    """Rows from old to new so that none begins before the one before it ended. They do where several machines looked
    at once: what says the same is one row, and what says something else ends the one before."""
    found: list[Recorded] = []
    for row in rows:
        if found and row.reading.at < found[-1].until:
            last = found[-1]
            if replace(row.reading, at=last.reading.at) == last.reading:
                found[-1] = Recorded(last.reading, max(last.until, row.until))
                continue
            found[-1] = Recorded(last.reading, row.reading.at)
        found.append(row)
    return found
