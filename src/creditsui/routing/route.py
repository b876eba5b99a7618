"""The nouns of routing: what is written, what it is chosen from, and what was decided."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from creditsui.domain.board import RunwayState
from creditsui.domain.money import Money

REST = timedelta(hours=24)
"""So long after a change the primary stays, and after one that was taken back everything does."""


class Refused(Exception):
    """Nothing may be written; the text is a sentence that says why. `line` counts from 1, None: it is about no line."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason if line is None else f"Line {line}: {reason}")
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider by Hermes' own id, and the model by the id that is written."""

    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class Route:
    """Who carries the work: the primary model, the one that helpers get, and what is tried when the primary fails."""

    primary: Choice
    delegation: Choice | None = None
    """None: as the primary."""
    fallbacks: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One provider that might carry the work: its account as the board shows it, and what Hermes could do with it."""

    provider: str
    """Our id."""
    hermes: str
    """Hermes' id."""
    account: str
    label: str
    key_found: bool
    """Whether Hermes itself would find a key."""
    flagship: str | None
    """The model id as the provider's own list spells it; None: none is confirmed."""
    fast: str | None
    remaining: Money | None
    state: RunwayState
    days: float | None = None
    p10: float | None = None
    p90: float | None = None
    stale: bool = False
    estimated: bool = False
    """Whether the amount was carried forward, and nobody confirmed it lately."""
    other_key: bool = False
    """Whether Hermes has another key than this account: they may draw on different purses."""
    why_not: str = ""
    """Why it cannot serve at all, as a sentence; empty: it can."""
    unsure: bool = False
    """With `why_not`: that may pass by itself, as when its list of models could not be read just now. It keeps the
    place that it has, and gets no other."""
    foreign: bool = False
    """With `why_not`: what it draws on is none of what is ranked here, such as a plan or an address of the user's own.
    Where it carries the work, it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """A candidate's place, with its reason in a sentence."""

    candidate: Candidate
    eligible: bool
    why: str
    more: str = ""
    """What of the reason a line that shows its amount and its runway does not tell; empty: nothing."""
    lasting: float | None = None
    """Days that its money would carry the work: infinite while nobody spends it, None where nobody knows."""

    @property
    def runway_days(self) -> float | None:
        return self.candidate.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`change`: the route differs from what stands there; `no-op`: it does not, or not by enough; `refused`: nothing
    may be written, and `reason` says why."""

    state: Literal["change", "no-op", "refused"]
    reason: str
    ranking: tuple[Rank, ...] = ()
    route: Route | None = None
    """None: nothing is planned, what stands is left alone."""
    current: Route | None = None
    diff: str = ""
    warnings: tuple[str, ...] = ()
    config: str = ""
    """Path of the file that was read; empty: none was found."""
    before: str = ""
    """SHA-256 of its bytes: what is applied must still stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change that was applied, as the history keeps it."""

    at: datetime
    config: str
    """Path of the file."""
    backup: str
    before: str
    """SHA-256 of the bytes that were replaced."""
    after: str
    """Of those that were written."""
    route: Route
    reason: str
    undone: bool = False
    undone_at: datetime | None = None
    """None: it was not taken back, or nobody noted when."""
    undone_pin: str | None = None
    """What config.toml pinned then; None: nobody noted it."""

    @property
    def rests_until(self) -> datetime | None:
        """Until when it is not done again unattended; None: it stands."""
        return None if self.undone_at is None else self.undone_at.astimezone(UTC) + REST
