"""The top-ups among what a user booked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from creditsui.domain.board import TopUpMark
from creditsui.domain.entry import Entry


def topups(entries: Iterable[Entry], currency: str) -> list[Entry]:
    """The top-ups in one currency, oldest effect first."""
    found = [e for e in entries if e.type == "topup" and e.amount is not None and e.amount.currency == currency]
    return sorted(found, key=lambda entry: (entry.at, entry.number))


@dataclass(frozen=True, slots=True)
class TopUps:
    """The top-ups of an account, sorted once for the same entries."""

    of: Sequence[Entry]
    _known: dict[str, tuple[Sequence[Entry], tuple[TopUpMark, ...]]] = field(default_factory=dict)

    def all(self, currency: str) -> Sequence[Entry]:
        """Those in one currency, oldest effect first."""
        return self._in(currency)[0]

    def marks(self, currency: str) -> tuple[TopUpMark, ...]:
        """The same for a board, newest first."""
        return self._in(currency)[1]

    def _in(self, currency: str) -> tuple[Sequence[Entry], tuple[TopUpMark, ...]]:
        if currency not in self._known:
            found = topups(self.of, currency)
            marks = tuple(TopUpMark(entry.at, entry.amount) for entry in reversed(found) if entry.amount)
            self._known[currency] = found, marks
        return self._known[currency]
