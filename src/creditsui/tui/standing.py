"""What the line at the top says: all money, who is worst, how fast it burns, how old it is. No part of Textual is
needed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from creditsui.domain import format as words
from creditsui.domain.worst import worst_of
from creditsui.tui.manner import Manner
from creditsui.tui.runs import Run, width_of

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


def clock_width(cells: int) -> int:
    """How wide the right end of the top line is for so many cells: in steps, so that it seldom moves anything."""
    return -(-(cells + 1) // 4) * 4 if cells else 0
