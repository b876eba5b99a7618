"""A typed failure: what went wrong, when it may be tried again, and what the user can do."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Kind = Literal[
    "no_key", "locked", "rejected", "forbidden", "wrong_kind", "out_of_money",
    "limited", "unsupported", "offline", "changed", "busy", "unknown",
]  # fmt: skip

#: Kinds that stay as they are until the user changes the key: asking again with the same one only annoys the provider.
LASTING: frozenset[Kind] = frozenset({"no_key", "rejected", "forbidden", "wrong_kind", "unsupported"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an account could not be read. `message` is clean, short and free of secrets."""

    kind: Kind
    message: str
    action: str | None = None
    """The next step: a command ("creditsui key set groq") or a short phrase ("open Claude Code once")."""
    retry_at: datetime | None = None
    """Not before this instant, where the provider said so (Retry-After) or back-off did."""
    since: datetime | None = None
    """The first time this problem was met without a success in between."""
    told: bool = False
    """True when `retry_at` is the provider's own word, which not even a forced refresh ignores."""
    part: str = ""
    """What failed where the rest of the account was read: the name of an ask, or `keys`; empty: all of it failed."""
    outage: bool | None = None
    """Whether the service's own status page reports one; None: nobody asked it, or it did not say."""

    @property
    def lasts(self) -> bool:
        """Whether there is nothing left to ask until the user changes something, and nobody said when to look again."""
        return self.kind in LASTING and not self.part and self.retry_at is None

    def seen_since(self, instant: datetime) -> "Problem":
        return replace(self, since=instant)


class Refused(Exception):
    """Raised by a provider's `parse`, `login` or an adapter to report a Problem instead of a reading."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
