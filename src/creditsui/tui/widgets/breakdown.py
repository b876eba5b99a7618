"""What was spent on what: a row for each name, with a bar of its share; the cursor stands on one."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import Bar, paint_row
from creditsui.tui.ink import Ink, Run
from creditsui.tui.manner import Manner
from creditsui.tui.spent import Purse, name, purse_of

if TYPE_CHECKING:
    from creditsui.domain.spending import Row

Place = tuple[str, Purse]
"""Which row: its name and its purse."""

_GAP = 2
_BAR, _GOOD_BAR, _LONGEST_BAR = 6, 12, 48
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


class Breakdown(ScrollView, can_focus=True, inherit_bindings=False):
    """The list. It keeps the cursor by name while numbers change."""

    DEFAULT_CSS = """
    Breakdown { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    class Moved(Message):
        """The cursor stands on another row."""

    class Opened(Message):
        """The row under the cursor was chosen with the mouse."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor: Place | None = None
        self._rows: Sequence[Row] = ()
        self._by = ""
        self._manner: Manner | None = None
        self._ink: Ink | None = None
        self._after: list[str] = []
        self._runs: list[list[Run]] = []
        self._strips: list[Strip] = []

    @property
    def current(self) -> Row | None:
        return next((row for row in self._rows if _place(row) == self.cursor), None)

    def show(self, rows: Sequence[Row], by: str, manner: Manner, ink: Ink, *, after: Sequence[str] = ()) -> None:
        """These rows, and the sentences `after` them."""
        at = self._at()
        self._rows, self._by, self._manner, self._ink, self._after = rows, by, manner, ink, list(after)
        if self.current is None:
            self.cursor = _place(rows[min(at, len(rows) - 1)]) if rows else None
        self._paint()

    def move(self, by: int) -> None:
        if self._rows:
            self._select(min(max(self._at() + by, 0), len(self._rows) - 1))

    def _at(self) -> int:
        return next((at for at, row in enumerate(self._rows) if _place(row) == self.cursor), 0)

    def _select(self, at: int) -> None:
        place = _place(self._rows[at])
        if place != self.cursor:
            before, self.cursor = self._at(), place
            for changed in (before, at):
                if self._ink is not None and changed < len(self._runs):
                    self._strips[changed] = self._strip(changed, self._ink)
                    self.refresh_line(changed)
            self.post_message(self.Moved())
        self._into_sight()

    def _into_sight(self) -> None:
        at, top, high = self._at(), self.scroll_offset.y, max(1, self.size.height)
        last = len(self._strips) - 1 if at == len(self._rows) - 1 else at  # with the last row what stands after it
        if at < top or last >= top + high:
            self.scroll_to(y=at if at < top else min(at, last - high + 1), animate=False)

    def on_resize(self) -> None:
        self._paint()
        self._into_sight()

    def _paint(self) -> None:
        width = self.scrollable_content_region.width
        if self._manner is None or self._ink is None or width <= 0:
            return
        before, self._strips = self._strips, self._lines(self._ink, self._manner, width)
        if len(before) != len(self._strips) or self.virtual_size.width != width:
            self.virtual_size = Size(width, len(self._strips))
            self.refresh()
        else:
            for y, (old, new) in enumerate(zip(before, self._strips, strict=True)):
                if old != new:
                    self.refresh_line(y)

    def _lines(self, ink: Ink, manner: Manner, width: int) -> list[Strip]:
        self._runs = lines(self._rows, self._by, manner, width - 3) if self._rows else []
        found = [self._strip(at, ink) for at in range(len(self._runs))]
        said = [part for text in self._after for part in (wrap(text, max(8, width - 2)) or [""])]
        for at, text in enumerate(said):
            role = "text" if at == 0 and not self._rows else "dim"
            found.append(ink.line([(" " * (2 if self._rows else 1) + manner.plain(text), role)], width))
        return found

    def _strip(self, at: int, ink: Ink) -> Strip:
        here = _place(self._rows[at]) == self.cursor
        edge = "|" if self._manner is not None and self._manner.glyphs.ascii else "▌"
        runs: list[Run] = [(edge if here else " ", "accent"), (" ", "text"), *self._runs[at]]
        return ink.line(runs, self.scrollable_content_region.width, "ground-cursor" if here else "background")

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        return self._strips[at] if at < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        at = event.y + self.scroll_offset.y
        if not 0 <= at < len(self._rows):
            return
        if _place(self._rows[at]) == self.cursor:
            self.post_message(self.Opened())
        self._select(at)


def _place(row: Row) -> Place:
    return row.keys[0], purse_of(row)
