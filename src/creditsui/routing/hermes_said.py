"""What settings of Hermes say beside the route: read for reasons and warnings only, so what is odd says nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

_PINNED = {
    "model": ("default", "model", "name", "provider", "base_url", "api_base", "api_mode"),
    "delegation": ("model", "provider", "base_url", "api_mode"),
}
_LISTS = ("fallback_providers", "fallback_model")
_OFF = {"false", "0", "no", "off"}


def said(data: bytes) -> Mapping[str, Any]:
    """The settings as Hermes' reader has them; empty for what it could not read either."""
    try:
        found = yaml.load(data.decode("utf-8-sig"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def switched_off(settings: Mapping[str, Any], provider: str) -> bool:
    """Whether `providers.<provider>.enabled` is false: Hermes refuses such a route."""
    blocks = settings.get("providers")
    block = blocks.get(provider) if isinstance(blocks, Mapping) else None
    flag = block.get("enabled", True) if isinstance(block, Mapping) else True
    return flag.strip().lower() in _OFF if isinstance(flag, str) else not flag


def context_length(settings: Mapping[str, Any]) -> int | None:
    """The user's own length of context, which outlives a change of the model."""
    model = settings.get("model")
    told = model.get("context_length") if isinstance(model, Mapping) else settings.get("context_length")
    return told if type(told) is int and told > 0 else None


def pinned(settings: Mapping[str, Any]) -> Iterator[str]:
    """The leaves of the route that an administrator's settings decide: what the user's say there has no effect."""
    for section, leaves in _PINNED.items():
        told = settings.get(section)
        if isinstance(told, str):
            yield section
        elif isinstance(told, Mapping):
            yield from (f"{section}.{leaf}" for leaf in leaves if leaf in told)
    yield from (name for name in _LISTS if name in settings)
