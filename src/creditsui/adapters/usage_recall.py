"""What was told of the calls of one account the last time: only what has changed since is read and summed again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from creditsui.adapters.instant import utc
from creditsui.adapters.usage_tables import BEGINNING, DAY, SLOT
from creditsui.domain.usage import Usage

Part = tuple[int, int, tuple[int, ...]]
"""From this slot to before that, and the slots in it that are told call by call."""
Row = tuple[int, ...]
"""A kind, the first slot, and sums as in `slots`."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows of sums, the calls that each is told as, and all of these together."""

    rows: Sequence[Row]
    apart: Mapping[Row, tuple[Usage, ...]]
    found: list[Usage]


@dataclass(frozen=True, slots=True)
class Cut:
    """How the calls before an instant are summed: where it is the same, so are the sums."""

    single: tuple[int, ...]
    """Slots that are told call by call."""
    newest: int
    """The slot from which on all are, no later than the instant."""


@dataclass(frozen=True, slots=True)
class Near:
    """The calls from one slot to before another, as far as they lie before the instant `last` (milliseconds)."""

    begin: int
    end: int
    last: int
    calls: list[Usage]

    def before(self, slot: int) -> "Near":
        """Those of them before a slot."""
        if slot >= self.end:
            return self
        if slot <= self.begin:
            return Near(self.begin, self.begin, self.last, [])
        at = utc(slot * SLOT * 1000)
        return Near(self.begin, slot, self.last, [call for call in self.calls if call.at < at])

    def since(self, slot: int) -> "Near":
        """Those of them from a slot on."""
        if slot <= self.begin:
            return self
        at = utc(slot * SLOT * 1000)
        return Near(slot, max(slot, self.end), self.last, [call for call in self.calls if call.at >= at])


@dataclass(slots=True)
class Recall:
    """What was told of one account, for the next time: only what has changed since is summed again."""

    changed: int = BEGINNING
    """The first slot of which anything may have changed since this was last set."""
    number: int = 0
    """The last change that is known."""
    kinds: tuple[int, ...] = ()
    days: dict[int, list[Usage]] = field(default_factory=dict)
    """Whole days of UTC that have any calls, of those in `told`."""
    told: tuple[int, int] = (0, 0)
    parts: dict[Part, list[Usage]] = field(default_factory=dict)
    close: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    reached: tuple[int, list[tuple[int, int]]] | None = None
    """The newest quarters of kinds before the slot at which the last day begins, as many as may matter."""
    counted: tuple[int, int, list[tuple[int, int]]] | None = None
    """From that slot on to before another: the slots that have calls, and how many."""
    newest: tuple[int, int] | None = None
    """The slot from which on calls are told one by one, where they end at an instant."""
    near: Near | None = None
    """These calls."""
    singly: dict[tuple[Any, ...], Usage] = field(default_factory=dict)
    """Calls that were read the last time, by their rows."""
    alike: dict[int, Alike] = field(default_factory=dict)
    """Sums that were, by the slot they begin at."""
    cut: Cut | None = None
    """How calls were summed before what was told; None: all was told."""

    exact: tuple[Sequence[datetime], Sequence[int]] = ((), ())
    """Instants that were asked for, and the same in milliseconds."""
    slots: tuple[Sequence[int], Sequence[int]] = ((), ())
    """These, and their slots in order."""

    def milliseconds_of(self, exact: Sequence[datetime], of: Callable[[datetime], int]) -> Sequence[int]:
        """Of instants; nearly always those of the last time."""
        if exact != self.exact[0]:
            self.exact = exact, list(map(of, exact))
        return self.exact[1]

    def slots_of(self, exact: Sequence[int]) -> Sequence[int]:
        """The same of slots."""
        if exact is not self.slots[0]:
            self.slots = exact, sorted({at // SLOT for at in exact})
        return self.slots[1]

    def renew(self, number: int, changed: int | None, kinds: tuple[int, ...]) -> None:
        """Forget what has changed from a slot on."""
        self.number = number
        if changed is not None:
            self.changed = min(self.changed, changed)
        if kinds != self.kinds:
            self.kinds, self.singly, self.alike, changed = kinds, {}, {}, BEGINNING
        if changed is not None:
            day = changed // DAY
            if self.told[1] > day:
                self.days = {one: rows for one, rows in self.days.items() if one < day}
                self.told = (min(self.told[0], day), day)
            self.parts = {part: rows for part, rows in self.parts.items() if part[1] <= changed}
            self.close = {span: met for span, met in self.close.items() if span[1] < changed}
            self.newest = None
            if self.reached is not None and self.reached[0] > changed:
                self.reached = None
            if self.counted is not None and self.counted[1] > changed:
                begin, _, met = self.counted
                self.counted = (begin, max(begin, changed), [one for one in met if one[0] < changed])
            if self.near is not None:
                self.near = self.near.before(changed)
