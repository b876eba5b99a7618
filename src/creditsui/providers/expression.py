"""The small language that says where a number stands in an answer: paths, arithmetic and a few functions.

`data.total - data.used`, `min(limits[*].remaining)`, `code != 0`, `windows[type == 'week'].used / 100`. A name is a
key of the current object, `['odd-key']` one that is no plain word, `$` the whole answer, `@` the current item; `[0]`,
`[-1]` pick an item, `[*]` all, `[key == value]` the first that matches; a name after `[*]` is that key of each, and a
second `[*]` flattens. Text stands in single quotes.

Arithmetic is exact; with null it is null. A comparison with what is null or not there is false, except `x == null`,
which is true of both. Two texts that are numbers are ordered as numbers. `min`, `max` and `first` pass over what is
null or not there, `sum` does not. Whatever is not there is `Missing`, with the reason; it is never 0.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from creditsui.domain.clean import clean
from creditsui.providers.evaluate import (
    CONSTANTS,
    DIGITS,
    FUNCTIONS,
    WIDEST_EXPONENT,
    WORDS,
    Missing,
    Node,
    Scope,
    both,
    calculate,
    compare,
    either,
    every,
    first_where,
    item_of,
    key_of,
    number,
    truth,
)
from creditsui.providers.spec import Json

__all__ = ["Expression", "ExpressionError", "Missing", "expression"]

LONGEST = 400
_DEEPEST = 20
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<text>'[^']*')|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>==|!=|<=|>=|[-+*/()<>,.$@\[\]]))",
    re.ASCII,
)


class ExpressionError(ValueError):
    """The text is no expression; says what was expected."""


@dataclass(frozen=True, slots=True)
class Expression:
    text: str
    node: Node
    """What it comes to."""
    names: frozenset[str] = frozenset()
    """The keys that stand in it."""

    def value(self, root: Json, item: Json = None, *, inside: bool = False) -> Json:
        """The value, None included. `inside`: names are keys of `item`. Raises Missing."""
        return self.node(Scope(root, item if inside else root))

    def number(self, root: Json, item: Json = None, *, inside: bool = False) -> Decimal | None:
        """The value as an exact number; None where the answer says null. Raises Missing for anything else."""
        value = self.value(root, item, inside=inside)
        return None if value is None else number(value, f"“{self.text}”")

    def holds(self, root: Json, item: Json = None, *, inside: bool = False) -> bool:
        """Whether it is true; what is missing is not."""
        try:
            return self.value(root, item, inside=inside) is True
        except Missing:
            return False


@lru_cache(4096)
def expression(text: str) -> Expression:
    """Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(f"it is longer than {LONGEST} characters")
    parser = _Parser(text)
    names = {word.strip("'") for kind, word in parser.tokens if kind in {"name", "text"}}
    return Expression(text, parser.whole(), frozenset(names))


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        self.depth = 0
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise ExpressionError(f"“{clean(text[place:].strip(), 12)}” is not understood{_hint(text[place:])}")
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind]))
            place = match.end()

    def whole(self) -> Node:
        node = self.either()
        if self.at < len(self.tokens):
            raise self.unexpected(self.tokens[self.at][1])
        return node

    def unexpected(self, text: str) -> ExpressionError:
        hint = "; equality is written ==" if text == "=" else ""
        return ExpressionError(f"“{clean(text, 24)}” was not expected{hint}")

    def peek(self) -> str:
        """The next sign or word of the language; "" for anything else."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind == "sign" or text in WORDS else ""

    def take(self, *signs: str) -> str:
        found = self.peek()
        if found in signs:
            self.at += 1
            return found
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise ExpressionError(f"“{sign}” is missing")

    def either(self) -> Node:
        self.deeper()
        node = self.both()
        while self.take("or"):
            node = either(node, self.both())
        self.depth -= 1
        return node

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ExpressionError("it is nested too deeply")

    def both(self) -> Node:
        node = self.negated()
        while self.take("and"):
            node = both(node, self.negated())
        return node

    def negated(self) -> Node:
        if self.take("not"):
            self.deeper()
            node = self.negated()
            self.depth -= 1
            return lambda scope: not truth(node, scope)
        return self.comparison()

    def comparison(self) -> Node:
        left = self.total()
        sign = self.take("==", "!=", "<", "<=", ">", ">=")
        return compare(left, sign, self.total()) if sign else left

    def total(self) -> Node:
        node = self.product()
        while sign := self.take("+", "-"):
            node = calculate(node, sign, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while sign := self.take("*", "/"):
            node = calculate(node, sign, self.signed())
        return node

    def signed(self) -> Node:
        if self.take("-"):
            self.deeper()
            node = self.signed()
            self.depth -= 1
            return calculate(lambda _: Decimal(0), "-", node)
        return self.atom()

    def atom(self) -> Node:
        if self.take("("):
            node = self.either()
            self.need(")")
            return node
        if self.at >= len(self.tokens):
            raise ExpressionError("something is missing at its end")
        kind, text = self.tokens[self.at]
        if kind == "number":
            self.at += 1
            number = _written(text)
            return lambda _: number
        if kind == "text":
            self.at += 1
            return lambda _: text[1:-1]
        if kind == "name" and text in CONSTANTS:
            self.at += 1
            constant = CONSTANTS[text]
            return lambda _: constant
        if kind == "name" and self.tokens[self.at + 1 : self.at + 2] == [("sign", "(")]:
            self.at += 2
            return self.call(text)
        return self.path()

    def call(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise ExpressionError(f"there is no “{clean(name, 24)}”; there are {', '.join(FUNCTIONS)}")
        given = [self.either()]
        while self.take(","):
            given.append(self.either())
        self.need(")")
        function = FUNCTIONS[name]
        return lambda scope: function(given, scope)

    def path(self) -> Node:
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "name" and text not in WORDS:
            node = key_of(lambda scope: scope.item, text, "")
        elif text == "$":
            node = lambda scope: scope.root  # noqa: E731
        elif text == "@":
            node = lambda scope: scope.item  # noqa: E731
        else:
            raise self.unexpected(text)
        while True:
            if self.take("."):
                kind, name = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
                if kind != "name":
                    raise ExpressionError("a name is missing after “.”; one that is no plain word is written ['5h']")
                self.at += 1
                node, text = key_of(node, name, text), f"{text}.{name}"
            elif self.take("["):
                node, text = self.bracket(node, text)
            else:
                return node

    def bracket(self, node: Node, so_far: str) -> tuple[Node, str]:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        rest = self.tokens[self.at + 1 : self.at + 2]
        if kind == "text" and rest == [("sign", "]")]:
            self.at += 2
            return key_of(node, text[1:-1], so_far), f"{so_far}[{text}]"
        if text == "*":
            self.at += 1
            self.need("]")
            return every(node, so_far), f"{so_far}[*]"
        minus = rest[:1] and text == "-" and rest[0][0] == "number"
        if minus or (kind == "number" and rest == [("sign", "]")]):
            self.at += bool(minus)
            figure = self.tokens[self.at][1]
            if not figure.isdigit():
                raise ExpressionError("a whole number is missing in “[…]”")
            self.at += 1
            self.need("]")
            index = -int(figure[:6]) if minus else int(figure[:6])
            return item_of(node, index, so_far), f"{so_far}[{index}]"
        condition = self.either()
        self.need("]")
        return first_where(node, condition, so_far), f"{so_far}[…]"


def _hint(text: str) -> str:
    first = text.strip()[:1]
    return {"=": "; equality is written ==", '"': "; text stands in single quotes", "&": "; write and",
            "|": "; write or", "!": "; write not"}.get(first, "")  # fmt: skip


def _written(text: str) -> Decimal:
    """A number as it stands in an expression. Raises ExpressionError for one of absurd size."""
    power = re.split("[eE]", text)[1:]
    if len(text) > DIGITS or (power and abs(int(power[0])) > WIDEST_EXPONENT):
        raise ExpressionError(f"the number {clean(text, 24)} is too large")
    return Decimal(text)
