"""Which of Hermes' built-in providers an account pays for, where Hermes finds its key, and where it sends it.

Read in `hermes_cli/auth.py` (`PROVIDER_REGISTRY`, `resolve_provider`) and `plugins/model-providers/` of hermes-agent
0.19.0; a test holds this table against the real package. Only what an API key opens is here: logins draw on plans.
Models are those that Hermes 0.19 offers or that were sold in November 2026; the newest that is listed counts, and none
that is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One built-in provider of Hermes, for the accounts of one of ours."""

    provider: str
    """Our id."""
    hermes: str
    env: tuple[str, ...]
    """Variables that may hold the key, in Hermes' order."""
    base_env: str
    """The variable that sends it elsewhere."""
    base: str
    """Where Hermes asks."""
    models: str = "/models"
    """Path of the list of models, below `base`."""
    auth: Literal["bearer", "x-api-key", "x-goog-api-key"] = "bearer"
    query: Mapping[str, str] = field(default_factory=lambda: _NONE)
    moved: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """Beginnings of keys that Hermes sends to another base."""
    logins: tuple[str, ...] = ()
    """Beginnings of tokens that draw on a plan, not on the credit."""
    flagship: tuple[str, ...] = ()
    fast: tuple[str, ...] = ()


_KIMI_CODE = {"sk-kimi-": "https://api.kimi.com/coding"}
_KIMI_ENV = ("KIMI_API_KEY", "KIMI_CODING_API_KEY")
_KIMI = ("kimi-k3.1-pro", "kimi-k3", "kimi-k2.7-code", "kimi-k2.6")
_KIMI_FAST = ("kimi-k3.1-pro-highspeed", "kimi-k2.7-code-highspeed", "kimi-k2.6", "kimi-k2.5")
_MINIMAX = ("MiniMax-M3.1", "MiniMax-M3", "MiniMax-M2.7")
_MINIMAX_FAST = ("MiniMax-M3.1-Flash", "MiniMax-M2.7-highspeed", "MiniMax-M2.7", "MiniMax-M2.5")

