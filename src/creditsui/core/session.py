"""What every act works with: where things are, what the environment says, the time, and how accounts are asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a status line and the first frame wait for no type
    from creditsui.adapters.usage_hours import HoursRecall
    from creditsui.adapters.usage_recall import Recall
    from creditsui.config import Config
    from creditsui.core.asking.round import Outcome, Round
    from creditsui.core.booked import Booked
    from creditsui.core.folded import Folded
    from creditsui.core.stand_in import StandIn
    from creditsui.domain.begun import Trail
    from creditsui.domain.condense import Condensed
    from creditsui.domain.hours import Settled
    from creditsui.domain.reading import Recorded
    from creditsui.domain.reconcile import Gaps
    from creditsui.domain.secret import Secret
    from creditsui.paths import Paths
    from creditsui.providers.spec import Provider


@dataclass(frozen=True, slots=True)
class Session:
    """One run of creditsui. The demo is a session too, with a folder, a clock, providers and answers of its own."""

    paths: "Paths"
    env: Mapping[str, str]
    now: Callable[[], datetime]
    """Aware, UTC."""
    providers: "Callable[[], Mapping[str, Provider]]"
    ask: "Callable[[Round], Awaitable[Outcome]]"
    demo: bool = False
    pace: float = 1.0
    """How many seconds pass by `now` in one of ours."""
    uptime: Callable[[], tuple[float, str] | None] = lambda: None
    """Seconds since the machine was started, its sleep included, and which start that was; None: nobody can say. By it
    a clock on the wall that was moved is told from time that went by."""
    hints: dict[str, str] = field(default_factory=dict)
    """Last four characters of the keys this process has read, by account."""
    stored: "dict[tuple[str, str], Secret]" = field(default_factory=dict, repr=False)
    """Keys read from the keyring, by owner and by where they belong: read once, so nothing prompts twice, and never
    found for another host."""
    history: "dict[str, list[Recorded]]" = field(default_factory=dict, repr=False)
    """Readings already decoded, by account: a board needs only what came after them."""
    good: "list[Config]" = field(default_factory=list, repr=False)
    """The last configuration that could be read, at most one: what a typing error in the file falls back to."""
    hermes: dict[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """The variables of Hermes Agent's `.env`, by the version of the file: at most one."""
    unpublished: list[str] = field(default_factory=list)
    """Why the last board could not be written for status lines, at most one sentence; empty once it could."""
    thin: dict[str, datetime] = field(default_factory=dict, repr=False)
    """Up to when `history` is told in few rows, by account."""
    thinned: list[str] = field(default_factory=list)
    """The day on which this process last went through the ledger for what is old, at most one."""
    condensed: "dict[str, Condensed]" = field(default_factory=dict, repr=False)
    """What is old of `history`, in fewer rows."""
    recalled: "dict[str, Recall]" = field(default_factory=dict, repr=False)
    """What the last board was told of calls, by account."""
    folded: "dict[str, Folded]" = field(default_factory=dict, repr=False)
    """What is long past of an account, in few figures."""
    trails: "dict[str, Trail]" = field(default_factory=dict, repr=False)
    """What the last board knew of an account up to some hours before, on which the next one goes on."""
    hours: "dict[str, dict[object, Settled]]" = field(default_factory=dict, repr=False)
    """What accounts lost by the hour, as far as that is known for good."""
    spent: "dict[str, HoursRecall]" = field(default_factory=dict, repr=False)
    """What the last board was told of calls by the hour, by account."""
    gaps: "dict[str, Gaps]" = field(default_factory=dict, repr=False)
    """When nobody could ask, by account."""
    booked: "list[Booked]" = field(default_factory=list, repr=False)
    """Entries already decoded, at most once."""
    imported: list[str] = field(default_factory=list)
    """Which import `history` knows, at most one: a later one may have brought readings older than its last."""
    unlisted: list[tuple[str, str]] = field(default_factory=list)
    """Folders that may not be looked into for logs, with the source that has them there, as of the last look."""
    stand_in: "list[StandIn]" = field(default_factory=list, repr=False)
    """What serves while the ledger cannot be used, at most one."""
