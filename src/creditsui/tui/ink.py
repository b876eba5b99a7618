"""Ink: what a role looks like under the theme in use, and how runs of (text, role) become a line on the screen."""

from collections.abc import Iterable, Mapping

from rich.cells import cell_len, set_cell_size
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from creditsui.domain.grid import ascii_text
from creditsui.tui.runs import Run as Run
from creditsui.tui.runs import fit as fit
from creditsui.tui.runs import spread as spread
from creditsui.tui.runs import width_of as width_of

_LIGHTER = {"fill": 0.30, "stale": 0.22, "trail": 0.32, "fresh": 0.45}
"""How far the upper line of a card's bar goes towards white: it is lit from above."""
_DARKER = {"trail": 0.13, "fresh": 0.12}
"""How far the lower line goes towards black where the tone itself is pale."""


class Ink:
    """Styles by role, for one theme. Every style carries its ground: the line API fills nothing in by itself."""

    def __init__(
        self, variables: Mapping[str, str], *, dark: bool = True, ascii: bool = False, few: bool = False
    ) -> None:
        """`ascii`: every character that is not one is replaced on its way to the screen. `few`: the terminal has 256
        colours, in which dark tones fall together."""
        self._variables = variables
        self._ascii = ascii
        self._dark = dark
        self._few = few
        self._styles: dict[tuple[str, str], Style] = {}

    def style(self, role: str, ground: str = "background") -> Style:
        """The style of `role` on the theme's colour `ground`."""
        found = self._styles.get((role, ground))
        if found is None:
            found = self._styles[role, ground] = self._mix(role, self._colour(ground))
        return found

    def line(self, runs: Iterable[Run], width: int, ground: str = "background") -> Strip:
        """Exactly `width` cells: cut or filled up at the right."""
        segments: list[Segment] = []
        left = width
        for text, role in runs:
            if left <= 0:
                break
            if self._ascii and not text.isascii():
                text = ascii_text(text.replace("…", "."))
            cells = cell_len(text)
            if cells > left:
                text, cells = set_cell_size(text, left), left
            if text:
                segments.append(Segment(text, self.style(role, ground)))
            left -= cells
        if left > 0:
            segments.append(Segment(" " * left, self.style("text", ground)))
        return Strip(segments, width)

    def _colour(self, name: str) -> Color:
        return Color.parse(self._variables[name])

    def _mix(self, role: str, ground: Color) -> Style:
        role, _, shaded = role.partition("@")
        if shaded:
            track = self._colour("bar-track")
            ground = ground if track.ansi is not None or ground.ansi is not None else ground.blend(track, 0.45)
        kind, _, band = role.partition(":")
        if kind in TEXTS:
            name, bold = TEXTS[kind]
            return self._on(ground, self._colour(name), bold=bold)
        if kind.startswith("column"):
            return self._column(kind, ground)
        if kind in ("band", "glyph"):
            return self._on(ground, self._band(band), bold=True)
        if kind == "pulse":
            colour = self._band(band)
            return self._on(ground, colour.blend(ground, 0.62), bold=colour.ansi is None, dim=colour.ansi is not None)
        if kind == "badge":
            return self._on(self._colour("mark-brand"), self._colour("mark-brand-text"), bold=True)
        if kind == "demo":
            return self._on(self._colour("bar-fair"), self._colour("mark-brand-text"), bold=True)
        above, shared, below = kind.partition("-on-")
        if shared:
            return self._on(self._bar(below, band, ground), self._bar(above, band, ground))
        return self._on(ground, self._bar(kind, band, ground), bold=kind == "ko")

    def _on(self, ground: Color, colour: Color, *, bold: bool = False, dim: bool = False) -> Style:
        told = _apart(colour, ground) if self._few else colour.rich_color
        return Style(color=told, bgcolor=ground.rich_color, bold=bold, dim=dim)

    def _bar(self, kind: str, band: str, ground: Color) -> Color:
        if kind == "ko":
            return self._colour("bar-critical")
        if kind == "none":
            return self._colour("text-dim").blend(ground, 0.45)
        if kind in ("flash", "flash-top"):
            return self._colour("bar-lit")
        tick = kind.startswith("tick-")
        part = kind.removeprefix("tick-")
        top = part.endswith("-top")
        part = part.removesuffix("-top")
        colour = self._band(band) if part in ("fill", "hatch") else self._colour(f"bar-{part}")
        if colour.ansi is not None:
            return self._colour("bar-track") if tick or part == "hatch" else colour
        light = Color(255, 255, 255)
        if top:
            colour = colour.blend(light, _LIGHTER.get("fill" if part == "hatch" else part, 0.0))
        elif part in _DARKER:
            colour = colour.blend(Color(0, 0, 0), _DARKER[part] if self._dark else 0.05)
        if part == "track" and not top:
            colour = colour.blend(ground, 0.3)
        if part == "hatch":
            colour = colour.blend(ground, 0.5)
        return colour.blend(ground, 0.62) if tick else colour

    def _column(self, kind: str, ground: Color) -> Style:
        """A chart has one tone: it says how much, and no band."""
        full = self._colour("bar-spark")
        pale = self._colour("text-dim") if full.ansi is not None else full.blend(ground, 0.58)
        if kind == "column-unknown":
            return self._on(ground, self._colour("bar-low"))
        return self._on(
            pale if kind == "column-on-pale" else ground, full if kind in ("column", "column-on-pale") else pale
        )

    def _band(self, band: str) -> Color:
        return self._colour("text-dim" if band in ("", "unknown", "stale") else f"bar-{band}")


TEXTS = {
    "text": ("foreground", False),
    "name": ("foreground", True),
    "strong": ("text-strong", True),
    "bright": ("text-strong", False),
    "dim": ("text-dim", False),
    "accent": ("mark-brand", True),
    "gain": ("text-gain", False),
    "loss": ("text-loss", False),
    "removed": ("text-fault", False),
    "warn": ("text-warn", False),
    "rule": ("text-rule", False),
    "track-none": ("foreground", False),
    "spark": ("bar-spark", False),
}


def _apart(colour: Color, ground: Color) -> RichColor:
    """A tone that 256 colours could not tell from its ground, as the grey that is as bright."""
    told, below = colour.rich_color, ground.rich_color
    if colour == ground or colour.ansi is not None or ground.ansi is not None:
        return told
    if told.downgrade(ColorSystem.EIGHT_BIT).number != below.downgrade(ColorSystem.EIGHT_BIT).number:
        return told
    return RichColor.from_ansi(_GREYS + min(23, max(0, round((sum(colour.rgb) / 3 - 8) / 10))))


_GREYS = 232
"""The darkest of the 24 greys; each is brighter by 10 of 255."""
