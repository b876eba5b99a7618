"""What `[display]` says beside the colours: how much moves, how dense and in which order rows stand, which characters.

A change takes effect at once, whoever writes it: an editor, or the palette, which writes it into the settings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import work
from textual.scrollbar import ScrollBar, ScrollBarRender

from creditsui.config import Config
from creditsui.tui.choices import glyph_set, motion_level
from creditsui.tui.motion import Level
from creditsui.tui.screens.dashboard import Dashboard
from creditsui.tui.screens.view import View
from creditsui.tui.themed import Themed

if TYPE_CHECKING:
    from textual.types import AnimationLevel

    from creditsui.tui.app import CreditsApp

WORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "motion": (
        ("full", "bars drain, grow and flash"),
        ("reduced", "bars change in steps; nothing slides"),
        ("none", "nothing moves, no clock ticks"),
        ("auto", "full, but reduced over SSH"),
    ),
    "density": (
        ("cards", "two lines and air for each account"),
        ("rows", "one line for each account"),
        ("auto", "cards where they fit"),
    ),
    "sort": (
        ("worst", "worst first"),
        ("name", "by name"),
        ("config", "in the order of config.toml"),
    ),
    "glyphs": (
        ("unicode", "half blocks and geometric signs"),
        ("ascii", "ASCII characters only"),
        ("auto", "what the locale has"),
    ),
}
"""Words of `[display]`, their values, and what each means."""
_ANIMATION: Mapping[Level, AnimationLevel] = {"full": "full", "reduced": "basic", "none": "none"}


class _WholeCells(ScrollBarRender):
    """Scroll bars without block elements, for terminals that have none."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class Displayed(Themed):
    motion: Level = "full"
    still_here = False
    """Whether this run was to be without motion, until somebody says otherwise."""
    ascii_here = False
    """The same of characters that are not ASCII."""

    def set_out(self, config: Config, *, still: bool, ascii: bool, theme: str | None) -> None:
        """Take it all on for the first time, as the options of this run say."""
        pane = cast("CreditsApp", self)
        self.still_here, self.ascii_here = still, ascii
        self._keeping = asyncio.Lock()
        self._unwritten: dict[str, str] = {}
        """What was said, while the settings do not say so yet."""
        self.motion = motion_level(config, pane.env, still=still)
        glyphs = glyph_set(config, pane.env, ascii=ascii)
        ScrollBar.renderer = _WholeCells if glyphs.ascii else ScrollBarRender
        self.dress(config, glyphs, theme)

    def redress(self, config: Config, before: Config) -> None:
        super().redress(config, before)
        now, then = config.display, before.display
        if now.motion != then.motion:
            self._move(config)
        if now.glyphs != then.glyphs:
            self._draw(config)
        for screen in self.screen_stack:
            if isinstance(screen, Dashboard) and now.density != then.density:
                screen.density = now.density
                screen.resized()

    def action_display(self, word: str, value: str) -> None:
        """Say one of `WORDS` anew, for now and for the next time."""
        if value not in dict(WORDS.get(word, ())):
            return
        pane = cast("CreditsApp", self)
        # What was chosen for this run only gives way to what is chosen for good.
        self.still_here = self.still_here and word != "motion"
        self.ascii_here = self.ascii_here and word != "glyphs"
        before, pane.config = _with(pane.config, word, ""), _with(pane.config, word, value)
        self.redress(pane.config, before)
        if word == "sort":
            pane.refresher.sort = value
        self._unwritten[word] = value
        self._keep_word(word, value)

    def as_said(self, config: Config) -> Config:
        """Settings that were read, with what was said meanwhile."""
        for word, value in self._unwritten.items():
            config = _with(config, word, value)
        return config

    @work(group="display", exit_on_error=False)
    async def _keep_word(self, word: str, value: str) -> None:
        from creditsui.core import settings

        pane = cast("CreditsApp", self)
        async with self._keeping:  # one after another: the last word counts
            try:
                await asyncio.to_thread(settings.set_display, pane.session, **{word: value})
            except settings.Unsettable as refusal:
                pane.say(str(refusal), fault=True)
            else:
                pane.say(f"{word} {value}: {dict(WORDS[word])[value]}")
                if word == "sort":
                    pane.refresher.sort = None  # the settings say so now
            if self._unwritten.get(word) == value:
                del self._unwritten[word]
        await pane.refresher.reload()

    def go_along(self) -> None:
        """Let the framework's own motion go along."""
        self.animation_level = _ANIMATION[self.motion]

    def _move(self, config: Config) -> None:
        pane = cast("CreditsApp", self)
        self.motion = motion_level(config, pane.env, still=self.still_here)
        self.go_along()
        for screen in self.screen_stack:
            if isinstance(screen, Dashboard):
                screen.roster.move_at(self.motion)
        pane.repaint()
        pane.set_clock()

    def _draw(self, config: Config) -> None:
        self._glyphs = glyph_set(config, cast("CreditsApp", self).env, ascii=self.ascii_here)
        ScrollBar.renderer = _WholeCells if self._glyphs.ascii else ScrollBarRender
        for screen in self.screen_stack:
            if isinstance(screen, View):
                screen.set_class(self._glyphs.ascii, "-ascii")
        self._new_ink()


def _with(config: Config, word: str, value: str) -> Config:
    changed: dict[str, Any] = {word: value}
    return replace(config, display=replace(config.display, **changed))
