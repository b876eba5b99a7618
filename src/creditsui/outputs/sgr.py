"""Roles as terminal colours: SGR sequences at the depth the terminal has."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from creditsui.outputs.bands import BANDS

if TYPE_CHECKING:
    from creditsui.domain.bar import Run

Color = Literal["none", "16", "256", "truecolor"]

_LAYERS = {
    "trail": ((0xF0, 0xD9, 0xBD), "37"),
    "fresh": ((0xB6, 0xF2, 0xC5), "92"),
    "track": ((0x2B, 0x30, 0x3A), "90"),
    "stale": ((0x6B, 0x72, 0x80), "37"),
    "none": ((0x6B, 0x72, 0x80), "90"),
    "ko": ((0xE5, 0x53, 0x4B), "31"),
    "dim": ((0x8A, 0x90, 0x9E), "90"),
    "rule": ((0x6B, 0x72, 0x80), "90"),
    "warn": ((0xE0, 0x8B, 0x36), "33"),
    "gain": ((0x7F, 0xD8, 0x96), "32"),
    "loss": ((0xF0, 0x8B, 0x84), "31"),
    "accent": ((0x7A, 0xA2, 0xF7), "36"),
}
_STYLES = {"": "", "text": "", "name": "", "bright": "", "strong": "1"}
_BOLD = ("band", "ko")
_CUBE = (0, 95, 135, 175, 215, 255)


def paint(runs: "Sequence[Run]", color: Color) -> str:
    """The runs as one line; every colour is taken back where it ends, so a cut line leaves none behind."""
    if color == "none":
        return "".join(text for text, _ in runs)
    alike = groupby(runs, key=lambda run: codes(run[1], color))
    return "".join(_wrapped("".join(text for text, _ in group), sgr) for sgr, group in alike)


@cache
def codes(role: str, color: Color) -> str:
    """The SGR parameters of a role; empty: the terminal's own foreground."""
    role = role.partition("@")[0]  # the ground of a terminal is not known, so no shade of it is
    if role in _STYLES:
        return _STYLES[role]
    name, _, band = role.partition(":")
    ticked = name.startswith("tick-")
    layer = name.removeprefix("tick-").removesuffix("-top").partition("-on-")[0]
    rgb, basic = BANDS[band] if band else _LAYERS[layer]
    bold = "1;" if name in _BOLD else ""
    if color == "16":
        # Without shades, dimming is what is left for ticks and hatches.
        return f"2;{basic}" if ticked or layer == "hatch" else f"{bold}{basic}"
    if ticked or layer == "hatch":
        rgb = (rgb[0] * 45 // 100, rgb[1] * 45 // 100, rgb[2] * 45 // 100)
    if color == "truecolor":
        return f"{bold}38;2;{rgb[0]};{rgb[1]};{rgb[2]}"
    return f"{bold}38;5;{_nearest(rgb)}"


def _wrapped(text: str, sgr: str) -> str:
    return f"\x1b[{sgr}m{text}\x1b[0m" if sgr and text.strip() else text


def _nearest(rgb: tuple[int, int, int]) -> int:
    """The closest of the 256 colours' cube and grey ramp."""
    cube = [min(range(6), key=lambda step, part=part: abs(_CUBE[step] - part)) for part in rgb]  # type: ignore[misc]
    grey = min(range(24), key=lambda step: sum(abs(8 + 10 * step - part) for part in rgb))
    off_cube = sum(abs(_CUBE[step] - part) for step, part in zip(cube, rgb, strict=True))
    off_grey = sum(abs(8 + 10 * grey - part) for part in rgb)
    return 232 + grey if off_grey < off_cube else 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
