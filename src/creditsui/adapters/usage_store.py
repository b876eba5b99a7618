"""Calls in the ledger as they are kept: each once, in few bytes, with sums beside them."""

import base64
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from creditsui.adapters.instant import micros
from creditsui.adapters.usage_tables import (
    BEGINNING,
    DAY,
    GROW,
    GROW_DAYS,
    OF_KIND,
    PLACES,
    ROLL,
    SLOT,
    TOUCHED_SLOT,
    FileState,
    Kept,
    Kind,
)  # fmt: skip
from creditsui.adapters.usage_told import AT, COST, CallRow, LastHours, UsageTold, by_identity, identity
from creditsui.domain.call import Call, key_of

_CHUNK = 500

_SETTLED, _AGAIN = 2, 7
"""Days after which hardly any call of a day comes in any more, and days of which sums are made at once."""
_FIRST, _TAG = 4, 11
"""Of `calls`: the first of four columns of tokens, and the last."""


class UsageStore(UsageTold):
    """The calls of an open ledger. What is written belongs to the caller's transaction."""

    def __init__(
        self, connection: sqlite3.Connection, kinds: dict[CallRow, Kind] | None = None, hours: LastHours | None = None
    ) -> None:
        super().__init__(connection, kinds, hours)
        self._all: dict[int, CallRow] | None = None
        """The calls that there are, where this began with none."""
        self._places: dict[tuple[str, str], int] = {}

    # What is known

    def files(self, source: str) -> dict[str, FileState]:
        rows = self._connection.execute(
            "SELECT path, identity, size, changed, offset, version, state, skipped FROM files WHERE source = ?",
            (source,),
        )
        return {row[0]: FileState(*row) for row in rows}

    def keep_file(self, source: str, file: FileState) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO files VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (source, *file),
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
        found = self._kinds.get(identity(wanted))
        if found is None:
            account = own or account_of(wanted)
            cursor = self._connection.execute(
                "INSERT INTO kinds(source, provider, model, tier, billing, low, own, currency, account)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*identity(wanted), account),
            )
            found = wanted._replace(id=cursor.lastrowid or 0, account=account)
            self._kinds[identity(wanted)] = found
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

    def expect_many(self) -> None:
        """Keep more pages in memory, and write them back less often: keys are anywhere, so many calls touch all."""
        self._connection.execute("PRAGMA cache_size = -32000")
        self._connection.execute("PRAGMA wal_autocheckpoint = 8000")

    def keep(self, rows: Iterable[CallRow]) -> Kept:
        """Keep rows of `calls`, each key once: the call that grew replaces the smaller one, at its first instant."""
        given = list(rows)
        fresh = {row[0]: row for row in given}
        if len(fresh) < len(given):  # else none of them has to be compared with another
            fresh = {}
            for row in given:
                _put(fresh, row)
        before = self._known(fresh)
        if before:
            merged: dict[int, CallRow] = dict(before)
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
        return Kept(new, len(given) - new)

    def _write(self, rows: Collection[CallRow], gone: Sequence[CallRow]) -> None:
        """Put rows in their place, and the sums with them; `gone` are those that they replace."""
        connection = self._connection
        for name, sign, given in (("fresh", "", rows), ("gone", "-", gone)):
            connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} AS SELECT * FROM calls LIMIT 0")  # noqa: S608
            connection.execute(f"DELETE FROM {name}")  # noqa: S608
            connection.executemany(f"INSERT INTO {name} VALUES({PLACES})", given)
            connection.execute(GROW.format(table=name, sign=sign))
            first = self._touch(f"SELECT min(at) / {SLOT} FROM {name}")  # noqa: S608
            if first is not None and first // DAY < (rolled := self.rolled()):
                connection.execute(GROW_DAYS.format(table=name, sign=sign), (rolled,))
        connection.execute("INSERT OR REPLACE INTO calls SELECT * FROM fresh ORDER BY key")
        if self._all is not None:
            self._all.update((row[0], row) for row in rows)

    def _touch(self, slot: str, *values: object) -> int | None:
        """Tell that sums have changed from the slot on that a query finds. Of what was told before, what is no longer
        news to anybody goes: there is never more than one row for each slot of a day, and for each day before it."""
        (first,) = self._connection.execute(slot, values).fetchone()
        if first is None:
            return None
        day = first // DAY
        cursor = self._connection.execute("INSERT INTO touched(day, slot) VALUES(?, ?)", (day, first))
        self._connection.execute(
            f"DELETE FROM touched WHERE number < ? AND {TOUCHED_SLOT} >= ?",  # noqa: S608
            (cursor.lastrowid, first),
        )
        before = self._connection.execute("UPDATE touched SET slot = NULL WHERE day < ? AND slot NOT NULL", (day,))
        if before.rowcount:
            newest = "SELECT max(number) FROM touched GROUP BY day"
            self._connection.execute(f"DELETE FROM touched WHERE day < ? AND number NOT IN ({newest})", (day,))  # noqa: S608
        return int(first)

    def roll(self) -> None:
        """Sum what is past by the day, now and then: `keep` has the less to do, the more of it is not."""
        (last,) = self._connection.execute("SELECT max(at) FROM calls").fetchone()
        before, until = self.rolled(), BEGINNING if last is None else last // (SLOT * DAY) - _SETTLED
        if until >= before + _AGAIN:
            self._connection.execute(ROLL.format(only=""), (before, until))
            self.set_meta("rolled", str(until))

    def _known(self, keys: Collection[int]) -> dict[int, CallRow]:
        if self._all is None and self._connection.execute("SELECT 1 FROM calls LIMIT 1").fetchone() is None:
            self._all = {}
        if self._all is not None:
            return {key: self._all[key] for key in self._all.keys() & keys}
        found: dict[int, CallRow] = {}
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
        self._kinds = by_identity(self._connection)
        for _, kind in moved:
            self._touch("SELECT min(slot) FROM slots WHERE kind = ?", kind)
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
            self._all = None
            self._connection.executemany("UPDATE calls SET cost = ? WHERE key = ?", changes)
            self._connection.execute("DELETE FROM slots WHERE kind = ?", (kind.id,))
            self._connection.execute(OF_KIND, (kind.id,))
            self._touch("SELECT min(slot) FROM slots WHERE kind = ?", kind.id)
            self._connection.execute("DELETE FROM days WHERE kind = ?", (kind.id,))
            self._connection.execute(ROLL.format(only=" AND kind = ?"), (BEGINNING, self.rolled(), kind.id))

    def set_meta(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, value))


def row_of(call: Call, kind: int, place: int, cost: int | None) -> CallRow:
    """A call as `calls` keeps it."""
    return (
        call.key, call.at, kind, place, call.input, call.output, call.cache_read, call.cache_write,
        call.cache_write_1h, call.reasoning, cost, (call.group & 0x7FFFFF) << 1 | call.side,
    )  # fmt: skip


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


def _put(rows: dict[int, CallRow], row: CallRow) -> None:
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


def _better(old: CallRow, row: CallRow) -> CallRow:
    """The one of the main branch, else the one with more tokens, else the one with a price, as another machine may know
    it, else the one that was there; the earlier instant."""
    rank_old = (not old[_TAG] & 1, sum(old[_FIRST : _FIRST + 4]), old[COST] is not None)
    rank = (not row[_TAG] & 1, sum(row[_FIRST : _FIRST + 4]), row[COST] is not None)
    best = row if rank > rank_old else old
    at = min(old[AT], row[AT])
    return best if best[AT] == at else (best[0], at, *best[2:])


def milliseconds(at: Any) -> int:
    return micros(at) // 1000
