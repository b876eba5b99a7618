"""What the id of a model means: who makes it, and which row of whose prices it stands for."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class Asked(NamedTuple):
    """A row of the price table, and the time (milliseconds since 1970; None: open) in which a model stood for it."""

    table: str
    """Whose prices, by the table's own id."""
    model: str
    tier: str
    since: int | None = None
    until: int | None = None


def instant(text: str) -> int:
    """Milliseconds since 1970 of an ISO instant; a day begins in UTC."""
    return round(datetime.fromisoformat(f"{text}T00:00:00Z" if len(text) == 10 else text).timestamp() * 1000)


TABLES: Mapping[str, str] = {
    "anthropic": "anthropic", "claude": "anthropic", "openai": "openai", "codex": "openai", "google": "google",
    "gemini-cli": "google", "vertex": "google", "bedrock": "aws", "azure": "azure", "xai": "x-ai", "mistral": "mistral",
    "deepseek": "deepseek", "moonshot": "moonshotai", "kimi-code": "moonshotai", "minimax": "minimax", "zai": "zai",
    "cursor": "cursor", "copilot": "github-copilot", "openrouter": "openrouter", "groq": "groq", "cohere": "cohere",
    "cerebras": "cerebras", "perplexity": "perplexity", "together": "together", "fireworks": "fireworks",
    "novita": "novita", "cloudflare": "cloudflare",
}  # fmt: skip
"""Our provider → the table's. Who is not here has prices of their own that the table lacks."""
PASSING_ON = {"vercel", "kilo"}
"""Gateways that charge what the maker's list says; for open models, of which many are makers, nobody can tell."""

_MAKERS: tuple[tuple[str, str], ...] = (
    ("anthropic", r"claude-.+"),
    ("openai", r"gpt-(?!oss).+|chatgpt-.+|codex-.+|o[134](-.+)?"),
    ("google", r"gemini-.+"),
    ("xai", r"grok-.+"),
    ("deepseek", r"deepseek-(chat|reasoner|flash|v4-(flash|pro|flash-vision-exp))"),
    ("kimi-code", r"kimi-for-coding(-highspeed)?"),
    ("moonshot", r"kimi-k\d.*|moonshot-v1-.+"),
    ("minimax", r"minimax-m\d.*"),
    ("mistral", r"(mistral|codestral|devstral|magistral|ministral|pixtral)-(.+-)?(latest|\d{4})"),
    ("cursor", r"composer-\d.*"),
)
"""Only names that nobody but the maker's own service uses: the same GLM, Qwen, Llama or gpt-oss is sold by many, at
other prices, under one name."""
_VENDORS: Mapping[str, str] = {
    "anthropic": "anthropic", "openai": "openai", "google": "google", "gemini": "google", "x-ai": "xai", "xai": "xai",
    "deepseek": "deepseek", "moonshotai": "moonshot", "moonshot": "moonshot", "minimax": "minimax",
    "mistralai": "mistral", "mistral": "mistral",
}  # fmt: skip
"""What stands before the slash when a model is named with its maker."""
_HOSTS: Mapping[str, str] = {
    "openrouter": "openrouter", "bedrock": "bedrock", "vertex_ai": "vertex", "vertex": "vertex", "azure": "azure",
    "groq": "groq", "zai": "zai", "github_copilot": "copilot", "github-copilot": "copilot", "cerebras": "cerebras",
    "together_ai": "together", "fireworks_ai": "fireworks", "novita": "novita", "kimi-code": "kimi-code",
}  # fmt: skip
"""What stands before the slash when a model is named with who serves it."""

_FAST = re.compile(r"((?:claude-opus|gpt)-\d.*)-fast")
_CLAUDE = re.compile(r"claude-(\d)[.-](\d)-(opus|sonnet|haiku|fable|mythos)(.*)")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_PATHS = re.compile(r"^(arn:.*|(projects/.*/)?publishers/[a-z-]+/models|models)/")

