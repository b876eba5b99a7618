"""Codex: a counter of the session's tokens after each request, with what the last one used beside it.

Cached and written tokens are part of the input, reasoning is part of the output. The files of forks and subagents may
begin with their parent's counts: those are no calls of theirs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder

from creditsui.domain.call import Call
from creditsui.domain.digest import digest
from creditsui.sources.codex_counter import Counts, used
from creditsui.sources.instant import instant
from creditsui.sources.lines import UNREADABLE, Number, login, moment
from creditsui.sources.spec import Lines, Source, folder_name

_KINDS = ("token_count", "turn_context", "session_meta", "task_started", "turn_started", "thread_settings_applied")
_MARKERS = tuple(f'"{kind}"'.encode() for kind in _KINDS)
_INTERESTING = {kind.encode() for kind in _KINDS}
_HEAD = re.compile(
    rb'\{"timestamp": ?"[^"\\]{0,40}", ?(?:"ordinal": ?\d+, ?)?"type": ?"(\w+)"(?:, ?"payload": ?\{"type": ?"(\w+)")?'
)
"""How lines begin, so that a long one is known by its first bytes."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_TIMED = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-")
_TIERS = {"fast", "priority", "flex", "batch"}
_SERVED = {"openai": "", "amazon-bedrock": "bedrock", "gemini": "google"}
"""By Codex' own names, where they are not ours. OpenAI serves keys and plans: the login tells which."""


class _Info(Struct, gc=False):
    total_token_usage: Counts | None = None
    last_token_usage: Counts | None = None
    model: str | None = None


class _Limits(Struct, gc=False):
    plan_type: Any = None
    primary: Any = None
    secondary: Any = None


class _Settings(Struct, gc=False):
    model: str | None = None
    model_provider_id: str | None = None
    service_tier: str | None = None


class _Payload(Struct, gc=False):
    """Of any of the kinds."""

    type: str | None = None
    id: str | None = None
    timestamp: Number = None
    cwd: str | None = None
    model_provider: str | None = None
    forked_from_id: Any = None
    parent_thread_id: Any = None
    thread_source: Any = None
    source: Any = None
    turn_id: str | None = None
    started_at: Number = None
    model: str | None = None
    service_tier: str | None = None
    thread_settings: _Settings | None = None
    info: _Info | None = None
    rate_limits: _Limits | None = None


class _Line(Struct, gc=False):
    type: str = ""
    timestamp: datetime | None = None
    payload: _Payload | None = None


_decode = Decoder(_Line).decode


def lines(new: Lines) -> Sequence[Call]:
    calls = []
    for text in _telling(new.data):
        try:
            line = _decode(text)
            call = _next(new.state, line, line.payload, new.path) if line.payload is not None else None
        except (*UNREADABLE, ValueError, OverflowError):
            new.skipped += 1
            continue
        if call is not None:
            calls.append(call)
    return calls


def _telling(data: bytes) -> Iterator[memoryview]:
    view, find, head, start = memoryview(data), data.find, _HEAD.match, 0
    while start < len(data):
        end = find(b"\n", start)
        end = len(data) if end < 0 else end
        known = head(data, start, end)
        if known is None:
            if any(find(marker, start, end) >= 0 for marker in _MARKERS):
                yield view[start:end]
        else:
            outer, inner = known.groups()
            kind = outer if outer != b"event_msg" else inner
            if kind is None or kind in _INTERESTING:
                yield view[start:end]
        start = end + 1


def _next(state: dict[str, Any], line: _Line, payload: _Payload, path: Path) -> Call | None:
    """What a line changes about its session, and the call that it tells."""
    kind = payload.type if line.type == "event_msg" else line.type
    if kind == "token_count":
        return _call(state, line, payload, path)
    if kind == "session_meta":
        if "session" not in state:  # later ones are ancestors'
            _begin(state, line, payload, path)
    elif kind in {"turn_context", "task_started", "turn_started"}:
        _turn(state, line, payload)
    elif kind == "thread_settings_applied":
        settings = payload.thread_settings or _Settings()
        tier = settings.service_tier or payload.service_tier
        if tier:
            state["tier"] = tier if tier in _TIERS else ""
        if settings.model:
            state.setdefault("model", settings.model)
        if settings.model_provider_id:
            state["provider"] = _provider(settings.model_provider_id)
    return None


