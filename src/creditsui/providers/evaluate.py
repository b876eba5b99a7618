"""What the parts of an expression come to: keys, items, arithmetic, comparisons and functions over an answer."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from creditsui.domain.clean import clean
from creditsui.providers.fields import exact
from creditsui.providers.spec import Json

DIGITS = 40
WIDEST_EXPONENT = 300
"""As of numbers in answers: a Decimal can be written in a few characters that no memory holds as an integer."""
WORDS = {"and", "or", "not"}
CONSTANTS: dict[str, Json] = {"true": True, "false": False, "null": None}
_STEPS = 200_000
"""Items that one value may look through, filters within filters included; no answer holds more."""
_NAMED = 8
"""Keys of an object that are named where one is missing."""


class Missing(ValueError):
    """The answer has no such value; says where it ends. The sentence is made only when somebody reads it."""

    def __init__(self, why: str | Callable[[], str]) -> None:
        super().__init__()
        self._why = why

    def __str__(self) -> str:
        return self._why if isinstance(self._why, str) else self._why()


@dataclass(frozen=True, slots=True)
class Scope:
    """What names are looked up in: the current `item` and the whole answer, `root`."""

    root: Json
    item: Json
    steps: list[int] = field(default_factory=lambda: [_STEPS])
    """How many items may still be looked at, in a place that scopes within share."""

    def within(self, item: Json) -> "Scope":
        self.spend(1)
        return Scope(self.root, item, self.steps)

    def spend(self, steps: int) -> None:
        self.steps[0] -= steps
        if self.steps[0] < 0:
            raise Missing("there is too much to look through")


Node = Callable[[Scope], Json]


class _Many(list[Json]):
    """What `[*]` came to: a key of it is that key of each item."""


def key_of(node: Node, name: str, above: str) -> Node:
    def found(scope: Scope) -> Json:
        value = node(scope)
        if isinstance(value, _Many):
            return _Many(_of(one, name, above) for one in value)
        return _of(value, name, above)

    return found


def _of(value: Json, name: str, above: str) -> Json:
    if not isinstance(value, dict):
        raise Missing(lambda: f"{_where(above)} is {kind(value)}, so it has no “{clean(name, 40)}”")
    if name not in value:
        raise Missing(lambda: f"{_where(above)} has no “{clean(name, 40)}” (it has: {_names(value, name)})")
    return value[name]


def _names(value: dict[str, Json], wanted: str) -> str:
    """The keys that are there, as they are written in a path, those that resemble the wanted one first."""
    from difflib import get_close_matches  # only for who looks at a mistake

    keys = [str(key) for key in value][:200]
    close = get_close_matches(wanted, keys, _NAMED)
    close += [key for key in keys if key not in close and key.lower().startswith(wanted.lower())]
    shown = [*close, *(key for key in keys if key not in close)][:_NAMED]
    return (", ".join(map(step, shown)) or "nothing") + (", …" if len(value) > _NAMED else "")


def step(key: str) -> str:
    """A key as it is written in a path."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key, re.ASCII) and key not in WORDS | set(CONSTANTS)
    return clean(key, 40) if plain else f"['{clean(key, 40)}']"


def _where(path: str) -> str:
    return re.sub(r"^[$@]\.?", "", path) or "the answer"


def every(node: Node, above: str) -> Node:
    def all_of(scope: Scope) -> Json:
        value = node(scope)
        lists = value if isinstance(value, _Many) else [value]
        found = _Many(inner for one in lists for inner in _list(one, above))
        scope.spend(len(found))
        return found

    return all_of


def item_of(node: Node, index: int, above: str) -> Node:
    def found(scope: Scope) -> Json:
        items = _list(node(scope), above)
        if not -len(items) <= index < len(items):
            raise Missing(f"{_where(above)} is a list of {len(items)}, so there is no [{index}]")
        return items[index]

    return found


def first_where(node: Node, condition: Node, above: str) -> Node:
    def found(scope: Scope) -> Json:
        for one in _list(node(scope), above):
            if truth(condition, scope.within(one)):
                return one
        raise Missing(f"no item of {_where(above)} is the one that was asked for")

    return found


def _list(value: Json, above: str) -> list[Json]:
    if not isinstance(value, list):
        raise Missing(lambda: f"{_where(above)} is {kind(value)}, not a list")
    return value


