"""Colours that can be read: moved away from the grounds they lie on until they stand out enough."""

from collections.abc import Iterable, Sequence

from textual.color import Color

TEXT, BAR, PALE = 4.5, 3.0, 1.6
"""Least contrasts, as WCAG 2 reckons them: of words, of what is drawn, and of what is meant to be pale."""
_STEP = 0.03
_ENDS = (Color(255, 255, 255), Color(0, 0, 0))


def contrast(one: Color, other: Color) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def legible(colour: Color, grounds: Sequence[Color], least: float) -> Color:
    """`colour`, or the nearest of its tones towards white or black whose contrast on each ground is at least that."""
    if _stands(colour, grounds, least):
        return colour
    end = max(_ENDS, key=lambda end: min(contrast(end, ground) for ground in grounds))
    steps = (colour.blend(end, min(1.0, step * _STEP)) for step in range(1, 35))
    # As it will be written: rounded to whole steps of each part.
    tones = (Color.parse(tone.hex6) for tone in steps)
    return next((tone for tone in tones if _stands(tone, grounds, least)), end)


def _stands(colour: Color, grounds: Iterable[Color], least: float) -> bool:
    return all(contrast(colour, ground) >= least for ground in grounds)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
