"""The manner in which numbers are said on this screen now: at which instant, ticking or still, open or hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import UNICODE, Glyphs
from creditsui.domain.hidden import masked as masked
from creditsui.domain.money import Money
from creditsui.tui.runs import Run

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView

_WEEK = 7
_SHORT = 4
"""Cells that the name of a window may add to that of an account."""
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠇"
_ASCII_SPINNER = "|/-\\"


@dataclass(frozen=True, slots=True)
class Manner:
    """`now` is when the screen was last told the time. `still`: instants stand where a clock would tick.

    `hidden`: amounts, labels and causes are not shown; bars and percents are, since they tell nobody how rich you are.
    """

    now: datetime
    zone: tzinfo
    still: bool = False
    hidden: bool = False
    glyphs: Glyphs = UNICODE
    quiet: Mapping[str, datetime | None] = field(default_factory=dict)
    """Accounts of which nothing is told for now, and until when; None: until they have recovered."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """How keys are written that are not the usual ones, by what they are for."""

    @property
    def instants(self) -> tzinfo | None:
        """For words that take a zone when they shall not tick."""
        return self.zone if self.still else None

    def plain(self, text: str) -> str:
        return grid.ascii_text(text) if self.glyphs.ascii else text

    def key(self, name: str, usual: str) -> Run:
        """The key of an act, as it is remapped."""
        return self.keys.get(name, usual), "accent"

    def figures(self, text: str) -> str:
        """Words with amounts in them, which hide when they shall."""
        return self.plain(masked(text) if self.hidden else text)

    def place(self, path: str) -> str:
        """A path, whole or, where it is outside the home and such things hide, not at all."""
        return self.figures(path)

    def amount(self, money: Money | None) -> str:
        return self.figures(words.amount(money))

    def signed(self, money: Money) -> str:
        return self.figures(words.signed(money))

    def name(self, view: AccountView) -> str:
        return self.plain((view.provider_name or view.provider) if self.hidden else view.label)

    def about(self, view: AccountView, sentence: str) -> str:
        """What others say of an account; without figures, and without what the user calls it, where those hide."""
        for own in (view.label, view.id) if self.hidden else ():
            sentence = sentence.replace(own, self.name(view))
        return self.figures(sentence)

    def title(self, view: AccountView) -> str:
        """The name, and which window it is whose bar is shown: `Claude Max 5h`."""
        name, window = self.name(view), words.binding_window(view)
        said = "" if window is None else self.plain(words.quota(window))
        return name if not 0 < len(said) <= _SHORT or name.endswith(said) else f"{name} {said}"

    def ago(self, at: datetime) -> str:
        """`12m ago`, or `at 19:40` where nothing ticks."""
        if self.still:
            return words.instant(at, self.now, self.zone)
        return words.ago(max(0.0, (self.now - at).total_seconds()))

    def until(self, at: datetime) -> str:
        """`0:50`, `4m`, or `at 19:40` where nothing ticks."""
        if self.still:
            return words.instant(at, self.now, self.zone)
        return words.countdown((at - self.now).total_seconds())

    def day_or_clock(self, at: datetime) -> str:
        """`19:40` today, else `23 Nov`."""
        there, today = at.astimezone(self.zone), self.now.astimezone(self.zone).date()
        return words.clock(at, self.zone) if there.date() == today else words.short_day(there.date())

    def time_left(self, view: AccountView) -> str:
        """The time column: to a refill with `↻`, else to empty."""
        window = words.binding_window(view)
        if self.still and window is not None and window.resets_at is not None:
            return self.plain("↻" + self.day_or_clock(window.resets_at))
        return self.plain(words.time_left(view, self.now))

    def remark(self, view: AccountView) -> str:
        text = words.remark(view, self.now, self.instants)
        for said in (words.unbooked(view), words.expiring(view)) if self.hidden else ():
            text = text.replace(said, masked(said)) if said else text
        return self.plain(text)

    def news(self, view: AccountView) -> str:
        """What stands in the place of the last hit, as it wants an act: `+$25.00 press t`, `$12.00 ends 7d`."""
        if view.proposals:
            return f"{self.signed(view.proposals[0].amount)} press t"
        soon = view.expiring
        if soon is None or soon.within > _WEEK:
            return ""
        return f"{self.amount(soon.amount)} {f'ends {soon.days}d' if soon.days else 'last day'}"

    def mark(self, view: AccountView) -> tuple[str, str]:
        """The same in one cell and its role, where there is no room for words."""
        return ("+", "gain") if view.proposals else ("v" if self.glyphs.ascii else "◇", "warn")

    def worth(self, change: Money | float) -> str:
        """What floats beside a bar after a change: `−$2.31`, `+12%`."""
        if isinstance(change, Money):
            return self.signed(change)
        return self.plain(f"{'+' if change > 0 else '−'}{max(1, round(abs(change) * 100))}%")

    def spinner(self, step: int) -> str:
        frames = _ASCII_SPINNER if self.glyphs.ascii else _SPINNER
        return frames[step % len(frames)]
