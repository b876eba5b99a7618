"""A long past in few readings: what balances and counters lost is the same by the day, however often they were asked.

Of a day that is over the first and the last reading stay, and whatever tells more than a fall: a rise with the hour
around it, another set of currencies, a time in which nobody asked, and what stands next to an entry of the user or the
end of a credit. In the place of those that go, the one before them holds until the one after them: the fall is told at
once, on its day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, datetime, timedelta, tzinfo

from creditsui.domain.before import Known
from creditsui.domain.entry import Entry
from creditsui.domain.lot import EARLY, LATE, end_of
from creditsui.domain.observe import falls, levels
from creditsui.domain.reading import Recorded
from creditsui.domain.reconcile import GAP

_LATEST = 100
"""Readings that stay as they are."""
_MUCH = 500_000
"""Micro-units of a rise that may be credit."""
_AROUND = timedelta(hours=1)
_TICK = timedelta(microseconds=1)


Span = tuple[datetime, datetime]


def marks(entries: Iterable[Entry], zone: tzinfo, known: Known | None = None) -> list[Span]:
    """Where it matters when just a balance fell: around what the user booked, and where booked credit ends. Where it is
    `known` when what ended left the balance, only that instant matters."""
    found = [] if known is None else [(at, at) for at in known.instants()]
    for entry in entries:
        found.append((entry.at, entry.at))
        if entry.expires_at is not None and entry.expires_at.year < MAXYEAR:  # else after every reading
            end = end_of(entry.expires_at, zone)
            if known is None or end >= known.until:
                found.append((end - EARLY, end + LATE))
    return sorted(set(found))


@dataclass(slots=True)
class Condensed:
    """The readings of one account, condensed as far as they are old. Grows with them; made anew for another zone, other
    entries, or where the past itself became another one."""

    marks: Sequence[Span]
    """Where all readings stay."""
    zone: tzinfo
    rows: list[Recorded] = field(default_factory=list)
    taken: int = 0
    """How many readings `rows` stand for."""
    last: Recorded | None = None
    """The last of them."""
    of: object = None
    """What the marks were made of, for whoever made them."""

    def fits(self, readings: Sequence[Recorded], marks: Sequence[Span], zone: tzinfo) -> bool:
        same = self.taken == 0 or (self.taken <= len(readings) and readings[self.taken - 1] is self.last)
        return same and (self.marks is marks or list(self.marks) == list(marks)) and self.zone == zone

    def all(
        self, readings: Sequence[Recorded], newest: Sequence[Span] | None = None, since: datetime | None = None
    ) -> list[Recorded]:
        """All of them, or those since an instant, of which the older ones are condensed; `newest` are the falls of all,
        where they are known."""
        newest = falls(readings) if newest is None else newest
        recent = len(readings) - _LATEST
        if newest:
            recent = min(recent, bisect_left(readings, newest[-1][0], key=lambda row: row.until))
        self._take(readings, recent)
        if since is None:
            return [*self.rows, *readings[self.taken :]]
        late = max(self.taken, bisect_left(readings, since, key=_at))
        return [*self.rows[bisect_left(self.rows, since, key=_at) :], *readings[late:]]

    def _take(self, readings: Sequence[Recorded], upto: int) -> None:
        """Whole days only, and the hour after them, so that what tells of a day is known."""
        if upto <= self.taken:
            return
        upto = self._day_begins(readings, upto)
        if upto <= self.taken:
            return
        before = self.taken - 1
        for index in self._telling(readings, self.taken, upto):
            if index > before + 1:
                kept = self.rows[-1]
                self.rows[-1] = Recorded(kept.reading, max(kept.until, readings[index].reading.at - _TICK))
            self.rows.append(readings[index])
            before = index
        self.taken, self.last = upto, readings[upto - 1]

    def _day_begins(self, readings: Sequence[Recorded], index: int) -> int:
        there = (readings[index].reading.at - _AROUND).astimezone(self.zone)
        return bisect_left(readings, there.replace(hour=0, minute=0, second=0, microsecond=0), key=_at)

    def _telling(self, readings: Sequence[Recorded], start: int, end: int) -> list[int]:
        """The places of those that stay, from one to before another."""
        kept = {start, end - 2, end - 1}
        for begin, over in self.marks:
            place = bisect_left(readings, begin, key=_at)
            kept |= set(range(place - 2, max(place, bisect_right(readings, over, key=_at)) + 1))
        # A rise keeps what is around it, on the day before and after too.
        first = max(0, bisect_left(readings, readings[start].reading.at - _AROUND, key=_at) - 2)
        last = bisect_right(readings, readings[end - 1].reading.at + _AROUND, key=_at)
        was = levels(readings[first].reading)
        day = _next_day(readings[first].reading.at, self.zone)
        for index in range(first + 1, last):
            row, before = readings[index], readings[index - 1]
            now = levels(row.reading)
            at = row.reading.at
            if at >= day or at - before.until > GAP or now.keys() != was.keys():
                kept |= {index - 2, index - 1, index}
                day = _next_day(at, self.zone)
            else:
                rise = max((level - was[name] for name, level in now.items()), default=0)
                if rise > 0:
                    kept |= {index - 1, index}
                if rise >= _MUCH:
                    low = bisect_left(readings, at - _AROUND, key=_at) - 1
                    kept |= set(range(low, bisect_right(readings, at + _AROUND, key=_at) + 1))
            was = now
        return sorted(index for index in kept if start <= index < end)


def _at(row: Recorded) -> datetime:
    return row.reading.at


def _next_day(at: datetime, zone: tzinfo) -> datetime:
    there = at.astimezone(zone) + timedelta(days=1)
    return there.replace(hour=0, minute=0, second=0, microsecond=0)