TARGETS = (
    Target(
        provider="openrouter",
        hermes="openrouter",
        env=("OPENROUTER_API_KEY",),
        base_env="OPENROUTER_BASE_URL",
        base="https://openrouter.ai/api/v1",
        flagship=("anthropic/claude-opus-5.5", "anthropic/claude-opus-5", "anthropic/claude-opus-4.8"),
        fast=("anthropic/claude-haiku-5.5", "anthropic/claude-haiku-4.5", "deepseek/deepseek-v4-flash"),
    ),
    Target(
        provider="deepseek",
        hermes="deepseek",
        env=("DEEPSEEK_API_KEY",),
        base_env="DEEPSEEK_BASE_URL",
        base="https://api.deepseek.com/v1",
        flagship=("deepseek-v4-pro", "deepseek-reasoner"),
        fast=("deepseek-v4-flash", "deepseek-chat"),
    ),
    Target(
        provider="anthropic",
        hermes="anthropic",
        env=("ANTHROPIC_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_API_KEY"),
        base_env="ANTHROPIC_BASE_URL",
        base="https://api.anthropic.com",
        models="/v1/models",
        auth="x-api-key",
        query=MappingProxyType({"limit": "1000"}),
        logins=("sk-ant-oat", "sk-ant-ort", "eyJ"),
        flagship=("claude-opus-5-5", "claude-opus-5", "claude-opus-4-8", "claude-opus-4-7", "claude-opus-4-6"),
        fast=("claude-haiku-5-5", "claude-haiku-4-5", "claude-haiku-4-5-20251001"),
    ),
    Target(
        provider="openai",
        hermes="openai-api",
        env=("OPENAI_API_KEY",),
        base_env="OPENAI_BASE_URL",
        base="https://api.openai.com/v1",
        flagship=("gpt-6.1-sol", "gpt-6-sol", "gpt-5.6-sol", "gpt-5.5", "gpt-5.4"),
        fast=("gpt-6-luna", "gpt-5.6-luna", "gpt-5.4-mini", "gpt-5-mini"),
    ),
    Target(
        provider="google",
        hermes="gemini",
        env=("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        base_env="GEMINI_BASE_URL",
        base="https://generativelanguage.googleapis.com/v1beta",
        auth="x-goog-api-key",
        query=MappingProxyType({"pageSize": "1000"}),
        flagship=("gemini-3.1-pro-preview", "gemini-3-pro-preview"),
        fast=("gemini-3.8-flash", "gemini-3.7-flash", "gemini-3.6-flash", "gemini-3.5-flash", "gemini-3-flash-preview"),
    ),
    Target(
        provider="xai",
        hermes="xai",
        env=("XAI_API_KEY",),
        base_env="XAI_BASE_URL",
        base="https://api.x.ai/v1",
        flagship=("grok-4.7", "grok-4.6", "grok-4.5", "grok-4.3"),
        fast=("grok-build-0.1", "grok-4.3", "grok-4-1-fast-non-reasoning"),
    ),
    Target(
        provider="moonshot",
        hermes="kimi-coding",
        env=_KIMI_ENV,
        base_env="KIMI_BASE_URL",
        base="https://api.moonshot.ai/v1",
        moved=MappingProxyType(_KIMI_CODE),
        flagship=_KIMI,
        fast=_KIMI_FAST,
    ),
    Target(
        provider="moonshot",
        hermes="kimi-coding-cn",
        env=("KIMI_CN_API_KEY",),
        base_env="",
        base="https://api.moonshot.cn/v1",
        flagship=_KIMI,
        fast=_KIMI_FAST,
    ),
    Target(
        provider="kimi-code",
        hermes="kimi-coding",
        env=_KIMI_ENV,
        base_env="KIMI_BASE_URL",
        base="https://api.kimi.com/coding",
        models="/v1/models",
        flagship=("kimi-for-coding", *_KIMI),
        fast=("kimi-for-coding-highspeed", "kimi-for-coding"),
    ),
    Target(
        provider="zai",
        hermes="zai",
        env=("GLM_API_KEY", "ZAI_API_KEY", "Z_AI_API_KEY"),
        base_env="GLM_BASE_URL",
        base="https://api.z.ai/api/paas/v4",
        flagship=("glm-5.3", "glm-5.2", "glm-5.1", "glm-5"),
        fast=("glm-5.3-flash", "glm-5-turbo", "glm-4.7", "glm-4.5-flash"),
    ),
    Target(
        provider="minimax",
        hermes="minimax",
        env=("MINIMAX_API_KEY",),
        base_env="MINIMAX_BASE_URL",
        base="https://api.minimax.io/anthropic",
        models="/v1/models",
        auth="x-api-key",
        flagship=_MINIMAX,
        fast=_MINIMAX_FAST,
    ),
    Target(
        provider="minimax",
        hermes="minimax-cn",
        env=("MINIMAX_CN_API_KEY",),
        base_env="MINIMAX_CN_BASE_URL",
        base="https://api.minimaxi.com/anthropic",
        models="/v1/models",
        auth="x-api-key",
        flagship=_MINIMAX,
        fast=_MINIMAX_FAST,
    ),
    Target(
        provider="novita",
        hermes="novita",
        env=("NOVITA_API_KEY",),
        base_env="NOVITA_BASE_URL",
        base="https://api.novita.ai/openai/v1",
        flagship=("moonshotai/kimi-k3.1-pro", "moonshotai/kimi-k3", "zai-org/glm-5.3", "deepseek/deepseek-v4-pro"),
        fast=("deepseek/deepseek-v4.1-flash", "deepseek/deepseek-v4-flash-0731", "zai-org/glm-5.3-flash"),
    ),
    Target(
        provider="deepinfra",
        hermes="deepinfra",
        env=("DEEPINFRA_API_KEY",),
        base_env="DEEPINFRA_BASE_URL",
        base="https://api.deepinfra.com/v1/openai",
        flagship=("moonshotai/Kimi-K3", "zai-org/GLM-5.2", "deepseek-ai/DeepSeek-V4-Pro"),
        fast=("deepseek-ai/DeepSeek-V4-Flash",),
    ),
    Target(
        provider="fireworks",
        hermes="fireworks",
        env=("FIREWORKS_API_KEY",),
        base_env="",
        base="https://api.fireworks.ai/inference/v1",
        flagship=("accounts/fireworks/models/kimi-k3", "accounts/fireworks/models/glm-5p2"),
        fast=("accounts/fireworks/models/deepseek-v4p1-flash", "accounts/fireworks/models/deepseek-v4-flash"),
    ),
    Target(
        provider="kilo",
        hermes="kilocode",
        env=("KILOCODE_API_KEY",),
        base_env="KILOCODE_BASE_URL",
        base="https://api.kilo.ai/api/gateway",
        flagship=("anthropic/claude-opus-5.5", "anthropic/claude-opus-5", "anthropic/claude-opus-4.8"),
        fast=("anthropic/claude-haiku-5.5", "anthropic/claude-haiku-4.5"),
    ),
)
"""Where one of ours has several, the account's address decides."""

LOGINS = {
    "anthropic": "claude",
    "copilot-acp": "copilot",
    "google-gemini-cli": "gemini-cli",
    "minimax-oauth": "minimax",
    "openai-codex": "codex",
    "xai-oauth": "xai",
}
"""Of what a login opens: our provider of the same plan, where it has another name."""

_ALIASES = {
    "claude": "anthropic",
    "claude-code": "anthropic",
    "claude-oauth": "anthropic",
    "google": "gemini",
    "google-gemini": "gemini",
    "google-ai-studio": "gemini",
    "grok": "xai",
    "x-ai": "xai",
    "x.ai": "xai",
    "glm": "zai",
    "z-ai": "zai",
    "z.ai": "zai",
    "zhipu": "zai",
    "kimi": "kimi-coding",
    "kimi-for-coding": "kimi-coding",
    "moonshot": "kimi-coding",
    "kimi-cn": "kimi-coding-cn",
    "moonshot-cn": "kimi-coding-cn",
    "minimax-china": "minimax-cn",
    "minimax_cn": "minimax-cn",
    "deepseek-chat": "deepseek",
    "deep-infra": "deepinfra",
    "deepinfra-ai": "deepinfra",
    "novita-ai": "novita",
    "novitaai": "novita",
    "fireworks-ai": "fireworks",
    "fw": "fireworks",
    "kilo": "kilocode",
    "kilo-code": "kilocode",
    "kilo-gateway": "kilocode",
}


def canonical(provider: str) -> str:
    """Hermes' own id for what people write; what is not known stays."""
    plain = provider.strip().lower()
    return _ALIASES.get(plain, plain)


def of(provider: str) -> tuple[Target, ...]:
    """The targets of one of our providers; empty: Hermes has none built in."""
    return tuple(target for target in TARGETS if target.provider == provider)
