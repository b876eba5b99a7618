"""One metered call: what an agent's log, or a probe of our own, used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from creditsui.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens are disjoint: `input` excludes cache reads and writes; `output` includes reasoning, which is only told.

    `key` is opaque and the same for the same call wherever it is met again; empty for a sum of several. `cost` None:
    the model has no known price.
    """

    key: str
    source: str
    account: str
    at: datetime
    model: str
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0
    cost: Money | None = None
    billing: Literal["metered", "subscription", "unknown"] = "metered"
    project: str = ""
    session: str = ""
    parts: "tuple[Usage, ...]" = ()
    """Of a sum over several models: what each of them had in it."""


def together(rows: Iterable[Usage]) -> list[Usage]:
    """With one sum, in the place of the first, for all sums of one account that stand at one instant, are paid in one
    way, and in one currency or not known. All but which model did it is told by the fewer rows as well."""
    groups: dict[object, list[Usage]] = {}
    for row in rows:
        alike = row.key or (row.at, row.billing, None if row.cost is None else row.cost.currency)
        groups.setdefault(alike, []).append(row)
    return [_sum(some) if len(some) > 1 else some[0] for some in groups.values()]


def _sum(rows: list[Usage]) -> Usage:
    first = rows[0]
    cost = None if first.cost is None else Money(sum(row.cost.micros for row in rows if row.cost), first.cost.currency)
    return Usage(
        key="", source="", account=first.account, at=first.at, model="", input=sum(row.input for row in rows),
        cost=cost, billing=first.billing, parts=tuple(rows),
    )  # fmt: skip
