"""A bar that shows what would be: the same painter as everywhere, with words at its right and a scale below."""

from collections.abc import Sequence
from math import floor

from textual import events
from textual.app import App, RenderResult
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from creditsui.domain.bar import UNICODE, Bar, Glyphs, Run, paint_card
from creditsui.domain.grid import ascii_text
from creditsui.tui.ink import Ink, spread
from creditsui.tui.themes import defaults


def glyphs_of(app: App[object]) -> Glyphs:
    """The characters that this application draws bars with."""
    found = getattr(app, "glyphs", UNICODE)
    return found if isinstance(found, Glyphs) else UNICODE


class Preview(Widget):
    """Two lines of bar; with `scale` a third one that names its ticks in percent."""

    DEFAULT_CSS = """
    Preview { width: 1fr; height: 2; }
    Preview.scale { height: 3; }
    """

    class Picked(Message):
        """The bar was clicked, or the pointer pulled along it, at this fraction."""

        def __init__(self, fraction: float) -> None:
            super().__init__()
            self.fraction = fraction

    def __init__(self, *, scale: bool = False, words: int = 7, classes: str = "") -> None:
        """`words` is the room kept at the right, so the bar's length never jumps."""
        super().__init__(classes=f"scale {classes}" if scale else classes)
        self._scale = scale
        self._room = words
        self._bar = Bar(None, state="none")
        self._words: Sequence[Run] = ()
        self._ink: Ink | None = None
        self._ground = "surface"

    def show(self, bar: Bar, words: Sequence[Run]) -> None:
        """Paint this bar; `words` are runs of (text, role) at its right."""
        if (bar, tuple(words)) != (self._bar, self._words):
            self._bar, self._words = bar, tuple(words)
            self.refresh()

    @property
    def bar(self) -> Bar:
        """What is painted now."""
        return self._bar

    @property
    def words(self) -> str:
        """What stands at the right of the bar."""
        return "".join(text for text, _ in self._words)

    def notify_style_update(self) -> None:
        self._ink = None
        super().notify_style_update()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 3 if self._scale else 2

    def render(self) -> RenderResult:
        return ""

    def render_line(self, y: int) -> Strip:
        if self._ink is None:
            theme = self.app.current_theme
            variables = defaults(theme) | self.app.theme_variables
            self._ink = Ink(variables, dark=theme.dark, ascii=glyphs_of(self.app).ascii)
            # In the terminal's own colours a surface is transparent, which is no colour to paint on.
            self._ground = "background" if theme.ansi else "surface"
        width = self.size.width
        length = max(0, width - self._room)
        if y == 2:
            return self._ink.line([(self._numbers(length), "dim")], width, self._ground)
        painted = paint_card(self._bar, length, glyphs_of(self.app))[min(y, 1)]
        words = list(self._words) if y == 0 else []
        if glyphs_of(self.app).ascii:
            words = [(ascii_text(text), role) for text, role in words]
        return self._ink.line([*painted, *spread([], words, width - length)], width, self._ground)

    def _numbers(self, length: int) -> str:
        line = [" "] * length
        free = 0
        for tick in sorted({tick for tick in self._bar.ticks if 0 < tick < 1}):
            number = f"{tick * 100:g}"
            start = min(max(0, floor(tick * length) - (len(number) - 1) // 2), length - len(number))
            if start >= free:
                line[start : start + len(number)] = number
                free = start + len(number) + 1
        return "".join(line)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.y < 2:
            self.capture_mouse()
            self._pick(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._pick(event.x)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def _pick(self, x: float) -> None:
        length = max(1, self.size.width - self._room)
        if x <= length:
            self.post_message(self.Picked(min(1.0, max(0.0, x / length))))
