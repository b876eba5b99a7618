"""Kimi CLI, and Kimi Code, which followed it: the wire of each session, with the tokens of every step.

The older wire names no model. A subagent's steps stand in its own wire and, within events, in its parent's; forks copy
the lines of their parent. Tokens outside of turns are calls too: summaries of what was said before.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.json import Decoder

from creditsui.domain.call import Call, key_of
from creditsui.sources.lines import UNREADABLE, Number, marked, moment
from creditsui.sources.spec import Lines, Source, count

_MARKERS = (b'"token_usage"', b'"usage.record"')
_MANAGED = "kimi-code/"
"""How the names of models begin that a login serves."""


class Step(Struct, gc=False):
    input_other: Number = None
    output: Number = None
    input_cache_read: Number = None
    input_cache_creation: Number = None


class Payload(Struct, gc=False):
    token_usage: Step | None = None
    message_id: str | None = None
    agent_id: str | None = None
    event: "Event | None" = None


class Event(Struct, gc=False):
    type: str | None = None
    payload: Payload | None = None


class Used(Struct, gc=False, rename="camel"):
    input_other: Number = None
    output: Number = None
    input_cache_read: Number = None
    input_cache_creation: Number = None


class Record(Struct, gc=False):
    type: str | None = None
    timestamp: Number = None
    time: Number = None
    message: Event | None = None
    model: str | None = None
    usage: Used | None = None


_RECORD = Decoder(Record)


def lines(new: Lines) -> Sequence[Call]:
    calls = []
    session, project = _place(new.path)
    for line in marked(new.data, _MARKERS):
        try:
            record = _RECORD.decode(line)
        except UNREADABLE:
            new.skipped += 1
            continue
        at = moment(record.time if record.type == "usage.record" else record.timestamp)
        told = _used(record) if record.type == "usage.record" else _step(record)
        if told is None:
            continue
        if at is None:
            new.skipped += 1
            continue
        itself, model, split = told
        if not any(split):
            continue
        managed = model.startswith(_MANAGED)
        calls.append(
            Call(
                key=key_of("kimi-cli", itself or at, model, *split),
                at=at,
                model=model.removeprefix(_MANAGED),
                input=split[0],
                output=split[1],
                cache_read=split[2],
                cache_write=split[3],
                provider="kimi-code" if managed else "",
                project=project,
                session=session,
                billing="subscription" if managed else "",
            )
        )
    return calls


_Told = tuple[str, str, tuple[int, int, int, int]]
"""What names the call, or ""; its model; its tokens."""


def _used(record: Record) -> _Told | None:
    return None if record.usage is None else ("", record.model or "", _split(record.usage))


def _step(record: Record) -> _Told | None:
    event, within = record.message, False
    while event is not None and event.type == "SubagentEvent" and event.payload is not None:
        within = within or bool(event.payload.agent_id)
        event = event.payload.event
    if event is None or event.type != "StatusUpdate" or event.payload is None or event.payload.token_usage is None:
        return None
    if within and not event.payload.message_id:
        return None  # its own wire tells it, at a time that is not quite the same
    return event.payload.message_id or "", "", _split(event.payload.token_usage)


def _split(told: Step | Used) -> tuple[int, int, int, int]:
    return count(told.input_other), count(told.output), count(told.input_cache_read), count(told.input_cache_creation)


def _place(path: Path) -> tuple[str, str]:
    """The session and the project that the folders name: `sessions/wd_NAME_HASH/SESSION/…`; older ones a hash only."""
    parts = path.parts
    if "sessions" not in parts:
        return path.parent.name, ""
    below = parts[len(parts) - parts[::-1].index("sessions") :]
    group, session = below[0] if below else "", below[1] if len(below) > 2 else path.parent.name
    return session, group[3:].rpartition("_")[0] if group.startswith("wd_") else ""


def on_plan(environment: Mapping[str, str], home: Path) -> bool:
    """Whether the older program, whose wire does not tell, is logged in with Kimi's plan."""
    named = environment.get("KIMI_SHARE_DIR", "") or "~/.kimi"
    folder = home / (named[2:] if named.startswith("~/") else named)
    return (folder / "credentials" / "kimi-code.json").is_file()


SOURCE = Source(
    id="kimi-cli",
    name="Kimi CLI",
    roots=(("KIMI_SHARE_DIR", "~/.kimi"), ("KIMI_DATA_DIR", ""), ("KIMI_CODE_HOME", "~/.kimi-code")),
    files=tuple(f"sessions/*/*/{below}wire.jsonl" for below in ("", "subagents/*/", "agents/*/")),
    lines=lines,
    markers=_MARKERS,
    account="moonshot",
    plan="kimi-code",
    on_plan=on_plan,
    note="Kimi CLI, unlike Kimi Code, does not log the model: its calls are counted in tokens, without a price.",
)
