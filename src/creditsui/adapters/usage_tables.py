"""The tables that keep calls, and the statements over them that are longer than a line.

What many calls share (source, model, who is charged) is one row of `kinds`, their project and session one of `places`.
`slots` are sums by a quarter of an hour, because no zone's day begins at another moment, and `days` the same by the day
of UTC, for what is long past: those before the day that `meta` tells as `rolled`. Both can be made anew. `touched`
tells whoever has sums in mind from which slot on they have changed meanwhile: of the last day any have changed of by
the slot, of those before it by the `day` alone.
"""

from typing import NamedTuple

SLOT = 900_000
"""Milliseconds of a quarter of an hour."""
DAY = 96
"""Slots."""

TABLES = (
    "CREATE TABLE kinds(id INTEGER PRIMARY KEY, source TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,"
    " tier TEXT NOT NULL, billing TEXT NOT NULL, low INTEGER NOT NULL, own TEXT NOT NULL, currency TEXT NOT NULL,"
    " account TEXT NOT NULL, UNIQUE(source, provider, model, tier, billing, low, own, currency))",
    "CREATE INDEX kinds_by_account ON kinds(account)",
    "CREATE TABLE places(id INTEGER PRIMARY KEY, project TEXT NOT NULL, session TEXT NOT NULL,"
    " UNIQUE(project, session))",
    "CREATE TABLE calls(key INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL, place INTEGER NOT NULL,"
    " input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL,"
    " cache_write_1h INTEGER NOT NULL, reasoning INTEGER NOT NULL, cost INTEGER, tag INTEGER NOT NULL)",
    "CREATE INDEX calls_by_time ON calls(at)",
    "CREATE TABLE slots(slot INTEGER NOT NULL, kind INTEGER NOT NULL, calls INTEGER NOT NULL, input INTEGER NOT NULL,"
    " output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, reasoning INTEGER NOT NULL,"
    " cost INTEGER NOT NULL, unpriced INTEGER NOT NULL, PRIMARY KEY(kind, slot)) WITHOUT ROWID",
    "CREATE TABLE units(provider TEXT NOT NULL, model TEXT NOT NULL, tier TEXT NOT NULL, content TEXT NOT NULL,"
    " PRIMARY KEY(provider, model, tier)) WITHOUT ROWID",
    "CREATE TABLE files(source TEXT NOT NULL, path TEXT NOT NULL, identity TEXT NOT NULL, size INTEGER NOT NULL,"
    " changed INTEGER NOT NULL, offset INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL,"
    " skipped INTEGER NOT NULL, PRIMARY KEY(source, path)) WITHOUT ROWID",
)

# Begun by whichever step of the ledger's making needs them first.
DAYS = (
    "CREATE TABLE IF NOT EXISTS days(day INTEGER NOT NULL, kind INTEGER NOT NULL, calls INTEGER NOT NULL,"
    " input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL,"
    " reasoning INTEGER NOT NULL, cost INTEGER NOT NULL, unpriced INTEGER NOT NULL, PRIMARY KEY(kind, day))"
    " WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS touched(number INTEGER PRIMARY KEY, day INTEGER NOT NULL, slot INTEGER)",
)
TOUCHED_SLOT = f"coalesce(slot, day * {DAY})"

PLACES = ", ".join("?" * 12)
NAMES = ("calls", "input", "output", "cache_read", "cache_write", "reasoning", "cost", "unpriced")
SUMS = ", ".join(NAMES)
SUMMED = ", ".join(f"sum({name})" for name in NAMES)
TOKENS = "input + output + cache_read + cache_write"
TAKEN = (
    "{sign}count(*), {sign}sum(input), {sign}sum(output), {sign}sum(cache_read), {sign}sum(cache_write),"
    " {sign}sum(reasoning), {sign}coalesce(sum(cost), 0), {sign}coalesce(sum(CASE WHEN cost IS NULL THEN "
    f"{TOKENS} END), 0)"
)
_ADD = "DO UPDATE SET " + ", ".join(f"{name} = {name} + excluded.{name}" for name in NAMES)
GROW = (
    f"INSERT INTO slots(slot, kind, {SUMS}) SELECT at / {SLOT}, kind, {TAKEN} FROM {{table}} WHERE true"  # noqa: S608
    f" GROUP BY kind, at / {SLOT} ON CONFLICT(kind, slot) {_ADD}"
)
GROW_DAYS = (
    f"INSERT INTO days(day, kind, {SUMS}) SELECT at / {SLOT * DAY}, kind, {TAKEN} FROM {{table}}"  # noqa: S608
    f" WHERE at < ? * {SLOT * DAY} GROUP BY kind, at / {SLOT * DAY} ON CONFLICT(kind, day) {_ADD}"
)
ROLL = (
    f"INSERT INTO days(day, kind, {SUMS}) SELECT slot / {DAY}, kind, {SUMMED} FROM slots"  # noqa: S608
    f" WHERE slot >= ? * {DAY} AND slot < ? * {DAY}{{only}} GROUP BY kind, slot / {DAY}"
)
BEGINNING = -(2**40)
"""A day, or a slot, before all others."""
OF_KIND = (
    f"INSERT INTO slots(slot, kind, {SUMS}) SELECT at / {SLOT}, kind, {TAKEN.format(sign='')} FROM calls"  # noqa: S608
    f" WHERE kind = ? GROUP BY at / {SLOT}"
)
BY_PLACE = (
    f"SELECT {{time}}, kind, place, {TAKEN.format(sign='')} FROM calls"  # noqa: S608
    " WHERE {at} >= ? AND {at} < ? AND {place} GROUP BY 1, 2, 3"
)
SOME_PLACES = "SELECT id FROM places WHERE project = coalesce(?, project) AND session = coalesce(?, session)"


class Kind(NamedTuple):
    """What many calls have in common."""

    id: int
    source: str
    provider: str
    model: str
    tier: str
    billing: str
    low: bool
    own: str
    """The account that was named with the call; empty: whose it is follows from the rest."""
    currency: str
    account: str


class FileState(NamedTuple):
    """How far a file was read."""

    path: str
    identity: str
    size: int
    changed: int
    """Nanoseconds."""
    offset: int
    version: int
    state: str
    """JSON."""
    skipped: int = 0
    """Lines that could not be read."""


class Kept(NamedTuple):
    new: int = 0
    duplicates: int = 0
