"""What a declared provider writes to find a value in an answer: a path, arithmetic, a comparison.

`data.total - data.used`, `min(limits[*].remaining)`, `code != 0`, `windows[type == 'week'].used / 100`. A name is a
key of the current object, `['odd-key']` one that is no plain word, `$` the whole answer, `@` the current item; `[0]`,
`[-1]` pick an item, `[*]` all, `[key == value]` the first that matches. Text stands in single quotes. Whatever is not
there is `Missing`, with the reason; it is never 0.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from functools import cache

from creditsui.domain.clean import clean
from creditsui.providers.fields import exact
from creditsui.providers.spec import Json

LONGEST = 400
_DEEPEST = 20
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<text>'[^']*')|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>==|!=|<=|>=|[-+*/()<>,.$@\[\]]))",
    re.ASCII,
)
_WORDS = {"and", "or", "not"}
_CONSTANTS: dict[str, Json] = {"true": True, "false": False, "null": None}
_NAMED = 8
"""Keys of an object that are named where one is missing."""


class ExpressionError(ValueError):
    """The text is no expression; says what was expected."""


class Missing(ValueError):
    """The answer has no such value; says where it ends."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names are looked up in: the current `item` and the whole answer, `root`."""

    root: Json
    item: Json


Node = Callable[[Scope], Json]


@dataclass(frozen=True, slots=True)
class Expression:
    text: str
    node: Node
    """What it comes to."""

    def value(self, root: Json, item: Json = None, *, inside: bool = False) -> Json:
        """The value, None included. `inside`: names are keys of `item`. Raises Missing."""
        return self.node(Scope(root, item if inside else root))

    def number(self, root: Json, item: Json = None, *, inside: bool = False) -> Decimal | None:
        """The value as an exact number; None where the answer says null. Raises Missing for anything else."""
        value = self.value(root, item, inside=inside)
        return None if value is None else _number(value, self.text)

    def holds(self, root: Json, item: Json = None, *, inside: bool = False) -> bool:
        """Whether it is true; what is missing is not."""
        try:
            return self.value(root, item, inside=inside) is True
        except Missing:
            return False


