"""What was really called, whatever a log makes of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.corpora.prices import cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One call. Tokens are disjoint, but `hour` is part of `cache_write`, as `reasoning` is of `output`."""

    source: str
    at: int
    """Milliseconds since 1970, UTC."""
    model: str
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    hour: int = 0
    reasoning: int = 0
    tier: str = ""
    trap: str = ""
    """The trap of the reference (2.4, by number) or of our own (by name) that it is part of; empty: usual work."""
    copies: tuple[int, ...] = ()
    """When the copies were written (milliseconds since 1970) by which logs tell it again: in forks, in other files, in
    newer databases. One that was not dated anew has the call's own time."""
    told: int | None = None
    """Micro-USD that the agent says it cost, which counts where there is no list price."""

    @property
    def prompt(self) -> int:
        return self.input + self.cache_read + self.cache_write

    @property
    def cost(self) -> int | None:
        """Micro-USD at the vendor's list price; None where nobody knows any."""
        tokens = (self.input, self.output, self.cache_read, self.cache_write, self.hour)
        listed = cost(self.model, self.tier, self.at, self.prompt, *tokens)
        return self.told if listed is None else listed


@dataclass(frozen=True, slots=True)
class Sum:
    """Of a day and a model. `cost` is micro-USD of what has a price."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0
    cost: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))

    @property
    def tokens(self) -> tuple[int, ...]:
        return astuple(self)[:-1]


TOKENS = tuple(field.name for field in fields(Sum))[:-1]
Row = tuple[str, str, str]
"""Source, day, model."""


def rows(calls: Iterable[Made], zone: str) -> dict[Row, Sum]:
    """By source, day of a zone, and model."""
    where = ZoneInfo(zone)
    found: defaultdict[Row, Sum] = defaultdict(Sum)
    for call in calls:
        day = datetime.fromtimestamp(call.at // 1000, UTC).astimezone(where).date().isoformat()
        found[call.source, day, call.model] += Sum(
            call.input, call.output, call.cache_read, call.cache_write, call.reasoning, call.cost or 0
        )
    return dict(found)
