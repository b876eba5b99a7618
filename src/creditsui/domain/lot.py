"""Lots: what is left of each top-up, and what expires when. Credit that expires first is spent first."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from creditsui.domain.before import BEGUN, Forgotten, Gone, Known, Left, Place
from creditsui.domain.board import Expired, Expiring, Lot
from creditsui.domain.entry import CreditKind, Entry
from creditsui.domain.history import LAST, Credit, History, Stem
from creditsui.domain.money import Money
from creditsui.domain.reading import Balance
from creditsui.domain.reconcile import expected
from creditsui.domain.settled import settled
from creditsui.domain.topups import topups as topups

WARNINGS = (1, 7, 30)
"""Days before its end at which credit is worth a word."""
EARLY, LATE = timedelta(days=1), timedelta(days=2)
"""How far from the end of a day in our zone a provider may take off what expires."""


@dataclass(slots=True)
class _Open:
    left: int
    kind: CreditKind
    expires: date | None

    def order(self) -> date:
        return self.expires or date.max


@dataclass(frozen=True, slots=True)
class Stock:
    """A history with what expired taken off, and the lots that were open after the last top-up or expiry in it."""

    history: History
    expired: tuple[Expired, ...] = ()
    """Newest first."""
    opened: tuple[Left, ...] = ()
    """What was left of each; the first is what was there before anything was booked."""
    booked: bool = False
    """Whether any top-up stands."""
    gone: Mapping[tuple[datetime, int], Gone | None] = field(default_factory=dict, compare=False)
    """When and by how much the balance fell by what expired, by the end and by what was left then."""


def stock(
    history: History,
    booked: Sequence[Entry],
    now: datetime,
    zone: tzinfo,
    known: Known | None = None,
    until: Place | None = None,
) -> Stock:
    """Walk the top-ups and the ends of their last days in `zone`, from old to new.

    At each, what had been spent by then is taken off what expires first; what is left of a lot whose last day is over
    is gone, unless the provider still counts it. What is `known` of balances is not looked for again; raises Forgotten
    where it is no answer. `until` a place only, where one is given.
    """
    before = history.before
    lots = before.lots if before is not None else BEGUN
    if not booked and (before is None or not before.booked):
        return Stock(history, (), lots)
    events, stem = _events(history, booked, now, zone), history.stem
    first = _settled_before(events, stem)
    held = stem.stocked[0] if stem is not None and stem.stocked else None
    if held is not None:
        walk = _Walk(history.with_all_credits(held.credits), known, held.lots, held.gone, held.looked)
    else:
        over, expired = (before.over, before.expired) if before is not None else ((), ())
        walk = _Walk(history.with_credits(over), known, lots, expired[::-1])
        for event in events[:first]:
            walk.take(event)
        if stem is not None:
            stem.stocked[:] = [Stocked(walk.history.credits, walk.lots, tuple(walk.gone), dict(walk.looked))]
    for event in events[first:]:
        at, number, happens = event
        if until is None or (at, number if isinstance(happens, Entry) else LAST) <= until:
            walk.take(event)
    return Stock(walk.history, tuple(reversed(walk.gone)), walk.lots, True, walk.looked)


_Event = tuple[datetime, int, Entry | date]
"""When, the number of the entry or 0, and a top-up or a last day that is over."""


@dataclass(frozen=True, slots=True)
class Stocked:
    """What became of lots up to the last event that depends on a stem alone; what was booked is the same as long as it
    is that stem."""

    credits: Sequence[Credit]
    """What was booked, and what had expired."""
    lots: tuple[Left, ...]
    gone: tuple[Expired, ...]
    looked: Mapping[tuple[datetime, int], Gone | None]


class _Walk:
    """From event to event."""

    def __init__(
        self,
        history: History,
        known: Known | None,
        lots: Iterable[Left],
        gone: Iterable[Expired],
        looked: Mapping[tuple[datetime, int], Gone | None] | None = None,
    ) -> None:
        self.history, self._known = history, known
        self._lots = [_Open(*one) for one in lots]
        self.gone, self.looked = list(gone), dict(looked or {})

    @property
    def lots(self) -> tuple[Left, ...]:
        return tuple((lot.left, lot.kind, lot.expires) for lot in self._lots)

    def take(self, event: _Event) -> None:
        at, number, happens = event
        if isinstance(happens, Entry):
            self._fill(at, number, happens)
        else:
            self._end(at, happens)

    def _fill(self, at: datetime, number: int, entry: Entry) -> None:
        had = expected(self.history, at, number - 1)
        if had is not None:
            _settle(self._lots, had)
            self._lots[1:] = [lot for lot in self._lots[1:] if lot.left]
        self._lots.append(_Open(entry.amount.micros if entry.amount else 0, entry.kind, entry.expires_at))

    def _end(self, at: datetime, day: date) -> None:
        left = expected(self.history, at - timedelta(microseconds=1), LAST)  # a day's sum stands at its first instant
        over = [lot for lot in self._lots if lot.expires == day]
        if left is None or not over:
            return
        _settle(self._lots, left)
        whole = sum(lot.left for lot in over)
        if not whole:
            return
        taken = self.looked[at, whole] = _taken_or_known(self.history, at, whole, self._known)
        if taken is None:  # the balance says that it is still there
            for lot in over:
                lot.expires = None
        elif taken[1] > 0:
            self.history = self.history.with_credits([(taken[0], 0, -taken[1])])
            rest = taken[1]
            for lot in over:
                part, lot.left = min(rest, lot.left), 0
                rest -= part
                if part:
                    self.gone.append(Expired(Money(part, self.history.currency), lot.kind, day))


def _settled_before(events: Sequence[_Event], stem: Stem | None) -> int:
    """How many events have come out for good by what a stem tells: it reaches far beyond the end of a credit."""
    if stem is None or not stem.anchors:
        return 0
    return bisect_left(events, stem.anchors[-1][0] - LATE, key=lambda event: event[0])


def lots(held: Stock, left: Money, parts: Balance | None, today: date) -> tuple[Lot, ...]:
    """What is left of each lot, soonest to expire first.

    `parts` is the live balance, where the provider tells its granted and paid share. Empty where there is neither a
    top-up nor such a share.
    """
    told = [(kind, part) for kind, part in _told(parts) if part.currency == left.currency]
    if not held.booked and not told:
        return ()
    found = [_Open(*one) for one in held.opened]
    _settle(found, left.micros)
    for lot in found:
        if lot.expires is not None and lot.expires < today:
            lot.expires = None  # the balance says that it is still there
    for kind, part in told:
        found.append(_Open(0, kind, None))  # for what the provider counts and nobody booked
        _settle([lot for lot in found if (lot.kind == "paid") == (kind == "paid")], part.micros)
    merged: dict[tuple[date, CreditKind], int] = {}
    for lot in found:
        merged[lot.order(), lot.kind] = merged.get((lot.order(), lot.kind), 0) + lot.left
    return tuple(
        Lot(Money(micros, left.currency), kind, None if day == date.max else day)
        for (day, kind), micros in sorted(merged.items())
        if micros > 0
    )


def expiring(held: Sequence[Lot], today: date) -> Expiring | None:
    """What ends next, once its end is near enough for a warning."""
    last = next((lot.expires_at for lot in held if lot.expires_at is not None), None)
    if last is None or not 0 <= (days := (last - today).days) <= max(WARNINGS):
        return None
    amounts = [lot.remaining for lot in held if lot.expires_at == last]
    whole = Money(sum(amount.micros for amount in amounts), amounts[0].currency)
    return Expiring(whole, last, days, next(edge for edge in WARNINGS if days <= edge))


def usable(left: Money, held: Sequence[Lot], until: date) -> Money:
    """What of `left` can still be spent after `until` if nothing is spent before: without what ends by then."""
    ends = sum(lot.remaining.micros for lot in held if lot.expires_at is not None and lot.expires_at <= until)
    return Money(left.micros - ends, left.currency)


def _events(history: History, booked: Sequence[Entry], now: datetime, zone: tzinfo) -> list[_Event]:
    """Top-ups, each at the rise it made, and the first instants after last days that are over, in order."""
    place = {credit[1]: moved for credit, moved in zip(history.credits, settled(history), strict=True)}
    found: list[_Event] = [(*place[entry.number][:2], entry) for entry in booked if entry.number in place]
    today, before = now.astimezone(zone).date(), history.before
    days = {entry.expires_at for entry in booked} | {day for _, _, day in (before.lots if before is not None else ())}
    for day in days:
        if day is not None and day < today:
            at = end_of(day, zone)
            if before is None or at >= before.place[0]:
                found.append((at, 0, day))
    return sorted(found, key=lambda event: event[:2])


@lru_cache(4096)
def end_of(day: date, zone: tzinfo) -> datetime:
    """The first instant after a day."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)


