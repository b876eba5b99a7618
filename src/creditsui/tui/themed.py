"""The pane's colours: the theme of the settings or of the palette, the user's own on top, and the ink they make."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from textual import work
from textual.app import App

from creditsui.config import Config
from creditsui.core.terminal import colors
from creditsui.domain.bar import PLAIN, UNICODE, Glyphs
from creditsui.domain.clean import clean
from creditsui.tui.ink import Ink
from creditsui.tui.screens.view import View
from creditsui.tui.themes import THEMES, defaults, own, raised

if TYPE_CHECKING:
    from creditsui.tui.app import CreditsApp

_SIXTEEN = "ansi-dark"


class Themed(App[int]):
    """A theme that is chosen here is written into the settings; one of the command line holds until then."""

    _own: Mapping[str, str] | None = None
    """The user's colours. None: Textual asks for all colours once before the theme is known, and needs none."""
    _dressed = False
    """Whether the colours of the first theme are there, and only Textual does not know."""

    def dress(self, config: Config, glyphs: Glyphs, wanted: str | None) -> None:
        """Take the colours on for the first time; `wanted` is the theme that this run was started with."""
        self._wanted, self._glyphs = wanted, glyphs
        self._ink: Ink | None = None
        self._own = config.display.colors
        for one in THEMES:
            self.register_theme(one)
        before = self.theme
        self._given = self.theme = self._theme_name(config)
        self.stylesheet.set_variables(self.get_css_variables())
        self._dressed = self.theme != before

    def refresh_css(self, animate: bool = True) -> None:
        """Textual reads all styles again for the first theme, too, though none were read without it."""
        if self._dressed:
            self._dressed = False
        else:
            super().refresh_css(animate)

    def redress(self, config: Config, before: Config) -> None:
        """Take over what changed in the settings."""
        self._own = config.display.colors
        if config.display.theme != before.display.theme and (name := self._theme_name(config)) != self.theme:
            self._given = self.theme = name
        elif config.display.colors != before.display.colors:
            self._watch_theme(self.theme)

    def action_theme(self, name: str) -> None:
        if name in self.available_themes:
            self.theme = name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return defaults(self.current_theme)

    def get_css_variables(self) -> dict[str, str]:
        if self._own is None:
            return {}
        self.theme_variables = super().get_css_variables() | raised(self.current_theme) | own(self._own)
        return self.theme_variables

    @property
    def ink(self) -> Ink:
        if self._ink is None:
            dark, few = self.current_theme.dark, colors(cast("CreditsApp", self).env) == "256"
            self._ink = Ink(self.theme_variables, dark=dark, ascii=self.glyphs.ascii, few=few)
        return self._ink

    @property
    def glyphs(self) -> Glyphs:
        """The characters bars are drawn with. Sixteen colours are too few to tell a track from what lies on it."""
        return PLAIN if self.current_theme.ansi and self._glyphs is UNICODE else self._glyphs

    def _watch_theme(self, theme_name: str) -> None:
        super()._watch_theme(theme_name)
        self._ink = None
        if self.is_running:
            self.call_after_refresh(self._new_ink)
            if theme_name != self._given:
                self._given, self._wanted = theme_name, None
                self._remember(theme_name)

    def _new_ink(self) -> None:
        self._ink = None
        for screen in self.screen_stack:
            if isinstance(screen, View):
                screen.new_ink()

    @work(exclusive=True, group="theme", exit_on_error=False)
    async def _remember(self, name: str) -> None:
        from creditsui.core import settings

        pane = cast("CreditsApp", self)
        if pane.session.demo:
            return
        try:
            await asyncio.to_thread(settings.set_display, pane.session, theme=name)
        except settings.Unsettable as refusal:
            pane.say(str(refusal), fault=True)

    def strange_theme(self, config: Config) -> tuple[str, ...]:
        """That there is no theme of the name that was written, if there is none."""
        name = self._wanted or config.display.theme
        said = f"There is no theme “{clean(name, 24)}”; the palette (ctrl+p) lists what there is."
        return () if name in self.available_themes else (said,)

    def _theme_name(self, config: Config) -> str:
        """The one that is wanted; where that is the usual one, but the terminal has no more than sixteen colours, the
        one that is made of these."""
        name, env = self._wanted or config.display.theme, cast("CreditsApp", self).env
        usual = THEMES[0].name
        if name == usual and not self._wanted and env.get("TERM") and colors(env) == "16":
            return _SIXTEEN
        return name if name in self.available_themes else usual
