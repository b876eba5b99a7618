"""The one painter of health bars: numbers in, runs of (text, role) out, for every face.

A role names what a cell is, never a colour: `fill:low`, `trail`, `track`, `stale`, `hatch:fair`, `none`, `ko`. The
upper, lighter line of a card has its own roles (`fill-top:low`, `trail-top`), and a cell that carries a threshold's
tick is that role dimmed (`tick-fill:low`, `tick-track-top`). Where a tall bar parts a cell in eighths, the role names
both (`fill-on-track:low`): the character's own tone, and the one behind it. `ROLES` lists them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import floor, isfinite
from typing import TYPE_CHECKING, Literal

from creditsui.domain.band import SIGNS, Band

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView

Run = tuple[str, str]
"""Text and the role it is painted in."""

_Layer = Literal["fill", "stale", "hatch", "fresh", "trail", "track"]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a bar: `row` draws rows, `upper` and `lower` the two lines of a card.

    Each of the three is fill, half cell, trail, fresh, hatch, track. An empty `tick` means that a cell with a tick
    keeps its own character and only its role tells.
    """

    row: tuple[str, str, str, str, str, str]
    upper: tuple[str, str, str, str, str, str]
    lower: tuple[str, str, str, str, str, str]
    body: tuple[str, str, str, str, str, str]
    """The full lines of a tall bar."""
    tick: str
    lower_tick: str
    none: str
    bands: tuple[str, str, str, str, str]
    """Healthy, fair, low, critical, unknown."""
    unread: str
    """In the place of the band's glyph while an account was never read."""
    spike: str = "↯"
    """Beside the name of an account that spends far more than usual, and beside what it lost meanwhile."""
    ghost: str = "▏"
    """In a tall bar, where it stood once."""
    ascii: bool = False


#: With colour: the role says what a cell is.
UNICODE = Glyphs(
    row=("▄", "▖", "▄", "▄", "▄", "▄"),
    upper=("▄", "▖", "▄", "▄", "▄", "▄"),
    lower=("▀", "▘", "▀", "▀", "▀", "▀"),
    body=("█", "▌", "█", "█", "▒", "█"),
    tick="",
    lower_tick="",
    none="╌",
    bands=SIGNS,
    unread="◌",
)
#: Without colour: the character says it, so a copied bar still reads.
PLAIN = Glyphs(
    row=("▄", "▖", "▓", "▒", "▞", "▁"),
    upper=("▄", "▖", "▓", "▒", "▞", "▁"),
    lower=("▀", "▘", "▓", "▒", "▞", " "),
    body=("█", "▌", "▓", "▒", "▞", "░"),
    tick="┊",
    lower_tick="┊",
    none="╌",
    bands=SIGNS,
    unread="◌",
    ghost="╎",
)
ASCII = Glyphs(
    row=("#", "=", "-", "+", "%", "."),
    upper=("#", "=", "-", "+", "%", "."),
    lower=(" ", " ", " ", " ", " ", " "),
    body=("#", "=", "-", "+", "%", "."),
    tick="|",
    lower_tick=" ",
    none="- ",
    bands=("o", "*", "!", "x", "?"),
    unread="o",
    spike="^",
    ghost=":",
    ascii=True,
)

_ORDER: tuple[str, ...] = ("fill", "half", "trail", "fresh", "hatch", "track")
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_BANDED = ("fill", "hatch")
_FILLS = ("fill", "hatch", "stale", "fresh")
_PAIRS = tuple(
    (f"{one}-on-{other}", one in _BANDED or other in _BANDED)
    for one, others in [*((fill, ("track", "trail")) for fill in _FILLS), ("trail", ("track", *_FILLS))]
    for other in others
)
"""The roles of cells that two layers share."""


def _all_roles() -> tuple[str, ...]:
    roles = ["none", "ko"]
    for layer in ("fill", "hatch", "stale", "fresh", "trail", "track"):
        for prefix in ("", "tick-"):
            for line in ("", "-top"):
                name = f"{prefix}{layer}{line}"
                roles += [f"{name}:{band.value}" for band in Band] if layer in _BANDED else [name]
    for name, banded in _PAIRS:
        roles += [f"{name}:{band.value}" for band in Band] if banded else [name]
    return tuple(roles)


#: Every role that a painter may return.
ROLES: tuple[str, ...] = _all_roles()


@dataclass(frozen=True, slots=True)
class Bar:
    """What to paint. Lengths are fractions of the whole bar; those outside 0 to 1 are clipped.

    `trail` is what was just lost, after the fill's edge; `fresh` is the last part of the fill, just gained; `hatch` is
    the last part of the fill that is only estimated.
    """

    fill: float | None
    trail: float = 0.0
    fresh: float = 0.0
    ticks: tuple[float, ...] = ()
    band: Band = Band.UNKNOWN
    stale: bool = False
    hatch: float = 0.0
    state: Literal["bar", "none", "empty"] = "bar"
    ghost: float | None = None
    """Where it stood once: a faint line in a tall bar."""