def _taken_or_known(history: History, at: datetime, whole: int, known: Known | None) -> Gone | None:
    if known is None or at >= known.until:
        return _taken(history, at, whole)
    some = known.gone.get(history.currency, {})
    if (at, whole) not in some:
        raise Forgotten
    return some[at, whole]


def _taken(history: History, at: datetime, gone: int) -> Gone | None:
    """When and how much of `gone` left the balance after `at`; None where the provider's own balance kept it.

    Where it tells its balance it falls by it, some hours early or late; where it was not read since, we assume so.
    """
    anchors = history.anchors
    after = bisect_left(anchors, (at, 1), key=lambda anchor: (anchor[0], anchor[3]))
    if after == 0 or anchors[after - 1][3] != 0:
        return at, gone
    first = bisect_left(anchors, at - EARLY, key=lambda anchor: anchor[0])
    falls = []
    for index in range(max(first, 1), len(anchors)):
        (_, until, was, teller), (start, _, now, by) = anchors[index - 1], anchors[index]
        if until > at + LATE:
            break
        if teller == by == 0 and (was - now) * 10 >= gone * 9:
            falls.append((abs(was - now - gone), start, was - now))
    if falls:
        _, start, fall = min(falls)
        return start, min(gone, fall)
    return (at, gone) if anchors[-1][1] <= at else None


def _told(parts: Balance | None) -> list[tuple[CreditKind, Money]]:
    if parts is None:
        return []
    found: list[tuple[CreditKind, Money | None]] = [("paid", parts.paid), ("granted", parts.granted)]
    return [(kind, part) for kind, part in found if part is not None]


def _settle(found: Sequence[_Open], left: int) -> None:
    """Take off what was spent, soonest to expire first; what is more than was known of never expires.

    One of the lots must be without an expiry.
    """
    spent = sum(lot.left for lot in found) - max(left, 0)
    if spent < 0:
        next(lot for lot in found if lot.expires is None).left -= spent
    for lot in sorted(found, key=_Open.order):
        if spent <= 0:
            break
        taken = min(spent, lot.left)
        lot.left -= taken
        spent -= taken
