"""Proof, before anything is written, that a changed config.yaml says the route and nothing else has moved.

Nothing here knows how the change was made: the old and the new file are read again, as Hermes and as the tree of text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import yaml

from creditsui.routing.hermes_chain import NAME
from creditsui.routing.hermes_leaves import item
from creditsui.routing.hermes_now import ADDRESSES, NAMES, as_read, chain, choice, named, plain, route
from creditsui.routing.hermes_tree import Document, blanked, document, member, section, settings
from creditsui.routing.route import Choice, Refused, Route

_MODEL = (*NAMES, "provider", *ADDRESSES, "api_mode")
_DELEGATION = ("model", "provider", "base_url")
_CLEARED = frozenset((*ADDRESSES, "api_mode"))
_SECRET = re.compile(r"key|token|secret|passw|passphrase|credential|authorization|bearer|cookie", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#.*", re.MULTILINE)


def verify(old: bytes, new: bytes, wanted: Route, ours: frozenset[Choice] = frozenset()) -> None:
    """Raises Refused, with what is wrong, unless `new` is `old` with this route and nothing else."""
    wanted = as_read(wanted)
    try:
        before, after = settings(old), settings(new)
        was, now = document(old), document(new)
        _read_alike(was.text, before)
        _read_alike(now.text, after)
        _rest(before, after)
        _leaves(before, after)
        _chain(before, after, wanted, ours)
        _require(_secrets(before) == _secrets(after), "a secret would change")
        _says(after, wanted)
        _bytes(was, now)
        _entries(was, now, wanted, lost=bool(ours))
    except RecursionError:
        raise Refused("config.yaml is nested too deep to be compared.") from None


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise Refused(f"Nothing was written, because {what}.")


def _read_alike(text: str, values: Mapping[str, Any]) -> None:
    """The tree of text was made by one reader, the values by the one of Hermes: they must not be of two minds."""
    try:
        other = yaml.load(blanked(text), yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, TypeError):
        other = None
    _require(same(values, other), "two readers of YAML take this file for different settings")


def _rest(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    parts = ("model", "delegation", NAME, *ADDRESSES)
    _require(same(_without(before, parts), _without(after, parts)), "a setting that is none of the route would change")
    for name, leaves in (("model", _MODEL), ("delegation", _DELEGATION)):
        was, now = (_without(section(values, name), leaves) for values in (before, after))
        _require(same(was, now), f"more of {name} than its route would change")


def _without(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in names}


def _leaves(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """An address is left alone or emptied, and only the name of the model that counts is another one."""
    for part in (None, "model", "delegation"):
        was, now = (section(values, part) if part else values for values in (before, after))
        for leaf in _CLEARED if part != "delegation" else ("base_url",):
            cleared = leaf in was and now.get(leaf) == ""
            _require(cleared or same(was.get(leaf), now.get(leaf)), "an address would be written")
    was, now = section(before, "model"), section(after, "model")
    others = [name for name in NAMES if name != named(was)]
    _require(all(same(was.get(name), now.get(name)) for name in others), "another name of a model would change")


def _chain(before: Mapping[str, Any], after: Mapping[str, Any], wanted: Route, ours: frozenset[Choice]) -> None:
    """Every entry of the user's is there as it was, in its order; what is new is the route's and nothing more."""
    was, now = _listed(before.get(NAME)), _listed(after.get(NAME))
    left = list(now)
    gone = []
    for entry in was:
        at = next((index for index, one in enumerate(left) if same(entry, one)), None)
        if at is None:
            gone.append(entry)
        else:
            del left[at]
    mine = {"provider", "model"}
    _require(
        all(choice(one) in ours - set(wanted.fallbacks) and set(one) == mine for one in gone),
        "an entry of the user's among the fallbacks would go",
    )
    _require(
        all(choice(one) in wanted.fallbacks and set(one) == mine for one in left),
        "a fallback would be added that is none of the route",
    )
    kept = [entry for entry in was if choice(entry) not in wanted.fallbacks and entry not in gone]
    rest = [entry for entry in now if choice(entry) not in wanted.fallbacks]
    _require(same(kept, rest), "the user's own fallbacks would change their order")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _says(values: Mapping[str, Any], wanted: Route) -> None:
    stands = route(values)
    _require(stands is not None and stands.primary == wanted.primary, "the primary would not be the planned one")
    _require(stands is not None and stands.delegation == wanted.delegation, "helpers would not get what was planned")
    tried = tuple(dict.fromkeys(plain(chain(values))))
    _require(tried[: len(wanted.fallbacks)] == wanted.fallbacks, "the fallbacks would be others")


def _secrets(values: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    """How often each value stands under each secret-sounding name; what an alias repeats counts once."""
    met: set[int] = set()
    todo: list[Any] = [values]
    told: Counter[tuple[str, str]] = Counter()
    while todo:
        one = todo.pop()
        if id(one) in met or not isinstance(one, dict | list):
            continue
        met.add(id(one))
        for name, value in one.items() if isinstance(one, dict) else enumerate(one):
            todo.append(value)
            if isinstance(name, str) and _SECRET.search(name) and not isinstance(value, dict | list):
                told[name, repr(value)] += 1
    return told


def same(one: Any, other: Any, met: set[tuple[int, int]] | None = None) -> bool:
    """Whether two values are equal in type, order and all: 1 is not 1.0, and no number is as good as none."""
    met = set() if met is None else met
    if type(one) is not type(other):
        return False
    if not isinstance(one, dict | list | tuple):
        return bool(one == other) or repr(one) == repr(other)
    if (id(one), id(other)) in met:  # once is enough, and what holds itself has no end
        return True
    met.add((id(one), id(other)))
    if isinstance(one, dict):
        keys = zip(one, other, strict=False)
        return len(one) == len(other) and all(same(a, b, met) and same(one[a], other[b], met) for a, b in keys)
    return len(one) == len(other) and all(same(a, b, met) for a, b in zip(one, other, strict=True))


def _bytes(was: Document, now: Document) -> None:
    (lines, comments), (lines_now, comments_now) = _lines(was, now), _lines(now, was)
    _require(lines == lines_now, "a line that is none of the route would change")
    _require(was.ends_in_break == now.ends_in_break, "the end of the file would change")
    _require(comments <= comments_now, "a comment would go")


def _entries(was: Document, now: Document, wanted: Route, *, lost: bool) -> None:
    """The lines of the list of fallbacks change places only, but for those of new entries, and of lost ones of ours."""
    before, after = _listing(was), _listing(now)
    if before is None or after is None:
        return
    fresh = {line.strip() for one in wanted.fallbacks for line in item(one)}
    _require(all(line.strip() in fresh for line in after - before), "a line among the fallbacks would change")
    _require(lost or not before - after, "a line among the fallbacks would go")


def _listing(tree: Document) -> Counter[str] | None:
    """The lines of the list of fallbacks; None: it is not written in lines."""
    place = _place(tree)
    if place is None:
        return None
    lines = (tree.text[slice(*place)] + tree.newline(0)).splitlines(keepends=True)
    return Counter(one.rstrip("\n") for one in lines)


def _place(tree: Document) -> tuple[int, int] | None:
    """Where the lines of that list stand."""
    pair = member(tree.root, NAME)
    if pair is None or not isinstance(pair[1], yaml.SequenceNode) or pair[1].flow_style:
        return None
    return tree.after_line(pair[0].end_mark.index), tree.line_end(_end(pair[1]))


def _lines(tree: Document, other: Document) -> tuple[list[str], Counter[str]]:
    """The lines that are none of the route, with their ends; the comments between its lines."""
    kept: list[str] = []
    comments, at = Counter[str](), 0
    for start, end in sorted(_cuts(tree, other)):
        if (start, end) == _place(tree) or {"\n", "\r"} & set(tree.text[start:end]):  # within a line there is none
            comments.update(one.strip() for one in _COMMENT.findall(tree.text[start:end]))
        kept += tree.text[at:start].rstrip(" \t"), "\0"
        at = end
    text = "".join((*kept, tree.text[at:]))
    if tree.root.flow_style:  # a pair more is a comma more, with or without a blank
        text = text.replace("\0,", "\0").replace(" ", "")
    lines = text.splitlines(keepends=True)
    # A line of the route is not there in a file that lacks it, but what is said beside it is.
    lines = [one.replace("\0", "") for one in lines if one.strip("\0\r\n") or "\0" not in one]
    if lines:
        lines[-1] = lines[-1].rstrip("\r\n")
    return lines, comments


def _cuts(tree: Document, other: Document) -> Iterator[tuple[int, int]]:
    """Where two files say different things of the route: values, and all of a pair that the other one has not."""
    for part, leaves in (("model", _MODEL), ("delegation", _DELEGATION)):
        pair, theirs = member(tree.root, part), member(other.root, part)
        if pair and theirs and _in_lines(pair[1]) and _in_lines(theirs[1]):
            for leaf in leaves:
                yield from _cut(tree, member(pair[1], leaf), other, member(theirs[1], leaf))
        else:
            yield from _cut(tree, pair, other, theirs)
    pair, theirs = member(tree.root, NAME), member(other.root, NAME)
    if pair and theirs and (place := _place(tree)) is not None:  # its entries may change places
        yield place
    else:
        yield from _cut(tree, pair, other, theirs)
    for name in ADDRESSES:
        yield from _cut(tree, member(tree.root, name), other, member(other.root, name))


_Pair = tuple[yaml.ScalarNode, yaml.Node] | None


def _cut(tree: Document, pair: _Pair, other: Document, theirs: _Pair) -> Iterator[tuple[int, int]]:
    if pair is None:
        return
    if theirs is None:
        yield pair[0].start_mark.index, _end(pair[1])
    elif tree.source(pair[1]) != other.source(theirs[1]):
        yield pair[1].start_mark.index, _end(pair[1])


def _in_lines(node: yaml.Node) -> TypeGuard[yaml.MappingNode]:
    return isinstance(node, yaml.MappingNode) and not node.flow_style


def _end(node: yaml.Node) -> int:
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        final = node.value[-1]
        return _end(final[1] if isinstance(final, tuple) else final)
    return int(node.end_mark.index)
