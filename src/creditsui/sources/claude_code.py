"""Claude Code: one line for each block of an answer, each with the answer's id and what it has used so far.

Resumed and forked sessions copy lines into new files; side branches repeat answers under new ids of requests.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from msgspec import Struct, field
from msgspec.json import Decoder

from creditsui.domain.digest import digest
from creditsui.sources.claude_login import on_plan
from creditsui.sources.instant import instant
from creditsui.sources.lines import UNREADABLE, micro
from creditsui.sources.spec import Call, Lines, Source, count, folder_name, key_of

_MARKER = b'"input_tokens"'
_FIRST_RIGHT = (2, 1, 97)
"""Older versions logged what was known when an answer began."""
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})", re.ASCII)
_CLOUDS = {"msg_bdrk_": "bedrock", "msg_vrtx_": "vertex"}
"""By how the id of an answer begins."""

_GROUPS = 0x7FFFFE
"""As many as the ledger tells apart."""
_SERVICES = ("batch", "priority")
"""With prices of their own."""
_Number = int | float | str | None


class _Written(Struct, gc=False):
    """What was written to the cache: it replaces the sum, which is all that older logs have."""

    ephemeral_5m_input_tokens: _Number = 0
    ephemeral_1h_input_tokens: _Number = 0


class _Usage(Struct, gc=False):
    """Of an answer, or of one of the steps in its `iterations`: those of an adviser are not in the answer's."""

    input_tokens: _Number = 0
    output_tokens: _Number = 0
    cache_read_input_tokens: _Number = 0
    cache_creation_input_tokens: _Number = 0
    cache_creation: _Written | None = None
    speed: str | None = None
    service_tier: str | None = None
    type: str | None = None
    model: str | None = None
    iterations: "list[_Usage] | None" = None


class _Message(Struct, gc=False):
    id: str | None = None
    model: str | None = None
    usage: _Usage | None = None


class _Line(Struct, gc=False, rename="camel"):
    type: str = ""
    timestamp: datetime | None = None
    session_id: str | None = None
    version: str | None = None
    request_id: str | None = None
    is_sidechain: bool | None = None
    cwd: str | None = None
    cost: _Number = field(default=None, name="costUSD")
    message: _Message | None = None


_decode = Decoder(_Line).decode


_Tokens = tuple[int, int, int, int, int]
"""Input, output, cache reads, cache writes, and how many of those for an hour."""


def lines(new: Lines) -> Sequence[Call]:
    data, calls = new.data, list[Call]()
    # Half of the lines repeat an answer block by block: of each the first instant and the most tokens are kept, and
    # only what is left in the end becomes a call.
    answers: dict[tuple[str, str | None, bool | None], tuple[int, int, _Tokens, _Line]] = {}
    view, find, rfind, at = memoryview(data), data.find, data.rfind, 0
    while (found := find(_MARKER, at)) >= 0:
        start = rfind(b"\n", at, found) + 1 or at
        end = find(b"\n", found)
        at = end + 1 if end >= 0 else len(data)
        try:
            line = _decode(view[start:at])
            message = line.message
            if line.type != "assistant" or message is None or message.usage is None:
                continue
            usage, when = message.usage, instant(line.timestamp)
            tokens = _tokens(usage)
            whole = tokens[0] + tokens[1] + tokens[2] + tokens[3]
            if not whole or not message.id or usage.iterations is not None:
                calls += _calls(line, when, tokens)
                continue
            name = message.id, line.request_id, line.is_sidechain
            old = answers.get(name)
            if old is None:
                answers[name] = when, whole, tokens, line
                continue
            new.repeated += 1
            if whole > old[1]:
                answers[name] = min(when, old[0]), whole, tokens, line
            elif when < old[0]:
                answers[name] = when, *old[1:]
        except (*UNREADABLE, ValueError, OverflowError):
            new.skipped += 1
    for when, _, tokens, line in answers.values():
        try:
            calls += _calls(line, when, tokens)
        except ValueError:
            new.skipped += 1
    return calls


