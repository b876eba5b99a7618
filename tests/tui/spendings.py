"""What was spent, built by hand: pages as the core would make them of these calls."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from creditsui.core.spend_page import Asked, Page, SpendBook, Wanted
from creditsui.core.spending import Spent
from creditsui.domain.spending import Slot

TODAY = date(2026, 11, 20)
_WORK = [1, 2, 2, 3, 5, 2, 0, 1, 3, 6, 8, 5, 3, 0, 2, 4, 5, 7, 6, 3, 2, 0, 2, 3, 5, 6, 7, 5, 3, 2]


def slot(days_ago: int, cost: float = 1, **more: object) -> Slot:
    usual: dict[str, object] = {
        "source": "claude-code",
        "account": "anthropic",
        "model": "claude-opus-4-5",
        "project": "web-app",
        "session": "5f0c2a",
        "calls": 12,
        "input": 40_000,
        "output": 9_000,
        "cache_read": 800_000,
        "cost_micros": round(cost * 1e6),
    }
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC) - timedelta(days=days_ago)
    return Slot(at, **(usual | more))  # type: ignore[arg-type]


def month() -> list[Slot]:
    """A month of work on four models: paid, covered by a plan, without a price, in two currencies, and unseen."""
    slots = []
    for ago, work in enumerate(reversed(_WORK)):
        if work:
            slots += [
                slot(ago, work * 0.6),
                slot(ago, work * 0.25, model="gpt-5.1-codex", source="codex", account="openai", project="api"),
            ]
        if work > 4:
            slots.append(
                slot(ago, work * 1.5, billing="subscription", account="claude", project="thesis", session="b2")
            )
        if work > 5:
            slots.append(
                slot(
                    ago,
                    work * 2,
                    model="kimi-k2",
                    source="hermes",
                    account="moonshot",
                    currency="CNY",
                    project="api",
                    calls=3,
                )
            )
    slots.append(
        slot(3, 0, model="new-model-x", source="opencode", account="zai", unpriced_tokens=849_000, project="api")
    )
    slots.append(
        slot(
            1,
            0.8,
            model="unseen",
            source="unseen",
            project="unseen",
            session="unseen",
            calls=0,
            input=0,
            output=0,
            cache_read=0,
        )
    )
    slots.append(
        slot(2, 0.4, model="gpt-5.1-codex", source="codex", account="openai", project="", session="", low=True)
    )
    return slots


class Book(SpendBook):
    """Serves pages of slots; `gate`, once closed, holds them back. `asked` is what was wished for."""

    def __init__(self, slots: list[Slot] | None = None, prices: str = "genai-prices, 18 Nov 2026") -> None:
        super().__init__(None)  # type: ignore[arg-type]  # a book without a ledger
        self.slots = month() if slots is None else slots
        self.prices = prices
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[Asked] = []
        self.fault: Exception | None = None

    def page(self, asked: Asked) -> Page:
        self.asked.append(asked)
        self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        return super().page(asked)

    def _today(self) -> date:
        return TODAY

    def _spent(self, wanted: Wanted) -> Spent:
        known = sorted(one.at.date() for one in self.slots)
        span = (known[0], known[-1]) if known else None
        first = TODAY - timedelta(days=wanted.days - 1) if wanted.days else (known[0] if known else TODAY)
        return Spent(tuple(self.slots), first, TODAY, ZoneInfo("UTC"), span, self.prices)
