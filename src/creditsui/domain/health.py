"""Health: how full the emptiest of an account's purses and quotas is, and which band that falls in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from creditsui.domain.account import Account, Thresholds
from creditsui.domain.board import Band, BudgetUse
from creditsui.domain.entry import Entry
from creditsui.domain.money import Money, money
from creditsui.domain.reading import Limit, Window
from creditsui.domain.reconcile import History, expected, first_after

HOUR = 3600
_LENGTHS = {"minute": 60, "day": 86_400, "5h": 18_000, "7d": 604_800, "month": 2_592_000}
_MINUTE = re.compile(r"\bmin(ute)?s?\b", re.IGNORECASE)


def capacity(
    account: Account, history: History, entries: Iterable[Entry]
) -> tuple[Money | None, Literal["config", "top-up", "highest"] | None]:
    """What a full bar stands for, in the history's currency, and where that comes from.

    The user's value; else the balance that the latest standing top-up led to; else the highest ever seen.
    """
    if account.capacity is not None and account.capacity > 0:
        return money(account.capacity, history.currency), "config"
    before = history.before
    topups = [
        entry
        for entry in entries
        if entry.type == "topup" and entry.amount is not None and entry.amount.currency == history.currency
    ]
    if topups:
        last = max(topups, key=lambda entry: (entry.at, entry.number))
        later = history.anchors[first_after(history, last.at, last.number) :]
        after = [micros for _, _, micros, _ in later]
        long_ago = before is not None and (last.at, last.number) <= before.place
        if before is not None and long_ago and before.filled is not None:
            after.append(before.filled)
        # The provider's own number beats ours: a top-up is often booked after the balance has already shown it.
        if not (any(number == 0 for _, _, _, number in later) or (before and long_ago and before.filled_live)):
            carried = before.carried if before and long_ago else expected(history, last.at, last.number)
            after += [carried] if carried is not None else []
        if after and max(after) > 0:
            return Money(max(after), history.currency), "top-up"
    highest = max((anchor[2] for anchor in history.anchors), default=0)
    highest = max(highest, before.highest or 0) if before is not None else highest
    return (Money(highest, history.currency), "highest") if highest > 0 else (None, None)


def spendable(balance: Money | None, limit: Limit | None) -> Money | None:
    """What can be spent now: the balance, or what a cap in the same currency leaves of it."""
    if balance is None or limit is None or limit.remaining is None or limit.remaining.currency != balance.currency:
        return balance
    return min(balance, limit.remaining)


def counts(window: Window) -> bool:
    """Whether a window that is used up stops the user for an hour or more."""
    if not window.counts:
        return False
    seconds = length(window)
    if seconds is not None:
        return seconds >= HOUR
    return not _MINUTE.search(window.name)


def length(window: Window) -> int | None:
    """Seconds of one period; None where nobody says. A month is as long as the one that ends with the reset."""
    if window.seconds is not None:
        return window.seconds
    if window.name == "month" and window.resets_at is not None:
        first = window.resets_at.replace(day=1)
        return (first - timedelta(days=1)).day * _LENGTHS["day"]
    return _LENGTHS.get(window.name)


def refilled(windows: Sequence[Window], now: datetime) -> tuple[tuple[Window, ...], bool]:
    """The windows as they must be at `now`, those past their reset full again, and whether one that counts was."""
    fresh = tuple(
        replace(window, used=0.0, remaining=window.limit, resets_at=None)
        if window.resets_at is not None and window.resets_at <= now
        else window
        for window in windows
    )
    guessed = any(counts(new) for old, new in zip(windows, fresh, strict=True) if old is not new)
    return fresh, guessed


def health(
    balance: Money | None,
    capacity: Money | None,
    limit: Limit | None = None,
    windows: Sequence[Window] = (),
    budget: BudgetUse | None = None,
) -> tuple[float | None, str | None]:
    """From 0 to 1, and what it comes from: `balance`, `limit`, `budget`, or a window's name; None where nothing can be
    measured.

    `balance` is the purse before a cap on the key: the cap has a part of its own. Debt is 0 whatever a full purse would
    hold; so is an empty purse, unless it never held anything and quotas that refill say how the account is.
    """
    quotas = [(_share(1 - window.used), window.name) for window in windows if counts(window)]
    parts: list[tuple[float, str]] = []
    if balance is not None:
        measured = capacity is not None and capacity.micros > 0 and capacity.currency == balance.currency
        if balance.micros < 0 or (balance.micros == 0 and (measured or not quotas)):
            parts.append((0.0, "balance"))
        elif capacity is not None and measured:
            parts.append((_share(balance / capacity), "balance"))
    if limit is not None and limit.remaining is not None and limit.remaining.currency == limit.amount.currency:
        if limit.remaining.micros <= 0:
            parts.append((0.0, "limit"))
        elif limit.amount.micros > 0:
            parts.append((_share(limit.remaining / limit.amount), "limit"))
    if budget is not None and budget.remaining is not None and budget.amount.micros > 0:
        parts.append((_share(budget.remaining / budget.amount), "budget"))
    return min(parts + quotas, key=lambda part: part[0], default=(None, None))


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def band(health: float | None, thresholds: Thresholds, amount: Money | None = None, days: float | None = None) -> Band:
    """The band of a health, which a floor in money (`amount` left) or in days of runway can only push down."""
    if thresholds.amount > 0 and amount is not None and amount < money(thresholds.amount, amount.currency):
        return Band.CRITICAL
    if thresholds.days > 0 and days is not None and days < thresholds.days:
        return Band.CRITICAL
    if health is None:
        return Band.UNKNOWN
    percent = round(health * 100, 6)  # 14.50 of 50.00 is 29 %, not 28.999999999999996
    if percent > thresholds.healthy:
        return Band.HEALTHY
    if percent > thresholds.warning:
        return Band.FAIR
    return Band.LOW if percent >= thresholds.critical else Band.CRITICAL
