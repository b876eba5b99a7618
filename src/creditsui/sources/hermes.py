"""Hermes Agent: sums by session and route in a live database; what they grew by since the last look is a call.

Columns are looked for, never the version: each release adds some. `session_model_usage` tells every route, auxiliary
calls too; what only `sessions` knows (older releases, sums set as a whole) is what its rows lack. Hermes prices each
call at once and adds 0 where it knows no price: 0 is unknown.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from creditsui.domain.call import Call, key_of
from creditsui.sources.lines import moment
from creditsui.sources.served import planned, served
from creditsui.sources.spec import Rows, Source, folder_name
from creditsui.sources.tables import columns, one_moment, table

REMEMBERED = 2_000
"""Sessions whose sums are kept in mind: those that were used last. One that goes on after it was forgotten counts
from then on, and never twice."""
_ROUTE = ("model", "billing_provider", "billing_base_url", "billing_mode")
_COUNTERS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
_COSTS = ("actual_cost_usd", "estimated_cost_usd")
_OF_BOTH = ("cost_status", *_ROUTE, *_COUNTERS, *_COSTS)
_MOST = 10**13
_NOTHING = (0,) * (len(_COUNTERS) + 1)

Sums = Sequence[int]
"""The counters, and micro-USD."""
Stood = dict[str, dict[str, list[int]]]
"""The sums of each session's rows at the last look."""


class Row(NamedTuple):
    """What a session used by one route."""

    name: str
    """Which row of its session it is; "" for what only the session itself tells."""
    sums: Sums
    route: Mapping[str, Any]
    at: int
    beside: bool = False
    """Whether the session's own sums leave it out: an auxiliary call."""


def rows(new: Rows) -> Sequence[Call]:
    before: Stood = new.state.setdefault("sums", {})
    forgot, used = new.state.get("forgot", 0), {}
    calls: list[Call] = []
    with one_moment(new.connection):
        for session, told in _sessions(new):
            name = f"{session['id']}@{session.get('started_at')}"
            now = {row.name: list(row.sums) for row in told if any(row.sums)}
            if not now:
                continue
            used[name] = max(row.at for row in told)
            stood = before.get(name)
            if stood == now:
                continue
            before[name] = now
            if stood is not None or (moment(session.get("started_at")) or new.now) > forgot:
                calls += _grown(session, name, told, stood or {})
    new.state["forgot"] = max(forgot, _forget(before, used))
    return calls


def _sessions(new: Rows) -> Iterator[tuple[Mapping[str, Any], list[Row]]]:
    """Every session with what it used; deleted ones are gone, with their rows."""
    connection = new.connection
    routes: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in table(connection, "session_model_usage", ("session_id", "task", "last_seen", "first_seen", *_OF_BOTH)):
        routes[row["session_id"]].append(row)

    @cache
    def spoken() -> Mapping[Any, Any]:
        if not {"session_id", "timestamp"} <= set(columns(connection, "messages")):
            return {}
        return dict(
            connection.execute("SELECT session_id, max(timestamp) FROM messages GROUP BY session_id").fetchall()
        )

    for session in table(connection, "sessions", ("id", "started_at", "ended_at", "cwd", *_OF_BOTH)):
        told = []
        for route in routes[session["id"]]:
            sums = _sums(route, new)
            at = moment(route.get("last_seen")) or moment(route.get("first_seen")) or moment(session.get("started_at"))
            if sums is not None:
                name = key_of(*(route.get(part) or "" for part in (*_ROUTE, "task")))
                told.append(Row(f"{name & 0xFFFFFFFFFF:x}", sums, route, at or new.now, bool(route.get("task"))))
        lacks = _lacking(_sums(session, new), told)
        if any(lacks):
            times = (spoken().get(session["id"]), session.get("ended_at"), session.get("started_at"))
            at = max((at for at in map(moment, times) if at is not None), default=new.now)
            told.append(Row("", lacks, session, at))
        yield session, told


def _sums(row: Mapping[str, Any], new: Rows) -> Sums | None:
    told = [row.get(name) or 0 for name in _COUNTERS]
    if not all(isinstance(value, int | float) and 0 <= value < _MOST for value in told):
        new.skipped += 1
        return None
    costs = [cost for name in _COSTS if isinstance(cost := row.get(name), int | float) and 0 < cost < 1_000_000]
    return [*map(int, told), round(costs[0] * 1_000_000) if costs else 0]


def _lacking(whole: Sums | None, told: Sequence[Row]) -> Sums:
    """What a session's sums hold beyond those of its rows: tokens, and what they cost."""
    own = [row.sums for row in told if not row.beside]
    lacks = [max(0, all - sum(sums[each] for sums in own)) for each, all in enumerate(whole or _NOTHING)]
    return lacks if any(lacks[:-1]) else _NOTHING


def _grown(session: Mapping[str, Any], name: str, told: Sequence[Row], stood: Mapping[str, Sums]) -> list[Call]:
    """What came up since. What one row of a session lost while another got it was only told otherwise, as when a newer
    Hermes divides a session's sums among its routes: it is no growth."""
    own = {row.name: row.sums for row in told if not row.beside}
    beside = {row.name for row in told if row.beside}
    moved: Sums = _NOTHING
    for row_name, was in stood.items():
        if row_name not in beside:
            moved = [
                all + max(0, then - now) for all, then, now in zip(moved, was, own.get(row_name, _NOTHING), strict=True)
            ]
    calls = []
    for row in told:
        was = stood.get(row.name, _NOTHING)
        more: Sums = [max(0, now - then) for now, then in zip(row.sums, was, strict=True)]
        if not row.beside:
            known = [min(pair) for pair in zip(more, moved, strict=True)]
            moved = [left - part for left, part in zip(moved, known, strict=True)]
            more = [grown - part for grown, part in zip(more, known, strict=True)]
        if any(more[:4]):
            calls.append(_call(session, row, more, key_of("hermes", name, row.name, *was)))
    return calls


def _call(session: Mapping[str, Any], row: Row, more: Sums, key: int) -> Call:
    read, written, cached, kept, thought, cost = more
    model, provider, address, mode = (str(row.route.get(name) or "") for name in _ROUTE)
    plan = mode == "subscription_included" or row.route.get("cost_status") == "included" or planned(provider, address)
    return Call(
        key=key,
        at=row.at,
        model="" if model == "unknown" else model,
        input=read,
        output=written,
        cache_read=cached,
        cache_write=kept,
        reasoning=min(thought, written),
        provider=served(provider, address),
        project=folder_name(str(session.get("cwd") or "")),
        session=str(session["id"]),
        billing="subscription" if plan else "",
        recorded=cost or None,
    )


def _forget(before: Stood, used: Mapping[str, int]) -> int:
    """Let go of what was not used for longest, deleted sessions first; tells when it was used last."""
    if len(before) <= REMEMBERED:
        return 0
    oldest = sorted(before, key=lambda name: used.get(name, 0))[: len(before) - REMEMBERED]
    for name in oldest:
        del before[name]
    return max(used.get(name, 0) for name in oldest)


SOURCE = Source(
    id="hermes",
    name="Hermes Agent",
    roots=(("HERMES_HOME", "~/.hermes"), ("", "~/.hermes")),
    files=("state.db", "profiles/*/state.db"),
    rows=rows,
    sums=True,
    note="Sums of sessions: what was used before the first look counts at each route's last call.",
)
