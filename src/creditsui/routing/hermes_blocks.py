"""Providers that a config.yaml of Hermes adds by an address of their own: told in the ranking, never put into a route.

What such an address costs and what is left there is known by no name of Hermes, and one key may serve several of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from creditsui.domain.clean import clean
from creditsui.routing.hermes_ids import canonical
from creditsui.routing.hermes_now import ADDRESSES
from creditsui.routing.hermes_said import switched_off
from creditsui.routing.hermes_tree import section, text_of
from creditsui.routing.route import Choice, Route

_CUSTOM = "custom"
_ADDRESS = ("api", "url", "base_url")
_MOST = 50


@dataclass(frozen=True, slots=True)
class Block:
    """`name` as a route names it; `host` is where it leads."""

    name: str
    host: str


def blocks(settings: Mapping[str, Any]) -> tuple[Block, ...]:
    """Those of `providers` and `custom_providers` that are not off, and the primary's own address; each name once."""
    found: dict[str, Block] = {}
    for name, entry in _entries(settings):
        address = next((told for key in _ADDRESS if (told := text_of(entry.get(key)))), "")
        if name and address and len(found) < _MOST:
            found.setdefault(name, Block(name, host(address)))
    model = section(settings, "model")
    inline = next((told for key in ADDRESSES if (told := text_of(model.get(key)))), "")
    if text_of(model.get("provider")).lower() == _CUSTOM and inline:
        found.setdefault(_CUSTOM, Block(_CUSTOM, host(inline)))
    return tuple(found.values())


def _entries(settings: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, entry in section(settings, "providers").items():
        if isinstance(name, str) and isinstance(entry, Mapping) and not switched_off(settings, name):
            yield _plain(name), entry
    older = settings.get("custom_providers")
    for entry in older if isinstance(older, list) else ():
        if isinstance(entry, Mapping):
            yield _plain(text_of(entry.get("name"))), entry


def _plain(name: str) -> str:
    return clean(name, 64).strip().lower().replace(" ", "-")


def host(address: str) -> str:
    """What may be shown of an address: no key, no user."""
    return clean(address.partition("://")[2].partition("/")[0].rpartition("@")[2] or address, 80)


def meant(route: Route, known: tuple[Block, ...]) -> Route:
    """The route with `custom:NAME` where it names a block: `google` is no Google where a block has that name, as Hermes
    takes the block then. A block by the very id of a provider of Hermes is never taken."""
    names = {block.name for block in known}

    def one(choice: Choice) -> Choice:
        plain = _plain(choice.provider)
        taken = plain in names and plain != _CUSTOM and canonical(plain) != plain
        return Choice(f"{_CUSTOM}:{plain}", choice.model) if taken else choice

    helper = route.delegation and one(route.delegation)
    return Route(one(route.primary), helper, tuple(map(one, route.fallbacks)))


def names_it(provider: str, block: Block) -> bool:
    """Whether a route's provider is this block."""
    return _plain(provider) in (block.name, f"{_CUSTOM}:{block.name}")
