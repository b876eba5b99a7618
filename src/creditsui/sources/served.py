"""Who served a call, by our ids, for agents that name providers in words of their own and by the address they asked."""

import re
from urllib.parse import urlsplit

_NAMES = {
    "alibaba-coding": "alibaba-coding-plan",
    "alibaba_coding": "alibaba-coding-plan",
    "alibaba_coding_plan": "alibaba-coding-plan",
    "amazon": "bedrock",
    "amazon-bedrock": "bedrock",
    "aws": "bedrock",
    "aws-bedrock": "bedrock",
    "azure-cognitive-services": "azure",
    "azure-foundry": "azure",
    "azure-openai": "azure",
    "claude": "anthropic",
    "claude-code": "anthropic",
    "cloudflare-ai-gateway": "cloudflare",
    "cloudflare-workers-ai": "cloudflare",
    "copilot-acp": "copilot",
    "deep-infra": "deepinfra",
    "fireworks-ai": "fireworks",
    "gemini": "google",
    "github": "copilot",
    "github-copilot": "copilot",
    "github-copilot-enterprise": "copilot",
    "glm": "zai",
    "google-ai-studio": "google",
    "google-gemini": "google",
    "google-gemini-cli": "gemini-cli",
    "google-vertex": "vertex",
    "google-vertex-anthropic": "vertex",
    "grok": "xai",
    "hf": "huggingface",
    "hugging-face": "huggingface",
    "kilo-code": "kilo",
    "kilo-gateway": "kilo",
    "kilocode": "kilo",
    "kimi": "kimi-code",
    "kimi-cn": "moonshot",
    "kimi-coding": "kimi-code",
    "kimi-coding-cn": "moonshot",
    "kimi-for-coding": "kimi-code",
    "minimax-china": "minimax",
    "minimax-cn": "minimax",
    "minimax-cn-coding-plan": "minimax",
    "minimax-coding-plan": "minimax",
    "minimax-global": "minimax",
    "minimax-oauth": "minimax",
    "minimax-portal": "minimax",
    "minimax_cn": "minimax",
    "moonshot-cn": "moonshot",
    "moonshotai": "moonshot",
    "moonshotai-cn": "moonshot",
    "nano-gpt": "nanogpt",
    "novita-ai": "novita",
    "openai-api": "openai",
    "openai-codex": "codex",
    "siliconflow-cn": "siliconflow",
    "togetherai": "together",
    "vercel-ai-gateway": "vercel",
    "x-ai": "xai",
    "x.ai": "xai",
    "xai-oauth": "xai",
    "z-ai": "zai",
    "z.ai": "zai",
    "zai-coding-plan": "zai",
    "zhipu": "zai",
    "zhipuai": "zai",
    "zhipuai-coding-plan": "zai",
}
"""Our ids for theirs, where they differ."""
_NOBODY = frozenset(("", "custom", "unknown", "local", "auto", "ollama", "vllm", "llamacpp", "llama.cpp", "llama-cpp"))
"""Names that are anybody's: only the address tells."""
_HOSTS = {
    "aiplatform.googleapis.com": "vertex",
    "amazonaws.com": "bedrock",
    "api.anthropic.com": "anthropic",
    "api.atlascloud.ai": "atlascloud",
    "api.cerebras.ai": "cerebras",
    "api.cohere.com": "cohere",
    "api.cohere.ai": "cohere",
    "api.deepinfra.com": "deepinfra",
    "api.deepseek.com": "deepseek",
    "api.fireworks.ai": "fireworks",
    "api.groq.com": "groq",
    "api.kilo.ai": "kilo",
    "api.kimi.com": "kimi-code",
    "api.minimax.io": "minimax",
    "api.minimaxi.com": "minimax",
    "api.mistral.ai": "mistral",
    "api.moonshot.ai": "moonshot",
    "api.moonshot.cn": "moonshot",
    "api.novita.ai": "novita",
    "api.openai.com": "openai",
    "api.perplexity.ai": "perplexity",
    "api.poe.com": "poe",
    "api.siliconflow.cn": "siliconflow",
    "api.siliconflow.com": "siliconflow",
    "api.synthetic.new": "synthetic",
    "api.together.ai": "together",
    "api.together.xyz": "together",
    "api.venice.ai": "venice",
    "api.x.ai": "xai",
    "api.z.ai": "zai",
    "ai-gateway.vercel.sh": "vercel",
    "chatgpt.com": "codex",
    "chutes.ai": "chutes",
    "codestral.mistral.ai": "mistral",
    "gateway.ai.cloudflare.com": "cloudflare",
    "generativelanguage.googleapis.com": "google",
    "githubcopilot.com": "copilot",
    "nano-gpt.com": "nanogpt",
    "open.bigmodel.cn": "zai",
    "openai.azure.com": "azure",
    "openrouter.ai": "openrouter",
    "services.ai.azure.com": "azure",
    "zenmux.ai": "zenmux",
}
"""Whose addresses are below a host."""
_PLANS = frozenset(
    (
        "alibaba-coding-plan",
        "codex",
        "copilot",
        "copilot-acp",
        "github-copilot",
        "github-copilot-enterprise",
        "google-gemini-cli",
        "kimi-for-coding",
        "minimax-cn-coding-plan",
        "minimax-coding-plan",
        "minimax-oauth",
        "minimax-portal",
        "openai-codex",
        "opencode-go",
        "qwen-oauth",
        "xai-oauth",
        "zai-coding-plan",
        "zhipuai-coding-plan",
    )
)
"""Their ids of flat-rate plans, which no metered key opens."""
_VERTEX = re.compile(r"[a-z0-9-]+-aiplatform\.googleapis\.com")


def served(name: str, address: str = "") -> str:
    """By a known address; else by its name, theirs where it is none of ours; else by the unknown address' host alone;
    "" where neither tells."""
    name, host = name.strip().lower().removeprefix("custom:"), _host(address)
    by_host = "vertex" if _VERTEX.fullmatch(host) else _of(host)
    if by_host:
        return by_host
    return host if name in _NOBODY else _NAMES.get(name, name)


def planned(name: str, address: str = "") -> bool:
    """Whether a flat-rate plan paid, as far as its name or the address of the plans for coding says so."""
    host = _host(address)
    return name.strip().lower() in _PLANS or (bool(host) and ("/coding" in address or host.startswith("coding")))


def _of(host: str) -> str:
    while host:
        if host in _HOSTS:
            return _HOSTS[host]
        host = host.partition(".")[2]
    return ""


def _host(address: str) -> str:
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
