"""The session format that pi made and OpenClaw took over: entries in lines, each answer with its tokens and list price.

Forks copy entries into new files, and subagents' transcripts repeat the messages of their sessions. A copied message
keeps its own time and tokens, while ids and the time of its line may be others: so that time, the model and the tokens
make the call itself.
"""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Raw, Struct, field
from msgspec.json import Decoder

from creditsui.domain.call import Call, key_of
from creditsui.sources.lines import UNREADABLE, Number, marked, micro, moment
from creditsui.sources.spec import Lines, count, folder_name

MARKERS = (b'"usage"', b'"model_change"', b'"model-snapshot"', b'"cwd"')
Billing = Literal["", "metered", "subscription"]

PROVIDERS = {
    "amazon-bedrock": "bedrock",
    "azure-openai-responses": "azure",
    "cloudflare-ai-gateway": "cloudflare",
    "github-copilot": "copilot",
    "google-gemini-cli": "gemini-cli",
    "google-vertex": "vertex",
    "kilocode": "kilo",
    "kimi-coding": "kimi-code",
    "minimax-cn": "minimax",
    "minimax-portal": "minimax",
    "moonshotai": "moonshot",
    "moonshotai-cn": "moonshot",
    "openai-codex": "codex",
    "vercel-ai-gateway": "vercel",
}
"""Our ids for theirs, where they differ."""
PLANS = frozenset(
    (
        "github-copilot",
        "google-antigravity",
        "google-gemini-cli",
        "kimi-coding",
        "minimax-portal",
        "openai-codex",
        "opencode-go",
        "qwen-portal",
    )
)
"""Their ids of logins, which no API key opens."""
EITHER = frozenset(("", "anthropic", "minimax", "minimax-cn", "zai"))
"""Served to keys and plans under one name."""


class Cost(Struct, gc=False):
    total: Number = None


class Tokens(Struct, gc=False, rename="camel"):
    input: Number = None
    output: Number = None
    cache_read: Number = None
    cache_write: Number = None
    cache_write_1h: Number = field(name="cacheWrite1h", default=None)
    reasoning: Number = None
    total_tokens: Number = None
    cost: Cost | Number = None


class Message(Struct, gc=False, rename="camel"):
    role: str | None = None
    provider: str | None = None
    model: str | None = None
    model_id: str | None = None
    timestamp: Number = None
    usage: Tokens | None = None


class Told(Struct, gc=False, rename="camel"):
    provider: str | None = None
    model: str | None = None
    model_id: str | None = None


class Entry(Struct, gc=False, rename="camel"):
    type: str | None = None
    record_type: str | None = None
    custom_type: str | None = None
    id: str | None = None
    timestamp: Number = None
    cwd: str | None = None
    parent_session: str | None = None
    provider: str | None = None
    model: str | None = None
    model_id: str | None = None
    data: Raw = Raw()
    message: Message | str | None = None
    usage: Tokens | None = None


_ENTRY, _TOLD = Decoder(Entry), Decoder(Told)


def read(lines: Lines, source: str, plans: frozenset[str] = PLANS) -> Sequence[Call]:
    state, calls = lines.state, []
    for line in marked(lines.data, MARKERS):
        try:
            entry = _ENTRY.decode(line)
        except UNREADABLE:
            lines.skipped += b'"usage"' in bytes(line)
            continue
        if not learn(entry, state):
            call = told(entry, state, source, plans)
            if call is not None:
                calls.append(call)
            elif _unplaced(entry):
                lines.skipped += 1
    return calls


def learn(entry: Entry, state: dict[str, Any]) -> bool:
    """Remember what an entry tells about those after it; False: it may be a call."""
    if entry.type == "session":
        state["session"] = entry.id or state.get("session", "")
        state["project"] = folder_name(entry.cwd or "")
        if entry.parent_session:
            state["forked"] = moment(entry.timestamp) or 0
        return True
    if entry.type == "model_change" or (entry.type == "custom" and entry.custom_type == "model-snapshot"):
        source = _beside(entry)
        state["model"] = source.model_id or source.model or state.get("model", "")
        state["provider"] = source.provider or state.get("provider", "")
        return True
    return False


def _beside(entry: Entry) -> Entry | Told:
    """Where a change of the model stands: in the entry itself, or in its data."""
    try:
        return _TOLD.decode(entry.data)
    except UNREADABLE:  # also where there is none
        return entry


def told(entry: Entry, state: dict[str, Any], source: str, plans: frozenset[str] = PLANS) -> Call | None:
    """The call that an answer, or a summary of old ones, tells."""
    message = entry.message if isinstance(entry.message, Message) else None
    usage, copy = None, entry.record_type == "message"
    if (entry.type == "message" or copy) and message is not None and message.role == "assistant":
        usage = message.usage
    elif entry.type in ("compaction", "branch_summary"):
        message, usage = None, entry.usage
    asked = moment(message.timestamp) if message else None
    at = asked or moment(entry.timestamp)  # a copy's line may be written much later
    if usage is None or at is None:
        return None
    split = (count(usage.input), count(usage.output), count(usage.cache_read), count(usage.cache_write))
    total, low = count(usage.total_tokens), False
    if not any(split):
        if not total:
            return None
        split, low = (total, 0, 0, 0), True  # most of a call is what it reads
    model, provider = state.get("model", ""), state.get("provider", "")
    if message is not None:
        model, provider = message.model or message.model_id or model, message.provider or provider
    return Call(
        key=key_of(source, asked or f"{entry.id} {at}", model, *split),
        at=at,
        model=model,
        input=split[0],
        output=split[1],
        cache_read=split[2],
        cache_write=split[3],
        cache_write_1h=min(count(usage.cache_write_1h), split[3]),
        reasoning=min(count(usage.reasoning), split[1]),
        provider=PROVIDERS.get(provider, provider),
        project=folder_name(entry.cwd) if copy and entry.cwd else state.get("project", ""),
        session=state.get("session", ""),
        low=low,
        side=copy or at < state.get("forked", 0),
        billing=billing(provider, plans),
        recorded=micro(usage.cost.total if isinstance(usage.cost, Cost) else usage.cost),
    )


def billing(provider: str, plans: frozenset[str] = PLANS) -> Billing:
    if provider in plans:
        return "subscription"
    return "" if provider in EITHER else "metered"


def _unplaced(entry: Entry) -> bool:
    """Whether it tells a call without any time."""
    message = entry.message
    if not isinstance(message, Message) or message.usage is None or message.role != "assistant":
        return False
    return moment(entry.timestamp) is None and moment(message.timestamp) is None
