"""The line at the top: all money, who is worst, how fast it burns, how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual.strip import Strip
from textual.widget import Widget

from creditsui.domain import format as words
from creditsui.domain.worst import worst_of as worst_of
from creditsui.tui.ink import Ink, Run, width_of
from creditsui.tui.manner import Manner

if TYPE_CHECKING:
    from creditsui.domain.board import Board


@dataclass(frozen=True, slots=True)
class Standing:
    """What the pane itself is doing."""

    paused: bool = False
    asking: int = 0
    trouble: str = ""
    next_at: datetime | None = None


def topbar(board: Board, manner: Manner, standing: Standing, width: int) -> tuple[list[Run], list[Run]]:
    """The left and the right end of one line of `width` cells; the least telling parts go first where it is narrow."""
    right = _right(board, manner, standing, ago=True)
    short = _right(board, manner, standing, ago=False)
    worst = worst_of(board)
    sums = manner.figures(words.totals(board.totals))
    brand: list[Run] = [(" creditsui ", "badge"), ("  ", "text")]
    demo: list[Run] = [(" DEMO ", "demo"), ("  ", "text")] if board.demo else []
    money: list[Run] = [(sums, "strong")] if sums else []
    tight: list[Run] = [(sums.replace(" + ", " +"), "strong")] if sums else []
    hurt: list[Run] = []
    if worst is not None:
        text = f"{words.glyph(worst.band, manner.glyphs)} {manner.title(worst)} {words.percent(worst.health)}"
        hurt = [(text, f"band:{worst.band.value}")]
        told = words.binding_window(worst) is not None or worst.runway.state in ("known", "empty")
        left = manner.time_left(worst) if told else ""
        long_hurt = [("worst ", "dim"), *hurt, *([(f" · {left}", f"band:{worst.band.value}")] if left else [])]
    else:
        long_hurt = []
    burn = manner.figures(words.burning(board.totals))
    burning: list[Run] = [("burning ", "dim"), (burn, "bright")] if burn else []
    rate: list[Run] = [(burn, "bright")] if burn else []
    dot: list[Run] = [(" · ", "dim")]
    for lead, parts, gap, end in (
        (brand, (money, long_hurt, burning), [("   ", "text")], right),
        ([], (money, long_hurt, burning), [("   ", "text")], right),
        ([], (money, long_hurt, burning), [("  ", "text")], right),
        ([], (money, long_hurt, rate), dot, right),
        ([], (money, hurt, rate), dot, right),
        ([], (money, hurt, rate), dot, short),
        ([], (money, hurt), dot, short),
        ([], (tight, hurt), dot, short),
        *([] if standing.paused else [([], (tight, hurt), dot, [])]),
        *([([], (hurt,), dot, short)] if standing.paused else []),
        ([], (hurt,), dot, []),
    ):
        line: list[Run] = [(" ", "text"), *lead, *demo] if not lead else [*lead, *demo]
        for index, part in enumerate(part for part in parts if part):
            line += [*(gap if index else []), *part]
        if width_of(line) + (width_of(end) + 4 if end else 0) <= width:
            break
    else:
        end = []
    return line, end


def _right(board: Board, manner: Manner, standing: Standing, *, ago: bool) -> list[Run]:
    parts: list[Run] = []
    if standing.asking:
        parts.append((f"{'*' if manner.glyphs.ascii else '⟳'} {standing.asking}", "accent"))
    read = [account.read_at for account in board.accounts if account.read_at is not None and account.enabled]
    if ago and read:
        parts.append((manner.plain(manner.ago(max(read))), "dim"))
    if standing.paused:
        parts.append(("paused", "warn"))
    elif standing.next_at is not None and not standing.asking:
        parts.append((f"next {manner.plain(manner.until(standing.next_at))}", "dim"))
    joined: list[Run] = []
    for part in parts:
        joined += [*([(" · ", "dim")] if joined else []), part]
    return joined


class Line(Widget):
    """One line, painted from runs; the terminal hears of it only if a cell is different."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strip = Strip.blank(0)
        self._source: tuple[Ink, list[Run]] | None = None

    def paint(self, ink: Ink, runs: list[Run]) -> None:
        self._source = ink, runs
        strip = ink.line(runs, self.size.width)
        if strip != self._strip:
            self._strip = strip
            self.refresh()

    def on_resize(self) -> None:
        if self._source is not None:
            self.paint(*self._source)

    def render_line(self, y: int) -> Strip:
        if self._source is not None and self._strip.cell_length != self.size.width:
            ink, runs = self._source  # the very first frame comes before the first resize
            self._strip = ink.line(runs, self.size.width)
        return self._strip if y == 0 and self._strip.cell_length else Strip.blank(self.size.width, self.rich_style)


class Clock(Line):
    """The right end of the topbar: a widget of its own, so that a tick writes a few cells and not the whole line."""

    DEFAULT_CSS = """
    Clock { width: 0; }
    """

    def show(self, ink: Ink, runs: list[Run]) -> None:
        """At the right edge. The width grows in steps, so that it seldom moves anything."""
        cells = width_of(runs)
        wide = -(-(cells + 1) // 4) * 4 if cells else 0
        if self.styles.width is None or self.styles.width.value != wide:
            self.styles.width = wide
        self.paint(ink, [(" " * max(0, wide - cells - 1), "text"), *runs])
