"""The calls of one account as a board wants them: the newest one by one, earlier ones in sums that end where a balance
was known."""

import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from creditsui.adapters.instant import utc
from creditsui.adapters.usage_recall import Alike, Cut, Near, Part, Recall, Row
from creditsui.adapters.usage_tables import BEGINNING, DAY, NAMES, SLOT, SUMMED, SUMS, Kind
from creditsui.domain.money import Money
from creditsui.domain.usage import Usage, together

_RAW = 40
"""Calls, about, that a board sees one by one."""
_CLOSE = 600
"""Calls, at most, that a board sees one by one because a balance fell then."""
_NEAR = 8
"""Slots without a call between two with some that are looked at together."""
_NEVER = 2**62

Load = Callable[[int, int], list[Usage]]
"""Calls of the account from one instant to before another, in milliseconds."""


class UsageSums:
    """Of the kinds of calls of one account, inside one transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        kinds: Mapping[int, Kind],
        calls: Load,
        late: Load,
        rolled: int,
        recall: Recall,
    ) -> None:
        """`late` is asked for calls of the last day. `rolled`: the first day without sums of its own. `recall` is as
        new as the transaction."""
        self._connection, self._kinds, self._rolled = connection, kinds, rolled
        self._calls, self._late = calls, late
        self._recall = recall
        self._alike: dict[int, Alike] = {}
        self._of_kinds = (
            f"calls > 0 AND kind IN ({', '.join(map(str, kinds))})"  # sums stay where calls were taken away
        )

    def told(
        self,
        edges: Sequence[int],
        exact: Sequence[int],
        spans: Iterable[tuple[int, int]],
        *,
        by_day: bool,
        since: int | None = None,
    ) -> list[Usage]:
        """As `UsageTold.summed`."""
        last = edges[-1] if edges else _NEVER
        newest = self._newest(last)
        bounds = [edge // SLOT for edge in edges if edge // SLOT < newest]
        first = bounds[0] if bounds else newest
        close = self._closely([(begin // SLOT, min(end // SLOT, newest - 1)) for begin, end in spans])
        wanted = self._recall.slots_of(exact)
        single = wanted[: bisect_left(wanted, newest)]
        if close and not close <= set(single[bisect_left(single, min(close)) :]):
            single = sorted({*single, *close})
        by_day = by_day or bool(single) or not self._any_before(newest)
        begin = BEGINNING if since is None or not by_day else since // SLOT

        found: list[Usage] = []
        parts: dict[Part, list[Usage]] = {}
        for start, end in self._old(begin, first, single) if by_day else [(BEGINNING, first)]:
            if by_day and start % DAY == 0 and end == start + DAY and not _within(single, start, end):
                found += self._recall.days[start // DAY]
            else:
                at = start if by_day else (first // DAY - 1) * DAY
                found += self._part(parts, start, end, _within(single, start, end), at)
        for start, end in pairwise([*bounds, newest]):
            if start >= begin:
                found += self._part(parts, start, end, _within(single, start, end), start)
        self._recall.parts, self._recall.alike = parts, self._alike
        found += self._one_by_one(max(newest, begin), last)
        self._recall.cut = None
        if begin != BEGINNING:
            self._recall.cut = Cut(tuple(single[: bisect_left(single, begin)]), min(newest, begin))
        return found

    def _old(self, begin: int, first: int, single: Sequence[int]) -> list[tuple[int, int]]:
        """The days of UTC before the slot `first` that have any calls, the last of them as far as it lies before it."""
        low, high = -(-begin // DAY), first // DAY
        self._load_days(low, high)
        days = self._recall.days
        span = days if begin == BEGINNING else range(low, high)
        found = {day for day in span if low <= day < high and day in days}
        found |= {slot // DAY for slot in _within(single, begin, first)}
        if first % DAY and low <= high:
            found.add(high)
        return [(day * DAY, min(day * DAY + DAY, first)) for day in sorted(found)]

    def _load_days(self, low: int, high: int) -> None:
        """Make sure that the whole days from one to before another are known."""
        held = self._recall
        begun, end = held.told
        if not begun <= low <= end:
            held.days, begun, end = {}, low, low
        if end < high:
            of_days = f"SELECT day, kind, {SUMS} FROM days WHERE {self._of_kinds} AND day >= ? AND day < ?"  # noqa: S608
            of_slots = (
                f"SELECT slot / {DAY}, kind, {SUMMED} FROM slots WHERE {self._of_kinds} AND slot >= ? AND slot < ?"  # noqa: S608
                " GROUP BY 1, 2"
            )
            middle = max(end, min(high, self._rolled))
            rows = self._connection.execute(f"{of_days} ORDER BY 1, 2", (end, middle)).fetchall()
            rows += self._connection.execute(of_slots, (middle * DAY, high * DAY)).fetchall()
            found: dict[int, list[Usage]] = {}
            for day, kind, *sums in rows:
                found.setdefault(day, []).extend(_summed(self._kinds[kind], day * DAY, sums))
            held.days |= {day: together(some) for day, some in found.items()}
        held.told = begun, max(end, high)

    def _part(
        self, parts: dict[Part, list[Usage]], start: int, end: int, single: Sequence[int], at: int
    ) -> list[Usage]:
        """What lies between two slots, as if it were at the slot `at`."""
        part = (start, end, tuple(single))
        found = self._recall.parts.get(part)
        if found is None:
            found = self._split(start, end, single) if single else self._usages(start, self._whole(start, end, at))
        parts[part] = found
        return found

    def _usages(self, start: int, rows: Sequence[Row]) -> list[Usage]:
        """The sums of what begins at a slot, as calls: those of the last time, where they are the same."""
        alike = self._recall.alike.get(start)
        if alike is None or alike.rows != rows:
            before = alike.apart if alike is not None else {}
            apart = {row: before.get(row) or tuple(_summed(self._kinds[row[0]], row[1], row[2:])) for row in rows}
            alike = Alike(rows, apart, together(one for some in apart.values() for one in some))
        self._alike[start] = alike
        return alike.found

    def _whole(self, start: int, end: int, at: int) -> list[Row]:
        low, high = -(-start // DAY), min(end // DAY, self._rolled)
        query = f"SELECT kind, {SUMMED} FROM slots WHERE {self._of_kinds} AND slot >= ? AND slot < ?"  # noqa: S608
        values = [start, end]
        if low < high:
            names, ours = f"SELECT kind, {', '.join(NAMES)} FROM", f"WHERE {self._of_kinds} AND"
            query = (
                f"SELECT kind, {SUMMED} FROM ({names} days {ours} day >= ? AND day < ? UNION ALL"  # noqa: S608
                f" {names} slots {ours} slot >= ? AND slot < ? UNION ALL {names} slots {ours} slot >= ? AND slot < ?)"
            )
            values = [low, high, start, low * DAY, high * DAY, end]
        return [(kind, at, *sums) for kind, *sums in self._connection.execute(f"{query} GROUP BY kind", values)]

    def _split(self, start: int, end: int, single: Sequence[int]) -> list[Usage]:
        """Sums of what lies between single slots, each at its first slot, and these call by call."""
        found: list[Usage] = []
        query = (
            f"SELECT kind, min(slot), {SUMMED} FROM slots WHERE {self._of_kinds} AND slot >= ? AND slot < ?"  # noqa: S608
            " GROUP BY kind"
        )
        for before, after in pairwise([start - 1, *single, end]):
            if before + 1 < after:
                found += self._usages(before + 1, self._connection.execute(query, (before + 1, after)).fetchall())
        for begin, over in runs(single):
            found += self._calls(begin * SLOT, over * SLOT)
        found.sort(key=lambda call: call.at)
        return found

    def _closely(self, spans: Iterable[tuple[int, int]]) -> set[int]:
        """The slots, from the first to the last of each span, that have any calls, and few."""
        query = f"SELECT slot, sum(calls) FROM slots WHERE {self._of_kinds} AND slot >= ? AND slot <= ? GROUP BY slot"  # noqa: S608
        found: dict[int, int] = {}
        known: dict[tuple[int, int], dict[int, int]] = {}
        for span in spans:
            met = self._recall.close.get(span)
            if met is None:
                met = dict(self._connection.execute(query, span)) if span[0] <= span[1] else {}
            known[span] = met
            for part in (met, {slot: met[slot] for slot in span if slot in met}):
                if sum((found | part).values()) <= _CLOSE:
                    found |= part
                    break
        self._recall.close = known
        return set(found)

    def _any_before(self, slot: int) -> bool:
        query = f"SELECT 1 FROM slots WHERE {self._of_kinds} AND slot < ? LIMIT 1"  # noqa: S608
        return self._connection.execute(query, (slot,)).fetchone() is not None

    def _newest(self, last: int) -> int:
        """The slot from which on there are, up to an instant, about as many calls as a screen can show."""
        held = self._recall.newest
        if held is None or held[1] != last:
            held = self._recall.newest = (self._reaching(last), last)
        return held[0]

    def _reaching(self, last: int) -> int:
        held, end = self._recall, last // SLOT
        base = _last_day(end)
        if held.reached is None or held.reached[0] != base:
            held.reached = (base, self._latest(base))
        whole = [one for one in self._counted(base, -(-last // SLOT)) if one[0] < end]
        slot, calls = end, 0
        for slot, more in chain(reversed(whole), held.reached[1]):  # noqa: B007
            calls += more
            if calls >= _RAW:
                break
        return slot

    def _counted(self, base: int, end: int) -> list[tuple[int, int]]:
        """The slots of the last day that have calls, and how many."""
        held = self._recall
        if held.counted is None or held.counted[0] != base:
            held.counted = (base, base, [])
        _, known, met = held.counted
        if known < end:
            query = f"SELECT slot, sum(calls) FROM slots WHERE {self._of_kinds} AND slot >= ? AND slot < ? GROUP BY 1"  # noqa: S608
            met = [*met, *self._connection.execute(query, (known, end))]
            held.counted = (base, end, met)
        return met

    def _latest(self, end: int) -> list[tuple[int, int]]:
        """The newest rows of `slots` before a slot, as many as have calls enough in any case, newest first."""
        query = (
            "SELECT slot, calls FROM slots WHERE kind = ? AND slot >= ? AND slot < ? AND calls > 0"
            " ORDER BY slot DESC LIMIT ?"
        )
        latest: list[tuple[int, int]] = []
        bound = BEGINNING
        for kind in self._kinds:
            latest += self._connection.execute(query, (kind, bound, end, _RAW))
            if len(latest) >= _RAW:
                latest.sort(reverse=True)
                del latest[_RAW:]
                bound = latest[-1][0]
        return sorted(latest, reverse=True)

    def _one_by_one(self, first: int, last: int) -> list[Usage]:
        """The calls from a slot on to an instant."""
        held = self._recall.near
        if held is None or held.last != last or held.begin > first:
            held = Near(first, first, last, [])
        held = held.since(first)
        if held.end < _NEVER:
            base, early = _last_day(last // SLOT), list[Usage]()
            if held.end < base:
                query = f"SELECT DISTINCT slot FROM slots WHERE {self._of_kinds} AND slot >= ? AND slot < ?"  # noqa: S608
                before = [slot for (slot,) in self._connection.execute(query, (held.end, base))]
                early = _loaded(before, last, self._calls)
            late = [slot for slot, _ in self._counted(base, -(-last // SLOT)) if slot >= held.end]
            held = Near(first, _NEVER, last, [*held.calls, *early, *_loaded(late, last, self._late)])
        self._recall.near = held
        return held.calls


def _loaded(slots: Iterable[int], last: int, load: Load) -> list[Usage]:
    """The calls in some slots, and before an instant, without a look at those of other accounts between them."""
    return [call for begin, over in runs(slots, _NEAR) for call in load(begin * SLOT, min(over * SLOT, last))]


def runs(slots: Iterable[int], apart: int = 0) -> list[tuple[int, int]]:
    """(first, after the last) of slots with no more than so many between one and the next."""
    found: list[tuple[int, int]] = []
    for slot in sorted(slots):
        if found and slot <= found[-1][1] + apart:
            found[-1] = (found[-1][0], slot + 1)
        else:
            found.append((slot, slot + 1))
    return found


def _last_day(end: int) -> int:
    """The slot with which the day of UTC begins that the last day of any zone begins in, where that ends at a slot."""
    return (end - DAY) // DAY * DAY


def _within(slots: Sequence[int], start: int, end: int) -> Sequence[int]:
    return slots[bisect_left(slots, start) : bisect_left(slots, end)]


def _summed(kind: Kind, slot: int, sums: Sequence[int]) -> Iterator[Usage]:
    """Sums as calls: one of what is priced, one of what is not."""
    cost, unpriced = sums[6], sums[7]
    priced = sum(sums[1:5]) - unpriced
    start = utc(slot * SLOT * 1000)
    if priced or cost:
        yield Usage(
            key="", source=kind.source, account=kind.account, at=start, model=kind.model, input=max(priced, 0),
            cost=Money(cost, kind.currency), billing=kind.billing,  # type: ignore[arg-type]
        )  # fmt: skip
    if unpriced:
        yield Usage(
            key="", source=kind.source, account=kind.account, at=start, model=kind.model, input=unpriced,
            billing=kind.billing,  # type: ignore[arg-type]
        )  # fmt: skip
