"""Calls in the ledger: each kept once, in few bytes, with sums that a board can read in a moment."""

import base64
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from creditsui.adapters.instant import micros, utc
from creditsui.adapters.usage_tables import (
    BY_PLACE,
    GROW,
    OF_KIND,
    PLACES,
    SLOT,
    SOME_PLACES,
    SUMMED,
    SUMS,
    FileState,
    Kept,
    Kind,
)  # fmt: skip
from creditsui.domain.call import Call, key_of
from creditsui.domain.money import Money
from creditsui.domain.usage import Usage

_DAY = 96
"""Slots."""
_RAW = 40
"""Calls, about, that a board sees one by one."""
_CLOSE = 600
"""Calls, at most, that a board sees one by one because a balance fell then."""
_CHUNK = 500
_MUCH = 0.2
"""The share of all calls from which on looking at each in turn is faster than finding them by their time."""

_Row = tuple[Any, ...]
"""As in `calls`."""
_AT, _KIND, _FIRST, _COST, _TAG = 1, 2, 4, 10, 11


class UsageStore:
    """The calls of an open ledger. What is written belongs to the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kinds: dict[_Row, Kind] = {}
        self._places: dict[tuple[str, str], int] = {}
        for kind in self.kinds():
            self._kinds[_identity(kind)] = kind

    # What is known

    def kinds(self) -> list[Kind]:
        rows = self._connection.execute(
            "SELECT id, source, provider, model, tier, billing, low, own, currency, account FROM kinds ORDER BY id"
        )
        return [_kind(row) for row in rows]

    def files(self, source: str) -> dict[str, FileState]:
        rows = self._connection.execute(
            "SELECT path, identity, size, changed, offset, version, state, skipped FROM files WHERE source = ?",
            (source,),
        )
        return {row[0]: FileState(*row) for row in rows}

    def keep_file(self, source: str, file: FileState) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO files VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source,
                file.path,
                file.identity,
                file.size,
                file.changed,
                file.offset,
                file.version,
                file.state,
                file.skipped,
            ),
        )

    def forget_files(self, source: str) -> None:
        """Read them all again the next time; what they told stays."""
        self._connection.execute("DELETE FROM files WHERE source = ?", (source,))

    def units(self, provider: str, model: str, tier: str) -> str | None:
        """The unit prices that were kept for a model, as they were given; None: none were."""
        row = self._connection.execute(
            "SELECT content FROM units WHERE provider = ? AND model = ? AND tier = ?", (provider, model, tier)
        ).fetchone()
        return None if row is None else str(row[0])

    def keep_units(self, provider: str, model: str, tier: str, content: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO units VALUES(?, ?, ?, ?)", (provider, model, tier, content))

    def forget_units(self) -> None:
        self._connection.execute("DELETE FROM units")

    # What is kept

    def kind(self, source: str, call: Call, billing: str, account_of: Callable[[Kind], str], own: str = "",
             currency: str = "USD") -> Kind:  # fmt: skip
        wanted = Kind(
            0, source, call.provider, call.model, call.tier, call.billing or billing, call.low, own, currency, ""
        )
        found = self._kinds.get(_identity(wanted))
        if found is None:
            account = own or account_of(wanted)
            cursor = self._connection.execute(
                "INSERT INTO kinds(source, provider, model, tier, billing, low, own, currency, account)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*_identity(wanted), account),
            )
            found = replace(wanted, id=cursor.lastrowid or 0, account=account)
            self._kinds[_identity(wanted)] = found
        return found

    def place(self, project: str, session: str) -> int:
        found = self._places.get((project, session))
        if found is None:
            self._connection.execute(
                "INSERT INTO places(project, session) VALUES(?, ?) ON CONFLICT DO NOTHING", (project, session)
            )
            (found,) = self._connection.execute(
                "SELECT id FROM places WHERE project = ? AND session = ?", (project, session)
            ).fetchone()
            self._places[project, session] = found
        return int(found)

    def keep(self, rows: Iterable[_Row]) -> Kept:
        """Keep rows of `calls`, each key once: the call that grew replaces the smaller one, at its first instant."""
        fresh: dict[int, _Row] = {}
        met = 0
        for row in rows:
            met += 1
            _put(fresh, row)
        before = self._known(fresh)
        if before:
            merged: dict[int, _Row] = dict(before)
            for row in fresh.values():
                _put(merged, row)
            later = {key: row for key, row in merged.items() if key not in before and key not in fresh}
            if later:  # keys that only came up now, for a second group of one key
                for key, row in self._known(later).items():
                    before[key] = row
                    again = {key: row}
                    _put(again, merged[key])
                    merged[key] = again[key]
            fresh = {key: row for key, row in merged.items() if before.get(key) != row}
        self._write(fresh.values(), [before[key] for key in fresh if key in before])
        new = sum(key not in before for key in fresh) if before else len(fresh)
        return Kept(new, met - new)

    def _write(self, rows: Iterable[_Row], gone: Sequence[_Row]) -> None:
        """Put rows in their place, and the sums with them; `gone` are those that they replace."""
        connection = self._connection
        for name, sign, given in (("fresh", "", rows), ("gone", "-", gone)):
            connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} AS SELECT * FROM calls LIMIT 0")  # noqa: S608
            connection.execute(f"DELETE FROM {name}")  # noqa: S608
            connection.executemany(f"INSERT INTO {name} VALUES({PLACES})", given)
            connection.execute(GROW.format(table=name, sign=sign))
        connection.execute("INSERT OR REPLACE INTO calls SELECT * FROM fresh ORDER BY key")

    def _known(self, keys: Collection[int]) -> dict[int, _Row]:
        if not keys or self._connection.execute("SELECT 1 FROM calls LIMIT 1").fetchone() is None:
            return {}
        found: dict[int, _Row] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            query = f"SELECT * FROM calls WHERE key IN ({', '.join('?' * len(part))})"  # noqa: S608
            found.update((row[0], row) for row in self._connection.execute(query, part))
        return found

    def reattribute(self, account_of: Callable[[Kind], str]) -> int:
        """Say anew whose calls are, after settings changed; how many kinds moved."""
        moved = [
            (account, kind.id)
            for kind in self.kinds()
            if not kind.own and (account := account_of(kind)) != kind.account
        ]
        self._connection.executemany("UPDATE kinds SET account = ? WHERE id = ?", moved)
        self._kinds = {_identity(kind): kind for kind in self.kinds()}
        return len(moved)

    def reprice(self, kind: Kind, price: Callable[[Call], int | None]) -> None:
        """Price all calls of a kind anew. Where no price is known, what was kept stands: the log may have told it."""
        rows = self._connection.execute(
            "SELECT key, at, input, output, cache_read, cache_write, cache_write_1h, reasoning, cost FROM calls"
            " WHERE kind = ?",
            (kind.id,),
        )
        changes = []
        for key, at, *tokens, cost in rows:
            found = price(Call(key, at, kind.model, *tokens))
            if found is not None and found != cost:
                changes.append((found, key))
        if changes:
            self._connection.executemany("UPDATE calls SET cost = ? WHERE key = ?", changes)
            self._connection.execute("DELETE FROM slots WHERE kind = ?", (kind.id,))
            self._connection.execute(OF_KIND, (kind.id,))

    def meta(self, key: str) -> str | None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, value))

    # What is told

    def calls(self, account: str, since: int, until: int | None = None) -> list[Usage]:
        """Calls of an account from `since` to before `until` (milliseconds), oldest first."""
        rows = self._connection.execute(
            "SELECT calls.*, project, session FROM calls JOIN places ON places.id = place"
            " WHERE at >= ? AND at < ? AND kind IN (SELECT id FROM kinds WHERE account = ?) ORDER BY at, key",
            (since, 2**62 if until is None else until, account),
        )
        kinds = {kind.id: kind for kind in self._kinds.values()}
        return [_usage(row, kinds[row[_KIND]]) for row in rows]

    def summed(
        self,
        account: str,
        edges: Sequence[int],
        exact: Sequence[int],
        spans: Sequence[tuple[int, int]] = (),
        *,
        by_day: bool = True,
    ) -> list[Usage]:
        """The calls of an account for a board, oldest first: the newest one by one, earlier ones summed by the days
        between `edges` and by the days of UTC before them. The day of an `exact` instant is told by the quarter of an
        hour, and that quarter call by call, so that nothing before the instant is summed with what came after. So are
        the quarters of `spans`, the first of them before the others, as long as they are of few calls.
        Without `by_day` all that lies before `edges` is one sum. What a log dates after the last of them is left out:
        its clock is wrong, and no day has come that it could count on."""
        kinds = {kind.id: kind for kind in self._kinds.values() if kind.account == account}
        if not kinds:
            return []
        last = edges[-1] if edges else 2**62
        raw = self._newest(kinds, last // SLOT)
        bounds = [edge // SLOT for edge in edges if edge // SLOT < raw]
        marks = ", ".join("?" * len(kinds))
        first = bounds[0] if bounds else raw
        single = {at // SLOT for at in exact if at // SLOT < raw}
        single |= self._closely(kinds, [(since // SLOT, min(until // SLOT, raw - 1)) for since, until in spans])
        split = {_bucket(slot, bounds, first) for slot in single}
        steps = " ".join(f"WHEN slot < {bound} THEN {index}" for index, bound in enumerate(bounds[1:]))
        bucket = f"CASE {steps} ELSE {len(bounds) - 1} END" if steps else "0"
        found: list[Usage] = []
        for old in (True, False):
            by = (f"slot / {_DAY}" if by_day or split else f"{first // _DAY - 1}") if old else bucket
            since, until = (-(2**40), first) if old else (first, raw)
            query = (
                f"SELECT {by}, kind, {SUMMED} FROM slots WHERE kind IN ({marks}) AND slot >= ? AND slot < ?"  # noqa: S608
                " GROUP BY 1, 2"
            )
            for index, kind, *sums in self._connection.execute(query, (*kinds, since, until)):
                if (old, index) not in split:
                    start = index * _DAY if old else bounds[index]
                    found += _summed(kinds[kind], start * SLOT, sums)
        for old, index in split:
            start = index * _DAY if old else bounds[index]
            end = min(start + _DAY, first) if old else [*bounds[1:], raw][index]
            query = f"SELECT slot, kind, {SUMS} FROM slots WHERE kind IN ({marks}) AND slot >= ? AND slot < ?"  # noqa: S608
            for slot, kind, *sums in self._connection.execute(query, (*kinds, start, end)):
                if slot not in single:
                    found += _summed(kinds[kind], slot * SLOT, sums)
        for start, end in _runs(single):
            found += self.calls(account, start * SLOT, end * SLOT)
        found += self.calls(account, raw * SLOT, last)
        found.sort(key=lambda call: call.at)
        return found

    def _closely(self, kinds: Collection[int], spans: Iterable[tuple[int, int]]) -> set[int]:
        """The quarters, from the first to the last of each span, that have any calls, and few."""
        marks = ", ".join("?" * len(kinds))
        query = (
            f"SELECT slot, sum(calls) FROM slots WHERE kind IN ({marks}) AND slot >= ? AND slot <= ?"  # noqa: S608
            " GROUP BY slot"
        )
        found: dict[int, int] = {}
        for first, last in spans:
            met = dict(self._connection.execute(query, (*kinds, first, last)))
            for part in (met, {slot: met[slot] for slot in (first, last) if slot in met}):
                if sum((found | part).values()) <= _CLOSE:
                    found |= part
                    break
        return set(found)

    def _newest(self, kinds: Collection[int], end: int) -> int:
        """The slot from which on there are, up to `end`, about as many calls as a screen can show."""
        marks = ", ".join("?" * len(kinds))
        query = f"SELECT slot, calls FROM slots WHERE kind IN ({marks}) AND slot < ? ORDER BY slot DESC LIMIT {_RAW}"  # noqa: S608
        slot, calls = end, 0
        for slot, more in self._connection.execute(query, (*kinds, end)):  # noqa: B007
            calls += more
            if calls >= _RAW:
                break
        return int(slot)

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


def row_of(call: Call, kind: int, place: int, cost: int | None) -> _Row:
    """A call as `calls` keeps it."""
    return (
        call.key, call.at, kind, place, call.input, call.output, call.cache_read, call.cache_write,
        call.cache_write_1h, call.reasoning, cost, (call.group & 0x7FFFFF) << 1 | call.side,
    )  # fmt: skip


def key_text(key: int) -> str:
    """A key as it is exported."""
    return "b64:" + base64.urlsafe_b64encode(key.to_bytes(8, "big", signed=True)).rstrip(b"=").decode()


def key_from(text: str) -> int:
    """Of an exported key, or of any other text that stands for one call."""
    if text.startswith("b64:"):
        try:
            data = base64.urlsafe_b64decode(text[4:] + "=" * (-len(text[4:]) % 4))
        except ValueError:
            data = b""
        if len(data) == 8:
            return int.from_bytes(data, "big", signed=True)
    return key_of("text", text)


def _kind(row: _Row) -> Kind:
    id, source, provider, model, tier, billing, low, own, currency, account = row
    return Kind(id, source, provider, model, tier, billing, bool(low), own, currency, account)


def _bucket(slot: int, bounds: Sequence[int], first: int) -> tuple[bool, int]:
    """(whether it lies before the first of the bounds, its day)."""
    return (True, slot // _DAY) if slot < first else (False, bisect_right(bounds, slot) - 1)


def _runs(slots: Iterable[int]) -> list[tuple[int, int]]:
    """(first, after the last) of slots that follow one another."""
    found: list[tuple[int, int]] = []
    for slot in sorted(slots):
        if found and found[-1][1] == slot:
            found[-1] = (found[-1][0], slot + 1)
        else:
            found.append((slot, slot + 1))
    return found


def _identity(kind: Kind) -> _Row:
    return (kind.source, kind.provider, kind.model, kind.tier, kind.billing, kind.low, kind.own, kind.currency)


def _put(rows: dict[int, _Row], row: _Row) -> None:
    """Among rows that are kept already."""
    key = row[0]
    old = rows.get(key)
    if old is not None:
        one, other = old[_TAG], row[_TAG]
        if one != other and one > 1 and other > 1 and not (one & 1 or other & 1):
            _put(rows, (key_of("group", key, other), *row[1:]))  # the same id in two requests: two calls
            return
        row = _better(old, row)
    rows[key] = row


def _better(old: _Row, row: _Row) -> _Row:
    """The one of the main branch, else the one with more tokens, else the one that was there; the earlier instant."""
    rank_old = (not old[_TAG] & 1, sum(old[_FIRST : _FIRST + 4]))
    rank = (not row[_TAG] & 1, sum(row[_FIRST : _FIRST + 4]))
    best = row if rank > rank_old else old
    at = min(old[_AT], row[_AT])
    return best if best[_AT] == at else (best[0], at, *best[2:])


def _usage(row: _Row, kind: Kind) -> Usage:
    return Usage(
        key=key_text(row[0]), source=kind.source, account=kind.account, at=utc(row[_AT] * 1000), model=kind.model,
        input=row[4], output=row[5], cache_read=row[6], cache_write=row[7], reasoning=row[9],
        cost=None if row[_COST] is None else Money(row[_COST], kind.currency),
        billing=kind.billing, project=row[12], session=row[13],  # type: ignore[arg-type]
    )  # fmt: skip


def _summed(kind: Kind, at: int, sums: Sequence[int]) -> Iterator[Usage]:
    """Sums as calls: one of what is priced, one of what is not."""
    cost, unpriced = sums[6], sums[7]
    priced = sum(sums[1:5]) - unpriced
    start = utc(at * 1000)
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


def milliseconds(at: Any) -> int:
    return micros(at) // 1000
