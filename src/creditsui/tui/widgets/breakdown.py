"""What was spent on what: a row for each name, with a bar of its share; the cursor stands on one."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from textual.strip import Strip

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import Bar, paint_row
from creditsui.tui.ink import Ink, Run
from creditsui.tui.manner import Manner
from creditsui.tui.spent import Purse, name, purse_of
from creditsui.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from creditsui.domain.spending import Row

Place = tuple[str, Purse]
"""Which row: its name and its purse."""

_GAP = 2
_BAR, _GOOD_BAR, _LONGEST_BAR = 6, 12, 80
_LONGEST_NAME, _SHORTEST_NAME = 36, 8
_ROLES = {"fill:unknown": "column", "trail": "column-pale", "track": "track"}


def lines(rows: Sequence[Row], by: str, manner: Manner, width: int) -> list[list[Run]]:
    """A line for each row, without the two cells of the cursor: name, bar, what was spent, what plans covered, tokens.

    A bar is as long as the row's share of the largest in its purse: filled for money, pale for what a plan covers.
    """
    names = [name(by, row.keys[0], manner) for row in rows]
    columns = [column for column in _columns(rows, manner) if any(text for text in column[1])]
    wide = [max(map(grid.cells, texts)) for _, texts in columns]
    longest = min(max(map(grid.cells, names), default=0), _LONGEST_NAME)
    kept = len(columns)

    def room() -> int:
        return width - longest - sum(cells + _GAP for cells in wide[:kept]) - _GAP

    while kept > 1 and room() < _GOOD_BAR:
        kept -= 1
    while longest > _SHORTEST_NAME and room() < _BAR:
        longest -= 1
    bar = min(room(), _LONGEST_BAR) if room() >= _BAR else 0
    largest = {purse_of(row): 0 for row in rows}
    for row in rows:
        largest[purse_of(row)] = max(largest[purse_of(row)], _solid(row) + _pale(row))
    end = "." if manner.glyphs.ascii else "…"
    found = []
    for at, row in enumerate(rows):
        runs: list[Run] = [(grid.fit(names[at], longest, end=end), "text" if row.keys[0] else "dim")]
        if bar:
            painted = paint_row(_bar(row, largest[purse_of(row)]), bar, manner.glyphs)
            runs += [(" " * _GAP, "text"), *((text, _ROLES.get(role, role)) for text, role in painted)]
        for (role, texts), cells in zip(columns[:kept], wide, strict=False):
            runs.append((" " * _GAP + grid.fit(texts[at], cells, ">"), role))
        found.append(runs)
    return found


def _columns(rows: Sequence[Row], manner: Manner) -> list[tuple[str, list[str]]]:
    """Role and texts, in the order of survival."""
    spent = [_spent(row, manner) for row in rows]
    if any(text.endswith("+") for text in spent):
        spent = [text if text.endswith("+") else f"{text} " for text in spent]
    tokens = [f"{words.tokens(row.tokens)} tok" if row.calls else "" for row in rows]
    return [
        ("strong", spent),
        ("dim", [_covered(row, manner) for row in rows]),
        ("dim", [manner.figures(text) for text in tokens]),
        (
            "dim",
            [manner.figures(f"{row.calls:,} call{'' if row.calls == 1 else 's'}") if row.calls else "" for row in rows],
        ),
    ]


def _spent(row: Row, manner: Manner) -> str:
    """With a `+` where there is more that has no known price; nothing where a plan covers it all."""
    if row.cost is None:
        return "?"
    if not row.cost.micros and (_pale(row) or row.notional is None):
        return ""
    return manner.amount(row.cost) + ("+" if row.unpriced_tokens and row.notional is not None else "")


def _covered(row: Row, manner: Manner) -> str:
    if row.notional is None:
        return "(?)"
    amount = row.notional if row.undecided is None else row.notional + row.undecided
    return f"({manner.amount(amount)})" if amount.micros else ""


def _solid(row: Row) -> int:
    return 0 if row.cost is None else max(0, row.cost.micros)


def _pale(row: Row) -> int:
    return sum(max(0, part.micros) for part in (row.notional, row.undecided) if part is not None)


def _bar(row: Row, largest: int) -> Bar:
    if not largest:
        return Bar(None, state="none") if row.unpriced_tokens else Bar(0.0)
    if not _solid(row) + _pale(row) and row.unpriced_tokens:
        return Bar(None, state="none")
    return Bar(_solid(row) / largest, trail=_pale(row) / largest)


class Breakdown(Listing["Row", Place]):
    """The cursor stays on its name while numbers change."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._by = ""
        self._after: list[str] = []
        self._runs: list[list[Run]] = []

    def show(self, rows: Sequence[Row], by: str, manner: Manner, ink: Ink, *, after: Sequence[str] = ()) -> None:
        """These rows, and the sentences `after` them."""
        self._by, self._after = by, list(after)
        self.put(rows, manner, ink)

    def place(self, item: Row) -> Place:
        return item.keys[0], purse_of(item)

    def draw_items(self, ink: Ink, manner: Manner, width: int) -> list[Strip]:
        self._runs = lines(self.items, self._by, manner, width - 2) if self.items else []
        found = [self._strip(at, ink, width) for at in range(len(self._runs))]
        said = [part for text in self._after for part in (wrap(text, max(8, width - 2)) or [""])]
        for at, text in enumerate(said):
            role = "text" if at == 0 and not self.items else "dim"
            found.append(ink.line([(" " * (2 if self.items else 1) + manner.plain(text), role)], width))
        return found

    def moved(self, before: int, at: int) -> None:
        """Two lines are different; how wide each column is stays as it was."""
        for changed in (before, at):
            if self._pen is not None and changed < len(self._runs):
                self._strips[changed] = self._strip(changed, self._pen[0], self.scrollable_content_region.width)
                self.refresh_line(changed)

    def _strip(self, at: int, ink: Ink, width: int) -> Strip:
        row = self.items[at]
        return ink.line([self.edge(row), (" ", "text"), *self._runs[at]], width, self.ground(row))
