"""Lots: what is left of each top-up, and what expires when. CreditKind that expires first is spent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from creditsui.domain.board import Lot
from creditsui.domain.entry import CreditKind, Entry
from creditsui.domain.money import Money
from creditsui.domain.observe import settled
from creditsui.domain.reading import Balance
from creditsui.domain.reconcile import History, expected


@dataclass(slots=True)
class _Open:
    left: int
    kind: CreditKind
    expires: date | None

    def order(self) -> date:
        return self.expires or date.max


def topups(entries: Iterable[Entry], currency: str) -> list[Entry]:
    """The top-ups in one currency, oldest effect first."""
    found = [e for e in entries if e.type == "topup" and e.amount is not None and e.amount.currency == currency]
    return sorted(found, key=lambda entry: (entry.at, entry.number))


def with_expiries(history: History, booked: Sequence[Entry], now: datetime, zone: tzinfo) -> History:
    """The history with what was left of each lot taken off when its last day had passed in `zone`."""
    today = now.astimezone(zone).date()
    for day in sorted({day for entry in booked if (day := entry.expires_at) is not None and day < today}):
        after = day + timedelta(days=1)
        at = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
        left = expected(history, at, 0)
        if left is None:
            continue
        open_lots = _walk(history, [entry for entry in booked if entry.at < at], left)
        gone = sum(lot.left for lot in open_lots if lot.expires == day)
        if gone > 0:
            history = replace(history, credits=sorted((*history.credits, (at, 0, -gone))))
    return history


def lots(history: History, booked: Sequence[Entry], left: Money, parts: Balance | None, today: date) -> tuple[Lot, ...]:
    """What is left of each lot, soonest to expire first.

    `parts` is the live balance, where the provider tells its granted and paid share. Empty where there is neither a
    top-up nor such a share.
    """
    told = [(kind, part) for kind, part in _told(parts) if part.currency == history.currency]
    if not booked and not told:
        return ()
    found = _walk(history, booked, left.micros)
    for lot in found:
        if lot.expires is not None and lot.expires < today:
            lot.expires = None  # the balance says that it is still there
    for kind, part in told:
        found.append(_Open(0, kind, None))  # for what the provider counts and nobody booked
        _settle([lot for lot in found if lot.kind == kind], part.micros)
    merged: dict[tuple[date, CreditKind], int] = {}
    for lot in found:
        merged[lot.order(), lot.kind] = merged.get((lot.order(), lot.kind), 0) + lot.left
    return tuple(
        Lot(Money(micros, history.currency), kind, None if day == date.max else day)
        for (day, kind), micros in sorted(merged.items())
        if micros > 0
    )


def _told(parts: Balance | None) -> list[tuple[CreditKind, Money]]:
    if parts is None:
        return []
    found: list[tuple[CreditKind, Money | None]] = [("paid", parts.paid), ("granted", parts.granted)]
    return [(kind, part) for kind, part in found if part is not None]


def _walk(history: History, booked: Sequence[Entry], left: int) -> list[_Open]:
    """The lots that are open once `left` is left: at each top-up, what had been spent by then is taken off."""
    place = {credit[1]: moved for credit, moved in zip(history.credits, settled(history), strict=True)}
    base = _Open(0, "paid", None)  # what was there before anything was booked
    found = [base]
    for entry in booked:
        at, number, _ = place[entry.number]
        before = expected(history, at, number - 1)
        if before is not None:
            _settle(found, before)
        found.append(_Open(entry.amount.micros if entry.amount else 0, entry.kind, entry.expires_at))
    _settle(found, left)
    return found


def _settle(found: list[_Open], left: int) -> None:
    """Take off what was spent, soonest to expire first; what is more than was known of never expires.

    One of the lots must be without an expiry.
    """
    spent = sum(lot.left for lot in found) - max(left, 0)
    if spent < 0:
        next(lot for lot in found if lot.expires is None).left -= spent
    for lot in sorted(found, key=_Open.order):
        if spent <= 0:
            break
        taken = min(spent, lot.left)
        lot.left -= taken
        spent -= taken
