"""What an account was told and spent before the last hours: the same for every board of a day, so sorted but once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import zip_longest
from operator import attrgetter, itemgetter

from creditsui.domain.before import Before, Known, Past
from creditsui.domain.entry import Entry
from creditsui.domain.history import Anchor, Stem, place, stem
from creditsui.domain.metered import NOTHING, Metered, metered
from creditsui.domain.reading import Recorded
from creditsui.domain.report import Report, last_report
from creditsui.domain.topups import TopUps
from creditsui.domain.usage import Usage

_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Of:
    """What else may not change."""

    past: Past
    known: Known | None
    entries: Sequence[Entry]
    edges: Sequence[datetime]
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Begun:
    """The readings and calls of one account before an instant; by default none."""

    until: datetime = _BEGINNING
    of: Of | None = None
    told: Sequence[Recorded] = ()
    usage: Sequence[Usage] = ()
    used: Metered = NOTHING
    """These calls sorted, after those that its past left."""
    live: Mapping[str, Sequence[Anchor]] = field(default_factory=dict)
    calls: Mapping[str, Sequence[Usage]] = field(default_factory=dict)
    _reports: dict[str, Report | None] = field(default_factory=dict)
    _stems: dict[tuple[str, bool], Stem] = field(default_factory=dict)
    _rows: list[Recorded] = field(default_factory=list)
    """What came after these readings the last time, but the last."""
    _late: dict[str, list[Anchor]] = field(default_factory=dict)
    """The balances they told."""

    def fits(self, told: Sequence[Recorded], usage: Sequence[Usage]) -> bool:
        """Whether these begin with just that. The last reading may still be confirmed, so it is none of it."""
        rows, calls = len(self.told), len(self.usage)
        return (
            (not rows or (rows < len(told) and told[rows].reading.at >= self.until))
            and (not rows or told[:rows] == self.told)
            and (not calls or usage[:calls] == self.usage)
            and all(call.at >= self.until for call in usage[calls:])
        )

    def late(self, readings: Sequence[Recorded]) -> dict[str, list[Anchor]]:
        """The balances that a provider told in what comes after these readings, by currency. The last reading may still
        be confirmed."""
        rows = readings[len(self.told) :]
        if self._rows != rows[: min(len(self._rows), len(rows) - 1)]:
            self._rows.clear()
            self._late.clear()
        fresh = rows[len(self._rows) : -1]
        _tell(self._late, fresh)
        self._rows.extend(fresh)
        found = {code: anchors[:] for code, anchors in self._late.items()}
        _tell(found, rows[-1:])
        return found

    def last_report(self, currency: str) -> Report | None:
        """The last that the provider reported of its spend."""
        if currency not in self._reports:
            self._reports[currency] = last_report(self.told, currency)
        return self._reports[currency]

    def stem(self, currency: str, syncs: Sequence[Anchor], before: Before | None, *, counted: bool) -> Stem:
        """Of its history in a currency; `counted`: whether what the provider told of it counts."""
        found = self._stems.get((currency, counted))
        if found is None:
            early = [one for one in syncs if one[0] < self.until]
            anchors = _merged(self.live.get(currency, ()) if counted else (), early)
            rows = sorted(self.calls.get(currency, ()), key=attrgetter("at"))
            found = self._stems[currency, counted] = stem(_since(anchors, before), rows)
        return found

    def later(
        self, currency: str, told: Sequence[Anchor], syncs: Sequence[Anchor], before: Before | None, *, counted: bool
    ) -> Sequence[Anchor]:
        """What comes after the anchors of that, `told` by the provider or by the user."""
        last = self.live.get(currency, ())[-1:] if counted else ()
        late = [one for one in syncs if one[0] >= self.until]
        return _since(_merged([*last, *(told if counted else ())], late)[len(last) :], before)


@dataclass(slots=True)
class Trail:
    """What the last board of an account knew of it."""

    begun: Begun | None = None
    booked: TopUps | None = None

    def topups(self, entries: Sequence[Entry]) -> TopUps:
        if self.booked is None or self.booked.of is not entries:
            self.booked = TopUps(entries)
        return self.booked

    def goes_on(self, of: Of, told: Sequence[Recorded], usage: Sequence[Usage]) -> Begun:
        """What is begun of an account as it is now."""
        if self.begun is None or self.begun.of != of or not self.begun.fits(told, usage):
            self.begun = self._anew(of, told, usage)
        return self.begun

    def _anew(self, of: Of, told: Sequence[Recorded], usage: Sequence[Usage]) -> Begun:
        """Until the day begins, or until what was taken for settled and has changed."""
        until = min([of.edges[-2], *(row.reading.at for row in told[-1:])])
        if self.begun is not None and self.begun.of is not None and self.begun.of.edges == of.edges:
            until = min([until, *_changed(self.begun, told, usage)])
        if until > of.past.until:
            found = _before(until, of, told, usage)
            if found.fits(told, usage):
                return found
        return after(of.past, of)


def after(past: Past, of: Of | None = None) -> Begun:
    """What a past alone leaves."""
    used = Metered(past.rest, past.unpriced_at, 0, {})
    return Begun(of=of, used=used, calls=paid_in(past.rest))


def told_in(readings: Iterable[Recorded]) -> dict[str, list[Anchor]]:
    """The balances that a provider told, by currency."""
    found: dict[str, list[Anchor]] = {}
    _tell(found, readings)
    return found


def _tell(found: dict[str, list[Anchor]], readings: Iterable[Recorded]) -> None:
    for recorded in readings:
        reading = recorded.reading
        for balance in reading.balances:
            money = balance.remaining
            anchor = (reading.at, recorded.until, money.micros, 0)
            if money.currency in found:
                found[money.currency].append(anchor)
            else:
                found[money.currency] = [anchor]


def paid_in(usage: Iterable[Usage]) -> dict[str, list[Usage]]:
    """Calls with a price, by its currency."""
    found: dict[str, list[Usage]] = {}
    for call in usage:
        if call.cost is not None:
            if call.cost.currency in found:
                found[call.cost.currency].append(call)
            else:
                found[call.cost.currency] = [call]
    return found


def _before(until: datetime, of: Of, told: Sequence[Recorded], usage: Sequence[Usage]) -> Begun:
    rows = told[: bisect_left(told, until, key=lambda row: row.reading.at)]
    calls = usage[: bisect_left(usage, until, key=attrgetter("at"))]
    used = after(of.past).used.and_(metered(calls, of.edges[0]))
    return Begun(until, of, rows, calls, used, told_in(rows), paid_in(used.priced))


def _changed(held: Begun, told: Sequence[Recorded], usage: Sequence[Usage]) -> Iterator[datetime]:
    """From when on it is not the same any more."""
    for row, now in zip(held.told, told, strict=False):
        if row != now:
            yield min(row.reading.at, now.reading.at)
            break
    for call, other in zip_longest(held.usage, usage[: len(held.usage)]):
        if call != other:
            yield min(one.at for one in (call, other) if one is not None)
            break


def _since(anchors: Sequence[Anchor], before: Before | None) -> Sequence[Anchor]:
    return anchors if before is None else anchors[bisect_left(anchors, before.place, key=place) :]


def _merged(live: Sequence[Anchor], syncs: Sequence[Anchor]) -> Sequence[Anchor]:
    """Both in order. A sync that the provider contradicted before and after, by the same number, is no anchor."""
    if not syncs:
        return live
    starts = [anchor[0] for anchor in live]
    kept = []
    for sync in syncs:
        before = bisect_right(starts, sync[0]) - 1
        if before < 0 or sync[0] >= live[before][1]:
            kept.append(sync)
    return sorted((*live, *kept), key=itemgetter(0, 3))
