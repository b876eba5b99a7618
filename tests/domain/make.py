"""Short words for the nouns that the rules are about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from creditsui.domain.entry import CreditKind, Entry, EntryType
from creditsui.domain.money import Money, money
from creditsui.domain.reading import Balance, DaySpend, Limit, Reading, Recorded, ReportedSpend, Window
from creditsui.domain.reconcile import History, histories
from creditsui.domain.usage import Usage

NOW = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def usd(amount: str | float) -> Money:
    return money(amount, "USD")


def cny(amount: str | float) -> Money:
    return money(amount, "CNY")


def ago(days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    return NOW - timedelta(days=days, hours=hours, minutes=minutes)


def told(
    at: datetime,
    *amounts: str | float | Money,
    until: datetime | None = None,
    limit: Limit | None = None,
    windows: Sequence[Window] = (),
    spend: ReportedSpend | None = None,
) -> Recorded:
    """What a provider said, confirmed until `until`."""
    balances = tuple(Balance(one if isinstance(one, Money) else usd(one)) for one in amounts)
    reading = Reading(at=at, balances=balances, limit=limit, windows=tuple(windows), spend=spend)
    return Recorded(reading, until or at)


def report(since: date | None, *days: tuple[date, str | float], all: str | float | None = None) -> ReportedSpend:
    rows = tuple(DaySpend(day, usd(amount)) for day, amount in days)
    return ReportedSpend(rows, since, None if all is None else usd(all))


def entry(
    number: int,
    type: EntryType,
    amount: str | float | Money | None,
    at: datetime = NOW,
    *,
    expires: date | None = None,
    kind: CreditKind = "paid",
    undoes: int | None = None,
) -> Entry:
    return Entry(
        number=number,
        id=f"{number:032x}",
        type=type,
        account="a",
        at=at,
        booked_at=at,
        amount=amount if amount is None or isinstance(amount, Money) else usd(amount),
        expires_at=expires,
        kind=kind,
        undoes=None if undoes is None else f"{undoes:032x}",
    )


def call(
    at: datetime,
    cost: str | float | Money | None,
    *,
    model: str = "m-1",
    project: str = "",
    billing: Literal["metered", "subscription", "unknown"] = "metered",
    tokens: int = 100,
) -> Usage:
    return Usage(
        key=f"{at.timestamp()}-{model}-{project}",
        source="test",
        account="a",
        at=at,
        model=model,
        input=tokens,
        cost=cost if cost is None or isinstance(cost, Money) else usd(cost),
        billing=billing,
        project=project,
    )


def history(
    readings: Sequence[Recorded] = (),
    entries: Sequence[Entry] = (),
    usage: Sequence[Usage] = (),
    currency: str = "USD",
    unpriced_at: datetime | None = None,
) -> History:
    return histories(readings, entries, usage, unpriced_at).get(currency, History(currency))
