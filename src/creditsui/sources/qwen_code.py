"""Qwen Code: a record for each answer, with Gemini's names for the tokens of whatever service was asked.

The prompt includes what came from the cache. Reasoning is part of the output, but beside it where the service was
Gemini: the total tells. Branched sessions copy the records of their parent; those of subagents name no model.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.json import Decoder

from creditsui.domain.call import Call, key_of
from creditsui.sources.lines import UNREADABLE, Number, marked, moment
from creditsui.sources.spec import Lines, Source, count, folder_name

_MARKERS = (b'"usageMetadata"', b'"session_model"')
_FREE = frozenset(("coder-model", "vision-model"))
"""What only Qwen's own login serves."""
_SERVED = {"gemini": "google", "vertex-ai": "vertex", "qwen-oauth": "", "openai": "", "anthropic": ""}
"""Providers by the kind of login, as far as it tells: `openai` is any service that speaks like it."""


class Usage(Struct, gc=False, rename="camel"):
    prompt_token_count: Number = None
    candidates_token_count: Number = None
    thoughts_token_count: Number = None
    cached_content_token_count: Number = None
    tool_use_prompt_token_count: Number = None
    total_token_count: Number = None


class Payload(Struct, gc=False, rename="camel"):
    auth_type: str | None = None
    base_url: str | None = None


class Forked(Struct, gc=False, rename="camel"):
    session_id: str | None = None


class Record(Struct, gc=False, rename="camel"):
    type: str | None = None
    subtype: str | None = None
    uuid: str | None = None
    session_id: str | None = None
    timestamp: Number = None
    cwd: str | None = None
    model: str | None = None
    forked_from: Forked | None = None
    usage_metadata: Usage | None = None
    system_payload: Payload | None = None


_RECORD = Decoder(Record)


def lines(new: Lines) -> Sequence[Call]:
    calls = []
    for line in marked(new.data, _MARKERS):
        try:
            record = _RECORD.decode(line)
        except UNREADABLE:
            new.skipped += b'"usageMetadata"' in bytes(line)
            continue
        if record.subtype == "session_model" and record.system_payload is not None:
            new.state["kind"] = record.system_payload.auth_type or ""
            new.state["plan"] = "//coding" in (record.system_payload.base_url or "")
        if record.type != "assistant" or record.usage_metadata is None:
            continue
        at = moment(record.timestamp)
        if at is None:
            new.skipped += 1
            continue
        call = _call(record, record.usage_metadata, at, new)
        if call is not None:
            calls.append(call)
    return calls


def _call(record: Record, usage: Usage, at: int, new: Lines) -> Call | None:
    prompt, written = count(usage.prompt_token_count), count(usage.candidates_token_count)
    thoughts, tool = count(usage.thoughts_token_count), count(usage.tool_use_prompt_token_count)
    total, model, kind = count(usage.total_token_count), record.model or "", new.state.get("kind", "")
    cached = count(usage.cached_content_token_count)
    if prompt and total >= prompt + tool + written + thoughts:
        written += thoughts
    read, low = (prompt - cached if cached <= prompt else prompt) + tool, False  # more than all of it is beside it
    if not (read or cached or written):
        read, low = total, True  # most of a call is what it reads
        if not total:
            return None
    session, free = record.session_id or new.path.stem, model in _FREE or kind == "qwen-oauth"
    return Call(
        key=key_of("qwen-code", record.uuid or f"{session} {at} {prompt} {written}"),
        at=at,
        model=model,
        input=read,
        output=written,
        cache_read=cached,
        reasoning=min(thoughts, written),
        provider=_SERVED.get(kind, ""),
        project=folder_name(record.cwd or ""),
        session=session,
        low=low,
        side=record.forked_from is not None,
        billing="subscription" if free or new.state.get("plan") else "",
    )


SOURCE = Source(
    id="qwen-code",
    name="Qwen Code",
    roots=(("QWEN_RUNTIME_DIR", "~/.qwen"), ("QWEN_HOME", "")),
    files=("projects/*/chats/*.jsonl", "projects/*/subagents/*/agent-*.jsonl"),
    lines=lines,
    markers=_MARKERS,
    note="Subagents' calls name no model: they are counted in tokens, without a price.",
)