@cache
def expression(text: str) -> Expression:
    """Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(f"it is longer than {LONGEST} characters")
    return Expression(text, _Parser(text).whole())


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        self.depth = 0
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise ExpressionError(f"“{clean(text[place:].strip(), 12)}” is not understood")
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind]))
            place = match.end()

    def whole(self) -> Node:
        node = self.either()
        if self.at < len(self.tokens):
            raise ExpressionError(f"“{self.tokens[self.at][1]}” was not expected")
        return node

    def peek(self) -> str:
        """The next sign or word of the language; "" for anything else."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind == "sign" or text in _WORDS else ""

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
            node = _or(node, self.both())
        self.depth -= 1
        return node

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ExpressionError("it is nested too deeply")

    def both(self) -> Node:
        node = self.negated()
        while self.take("and"):
            node = _and(node, self.negated())
        return node

    def negated(self) -> Node:
        if self.take("not"):
            self.deeper()
            node = self.negated()
            self.depth -= 1
            return lambda scope: not _truth(node, scope)
        return self.comparison()

    def comparison(self) -> Node:
        left = self.total()
        sign = self.take("==", "!=", "<", "<=", ">", ">=")
        return _compare(left, sign, self.total()) if sign else left

    def total(self) -> Node:
        node = self.product()
        while sign := self.take("+", "-"):
            node = _calculate(node, sign, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while sign := self.take("*", "/"):
            node = _calculate(node, sign, self.signed())
        return node

    def signed(self) -> Node:
        if self.take("-"):
            self.deeper()
            node = self.signed()
            self.depth -= 1
            return _calculate(lambda _: Decimal(0), "-", node)
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
            number = Decimal(text)
            return lambda _: number
        if kind == "text":
            self.at += 1
            return lambda _: text[1:-1]
        if kind == "name" and text in _CONSTANTS:
            self.at += 1
            constant = _CONSTANTS[text]
            return lambda _: constant
        if kind == "name" and self.tokens[self.at + 1 : self.at + 2] == [("sign", "(")]:
            self.at += 2
            return self.call(text)
        return self.path()

    def call(self, name: str) -> Node:
        if name not in _FUNCTIONS:
            raise ExpressionError(f"there is no “{name}”; there are {', '.join(_FUNCTIONS)}")
        given = [self.either()]
        while self.take(","):
            given.append(self.either())
        self.need(")")
        function = _FUNCTIONS[name]
        return lambda scope: function(given, scope)

    def path(self) -> Node:
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "name" and text not in _WORDS:
            node = _key(lambda scope: scope.item, text, "")
        elif text == "$":
            node = lambda scope: scope.root  # noqa: E731
        elif text == "@":
            node = lambda scope: scope.item  # noqa: E731
        else:
            raise ExpressionError(f"“{text}” was not expected")
        while True:
            if self.take("."):
                kind, name = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
                if kind != "name":
                    raise ExpressionError("a name is missing after “.”")
                self.at += 1
                node, text = _key(node, name, text), f"{text}.{name}"
            elif self.take("["):
                node, text = self.bracket(node, text)
            else:
                return node

    def bracket(self, node: Node, so_far: str) -> tuple[Node, str]:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        rest = self.tokens[self.at + 1 : self.at + 2]
        if kind == "text" and rest == [("sign", "]")]:
            self.at += 2
            return _key(node, text[1:-1], so_far), f"{so_far}[{text}]"
        if text == "*":
            self.at += 1
            self.need("]")
            return _every(node, so_far), f"{so_far}[*]"
        minus = self.take("-")
        if minus or (kind == "number" and rest == [("sign", "]")]):
            kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
            if kind != "number" or not text.isdigit():
                raise ExpressionError("a whole number is missing in “[…]”")
            self.at += 1
            self.need("]")
            index = -int(text[:6]) if minus else int(text[:6])
            return _item(node, index, so_far), f"{so_far}[{index}]"
        condition = self.either()
        self.need("]")
        return _first_where(node, condition, so_far), f"{so_far}[…]"


class _Many(list[Json]):
    """What `[*]` came to: a key of it is that key of each item."""


def _key(node: Node, name: str, above: str) -> Node:
    def found(scope: Scope) -> Json:
        value = node(scope)
        if isinstance(value, _Many):
            return _Many(_of(one, name, f"{above}[*]") for one in value)
        return _of(value, name, above)

    return found


def _of(value: Json, name: str, above: str) -> Json:
    where = above.lstrip("$@.") or "the answer"
    if not isinstance(value, dict):
        raise Missing(f"{where} is {_kind(value)}, so it has no “{name}”")
    if name not in value:
        there = ", ".join(clean(str(key), 24) for key in list(value)[:_NAMED]) or "nothing"
        raise Missing(f"{where} has no “{name}” (it has: {there}{', …' if len(value) > _NAMED else ''})")
    return value[name]


def _every(node: Node, above: str) -> Node:
    def found(scope: Scope) -> Json:
        return _Many(_list(node(scope), above))

    return found


def _item(node: Node, index: int, above: str) -> Node:
    def found(scope: Scope) -> Json:
        items = _list(node(scope), above)
        if not -len(items) <= index < len(items):
            raise Missing(f"{above} has {len(items)} items, so there is no [{index}]")
        return items[index]

    return found


def _first_where(node: Node, condition: Node, above: str) -> Node:
    def found(scope: Scope) -> Json:
        for one in _list(node(scope), above):
            if _truth(condition, Scope(scope.root, one)):
                return one
        raise Missing(f"no item of {above} is the one that was asked for")

    return found


def _list(value: Json, above: str) -> list[Json]:
    if not isinstance(value, list):
        raise Missing(f"{above.lstrip('$@.') or 'the answer'} is {_kind(value)}, not a list")
    return value


def _calculate(left: Node, sign: str, right: Node) -> Node:
    def found(scope: Scope) -> Json:
        first, second = left(scope), right(scope)
        if first is None or second is None:
            return None
        a, b = _number(first, "a value"), _number(second, "a value")
        try:
            with localcontext() as context:
                context.prec = 60
                return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__}[sign](b)
        except (DivisionByZero, InvalidOperation, ArithmeticError):
            raise Missing("nothing can be divided by 0" if not b else "a number is too large") from None

    return found


