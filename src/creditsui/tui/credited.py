"""What the detail says of credit that came, ends or ended, and of the budget, in parts that stay whole."""

from creditsui.domain import format as words
from creditsui.domain.board import AccountView, BudgetUse
from creditsui.tui.ink import Run
from creditsui.tui.manner import Manner

Line = list[Run]
Named = tuple[str, list[Line]]

_LOTS, _EXPIRED = 3, 2
_SOON, _LAST = 7, 1
"""Days before its end from which credit is worth a count and a colour, and a stronger one."""


def credit(view: AccountView, manner: Manner) -> list[Named]:
    """Budget, what came in unbooked or comes by itself, lots and what expired."""
    found: list[Named] = []
    if view.budget is not None:
        found.append(("budget", budget(view, view.budget, manner)))
    if view.proposals:
        found.append(("came in", [_proposals(view, manner), [manner.key("topup", "t"), (" books it", "dim")]]))
    if view.allowance is not None:
        given = manner.figures(words.allowance(view.allowance))
        found.append(("gifts", [[(given, "gain"), (" by itself", "dim")]]))
    lots = _lots(view, manner)
    if lots and (len(view.lots) > 1 or view.lots[0].expires_at is not None):
        found.append(("lots", lots))
    if view.expired:
        today = manner.now.astimezone(manner.zone).date()
        gone: list[Line] = [
            [(manner.signed(-one.amount), "loss"), (f" after {words.short_day(one.on, today)}", "dim")]
            for one in view.expired[:_EXPIRED]
        ]
        found.append(("expired", gone))
    return found


def budget(view: AccountView, it: BudgetUse, manner: Manner) -> list[Line]:
    """`$12.00 left of $50.00 a month`, `$79.00 by 30 Nov`."""
    whole = manner.figures(words.budget(it))
    if it.remaining is None:
        return [[(whole, "bright")], [("what was spent of it is not known", "dim")]]
    if it.remaining.micros < 0:
        left: Line = [(manner.amount(-it.remaining), "loss"), (f" over {whole}", "dim")]
    else:
        left = [(manner.amount(it.remaining), "bright"), (f" left of {whole}", "dim")]
    parts = [left]
    if it.projected is not None and it.resets_at is not None and it.per != "day":
        over = it.projected.micros > it.amount.micros
        last = words.short_day((it.resets_at.astimezone(manner.zone)).date())
        parts.append([(manner.amount(it.projected), "warn" if over else "bright"), (f" spent by {last}", "dim")])
    if it.elapsed is not None and it.spent is not None and it.amount.micros > 0 and it.per != "day":
        pace = f"{words.percent(it.spent / it.amount)} spent, {words.percent(it.elapsed)} of the time over"
        parts.append([(pace, "dim")])
    if it.seen_since is not None:
        parts.append([(f"seen since {manner.day_or_clock(it.seen_since)}", "dim")])
    return parts


def _proposals(view: AccountView, manner: Manner) -> Line:
    first, more = view.proposals[0], len(view.proposals) - 1
    line: Line = [(manner.signed(first.amount), "gain")]
    line.append((f" {manner.day_or_clock(first.at)} and nobody booked it", "dim"))
    return [*line, (f" (+{more} more)", "dim")] if more else line


def _lots(view: AccountView, manner: Manner) -> list[Line]:
    today = manner.now.astimezone(manner.zone).date()
    lots: list[Line] = []
    for lot in view.lots[:_LOTS]:
        ends: Run = (" never", "dim")
        if lot.expires_at is not None:
            days = (lot.expires_at - today).days
            when = words.short_day(lot.expires_at, today) if days > _SOON else f"in {days}d" if days else "today"
            ends = (f" expires {when}", "loss" if days <= _LAST else "warn" if days <= _SOON else "dim")
        kind: Line = [] if lot.kind == "paid" else [(f" {lot.kind}", "dim")]
        lots.append([(manner.amount(lot.remaining), "bright"), *kind, ends])
    return lots
