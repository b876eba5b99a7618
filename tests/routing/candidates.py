"""Candidates and routes for tests of the plan."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from creditsui.domain.money import money
from creditsui.routing.hermes_ids import TARGETS
from creditsui.routing.route import Candidate, Choice, Route

NOW = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
HERMES = {target.provider: target.hermes for target in reversed(TARGETS)}


def known(provider: str, days: float, left: str = "40", **other: Any) -> Candidate:
    """One that lasts so long and can serve."""
    return some(provider, left=left, state="known", days=days, p10=days * 0.8, p90=days * 1.3, **other)


def some(provider: str, left: str | None = "40", **other: Any) -> Candidate:
    told: dict[str, Any] = {
        "hermes": HERMES[provider],
        "account": provider,
        "label": provider.title(),
        "key_found": True,
        "flagship": f"{provider}-big",
        "fast": f"{provider}-small",
        "remaining": None if left is None else money(Decimal(left), other.pop("currency", "USD")),
        "state": "unknown",
    }
    return Candidate(provider=provider, **(told | other))


def choice(provider: str, size: str = "big") -> Choice:
    return Choice(HERMES[provider], f"{provider}-{size}")


def route(primary: str, helper: str | None = None, *behind: str) -> Route:
    """As the plan would write it: flagships of `behind`, then their fast models."""
    return Route(
        choice(primary),
        choice(helper, "small") if helper else None,
        (*(choice(one) for one in behind), *(choice(one, "small") for one in behind)),
    )
