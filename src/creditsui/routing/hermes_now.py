"""The route that settings of Hermes make, told as Hermes 0.19 resolves it (`_normalize_root_model_keys`,
`_resolve_delegation_credentials`, `get_fallback_chain`)."""

from collections.abc import Iterator, Mapping
from typing import Any

from creditsui.routing.hermes_tree import section, text_of
from creditsui.routing.route import Choice, Route

NAMES = ("default", "model", "name")
"""Keys of the model's id, the first that says something counts."""
ADDRESSES = ("base_url", "api_base")
_NATIVE = {"bedrock", "vertex", "google", "google-genai"}
"""Providers whose helpers are never sent to `delegation.base_url`."""


def route(values: Mapping[str, Any]) -> Route | None:
    """None: no model is named. A provider is "" where Hermes itself looks for one."""
    chosen = primary(values)
    if not chosen.model:
        return None
    return Route(chosen, delegation(values, chosen), tuple(dict.fromkeys(plain(chain(values)))))


def as_read(wanted: Route) -> Route:
    """A route in the words in which it will be told back: providers in small letters, no fallback twice."""
    return Route(
        _as_read(wanted.primary),
        wanted.delegation and _as_read(wanted.delegation),
        tuple(dict.fromkeys(map(_as_read, wanted.fallbacks))),
    )


def _as_read(one: Choice) -> Choice:
    return Choice(one.provider.lower(), one.model)


def primary(values: Mapping[str, Any]) -> Choice:
    told = values.get("model")
    inside = section(values, "model")
    provider = provider_of(inside) or provider_of(values)
    return Choice(provider, text_of(inside.get(named(inside))) if isinstance(told, dict) else text_of(told))


def named(model: Mapping[str, Any]) -> str:
    """The key that holds the model's id, or should."""
    return next((name for name in NAMES if text_of(model.get(name))), NAMES[0])


def provider_of(values: Mapping[str, Any]) -> str:
    return text_of(values.get("provider")).lower()


def delegation(values: Mapping[str, Any], lead: Choice) -> Choice | None:
    """What helpers get; None: the same as the primary. `custom`: an address of its own, whatever provider is named."""
    inside = section(values, "delegation")
    provider, model = provider_of(inside), text_of(inside.get("model"))
    if text_of(inside.get("base_url")) and provider not in _NATIVE:
        return Choice("custom", model)
    return Choice(provider or lead.provider, model) if provider or model else None


def chain(values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The entries that Hermes tries, with those of the older key behind."""
    for key in ("fallback_providers", "fallback_model"):
        told = values.get(key)
        for entry in told if isinstance(told, list) else [told]:
            if isinstance(entry, dict) and provider_of(entry) and text_of(entry.get("model")):
                yield entry


def plain(entries: Iterator[Mapping[str, Any]]) -> Iterator[Choice]:
    """Those that a route can name; entries with an address of their own are somebody else's."""
    for entry in entries:
        if (one := choice(entry)) is not None:
            yield one


def choice(entry: Any) -> Choice | None:
    """The provider and the model of an entry of the chain; None: it is none, or has an address of its own."""
    if not isinstance(entry, dict) or text_of(entry.get("base_url")):
        return None
    provider, model = provider_of(entry), text_of(entry.get("model"))
    return Choice(provider, model) if provider and model else None
