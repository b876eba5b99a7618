"""One frame of the dashboard for a bare terminal: the same rows and the same top line, in colours that were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from creditsui.domain.grid import ascii_text
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.rows import card, columns, row
from creditsui.tui.runs import Run, width_of
from creditsui.tui.standing import Standing, clock_width, topbar

if TYPE_CHECKING:
    from creditsui.domain.board import Board

Colours = Mapping[str, Mapping[str, str]]


def painted(board: Board, manner: Manner, colours: Colours, place: Mapping[str, Any], size: tuple[int, int]) -> str:
    """What to write so that every cell of the screen is painted. `place` is where the rows stand at this size."""
    width, height = size
    ground, cursor = colours["background"], colours["ground-cursor"]
    lines = [_line([], width, ground, manner)] * height
    left, right = topbar(board, manner, Standing(next_at=board.next_at), width)
    cells = width_of(right)
    wide = clock_width(cells)
    end: list[Run] = [(" " * max(0, wide - cells - 1), "text"), *right] if wide else []
    lines[0] = _line(left, width - wide, ground, manner) + _line(end, wide, ground, manner)
    x, y, room, tall = place["x"], place["y"], place["width"], place["height"]
    fits = columns(board.accounts, manner, room)
    step, at = (1 + place["bar"] if place["cards"] else 1), 0
    for index, view in enumerate(board.accounts):
        frame, first = Frame(view.health), index == 0
        drawn: Sequence[list[Run]]
        if place["cards"]:
            drawn = card(view, frame, manner, room, cursor=first, tall=place["bar"])
        else:
            drawn = [row(view, frame, manner, fits, cursor=first)]
        for offset, runs in enumerate(drawn):
            if at + offset < tall:
                middle = _line(runs, room, cursor if first else ground, manner)
                before, after = (_line([], cells, ground, manner) for cells in (x, width - x - room))
                lines[y + at + offset] = before + middle + after
        at += step + place["gap"]
    return "".join(f"\x1b[{number};1H{line}" for number, line in enumerate(lines, 1)) + "\x1b[0m\x1b[1;1H"


def _line(runs: Sequence[Run], width: int, colours: Mapping[str, str], manner: Manner) -> str:
    """Exactly `width` cells: cut or filled up at the right."""
    told, left = [], width
    for text, role in runs:
        if left <= 0:
            break
        if manner.glyphs.ascii and not text.isascii():
            text = ascii_text(text.replace("…", "."))
        cells = cell_len(text)
        if cells > left:
            text, cells = set_cell_size(text, left), left
        if text:
            told.append(f"\x1b[0m{colours[role]}{text}")
        left -= cells
    if left > 0:
        told.append(f"\x1b[0m{colours['text']}{' ' * left}")
    return "".join(told)
