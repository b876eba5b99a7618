"""What the detail says of a balance that the ledger carries: what was missed, and when it is time for a new truth."""

from creditsui.domain import format as words
from creditsui.domain.board import AccountView
from creditsui.tui.ink import Run
from creditsui.tui.manner import Manner


def drift(view: AccountView, manner: Manner) -> list[list[Run]]:
    """`$0.31 unseen since 12 Nov`, against what was expected, and what is expected to go unseen from now on."""
    it = view.drift
    if it is None:
        return []
    parts: list[list[Run]] = []
    if it.amount.micros:
        today = manner.now.astimezone(manner.zone).date()
        since = words.short_day(it.since.astimezone(manner.zone).date(), today)
        missed = f" unseen since {since}" if it.amount.micros > 0 else f" overcounted since {since}"
        parts.append([(manner.amount(max(it.amount, -it.amount)), "bright"), (missed, "dim")])
        if it.expected is not None and it.reported is not None:
            figures = f"{words.amount(it.reported)} for {words.amount(it.expected)}"
            parts.append([(manner.figures(figures), "dim")])
    if it.share is not None and round(it.share * 100):
        more = "unseen beside what is seen" if it.share > 0 else "cheaper than priced"
        parts.append([(f"{abs(it.share):.0%}", "bright"), (f" {more}", "dim")])
    return parts


def nudge(view: AccountView, manner: Manner) -> list[list[Run]]:
    """The one word that it is time to sync."""
    if not view.wide or view.error is None:
        return []
    return [
        [(manner.plain("± "), "warn"), (manner.amount(view.error), "bright"), (" by now · ", "dim"),
         manner.key("sync", "s"), (" to re-sync", "dim")]
    ]  # fmt: skip
