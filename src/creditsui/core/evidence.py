"""Rows of the ledger in words: what was read, what was booked, and calls in sums by agent and model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from creditsui.core.explain.numbers import utc
from creditsui.domain import format as show
from creditsui.domain.board import AccountView
from creditsui.domain.entry import Entry
from creditsui.domain.facts import Facts, Purse
from creditsui.domain.money import Money
from creditsui.domain.reading import Recorded
from creditsui.domain.reconcile import LAST, Anchor, History

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger

MOST = 8
"""Rows that are told one by one."""
_TYPES = {"sync": "sync", "topup": "top-up", "adjust": "adjustment", "undo": "undo"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the ledger, or several as a sum."""

    kind: Literal["entry", "reading", "calls", "expired"]
    text: str
    """In words; instants are UTC."""
    at: datetime
    until: datetime | None = None
    """Of readings and calls, the end of the time that they are of."""
    number: int | None = None
    """Of an entry."""
    amount: Money | None = None
    count: int | None = None
    """Of calls or readings that are one row here."""
    source: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that the ledger has of one account."""

    view: AccountView
    facts: Facts
    purse: Purse
    since: datetime
    """When the days begin that spend is told of."""
    now: datetime
    ledger: "Ledger"

    @property
    def history(self) -> History:
        return self.purse.held.history


def lines(rows: Sequence[Row], most: int = MOST) -> list[str]:
    """In words, at most so many and where the others are found."""
    said = [row.text for row in rows[:most]]
    rest = rows[most:]
    if not rest:
        return said
    where = ["creditsui entries"] if any(row.kind == "entry" for row in rest) else []
    where += ["creditsui spend --by source,model"] if any(row.kind == "calls" for row in rest) else []
    return [*said, f"and {len(rest)} more: {', '.join(where or ['creditsui export -'])}"]


def as_json(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": row.kind, "at": _instant(row.at)}
    told |= {"until": _instant(row.until)} if row.until is not None else {}
    if row.amount is not None:
        told |= {"amount": row.amount.amount, "currency": row.amount.currency}
    more = {"number": row.number, "count": row.count, "source": row.source or None, "model": row.model or None}
    return told | {name: value for name, value in more.items() if value is not None} | {"text": row.text}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def entry_row(entry: Entry, now: datetime) -> Row:
    amount = entry.amount
    worth = "" if amount is None else show.amount(amount) if entry.type == "sync" else show.signed(amount)
    parts = [f"entry {entry.number}, {_TYPES[entry.type]} {worth} on {utc(entry.at, now)}"]
    parts += [entry.kind] if entry.kind != "paid" else []
    parts += [f"expires {show.short_day(entry.expires_at, now.date())}"] if entry.expires_at else []
    return Row(kind="entry", text=", ".join(parts), at=entry.at, number=entry.number, amount=amount)


def reading_row(one: Recorded, now: datetime, currency: str = "", *, said: str = "") -> Row:
    """Of a reading what it says of `currency`, or `said`."""
    balances = [each.remaining for each in one.reading.balances if currency in ("", each.remaining.currency)]
    told = said or ", ".join(map(show.amount, balances))
    same = "" if one.until == one.reading.at else f", the same until {utc(one.until, now)}"
    return Row(
        kind="reading",
        text=f"reading of {utc(one.reading.at, now)}{': ' + told if told else ''}{same}",
        at=one.reading.at,
        until=one.until,
        amount=balances[0] if balances and not said else None,
    )


def all_readings(known: Known, since: datetime, until: datetime) -> list[Row]:
    """All of a time as one row."""
    found = [one for one in known.facts.readings if since <= one.until and one.reading.at <= until]
    if not found:
        return []
    first, last = max(found[0].reading.at, since), min(found[-1].until, until)
    many = "1 reading" if len(found) == 1 else f"{len(found):,} readings, each once for as long as it stayed the same,"
    text = f"{many} from {utc(first, known.now)} to {utc(last, known.now)}"
    return [Row(kind="reading", text=text, at=first, until=last, count=len(found))]


def calls(known: Known, after: datetime, until: datetime, *, plans: bool = False) -> list[Row]:
    """Sums by agent and model of what was called after one instant up to another, the dearest first; of what a plan
    covers only with `plans`."""
    with known.ledger.glance() as store:
        found = store.by_model(known.view.id, after, until)
    rows = []
    for one in found:
        if one.billing not in (("metered", "subscription") if plans else ("metered",)):
            continue
        worth = [] if not one.cost.micros else [show.amount(one.cost)]
        if one.billing == "subscription":
            worth = [f"worth {show.amount(one.cost)}, which a plan covers"]
        worth += [f"{one.unpriced:,} tokens without a known price"] if one.unpriced else []
        many = "1 call" if one.calls == 1 else f"{one.calls:,} calls"
        text = f"{one.source}, {one.model or 'no model named'}: {many}, {' and '.join(worth) or show.amount(one.cost)}"
        rows.append(
            Row(kind="calls", text=text, at=one.first, until=one.last, amount=one.cost, count=one.calls,
                source=one.source, model=one.model)
        )  # fmt: skip
    return sorted(rows, key=lambda row: -row.amount.micros if row.amount is not None else 0)


def truth(known: Known, anchor: Anchor, currency: str) -> list[Row]:
    at, _, _, number = anchor
    if number:
        return [entry_row(entry, known.now) for entry in known.facts.entries if entry.number == number]
    return [reading_row(one, known.now, currency) for one in known.facts.readings if one.reading.at == at][:1]


def credits(known: Known, after: tuple[datetime, int], until: tuple[datetime, int]) -> list[Row]:
    """What was booked or expired between two places of the book."""
    rows: list[Row] = []
    for at, number, micros in known.history.credits:
        if not (*after, LAST) < (at, number, micros) <= (*until, LAST):
            continue
        rows += [entry_row(entry, known.now) for entry in known.facts.entries if number and entry.number == number]
        if not number:
            gone = Money(micros, known.history.currency)
            text = f"{show.signed(gone)} expired by {utc(at, known.now)}"
            rows.append(Row(kind="expired", text=text, at=at, amount=gone))
    return rows


def entries(known: Known, wanted: Callable[[Entry], bool]) -> list[Row]:
    """Newest first."""
    return [entry_row(entry, known.now) for entry in reversed(known.facts.entries) if wanted(entry)]
