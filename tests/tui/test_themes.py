"""Colours by numbers: how well each of our themes can be read, and by whom."""

from itertools import combinations
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from creditsui.config import parse
from creditsui.core import settings
from creditsui.domain.bar import ASCII, UNICODE
from creditsui.tui.app import CreditsApp
from creditsui.tui.choices import motion_level
from creditsui.tui.ink import TEXTS
from creditsui.tui.legible import contrast as reckoned
from creditsui.tui.themes import ANSI, ARCADE, CONTRAST, DARK, LIGHT, SAFE, THEMES, defaults, raised
from tests.tui.conftest import PLAIN, Open
from tests.tui.stage import session, until

BANDS = ("bar-healthy", "bar-fair", "bar-low", "bar-critical")
#: Machado, Oliveira, Fernandes 2009, severity 1.0; for linear RGB.
BLIND = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
READ = [name for name, _ in TEXTS.values() if name not in ("text-rule", "bar-spark", "foreground")]

Light = tuple[float, float, float]


def linear(colour: str) -> Light:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in Color.parse(colour).normalized
    )
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2 reckons it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, eye: str) -> Light:
    light = linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(share * part for share, part in zip(row, light, strict=True)))) for row in BLIND[eye]
    )
    return red, green, blue


def lab(light: Light) -> Light:
    red, green, blue = light
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: Light, other: Light) -> float:
    """CIE 1976: 2 is just to be seen, 20 is another colour."""
    return float(sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5)


def grounds(theme: Theme) -> list[str]:
    return [str(theme.background), theme.variables["ground-cursor"], str(theme.surface)]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_bands_stand_out_and_text_can_be_read_on_every_ground(theme: Theme) -> None:
    strict = theme.name == "creditsui-contrast"
    for ground in grounds(theme):
        for band in BANDS:
            assert contrast(theme.variables[band], ground) >= (7 if strict else 3), (band, ground)
        for text in (str(theme.foreground), *(theme.variables[name] for name in READ)):
            assert contrast(text, ground) >= (7 if strict else 4.5), (text, ground)
    for mark in ("mark-brand", "bar-fair"):
        assert contrast(theme.variables[mark], theme.variables["mark-brand-text"]) >= (7 if strict else 3.5)


def test_to_eyes_without_red_or_green_no_two_bands_of_the_safe_theme_are_alike() -> None:
    for eye in BLIND:
        for one, other in combinations(BANDS, 2):
            assert apart(seen(SAFE[one], eye), seen(SAFE[other], eye)) >= 20, (eye, one, other)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_to_other_eyes_no_two_bands_of_any_theme_are_alike(theme: Theme) -> None:
    for one, other in combinations(BANDS, 2):
        assert apart(linear(theme.variables[one]), linear(theme.variables[other])) >= 20, (one, other)


def test_bands_differ_by_their_glyphs_whatever_the_colours() -> None:
    for glyphs in (UNICODE, ASCII):
        signs = list(glyphs.bands)
        assert len(set(signs)) == len(signs) >= 4


def test_every_theme_names_every_colour() -> None:
    for colours in (SAFE, LIGHT, CONTRAST, ARCADE, ANSI):
        assert set(colours) == set(DARK)


FOREIGN = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]


@pytest.mark.parametrize("name", FOREIGN)
def test_everything_can_be_read_and_told_apart_under_the_frameworks_own_themes_too(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    said = {**theme.to_color_system().generate(), **defaults(theme), **raised(theme)}
    for ground in (said["background"], said["surface"], said["ground-cursor"]):
        for colour in (*BANDS, *READ, "foreground"):  # percents stand in the colours of the bands
            assert contrast(said[colour], ground) >= 4.5, (colour, ground, contrast(said[colour], ground))
        for colour in ("bar-spark", "bar-stale"):
            assert contrast(said[colour], ground) >= 3, (colour, ground)
        for colour in ("bar-trail", "bar-fresh"):
            assert contrast(said[colour], ground) >= 1.6, (colour, ground)
    assert contrast(said["mark-brand"], said["mark-brand-text"]) >= 4.5
    assert contrast(said["bar-fair"], said["mark-brand-text"]) >= 3
    for one, other in combinations(BANDS, 2):
        assert apart(linear(said[one]), linear(said[other])) >= 20, (one, other)


def test_the_contrast_is_reckoned_as_the_tests_reckon_it() -> None:
    for one, other in combinations(("#000000", "#ffffff", "#777777", "#c8352d", "#0b0618"), 2):
        assert reckoned(Color.parse(one), Color.parse(other)) == pytest.approx(contrast(one, other))


async def test_a_theme_chosen_in_the_palette_holds_at_once_and_the_next_time(home: Path) -> None:
    opened = session(home)
    app = CreditsApp(opened, settings.config(opened), theme="nord", still=True, env=PLAIN)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.board is not None)
        app.theme = "arcade"
        await until(pilot, lambda: settings.config(opened).display.theme == "arcade")
        await until(pilot, lambda: app.ink.style("text").bgcolor == Color.parse("#0b0618").rich_color)
        app.theme = "creditsui"
        await until(pilot, lambda: settings.config(opened).display.theme == "creditsui")
        assert app.theme == "creditsui"
    assert "# my accounts" in opened.paths.config.read_text()


async def test_a_theme_of_the_command_line_is_not_remembered(home: Path) -> None:
    opened = session(home)
    before = opened.paths.config.read_text()
    app = CreditsApp(opened, settings.config(opened), theme="nord", still=True, env=PLAIN)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.board is not None)
        assert app.theme == "nord"
    assert opened.paths.config.read_text() == before


async def test_the_users_own_colours_are_laid_over_every_theme_and_change_while_the_pane_runs(pane: Open) -> None:
    mine = '[display.colors]\nhealthy = "#112233"\naccent = "#AABBCC"\n'
    async with pane(80, 24, settings=mine) as (app, pilot):
        app._given = "nord"  # nothing to be remembered here
        for theme in ("creditsui", "nord"):
            app.theme = theme
            await until(pilot, lambda: app.ink.style("band:healthy").color == Color.parse("#112233").rich_color)
            assert app.ink.style("accent").color == Color.parse("#AABBCC").rich_color
        before, app.config = app.config, parse('[display.colors]\nhealthy = "#445566"\n')
        app.redress(app.config, before)
        await until(pilot, lambda: app.ink.style("band:healthy").color == Color.parse("#445566").rich_color)


def test_over_ssh_less_moves_unless_the_user_wrote_how_much() -> None:
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        assert motion_level(parse(""), {name: "x"}, still=False) == "reduced"
        assert motion_level(parse('[display]\nmotion = "full"'), {name: "x"}, still=False) == "full"
        assert motion_level(parse('[display]\nmotion = "none"'), {name: "x"}, still=False) == "none"
    assert motion_level(parse(""), {}, still=False) == "full"


async def test_a_theme_that_does_not_exist_is_told(pane: Open) -> None:
    async with pane(100, 24, settings='[display]\ntheme = "neon"') as (app, _):
        assert app.theme == "creditsui"
        assert "There is no theme “neon”; the palette (ctrl+p) lists" in app.text()
