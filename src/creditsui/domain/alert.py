"""What is told once when something crosses a line."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from creditsui.domain.band import Band

Rule = Literal["band", "runway", "lot", "budget", "window", "spike", "key", "drift", "refill"]
"""`band` also where a floor in money or days pushes it down."""
Level = Literal["info", "warning", "critical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One edge of one account, told once in its episode. Texts are clean."""

    account: str
    """Its id."""
    label: str
    rule: Rule
    subject: str
    """Which of several edges of this rule: the band entered, the window's name, the budget's share; no time."""
    level: Level
    band: Band
    value: float | None
    """What crossed `threshold`, in the unit of the rule: a share of 1, days, or money; None: it is no number."""
    threshold: float | None
    since: datetime
    """When the episode began."""
    at: datetime
    message: str
    """One sentence with the numbers in it, without its full stop."""

    @property
    def episode(self) -> str:
        """The identity of the episode, the same for as long as it lasts."""
        return f"{self.account}:{self.rule}:{self.subject}:{self.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
