"""The colours of the page, dark and light, and the shades that a bar lit from above is made of."""

from collections.abc import Mapping

from creditsui.domain.band import Band

_Colour = tuple[int, int, int]

DARK = {
    "ground": "#0f1116",
    "card": "#161922",
    "panel": "#1d212c",
    "rule": "#2b303a",
    "text": "#d8dbe6",
    "strong": "#ffffff",
    "dim": "#8b91a5",
    "healthy": "#4fc26b",
    "fair": "#d9c344",
    "low": "#e08b36",
    "critical": "#e5534b",
    "trail": "#f0d9bd",
    "fresh": "#b6f2c5",
    "track": "#2b303a",
    "stale": "#6f7689",
    "spark": "#7aa2f7",
    "gain": "#8ceaad",
    "loss": "#f0d9bd",
    "warn": "#e9a15a",
    "brand": "#8ceaad",
    "on-brand": "#0f1116",
}
LIGHT = {
    "ground": "#f3f4f8",
    "card": "#ffffff",
    "panel": "#eceef4",
    "rule": "#d9dde6",
    "text": "#2a2d36",
    "strong": "#0c0e13",
    "dim": "#5d6374",
    "healthy": "#27904a",
    "fair": "#9c8200",
    "low": "#c06210",
    "critical": "#c8352d",
    "trail": "#e6c9a4",
    "fresh": "#93dba8",
    "track": "#dcdfe6",
    "stale": "#868c9c",
    "spark": "#4a6fc9",
    "gain": "#1a7539",
    "loss": "#8a5517",
    "warn": "#a9540a",
    "brand": "#1d7f3f",
    "on-brand": "#ffffff",
}
#: Of the bands as words on a light ground, which need more contrast than a bar does.
WORDS = {"healthy": "#1a7539", "fair": "#7d6900", "low": "#a9540a", "critical": "#b82c25"}
#: Of accounts and models in a chart: told apart by who sees red and green alike, too; the last one is for all others.
SERIES_DARK = ("#7aa2f7", "#e9a15a", "#5ec9a8", "#d38be0", "#e6d36a", "#e5776f", "#8fd0f0", "#6b7386")
SERIES_LIGHT = ("#3f68c8", "#d07a1c", "#178a68", "#9a45b0", "#b59a10", "#c8473d", "#2f8fb8", "#9aa1b2")

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_LIGHTER = {"fill": 0.30, "stale": 0.22, "trail": 0.32, "fresh": 0.45}
"""How far the upper half of a bar goes towards white."""
_DARKER = {"trail": 0.13, "fresh": 0.12}
"""How far the lower half goes towards black where the tone itself is pale."""
_TICK = 0.62
"""How far a threshold's tick goes towards the ground."""


def variables(tones: Mapping[str, str], series: tuple[str, ...], said: Mapping[str, str] | None = None) -> str:
    """All of them as CSS custom properties, with the shades of everything a bar is painted in. `said`: what bands are
    written in, where that is not their own tone."""
    found = dict(tones) | {f"s{at}": tone for at, tone in enumerate(series)}
    ground = tones["card"]
    for part in ("track", "stale", "trail", "fresh"):
        found |= _shades(part, part, tones[part], ground)
    found["track"] = _blend(tones["track"], ground, 0.3)
    for band in Band:
        tone = tones["dim"] if band is Band.UNKNOWN else tones[band.value]
        found |= _shades(band.value, "fill", tone, ground)
        found[f"{band.value}-said"] = (said or {}).get(band.value, tone)
    return "".join(f"--{name}:{tone};" for name, tone in found.items())


def _shades(name: str, part: str, tone: str, ground: str) -> dict[str, str]:
    top = _blend(tone, _WHITE, _LIGHTER.get(part, 0.0))
    low = _blend(tone, _BLACK, _DARKER.get(part, 0.0))
    return {
        name: low,
        f"{name}-top": top,
        f"tick-{name}": _blend(low, ground, _TICK),
        f"tick-{name}-top": _blend(top, ground, _TICK),
    }


def _blend(tone: str, other: str | _Colour, share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(_parts(tone), _parts(other), strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _parts(tone: str | _Colour) -> _Colour:
    if not isinstance(tone, str):
        return tone
    return int(tone[1:3], 16), int(tone[3:5], 16), int(tone[5:7], 16)
