"""An account: one purse or quota that can run dry, with its credentials and thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from creditsui.domain.money import Money

_HIGHEST = 1e12


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Edges between the bands, in percent of a full bar, and floors that push a band down to critical.

    Exactly at an edge belongs to the band below it: 75 is fair, 50 is low; but 25 is still low, below it critical.
    """

    healthy: float = 75.0
    warning: float = 50.0
    critical: float = 25.0
    days: float = 0.0
    """Critical under this many days of runway; 0 is off."""
    amount: float = 0.0
    """Critical under this much money, in the account's currency; 0 is off."""

    def fault(self) -> str | None:
        """Why these cannot be used, as a sentence, or None."""
        if not 0 <= self.critical <= self.warning <= self.healthy <= 100:
            return "Edges run from critical over warning to healthy, each from 0 to 100."
        if not (0 <= self.days <= _HIGHEST and 0 <= self.amount <= _HIGHEST):
            return "A floor is 0 (off) or more, up to a million million."
        return None


@dataclass(frozen=True, slots=True)
class Budget:
    """A purse the user invents: `amount` per day, week, month, or in total."""

    amount: Money
    per: Literal["day", "week", "month", "total"] = "month"


@dataclass(frozen=True, slots=True)
class Account:
    """As configured or detected. `key` and `admin_key` say where a credential comes from, never what it is:
    `auto`, `env:NAME`, `keyring`, `file` or `login`."""

    id: str
    provider: str
    label: str
    enabled: bool = True
    key: str = "auto"
    admin_key: str = "auto"
    pool: str = ""
    base_url: str = ""
    capacity: float | None = None
    """What a full bar stands for, in whole units of the account's currency; None: derived."""
    currency: str = "USD"
    """Of balances that the user enters; "" in a configuration that leaves it to the provider."""
    probe: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    """Already merged: the account's own values over the general ones."""
    budget: Budget | None = None
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What its provider must be told beside a key: a team, an organization."""
    configured: bool = True
    """False for an account that was only detected (a key in the environment, a tool's login)."""
