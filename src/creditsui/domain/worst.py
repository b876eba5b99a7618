"""Who hurts most."""

from math import inf
from typing import TYPE_CHECKING

from creditsui.domain.band import Band

# The pane's first frame waits for this: what only annotations need is not loaded.
if TYPE_CHECKING:
    from creditsui.domain.board import AccountView, Board


def worst_of(board: "Board") -> "AccountView | None":
    """The account that hurts most, in whatever order the list is; None where nothing can be measured."""
    order = tuple(Band)

    def badness(view: "AccountView") -> tuple[int, float, float]:
        days = 0.0 if view.runway.state == "empty" else view.runway.days
        return -order.index(view.band), inf if days is None else days, view.health or 0.0

    measured = (view for view in board.accounts if view.enabled and view.health is not None)
    return min(measured, key=badness, default=None)
