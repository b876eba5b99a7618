"""“It just refused me”: what a provider's refusal tells of an account, once who can tell was asked."""

from dataclasses import dataclass

from creditsui.core import board, book
from creditsui.core.session import Session
from creditsui.domain import format as show
from creditsui.domain.board import AccountView
from creditsui.domain.entry import Entry
from creditsui.domain.money import Money
from creditsui.domain.reading import Certainty, Window

NOTE = "refused"
"""Kept with the entry that a refusal books."""
_FULL = 0.995
"""What is used so far, or more, counts as used up: providers round."""


@dataclass(frozen=True, slots=True)
class Refusal:
    says: str
    """What it means, after the name of the account, without a full stop."""
    entry: Entry | None = None
    """What was booked: that nothing is left. None where the provider itself tells more than that."""


def askable(view: AccountView) -> bool:
    """Whether somebody else than the user can tell: then that one is to be asked before the refusal is judged."""
    return view.enabled and (not view.manual or bool(view.windows))


def judge(session: Session, id: str) -> Refusal:
    """What a refusal of just now means by all that is known, booking an empty purse where nobody can tell otherwise.

    Ask first where `askable`. Raises Unbookable.
    """
    view = board.board(session).account(id)
    if view is None:
        return _empty(session, id, None, book.currency(session, id))
    problem = view.problem
    if problem is not None and problem.kind == "out_of_money":
        return Refusal("says itself that the credit is used up")
    if problem is not None and problem.kind == "rejected":
        return Refusal("rejects the key itself, so money is not what was missing")
    told = problem is None and not view.manual and not view.stale and view.certainty is Certainty.LIVE
    full = max((window for window in view.windows), key=lambda window: window.used, default=None)
    if full is not None and full.used >= _FULL:
        return Refusal(f"has used up {_window(full, session)}")
    limit = view.limit
    if told and limit is not None and limit.remaining is not None and limit.remaining.micros <= 0:
        again = f", which starts anew {limit.resets}" if limit.resets else ""
        return Refusal(f"has used up its cap of {show.amount(limit.amount)}{again}")
    if view.purse is None and full is not None:
        asked = "" if told else "could not be asked; "
        return Refusal(f"{asked}most likely {_window(full, session)} did it: {show.percent(1 - full.used)} left")
    if told and view.purse is not None:
        if view.purse.micros <= 0:
            return Refusal(f"says itself that nothing is left: {show.amount(view.purse)}")
        also = f"; most used of its limits is {_window(full, session)}" if full is not None else ""
        return Refusal(f"still tells {show.amount(view.purse)}, so something else refused{also}")
    return _empty(session, id, view, view.purse.currency if view.purse is not None else view.currency)


def _empty(session: Session, id: str, view: AccountView | None, currency: str) -> Refusal:
    """Book that nothing is left, and say what that taught."""
    before = view.purse if view is not None else None
    if before is not None and before.micros <= 0:
        return Refusal(f"was known to be empty: {show.amount(before)}")
    entry = book.sync(session, id, Money(0, currency), note=NOTE)
    after = board.board(session).account(id)
    if before is None:
        return Refusal("starts at nothing left", entry)
    said = f"has nothing left; {show.amount(before)} was expected and is booked as unseen"
    old = view.basis.share if view is not None and view.basis is not None else None
    new = after.basis.share if after is not None and after.basis is not None else None
    if new is not None and new != old:
        said += f", and {new:.0%} beside what is seen is taken to go unseen from now on"
    return Refusal(said, entry)


def _window(window: Window, session: Session) -> str:
    if window.resets_at is None:
        return show.quota(window)
    wait = max(0.0, (window.resets_at - session.now()).total_seconds())
    return f"{show.quota(window)} (refills in {show.span(wait)})"
