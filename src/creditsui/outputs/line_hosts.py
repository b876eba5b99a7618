"""What each host of a status line makes of text: how it is coloured there, and what would mean something."""

from __future__ import annotations

import json
import re

from creditsui.domain.band import Band
from creditsui.outputs.bands import BANDS, hexadecimal

TYPE_CHECKING = False  # a status line has no time to load typing
if TYPE_CHECKING:
    from collections.abc import Sequence

    from creditsui.outputs.line_board import Board

Segment = tuple[str, str]
"""Text and the band it is coloured by; empty: none. `raw` marks a template's own text, `style` the markup in it."""

RAW, STYLE = "raw", "style"
_PANGO = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_STYLES = {"tmux": r"#\[[^\]]*\]", "waybar": r"</?[A-Za-z][^<>]*>"}
"""Markup that a template may hold: it takes no cell."""
_HASHES = re.compile(r"(#+)(\[?)")
_BEHIND = "#1b1e25"
"""tmux' bar may have any colour, green by default: behind a coloured text it is dark."""


def styled(text: str, host: str) -> list[Segment]:
    """A template's own text, parted into what is shown and its host's markup."""
    pattern = _STYLES.get(host, r"\x1b\[[0-9;:]*m")
    parts = re.split(f"({pattern})", text)
    return [(part, STYLE if at % 2 else RAW) for at, part in enumerate(parts) if part]


def drawn(segments: Sequence[Segment], host: str, board: Board, *, color: bool = True) -> str:
    """The line as that host wants it: `plain`, `starship` and `claude` (ANSI colours), `tmux`, `waybar` (JSON)."""
    if host == "waybar":
        return _waybar(segments, board)
    draw = {"tmux": _tmux, "starship": _ansi, "claude": _ansi}.get(host, _plain)
    return "".join(draw(text, band if color or band in (RAW, STYLE) else "") for text, band in segments)


def _plain(text: str, band: str) -> str:
    return text


def _ansi(text: str, band: str) -> str:
    return f"\x1b[1;{BANDS[band][1]}m{text}\x1b[0m" if band in BANDS else text


def _tmux(text: str, band: str) -> str:
    if band in (RAW, STYLE):
        return text
    literal = _HASHES.sub(_literal, text)
    return f"#[fg={hexadecimal(band)},bg={_BEHIND}]{literal}#[default]" if band in BANDS else literal


def _literal(run: re.Match[str]) -> str:
    # tmux halves them where it expands, and a run that no bracket follows once more where it draws.
    hashes, bracket = run.groups()
    return hashes * (2 if bracket or len(hashes) == 1 else 4) + bracket


def _waybar(segments: Sequence[Segment], board: Board) -> str:
    rows = []
    for account in board.accounts:
        if account.enabled:
            one = account.fields()
            parts = [f"{one['percent']}  {one['left']}".rstrip(), one["time"], one["old"]]
            rows.append(f"{one['glyph']} {one['name']}  {' · '.join(filter(None, parts))}")
    worst = board.worst
    band = worst.band.value if worst is not None else Band.UNKNOWN.value
    shown: dict[str, object] = {
        "text": "".join(text if role in (RAW, STYLE) else text.translate(_PANGO) for text, role in segments),
        "alt": band,
        "tooltip": "\n".join(rows).translate(_PANGO),
        "class": band,
    }
    if worst is not None and worst.health is not None:
        shown["percentage"] = round(100 * min(max(worst.health, 0.0), 1.0))
    return json.dumps(shown)  # in ASCII: waybar's own locale decides nothing
