"""OpenClaw: sessions in pi's format, as files of lines and since mid 2026 as rows of one database for each agent.

The cost in its sessions is the list price, whoever paid. Deleted and reset sessions are renamed copies of the same
calls. Calls through Claude Code or Codex stand in those programs' own logs, and are counted there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.json import Decoder

from creditsui.domain.call import Call
from creditsui.sources import pi_entries
from creditsui.sources.lines import UNREADABLE, login
from creditsui.sources.spec import Lines, Rows, Source

if TYPE_CHECKING:
    from sqlite3 import Connection

_ELSEWHERE = frozenset(("claude-cli", "codex-cli"))
_AGAIN = 1_000
"""Rows before the last one seen that are read once more: those of a session that was rewritten get used numbers."""
_NEW = """
    SELECT rowid, session_id, seq, CAST(event_json AS BLOB) FROM transcript_events
    WHERE rowid > ? AND instr(event_json, '"usage"') ORDER BY rowid
"""
_BEFORE = """
    SELECT CAST(event_json AS BLOB) FROM transcript_events WHERE session_id = ? AND seq >= ? AND seq < ?
    AND (instr(event_json, '"model_change"') OR instr(event_json, '"model-snapshot"')) ORDER BY seq DESC LIMIT 1
"""
_HEADER = "SELECT CAST(event_json AS BLOB) FROM transcript_events WHERE session_id = ? ORDER BY seq LIMIT 1"
_FIRST = -(2**63)
_ENTRY = Decoder(pi_entries.Entry)


def lines(new: Lines) -> Sequence[Call]:
    new.state.setdefault("session", new.path.name.partition(".jsonl")[0])
    return _own(pi_entries.read(new, "openclaw"))


def rows(new: Rows) -> Sequence[Call]:
    connection, calls = new.connection, []
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'transcript_events'").fetchone():
        return []
    last = connection.execute("SELECT max(rowid) FROM transcript_events").fetchone()[0] or 0
    sessions: dict[str, dict[str, Any]] = {}
    models: dict[str, tuple[int, dict[str, Any]]] = {}
    for _, session, seq, event in connection.execute(_NEW, (min(new.state.get("row", 0), last) - _AGAIN,)):
        entry = _decoded(event)
        if entry is None:
            new.skipped += 1
            continue
        if session not in sessions:
            sessions[session] = _learnt(connection.execute(_HEADER, (session,)).fetchone()) | {"session": str(session)}
        message = entry.message
        known = isinstance(message, pi_entries.Message) and message.model
        state = sessions[session] | ({} if known else _model(connection, session, seq, models))
        call = pi_entries.told(entry, state, "openclaw")
        if call is not None:
            calls.append(call)
    new.state["row"] = last
    return _own(calls)


def _model(
    connection: "Connection", session: str, seq: int, told: dict[str, tuple[int, dict[str, Any]]]
) -> dict[str, Any]:
    """The model that was told last before an entry. `told` keeps it with the entry: the next one looks no further
    back, where a session that never tells it would be searched whole for each."""
    first, state = told.get(session, (_FIRST, {}))
    placed = isinstance(seq, int)  # nobody but OpenClaw promises it
    if not placed or first > seq:  # of a session that was rewritten
        first, state = _FIRST, {}
    found = connection.execute(_BEFORE, (session, first, seq)).fetchone()
    model = _learnt(found) if found else state
    if placed:
        told[session] = seq, model
    return model


def _learnt(found: Any) -> dict[str, Any]:
    """What one entry tells about those after it."""
    state: dict[str, Any] = {}
    entry = _decoded(found[0]) if found else None
    if entry is not None:
        pi_entries.learn(entry, state)
    return state


def _decoded(event: Any) -> pi_entries.Entry | None:
    try:
        return _ENTRY.decode(event)
    except (TypeError, *UNREADABLE):
        return None


def _own(calls: Sequence[Call]) -> Sequence[Call]:
    return [call for call in calls if call.provider not in _ELSEWHERE]


def on_plan(environment: Mapping[str, str], home: Path) -> bool:
    """Whether every agent that asks Anthropic does so by a login or a plan's token."""
    named = environment.get("OPENCLAW_STATE_DIR", "") or "~/.openclaw"
    folder = home / (named[2:] if named.startswith("~/") else named)
    kinds = set()
    for kept in sorted(folder.glob("agents/*/agent/auth-profiles.json"))[:100]:
        profiles = login(kept).get("profiles")
        for profile in profiles.values() if isinstance(profiles, dict) else ():
            if isinstance(profile, dict) and profile.get("provider") == "anthropic":
                kinds.add(profile.get("type") in ("oauth", "token"))
    return kinds == {True}


SOURCE = Source(
    id="openclaw",
    name="OpenClaw",
    roots=(
        ("OPENCLAW_STATE_DIR", "~/.openclaw"),
        ("OPENCLAW_DIR", ""),
        ("CLAWDBOT_STATE_DIR", "~/.clawdbot"),
        ("", "~/.moltbot"),
        ("", "~/.moldbot"),
    ),
    files=(
        "agents/*/sessions/*.jsonl",
        "agents/*/sessions/*.jsonl.deleted.*",
        "agents/*/sessions/*.jsonl.reset.*",
        "agents/*/agent/openclaw-agent.sqlite",
    ),
    lines=lines,
    rows=rows,
    markers=pi_entries.MARKERS,
    account="anthropic",
    plan="claude",
    on_plan=on_plan,
    note="Early versions logged no tokens for Gemini. What is asked through Claude Code or Codex is counted there.",
)
