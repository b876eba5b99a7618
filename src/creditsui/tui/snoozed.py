"""What an account says while nothing is told of it: until when, and how to hear of it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from creditsui.domain import format as words
from creditsui.tui.runs import Run

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView
    from creditsui.tui.manner import Manner

SIGN = "z"


def sign(view: AccountView, manner: Manner) -> list[Run]:
    """One cell beside the name; nothing where alerts are told."""
    return [(SIGN, "dim")] if view.id in manner.quiet else []


def line(view: AccountView, manner: Manner) -> list[list[Run]]:
    """`z snoozed until 15:10 · n wakes it`."""
    if view.id not in manner.quiet:
        return []
    return [[(f"{SIGN} ", "dim"), (_said(manner.quiet[view.id], manner), "dim"), (" · ", "dim"),
             manner.key("snooze", "n"), (" changes it", "dim")]]  # fmt: skip


def until(at: datetime, manner: Manner) -> str:
    """`15:10`, `tomorrow 08:00`, `24 Nov 08:00`."""
    here, today = at.astimezone(manner.zone), manner.now.astimezone(manner.zone).date()
    clock = words.clock(at, manner.zone)
    if here.date() == today:
        return clock
    day = "tomorrow" if here.date() == today + timedelta(days=1) else words.short_day(here.date(), today)
    return f"{day} {clock}"


def _said(at: datetime | None, manner: Manner) -> str:
    return "quiet until it recovers" if at is None else f"snoozed until {manner.plain(until(at, manner))}"