def _compare(left: Node, sign: str, right: Node) -> Node:
    def found(scope: Scope) -> Json:
        first, second = _or_missing(left, scope), _or_missing(right, scope)
        if second is None and sign in {"==", "!="}:
            return (first is None or first is _ABSENT) == (sign == "==")
        if any(one is _ABSENT or one is None for one in (first, second)):
            return False  # nobody knows
        a, b = exact(first), exact(second)
        if a is None or b is None or (isinstance(first, str) and isinstance(second, str)):
            if sign in {"==", "!="}:
                return (first == second and type(first) is type(second)) == (sign == "==")
            return False
        return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]

    return found


_ABSENT = object()


def _or_missing(node: Node, scope: Scope) -> Json:
    try:
        return node(scope)
    except Missing:
        return _ABSENT


def _and(left: Node, right: Node) -> Node:
    return lambda scope: _truth(left, scope) and _truth(right, scope)


def _or(left: Node, right: Node) -> Node:
    return lambda scope: _truth(left, scope) or _truth(right, scope)


def _truth(node: Node, scope: Scope) -> bool:
    return _or_missing(node, scope) is True


def _number(value: Json, what: str) -> Decimal:
    number = exact(value)
    if number is None:
        raise Missing(f"{what} is {_kind(value)}, not a number")
    return number


def _kind(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f"“{clean(value, 20)}”"
        case dict():
            return "an object"
        case list():
            return f"a list of {len(value)}"
    return clean(str(value), 20)


def _flat(given: Sequence[Node], scope: Scope) -> list[Json]:
    found: list[Json] = []
    for node in given:
        value = node(scope)
        found += value if isinstance(value, list) else [value]
    return found


def _present(given: Sequence[Node], scope: Scope) -> list[Decimal]:
    """Numbers among what is given, where some may be null or not there at all: caps that are not set."""
    found: list[Decimal] = []
    why: Missing | None = None
    for node in given:
        try:
            value = node(scope)
        except Missing as missing:
            why = why or missing
            continue
        found += [_number(one, "a value") for one in (value if isinstance(value, list) else [value]) if one is not None]
    if not found and why is not None:
        raise why
    return found


def _min(given: Sequence[Node], scope: Scope) -> Json:
    return min(_present(given, scope), default=None)


def _max(given: Sequence[Node], scope: Scope) -> Json:
    return max(_present(given, scope), default=None)


def _sum(given: Sequence[Node], scope: Scope) -> Json:
    """Of all: one that is missing makes the sum unknown."""
    return sum((_number(value, "a value") for value in _flat(given, scope)), Decimal(0))


def _count(given: Sequence[Node], scope: Scope) -> Json:
    return Decimal(len(_flat(given, scope)))


def _first(given: Sequence[Node], scope: Scope) -> Json:
    why: Missing | None = None
    for node in given:
        try:
            value = node(scope)
        except Missing as missing:
            why = why or missing
            continue
        if value is not None:
            return value
    if why is not None:
        raise why
    return None


_FUNCTIONS: dict[str, Callable[[Sequence[Node], Scope], Json]] = {
    "min": _min,
    "max": _max,
    "sum": _sum,
    "count": _count,
    "first": _first,
}
