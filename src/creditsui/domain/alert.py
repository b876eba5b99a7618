"""What is told once when something crosses a line."""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
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


def as_json(alert: Alert) -> dict[str, str | float | int | None]:
    """The object that scripts, and the user's command, are given."""
    return {
        "schema": 1,
        "account": alert.account,
        "rule": alert.rule,
        "level": alert.level,
        "band": alert.band.value,
        "value": _number(alert.value),
        "threshold": _number(alert.threshold),
        "episode": alert.episode,
        "at": f"{alert.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "message": alert.message,
        "label": alert.label,
        "subject": alert.subject,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else round(value, 6)
