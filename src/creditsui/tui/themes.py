"""The looks: themes of our own, and the bar's colours for themes that do not know it."""

from collections.abc import Mapping
from typing import NamedTuple

from textual.color import Color
from textual.theme import Theme

from creditsui.tui.legible import BAR, PALE, TEXT, contrast, legible

DARK = {
    "bar-healthy": "#4fc26b",
    "bar-fair": "#d9c344",
    "bar-low": "#e08b36",
    "bar-critical": "#e5534b",
    "bar-trail": "#f0d9bd",
    "bar-fresh": "#b6f2c5",
    "bar-track": "#2b303a",
    "bar-stale": "#6f7689",
    "bar-lit": "#ffffff",
    "bar-spark": "#7aa2f7",
    "text-strong": "#ffffff",
    "text-dim": "#878da3",
    "text-gain": "#8ceaad",
    "text-loss": "#f0d9bd",
    "text-warn": "#e08b36",
    "text-fault": "#ee6a62",
    "text-rule": "#2b303a",
    "ground-cursor": "#1a1e2a",
    "mark-brand": "#8ceaad",
    "mark-brand-text": "#0f1116",
}

SAFE = DARK | {
    "bar-healthy": "#6cc7ff",
    "bar-fair": "#f5e663",
    "bar-low": "#e08a1e",
    "bar-critical": "#d4503f",
    "bar-spark": "#b9c0d4",
}

LIGHT = {
    "bar-healthy": "#27904a",
    "bar-fair": "#9c8200",
    "bar-low": "#c06210",
    "bar-critical": "#c8352d",
    "bar-trail": "#d9b48a",
    "bar-fresh": "#93dba8",
    "bar-track": "#dcdfe6",
    "bar-stale": "#868c9c",
    "bar-lit": "#15171c",
    "bar-spark": "#4a6fc9",
    "text-strong": "#0c0e13",
    "text-dim": "#5d6374",
    "text-gain": "#176f35",
    "text-loss": "#865316",
    "text-warn": "#9a4c08",
    "text-fault": "#b32a23",
    "text-rule": "#d3d7e0",
    "ground-cursor": "#e9edf5",
    "mark-brand": "#176f35",
    "mark-brand-text": "#ffffff",
}

CONTRAST = {
    "bar-healthy": "#4fe886",
    "bar-fair": "#ffec4f",
    "bar-low": "#ffab45",
    "bar-critical": "#ff8a83",
    "bar-trail": "#ffffff",
    "bar-fresh": "#c9ffd9",
    "bar-track": "#3d424e",
    "bar-stale": "#a7adbb",
    "bar-lit": "#ffffff",
    "bar-spark": "#8fc4ff",
    "text-strong": "#ffffff",
    "text-dim": "#c3c8d4",
    "text-gain": "#a4ffc4",
    "text-loss": "#ffe3c2",
    "text-warn": "#ffab45",
    "text-fault": "#ff9a94",
    "text-rule": "#8d93a3",
    "ground-cursor": "#182031",
    "mark-brand": "#a4ffc4",
    "mark-brand-text": "#000000",
}

#: A cabinet in a dark hall: phosphor tones on violet.
ARCADE = {
    "bar-healthy": "#3dff8b",
    "bar-fair": "#ffe83b",
    "bar-low": "#ff9a1f",
    "bar-critical": "#ff4f6d",
    "bar-trail": "#ffb8e6",
    "bar-fresh": "#a5fff9",
    "bar-track": "#2b1d50",
    "bar-stale": "#8576b5",
    "bar-lit": "#ffffff",
    "bar-spark": "#36d6ff",
    "text-strong": "#ffffff",
    "text-dim": "#9a8bd0",
    "text-gain": "#7dffe0",
    "text-loss": "#ffb8e6",
    "text-warn": "#ff9a1f",
    "text-fault": "#ff6b84",
    "text-rule": "#3b2a68",
    "ground-cursor": "#1d123b",
    "mark-brand": "#ff6bd6",
    "mark-brand-text": "#0b0618",
}

ANSI = {
    "bar-healthy": "ansi_green",
    "bar-fair": "ansi_yellow",
    "bar-low": "ansi_bright_yellow",
    "bar-critical": "ansi_red",
    "bar-trail": "ansi_white",
    "bar-fresh": "ansi_bright_green",
    "bar-track": "ansi_bright_black",
    "bar-stale": "ansi_white",
    "bar-lit": "ansi_bright_white",
    "bar-spark": "ansi_blue",
    "text-strong": "ansi_default",
    "text-dim": "ansi_bright_black",
    "text-gain": "ansi_green",
    "text-loss": "ansi_yellow",
    "text-warn": "ansi_bright_yellow",
    "text-fault": "ansi_red",
    "text-rule": "ansi_bright_black",
    "ground-cursor": "ansi_default",
    "mark-brand": "ansi_green",
    "mark-brand-text": "ansi_black",
}


