"""Everything as a table: for who reads by ear, and for who copies it into a sheet."""

from collections.abc import Sequence

from creditsui.domain import format as words
from creditsui.domain.board import AccountView, Board
from creditsui.outputs.report.facts import source
from creditsui.outputs.report.markup import Markup, join, tag
from creditsui.outputs.report.say import UNKNOWN, Say

_NAMES = ("account", "band", "left", "of", "health", "lasts", "P10–P90", "empty on", "a day", "today", "7 days",
          "30 days", "certainty", "as of")  # fmt: skip


def numbers(board: Board, say: Say) -> Markup:
    head = tag("tr", *(tag("th", name, scope="col") for name in _NAMES))
    rows = [_row(view, say) for view in board.accounts if view.enabled]
    return table("Every account", head, rows, "every")


def table(caption: str, head: Markup, rows: Sequence[Markup], kind: str | None = None) -> Markup:
    """A table that moves sideways where it is too wide, by keys too."""
    body = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *rows), class_=kind)
    return tag("div", body, class_="scroll", tabindex=0, role="region", aria_label=caption)


def _row(view: AccountView, say: Say) -> Markup:
    it, spend = view.runway, view.spend
    known = it.state == "known" and it.days is not None
    low_high = words.stretches(it.p10, it.p90) if known and it.p10 is not None and it.p90 is not None else UNKNOWN
    cells = [
        view.band.value,
        say.figures(words.purses(view)) or UNKNOWN,
        say.amount(view.capacity),
        words.health(view).replace("?%", UNKNOWN),
        words.runway(it) if known else UNKNOWN if it.state == "unknown" else it.state,
        low_high,
        it.empty_on.isoformat() if it.empty_on is not None else UNKNOWN,
        say.amount(view.burn),
        say.amount(spend.today if spend else None),
        say.amount(spend.week if spend else None),
        say.amount(spend.month if spend else None),
        view.certainty.value,
        source(view, say),
    ]
    name = tag("th", tag("bdi", say.name(view)), scope="row")
    return tag("tr", join(name, *(tag("td", cell) for cell in cells)))
