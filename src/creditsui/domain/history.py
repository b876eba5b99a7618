"""All that is known of one currency of one account: what was told, booked and spent, each oldest first.

Thousands of rows are looked through for every board, and nearly all of them are those of the board before. So a history
may begin with a `Stem`: what was made of these rows already, and is gone on with.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from creditsui.domain.before import Before
from creditsui.domain.usage import Usage

if TYPE_CHECKING:
    from creditsui.domain.drift import Learned, Stretch
    from creditsui.domain.lot import Stocked
    from creditsui.domain.observe import Walked

GAP = timedelta(hours=1)
"""For longer than this nobody could ask a provider that tells its balance: only the ledger looked."""
LAST = 1 << 80
"""Sorts after every amount, so that a search finds the place behind an entry."""

# Thousands of these are walked, so they are bare tuples.
Anchor = tuple[datetime, datetime, int, int]
"""A balance that somebody who knows reported: from this instant, until this one, in micro-units, and the number of the
user's entry, or 0 for a provider's own word."""
Credit = tuple[datetime, int, int]
"""When, the number of the entry, signed micro-units: a top-up or an adjustment."""


@dataclass(frozen=True, slots=True)
class Stem:
    """The first anchors and calls of a history, and what follows from them alone, whatever comes after."""

    anchors: Sequence[Anchor] = ()
    usage: Sequence[Usage] = ()
    instants: Sequence[datetime] = ()
    sums: Sequence[int] = (0,)
    turns: Sequence[int] = ()
    rises: Mapping[int, int] = field(default_factory=dict)
    walked: "dict[Sequence[datetime], Walked]" = field(default_factory=dict)
    """What was spent, by the edges of the calendar that it was tallied by."""
    stocked: "list[Stocked]" = field(default_factory=list)
    """What became of the lots in it, at most one."""
    fewer: "dict[frozenset[Anchor], Stem]" = field(default_factory=dict)
    """Without some of the anchors, at most one."""

    def without(self, some: frozenset[Anchor]) -> "Stem":
        """The same as long as it is without the same anchors."""
        if some not in self.fewer:
            self.fewer.clear()
            self.fewer[some] = stem([one for one in self.anchors if one not in some], self.usage)
        return self.fewer[some]


_NO_STEM = Stem()


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one currency of one account, each oldest first."""

    currency: str
    anchors: Sequence[Anchor] = ()
    credits: Sequence[Credit] = ()
    usage: Sequence[Usage] = ()
    """Metered calls with a price in this currency."""
    unpriced_at: datetime | None = None
    """The last metered call without a price."""
    before: Before | None = None
    """What came before all this, where it does not begin at the beginning."""
    stem: Stem | None = field(default=None, repr=False, compare=False)
    """What `anchors` and `usage` begin with, where that is known."""
    instants: Sequence[datetime] = field(init=False, repr=False, compare=False)
    """When each call was."""
    sums: Sequence[int] = field(init=False, repr=False, compare=False)
    """What all calls before each one cost, and after the last what all did, in micro-units."""
    taught: "dict[int, Learned]" = field(init=False, repr=False, compare=False, default_factory=dict)
    """By the index of an anchor, for as long as this history is looked at."""
    stretched: "dict[int, Stretch | None]" = field(init=False, repr=False, compare=False, default_factory=dict)
    """The same of what ended at an anchor."""
    turns: Sequence[int] = field(init=False, repr=False, compare=False)
    """The indexes of anchors before which only the ledger looked."""
    known_rises: list[Mapping[int, int]] = field(init=False, repr=False, compare=False, default_factory=list)
    """As `rises`, once somebody looked."""
    moved: list[Credit] = field(init=False, repr=False, compare=False, default_factory=list)
    """The credits at the rises they made, once somebody looked for them."""

    def __post_init__(self) -> None:
        stem = self.stem or _NO_STEM
        rows = self.usage[len(stem.usage) :]
        costs = [row.cost.micros if row.cost is not None else 0 for row in rows]
        object.__setattr__(self, "instants", [*stem.instants, *[row.at for row in rows]])
        object.__setattr__(self, "sums", [*stem.sums, *list(accumulate(costs, initial=stem.sums[-1]))[1:]])
        object.__setattr__(self, "turns", [*stem.turns, *_turns(self.anchors, len(stem.anchors))])

    @property
    def logged(self) -> bool:
        """Whether any call with a price is known."""
        return bool(self.usage) or (self.before is not None and self.before.logged)

    @property
    def rises(self) -> Mapping[int, int]:
        """By how much the balance that a provider told rose, by the index of the anchor that showed it."""
        if not self.known_rises:
            stem = self.stem or _NO_STEM
            self.known_rises.append({**stem.rises, **_rises(self.anchors, len(stem.anchors))})
        return self.known_rises[0]

    def with_credits(self, more: Iterable[Credit]) -> "History":
        """With more of what was booked, or less of it."""
        return self.with_all_credits(sorted((*self.credits, *more)))

    def with_all_credits(self, credits: Sequence[Credit]) -> "History":
        """With nothing else that was booked."""
        found = copy(self)
        object.__setattr__(found, "credits", credits)
        object.__setattr__(found, "taught", {})
        object.__setattr__(found, "stretched", {})
        object.__setattr__(found, "moved", [])
        return found

    def without(self, some: frozenset[Anchor]) -> "History":
        """Without some anchors."""
        stem = self.stem and self.stem.without(some)
        first, rest = (
            (stem.anchors, self.anchors[len(self.stem.anchors) :]) if self.stem and stem else ((), self.anchors)
        )
        anchors = [*first, *[one for one in rest if one not in some]]
        return History(self.currency, anchors, self.credits, self.usage, self.unpriced_at, self.before, stem)


def stem(anchors: Sequence[Anchor], usage: Sequence[Usage]) -> Stem:
    """Of histories that begin with these."""
    whole = History("", anchors, (), usage)
    return Stem(anchors, usage, whole.instants, whole.sums, whole.turns, whole.rises)


def first_at(anchors: Sequence[Anchor], at: datetime, number: int) -> int:
    """The index of the first anchor at or after the place `at`, `number`; the length if there is none."""
    index = bisect_left(anchors, (at,))
    while index < len(anchors) and anchors[index][0] == at and anchors[index][3] < number:
        index += 1
    return index


def place(anchor: Anchor) -> tuple[datetime, int]:
    """Where it stands among what was reported and booked."""
    return anchor[0], anchor[3]


def _turns(anchors: Sequence[Anchor], first: int) -> list[int]:
    """Those from the anchor of that index on."""
    if first >= len(anchors):
        return []
    found, last = [], anchors[first - 1] if first else None
    until, by = (last[1], last[3]) if last is not None else (None, 0)
    for index, (at, end, _, number) in enumerate(anchors[first:], first):
        if until is not None and (number or by or at - until > GAP):
            found.append(index)
        until, by = end, number
    return found


def _rises(anchors: Sequence[Anchor], first: int) -> dict[int, int]:
    """Those from the anchor of that index on."""
    if first >= len(anchors):
        return {}
    found: dict[int, int] = {}
    level, by = anchors[max(0, first - 1)][2:]
    for index, (_, _, micros, number) in enumerate(anchors[first:], first):
        if micros > level and number == by == 0:
            found[index] = micros - level
        level, by = micros, number
    return found
