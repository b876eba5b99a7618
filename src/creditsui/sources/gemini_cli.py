"""Gemini CLI: a conversation as one document, and since 2026 as lines that tell the same message again as it grows.

`input` includes what came from the cache; thoughts and what tools put into the prompt stand beside. A session that
goes on is copied from its document into lines, with the same messages.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Raw, Struct
from msgspec.json import Decoder

from creditsui.domain.call import Call, key_of
from creditsui.sources.lines import UNREADABLE, Number, login, marked, moment
from creditsui.sources.spec import Lines, Source, count, folder_name

_MARKERS = (b'"tokens"', b'"sessionId"', b'"stats"')
_NAMES = {"session_id": "sessionId", "session": "session_id", "last_updated": "lastUpdated", "change": "$set"}
_HASHED = re.compile(r"[0-9a-f]{64}")


class Tokens(Struct, gc=False):
    input: Number = None
    prompt: Number = None
    output: Number = None
    candidates: Number = None
    cached: Number = None
    thoughts: Number = None
    tool: Number = None
    total: Number = None


class Message(Struct, gc=False):
    id: str | None = None
    type: str | None = None
    timestamp: Number = None
    model: str | None = None
    tokens: Tokens | None = None


class Model(Struct, gc=False):
    tokens: Tokens | None = None


class Stats(Struct, gc=False):
    models: dict[str, Model] | None = None


class Change(Struct, gc=False, rename="camel"):
    session_id: str | None = None
    messages: list[Raw] | None = None


class Record(Message, gc=False, rename=_NAMES):
    session_id: str | None = None
    session: str | None = None
    last_updated: Number = None
    messages: list[Raw] | None = None
    change: Change | None = None
    stats: Stats | None = None


_RECORD, _MESSAGE = Decoder(Record), Decoder(Message)


def lines(new: Lines) -> Sequence[Call]:
    found: dict[int, Call] = {}
    for line in marked(new.data, _MARKERS):
        try:
            record = _RECORD.decode(line)
        except UNREADABLE:
            new.skipped += b'"tokens"' in bytes(line)
            continue
        for call in _told(record, new):
            found[call.key] = call
    return list(found.values())


def document(new: Lines) -> Sequence[Call]:
    try:
        record = _RECORD.decode(new.data)
    except UNREADABLE:
        new.skipped += 1
        return []
    return list({call.key: call for call in _told(record, new)}.values())


def _told(record: Record, new: Lines) -> Iterator[Call]:
    change = record.change or Change()
    new.state["session"] = record.session_id or record.session or change.session_id or new.state.get("session", "")
    session, project = new.state["session"] or new.path.stem, _project(new.path)
    within = [*(record.messages or ()), *(change.messages or ())]
    for message in (record, *_messages(within, new)):
        if message.type != "gemini" or message.tokens is None:
            continue
        at = moment(message.timestamp)
        if at is None:
            new.skipped += 1
            continue
        itself = message.id or session
        call = _call(message.tokens, key_of("gemini-cli", itself, at), at, message.model or "", session, project)
        if call is not None:
            yield call
    if record.stats is not None and record.stats.models and not within:
        yield from _totals(record, record.stats.models, new, session, project)


def _messages(within: Iterable[Raw], new: Lines) -> Iterator[Message]:
    """One that cannot be read costs only itself."""
    for raw in within:
        try:
            yield _MESSAGE.decode(raw)
        except UNREADABLE:
            new.skipped += 1


def _totals(record: Record, models: Mapping[str, Model], new: Lines, session: str, project: str) -> Iterator[Call]:
    """Of a whole session, where nothing tells its calls."""
    at = moment(record.timestamp) or moment(record.last_updated)
    if at is None:
        new.skipped += 1
        return
    for name, model in models.items():
        if model.tokens is not None:
            call = _call(model.tokens, key_of("gemini-cli", session, name), at, name, session, project)
            if call is not None:
                yield call


def _call(tokens: Tokens, key: int, at: int, model: str, session: str, project: str) -> Call | None:
    whole = count(tokens.input if tokens.prompt is None else tokens.prompt)
    cached, tool, thoughts = min(count(tokens.cached), whole), count(tokens.tool), count(tokens.thoughts)
    read, written = whole - cached + tool, count(tokens.candidates if tokens.output is None else tokens.output)
    low = not (whole or tool or written or thoughts)
    if low:
        read = count(tokens.total)  # most of a call is what it reads
        if not read:
            return None
    return Call(
        key=key,
        at=at,
        model=model,
        input=read,
        output=written + thoughts,
        cache_read=cached,
        reasoning=thoughts,
        project=project,
        session=session,
        low=low,
    )


def _project(path: Path) -> str:
    """The folder of the project's files is called like the project, or in older versions by a hash."""
    parts = path.parts
    name = parts[parts.index("chats") - 1] if "chats" in parts[1:] else ""
    return "" if _HASHED.fullmatch(name) else folder_name(name)


def on_plan(environment: Mapping[str, str], home: Path) -> bool:
    """Whether it is logged in with Google, which costs nobody anything for a call."""
    named = environment.get("GEMINI_CLI_HOME", "")
    told = login((home / named if named else home) / ".gemini" / "settings.json")
    security = told.get("security")
    auth = security.get("auth") if isinstance(security, dict) else None
    kind = auth.get("selectedType") if isinstance(auth, dict) else told.get("selectedAuthType")
    return isinstance(kind, str) and kind.startswith(("oauth", "login"))


SOURCE = Source(
    id="gemini-cli",
    name="Gemini CLI",
    roots=(("GEMINI_DATA_DIR", "~/.gemini/tmp"), ("GEMINI_CLI_HOME", "")),
    files=tuple(
        f"{below}*/chats/{name}" for below in ("", ".gemini/tmp/") for name in ("*.json", "*.jsonl", "*/*.jsonl")
    ),
    lines=lines,
    document=document,
    markers=_MARKERS,
    account="google",
    plan="gemini-cli",
    on_plan=on_plan,
)