def _begin(state: dict[str, Any], line: _Line, payload: _Payload, path: Path) -> None:
    state["session"] = payload.id or _session(path)
    state["project"] = folder_name(payload.cwd or "")
    state["provider"] = _provider(payload.model_provider or "")
    agent = payload.source.get("subagent") if isinstance(payload.source, dict) else None
    parents = (payload.forked_from_id, payload.parent_thread_id, agent)
    if payload.thread_source == "subagent" or any(one.strip() if isinstance(one, str) else one for one in parents):
        times = (_written(line), moment(payload.timestamp))
        state["since"] = min(filter(None, times), default=0)


def _turn(state: dict[str, Any], line: _Line, payload: _Payload) -> None:
    """A turn, which says what model and folder it has. A child's own first one ends what it repeats of its parent:
    whatever else is copied, the time when a turn began is not rewritten."""
    if payload.model:
        state["model"] = payload.model
    if payload.cwd:
        state["project"] = folder_name(payload.cwd)
    since, begun = state.get("since"), moment(payload.started_at) or _made(payload.turn_id or "")
    if since == 0:  # nobody knows when the child was made, but when this was written
        since = _written(line)
    if since is not None and begun is not None and begun >= since // 1000 * 1000:
        state.pop("since", None)


def _call(state: dict[str, Any], line: _Line, payload: _Payload, path: Path) -> Call | None:
    info = payload.info
    if info is None:
        return None  # only limits
    at = instant(line.timestamp)
    model = payload.model or info.model
    if model:
        state["model"] = model
    told = used(state.setdefault("counters", []), info.total_token_usage, info.last_token_usage)
    if told is None or "since" in state:
        return None
    state["calls"] = state.get("calls", 0) + 1
    session, provider = state.get("session") or _session(path), state.get("provider", "")
    billing = "metered" if provider else "subscription" if _limited(payload.rate_limits) else ""
    fresh, cached, written, output, reasoning = told
    return Call(_key(session, state["calls"], fresh, cached, output), at, state.get("model", ""),
                fresh, output, cached, written, 0, reasoning, provider, state.get("project", ""), session,
                state.get("tier", ""), billing=billing)  # fmt: skip


def _key(session: str, number: int, fresh: int, cached: int, output: int) -> int:
    """`key_of("codex", …)`, in two thirds of the time."""
    return digest(f"codex\0{session}\0{number}\0{fresh}\0{cached}\0{output}".encode("utf-8", "surrogatepass"))


def _written(line: _Line) -> int | None:
    try:
        return instant(line.timestamp)
    except ValueError:
        return None


def _limited(limits: _Limits | None) -> bool:
    """Whether a plan served it: keys have no windows."""
    return limits is not None and (isinstance(limits.primary, dict) or isinstance(limits.secondary, dict))


def _provider(name: str) -> str:
    name = name.lower()
    return _SERVED.get(name, name)


def _session(path: Path) -> str:
    found = _UUID.search(path.stem)
    return found[0] if found else path.stem


def _made(id: str) -> int | None:
    """Milliseconds since 1970, of an id that begins with when it was made."""
    found = _TIMED.match(id)
    return int(found[1] + found[2], 16) if found else None


def on_plan(environment: Mapping[str, str], home: Path) -> bool:
    """By the login that Codex keeps in a file; where it is in a keyring the logs tell it."""
    named = next((part.strip() for part in environment.get("CODEX_HOME", "").split(",") if part.strip()), "~/.codex")
    kept = login((home / named[2:] if named.startswith("~/") else Path(named)) / "auth.json")
    tokens, mode = kept.get("tokens"), kept.get("auth_mode")
    if environment.get("CODEX_API_KEY") or not (isinstance(tokens, dict) and tokens.get("access_token")):
        return False
    return str(mode).lower().startswith("chatgpt") if mode else not kept.get("OPENAI_API_KEY")


SOURCE = Source(
    id="codex",
    name="Codex",
    roots=(("CODEX_HOME", "~/.codex"),),
    files=("sessions/**/*.jsonl", "archived_sessions/**/*.jsonl"),
    lines=lines,
    markers=_MARKERS,
    account="openai",
    plan="codex",
    on_plan=on_plan,
    note="Codex logged no tokens before September 2025. A fork of a version that does not tell when its turns began "
    "counts as nothing.",
)
