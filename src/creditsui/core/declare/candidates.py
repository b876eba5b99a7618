"""The numbers in an answer, by the path that leads to each: what a declaration may want to pick."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from creditsui.providers.evaluate import kind, step
from creditsui.providers.fields import exact
from creditsui.providers.spec import Json

MOST = 40
_DEEPEST = 8
_LEFT = ("remaining", "left", "available", "balance", "credit")
"""What a key says of an amount that is left, the surest word first."""
_OTHER = re.compile(
    r"used|usage|spent|spend|costs?|total|limit|max|cap|quota|count|ids?|code|status|time|at|expir.*|debt|owed|pending"
    r"|granted|purchased|percent.*|rate|tokens?|requests?|seconds"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    path: str
    value: Decimal
    key: str
    """The last key of the path."""

    @property
    def shown(self) -> str:
        return kind(self.value)


def numbers(body: Json) -> list[Candidate]:
    """Every number, also one written as text, in the order of the answer; of a list only the first item is looked
    at."""
    return [*islice(_walk(body, "", "", _DEEPEST), MOST)]


def obvious(found: list[Candidate]) -> Candidate | None:
    """The one that is most likely what is left; None where no key says so."""
    ranked = [(rank, one.path.count("."), index) for index, one in enumerate(found) if (rank := _rank(one.key))]
    return found[min(ranked)[2]] if ranked else None


def currency(body: Json) -> tuple[str, str] | None:
    """The path of a text that is the code of a currency, and the code; None where none is told."""
    return next(_currencies(body, "", _DEEPEST), None)


def _rank(key: str) -> int:
    """How surely a key means what is left, 1 best; 0: it does not."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()
    for rank, word in enumerate(_LEFT, 1):
        if word in words:
            others = re.split(r"[^a-z]+", words.replace(word, "_"))
            return 0 if any(_OTHER.fullmatch(one) for one in others if one) else rank
    return 0


def _walk(value: Json, path: str, last: str, depth: int) -> Iterator[Candidate]:
    if isinstance(value, dict) and depth:
        for key, inner in value.items():
            if (below := _below(path, key)) is not None:
                yield from _walk(inner, below, key, depth - 1)
    elif isinstance(value, list) and value and depth:
        yield from _walk(value[0], f"{path or '$'}[0]", last, depth - 1)
    elif (number := exact(value)) is not None and path:
        yield Candidate(path, number, last)


def _currencies(value: Json, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth:
        for key, inner in value.items():
            if (below := _below(path, key)) is not None:
                if "currenc" in str(key).lower() and isinstance(inner, str) and re.fullmatch("[A-Za-z]{3}", inner):
                    yield below, inner.upper()
                yield from _currencies(inner, below, depth - 1)
    elif isinstance(value, list) and value and depth:
        yield from _currencies(value[0], f"{path or '$'}[0]", depth - 1)


def _below(path: str, key: str) -> str | None:
    """The path of a key; None for one that no path can name."""
    written = step(key)
    if "'" in key or "…" in written:
        return None
    if written.startswith("["):
        return f"{path or '$'}{written}"
    return f"{path}.{written}" if path else written
