"""Runs of (text, role): how wide they are, and how they are made to fit. No part of Textual is needed for it."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

Run = tuple[str, str]


def width_of(runs: Sequence[Run]) -> int:
    return sum(cell_len(text) for text, _ in runs)


def spread(left: Sequence[Run], right: Sequence[Run], width: int) -> list[Run]:
    """`left` and `right` at the two ends of a line; the left gives way where both do not fit."""
    room = max(0, width - width_of(right))
    kept = fit(left, room)
    return [*kept, (" " * (room - width_of(kept)), "text"), *right]


def fit(runs: Sequence[Run], width: int) -> list[Run]:
    """The runs cut to at most `width` cells, with an ellipsis where something is lost."""
    if width_of(runs) <= width:
        return list(runs)
    kept: list[Run] = []
    room = width - 1
    for text, role in runs:
        cells = cell_len(text)
        if cells > room:
            if room >= 0 and width > 0:
                kept.append((set_cell_size(text, room).rstrip(" ·") + "…", role))
            break
        kept.append((text, role))
        room -= cells
    return kept
