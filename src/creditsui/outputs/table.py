"""The board as a table for a terminal or a pipe: a line per account, the same bars as in the pane, a line of totals."""

from collections.abc import Sequence
from datetime import tzinfo

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import PLAIN, UNICODE, Glyphs, Run, bar_of, paint_row
from creditsui.domain.board import AccountView, Board
from creditsui.outputs.sgr import Color, paint

_NARROWEST, _WIDEST = 20, 240
_BAR, _GOOD_BAR, _LONGEST_BAR = 8, 20, 48
_SHORTEST_LINE, _SHORTEST_REMARK = 4, 12
_NAME, _LONGEST_NAME = 4, 24
_GAP = 2

_WIDTHS = (9, 16, 48)
"""How wide time left, amount and remark may grow."""


def table(board: Board, width: int, color: Color = "none", glyphs: Glyphs = UNICODE, zone: tzinfo | None = None) -> str:
    """Lines of at most `width` cells (20 to 240), joined by newlines, without one at the end.

    Columns go when there is no room, the bar (8 cells) and what is left of it last: glyph, name, bar, percent, time
    left, amount, remark. `zone` shows instants in the place of ages and countdowns.
    """
    if color == "none" and not glyphs.ascii:
        glyphs = PLAIN
    width = min(max(width, _NARROWEST), _WIDEST)
    page = _Page(board, width, color, glyphs, zone)
    lines = page.rows() if board.accounts else [page.line([(page.say("no accounts yet · creditsui --help"), "dim")])]
    lines += page.foot()
    return "\n".join(line.rstrip() if color == "none" else line for line in lines)