def bar_of(account: "AccountView") -> Bar | None:
    """The steady bar of an account; None where it was read but there is nothing to measure against."""
    edges = account.thresholds
    ticks = (edges.critical / 100, edges.warning / 100, edges.healthy / 100)
    if account.health is None:
        measured = account.read_at is not None and account.problem is None
        return None if measured else Bar(None, ticks=ticks, state="none")
    if account.health <= 0:
        return Bar(0.0, ticks=ticks, band=account.band, stale=account.stale, state="empty")
    hatch = 0.0
    uncertain = account.certainty == "estimated" and account.binding in (None, "balance")
    capacity, error = account.capacity, account.error
    if uncertain and error is not None and capacity is not None and capacity.micros > 0:
        hatch = min(1.0, error.micros / capacity.micros) if error.currency == capacity.currency else 0.0
    return Bar(account.health, ticks=ticks, band=account.band, stale=account.stale, hatch=hatch)


def paint_row(bar: Bar, width: int, glyphs: Glyphs = UNICODE) -> list[Run]:
    """One line of exactly `width` cells; empty for a width of 0 or less."""
    return list(_painted(bar, width, glyphs, "row"))


def paint_card(bar: Bar, width: int, glyphs: Glyphs = UNICODE) -> tuple[list[Run], list[Run]]:
    """Two lines of exactly `width` cells each, the lighter one first, so the bar looks lit from above."""
    return list(_painted(bar, width, glyphs, "upper")), list(_painted(bar, width, glyphs, "lower"))


def paint_tall(bar: Bar, width: int, height: int, glyphs: Glyphs = UNICODE) -> list[list[Run]]:
    """A card's two lines with `height` − 2 full ones between them, in which edges stand in eighths of a cell where the
    role tells the layers apart; of at least two lines, each of exactly `width` cells."""
    if height <= 2 or width <= 0:
        return [*paint_card(bar, width, glyphs), *([] for _ in range(height - 2))]
    middle = (height - 1) // 2
    if bar.state == "none" or bar.fill is None:
        return [paint_row(bar, width, glyphs) if at == middle else [(" " * width, "none")] for at in range(height)]
    standing = replace(bar, fill=0.0, state="bar") if bar.state == "empty" else bar
    upper, lower = paint_card(standing, width, glyphs)
    body = _body(standing, width, glyphs)
    if glyphs.ascii:
        upper = lower = list(merged(body))
    said = _knocked_out(body, False) if bar.state == "empty" else body
    between = [list(merged(said if at == middle else body)) for at in range(1, height - 1)]
    return [upper, *between, lower]


def paint_block(bar: Bar, width: int) -> list[Run]:
    """One line at full height whose edge is drawn in eighths of a cell, for a bar that stands alone."""
    if width <= 0:
        return []
    if bar.state == "none" or bar.fill is None:
        return [(UNICODE.none * width, "none")]
    eighths = _steps(0.0 if bar.state == "empty" else bar.fill, width, 8)
    full, part = divmod(eighths, 8)
    solid = "stale" if bar.stale else "fill"
    cells: list[Run] = []
    for index, (layer, _, _) in enumerate(_cells(bar, width)):
        if index < full:
            cells.append(("█", _role(solid if layer in ("trail", "track") else layer, bar, False, "")))
        elif index == full and part:
            cells.append((_EIGHTHS[part], _role(solid, bar, False, "")))
        else:
            cells.append(("█", "trail") if layer == "trail" else (" ", "track"))
    for index in _tick_cells(bar.ticks, width):
        if index > full:
            cells[index] = ("┊", f"tick-{cells[index][1]}")
    return list(merged(_knocked_out(cells, False) if bar.state == "empty" else cells))


def _body(bar: Bar, width: int, glyphs: Glyphs) -> list[Run]:
    """A full line of a tall bar, cell by cell."""
    characters = dict(zip(_ORDER, glyphs.body, strict=True))
    characters["stale"] = characters["fill"]
    fill = _fraction(bar.fill or 0.0)
    edge = _steps(fill, width, 8)
    end = max(edge, _steps(fill + _fraction(bar.trail), width, 8)) if bar.trail > 0 else edge
    ghost = min(int(_fraction(bar.ghost) * width), width - 1) if bar.ghost is not None else None
    cells: list[Run] = []
    for index, (layer, half, ticked) in enumerate(_cells(bar, width)):
        character, role = characters["half" if half else layer], _role(layer, bar, ticked, "")
        if not glyphs.tick:
            character, role = _parted(index, layer, ticked, edge, end, characters, bar)
        if ticked and glyphs.tick:
            character = glyphs.tick
        if index == ghost and not half and "-on-" not in role and layer != "trail":
            character = glyphs.ghost
            role = role.removeprefix("tick-") if glyphs.tick else _on("trail", layer, bar)
        cells.append((character, role))
    return cells


