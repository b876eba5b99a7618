"""The looks: themes of our own, and the bar's colours for themes that do not know it."""

from textual.theme import Theme

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
    "text-dim": "#747a8f",
    "text-gain": "#8ceaad",
    "text-loss": "#f0d9bd",
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
    "bar-healthy": "#2f9e4f",
    "bar-fair": "#b89a0c",
    "bar-low": "#c96a12",
    "bar-critical": "#c8352d",
    "bar-trail": "#d9b48a",
    "bar-fresh": "#93dba8",
    "bar-track": "#dcdfe6",
    "bar-stale": "#9298a8",
    "bar-lit": "#15171c",
    "bar-spark": "#4a6fc9",
    "text-strong": "#0c0e13",
    "text-dim": "#666c7e",
    "text-gain": "#1d7f3f",
    "text-loss": "#96601f",
    "text-rule": "#d3d7e0",
    "ground-cursor": "#e9edf5",
    "mark-brand": "#1d7f3f",
    "mark-brand-text": "#ffffff",
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
    "text-rule": "ansi_bright_black",
    "ground-cursor": "ansi_default",
    "mark-brand": "ansi_green",
    "mark-brand-text": "ansi_black",
}


def _ours(name: str, colours: dict[str, str], *, dark: bool) -> Theme:
    ground, surface, panel, text = (
        ("#0f1116", "#161922", "#1d212c", "#d8dbe6") if dark else ("#fbfbfd", "#f1f3f7", "#e7eaf1", "#2a2d36")
    )
    return Theme(
        name=name,
        primary=colours["mark-brand"],
        secondary=colours["bar-spark"],
        accent=colours["mark-brand"],
        success=colours["bar-healthy"],
        warning=colours["bar-low"],
        error=colours["bar-critical"],
        foreground=text,
        background=ground,
        surface=surface,
        panel=panel,
        dark=dark,
        variables={
            **colours,
            "border": colours["text-rule"],
            "border-blurred": colours["text-rule"],
            "scrollbar": colours["text-rule"],
            "scrollbar-background": ground,
            "scrollbar-corner-color": ground,
            "scrollbar-background-hover": ground,
            "scrollbar-background-active": ground,
            "input-cursor-background": colours["mark-brand"],
        },
    )


THEMES = (
    _ours("creditsui", DARK, dark=True),
    _ours("creditsui-safe", SAFE, dark=True),
    _ours("creditsui-light", LIGHT, dark=False),
)


def defaults(theme: Theme) -> dict[str, str]:
    """The bar's colours for a theme that does not name them: the terminal's own where the theme is ANSI."""
    if theme.ansi:
        return ANSI
    return DARK if theme.dark else LIGHT
