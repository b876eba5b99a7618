"""Sorting calls by who pays for them: metered money, a flat-rate plan, or nobody knows how much."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from creditsui.domain.money import Money, total
from creditsui.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class Metered:
    """The calls of one account. Sums begin at the instant they were sorted for."""

    priced: Sequence[Usage]
    """Calls that cost money, and how much is known."""
    unpriced_at: datetime | None
    """The last call that cost money nobody knows how much of."""
    unpriced_tokens: int
    notional: Mapping[str, Money]
    """What the calls of a flat-rate plan would have cost, by currency."""

    def and_(self, later: "Metered") -> "Metered":
        """With calls that came later."""
        unpriced = [at for at in (self.unpriced_at, later.unpriced_at) if at is not None]
        return Metered(
            [*self.priced, *later.priced],
            max(unpriced, default=None),
            self.unpriced_tokens + later.unpriced_tokens,
            total([*self.notional.values(), *later.notional.values()]),
        )


NOTHING = Metered((), None, 0, {})


def metered(usage: Iterable[Usage], since: datetime) -> Metered:
    """Sort the calls; tokens and notional cost are summed from `since` on. Calls of unknown billing are left out."""
    priced: list[Usage] = []
    notional: list[Money] = []
    unpriced_at, tokens = None, 0
    for call in usage:
        if call.billing == "metered" and call.cost is not None:
            priced.append(call)
        elif call.billing == "metered":
            unpriced_at = call.at if unpriced_at is None else max(unpriced_at, call.at)
            if call.at >= since:
                tokens += call.input + call.output + call.cache_read + call.cache_write
        elif call.billing == "subscription" and call.cost is not None and call.at >= since:
            notional.append(call.cost)
    return Metered(priced, unpriced_at, tokens, total(notional))