def _parted(
    index: int, layer: _Layer, ticked: bool, edge: int, end: int, characters: Mapping[str, str], bar: Bar
) -> Run:
    """A cell of a tall bar where colours tell the layers apart: with its edge in eighths."""
    left = 8 * index
    solid: _Layer = "stale" if bar.stale else "fill"
    if left < edge < left + 8:
        own = layer if layer in _FILLS else solid
        return _EIGHTHS[edge - left], _on(own, "trail" if end > edge else "track", bar)
    if left < end < left + 8 and edge <= left:
        return _EIGHTHS[end - left], _on("trail", "track", bar)
    if left + 8 <= edge:
        layer = layer if layer in _FILLS else solid
    else:
        layer = "trail" if left + 8 <= end else "track"
    return characters[layer], _role(layer, bar, ticked, "")


def _on(layer: str, below: str, bar: Bar) -> str:
    name = f"{layer}-on-{below}"
    return f"{name}:{bar.band.value}" if layer in _BANDED or below in _BANDED else name


@lru_cache(maxsize=1024)
def _painted(bar: Bar, width: int, glyphs: Glyphs, line: Literal["row", "upper", "lower"]) -> tuple[Run, ...]:
    if width <= 0:
        return ()
    if bar.state == "none" or bar.fill is None:
        text = " " * width if line == "lower" else (glyphs.none * width)[:width]
        return ((text, "none"),)
    characters = dict(zip(_ORDER, getattr(glyphs, line), strict=True))
    characters["stale"] = characters["fill"]
    tick = glyphs.lower_tick if line == "lower" else glyphs.tick
    top = "-top" if line == "upper" else ""
    cells: list[Run] = []
    for layer, half, ticked in _cells(bar, width):
        # Where characters alone tell the layers apart, half a cell of trail would read as fill.
        character = characters["half"] if half and (layer != "trail" or not glyphs.tick) else characters[layer]
        cells.append((tick if ticked and tick else character, _role(layer, bar, ticked, top)))
    return merged(_knocked_out(cells, line == "lower") if bar.state == "empty" else cells)


def _role(layer: str, bar: Bar, ticked: bool, top: str) -> str:
    name = f"{'tick-' if ticked else ''}{layer}{top}"
    return f"{name}:{bar.band.value}" if layer in _BANDED else name


@lru_cache(maxsize=1024)
def _cells(bar: Bar, width: int) -> tuple[tuple[_Layer, bool, bool], ...]:
    """Per cell: its layer, whether only its left half belongs to it, whether it carries a tick.

    A character has one colour, so a cell that two layers share cannot show both. It goes to the later one, a half cell
    that the eye does not miss; only the fill's first cell never gives way, so that a last remnant stays in sight.
    """
    fill = 0.0 if bar.state == "empty" else _fraction(bar.fill or 0.0)
    edge = _steps(fill, width, 2)
    end = max(edge, _steps(fill + _fraction(bar.trail), width, 2)) if bar.trail > 0 else edge
    last_of_fill = (edge - 1) // 2 if edge else -1
    fresh_from = min(_steps(fill - bar.fresh, width, 2) // 2, last_of_fill) if bar.fresh > 0 else width
    hatched = max(1, round(_fraction(bar.hatch) * width)) if bar.hatch > 0 and not bar.stale else 0
    hatch_from = max(1, (edge + 1) // 2 - hatched) if hatched else width
    cells: list[tuple[_Layer, bool, bool]] = []
    solid: _Layer = "stale" if bar.stale else "fill"
    ticks = _tick_cells(bar.ticks, width)
    for index in range(width):
        layer: _Layer = "track"
        half = False
        left = 2 * index
        shared = left + 1 == edge and end > edge
        if left < edge and not (shared and index > 0):
            layer = "fresh" if index >= fresh_from else "hatch" if index >= hatch_from else solid
            half = left + 1 == edge
        elif left < end:
            layer, half = "trail", left + 1 == end
        cells.append((layer, half, index in ticks and not half and index != last_of_fill))
    return tuple(cells)


def _steps(fraction: float, width: int, per_cell: int) -> int:
    """The length in parts of a cell: something is never nothing, and less than all is never all."""
    share, whole = _fraction(fraction), width * per_cell
    if share <= 0:
        return 0
    return whole if share >= 1 else min(max(round(share * whole), 1), whole - 1)


def _fraction(value: float) -> float:
    return min(max(value, 0.0), 1.0) if isfinite(value) else 0.0


def _tick_cells(ticks: tuple[float, ...], width: int) -> frozenset[int]:
    # The nudge keeps 0.29 of 100 cells at 29, where the product is 28.999….
    return frozenset(min(floor(tick * width + 1e-9), width - 1) for tick in ticks if 0 < tick < 1)


def _knocked_out(cells: list[Run], blank: bool) -> list[Run]:
    text = "K.O." if len(cells) >= 4 else "KO"[: len(cells)]
    start = (len(cells) - len(text)) // 2
    letters = [(" " if blank else letter, "ko") for letter in text]
    return [*cells[:start], *letters, *cells[start + len(text) :]]


def merged(cells: Iterable[Run]) -> tuple[Run, ...]:
    """The same in as few runs as there can be."""
    runs: list[Run] = []
    for text, role in cells:
        if runs and runs[-1][1] == role:
            runs[-1] = (runs[-1][0] + text, role)
        else:
            runs.append((text, role))
    return tuple(runs)