class _Page:
    """One table being laid out: what every line of it has in common."""

    def __init__(self, board: Board, width: int, color: Color, glyphs: Glyphs, zone: tzinfo | None) -> None:
        self.board, self.width, self.color, self.glyphs, self.zone = board, width, color, glyphs, zone
        self.now = board.generated_at
        self.end = "." if glyphs.ascii else "…"
        """What a cut text ends in."""

    def say(self, text: str) -> str:
        return grid.ascii_text(text) if self.glyphs.ascii else text

    def line(self, runs: Sequence[Run]) -> str:
        return paint(self.clipped(runs), self.color)

    def clipped(self, runs: Sequence[Run]) -> list[Run]:
        kept: list[Run] = []
        room = self.width
        for text, role in runs:
            cells = grid.cells(text)
            if cells > room:
                kept.append((grid.cut(text, room, end=self.end), role))
                break
            kept.append((text, role))
            room -= cells
        return kept

    def rows(self) -> list[str]:
        lines, with_amounts = self.laid_out(_WIDTHS[1])
        return lines if with_amounts else self.laid_out(0)[0]

    def laid_out(self, purses: int) -> tuple[list[str], bool]:
        """The rows, and whether amounts had room; `purses`: cells for them with the money in other currencies."""
        rows = [(view, self.columns(view, purses)) for view in self.board.accounts]
        # A remark that stands alone takes the place of the other columns and of a part of the bar.
        alone = [bool(remark) and not time and not left for _, (time, left, remark) in rows]
        wanted = []
        for index, widest in enumerate(_WIDTHS):
            texts = [row[index] for (_, row), single in zip(rows, alone, strict=True) if not single]
            wanted.append(min(widest, max(map(grid.cells, texts), default=0)))
        names = (grid.cells(self.say(view.label)) for view in self.board.accounts)
        longest = min(_LONGEST_NAME, max(_NAME, *names))
        kept, name, bar = _layout(self.width, longest, wanted)
        if not kept[2]:  # what is stale says so all the same: where time left stands, or beside a shorter bar
            ages = [grid.cells(self.age(view)) for view, _ in rows]
            kept, name, bar = _layout(self.width, longest, [max(wanted[0], *ages), *wanted[1:]])
            rows = [(view, (self.age(view) or row[0], *row[1:])) for view, row in rows]
        tail = sum(cells + _GAP for cells in kept if cells)
        lines = []
        for (view, row), single in zip(rows, alone, strict=True):
            room = bar + tail - grid.cells(row[2]) - _GAP
            if single and room < _SHORTEST_LINE:
                runs = [*self.label(view, name), (self.fit(row[2], bar + 6 + tail), self.role(view, 2))]
            elif single:
                line = min(bar, room)
                runs = self.head(view, name, line)
                runs.append((self.fit(row[2], bar - line + tail, ">"), self.role(view, 2)))
            else:
                runs = self.head(view, name, bar, "" if kept[0] or kept[2] else self.age(view))
                # Money before time, as people read it; which of them goes first was the layout's business.
                for index in (index for index in (1, 0, 2) if kept[index]):
                    text = self.fit(row[index], kept[index], "<" if index == 2 else ">")
                    runs += [(" " * _GAP, ""), (text, self.role(view, index))]
            lines.append(self.line(runs))
        return lines, bool(kept[1])

    def columns(self, view: AccountView, purses: int) -> tuple[str, str, str]:
        """Time left, amount left and remark, in the order of survival."""
        if not view.enabled:
            return "", "", ""
        remark = words.remark(view, self.now, self.zone, keys=False)
        if bar_of(view) is None:
            return "", "", self.say(remark)
        return self.say(words.time_left(view, self.now)), self.say(words.purses(view, purses)), self.say(remark)

    def fit(self, text: str, width: int, align: str = "<") -> str:
        return grid.fit(text, width, align, end=self.end)

    def label(self, view: AccountView, name: int) -> list[Run]:
        """Glyph and name."""
        marker = words.marker(view, self.glyphs) if view.enabled else "-"
        band = f"band:{view.band.value}" if view.enabled else "dim"
        text = self.fit(self.say(view.label), name)
        return [(marker, band), (" ", ""), (text, "name" if view.enabled else "dim"), (" ", "")]

    def age(self, view: AccountView) -> str:
        """Of a percent that is stale; else empty."""
        known = view.enabled and view.health is not None and bar_of(view) is not None
        return self.say(words.aged(view, self.now, self.zone)) if known else ""

    def head(self, view: AccountView, name: int, bar: int, age: str = "") -> list[Run]:
        """Glyph, name, bar, age and percent; or the badges where there is nothing to measure against."""
        runs = self.label(view, name)
        painted = bar_of(view) if view.enabled else None
        if painted is None:
            text = words.known(view) if view.enabled else "off"
            return [*runs, (self.fit(self.say(text), bar + 6), "dim")]
        percent = (grid.fit(words.health(view), 5, ">"), f"band:{view.band.value}")
        short = f" {age.removeprefix('at ').removesuffix(' old')}" if age else ""
        short = short if grid.cells(short) < bar else " old"
        line = paint_row(painted, bar - grid.cells(short), self.glyphs)
        return [*runs, *line, (short, "dim"), (" ", ""), percent]

    def role(self, view: AccountView, column: int) -> str:
        if column == 2:
            return "warn" if view.problem is not None else "dim"
        return "strong" if column == 1 and view.enabled else "dim"

    def foot(self) -> list[str]:
        """Totals, where there are any."""
        sums, burn = words.totals(self.board.totals), words.burning(self.board.totals)
        if not sums:
            return []
        spent = " + ".join(words.amount(one.spend.today) for one in self.board.totals if one.spend.today is not None)
        runs: list[Run] = [("DEMO ", "warn")] if self.board.demo else []
        runs += [(self.say(sums), "strong"), (" left", "dim")]
        for text in (f"{spent} today" if spent else "", f"burning {burn}" if burn else ""):
            if text:
                runs.append((self.say(f" · {text}"), "dim"))
        return [self.line(runs)]


def _layout(width: int, name: int, wanted: Sequence[int]) -> tuple[list[int], int, int]:
    """Widths of the further columns (0: left out), of the name and of the bar.

    `wanted` stands in the order of survival. What is not needed elsewhere goes to the bar.
    """
    fixed = 2 + 1 + 6  # glyph and blank; blank after the name; blank and percent
    name = min(name, max(_NAME, width - fixed - _BAR))
    kept, room = [0] * len(wanted), width - fixed - name - _BAR
    for index, cells in enumerate(wanted[:-1]):
        if cells and room < cells + _GAP:
            return kept, name, min(_LONGEST_BAR, max(2, _BAR + room))
        if cells:
            kept[index] = cells
            room -= cells + _GAP
    # A remark may be cut, and a bar of a good length comes before it.
    remark = min(wanted[-1], room - _GAP - (_GOOD_BAR - _BAR))
    if remark >= min(wanted[-1], _SHORTEST_REMARK) > 0:
        kept[-1] = remark
        room -= remark + _GAP
    return kept, name, min(_LONGEST_BAR, max(2, _BAR + room))
