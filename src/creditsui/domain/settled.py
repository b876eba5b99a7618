"""Credit at the moment it came in: a top-up that was booked a little early or late belongs to the rise it made."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from creditsui.domain.history import Anchor, Credit, History, place

_AROUND = timedelta(days=1)
"""How far a booked top-up may be from the rise it made."""


def settled(history: History) -> list[Credit]:
    """The credits in their order, each at the rise it made where that is not when it was booked.

    People book a top-up a little before or after the balance shows it, and a purchase with its bonus in two parts.
    """
    if not history.moved:
        history.moved[:] = _settled(history)
    return history.moved


def _settled(history: History) -> list[Credit]:
    if not any(micros > 0 for _, _, micros in history.credits):
        return list(history.credits)
    anchors = history.anchors
    unbooked = dict(history.rises)
    rises = sorted(unbooked)
    shown, places = [anchors[rise][0] for rise in rises], [place(anchors[rise]) for rise in rises]
    late: list[int] = []
    for index, (at, number, micros) in enumerate(history.credits):
        if micros > 0:
            after = bisect_left(places, (at, number))
            if after < len(rises) and place(anchors[rises[after] - 1]) < (at, number):  # the first anchor after it
                unbooked[rises[after]] -= micros
            else:
                late.append(index)
    moved = list(history.credits)
    # One that is a whole rise has its place before those that are a part of one.
    for whole in (True, False):
        for index in list(late):
            at, _, micros = history.credits[index]
            low, high = bisect_left(shown, at - _AROUND), bisect_right(shown, at + _AROUND)
            rise = _rise(anchors, rises[low:high], unbooked, at, micros, whole=whole) if low < high else None
            if rise is not None:
                unbooked[rise] -= micros
                moved[index] = (anchors[rise][0], 0, micros)
                late.remove(index)
    return moved


def _rise(
    anchors: Sequence[Anchor],
    rises: Sequence[int],
    unbooked: Mapping[int, int],
    at: datetime,
    micros: int,
    *,
    whole: bool,
) -> int | None:
    """The anchor at which a balance that the provider told rose by about `micros`, or by more, near an instant; what
    was booked for a rise already is no part of it."""
    near = [
        index for index in rises if micros <= 2 * unbooked[index] and (unbooked[index] <= micros * 1.1 or not whole)
    ]
    return min(near, key=lambda index: abs(anchors[index][0] - at), default=None)
