"""One rise of a balance that two machines booked by themselves: only one of the two entries counts."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from creditsui.domain.entry import Entry

_NEAR = timedelta(hours=1)
"""By how much the instants may differ at which two machines saw it."""
_ALIKE = 10
"""One part in so many by which the amounts may differ, as something was spent in between."""


def twins(
    held: Sequence[Entry], coming: Sequence[Entry], told: Collection[str], automatic: Callable[[Entry], bool]
) -> list[tuple[Entry, Entry]]:
    """Pairs of an entry that is held and one that comes in, both standing, for the same rise: at least one of them was
    booked by a machine. First the one that stays: the user's own, else that with the smaller id, whichever came first.

    `told` are the ids of all that come in: what is held and among them was known there, and is another rise.
    """
    free = [entry for entry in held if entry.type == "topup" and entry.id not in told]
    found = []
    for entry in coming:
        near = [one for one in free if _same(one, entry) and (automatic(one) or automatic(entry))]
        if entry.type == "topup" and near:
            other = min(near, key=lambda one: (abs(one.at - entry.at), one.id))
            free.remove(other)
            stays, goes = sorted((other, entry), key=lambda one: (automatic(one), one.id))
            found.append((stays, goes))
    return found


def _same(one: Entry, other: Entry) -> bool:
    if one.account != other.account or one.amount is None or other.amount is None:
        return False
    if one.amount.currency != other.amount.currency or abs(one.at - other.at) > _NEAR:
        return False
    most = max(one.amount.micros, other.amount.micros)
    return abs(one.amount.micros - other.amount.micros) * _ALIKE <= most
