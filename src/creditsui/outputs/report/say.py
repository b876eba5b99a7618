"""How a page that stands still says things: at instants, never in a countdown; open, or with amounts out of sight."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.board import AccountView
from creditsui.domain.hidden import masked
from creditsui.domain.money import Money

_LONGEST = 60
UNKNOWN = "?"
"""In the place of what is not known."""


@dataclass(frozen=True)
class Say:
    """`hidden`: amounts, names that the user gave and what money was spent on are not shown; shares are."""

    now: datetime
    zone: tzinfo
    hidden: bool = False
    _names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, views: Sequence[AccountView], now: datetime, zone: tzinfo, hidden: bool) -> "Say":
        names: dict[str, str] = {}
        for view in views:
            name = (view.provider_name or view.provider) if hidden else view.label
            name = grid.cut(name[: 4 * _LONGEST], _LONGEST) or UNKNOWN
            # Without the names that tell them apart, two accounts of one provider are counted.
            twins = sum(1 for known in names.values() if known == name or known.startswith(f"{name} #"))
            names[view.id] = f"{name} #{twins + 1}" if hidden and twins else name
        return cls(now, zone, hidden, names)

    def name(self, view: AccountView) -> str:
        return self._names.get(view.id, UNKNOWN)

    def name_of(self, account: str) -> str:
        """Of an account that may be none of the board's any more."""
        return self._names.get(account) or ("another account" if self.hidden else grid.cut(account[:200], _LONGEST))

    def title(self, view: AccountView) -> str:
        """The name, and which window it is whose bar is shown: `Claude Max 5h`."""
        name, window = self.name(view), words.binding_window(view)
        said = "" if window is None else words.quota(window)
        return name if not 0 < len(said) <= 4 or name.endswith(said) else f"{name} {said}"

    def figures(self, said: str) -> str:
        """Words with amounts in them; shares stay, since they tell nobody how rich you are."""
        return masked(said, percents=False) if self.hidden else said

    def amount(self, money: Money | None) -> str:
        return UNKNOWN if money is None else self.figures(words.amount(money))

    def figure(self, money: Money | None) -> str:
        return UNKNOWN if money is None else self.figures(words.figure(money))

    def signed(self, money: Money) -> str:
        return self.figures(words.signed(money))

    def at(self, moment: datetime) -> str:
        """`19:40` today, else `Tue 24 Nov`."""
        there, today = moment.astimezone(self.zone), self.today
        return words.clock(moment, self.zone) if there.date() == today else words.weekday(there.date(), today)

    def short(self, moment: datetime) -> str:
        """`19:40` today, else `24 Nov`."""
        there = moment.astimezone(self.zone)
        return words.clock(moment, self.zone) if there.date() == self.today else self.day(there.date())

    def day(self, day: date) -> str:
        return words.short_day(day, self.today)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def time_left(self, view: AccountView) -> str:
        """`lasts 3–6d`, `refills 20:52`, `empty`, `gathering`; empty where nobody can tell."""
        window, budget = words.binding_window(view), view.budget
        if window is not None:
            return f"refills {self.short(window.resets_at)}" if window.resets_at is not None else ""
        left = words.time_left(view, self.now)
        if left.startswith("↻"):
            anew = budget.resets_at if budget is not None else None
            return f"anew {self.short(anew)}" if anew is not None else ""
        if left == words.NOTHING:
            return ""
        return f"lasts {left}" if view.runway.state == "known" else left