def _calls(line: _Line, at: int, tokens: _Tokens) -> list[Call]:
    """The call, and those of its advisers."""
    message = line.message or _Message()
    usage, model, id, request = message.usage or _Usage(), message.model or "", message.id, line.request_id
    input, output, read, written, hour = tokens
    cost = None if line.cost is None else micro(line.cost)
    if model == "<synthetic>" or not (input or output or read or written or cost):
        return []  # the tool's own words
    session = line.session_id or ""
    key = _key(id) if id else key_of("claude", session, at, model, input, output, read, written)
    group = crc32(request.encode()) % _GROUPS + 1 if request else 0
    cloud = "" if request or not id else _CLOUDS.get(id[:9], "")
    side, low, billing = line.is_sidechain is True, _low(line.version or ""), "metered" if cloud else ""
    call = Call(key, at, model, input, output, read, written, hour, 0, cloud, _project(line.cwd or ""), session,
                _tier(usage), low, side, group, billing, cost)  # fmt: skip
    return [call] if usage.iterations is None else [call, *_advice(call, usage.iterations)]


def _advice(call: Call, steps: Sequence[_Usage]) -> Iterator[Call]:
    for place, step in enumerate(steps):
        input, output, read, written, hour = _tokens(step)
        if step.type == "advisor_message" and (input or output or read or written):
            yield call._replace(
                key=key_of(call.key, "adviser", place),
                model=step.model or "",
                input=input,
                output=output,
                cache_read=read,
                cache_write=written,
                cache_write_1h=hour,
                tier=_tier(step),
                recorded=None,
            )


def _tokens(usage: _Usage) -> _Tokens:
    split = usage.cache_creation
    input: Any = usage.input_tokens
    output: Any = usage.output_tokens
    read: Any = usage.cache_read_input_tokens
    short: Any = usage.cache_creation_input_tokens if split is None else split.ephemeral_5m_input_tokens
    hour: Any = 0 if split is None else split.ephemeral_1h_input_tokens
    try:
        usual = (input | output | read | short | hour) >> 26 == 0  # whole numbers, none negative, none huge
    except TypeError:
        usual = False
    if not usual:
        input, output, read, short, hour = map(count, (input, output, read, short, hour))
    return input, output, read, short + hour, hour


def _key(id: str) -> int:
    """`key_of("claude", id)`, of which a log is full, in half the time."""
    return digest(b"claude\0" + id.encode())


def _tier(usage: _Usage) -> str:
    """A speed that we do not know is told as it is, so that it is not priced as the usual one."""
    if usage.speed is not None and usage.speed != "standard":
        return usage.speed
    return usage.service_tier if usage.service_tier in _SERVICES else ""


_project = lru_cache(1024)(folder_name)


@lru_cache(256)
def _low(version: str) -> bool:
    found = _VERSION.match(version)
    return found is not None and tuple(map(int, found.groups())) < _FIRST_RIGHT


SOURCE = Source(
    id="claude-code",
    name="Claude Code",
    roots=(
        ("CLAUDE_CONFIG_DIR", "~/.claude"),
        ("CLAUDE_CONFIG_DIR", "~/.config/claude"),
        ("XDG_CONFIG_HOME", ""),
        ("", "~/Library/Application Support/Claude"),
    ),
    files=(
        "projects/**/*.jsonl",
        "-*/**/*.jsonl",  # a root that is the folder of projects itself: their names are paths with "-" for "/"
        "[A-Za-z]--*/**/*.jsonl",
        "claude/projects/**/*.jsonl",
        "local-agent-mode-sessions/*/*/local_*/.claude/projects/**/*.jsonl",
        "local-agent-mode-sessions/*/*/agent/local_*/.claude/projects/**/*.jsonl",
        "claude-code-sessions/**/*.jsonl",
    ),
    lines=lines,
    markers=(_MARKER,),
    account="anthropic",
    plan="claude",
    on_plan=on_plan,
    note="Claude Code before 2.1.97 logged too little output; it deletes logs after 30 days unless told otherwise.",
)
