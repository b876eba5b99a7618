"""Calls in the ledger as they are told: one by one, or in sums that a board can read in a moment."""

import base64
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

from creditsui.adapters.instant import micros, utc
from creditsui.adapters.usage_recall import Cut, Recall
from creditsui.adapters.usage_sums import UsageSums
from creditsui.adapters.usage_tables import (
    BEGINNING,
    BY_PLACE,
    SLOT,
    SOME_PLACES,
    SUMMED,
    SUMS,
    TOKENS,
    TOUCHED_SLOT,
    Kind,
)
from creditsui.domain.money import Money
from creditsui.domain.usage import Usage

_MUCH = 0.2
"""The share of all calls from which on looking at each in turn is faster than finding them by their time."""

_MANY = 8
"""Accounts with calls, from which on those of an hour are read for all of them at once."""
_HOUR, _MOST = 4 * SLOT, 10_000
"""The milliseconds of an hour, and about how many calls are read so."""
_CALLS = "SELECT calls.*, project, session FROM calls JOIN places ON places.id = place WHERE at >= ? AND at < ?"


@dataclass(frozen=True, slots=True)
class Sum:
    """Calls of one agent with one model that are paid in one way."""

    source: str
    model: str
    billing: str
    calls: int
    first: datetime
    last: datetime
    cost: Money
    unpriced: int
    """Tokens without a known price."""


CallRow = tuple[Any, ...]
"""As in `calls`."""
AT, KIND, COST = 1, 2, 10
_in_order = itemgetter(AT, 0)


