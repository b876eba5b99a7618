"""What rules still ask of a past that nobody looks through any more: how it came out, in a few figures.

A history that begins with a `Before` tells the same as the whole one. `domain.past` makes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from creditsui.domain.account import Account
from creditsui.domain.board import Drift, Expired
from creditsui.domain.drift import Stretch
from creditsui.domain.entry import CreditKind, Entry
from creditsui.domain.usage import Usage

Place = tuple[datetime, int]
"""An instant and the number of an entry: where something stands among what was reported and booked."""
Struck = tuple[datetime, int, str, Sequence[Usage], Sequence[int]]
"""A hit: when, how much, its cause; the calls in it and what each had of it."""
Gone = tuple[datetime, int]
"""When a balance lost what had expired, and how much of it, in micro-units."""
Left = tuple[int, CreditKind, date | None]
"""What is left of a lot, in micro-units, and its last day."""
BEGUN: tuple[Left, ...] = ((0, "paid", None),)
"""Before anything was booked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Of one currency of one account; amounts in micro-units."""

    place: Place
    """The anchor that the history begins with; without one, the last place before it begins. What was booked up to
    here, and the calls up to this instant, are a part of the past."""
    since: datetime | None = None
    """The first instant that was seen."""
    seen: bool = False
    """Whether anything was seen to be spent, or not to be."""
    logged: bool = False
    """Whether there was any call with a price."""
    anchored: bool = False
    """Whether there was any anchor before the one that it begins with."""
    spent: int = 0
    hits: tuple[Struck, ...] = ()
    """The newest, in the order in which they came."""
    stretches: tuple[Stretch, ...] = ()
    """The latest, newest first."""
    mistaken: tuple[Stretch, ...] = ()
    """The same by all that the user said, slips of the finger too, and without what expired."""
    drift: Drift | None = None
    highest: int | None = None
    filled: int | None = None
    """The highest balance after the last top-up."""
    filled_live: bool = False
    """Whether the provider told any balance after it."""
    carried: int | None = None
    """What should have been left just after it."""
    booked: bool = False
    """Whether there was a top-up."""
    lots: tuple[Left, ...] = BEGUN
    expired: tuple[Expired, ...] = ()
    """Newest first."""
    over: tuple[tuple[datetime, int, int], ...] = ()
    """What expired before, and left the balance after the place."""


@dataclass(frozen=True, slots=True)
class Known:
    """When balances lost what had expired up to an instant, so that their readings are looked through but once."""

    until: datetime
    gone: Mapping[str, Mapping[tuple[datetime, int], Gone | None]] = field(default_factory=dict)
    """By currency, and by the end and what was left then."""

    def instants(self) -> list[datetime]:
        return [found[0] for some in self.gone.values() for found in some.values() if found is not None]


class Forgotten(LookupError):
    """What was known of the past does not answer what is asked now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Of one account, before a day of UTC begins."""

    account: Account
    until: datetime
    """Calls from here on are none of it."""
    begin: datetime
    """The earliest instant from which readings and entries are still looked at."""
    known: datetime
    """Up to here nothing may have been booked otherwise since."""
    entries: tuple[Entry, ...]
    """Those up to then."""
    balances: Mapping[str, Before]
    counters: Mapping[str, Before]
    told: frozenset[str]
    """Currencies in which a provider told balances before."""
    listed: frozenset[str]
    """Of these, those that counted."""
    syncs: tuple[str, ...] = ()
    """Currencies in the order in which they came up."""
    credits: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    rest: tuple[Usage, ...] = ()
    """Calls just before the end of it, which came after some anchor that a history begins with."""
    unpriced_at: datetime | None = None
