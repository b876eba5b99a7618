"""Setting single values of config.yaml where they stand, or on a line of their own where they do not stand yet."""

import json
from collections.abc import Iterator, Mapping

import yaml

from creditsui.routing.hermes_tree import Alias, Document, line, member, unmerged
from creditsui.routing.route import Choice, Refused
from creditsui.routing.splice import Edit

_STEP = 2
"""Blanks by which what is added stands further in."""


def quoted(text: str) -> str:
    """A word that every reader of YAML takes for the same text; a plain one may be a number or a truth to some."""
    return json.dumps(text, ensure_ascii=False)


def inline(leaves: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {quoted(value)}" for name, value in leaves.items()) + "}"


def own(document: Document, node: yaml.Node, name: str) -> None:
    """Raises Refused for a node that is not only here."""
    if isinstance(node, Alias):
        raise Refused(f"{name} is an alias of what stands elsewhere.", line(node))
    if id(node) in document.shared:
        raise Refused(f"{name} is used elsewhere too, by its anchor.", line(node))


def found(document: Document, mapping: yaml.MappingNode, name: str, path: str = "") -> yaml.Node | None:
    """A value that is only here; None: none is. Raises Refused."""
    pair = member(mapping, name)
    if pair is None:
        return None
    own(document, pair[1], path or name)
    return pair[1]


def put(document: Document, node: yaml.Node, text: str, name: str) -> Edit:
    """Replace a plain or quoted value, or none at all. Raises Refused for anything else."""
    own(document, node, name)
    if not isinstance(node, yaml.ScalarNode):
        raise Refused(f"{name} is no single value.", line(node))
    if node.style in {"|", ">"}:
        raise Refused(f"{name} is a block of text.", line(node))
    start, end = node.start_mark.index, node.end_mark.index
    if document.source(node)[:1] in {"&", "!"}:
        raise Refused(f"{name} carries an anchor or a tag.", line(node))
    if start < end:
        return Edit(start, end, text)
    if document.text[start - 1 : start] != ":":
        raise Refused(f"{name} has no place for a value.", line(node))
    return Edit(start, end, f" {text}")


def null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")


def nothing(node: yaml.Node) -> bool:
    """Whether this says nothing: null, or an empty text."""
    return null(node) or (isinstance(node, yaml.ScalarNode) and not node.value)


def mapping_of(document: Document, node: yaml.Node, name: str) -> yaml.MappingNode:
    """Raises Refused for anything but a mapping that can be edited here."""
    own(document, node, name)
    if not isinstance(node, yaml.MappingNode):
        raise Refused(f"{name} is no mapping.", line(node))
    unmerged(node, name)
    return node


def inside(document: Document, node: yaml.MappingNode, leaves: Mapping[str, str], name: str) -> Iterator[Edit]:
    """Set values of a mapping; what is not there yet comes first in it."""
    missing = {}
    for leaf, value in leaves.items():
        if (there := found(document, node, leaf, f"{name}.{leaf}")) is None:
            missing[leaf] = value
        else:
            yield put(document, there, quoted(value), f"{name}.{leaf}")
    if missing:
        lines = [f"{leaf}: {quoted(value)}" for leaf, value in missing.items()]
        yield added(document, node, lines, name)


def added(document: Document, node: yaml.MappingNode, lines: list[str], name: str) -> Edit:
    """Put `key: value` pairs before what a mapping has, each on a line unless it is written in braces."""
    if node.flow_style:
        start = node.start_mark.index
        if document.text[start] != "{":
            raise Refused(f"{name} carries an anchor or a tag.", line(node))
        gap = "" if not node.value else "," if document.text[start + 1].isspace() else ", "
        return Edit(start + 1, start + 1, ", ".join(lines) + gap)
    first = node.value[0][0].start_mark
    start = first.index - first.column
    indent = document.text[start : first.index]
    if indent.strip(" "):
        raise Refused(f"{name} does not begin on a line of its own.", first.line + 1)
    return Edit(start, start, "".join(f"{indent}{one}{document.newline(start)}" for one in lines))


def appended(document: Document, sections: Mapping[str, str | Mapping[str, str] | tuple[Choice, ...]]) -> Edit:
    """New top-level keys behind all others."""
    root = document.root
    if root.flow_style:
        return added(document, root, [f"{name}: {_flow(value)}" for name, value in sections.items()], "config.yaml")
    first = root.value[0][0].start_mark
    indent = document.text[first.index - first.column : first.index]
    if indent.strip(" "):
        raise Refused("config.yaml does not begin on a line of its own.", first.line + 1)
    at, newline = document.end, document.newline(document.end)
    body = newline.join(indent + one for name, value in sections.items() for one in _block(name, value))
    if at < len(document.text) or document.ends_in_break:
        return Edit(at, at, body + newline)
    final: yaml.Node = root
    while isinstance(final, yaml.CollectionNode) and final.value:
        last = final.value[-1]
        final = last[1] if isinstance(last, tuple) else last
    if isinstance(final, yaml.ScalarNode) and final.style in {"|", ">"}:
        raise Refused("the last text of config.yaml has no line end, and would get one: add it first.", line(final))
    return Edit(at, at, newline + body)


def _flow(value: str | Mapping[str, str] | tuple[Choice, ...]) -> str:
    if isinstance(value, str):
        return quoted(value)
    return listed(value) if isinstance(value, tuple) else inline(value)


def _block(name: str, value: str | Mapping[str, str] | tuple[Choice, ...]) -> list[str]:
    step = " " * _STEP
    if isinstance(value, str):
        return [f"{name}: {quoted(value)}"]
    if isinstance(value, tuple):
        return [f"{name}:", *(step + one for choice in value for one in item(choice))]
    return [f"{name}:", *(f"{step}{leaf}: {quoted(one)}" for leaf, one in value.items())]


def item(choice: Choice) -> tuple[str, str]:
    """An entry of the chain as two lines of a list."""
    return f"- provider: {quoted(choice.provider)}", f"  model: {quoted(choice.model)}"


def entry(choice: Choice) -> str:
    """The same in braces."""
    return inline({"provider": choice.provider, "model": choice.model})


def listed(choices: tuple[Choice, ...]) -> str:
    return "[" + ", ".join(map(entry, choices)) + "]"
