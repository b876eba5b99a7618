"""OpenCode: a row for each answer in SQLite, of two generations, and before them a small JSON file.

A fork copies answers under new ids, whatever the generation, but they keep their time; and no answer is older than its
own session. So time and model make a call itself, ids keep two of one instant apart, and a copy is known as one. The
cost is 0 for the login of a plan, and where OpenCode knows no price.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.json import Decoder

from creditsui.domain.call import Call, key_of
from creditsui.sources.lines import UNREADABLE, Number, micro, moment
from creditsui.sources.served import planned, served
from creditsui.sources.spec import Lines, Rows, Source, count, folder_name
from creditsui.sources.tables import columns, one_moment, table

_AGAIN = 60_000
"""Milliseconds that are read again: a row comes a little later than the time that is written in it."""
_LATE = 60_000
"""Milliseconds from an answer to the making of its id, from which on it is a copy's."""
_LOGINS = {"anthropic": "claude", "openai": "codex"}
"""Whose prices OpenCode takes for 0 with the login of a plan, and the plan."""
_BESIDE = ("google", "google-vertex")
"""Whose reasoning was never inside the output, not even before there was a total."""
_ID = re.compile(r"msg_([0-9a-f]{12})\w*", re.ASCII)


class Cache(Struct, gc=False):
    read: Number = None
    write: Number = None


class Tokens(Struct, gc=False):
    total: Number = None
    input: Number = None
    output: Number = None
    reasoning: Number = None
    cache: Cache | None = None


class Times(Struct, gc=False):
    created: Number = None


class Model(Struct, gc=False):
    id: str | None = None
    provider: str | None = field(name="providerID", default=None)


class Folders(Struct, gc=False):
    cwd: str | None = None


class Message(Struct, gc=False):
    id: str | None = None
    session: str | None = field(name="sessionID", default=None)
    time: Times | None = None
    tokens: Tokens | None = None
    cost: Number = None
    path: Folders | None = None
    model_id: str | None = field(name="modelID", default=None)
    provider: str | None = field(name="providerID", default=None)
    model: Model | None = None


_MESSAGE = Decoder(Message)


class Place(NamedTuple):
    """A session, as far as it is told."""

    made: int = 0
    project: str = ""


def rows(new: Rows) -> Sequence[Call]:
    with one_moment(new.connection):
        sessions = {
            row["id"]: Place(moment(row.get("time_created")) or 0, folder_name(str(row.get("directory") or "")))
            for name in ("session", "session_v2")
            for row in table(new.connection, name, ("id", "time_created", "directory"))
        }
        return [call for name in ("message", "session_message") for call in _told(new, name, sessions)]


def _told(new: Rows, name: str, sessions: Mapping[str, Place]) -> Sequence[Call]:
    """The answers in a table that were written since the last look."""
    there, newer = columns(new.connection, name), name == "session_message"
    if not {"id", "session_id", "data"} <= set(there):
        return []
    changed = "time_updated" if "time_updated" in there else "0"
    # Both generations may hold an answer, under different ids.
    twin = newer and {"session_id", "time_created"} <= set(columns(new.connection, "message"))
    again = "EXISTS(SELECT 1 FROM message AS b WHERE b.session_id = a.session_id AND b.time_created = a.time_created)"
    query = (
        f"SELECT id, session_id, CAST(data AS BLOB), {changed}, {again if twin else 0} FROM {name} AS a"  # noqa: S608
        f" WHERE {changed} >= ?" + (" AND type = 'assistant'" if newer else "")
    )
    latest = min(new.state.get(name, 0), new.now)
    calls: list[Call] = []
    for id, session, data, at, told in new.connection.execute(query, (latest - _AGAIN,)):
        latest = max(latest, moment(at) or 0)
        message = _message(data, new)
        if message is not None:
            place = sessions.get(session, Place())
            copy = bool(told) or (_made(message) or place.made) < place.made
            calls += _call(message, str(id), str(session), place.project, copy, not newer, new)
    new.state[name] = latest
    return calls


def document(new: Lines) -> Sequence[Call]:
    message = _message(new.data, new)
    if message is None:
        return []
    id, made = message.id or new.path.stem, _made(message) or 0
    told = _ID.fullmatch(id)
    # An id begins with the milliseconds of its making, of which the highest bits are lost.
    late = ((int(told[1], 16) >> 12) - made) % 2**36 if told else 0
    session, project = message.session or new.path.parent.name, folder_name((message.path and message.path.cwd) or "")
    return _call(message, id, session, project, _LATE < late < 2**35, True, new)


def _message(data: Any, new: Rows | Lines) -> Message | None:
    """None for what tells no tokens."""
    if not isinstance(data, bytes) or b'"tokens"' not in data:
        return None
    try:
        message = _MESSAGE.decode(data)
    except UNREADABLE:
        new.skipped += 1
        return None
    return message if message.tokens is not None else None


def _made(message: Message) -> int | None:
    return moment(message.time.created) if message.time is not None else None


def _call(
    message: Message, id: str, session: str, project: str, copy: bool, first: bool, new: Rows | Lines
) -> Sequence[Call]:
    """`first`: of the first generation, whose output included its reasoning until a total was told beside it."""
    assert message.tokens is not None
    at, tokens, cache, model = _made(message), message.tokens, message.tokens.cache or Cache(), message.model or Model()
    read, written, thought = count(tokens.input), count(tokens.output), count(tokens.reasoning)
    cached, kept, total, low = count(cache.read), count(cache.write), count(tokens.total), False
    name, maker = message.model_id or model.id or "", message.provider or model.provider or ""
    could = first and maker not in _BESIDE and thought <= written
    inside = total < read + written + thought + cached + kept if total else could
    if thought and not inside:
        written += thought
    if not (read or written or cached or kept):
        if not total:
            return []
        read, low = total, True  # most of a call is what it reads
    if at is None:
        new.skipped += 1
        return []
    login = _LOGINS.get(maker, "") if message.cost == 0 and message.cost is not False else ""
    provider = login or served(maker)
    call = Call(
        key=key_of("opencode", at, name, maker),
        at=at,
        model=name,
        input=read,
        output=written,
        cache_read=cached,
        cache_write=kept,
        reasoning=min(thought, written),
        provider=provider,
        project=folder_name(message.path.cwd) if message.path and message.path.cwd else project,
        session=session,
        low=low,
        side=copy,
        group=key_of(id),
        billing="subscription" if login or planned(maker) else "",
        recorded=None if thought and inside else micro(message.cost),  # that cost counted reasoning twice
    )
    return [call]


SOURCE = Source(
    id="opencode",
    name="OpenCode",
    roots=(("OPENCODE_DATA_DIR", "~/.local/share/opencode"), ("XDG_DATA_HOME", "")),
    files=tuple(
        f"{folder}{name}"
        for folder in ("", "opencode/")
        for name in ("opencode.db", "opencode-*.db", "storage/message/*/*.json")
    ),
    rows=rows,
    document=document,
    note="What OpenCode asks for titles of sessions stands in no message.",
)
