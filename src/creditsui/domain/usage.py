"""One metered call: what an agent's log, or a probe of our own, used."""

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
