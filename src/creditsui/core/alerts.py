"""What is told once: the board held against what was remembered of it, whoever asks, in one ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from creditsui.core.session import Session
from creditsui.domain.alert import Alert
from creditsui.domain.board import Board


@dataclass(frozen=True, slots=True)
class Standing:
    """An episode that goes on."""

    alert: Alert
    """As it was when it was last seen; `since` is when it began."""
    told: bool
    """False: it was there when the account was first seen, or waits for the end of quiet hours or of a snooze."""
    acknowledged: bool


def look(session: Session, board: Board, *, hold: bool = False) -> list[Alert]:
    """Hold a board against what is remembered, remember it, and return what is new and due, the worst first.

    Of all processes one alone is given an alert. With `hold` it is given to another one where this process ends before
    it says `handed_on`. Blocks on the ledger. Raises LedgerError, ConfigError.
    """
    return []


def handed_on(session: Session, alerts: Sequence[Alert]) -> None:
    """What a look with `hold` returned has been delivered. Raises LedgerError."""


def standing(session: Session) -> list[Standing]:
    """The episodes that go on, the worst first. Raises LedgerError."""
    return []


def snoozed(session: Session) -> dict[str, datetime]:
    """The accounts of which nothing is told yet, and until when. Raises LedgerError."""
    return {}


def snooze(session: Session, account: str, until: datetime) -> None:
    """Tell nothing of an account until then; what still holds then, and was not told, is. Raises LedgerError."""


def acknowledge(session: Session, account: str) -> int:
    """Tell nothing more of what goes on there until it has recovered, not even that it got worse; what is new is told.
    Says of how many episodes. Raises LedgerError."""
    return 0


def resume(session: Session, account: str) -> None:
    """Take a snooze and an acknowledgement back. Raises LedgerError."""
