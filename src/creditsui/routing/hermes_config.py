"""The routing leaves of Hermes' config.yaml: told, and changed without moving another byte."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from creditsui.routing import hermes_chain
from creditsui.routing.hermes_leaves import (
    appended,
    found,
    inline,
    inside,
    mapping_of,
    nothing,
    null,
    put,
    quoted,
)
from creditsui.routing.hermes_now import ADDRESSES, NAMES, as_read, chain, named, plain, primary, provider_of, route
from creditsui.routing.hermes_tree import Alias, Document, document, line, member, section, settings, text_of, unmerged
from creditsui.routing.hermes_verify import verify
from creditsui.routing.route import Choice, Refused, Route
from creditsui.routing.splice import Edit, spliced

__all__ = ["added", "current", "rewrite", "verify"]

Missing = dict[str, Mapping[str, str] | tuple[Choice, ...]]
"""What is to be appended, by its top-level key."""
_LONGEST = 200
_OFF = {"false", "0", "no", "off"}
_LEFT_OVER = (*ADDRESSES, "api_mode")
"""What was meant for the provider before: with it, the key of the next one would be sent to that one's host."""
_MODEL = (*_LEFT_OVER, *NAMES, "provider")
_DELEGATION = ("model", "provider", "base_url")
_ENTRY = ("provider", "model", "base_url")
_CHAINS = (hermes_chain.NAME, "fallback_model")


def current(data: bytes) -> Route | None:
    """The route that stands there; None: none does. Entries of the chain with an address of their own are not told.

    Raises Refused for what Hermes could not read, and where a part of the route is told twice: Hermes takes the last
    one, and who wrote the first does not know.
    """
    _told_once(document(data))
    return route(settings(data))


def rewrite(data: bytes, route: Route, ours: frozenset[Choice] = frozenset()) -> bytes:
    """The file with this route, and every other byte as it is; the same bytes where the route stands there already.

    `ours` are the fallbacks that changes of ours once added: they go where the route does not name them any more. All
    other entries stay, behind those of the route. Raises Refused, with the line.
    """
    tree, values, route = document(data), settings(data), as_read(route)
    for choice in (route.primary, route.delegation, *route.fallbacks):
        if choice is not None:
            _possible(tree, values, choice)
    unmerged(tree.root, "config.yaml")
    for name in ("provider", *ADDRESSES):
        member(tree.root, name)
    missing: Missing = {}
    edits = [
        *_primary(tree, values, route.primary, missing),
        *_delegation(tree, values, route.delegation, missing),
        *_fallbacks(tree, values, route.fallbacks, ours, missing),
    ]
    if missing:
        edits.append(appended(tree, missing))
    return spliced(tree.text, edits).encode()


def added(before: bytes, after: bytes) -> frozenset[Choice]:
    """The fallbacks that a change put into the chain: what it may take away again. Raises Refused."""
    was, now = (frozenset(plain(chain(settings(data)))) for data in (before, after))
    return now - was


def _possible(tree: Document, values: Mapping[str, Any], choice: Choice) -> None:
    """Raises Refused for a choice that Hermes would not take as it is meant."""
    for word in (choice.provider, choice.model):
        if not word or word != word.strip() or len(word) > _LONGEST or not word.isprintable() or "${" in word:
            raise Refused("A provider or a model is named by what cannot be written as a name.")
    block = section(values, "providers").get(choice.provider)
    flag = block.get("enabled", True) if isinstance(block, dict) else True
    if (flag.strip().lower() in _OFF) if isinstance(flag, str) else not flag:
        raise Refused(f"providers.{choice.provider} is switched off here.", _line_of(tree, choice.provider))


def _line_of(tree: Document, provider: str) -> int | None:
    blocks = member(tree.root, "providers")
    one = member(blocks[1], provider) if blocks and isinstance(blocks[1], yaml.MappingNode) else None
    return line(one[0]) if one else None


def _primary(tree: Document, values: Mapping[str, Any], wanted: Choice, missing: Missing) -> Iterator[Edit]:
    node = found(tree, tree.root, "model")
    model, before = section(values, "model"), primary(values)
    _single(tree, node, "model", _MODEL)
    if before == wanted:
        return
    moved = before.provider != wanted.provider
    both = {"default": wanted.model, "provider": wanted.provider}
    if node is None:
        missing["model"] = both
    elif isinstance(node, yaml.ScalarNode):
        short = not moved and not nothing(node)
        yield put(tree, node, quoted(wanted.model) if short else inline(both), "model")
    else:
        leaves = {} if before.model == wanted.model else {named(model): wanted.model}
        if moved:
            leaves["provider"] = wanted.provider
            leaves |= {name: "" for name in _LEFT_OVER if text_of(model.get(name))}
        yield from inside(tree, mapping_of(tree, node, "model"), leaves, "model")
    for name in ADDRESSES if moved else ():
        if text_of(values.get(name)) and (root := found(tree, tree.root, name)) is not None:
            yield put(tree, root, quoted(""), name)


def _delegation(
    tree: Document,
    values: Mapping[str, Any],
    wanted: Choice | None,
    missing: Missing,
) -> Iterator[Edit]:
    node = found(tree, tree.root, "delegation")
    told = section(values, "delegation")
    _single(tree, node, "delegation", _DELEGATION)
    after = {"model": wanted.model, "provider": wanted.provider} if wanted else {"model": "", "provider": ""}
    before = {"model": text_of(told.get("model")), "provider": provider_of(told)}
    leaves = {name: value for name, value in after.items() if before[name] != value}
    if text_of(told.get("base_url")):
        leaves["base_url"] = ""
    if not leaves:
        return
    if node is None:
        missing["delegation"] = leaves
    elif null(node):  # an empty text stands in the way of Hermes' own defaults: with it gone, they would come back
        yield put(tree, node, inline(leaves), "delegation")
    else:
        yield from inside(tree, mapping_of(tree, node, "delegation"), leaves, "delegation")


def _fallbacks(
    tree: Document,
    values: Mapping[str, Any],
    wanted: tuple[Choice, ...],
    ours: frozenset[Choice],
    missing: Missing,
) -> Iterator[Edit]:
    found(tree, tree.root, "fallback_model")  # the older key is read too, and never written
    pair = member(tree.root, hermes_chain.NAME)
    stands = tuple(dict.fromkeys(plain(chain(values))))
    if stands[: len(wanted)] == wanted and not ours.intersection(stands[len(wanted) :]):
        return
    if pair is None:
        if wanted:
            missing[hermes_chain.NAME] = wanted
    else:
        yield from hermes_chain.edits(tree, pair, values.get(hermes_chain.NAME), wanted, ours)


def _told_once(tree: Document) -> None:
    """Raises Refused where any leaf of the route is there twice, whether it would be changed or not."""
    for name in ("provider", *ADDRESSES):
        member(tree.root, name)
    for part, leaves in (("model", _MODEL), ("delegation", _DELEGATION), *((name, _ENTRY) for name in _CHAINS)):
        pair = member(tree.root, part)
        node = pair[1].target if pair and isinstance(pair[1], Alias) else pair[1] if pair else None
        inner = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for mapping in inner:
            if isinstance(mapping, yaml.MappingNode):
                for leaf in leaves:
                    member(mapping, leaf)


def _single(tree: Document, node: yaml.Node | None, name: str, leaves: tuple[str, ...]) -> None:
    """Raises Refused where a part of the route is there twice, or comes from elsewhere."""
    if not isinstance(node, yaml.MappingNode):
        return
    unmerged(node, name)
    for leaf in leaves:
        found(tree, node, leaf, f"{name}.{leaf}")