class UsageTold:
    """What an open ledger tells of calls, with the kinds as they are when this is made: inside one transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        kinds: "dict[CallRow, Kind] | None" = None,
        hours: "LastHours | None" = None,
    ) -> None:
        """`kinds`: those of the transaction by what makes them, where they are known; they stay as they are. `hours`:
        calls of it that were read for another account."""
        self._connection = connection
        self._kinds = by_identity(connection) if kinds is None else kinds
        self._hours = hours

    def kinds(self) -> list[Kind]:
        return list(self._kinds.values())

    def rolled(self) -> int:
        """The first day that has no sums of its own yet."""
        return int(self.meta("rolled") or BEGINNING)

    def touched(self, since: int) -> tuple[int, int | None]:
        """As `touched`."""
        return touched(self._connection, since)

    def meta(self, key: str) -> str | None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def calls(self, account: str, since: int, until: int | None = None) -> list[Usage]:
        """Calls of an account from `since` to before `until` (milliseconds), oldest first."""
        return self._calls(self._of(account), {}, {}, since, 2**62 if until is None else until)

    def _of(self, account: str) -> dict[int, Kind]:
        return {kind.id: kind for kind in self._kinds.values() if kind.account == account}

    def _calls(
        self,
        kinds: Mapping[int, Kind],
        before: Mapping[CallRow, Usage],
        told: dict[CallRow, Usage],
        since: int,
        until: int,
    ) -> list[Usage]:
        """Those of some kinds; what they were told as `before` is told again, and kept in `told`."""
        query = f"{_CALLS} AND kind IN ({', '.join(map(str, kinds))}) ORDER BY at, key"
        rows = self._connection.execute(query, (since, until)).fetchall()
        return _calls_of(rows, kinds, before, told)

    def _late(
        self,
        kinds: Mapping[int, Kind],
        before: Mapping[CallRow, Usage],
        told: dict[CallRow, Usage],
        since: int,
        until: int,
    ) -> list[Usage]:
        """The same of the last hours."""
        if self._hours is None or self._hours.full:
            return self._calls(kinds, before, told, since, until)
        return _calls_of(self._hours.calls(kinds, since, until), kinds, before, told)

    def by_model(self, account: str, after: datetime, until: datetime) -> list[Sum]:
        """Sums of the calls of an account after one instant up to another, by agent, model, currency and who pays."""
        kinds = self._of(account)
        rows = self._connection.execute(
            "SELECT kind, count(*), min(at), max(at), coalesce(sum(cost), 0),"  # noqa: S608
            f" coalesce(sum(CASE WHEN cost IS NULL THEN {TOKENS} END), 0) FROM calls"
            f" WHERE at > ? AND at <= ? AND kind IN ({', '.join('?' * len(kinds))}) GROUP BY kind",
            (micros(after) // 1000, micros(until) // 1000, *kinds),
        )
        found: dict[tuple[str, str, str, str], Sum] = {}
        for id, calls, first, last, cost, unpriced in rows:
            kind = kinds[id]
            one = Sum(kind.source, kind.model, kind.billing, calls, utc(first * 1000), utc(last * 1000),
                      Money(cost, kind.currency), unpriced)  # fmt: skip
            key = (kind.source, kind.model, kind.currency, kind.billing)
            found[key] = one if key not in found else _together(found[key], one)
        return list(found.values())

    def summed(
        self,
        account: str,
        edges: Sequence[int],
        exact: Sequence[int],
        spans: Sequence[tuple[int, int]] = (),
        *,
        by_day: bool = True,
        since: int | None = None,
        recall: Recall | None = None,
    ) -> list[Usage]:
        """The calls of an account for a board, oldest first: the newest one by one, earlier ones summed by the days
        between `edges` and by the days of UTC before them. The day of an `exact` instant is told in two parts, and
        its quarter of an hour call by call, so that nothing before the instant is summed with what came after. So are
        the quarters of `spans`, the first of them before the others, as long as they are of few calls.
        Without `by_day` all that lies before `edges` is one sum. What a log dates after the last of them is left out:
        its clock is wrong, and no day has come that it could count on.

        `since`, where a day of UTC begins before `edges`: without what is summed before it, if that is by the day.
        `recall` is what was told the last time, and is kept up to date."""
        kinds = self._of(account)
        held = Recall() if recall is None else recall
        held.renew(*self.touched(held.number), tuple(kinds))
        if not kinds:
            held.cut = None if since is None else Cut((), since // SLOT)
            return []
        singly: dict[CallRow, Usage] = {}
        calls, late = (partial(load, kinds, held.singly, singly) for load in (self._calls, self._late))
        sums = UsageSums(self._connection, kinds, calls, late, self.rolled(), held)
        found = sums.told(edges, exact, spans, by_day=by_day, since=since)
        held.singly = singly
        return found

    def sums(
        self,
        since: int,
        until: int,
        *,
        by_time: bool = True,
        by_place: bool = False,
        project: str | None = None,
        session: str | None = None,
    ) -> Iterator[tuple[int, Kind, str, str, Sequence[int]]]:
        """(start of a quarter of an hour in milliseconds, kind, project, session, sums as in `slots`).

        Without `by_time` each is one sum from `since` on. `by_place` looks at every call: at those of one `project` or
        `session` only where they are named.
        """
        kinds = {kind.id: kind for kind in self._kinds.values()}
        if not by_place:
            sums, end = (SUMS, "") if by_time else (SUMMED, " GROUP BY kind")
            query = f"SELECT slot, kind, {sums} FROM slots WHERE slot >= ? AND slot < ?{end}"  # noqa: S608
            for slot, kind, *found in self._connection.execute(query, (since // SLOT, -(-until // SLOT))):
                yield slot * SLOT if by_time else since, kinds[kind], "", "", found
            return
        names = (project, session)
        wanted = f"place IN ({SOME_PLACES})" if project is not None or session is not None else "true"
        query = BY_PLACE.format(
            time=f"at / {SLOT} * {SLOT}" if by_time else str(since),
            at="+at" if self._share(since, until) > _MUCH else "at",
            place=wanted,
        )
        rows = self._connection.execute(query, (since, until, *(names if wanted != "true" else ()))).fetchall()
        places = {
            id: (project, session)
            for id, project, session in self._connection.execute("SELECT id, project, session FROM places")
        }
        for at, kind, place, *found in rows:
            yield at, kinds[kind], *places[place], found

    def _share(self, since: int, until: int) -> float:
        """How much of all time that calls are known of lies between two instants, from 0 to 1."""
        first, last = self.span() or (0, 0)
        return (min(until, last) - max(since, first)) / (last - first) if last > first else 1.0

    def after(self, at: int) -> list[tuple[str, int, int]]:
        """(source, how many calls, the last of them in milliseconds) of what is dated at or after an instant."""
        query = (
            "SELECT source, count(*), max(at) FROM calls JOIN kinds ON kinds.id = kind WHERE at >= ?"
            " GROUP BY source ORDER BY source"
        )
        return self._connection.execute(query, (at,)).fetchall()

    def span(self) -> tuple[int, int] | None:
        """The first and the last instant of any call, in milliseconds; None without one."""
        first, last = self._connection.execute("SELECT min(at), max(at) FROM calls").fetchone()
        return None if first is None else (first, last)


class LastHours:
    """The calls of an open ledger by the hour, each hour read once for all accounts: calls are found by their time
    alone, and many accounts would each go through those of all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._count = connection, 0
        self._known: dict[int, dict[int, list[CallRow]]] = {}

    @property
    def full(self) -> bool:
        """Whether it is enough to keep in mind."""
        return self._count > _MOST

    def calls(self, kinds: Iterable[int], since: int, until: int) -> list[CallRow]:
        """Those of some kinds from one instant to before another (milliseconds), in order."""
        hours = [self._hour(hour) for hour in range(since // _HOUR, -(-until // _HOUR))]
        rows = [row for kind in kinds for hour in hours for row in hour.get(kind, ()) if since <= row[AT] < until]
        return sorted(rows, key=_in_order)

    def _hour(self, hour: int) -> dict[int, list[CallRow]]:
        if hour not in self._known:
            found = self._known[hour] = {}
            for row in self._connection.execute(_CALLS, (hour * _HOUR, hour * _HOUR + _HOUR)):
                found.setdefault(row[KIND], []).append(row)
                self._count += 1
        return self._known[hour]


class Kinds:
    """The kinds of calls of an open ledger, read again only where anything was written since; so are its `hours`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.hours: LastHours | None = None
        """Where there are many accounts."""
        self._as_of = (-1, -1)
        self._known: dict[CallRow, Kind] = {}

    def now(self) -> dict[CallRow, Kind]:
        """By what makes them, for reading alone, inside a transaction."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()  # tells what others have written
        as_of = (version, self._connection.total_changes)
        if as_of != self._as_of:
            self._as_of, self._known = as_of, by_identity(self._connection)
            many = len({kind.account for kind in self._known.values()}) >= _MANY
            self.hours = LastHours(self._connection) if many else None
        return self._known


def _calls_of(
    rows: Sequence[CallRow], kinds: Mapping[int, Kind], before: Mapping[CallRow, Usage], told: dict[CallRow, Usage]
) -> list[Usage]:
    for row in rows:
        told[row] = before.get(row) or _usage(row, kinds[row[KIND]])
    return [told[row] for row in rows]


def by_identity(connection: sqlite3.Connection) -> dict[CallRow, Kind]:
    rows = connection.execute(
        "SELECT id, source, provider, model, tier, billing, low, own, currency, account FROM kinds ORDER BY id"
    )
    return dict(_identified(tuple(rows)))


@lru_cache(4)
def _identified(rows: tuple[CallRow, ...]) -> dict[CallRow, Kind]:
    """Nearly always those of the board before."""
    return {identity(kind): kind for kind in map(_kind, rows)}


def touched(connection: sqlite3.Connection, since: int) -> tuple[int, int | None]:
    """The number of the latest change of any sums, and the first slot of which any have changed after the change number
    `since`; None: none have."""
    latest, first = connection.execute(
        f"SELECT max(number), min(CASE WHEN number > ? THEN {TOUCHED_SLOT} END) FROM touched",  # noqa: S608
        (since,),
    ).fetchone()
    return latest or 0, first


def _kind(row: CallRow) -> Kind:
    id, source, provider, model, tier, billing, low, own, currency, account = row
    return Kind(id, source, provider, model, tier, billing, bool(low), own, currency, account)


def identity(kind: Kind) -> CallRow:
    return (kind.source, kind.provider, kind.model, kind.tier, kind.billing, kind.low, kind.own, kind.currency)


def key_text(key: int) -> str:
    """A key as it is exported."""
    return "b64:" + base64.urlsafe_b64encode(key.to_bytes(8, "big", signed=True)).rstrip(b"=").decode()


def _together(one: Sum, other: Sum) -> Sum:
    return replace(
        one, calls=one.calls + other.calls, first=min(one.first, other.first), last=max(one.last, other.last),
        cost=one.cost + other.cost, unpriced=one.unpriced + other.unpriced,
    )  # fmt: skip


def _usage(row: CallRow, kind: Kind) -> Usage:
    return Usage(
        key=key_text(row[0]), source=kind.source, account=kind.account, at=utc(row[AT] * 1000), model=kind.model,
        input=row[4], output=row[5], cache_read=row[6], cache_write=row[7], reasoning=row[9],
        cost=None if row[COST] is None else Money(row[COST], kind.currency),
        billing=kind.billing, project=row[12], session=row[13],  # type: ignore[arg-type]
    )  # fmt: skip