_APRIL_20 = instant("2026-04-20T15:28:10Z")
STOOD_FOR: Mapping[tuple[str, str], tuple[tuple[str, int | None, int | None], ...]] = {
    # Codex' reviewer: the model that its catalogue gives it, from each one's release on.
    ("openai", "codex-auto-review"): (
        ("gpt-5-codex", instant("2025-09-15"), instant("2025-11-13")),
        ("gpt-5.1-codex", instant("2025-11-13"), instant("2025-12-11")),
        ("gpt-5.2-codex", instant("2025-12-11"), instant("2026-02-05")),
        ("gpt-5.3-codex", instant("2026-02-05"), instant("2026-03-05")),
        ("gpt-5.4", instant("2026-03-05"), instant("2026-04-23")),
        ("gpt-5.5", instant("2026-04-23"), instant("2026-07-09")),
        ("gpt-5.6-luna", instant("2026-07-09"), None),
    ),
    # Kimi Code's one id for the newest model. K2.8 Preview, from September on, has no price per token.
    ("moonshotai", "kimi-for-coding"): (
        ("kimi-k2.5", instant("2026-01-28"), _APRIL_20),
        ("kimi-k2.6", _APRIL_20, instant("2026-06-12")),
        ("kimi-k2.7-code", instant("2026-06-13"), instant("2026-09-11")),
    ),
    ("moonshotai", "kimi-for-coding-highspeed"): (("kimi-k2.7-code-highspeed", instant("2026-06-13"), None),),
    ("moonshotai", "k3"): (("kimi-k3", None, None),),
    ("moonshotai", "k3-256k"): (("kimi-k3", None, None),),
    ("google", "gemini-3.1-pro-preview-customtools"): (("gemini-3.1-pro-preview", None, None),),
}
"""Ids that are names for other rows, with the days from which on and before which they were."""


def maker(model: str) -> str:
    """Our id of the provider who makes a model, and serves it where nobody else is told; "" if that cannot be said."""
    return next((id for id, pattern in _MAKERS if re.fullmatch(pattern, model.lower())), "")


def asked(provider: str, model: str, tier: str) -> tuple[Asked, ...]:
    """The rows that a model of a provider stands for, over time; none where nobody can say."""
    server, id = _server(provider, _PATHS.sub("", model.strip().lower()))
    table = TABLES.get(server)
    if table is None or not id:
        return ()
    if fast := _FAST.fullmatch(id) if table in ("anthropic", "openai") else None:
        id, tier = fast[1], tier or "fast"
    if table in ("anthropic", "google"):
        id = _claude(id)
    id = id.removesuffix("[1m]")
    return tuple(
        Asked(table, row, tier, since, until) for row, since, until in STOOD_FOR.get((table, id), ((id, None, None),))
    )


def _server(provider: str, model: str) -> tuple[str, str]:
    """Who serves it, and the id there."""
    before, slash, after = model.partition("/")
    if provider in PASSING_ON or (not provider and slash and before in _VENDORS):
        vendor = _VENDORS.get(before, "") if slash else ""
        return (vendor, after) if vendor and maker(after) == vendor else ("", "")
    if not provider and slash:
        return _HOSTS.get(before, ""), after
    if not provider:
        return maker(model), model
    own = TABLES.get(_HOSTS.get(before) or _VENDORS.get(before, ""))
    return provider, after if slash and own and own == TABLES.get(provider) else model


def _claude(id: str) -> str:
    """Anthropic writes `claude-opus-4-8`; others also `claude-4.8-opus` and `claude-opus-4.8`."""
    if not id.startswith("claude-"):
        return id
    turned = _CLAUDE.fullmatch(id)
    if turned and turned[1] >= "4":
        id = f"claude-{turned[3]}-{turned[1]}-{turned[2]}{turned[4]}"
    return _POINT.sub("-", id)