class Ground(NamedTuple):
    """What lies under the bars, and plain text on it."""

    background: str
    surface: str
    panel: str
    text: str


_NIGHT = Ground("#0f1116", "#161922", "#1d212c", "#d8dbe6")
_DAY = Ground("#fbfbfd", "#f1f3f7", "#e7eaf1", "#2a2d36")
_BLACK = Ground("#000000", "#0b0e14", "#141922", "#ffffff")
_HALL = Ground("#0b0618", "#140c29", "#1d1238", "#e3dcff")


def _ours(name: str, colours: dict[str, str], ground: Ground, *, dark: bool = True) -> Theme:
    return Theme(
        name=name,
        primary=colours["mark-brand"],
        secondary=colours["bar-spark"],
        accent=colours["mark-brand"],
        success=colours["bar-healthy"],
        warning=colours["bar-low"],
        error=colours["bar-critical"],
        foreground=ground.text,
        background=ground.background,
        surface=ground.surface,
        panel=ground.panel,
        dark=dark,
        variables={
            **colours,
            "border": colours["text-rule"],
            "border-blurred": colours["text-rule"],
            "scrollbar": colours["text-rule"],
            "scrollbar-background": ground.background,
            "scrollbar-corner-color": ground.background,
            "scrollbar-background-hover": ground.background,
            "scrollbar-background-active": ground.background,
            "input-cursor-background": colours["mark-brand"],
        },
    )


THEMES = (
    _ours("creditsui", DARK, _NIGHT),
    _ours("creditsui-light", LIGHT, _DAY, dark=False),
    _ours("creditsui-contrast", CONTRAST, _BLACK),
    _ours("creditsui-safe", SAFE, _NIGHT),
    _ours("arcade", ARCADE, _HALL),
)

#: What `[display.colors]` may set, and which of a theme's colours each is.
OWN = {
    "healthy": ("bar-healthy",),
    "fair": ("bar-fair",),
    "low": ("bar-low", "text-warn"),
    "critical": ("bar-critical", "text-fault"),
    "trail": ("bar-trail", "text-loss"),
    "fresh": ("bar-fresh", "text-gain"),
    "track": ("bar-track",),
    "accent": ("mark-brand",),
}


def own(colours: Mapping[str, str]) -> dict[str, str]:
    """The theme's colours that the user set."""
    return {name: colour for word, colour in colours.items() for name in OWN.get(word, ())}


_LEAST = {
    **dict.fromkeys(("bar-healthy", "bar-fair", "bar-low", "bar-critical"), TEXT),  # percents are written in them
    **dict.fromkeys(("text-strong", "text-dim", "text-gain", "text-loss", "text-warn", "text-fault"), TEXT),
    **dict.fromkeys(("bar-spark", "bar-stale"), BAR),
    **dict.fromkeys(("bar-trail", "bar-fresh"), PALE),
    "mark-brand": TEXT,
}
"""How well each colour of ours has to stand out on the grounds of a theme that does not name it."""


def defaults(theme: Theme) -> dict[str, str]:
    """The bar's colours for a theme that does not name them: the terminal's own where the theme is ANSI. What is said
    quietly lies between the theme's own ground and text; what would be hard to read there is moved away from it."""
    if theme.ansi:
        return ANSI
    base = DARK if theme.dark else LIGHT
    if base.keys() <= theme.variables.keys():
        return base
    ground, surface, text = _grounds(theme)

    def between(share: float) -> str:
        return ground.blend(text, share).hex6

    quiet = {"ground-cursor": 0.09, "bar-track": 0.16, "text-rule": 0.16, "bar-stale": 0.5, "text-dim": 0.7}
    wanted = base | {name: between(share) for name, share in quiet.items()}
    grounds = (ground, surface, Color.parse(wanted["ground-cursor"]))
    found = {name: legible(Color.parse(wanted[name]), grounds, least) for name, least in _LEAST.items()}
    mark = max(("#ffffff", "#000000"), key=lambda end: contrast(Color.parse(end), found["mark-brand"]))
    return wanted | {name: colour.hex6 for name, colour in found.items()} | {"mark-brand-text": mark}


def raised(theme: Theme) -> dict[str, str]:
    """The theme's plain text, where it would be hard to read on the theme's own grounds."""
    if theme.ansi or DARK.keys() <= theme.variables.keys():
        return {}
    ground, surface, text = _grounds(theme)
    found = legible(text, (ground, surface, ground.blend(text, 0.09)), TEXT)
    return {} if found == text else {"foreground": found.hex6}


def _grounds(theme: Theme) -> tuple[Color, Color, Color]:
    """Its background, what lies on that, and plain text."""
    generated = theme.to_color_system().generate() | theme.variables
    ground, surface, text = (Color.parse(generated[name]) for name in ("background", "surface", "foreground"))
    return ground, surface, text