def calculate(left: Node, sign: str, right: Node) -> Node:
    def found(scope: Scope) -> Json:
        first, second = left(scope), right(scope)
        if first is None or second is None:
            return None
        return _result(number(first, "a value"), sign, number(second, "a value"))

    return found


def _result(a: Decimal, sign: str, b: Decimal) -> Decimal:
    if sign == "/" and not b:
        raise Missing("nothing can be divided by 0")
    try:
        with localcontext() as context:
            context.prec = 2 * DIGITS
            result = {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__}[sign](b)
    except ArithmeticError:
        raise Missing("a number is too large") from None
    if abs(result.adjusted()) > WIDEST_EXPONENT and result:
        raise Missing("a number is too large")
    return result


def compare(left: Node, sign: str, right: Node) -> Node:
    def found(scope: Scope) -> Json:
        first, second = _or_missing(left, scope), _or_missing(right, scope)
        equal = sign in {"==", "!="}
        if equal and (first is None or second is None):
            return all(one is None or one is _ABSENT for one in (first, second)) == (sign == "==")
        if any(one is _ABSENT or one is None for one in (first, second)):
            return False  # nobody knows
        a, b = _exact(first), _exact(second)
        if equal and (a is None or b is None or (isinstance(first, str) and isinstance(second, str))):
            return (type(first) is type(second) and first == second) == (sign == "==")
        if a is None or b is None:
            return False
        return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]

    return found


_ABSENT = object()


def _or_missing(node: Node, scope: Scope) -> Json:
    try:
        return node(scope)
    except Missing:
        return _ABSENT


def both(left: Node, right: Node) -> Node:
    return lambda scope: truth(left, scope) and truth(right, scope)


def either(left: Node, right: Node) -> Node:
    return lambda scope: truth(left, scope) or truth(right, scope)


def truth(node: Node, scope: Scope) -> bool:
    return _or_missing(node, scope) is True


def _exact(value: Json) -> Decimal | None:
    try:
        number = exact(value)
    except ValueError:  # an integer of thousands of digits
        return None
    return number if number is None or not number or abs(number.adjusted()) <= WIDEST_EXPONENT else None


def number(value: Json, what: str) -> Decimal:
    number = _exact(value)
    if number is None:
        raise Missing(lambda: f"{what} is {kind(value)}, not a number")
    return number


def kind(value: Json) -> str:
    """What a value is, in a few words."""
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
    try:
        return clean(str(value), 20)
    except ValueError:
        return "a number of thousands of digits"


def _flat(given: Sequence[Node], scope: Scope) -> Iterator[Json]:
    for node in given:
        value = node(scope)
        yield from value if isinstance(value, list) else [value]


def _present(given: Sequence[Node], scope: Scope) -> list[Decimal]:
    """Numbers among what is given, where some may be null or not there at all: caps that are not set."""
    found: list[Decimal] = []
    why: Missing | None = None
    for node in given:
        try:
            found += [number(one, "a value") for one in _flat([node], scope) if one is not None]
        except Missing as missing:
            why = why or missing
    if not found and why is not None:
        raise why
    return found


def _min(given: Sequence[Node], scope: Scope) -> Json:
    return min(_present(given, scope), default=None)


def _max(given: Sequence[Node], scope: Scope) -> Json:
    return max(_present(given, scope), default=None)


def _sum(given: Sequence[Node], scope: Scope) -> Json:
    """Of all: one that is null makes the sum unknown, one that is missing is missed."""
    total = Decimal(0)
    for value in list(_flat(given, scope)):
        if value is None:
            return None
        total = _result(total, "+", number(value, "a value"))
    return total


def _count(given: Sequence[Node], scope: Scope) -> Json:
    return Decimal(sum(len(_list(node(scope), "what is counted")) for node in given))


def _first(given: Sequence[Node], scope: Scope) -> Json:
    why: Missing | None = None
    for node in given:
        value = _ABSENT
        try:
            value = node(scope)
        except Missing as missing:
            why = why or missing
        if value is not None and value is not _ABSENT:
            return value
    if why is not None:
        raise why
    return None


FUNCTIONS: dict[str, Callable[[Sequence[Node], Scope], Json]] = {
    "min": _min,
    "max": _max,
    "sum": _sum,
    "count": _count,
    "first": _first,
}
