"""What the detail says of a spike: how much and against what, and who did it."""

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.board import AccountView, Culprit, Spike
from creditsui.tui import facts
from creditsui.tui.facts import LABEL, Line
from creditsui.tui.ink import spread, width_of
from creditsui.tui.manner import Manner

_CULPRITS = 3


def parts(spike: Spike, manner: Manner) -> list[Line]:
    """In parts that stay whole: `$42.00 since 14:00`, `12× the usual $3.50`."""
    when = f" since {manner.day_or_clock(spike.since)}"
    if spike.until is not None:
        when = f" {manner.day_or_clock(spike.since)} – {manner.day_or_clock(spike.until)}"
    role = "dim" if spike.until is not None else "warn"
    usual = f"{words.times_usual(spike)} the usual {words.amount(spike.usual)}"
    spent: Line = [(manner.amount(spike.amount), "loss"), (manner.plain(when), "dim")]
    return [[(f"{manner.glyphs.spike} ", role), *spent], [(manner.figures(usual), "dim")]]


def section(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """With those who did it, the dearest first, and their sessions where there is room."""
    spike = view.spike
    if spike is None:
        return []
    lines = facts.flow("spike", parts(spike, manner), width)
    dearest = spike.culprits[:_CULPRITS]
    wide = max((grid.cells(manner.amount(one.amount)) for one in dearest), default=0)
    for one in dearest:
        amount = grid.fit(manner.amount(one.amount), wide, ">")
        who = "••••" if manner.hidden else manner.plain(_who(one))
        session = "" if manner.hidden else manner.plain(one.session[:8])
        left: Line = [(f"{amount}  {who}", "text")]
        room = width - LABEL
        fits = width_of(left) + grid.cells(session) + 2 <= room
        lines.append(facts.labelled("", spread(left, [(session, "dim")], room) if fits else left))
    return lines


def _who(one: Culprit) -> str:
    return " · ".join(part for part in (one.model, one.project) if part) or "unnamed"
