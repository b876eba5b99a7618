"""How the pane looks in this terminal: what the first paint of the next start has to know beside the numbers.

No amount is in it and no label: only colours, places and thresholds, by which the last board can be painted before
Textual is loaded, cell by cell as the pane will.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.filter import ANSIToTruecolor, DimFilter

from creditsui import __version__
from creditsui import config as configuration
from creditsui.core.conditions import conditions, stamp
from creditsui.domain.band import Band
from creditsui.domain.bar import ROLES
from creditsui.tui.ink import TEXTS

if TYPE_CHECKING:
    from creditsui.tui.app import CreditsApp
    from creditsui.tui.screens.dashboard import Dashboard

MOST_SIZES = 12
GROUNDS = ("background", "ground-cursor")


def look(pane: CreditsApp, dashboard: Dashboard, before: Mapping[str, Any]) -> dict[str, Any] | None:
    """`before` is what was found the last time: places at other sizes stay known. None: it cannot be told."""
    board, place = pane.board, dashboard.place()
    changed = any(not isinstance(one, ANSIToTruecolor | DimFilter) for one in pane.get_line_filters())
    if board is None or place is None or pane.current_theme.ansi or changed:
        return None
    config = pane.config
    if dashboard.density != config.display.density or pane.theme != pane._theme_name(config):
        return None  # it was chosen for this run only
    width, height = pane.size
    settings = stamp(pane.session.paths.config)
    others = before.get("sizes", {}) if before.get("config") == settings else {}
    sizes = {key: value for key, value in others.items() if key != f"{width}x{height}"}
    sizes = dict(list(sizes.items())[1 - MOST_SIZES :]) | {f"{width}x{height}": place}
    return {
        "version": __version__,
        "conditions": conditions(pane.env),
        "config": settings,
        "colours": {ground: _colours(pane, ground) for ground in GROUNDS},
        "glyphs": "ascii" if pane.glyphs.ascii else "unicode",
        "still": pane.motion == "none",
        "zone": getattr(configuration.zone(config), "key", "UTC"),
        "refresh_minutes": config.refresh_minutes,
        "ticks": {
            view.id: [view.thresholds.critical, view.thresholds.warning, view.thresholds.healthy]
            for view in board.accounts
        },
        "sizes": sizes,
    }


def _colours(pane: CreditsApp, ground: str) -> dict[str, str]:
    """What a terminal is told before a text in each role. A role that is missing here is not painted early."""
    bands = [f"{kind}:{band.value}" for kind in ("band", "glyph") for band in Band]
    told = {}
    for role in (*TEXTS, *bands, *ROLES, "badge", "demo"):
        with suppress(KeyError):
            style = pane.ink.style(role, ground)
            told[role] = style.render("x", color_system=pane.console._color_system).partition("x")[0]
    return told
