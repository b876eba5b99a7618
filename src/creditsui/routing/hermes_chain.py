"""Putting a route's fallbacks before the user's own entries, of which none is lost and none is rewritten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import yaml

from creditsui.routing.hermes_leaves import entry, item, listed, nothing, own, put
from creditsui.routing.hermes_now import choice
from creditsui.routing.hermes_tree import Document, line
from creditsui.routing.route import Choice, Refused
from creditsui.routing.splice import Edit

NAME = "fallback_providers"


def arranged(values: Sequence[Any], wanted: Sequence[Choice], ours: frozenset[Choice]) -> list[int | Choice]:
    """The entries as they shall stand, by their place until now; a choice is a new one.

    What is wanted comes first, by an entry of the user's own where that says the same. `ours` were once put there by
    a change of ours: they go where they are not wanted any more.
    """
    left = dict(enumerate(values))
    first: list[int | Choice] = []
    for one in wanted:
        place = next((at for at, value in left.items() if choice(value) == one), None)
        if place is None:
            first.append(one)
        else:
            first.append(place)
            del left[place]
    return first + [at for at, value in left.items() if not stale(value, wanted, ours)]


def stale(value: Any, wanted: Sequence[Choice], ours: frozenset[Choice]) -> bool:
    """Whether an entry is one that we wrote, with nothing of the user's in it, and not wanted any more."""
    one = choice(value)
    return one is not None and set(value) == {"provider", "model"} and one in ours and one not in wanted


def edits(
    document: Document,
    pair: tuple[yaml.ScalarNode, yaml.Node],
    values: Any,
    wanted: Sequence[Choice],
    ours: frozenset[Choice],
) -> Iterator[Edit]:
    """What makes the list begin with the wanted entries; nothing where it does. Raises Refused."""
    key, node = pair
    own(document, node, NAME)
    if nothing(node):
        if wanted:
            yield put(document, node, listed(tuple(wanted)), NAME)
        return
    if not isinstance(node, yaml.SequenceNode) or not isinstance(values, list):
        raise Refused(f"{NAME} is no list.", line(node))
    listing = _Flow(document, node) if node.flow_style else _Block(document, key, node)
    removable = frozenset(one for one in ours if not listing.annotated(values, one))
    order = arranged(values, wanted, removable)
    if order != list(range(len(values))):
        yield from listing.ordered(order)


@dataclass(frozen=True)
class _Flow:
    """A list in brackets: what stands between its entries stays where it is."""

    document: Document
    node: yaml.SequenceNode

    def annotated(self, values: Sequence[Any], one: Choice) -> bool:
        """Whether the user wrote something into the brackets: nobody can tell beside which entry."""
        return "#" in self.document.source(self.node)

    def ordered(self, order: Sequence[int | Choice]) -> Iterator[Edit]:
        start, end = self.node.start_mark.index, self.node.end_mark.index
        text, slots = self.document.text, [(one.start_mark.index, one.end_mark.index) for one in self.node.value]
        if text[start] != "[":
            raise Refused(f"{NAME} carries an anchor or a tag.", line(self.node))
        told = [entry(one) if isinstance(one, Choice) else text[slice(*slots[one])] for one in order]
        if len(told) >= len(slots):
            more, rest = told[: len(told) - len(slots)], told[len(told) - len(slots) :]
            gap = "" if not rest else "," if text[start + 1].isspace() else ", "
            pieces = [text[start : start + 1], ", ".join(more) + (gap if more else "")]
        else:
            pieces, rest = [text[start : start + 1]], told
        at = start + 1
        for (begin, after), one in zip(slots, rest, strict=False):
            pieces += text[at:begin], one
            at = after
        tail = text[max(at, slots[-1][1]) if slots else at : end]
        yield Edit(start, end, "".join((*pieces, tail if told else tail.lstrip(" ,"))))


@dataclass(frozen=True)
class _Block:
    """A list of lines that begin with a hyphen. An entry owns its lines and the comments right above it, and takes them
    along; what else stands between two entries stays."""

    document: Document
    key: yaml.ScalarNode
    node: yaml.SequenceNode

    def annotated(self, values: Sequence[Any], one: Choice) -> bool:
        """Whether the user wrote something beside the entry."""
        places = [at for at, value in enumerate(values) if choice(value) == one]
        return any("#" in self.document.text[slice(*self.chunks[at])] for at in places)

    def ordered(self, order: Sequence[int | Choice]) -> Iterator[Edit]:
        text, start, end = self.document.text, self.chunks[0][0], self.chunks[-1][1]
        newline, whole = self.document.newline(end), _ended(text[start:end])
        if not order:
            if "#" in text[start:end]:
                raise Refused(f"a comment stands in the part of {NAME} that would go.", line(self.node))
            after = text.index(":", self.key.end_mark.index) + 1
            yield Edit(after, after, " []")
            yield Edit(start if whole else start - len(self.document.break_before(start)), end, "")
            return
        told = [self._told(one, newline) for one in order]
        gaps = [text[after:begin] for (_, after), (begin, _) in pairwise(self.chunks)]
        surplus = len(gaps) + 1 - len(told)
        pieces = gaps[: max(surplus, 0)]
        gaps = [""] * max(-surplus, 0) + gaps[max(surplus, 0) :] + [""]
        joined = "".join((*pieces, *(part for pair in zip(told, gaps, strict=True) for part in pair)))
        yield Edit(start, end, joined if whole else joined.removesuffix(newline))

    def _told(self, one: int | Choice, newline: str) -> str:
        """The lines of an entry."""
        text, dash = self.document.text, self._dash(0)
        indent = text[self.document.line_start(dash) : dash]
        if isinstance(one, Choice):
            return "".join(f"{indent}{row}{newline}" for row in item(one))
        chunk = text[slice(*self.chunks[one])]
        return chunk if _ended(chunk) else chunk + newline

    @cached_property
    def chunks(self) -> list[tuple[int, int]]:
        return [(self._chunk_start(at), self._end(at)) for at in range(len(self.node.value))]

    def _chunk_start(self, at: int) -> int:
        """The line of the hyphen, or the first of the comments that stand right above it."""
        start = self.document.line_start(self._dash(at))
        earliest = self._end(at - 1) if at else 0  # what looks like a comment there is in a block of text
        while start > earliest:
            above = self.document.line_start(start - len(self.document.break_before(start)))
            if not self.document.text[above:start].lstrip(" ").startswith("#"):
                break
            start = above
        return start

    def _end(self, at: int) -> int:
        """Where the line after an entry begins."""
        last = _last(self.node.value[at], self.document)
        if last > 0 and self.document.text[last - 1] in "\n\r":  # a block of text ends where the next line begins
            return last
        return self.document.after_line(last)

    def _dash(self, at: int) -> int:
        """The hyphen of an entry, which may stand on a line above it."""
        text, column = self.document.text, self.node.start_mark.column
        start = self.document.line_start(self.node.value[at].start_mark.index)
        floor = self.node.start_mark.index - column
        while start >= floor:
            head = text[start : start + column + 1]
            if head == " " * column + "-":
                return start + column
            if start == 0:
                break
            start = self.document.line_start(start - len(self.document.break_before(start)))
        raise Refused(f"the entries of {NAME} do not begin on lines of their own.", line(self.node))


def _ended(text: str) -> bool:
    return text.endswith(("\n", "\r"))


def _last(node: yaml.Node, document: Document) -> int:
    """Where the text of a node ends: the mark of a mapping in lines is behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        final = node.value[-1]
        return _last(final[1] if isinstance(final, tuple) else final, document)
    return node.end_mark.index
